//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// load is a closed loop of requests: each connection sends its next request as soon as the answer
// to the last one is there. One thread serves all connections through epoll, without net/http,
// because what the client spends is taken from the server and is the same for a fast route and a
// slow one: a heavy client makes them look alike.
type load struct {
	address     netip.AddrPort
	connections int
	// next appends a whole request to dst.
	next   func(dst []byte) []byte
	status int // of an answer that is as it should be
	// refusal is the status of a request that was understood and turned down; 0 is none. It is
	// counted, not timed.
	refusal int
}

// tally is what a run of a load came to.
type tally struct {
	took      time.Duration
	latencies []time.Duration // of what was accepted, ascending
	refused   int
	client    time.Duration // CPU of the client
}

func (t *tally) requests() int { return len(t.latencies) + t.refused }

// quantile is a latency that the given part of the requests did not exceed.
func (t *tally) quantile(part float64) time.Duration {
	return t.latencies[int(part*float64(len(t.latencies)-1))]
}

// connection is one connection and the answer that it waits for.
type connection struct {
	fd   int
	sent time.Time
	head []byte // of the answer, until it is complete
	left int    // bytes of the body that are to come; -1 while the head is incomplete
	code int
}

const (
	patience   = 10 * time.Second // with a server that says nothing at all
	readBuffer = 128 << 10
)

// run sends requests for a while, then waits for the answers that are outstanding.
func (l *load) run(length time.Duration) (t *tally, err error) {
	poll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	defer syscall.Close(poll)
	all := make([]*connection, l.connections)
	for i := range all {
		if all[i], err = l.connect(poll, i); err != nil {
			return nil, err
		}
		defer syscall.Close(all[i].fd)
	}
	t = &tally{latencies: make([]time.Duration, 0, 1<<17)}
	spent := ownCPU()
	request, answers := make([]byte, 0, 1<<12), make([]byte, readBuffer)
	began := time.Now()
	for _, c := range all {
		if err := c.send(l.next(request[:0])); err != nil {
			return nil, err
		}
	}
	events := make([]syscall.EpollEvent, l.connections)
	for waiting := len(all); waiting > 0; {
		n, err := syscall.EpollWait(poll, events, int(patience/time.Millisecond))
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fmt.Errorf("no answer within %s", patience)
		}
		for _, event := range events[:n] {
			c := all[event.Fd]
			whole, err := c.receive(answers)
			if err != nil {
				return nil, err
			}
			if !whole {
				continue
			}
			now := time.Now()
			switch c.code {
			case l.status:
				t.latencies = append(t.latencies, now.Sub(c.sent))
			case l.refusal:
				t.refused++
			default:
				return nil, fmt.Errorf("answered %d instead of %d", c.code, l.status)
			}
			t.took = now.Sub(began)
			if t.took >= length {
				waiting--
				continue
			}
			if err := c.send(l.next(request[:0])); err != nil {
				return nil, err
			}
		}
	}
	t.client = ownCPU() - spent
	slices.Sort(t.latencies)
	return t, nil
}

// connect opens a connection; events of it carry its index.
func (l *load) connect(poll, index int) (*connection, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	c := &connection{fd: fd, left: -1}
	err = errors.Join(
		syscall.Connect(fd, &syscall.SockaddrInet4{Addr: l.address.Addr().As4(), Port: int(l.address.Port())}),
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1),
		syscall.SetNonblock(fd, true),
		syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(index)}),
	)
	if err != nil {
		syscall.Close(fd)
		return nil, err
	}
	return c, nil
}

func (c *connection) send(request []byte) error {
	c.sent = time.Now()
	n, err := syscall.Write(c.fd, request)
	if err == nil && n < len(request) {
		err = errors.New("a request did not fit into the socket's buffer")
	}
	return err
}

// receive reads once, and tells whether the answer is complete.
func (c *connection) receive(buffer []byte) (whole bool, err error) {
	n, err := syscall.Read(c.fd, buffer)
	switch {
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
		return false, nil
	case err != nil:
		return false, err
	case n == 0:
		return false, errors.New("the server has closed the connection")
	}
	if c.left < 0 {
		c.head = append(c.head, buffer[:n]...)
		if err := c.readHead(); err != nil || c.left < 0 {
			return false, err
		}
		c.head = c.head[:0]
	} else {
		c.left -= n
	}
	switch {
	case c.left < 0:
		return false, errors.New("an answer is longer than its Content-Length")
	case c.left > 0:
		return false, nil
	}
	c.left = -1
	return true, nil
}

var (
	endOfHead     = []byte("\r\n\r\n")
	contentLength = []byte("\r\nContent-Length: ")
)

// readHead reads status and length, once the head is there.
func (c *connection) readHead() error {
	end := bytes.Index(c.head, endOfHead)
	if end < 0 {
		return nil
	}
	at := bytes.Index(c.head[:end], contentLength)
	if at < 0 || end < len("HTTP/1.1 200") {
		return errors.New("an answer has no Content-Length")
	}
	value, _, _ := bytes.Cut(c.head[at+len(contentLength):], []byte("\r"))
	length, err := strconv.Atoi(string(value))
	if err != nil {
		return err
	}
	if c.code, err = strconv.Atoi(string(c.head[len("HTTP/1.1 "):len("HTTP/1.1 200")])); err != nil {
		return err
	}
	if c.left = end + len(endOfHead) + length - len(c.head); c.left < 0 {
		return errors.New("an answer is longer than its Content-Length")
	}
	return nil
}

// ownCPU is what this process has spent so far.
func ownCPU() time.Duration {
	var spent syscall.Rusage
	// It fails only for a wrong argument.
	syscall.Getrusage(syscall.RUSAGE_SELF, &spent)
	return time.Duration(spent.Utime.Nano() + spent.Stime.Nano())
}
