package apitest

import (
	"context"
	"encoding/json"
	"fmt"
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
			path := "/" + strings.Trim(plan.Path+"/"+list.Action, "/") + required(list)
			if at == 0 {
				importHundred(t, s, r, queryOf(t, path))
			}
			ask := func(limit int) int {
				query := queryOf(t, path)
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

func TestNoReadingActionAsksAQuestionPerRow(t *testing.T) {
	tested := 0
	for _, r := range od.All() {
		plan := r.Plan()
		for _, action := range r.Acts() {
			if action.Method != http.MethodGet {
				continue
			}
			tested++
			s := newWorld(t)
			sent := od.Sent{Query: make(url.Values)}
			form := action.Form()
			for i := range form.Fields {
				if field := &form.Fields[i]; field.Required {
					sent.Query.Set(field.Name, fmt.Sprint(sample(plan.Path, field, nil)))
				}
			}
			if action.OnRow {
				sent.Key = parentKeys[action.Row(plan).Table]
			}
			ask := func() int {
				db := &counted{DB: s.Book.DB}
				desk := od.Desk{Book: &record.Book{DB: db, Clock: s.Book.Clock}, Caller: audit.Operator, Format: &resource.Format{}}
				if _, _, err := action.Do(t.Context(), r, desk, sent, nil); err != nil {
					t.Errorf("GET %s with %v: %v", action.Path(plan), sent.Query, err)
				}
				return db.statements
			}
			before := ask()
			importHundred(t, s, r, sent.Query)
			if after := ask(); before == 0 || before != after {
				t.Errorf("GET %s asks %d questions, and %d when there are a hundred rows more", action.Path(plan), before, after)
			}
		}
	}
	if tested < 3 {
		t.Errorf("only %d actions were tested", tested)
	}
}

// importHundred gives the world a hundred rows of a resource, which have the values that a query asks for.
func importHundred(t *testing.T, s *Server, r od.Resource, query url.Values) {
	t.Helper()
	plan := r.Plan()
	var rows []string
	for key := 100_000; key < 100_100; key++ {
		row := map[string]any{plan.KeyName(): key}
		for name := range query {
			if field := plan.Field(name); field != nil && field.Column != "" {
				row[name] = query.Get(name)
			}
		}
		rows = append(rows, marshal(t, row))
	}
	s.Import(t, r, rows...)
}

func queryOf(t *testing.T, path string) url.Values {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}
