package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"path"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// giveFiles gives documents their files, and the documents' SFTP site its own.
func (s *Server) giveFiles(t testing.TB, given map[string]json.RawMessage) error {
	t.Helper()
	var files []struct {
		DocNum    int64
		Extension string `json:"extension"`
	}
	if text, ok := given["documentfile"]; ok {
		if err := json.Unmarshal(text, &files); err != nil {
			return err
		}
	}
	for _, file := range files {
		if err := s.giveFile(document.Owner{Table: "document", Num: file.DocNum}, file.Extension); err != nil {
			return err
		}
	}
	text, ok := given["sftpfile"]
	if !ok {
		return nil
	}
	var names []string
	if err := json.Unmarshal(text, &names); err != nil {
		return err
	}
	site, err := sandbox.NewSite()
	if err != nil {
		return err
	}
	t.Cleanup(func() { site.Close() })
	for _, name := range names {
		if err := site.Write(name, sandbox.SampleFile(path.Ext(name), path.Base(name))); err != nil {
			return err
		}
	}
	s.site = site
	s.ServeFiles(t, document.NewRoom(s.bodies, document.Options{Hosts: map[string]string{sandbox.SiteHost: site.Address}}))
	return nil
}

func (s *Server) giveFile(owner document.Owner, extension string) error {
	ctx := context.Background()
	received, err := s.Shelf().Receive(ctx, bytes.NewReader(sandbox.SampleFile(extension, "given")), document.MaxBody)
	if err != nil {
		return err
	}
	defer received.Close()
	if err := received.Settle("extension", "x"+extension); err != nil {
		return err
	}
	return s.Shelf().Keep(ctx, []*document.Received{received}, func() error {
		return s.Book.DB.Write(ctx, func(tx store.Tx) error { return received.Use(tx, owner, document.File) })
	})
}
