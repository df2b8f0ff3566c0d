package query

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/sqlite"
)

func TestDev(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	db, err := sqlite.Open(path, store.PracticeMigrations(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := sandbox.Seed(t.Context(), &record.Book{DB: db, Clock: time.Now}, 1); err != nil {
		t.Fatal(err)
	}
	room := New(Options{})
	f, _ := os.Open("/tmp/q.sql")
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		q := sc.Text()
		if strings.TrimSpace(q) == "" {
			continue
		}
		j := &JSON{Limit: 3}
		p, err := rewrite.Compile(q, rewrite.Options{Schema: Schema})
		if err != nil {
			fmt.Println("--", q, "\n   COMPILE", err)
			continue
		}
		err = room.Run(t.Context(), db, 1, q, j)
		fmt.Println("--", q)
		if err != nil || os.Getenv("SQL") != "" {
			for _, s := range p.Steps {
				fmt.Println("   SQL", s.SQL)
				fmt.Println("   NAT", s.Native)
			}
		}
		fmt.Println("   ", err, string(j.Finish()))
	}
}
