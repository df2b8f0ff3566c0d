package resource

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// booking is what a sample action takes.
type booking struct {
	PatNum dental.PatNum    `od:"in! fk=patient"`
	Start  dental.DateTime  `od:"in name=dateStart"`
	From   dental.TimeOfDay `od:"in"`
	Amount dental.Money     `od:"in"`
	Procs  []int64          `od:"in name=procNums"`
	Note   string           `od:"in max=5"`
}

func book(method string) *Action {
	return DeriveAction[booking](Action{Method: method, Name: "Book", OnRow: true, Paged: true, Access: Access{Group: Comm}})
}

func texts(in *Input) []string {
	var all []string
	for _, fault := range in.Faults {
		all = append(all, fault.Text)
	}
	return all
}

func TestAnActionReadsABodyAsARowDoes(t *testing.T) {
	in, err := book("PUT").DecodeBody([]byte(`{"patnum": "15", "dateStart": "", "From": "08:30:00", "Amount": "12.5", "procNums": [1, "2"], "Extra": 1}`))
	if err != nil || len(in.Faults) > 0 {
		t.Fatal(err, in.Faults)
	}
	var got booking
	in.Apply(&got)
	want := booking{PatNum: 15, From: 30600, Amount: 1250, Procs: []int64{1, 2}}
	if !cmp.Equal(got, want, cmp.AllowUnexported(dental.DateTime{})) {
		t.Errorf("it is read as %+v, want %+v", got, want)
	}
	if in.Has("dateStart") || !in.Has("Amount") || in.Has("Note") {
		t.Error("a blank value counts as sent, or a sent one as not")
	}
}

func TestAllFaultsOfABodyAreToldAtOnce(t *testing.T) {
	in, err := book("PUT").DecodeBody([]byte(`{"dateStart": "2021-01-01", "From": "8:30", "Amount": 1.234, "procNums": "1,2", "Note": "longer"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"PatNum is required", "dateStart format must be yyyy-MM-dd HH:mm:ss", "From format must be HH:mm:ss",
		"Amount must not have more than two decimals", "procNums must be an array of whole numbers", "Note is longer than 5 characters",
	}
	if diff := cmp.Diff(want, texts(in)); diff != "" {
		t.Errorf("faults (-want, +got):\n%s", diff)
	}
}

func TestAnActionReadsAQueryAsAListDoes(t *testing.T) {
	query, _ := url.ParseQuery("patNum=15&datestart=2021-01-01+10:00:00&Note=&Limit=20&Offset=40")
	in, page := book("GET").DecodeQuery(query, false)
	var got booking
	in.Apply(&got)
	if len(in.Faults) > 0 || got.PatNum != 15 || got.Start.String() != "2021-01-01 10:00:00" || in.Has("Note") || page != (Page{20, 40}) {
		t.Errorf("it is read as %+v, %+v, with the faults %v", got, page, texts(in))
	}
	query, _ = url.ParseQuery("PatNum=1&patnum=2&Fake=1&Limit=-1")
	in, page = book("GET").DecodeQuery(query, true)
	if len(in.Faults) != 3 && len(in.Faults) != 4 || page.Limit != 1000 {
		t.Errorf("faults are %v, and the page is %+v", texts(in), page)
	}
}

func TestAPageCutsWhatThereIs(t *testing.T) {
	for _, c := range []struct {
		page     Page
		n        int
		from, to int
	}{{Page{100, 0}, 3, 0, 3}, {Page{2, 2}, 3, 2, 3}, {Page{2, 9}, 3, 3, 3}, {Page{0, 0}, 3, 0, 0}} {
		if from, to := c.page.Cut(c.n); from != c.from || to != c.to {
			t.Errorf("%+v of %d is %d to %d, want %d to %d", c.page, c.n, from, to, c.from, c.to)
		}
	}
}

func TestABrokenActionStopsTheProgram(t *testing.T) {
	refused := func(name string, derive func()) {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text, ok := recover().(string); !ok || !strings.HasPrefix(text, "resource: ") {
					t.Errorf("it is accepted: %v", text)
				}
			}()
			derive()
		})
	}
	refused("without a method", func() { DeriveAction[booking](Action{Name: "Book", Access: Access{Group: Comm}}) })
	refused("without a permission", func() { DeriveAction[booking](Action{Method: "PUT", Name: "Book"}) })
	refused("with a field that is no argument", func() {
		DeriveAction[struct {
			Note string `od:"create"`
		}](Action{Method: "PUT", Access: Access{Group: Comm}})
	})
}
