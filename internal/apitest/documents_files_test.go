package apitest

import (
	"archive/zip"
	"bytes"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// zipped is a ZIP file with parts of these names, as Office's files are.
func zipped(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("<?xml version=\"1.0\"?><x/>")); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exec runs a statement that no request would.
func (s *Server) exec(t *testing.T, sql string) {
	t.Helper()
	err := s.Book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error { return tx.Send(sql) })
	if err != nil {
		t.Fatal(err)
	}
}
