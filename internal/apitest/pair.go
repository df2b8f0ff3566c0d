package apitest

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// pair is a server and its like on the other engine, which is given the same, asked the same, and must
// answer the same bytes and keep the same rows.
type pair struct {
	t     testing.TB
	one   *Server // without the pair, to ask it alone
	other *Server
	sent  int
}

// NewPair makes a server on the chosen engine that has its like on the other one. What is done through
// Give, Import, CreateKey, SetClock, Do and DoAs is done with both. A test that reaches past these, into
// Book or Handler, takes a NewServer.
//
// Where the run is for SQLite it stands alone: a practice on a server takes a tenth of a second to make, and
// `make unit-mariadb` compares the two.
func NewPair(t testing.TB) *Server {
	t.Helper()
	s := NewServer(t)
	if testdb.Chosen() == testdb.SQLite {
		return s
	}
	alone := &Server{Practices: s.Practices, Practice: s.Practice, Book: s.Book, Handler: s.Handler, engine: s.engine}
	s.pair = &pair{t: t, one: alone, other: newServerOn(t, testdb.SQLite)}
	t.Cleanup(s.pair.compareRows)
	return s
}

// do sends a request to both and compares the answers: status, all headers, body.
func (p *pair) do(authorization, method, path, body string) *httptest.ResponseRecorder {
	p.sent++
	ask := func(s *Server) *httptest.ResponseRecorder {
		r := newRequest(authorization, method, path, body)
		r.Header.Set("X-Request-Id", fmt.Sprintf("pair-%d", p.sent)) // it stands in the trail
		return s.serve(r)
	}
	one, other := ask(p.one), ask(p.other)
	if one.Code != other.Code || one.Body.String() != other.Body.String() || !maps.EqualFunc(one.Header(), other.Header(), slices.Equal) {
		p.t.Errorf("the engines answer %s %s %.200s not alike\n%s: %s\n%s: %s", method, path, body,
			p.one.engine, answerOf(one), p.other.engine, answerOf(other))
	}
	return one
}

func answerOf(w *httptest.ResponseRecorder) string {
	return fmt.Sprintf("%d %v\n\t%s", w.Code, w.Header(), w.Body)
}

// compareRows compares all that the practices hold in the end: the rows, the change rows, and the
// trail down to its hashes.
func (p *pair) compareRows() {
	one, other := p.one.Rows(p.t), p.other.Rows(p.t)
	for table := range one {
		if !slices.Equal(one[table], other[table]) {
			p.t.Errorf("the engines keep other rows of %s (-%s, +%s):\n%.4000s", table, p.one.engine, p.other.engine, cmp.Diff(one[table], other[table]))
		}
	}
	if len(one) < 10 || len(one) != len(other) {
		p.t.Errorf("the engines have %d and %d tables", len(one), len(other))
	}
}
