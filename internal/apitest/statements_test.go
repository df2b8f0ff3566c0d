package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// counted is a database that counts the statements which read it.
type counted struct {
	store.DB
	statements int
}

// Read implements store.DB.
func (db *counted) Read(ctx context.Context, fn func(store.Conn) error) error {
	return db.DB.Read(ctx, func(c store.Conn) error { return fn(&countedConn{c, db}) })
}

// Snapshot implements store.DB.
func (db *counted) Snapshot(ctx context.Context, fn func(store.Conn) error) error {
	return db.DB.Snapshot(ctx, func(c store.Conn) error { return fn(&countedConn{c, db}) })
}

type countedConn struct {
	store.Conn
	db *counted
}

// Query implements store.Conn.
func (c *countedConn) Query(sql string, args ...store.Value) store.Rows {
	c.db.statements++
	return c.Conn.Query(sql, args...)
}

func TestNoListAsksAQuestionPerRow(t *testing.T) {
	s := newWorld(t)
	for _, r := range od.All() {
		plan := r.Plan()
		for at, list := range plan.Lists {
			path := "/" + strings.Trim(plan.Path+"/"+list.Action, "/")
			query, values := requiredOf(list)
			if at == 0 {
				if plan.Path == "clinics" {
					settle(t, s, plan) // none are listed where they are off
				}
				importRows(t, s, r, values, 100_000, 100_100)
			}
			ask := func(limit int) int {
				query.Set("Limit", fmt.Sprint(limit))
				question, err := plan.Ask(at, query, false)
				if err != nil {
					t.Fatalf("GET %s: %v", path, err)
				}
				db := &counted{DB: s.Book.DB}
				var answer []byte
				err = db.Read(t.Context(), func(c store.Conn) (err error) {
					answer, err = plan.AppendList(nil, c, question, dental.DateTime{}, &resource.Format{})
					return err
				})
				var rows []any
				if err != nil || json.Unmarshal(answer, &rows) != nil || len(rows) != limit {
					t.Errorf("GET %s with Limit %d answers %d rows: %v", path, limit, len(rows), err)
				}
				return db.statements
			}
			if one, many := ask(1), ask(100); one == 0 || one != many {
				t.Errorf("GET %s asks %d questions for one row and %d for a hundred", path, one, many)
			}
		}
	}
}

// requiredOf are the parameters without which there is no list, and what rows have that are in it: a row of
// the world, or a moment and a later one.
func requiredOf(list resource.List) (query, values url.Values) {
	query, values = make(url.Values), make(url.Values)
	for _, filter := range list.Filters {
		switch {
		case !filter.Required:
		case filter.Parent == nil:
			query.Set(filter.Param, "2021-02-03 10:20:30")
			values.Set(filter.Param, "2021-02-03 10:20:31")
		default:
			query.Set(filter.Param, fmt.Sprint(parentKeys[filter.Parent.Table]))
			values.Set(filter.Param, query.Get(filter.Param))
		}
	}
	return query, values
}

// readings are the queries of the actions that read. The rows that they are counted with have these values.
var readings = map[string]string{
	"/appointments/Slots":         "date=2026-02-03",
	"/appointments/SlotsWebSched": "date=2026-02-03&defNumApptType=326",
	"/apptfields":                 "AptNum=1&FieldName=Sample",
	"/discountplansubs":           "PatNum=2",
	"/documents":                  "PatNum=2",
	"/patfields":                  "PatNum=2&FieldName=Sample",
	"/patientnotes/{PatNum}":      "",
	"/subscriptions":              "",
}

func TestNoReadingActionAsksAQuestionPerRow(t *testing.T) {
	for _, r := range od.All() {
		plan := r.Plan()
		for _, action := range r.Acts() {
			if action.Method != http.MethodGet || action.Reaches {
				continue
			}
			path := action.Path(plan)
			text, ok := readings[path]
			query, err := url.ParseQuery(text)
			if !ok || err != nil {
				t.Errorf("GET %s reads, and has no query in readings: %v", path, err)
				continue
			}
			s := newWorld(t)
			free := strings.HasPrefix(path, "/appointments/Slots")
			if free {
				giveJSON(t, s, bookable)
				day, _ := dental.ParseDate("2026-02-03")
				giveDays(t, s, day, 1)
			}
			sent := od.Sent{Query: query}
			if action.OnRow {
				sent.Key = parentKeys[action.Row(plan).Table]
			}
			ask := func() (statements int, answer []byte) {
				db := &counted{DB: s.Book.DB}
				desk := od.Desk{Book: &record.Book{DB: db, Clock: s.Book.Clock}, Caller: audit.Operator, Format: &resource.Format{}}
				done, err := action.Do(t.Context(), r, desk, sent, nil)
				if err != nil {
					t.Errorf("GET %s with %v: %v", path, query, err)
				}
				return db.statements, done.Body
			}
			importRows(t, s, r, query, 100_000, 100_001)
			one, first := ask()
			importRows(t, s, r, query, 100_001, 100_100)
			many, hundred := ask()
			if one == 0 || one != many {
				t.Errorf("GET %s asks %d questions for one row and %d for a hundred", path, one, many)
			}
			if free && bytes.Equal(first, []byte("[]")) {
				t.Errorf("GET %s finds no free time", path)
			}
			if !free && bytes.HasPrefix(first, []byte("[")) && len(hundred) <= len(first) {
				t.Errorf("GET %s answers %.40s of one row and of a hundred", path, first)
			}
		}
	}
}

// importRows gives the world rows of a resource with the keys from one number up to another. They have the
// values that are named as their fields.
func importRows(t *testing.T, s *Server, r od.Resource, values url.Values, from, to int) {
	t.Helper()
	plan := r.Plan()
	var rows []string
	for key := from; key < to; key++ {
		row := map[string]any{plan.KeyName(): key}
		maps.Copy(row, listed[plan.Path])
		for name := range values {
			if field := plan.Field(name); field != nil && field.Column != "" {
				row[name] = values.Get(name)
			}
		}
		rows = append(rows, marshal(t, row))
	}
	s.Import(t, r, rows...)
}
