package sftptest

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Proxy stands between a client and a server, and does what a bad line does.
type Proxy struct {
	// Address is what the client connects to.
	Address string
	// CutAfter cuts a connection after so many bytes in one direction; 0 is never.
	CutAfter atomic.Int64
	// Cuts is how many connections are cut; those that follow are left alone.
	Cuts atomic.Int64
	// Delay is how long each part of what the server sends is held back.
	Delay atomic.Int64
	// Silent lets nothing through.
	Silent atomic.Bool
	// Connections counts those that were made.
	Connections atomic.Int64

	listener net.Listener
	to       string
	mu       sync.Mutex
	open     []net.Conn
}

// NewProxy makes a proxy before an address, until the test ends.
func NewProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Address: listener.Addr().String(), listener: listener, to: to}
	go p.serve()
	t.Cleanup(p.close)
	return p
}

func (p *Proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.open {
		conn.Close()
	}
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.Connections.Add(1)
		server, err := net.Dial("tcp", p.to)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.open = append(p.open, client, server)
		p.mu.Unlock()
		cutAfter := p.CutAfter.Load()
		if p.Cuts.Load() < 1 {
			cutAfter = 0
		}
		go p.pass(server, client, cutAfter)
		go p.pass(client, server, cutAfter)
	}
}

// pass copies one direction.
func (p *Proxy) pass(to, from net.Conn, cutAfter int64) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 16<<10)
	for passed := int64(0); ; {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		for p.Silent.Load() {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Duration(p.Delay.Load()))
		if passed += int64(n); cutAfter > 0 && passed > cutAfter && p.Cuts.Add(-1) >= 0 {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil && err != io.EOF {
			return
		}
	}
}
