//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/drapi"
	"github.com/bridgework-dental/bridgework/internal/odapi"
)

// route is one measured method of the API.
type route struct {
	name        string // on the command line
	title       string // in the table
	method      string
	connections int
	status      int
	refusal     int // see load
	// distinct is how many different requests there are.
	distinct int
	// first is the number of the first POST: no two routes send the same one.
	first   int
	isForms bool               // of the Dental Referrals API
	isPage  bool               // of a form, for a browser with a session
	path    func(i int) string // below the API's prefix; of a page the whole
	body    func(dst []byte, i int) []byte
	// The rows that an accepted request leaves.
	leaves, peerLeaves counts
}

const (
	pageLength  = 100
	pageOffsets = referralCount - pageLength + 1
)

// mostConnections is the most that a route has.
const mostConnections = 32

func routes() map[string]route {
	noBody := func(dst []byte, _ int) []byte { return dst }
	post := route{
		name: "post", title: "POST a refattach", method: http.MethodPost, connections: mostConnections, status: http.StatusCreated,
		refusal:  http.StatusBadRequest,
		distinct: attachments, body: appendAttachment,
		path:   func(int) string { return "refattaches" },
		leaves: counts{RefAttaches: 1, AuditEvents: 1, RowChanges: 1}, peerLeaves: counts{Peers: 1},
	}
	single := post
	single.name, single.title, single.connections = "single", "POST a refattach, one connection", 1
	single.first = attachments / 2
	all := map[string]route{
		"patient": {
			name: "patient", title: "GET one patient", method: http.MethodGet, connections: 16, status: http.StatusOK,
			distinct: patientCount, body: noBody,
			path: func(i int) string { return "patients/" + strconv.Itoa(i+1) },
		},
		"list": {
			name: "list", title: "GET 100 referrals", method: http.MethodGet, connections: 16, status: http.StatusOK,
			distinct: pageOffsets, body: noBody,
			path: func(i int) string { return fmt.Sprintf("referrals?Limit=%d&Offset=%d", pageLength, i) },
		},
		"day": {
			name: "day", title: "GET the appointments of a day", method: http.MethodGet, connections: 16, status: http.StatusOK,
			distinct: officeDays, body: noBody,
			path: func(i int) string { return "appointments?date=" + workingDay(today(), i).String() },
		},
		"slots": {
			name: "slots", title: "GET the Slots of two weeks", method: http.MethodGet, connections: 16, status: http.StatusOK,
			distinct: officeDays - 10, body: noBody,
			path: func(i int) string {
				first := workingDay(today(), i)
				return fmt.Sprintf("appointments/Slots?dateStart=%s&dateEnd=%s&Limit=%d", first, first.AddDays(13), pageLength)
			},
		},
		"procedures": {
			name: "procedures", title: "GET 100 of 1,000 procedures", method: http.MethodGet, connections: 16, status: http.StatusOK,
			distinct: longChart - pageLength + 1, body: noBody,
			path: func(i int) string {
				return fmt.Sprintf("procedurelogs?PatNum=1&Limit=%d&Offset=%d", pageLength, i)
			},
		},
		"post":   post,
		"single": single,
	}
	for _, r := range formRoutes() {
		all[r.name] = r
	}
	return all
}

// today is the day on which the data was made.
var today = sync.OnceValue(func() dental.Date { return dental.DateTimeOf(time.Now()).Date() })

// The same request, to each of the handlers.

func productPath(r route, i int) string {
	if r.isPage {
		return r.path(i)
	}
	if r.isForms {
		return drapi.Prefix + "/" + r.path(i)
	}
	return odapi.Prefix + r.path(i)
}

func peerPath(r route, i int) string { return peerPrefix + r.path(i) }

func staticPath(r route, _ int) string { return staticPrefix + r.name }

// attachments is how many pairs of patient and source there are, each in three directions. A
// second row for the same three is refused as a duplicate.
const attachments = patientCount * referralCount * 3

// scatter has no factor in common with attachments: a walk in steps of it meets each one once, and
// neighbours in time are far apart in the indexes.
const scatter = 1299709

// appendAttachment appends the body of the i-th POST. Only where sample data has the three already
// is it refused.
func appendAttachment(dst []byte, i int) []byte {
	n := i * scatter % attachments
	patient, n := n%patientCount, n/patientCount
	source, direction := n%referralCount, n/referralCount
	dst = append(dst, `{"PatNum":`...)
	dst = strconv.AppendInt(dst, int64(patient+1), 10)
	dst = append(dst, `,"ReferralNum":`...)
	dst = strconv.AppendInt(dst, int64(source+1), 10)
	dst = append(dst, `,"ReferralType":"`...)
	dst = append(dst, [...]string{"RefTo", "RefFrom", "RefCustom"}[direction]...)
	return append(dst, `","RefDate":"2024-05-06","Note":"Second opinion on the lower left molar."}`...)
}

// source makes the requests of one twin of a route, in the order in which they are sent.
type source struct {
	route   route
	ready   [][]byte // the requests of a GET, whole
	head    []byte   // of a POST, up to the value of Content-Length
	content []byte
	sent    int
}

// A POST must not repeat those that were sent before it is measured: the server asks itself some, see
// staticTwin, and checkPeersRow sends one more.
const (
	askedByStatic = 41
	asked         = askedByStatic + 1
)

func newSource(r route, address netip.AddrPort, path func(i int) string) *source {
	s := &source{route: r, sent: r.first + asked}
	head := func(path string) []byte {
		return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\nAccept: application/json\r\n%s\r\n",
			r.method, path, address, r.credentials())
	}
	if r.method == http.MethodPost {
		s.head = append(head(path(0)), "Content-Type: "+r.contentType()+"\r\nContent-Length: "...)
		return s
	}
	for i := range r.distinct {
		s.ready = append(s.ready, append(head(path(i)), "\r\n"...))
	}
	return s
}

// next appends a request: a random GET, or the POST that comes next.
func (s *source) next(dst []byte) []byte {
	if s.ready != nil {
		return append(dst, s.ready[rand.IntN(len(s.ready))]...)
	}
	s.content = s.route.body(s.content[:0], s.sent)
	s.sent++
	dst = append(dst, s.head...)
	dst = strconv.AppendInt(dst, int64(len(s.content)), 10)
	dst = append(dst, "\r\n\r\n"...)
	return append(dst, s.content...)
}
