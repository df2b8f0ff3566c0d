//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/odapi"
)

// route is one measured method of the API.
type route struct {
	name        string // on the command line
	title       string // in the table
	method      string
	connections int
	status      int
	refusal     int // see load
	// distinct is how many different requests there are.
	distinct int
	path     func(i int) string
	body     func(dst []byte, i int) []byte
	// peer is the path of the database/sql twin; nil is none.
	peer func(i int) string

	floor     float64 // of the static twin's requests per second
	maxAllocs float64 // per request; 0 is no goal
}

const (
	pageLength  = 100
	pageOffsets = referralCount - pageLength + 1
)

func routes() []route {
	noBody := func(dst []byte, _ int) []byte { return dst }
	page := func(i int) string { return fmt.Sprintf("?Limit=%d&Offset=%d", pageLength, i) }
	return []route{
		{
			name: "patient", title: "GET one patient", method: http.MethodGet, connections: 16, status: http.StatusOK,
			distinct: patientCount, body: noBody,
			path:  func(i int) string { return odapi.Prefix + "patients/" + strconv.Itoa(i+1) },
			floor: 0.40,
		},
		{
			name: "list", title: "GET 100 referrals", method: http.MethodGet, connections: 16, status: http.StatusOK,
			distinct: pageOffsets, body: noBody,
			path:  func(i int) string { return odapi.Prefix + "referrals" + page(i) },
			peer:  func(i int) string { return peerPath + page(i) },
			floor: 0.12, maxAllocs: 60,
		},
		{
			name: "post", title: "POST a refattach", method: http.MethodPost, connections: 32, status: http.StatusCreated,
			refusal:  http.StatusBadRequest,
			distinct: attachments, body: appendAttachment,
			path:  func(int) string { return odapi.Prefix + "refattaches" },
			floor: 0.12,
		},
	}
}

// attachments is how many pairs of patient and source there are, each in three directions. A
// second row for the same three is refused as a duplicate.
const attachments = patientCount * referralCount * 3

// scatter has no factor in common with attachments: a walk in steps of it meets each one once, and
// neighbours in time are far apart in the indexes.
const scatter = 1299709

// appendAttachment appends the body of the i-th POST. Only where sample data has the three already
// is it refused.
func appendAttachment(dst []byte, i int) []byte {
	n := i * scatter % attachments
	patient, n := n%patientCount, n/patientCount
	source, direction := n%referralCount, n/referralCount
	dst = append(dst, `{"PatNum":`...)
	dst = strconv.AppendInt(dst, int64(patient+1), 10)
	dst = append(dst, `,"ReferralNum":`...)
	dst = strconv.AppendInt(dst, int64(source+1), 10)
	dst = append(dst, `,"ReferralType":"`...)
	dst = append(dst, [...]string{"RefTo", "RefFrom", "RefCustom"}[direction]...)
	return append(dst, `","RefDate":"2024-05-06","Note":"Second opinion on the lower left molar."}`...)
}

// source makes the requests of one twin of a route, in the order in which they are sent.
type source struct {
	route   route
	ready   [][]byte // the requests of a GET, whole
	head    []byte   // of a POST, up to the value of Content-Length
	content []byte
	sent    int
}

// staticAsked is how many requests of each route the server has asked itself; see staticTwin. A
// POST must not repeat them.
const staticAsked = 41

func newSource(r route, address netip.AddrPort, path func(i int) string) *source {
	s := &source{route: r, sent: staticAsked}
	head := func(path string) []byte {
		return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\nAccept: application/json\r\nAuthorization: %s\r\n",
			r.method, path, address, authorization)
	}
	if r.method == http.MethodPost {
		s.head = append(head(path(0)), "Content-Type: application/json\r\nContent-Length: "...)
		return s
	}
	for i := range r.distinct {
		s.ready = append(s.ready, append(head(path(i)), "\r\n"...))
	}
	return s
}

// next appends a request: a random GET, or the POST that comes next.
func (s *source) next(dst []byte) []byte {
	if s.ready != nil {
		return append(dst, s.ready[rand.IntN(len(s.ready))]...)
	}
	s.content = s.route.body(s.content[:0], s.sent)
	s.sent++
	dst = append(dst, s.head...)
	dst = strconv.AppendInt(dst, int64(len(s.content)), 10)
	dst = append(dst, "\r\n\r\n"...)
	return append(dst, s.content...)
}
