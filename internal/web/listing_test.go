package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

var shelf = listing{path: "/shelf", begin: order{column: "due"}, asked: []string{"q"}, columns: []column{
	{name: "title", head: "Title", words: [2]string{"A to Z", "Z to A"}, hasHead: true}, {head: "Notes", hasHead: true},
	{name: "due", head: "Due", words: [2]string{"soonest first", "latest first"}, hasHead: true}, {name: "lent", head: "Lent", words: [2]string{"latest first", "earliest first"}, descends: true},
}}

func TestAHeadOrdersByItsColumnAndThenTheOtherWayRound(t *testing.T) {
	for asked, want := range map[string][]head{
		"q=x&after=9&odd=1": {{"Title", "/shelf?order=title&q=x", "Order by title, A to Z", ""}, {Text: "Notes"}, {"Due", "/shelf?order=-due&q=x", "Order by due, latest first", "ascending"}},
		"order=title":       {{"Title", "/shelf?order=-title", "Order by title, Z to A", "ascending"}, {Text: "Notes"}, {"Due", "/shelf", "Order by due, soonest first", ""}},
		"order=-title":      {{"Title", "/shelf?order=title", "Order by title, A to Z", "descending"}, {Text: "Notes"}, {"Due", "/shelf", "Order by due, soonest first", ""}},
		"order=lent":        {{"Title", "/shelf?order=title", "Order by title, A to Z", ""}, {Text: "Notes"}, {"Due", "/shelf", "Order by due, soonest first", ""}},
	} {
		query, err := url.ParseQuery(asked)
		if err != nil {
			t.Fatal(err)
		}
		q := listQuery{Values: query}
		got := shelf.heads(query, q.order(shelf))
		if q.err() != nil || len(got) != len(want) {
			t.Fatalf("%s: %v, %v", asked, got, q.err())
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: the head is %+v, want %+v", asked, got[i], want[i])
			}
		}
	}
}

func TestTheOrdersInWordsAreThoseOfTheHeadsAndOfWhatHasNone(t *testing.T) {
	var got []string
	for _, o := range shelf.orders(order{"lent", true}).Options {
		text := o.Value + ": " + o.Text
		if o.IsChosen {
			text += " (chosen)"
		}
		got = append(got, text)
	}
	want := "title: Title, A to Z | -title: Title, Z to A | : Due, soonest first | -due: Due, latest first | lent: Lent, latest first | -lent: Lent, earliest first (chosen)"
	if strings.Join(got, " | ") != want {
		t.Errorf("they are %s", strings.Join(got, " | "))
	}
	if shelf.csv(url.Values{"order": {"-due"}, "after": {"1"}}) != "/shelf/csv?order=-due" {
		t.Errorf("the copy is at %s", shelf.csv(url.Values{"order": {"-due"}}))
	}
}

func TestAllThatAnAddressAsksInVainIsSaidAtOnce(t *testing.T) {
	q := listQuery{Values: url.Values{"order": {"size"}, "kind": {"odd"}, "from": {"2026-02-30"}, "q": {strings.Repeat("x", 201)}}}
	if o := q.order(shelf); o != shelf.begin {
		t.Errorf("it is ordered by %v", o)
	}
	q.one("kind", "The kind", "paper", "film")
	q.day("from", "The first day")
	q.search("parts of a title")
	err := q.err()
	for _, words := range []string{"“size”", "title, due, lent", "“odd”", "paper, film", "“2026-02-30”", "Search for less"} {
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), words) {
			t.Errorf("%q does not say %s", err, words)
		}
	}
	for _, odd := range []string{"-", "--due", "due ", "-notes", "Due"} {
		q := listQuery{Values: url.Values{"order": {odd}}}
		if q.order(shelf); q.err() == nil {
			t.Errorf("%q is taken", odd)
		}
	}
}

func TestRowsAreOrderedBothWaysAndEqualOnesStay(t *testing.T) {
	by := map[string]func(a, b string) int{"length": func(a, b string) int { return len(a) - len(b) }}
	for o, want := range map[order]string{{"length", false}: "b a cc dd", {"length", true}: "cc dd b a", {"colour", false}: "cc b dd a"} {
		rows := []string{"cc", "b", "dd", "a"}
		if ordered(rows, o, by); strings.Join(rows, " ") != want {
			t.Errorf("by %v they are %v", o, rows)
		}
	}
}

func TestWhatOneChoosesOfOptionsIsNotChosenForTheNext(t *testing.T) {
	all := []actOption{{Text: "Any"}, {Value: "open", Text: "Open"}, {Value: "closed", Text: "Closed"}}
	if one, other := choose("open", all...), choose("closed", all...); !one[1].IsChosen || one[2].IsChosen || !other[2].IsChosen || all[0].IsChosen || all[1].IsChosen || all[2].IsChosen {
		t.Errorf("%v and %v are chosen of %v", one, other, all)
	}
}
