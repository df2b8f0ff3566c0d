package odapi

import (
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

type sampleRow struct {
	SiteNum dental.SiteNum `od:"key"`
	Note    string         `od:"server"`
}

type sampleSent struct {
	Note string `od:"in"`
}

func readSample(_ store.Conn, _ *od.Call[sampleSent], dst []byte) ([]byte, error) { return dst, nil }

func writeSample(_ *record.Tx, _ *od.Call[sampleSent], dst []byte) ([]byte, error) { return dst, nil }

// sample has an action of every shape.
func sample() *Server {
	access := resource.Access{Group: resource.Comm}
	rows := &od.Rows[sampleRow]{
		Table: resource.Derive[sampleRow](resource.Spec{
			Name: "Samples", Path: "samples", Alias: "sample", Thing: "Sample", Table: "site", Delete: access,
		}, nil),
		Actions: []*od.Action{
			od.Reading(resource.Action{Method: "GET", Access: access}, nil, readSample),
			od.Writing(resource.Action{Method: "PUT", Access: access}, nil, writeSample),
			od.Writing(resource.Action{Method: "POST", Name: "WebSched", Access: access}, nil, writeSample),
			od.Reading(resource.Action{Method: "GET", Name: "WebSched", Access: access}, nil, readSample),
			od.Reading(resource.Action{Method: "GET", OnRow: true, Access: access}, nil, readSample),
			od.Writing(resource.Action{Method: "PUT", Name: "Break", OnRow: true, Access: access}, nil, writeSample),
		},
	}
	return &Server{resources: map[string]od.Resource{"samples": rows, "sample": rows}}
}

func TestActionsOfEveryShapeAreFound(t *testing.T) {
	for request, want := range map[[2]string]string{
		{"GET", "samples"}:             "GET /samples",
		{"HEAD", "samples/"}:           "GET /samples",
		{"PUT", "Sample"}:              "PUT /samples",
		{"POST", "samples/websched"}:   "POST /samples/WebSched",
		{"GET", "SAMPLES/WebSched"}:    "GET /samples/WebSched",
		{"GET", "samples/7"}:           "GET /samples/{key}",
		{"DELETE", "samples/7"}:        "DELETE /samples/{key}",
		{"PUT", "samples/7/break"}:     "PUT /samples/{key}/Break",
		{"PUT", "samples//7//Break//"}: "PUT /samples/{key}/Break",
	} {
		r, err := sample().match(request[0], Prefix+request[1])
		if err != nil || r.String() != want || r.do == nil || r.access.Group == "" {
			t.Errorf("%s %s is %s, %v, want %s", request[0], request[1], r.String(), err, want)
		}
	}
}

func TestWhatIsNoActionIsNotFoundAndSaysWhy(t *testing.T) {
	for request, want := range map[[2]string]string{
		{"POST", "samples"}:              "POST /samples is not a method of Samples",
		{"PUT", "samples/WebSched"}:      "PUT /samples/WebSched is not a method of Samples",
		{"PUT", "samples/Break"}:         `"Break" is neither a key nor an action of Samples`,
		{"PUT", "samples/7"}:             "PUT /samples/{key} is not a method of Samples",
		{"GET", "samples/7/Break"}:       "GET /samples/{key}/Break is not a method of Samples",
		{"PUT", "samples/7/WebSched"}:    `"WebSched" is not an action on a row of Samples`,
		{"PUT", "samples/x/Break"}:       `"x" is not a key of Samples`,
		{"PUT", "samples/7/Break/again"}: "Samples has no methods so deep in a path",
	} {
		_, err := sample().match(request[0], Prefix+request[1])
		if got := fault.From(err).Text; got != want {
			t.Errorf("%s %s is refused with %q, want %q", request[0], request[1], got, want)
		}
	}
}
