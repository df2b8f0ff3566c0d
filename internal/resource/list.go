package resource

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Filter declares a query parameter of a list. Filters that are sent are combined with AND.
type Filter struct {
	Param string
	// Read turns the parameter's text into the argument of Where. Its error completes the sentence
	// "{Param} …".
	Read func(text string) (store.Value, error)
	// Where is the condition; each ? in it is the argument. "" adds none.
	Where string
	// Expand makes condition and arguments of the text, where one argument is not enough.
	Expand func(text string) (where string, args []store.Value, err error)
	// Default is what an absent parameter means; "" means no condition.
	Default string
	// Parent is the row that must exist: a filter by an unknown patient is a mistake, not an empty list.
	Parent *Parent
	// Required refuses a list without it: "PatNum is required". It takes no 0.
	Required bool
	// Missing is what a list without a required parameter is refused with, where the documents print
	// another text.
	Missing string
}

// Asked holds the filters of one request.
type Asked map[string]string

// listPlan is a declared list with what is derived from it.
type listPlan struct {
	*List
	shape  *shape
	params []string
}

func (p *Plan) deriveList(list *List) *listPlan {
	derived := &listPlan{List: list, shape: p.shape(list.Shape)}
	for i := range list.Filters {
		derived.params = append(derived.params, list.Filters[i].Param)
	}
	derived.params = append(derived.params, "Limit", "Offset")
	return derived
}

// Question is a parsed request for a list.
type Question struct {
	list    *listPlan
	where   []string
	args    []store.Value
	order   string
	last    []store.Value // the arguments of order
	parents []ask
	asked   Asked
	page    Page
	undated bool
}

type ask struct {
	parent *Parent
	key    store.Value
	always bool // 0 is no value
}

// maxPage is the hard limit of a page. Keys with the Enterprise permission get ten times as much.
const maxPage = 100

func pageLimit(enterprise bool) int {
	if enterprise {
		return 10 * maxPage
	}
	return maxPage
}

// Page is the part of a list that is asked for.
type Page struct{ Limit, Offset int }

// read takes Limit and Offset; Limit only lowers what it was.
func (p *Page) read(asked Asked, faults []fault.Field) []fault.Field {
	faults = readPage(asked, "Limit", func(n int) { p.Limit = min(n, p.Limit) }, faults)
	return readPage(asked, "Offset", func(n int) { p.Offset = n }, faults)
}

// Ask reads the query parameters of a list. All faults are reported at once.
func (p *Plan) Ask(list int, query url.Values, enterprise bool) (*Question, error) {
	l := p.lists[list]
	q := &Question{list: l, page: Page{Limit: pageLimit(enterprise)}, order: l.Order}
	if l.Where != "" {
		q.where = append(q.where, l.Where)
	}
	asked, faults := readAsked(query, l.params)
	for i := range l.Filters {
		faults = q.filter(&l.Filters[i], asked, faults)
	}
	faults = q.page.read(asked, faults)
	faults = append(faults, notTogether(l.OneOf, asked)...)
	if l.Check != nil {
		faults = append(faults, l.Check(asked)...)
	}
	q.asked = asked
	q.undated = l.Undated != "" && asked[l.Undated] != ""
	if l.OrderBy != nil {
		if order, args := l.OrderBy(asked); order != "" {
			q.order, q.last = order, args
		}
	}
	return q, fault.InvalidFields(faults)
}

// readAsked matches the parameters of a request with the names that the method knows.
func readAsked(query url.Values, params []string) (Asked, []fault.Field) {
	var faults []fault.Field
	asked := make(Asked, len(query))
	for name, values := range query {
		param := matchName(name, params)
		switch {
		case param == "":
			text := quoteName(name) + " is not a parameter of this method"
			if len(params) > 0 {
				text += "; use " + strings.Join(params, ", ")
			}
			faults = append(faults, fault.Field{Name: name, Text: text})
		case len(values) > 1 || asked.has(param):
			faults = append(faults, fault.Field{Name: param, Text: param + " is given more than once"})
		default:
			asked[param] = values[0]
		}
	}
	slices.SortFunc(faults, func(a, b fault.Field) int { return strings.Compare(a.Text, b.Text) })
	return asked, faults
}

func (a Asked) has(param string) bool {
	_, ok := a[param]
	return ok
}

func notTogether(params []string, asked Asked) []fault.Field {
	var sent []string
	for _, param := range params {
		if asked[param] != "" {
			sent = append(sent, param)
		}
	}
	if len(sent) < 2 {
		return nil
	}
	return []fault.Field{{Name: sent[1], Text: strings.Join(sent, " and ") + " cannot be used together"}}
}

// filter adds the condition of one filter. A parameter that is sent blank is as one that is not sent.
func (q *Question) filter(f *Filter, asked Asked, faults []fault.Field) []fault.Field {
	text := asked[f.Param]
	if text == "" {
		text = f.Default
	}
	if text == "" && f.Required {
		return append(faults, fault.Field{Name: f.Param, Text: cmp.Or(f.Missing, f.Param+" is required")})
	}
	if text == "" {
		return faults
	}
	where, args, err := f.Where, []store.Value(nil), error(nil)
	if utf8.RuneCountInString(text) > maxFilter {
		err = errFilterTooLong
	} else if f.Expand != nil {
		where, args, err = f.Expand(text)
	} else {
		var value store.Value
		value, err = f.Read(text)
		for range strings.Count(where, "?") {
			args = append(args, value)
		}
		if f.Parent != nil && err == nil {
			q.parents = append(q.parents, ask{f.Parent, value, f.Required})
		}
	}
	if err != nil {
		return append(faults, fault.Field{Name: f.Param, Text: f.Param + " " + err.Error()})
	}
	if where != "" {
		q.where = append(q.where, where)
		q.args = append(q.args, args...)
	}
	return faults
}

