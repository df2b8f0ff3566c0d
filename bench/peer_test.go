//go:build linux

package main

import (
	"context"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// openBench serves a sample in this process, as something that checkPeer can ask.
func openBench(t *testing.T, location string) *bench {
	t.Helper()
	data, err := fill(context.Background(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := data.registry.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := newServer(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.peer.close() })
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return &bench{server: &child{address: netip.MustParseAddrPort(web.Listener.Addr().String())}}
}

func TestPeersOnSQLiteAnswerTheSameBytes(t *testing.T) {
	b := openBench(t, t.TempDir())
	for _, name := range []string{"patient", "list"} {
		if err := b.checkPeer(routes()[name]); err != nil {
			t.Error(err)
		}
	}
}

func TestPeersOnMariaDBAnswerTheSame(t *testing.T) {
	maria, err := storetest.StartMariaDB()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(maria.Remove)
	b := openBench(t, maria.URL())
	before, err := b.countAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"patient", "list", "post", "single"} {
		if err := b.checkPeer(routes()[name]); err != nil {
			t.Error(err)
		}
	}
	// The two POSTs are the only ones.
	post := routes()["post"]
	twins := []*twin{
		{title: "two POSTs", server: b.server, leaves: post.leaves, created: 2},
		{server: b.server, leaves: post.peerLeaves, created: 2},
	}
	if err := b.checkCounts(before, twins); err != nil {
		t.Error(err)
	}
}
