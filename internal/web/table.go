package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// listBody is what the page of each list of administration has around its rows.
type listBody struct {
	Path       string
	Hidden     []actOption // what the filters' form keeps of the address
	Label      string      // of what is searched for; "" where nothing is
	Query      string
	Filters    []choice
	Orders     choice
	IsFiltered bool
	Clear      string // the list without its filters
	Heads      []head
	Pager      pager
	PrintedAt  string
	Shown      string // which part of the list it is, for who has it on paper
}

// tableBody is the page of a list of which each row is only looked at, or leads to where it is changed.
type tableBody struct {
	Title, Caption string
	Notice         string
	Back, Add      *link
	Tabs           []tableTab
	Hint           string
	List           listBody
	Rows           [][]cell // the first cell of each is its head
	Empty, Learn   string
}

type tableTab struct {
	Href, Text string
	IsCurrent  bool
}

// cell is what stands in a row below a head.
type cell struct {
	Head, Text, Href, Facts string
	Tag, TagClass           string
}

// narrowing is a select that narrows a table: its name in the address, and which rows each of its choices keeps. The first one, "",
// keeps all of them.
type narrowing[T any] struct {
	name, label string
	options     []actOption
	keeps       func(row T, value string) bool
}

// table is a list that is at hand as a whole, because people look after all of it by hand.
type table[T any] struct {
	listing
	label    string         // of what is searched for
	text     func(T) string // what is searched in
	narrows  []narrowing[T]
	by       map[string]func(a, b T) int // by each order, the one that comes first
	num      func(T) int64               // tells the rows apart
	kept     []string                    // what of the address says whose list it is, and is no filter
	cells    func(T) []cell              // below the heads
	csvHeads []string
	csvLine  func(T) []string
}

// tablePage is how many rows a page of a table has.
const tablePage = 50

// errPlace is that a page begins after what is not in the list.
var errPlace = fault.New(fault.Invalid, "The list cannot go on from there; begin with its first page")

// byName compares by a text as people order it.
func byName[T any](text func(T) string) func(a, b T) int {
	return func(a, b T) int { return cmp.Compare(dental.Fold(text(a)), dental.Fold(text(b))) }
}

// asks are the names in the address that narrow the table.
func (t table[T]) asks() []string {
	names := []string{"q"}
	for _, n := range t.narrows {
		names = append(names, n.name)
	}
	return names
}

// read narrows and orders rows as an address asks.
func (t *table[T]) read(all []T, query url.Values) (rows []T, o order, err error) {
	t.asked = append(t.asks(), t.kept...)
	q := listQuery{Values: query}
	o = q.order(t.listing)
	words := strings.Fields(dental.Fold(q.search("parts of a name")))
	for _, n := range t.narrows {
		q.one(n.name, n.label, choicesOf(n.options)...)
	}
	if err := q.err(); err != nil {
		return nil, o, err
	}
	for _, row := range all {
		in := dental.Fold(t.text(row))
		isIn := !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(in, word) })
		for _, n := range t.narrows {
			value := query.Get(n.name)
			isIn = isIn && (value == "" || n.keeps(row, value))
		}
		if isIn {
			rows = append(rows, row)
		}
	}
	ordered(rows, o, t.by)
	return rows, o, nil
}

// pageOf is the part of a list after the row that an address names, and the row after which the next part begins, 0 for none.
func pageOf[T any](rows []T, num func(T) int64, size int, after string) (page []T, next int64, err error) {
	if after != "" {
		last, err := strconv.ParseInt(after, 10, 64)
		at := slices.IndexFunc(rows, func(row T) bool { return num(row) == last })
		if err != nil || at < 0 {
			return nil, 0, errPlace
		}
		rows = rows[at+1:]
	}
	if len(rows) > size {
		return rows[:size], num(rows[size-1]), nil
	}
	return rows, 0, nil
}

// around is what the page of a list has around its rows. size is how many rows there are on it, and next where the next page begins.
func (s *Site) around(l listing, query url.Values, o order, kept []string, size int, next int64) listBody {
	body := listBody{Path: l.path, Query: strings.TrimSpace(query.Get("q")), Orders: l.orders(o), Heads: l.heads(query, o), PrintedAt: s.desk.Now().Words()}
	var clear []string
	for _, name := range l.asked {
		switch value := query.Get(name); {
		case slices.Contains(kept, name):
			if value != "" {
				body.Hidden = append(body.Hidden, actOption{Value: name, Text: value})
			}
		case value != "":
			body.IsFiltered = true
			clear = append(clear, name, "")
		}
	}
	body.Clear = l.address(query, clear...)
	if size > 0 {
		body.Pager.CSV = l.csv(query)
	}
	if query.Get("after") != "" {
		body.Pager.First = l.address(query)
	}
	if next != 0 {
		body.Pager.Next = l.address(query, "after", strconv.FormatInt(next, 10))
	}
	return body
}

// partOf is a page of a table, and what is around it.
func partOf[T any](s *Site, r *http.Request, t table[T], all []T) (list listBody, page []T, err error) {
	query := r.URL.Query()
	rows, o, err := t.read(all, query)
	if err != nil {
		return list, nil, err
	}
	page, next, err := pageOf(rows, t.num, tablePage, query.Get("after"))
	if err != nil {
		return list, nil, err
	}
	list = s.around(t.listing, query, o, t.kept, len(page), next)
	list.Label = t.label
	for _, n := range t.narrows {
		list.Filters = append(list.Filters, choice{n.name, n.label, choose(query.Get(n.name), n.options...)})
	}
	list.Shown = shownWords(list.Query, list.Filters)
	return list, page, nil
}

// fill puts a page of a table into a body.
func fill[T any](s *Site, r *http.Request, t table[T], all []T, body tableBody) (tableBody, error) {
	list, page, err := partOf(s, r, t, all)
	if err != nil {
		return body, err
	}
	for _, row := range page {
		cells := t.cells(row)
		for i, head := range list.Heads {
			cells[i].Head = head.Text
		}
		body.Rows = append(body.Rows, cells)
	}
	if body.List = list; list.IsFiltered {
		body.Empty, body.Learn = nothingFits, nothingFitsLearn
	}
	return body, nil
}

// What is said where filters leave nothing.
const (
	nothingFits      = "Nothing fits what you asked for."
	nothingFitsLearn = "Take something of it away, or search for parts of a name."
)

// giveTable gives a table out as CSV, as it is narrowed and ordered, and notes that it was.
func giveTable[T any](s *Site, w http.ResponseWriter, r *http.Request, t table[T], all []T, name string) error {
	rows, _, err := t.read(all, r.URL.Query())
	if err != nil {
		return err
	}
	return s.giveCSV(w, r, csvList{name: name, heads: t.csvHeads, note: func(context.Context) error { return s.noteList(r, name+", as CSV") },
		page: func(context.Context, string) (lines [][]string, next string, err error) {
			for _, row := range rows {
				lines = append(lines, t.csvLine(row))
			}
			return lines, "", nil
		}})
}

// noteList notes in the trail that a list was looked at, by whom it was.
func (s *Site) noteList(r *http.Request, name string) error {
	caller, err := s.signedIn(r)
	if err != nil {
		return err
	}
	return s.desk.NoteWorklist(r.Context(), caller, name)
}

// tickWords are the words of a tick in a file.
func tickWords(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

var yesNoOptions = []actOption{{Text: "Any"}, {Value: "yes", Text: "Yes"}, {Value: "no", Text: "No"}}