// maxFilter bounds the text of a filter, in characters. Nothing that is stored and searched is longer,
// and a pattern of 50,000 bytes is more than SQLite takes.
const maxFilter = 2000

var errFilterTooLong = fmt.Errorf("is longer than %d characters", maxFilter)

func readPage(asked Asked, param string, set func(int), faults []fault.Field) []fault.Field {
	text, sent := asked[param]
	if !sent || text == "" {
		return faults
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 {
		return append(faults, fault.Field{Name: param, Text: param + " must be a whole number of 0 or more"})
	}
	set(number)
	return faults
}

// matchName finds a name exactly, and only if that fails without regard to case: CommType and
// commType are two fields.
func matchName(name string, names []string) string {
	if slices.Contains(names, name) {
		return name
	}
	for _, candidate := range names {
		if strings.EqualFold(candidate, name) {
			return candidate
		}
	}
	return ""
}

// quoteName bounds a name that the caller made up before it is said back.
func quoteName(name string) string {
	const longest = 40
	if runes := []rune(name); len(runes) > longest {
		name = string(runes[:longest]) + "…"
	}
	return name
}

// AppendList appends the rows that q asks for, as a JSON array.
func (p *Plan) AppendList(dst []byte, c store.Conn, q *Question, settled dental.DateTime, format *Format) ([]byte, error) {
	var pointers []pointer
	for _, a := range q.parents {
		if a.key.AsInt() != 0 || a.always { // else 0 is a value: no clinic, no patient
			pointers = append(pointers, pointer{a.parent, a.key})
		}
	}
	if err := mustExist(c, pointers); err != nil {
		return dst, err
	}
	if q.list.Admit != nil {
		if err := q.list.Admit(c, q.asked); err != nil {
			return dst, err
		}
	}
	end := q.list.shape.end
	switch {
	case q.undated:
		end = []byte(`,"serverDateTime":""}`)
	case q.list.ServerDateTime:
		end = serverDateTimeEnd(settled, format)
	}
	return q.list.shape.appendRows(dst, c.Query(p.listStatement(q), q.arguments()...), format, end)
}

func (q *Question) arguments() []store.Value {
	args := make([]store.Value, 0, 2*len(q.args)+len(q.last)+2)
	args = append(args, q.args...)
	if q.beginsByKey() {
		args = append(args, q.args...)
		return append(args, store.Int(q.page.Offset), store.Int(q.page.Limit))
	}
	args = append(args, q.last...)
	return append(args, store.Int(q.page.Limit), store.Int(q.page.Offset))
}

// beginsByKey tells whether the page is found by the key of its first row. The rows that are passed over
// are then not read, and nothing is looked up for them.
func (q *Question) beginsByKey() bool { return q.page.Offset > 0 && q.order == "" }

func (p *Plan) listStatement(q *Question) string {
	key := "r.`" + p.key.Column + "`"
	conditions := strings.Join(q.where, " AND ")
	if conditions != "" {
		conditions = " WHERE " + conditions
	}
	order := " ORDER BY "
	if q.order != "" {
		order += q.order + ", "
	}
	order += key
	if !q.beginsByKey() {
		return q.list.shape.from + conditions + order + " LIMIT ? OFFSET ?"
	}
	first := key + " >= (SELECT " + key + " FROM `" + p.Table + "` AS r" + conditions + order + " LIMIT 1 OFFSET ?)"
	if conditions == "" {
		return q.list.shape.from + " WHERE " + first + order + " LIMIT ?"
	}
	return q.list.shape.from + conditions + " AND " + first + order + " LIMIT ?"
}

// pointer is a key that must be a row's.
type pointer struct {
	parent *Parent
	key    store.Value
}

// MustExist is NotFound unless the row is there.
func (parent *Parent) MustExist(c store.Conn, key store.Value) error {
	return mustExist(c, []pointer{{parent, key}})
}

// mustExist is NotFound for the first pointer to no row. All are looked up by one statement.
func mustExist(c store.Conn, pointers []pointer) error {
	if len(pointers) == 0 {
		return nil
	}
	var sql strings.Builder
	args := make([]store.Value, 0, len(pointers))
	for i, p := range pointers {
		if i == 0 {
			sql.WriteString("SELECT EXISTS (")
		} else {
			sql.WriteString(", EXISTS (")
		}
		sql.WriteString(p.parent.statement())
		sql.WriteByte(')')
		args = append(args, p.key)
	}
	rows := c.Query(sql.String(), args...)
	var missing *Parent
	if rows.Next() {
		for i, p := range pointers {
			if missing == nil && rows.Int(i) == 0 {
				missing = p.parent
			}
		}
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if missing != nil {
		return fault.New(fault.NotFound, "%s not found", missing.Thing)
	}
	return nil
}

func (parent *Parent) statement() string {
	sql := "SELECT 1 FROM `" + parent.Table + "` WHERE `" + parent.Key + "` = ?"
	if parent.Also != "" {
		sql += " AND " + parent.Also
	}
	return sql
}
