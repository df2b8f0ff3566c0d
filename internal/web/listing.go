package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// What every list has in common: heads of columns that order it, the same orders in words for windows that are too narrow for
// heads, pages, and a copy as CSV. A list declares its columns once.

// column is a column of a list.
type column struct {
	name     string    // in addresses; "" where the list is not ordered by it
	head     string    // what stands above it
	words    [2]string // the two orders in words: the one that comes first, and the other way round
	descends bool      // the one that comes first begins with the greatest: dates of which the latest comes first
	hasHead  bool      // it stands in a column of its own; else it is a part of another one, and the list is ordered by it in words alone
}

// order is how a list is ordered: by a column, in the order that comes first or the other way round.
type order struct {
	column     string
	isReversed bool
}

// String is the order in an address.
func (o order) String() string {
	if o.isReversed {
		return "-" + o.column
	}
	return o.column
}

func parseOrder(text string) order {
	name, isReversed := strings.CutPrefix(text, "-")
	return order{name, isReversed}
}

// listing is a list as its address has it.
type listing struct {
	path    string // without what is asked of it
	columns []column
	begin   order    // in which the list begins
	asked   []string // the names in its address that say what is shown, besides "order" and "after"
}

// head is a column's head. Its link orders by the column, or where the list is so ordered the other way round.
type head struct {
	Text, Href string
	Leads      string // what the link orders by, in words
	Sort       string // for aria-sort: how the list is ordered by this column; "" where it is not
}

// IsUp tells that an arrow beside the head points up: the least comes first.
func (h head) IsUp() bool { return h.Sort == "ascending" }

// choice is a select that narrows or orders a list.
type choice struct {
	Name, Label string
	Options     []actOption
}

// shownWords say on paper which part of a list it is: more of it, what was searched for, and what was chosen of the filters. "" is all.
func shownWords(search string, filters []choice, more ...string) string {
	if search != "" {
		more = append(more, "“"+search+"”")
	}
	for _, f := range filters {
		at := slices.IndexFunc(f.Options, func(o actOption) bool { return o.IsChosen && o.Value != "" })
		if at >= 0 && f.Name != "order" {
			more = append(more, strings.ToLower(f.Label[:1])+f.Label[1:]+": "+f.Options[at].Text)
		}
	}
	return strings.Join(more, "; ")
}

// choose marks what is chosen of options, which stay as they are: others choose of the same.
func choose(value string, options ...actOption) []actOption {
	options = slices.Clone(options)
	for i := range options {
		options[i].IsChosen = options[i].Value == value
	}
	return options
}

// pager leads to a list's first page, its next page and its copy, each where there is one.
type pager struct{ First, Next, CSV string }

// address is the list with what is asked of it, changed as told: name, value, name, value; "" takes away. A list that is
// narrowed or ordered in another way begins anew.
func (l listing) address(query url.Values, change ...string) string {
	return l.at(l.path, query, change...)
}

// csv is the copy of the list as it is narrowed and ordered.
func (l listing) csv(query url.Values) string { return l.at(l.path+"/csv", query) }

func (l listing) at(path string, query url.Values, change ...string) string {
	kept := make(url.Values)
	for _, name := range append([]string{"order"}, l.asked...) {
		if value := query.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		if kept.Del(change[i]); change[i+1] != "" {
			kept.Set(change[i], change[i+1])
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + kept.Encode()
}

// heads are the heads of the columns that have one.
func (l listing) heads(query url.Values, now order) (all []head) {
	for _, c := range l.columns {
		if !c.hasHead {
			continue
		}
		h := head{Text: c.head}
		if c.name != "" {
			next, words := order{column: c.name}, c.words[0]
			if now.column == c.name {
				h.Sort = "ascending"
				if c.descends != now.isReversed {
					h.Sort = "descending"
				}
				if next.isReversed = !now.isReversed; next.isReversed {
					words = c.words[1]
				}
			}
			h.Href, h.Leads = l.address(query, "order", l.inAddress(next)), "Order by "+lowered(c.head)+", "+words
		}
		all = append(all, h)
	}
	return all
}

// orders are the orders in words.
func (l listing) orders(now order) choice {
	var options []actOption
	for _, c := range l.columns {
		if c.name != "" {
			for i, words := range c.words {
				o := order{c.name, i == 1}
				options = append(options, actOption{Value: l.inAddress(o), Text: c.head + ", " + words, IsChosen: o == now})
			}
		}
	}
	return choice{"order", "Order", options}
}

// inAddress is an order in an address, which does not name the one in which the list begins.
func (l listing) inAddress(o order) string {
	if o == l.begin {
		return ""
	}
	return o.String()
}

// ordered sorts rows that are all at hand: by says how they compare by each column, in the order that comes first. Those that
// are equal stay as they are.
func ordered[T any](rows []T, o order, by map[string]func(a, b T) int) {
	compare := by[o.column]
	if compare == nil {
		return
	}
	slices.SortStableFunc(rows, func(a, b T) int {
		if o.isReversed {
			return compare(b, a)
		}
		return compare(a, b)
	})
}

// listQuery reads what an address asks of a list, and keeps what of it cannot be, to say all of it at once.
type listQuery struct {
	url.Values
	wrong []string
}

// order reads the order; a list without one in its address is as it begins.
func (q *listQuery) order(l listing) order {
	text := q.Get("order")
	if text == "" {
		return l.begin
	}
	o := parseOrder(text)
	var names []string
	for _, c := range l.columns {
		if c.name != "" {
			names = append(names, c.name)
			if c.name == o.column {
				return o
			}
		}
	}
	q.wrong = append(q.wrong, fmt.Sprintf("The list cannot be ordered by “%s”; it can by %s", shortened(text), strings.Join(names, ", ")))
	return l.begin
}

// one reads a value that is one of some, or none.
func (q *listQuery) one(name, label string, choices ...string) string {
	value := q.Get(name)
	if value == "" || slices.Contains(choices, value) {
		return value
	}
	q.wrong = append(q.wrong, fmt.Sprintf("%s cannot be “%s”; it can be %s", label, shortened(value), strings.Join(choices, ", ")))
	return ""
}

// day reads a date as browsers send it, 2026-11-02; none is no date.
func (q *listQuery) day(name, label string) dental.Date {
	value := strings.TrimSpace(q.Get(name))
	if value == "" {
		return dental.Date{}
	}
	day, err := dental.ParseDate(value)
	if err != nil || day.IsNone() {
		q.wrong = append(q.wrong, fmt.Sprintf("%s cannot be “%s”; write the date as 2026-11-02: year, month, day", label, shortened(value)))
	}
	return day
}

// search reads what is searched for.
func (q *listQuery) search(words string) string {
	text := strings.TrimSpace(q.Get("q"))
	if len(text) > 200 {
		q.wrong = append(q.wrong, "Search for less: "+words)
		return ""
	}
	return text
}

// err is a fault that says all that cannot be, or nil.
func (q *listQuery) err() error {
	if len(q.wrong) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s", strings.Join(q.wrong, ". "))
}

// shortened is what somebody typed, short enough for a sentence.
func shortened(text string) string {
	if letters := []rune(text); len(letters) > 40 {
		return string(letters[:40]) + "…"
	}
	return text
}

func lowered(text string) string { return strings.ToLower(text[:1]) + text[1:] }
