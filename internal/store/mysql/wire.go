package mysql

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"syscall"
	"time"
)

// wire is the connection to the server as the driver has it. The driver speaks the protocol; wire follows
// how far an answer is, so that rows can be taken off the stream before the driver sees them: the driver
// would put each cell into an interface, which allocates once per cell. What wire does not know it passes on
// as it is.
//
// A packet is three bytes of length, a sequence number, and its body. The driver checks the numbers, so those
// that follow what was taken, or what was added for TLS, are counted anew.
type wire struct {
	net.Conn          // what is read and written: raw, or TLS over it
	raw      net.Conn // what was dialed
	secure   *tls.Config
	optional bool  // a server without TLS will do
	refusal  error // why the connection could not be made secure

	buffer   []byte
	from, to int  // what was received and is not yet passed on
	due      int  // of the packet that is being passed on
	patient  bool // waits for the server for as long as it takes

	greeting bool // until the driver has answered the server's first packet
	shift    byte // how far the server's sequence numbers are ahead of the driver's
	features features
	phase    phase
	columns  int  // of the result
	left     int  // definitions of columns that are still to come
	split    bool // the next packet goes on with the one before
}

// features are what both sides can do, as the driver has settled it.
type features struct {
	noEOF       bool // no packet stands between the columns and the rows
	cachesTypes bool // columns that the driver knows already are not sent again
}

// phase is where in an answer the next packet stands.
type phase uint8

const (
	otherPhase phase = iota
	headPhase        // OK, an error, or how many columns a result has
	columnPhase
	columnEndPhase
	rowPhase
)

// Bits of the protocol: capabilities of the greeting, and of the status that ends an answer.
const (
	canMySQL      = 1 << 0
	canTLS        = 1 << 11
	canOmitEOF    = 1 << 24
	canCacheTypes = 1 << 4 // of MariaDB's own capabilities

	moreResults = 1 << 3
)

const (
	headerLength   = 4
	longestPacket  = 1<<24 - 1
	responseLength = headerLength + 32 // the fixed part of the driver's answer to the greeting

	commandQuery   = 0x03
	commandExecute = 0x17

	bodyOK    = 0x00
	bodyEnd   = 0xfe
	bodyError = 0xff
)

func newWire(raw net.Conn, s settings) *wire {
	return &wire{Conn: raw, raw: raw, secure: s.secure, optional: s.optional, patient: s.patient, greeting: true, buffer: make([]byte, 16<<10)}
}

// SyscallConn implements syscall.Conn, by which the driver looks whether an idle connection still lives.
func (w *wire) SyscallConn() (syscall.RawConn, error) {
	if raw, ok := w.raw.(syscall.Conn); ok {
		return raw.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}

// SetReadDeadline is called before the driver reads. The rows that it does not see have to come in time,
// too: so the wire counts the silence itself.
func (w *wire) SetReadDeadline(time.Time) error { return nil }

// Close may be called while another goroutine reads or writes.
func (w *wire) Close() error { return w.raw.Close() }

// Write sends what the driver sends: one packet, or a part of one that is split.
func (w *wire) Write(packet []byte) (int, error) {
	switch {
	case w.greeting:
		w.greeting = false
		return w.respond(packet)
	case packet[3] == 0:
		w.shift, w.phase = 0, otherPhase
		if command := packet[headerLength]; command == commandQuery || command == commandExecute {
			w.phase = headPhase
		}
		return w.Conn.Write(packet)
	case w.shift != 0:
		packet = append([]byte(nil), packet...)
		packet[3] += w.shift
	}
	return w.Conn.Write(packet)
}

// Read passes on what has been received, up to the first row of a result: when the driver comes to ask for
// rows, it is to skip those that nobody wants.
func (w *wire) Read(dst []byte) (n int, err error) {
	for n < len(dst) {
		if w.due == 0 {
			if n > 0 && (w.phase == rowPhase || !w.hasPacket()) {
				return n, nil
			}
			if err := w.nextPacket(); err != nil {
				return n, err
			}
		}
		part := copy(dst[n:], w.buffer[w.from:min(w.to, w.from+w.due)])
		n += part
		w.from += part
		w.due -= part
		if w.due > 0 {
			return n, nil
		}
	}
	return n, nil
}

// nextPacket receives the packet that is to be passed on, and notes what follows it.
func (w *wire) nextPacket() error {
	body, err := w.receive()
	if err != nil {
		return err
	}
	if w.greeting {
		if err := w.checkGreeting(body); err != nil {
			return err
		}
	}
	w.buffer[w.from+3] -= w.shift
	w.due = headerLength + len(body)
	continues := w.split
	w.split = len(body) == longestPacket
	if !continues {
		w.advance(body)
	}
	return nil
}

// advance finds the phase of the packet that follows this one.
func (w *wire) advance(body []byte) {
	switch w.phase {
	case headPhase:
		switch {
		case len(body) == 0 || body[0] == bodyError || body[0] == 0xfb:
			w.phase = otherPhase
		case body[0] == bodyOK:
			w.phase = afterResult(statusAfterCounts(body))
		default:
			w.begin(body)
		}
	case columnPhase:
		if w.left--; w.left == 0 {
			w.phase = w.afterColumns()
		}
	case columnEndPhase:
		w.phase = rowPhase
	case rowPhase:
		if !isRow(body) {
			w.phase = afterResult(w.status(body))
		}
	}
}

// begin reads how many columns a result has, and whether they are described.
func (w *wire) begin(body []byte) {
	columns, length := lengthOf(body)
	w.columns, w.left, w.phase = columns, columns, columnPhase
	if w.features.cachesTypes && length < len(body) && body[length] == 0 {
		w.phase = w.afterColumns()
	}
}

func (w *wire) afterColumns() phase {
	if w.features.noEOF {
		return rowPhase
	}
	return columnEndPhase
}

func afterResult(status uint16) phase {
	if status&moreResults != 0 {
		return headPhase
	}
	return otherPhase
}

// isRow tells a row from what ends the rows. A text row may begin with the same byte, when its first cell is
// longer than a packet can be.
func isRow(body []byte) bool {
	return len(body) > 0 && body[0] != bodyError && (body[0] != bodyEnd || len(body) >= longestPacket)
}

// status is that of the packet that ends the rows; an error has none.
func (w *wire) status(end []byte) uint16 {
	switch {
	case len(end) == 0 || end[0] == bodyError:
		return 0
	case w.features.noEOF:
		return statusAfterCounts(end)
	case len(end) < 5:
		return 0
	}
	return binary.LittleEndian.Uint16(end[3:])
}

// statusAfterCounts is the status of an OK packet: behind its first byte, the rows that were changed and the
// key that was given.
func statusAfterCounts(body []byte) uint16 {
	rest := body[1:]
	for range 2 {
		_, length := lengthOf(rest)
		rest = rest[min(length, len(rest)):]
	}
	if len(rest) < 2 {
		return 0
	}
	return binary.LittleEndian.Uint16(rest)
}

// errTooLong says of a row what no row of ours can be.
var errTooLong = errors.New("mysql: a row is longer than 16 MB")

// takeRow takes the next row off the stream. It is valid until the next call. io.EOF says that there is none
// left, and that the driver has to read on.
func (w *wire) takeRow() (body []byte, err error) {
	if w.phase != rowPhase || w.due > 0 {
		return nil, io.EOF
	}
	if body, err = w.receive(); err != nil {
		return nil, err
	}
	if !isRow(body) {
		return nil, io.EOF
	}
	if len(body) == longestPacket {
		return nil, errTooLong
	}
	w.from += headerLength + len(body)
	w.shift++
	return body, nil
}

// hasPacket tells whether a whole packet has been received.
func (w *wire) hasPacket() bool {
	waiting := w.buffer[w.from:w.to]
	return len(waiting) >= headerLength && len(waiting) >= headerLength+packetLength(waiting)
}

func packetLength(header []byte) int {
	return int(header[0]) | int(header[1])<<8 | int(header[2])<<16
}

// receive waits for the next packet, and leaves it in the buffer.
func (w *wire) receive() (body []byte, err error) {
	if err := w.need(headerLength); err != nil {
		return nil, err
	}
	length := packetLength(w.buffer[w.from:])
	if err := w.need(headerLength + length); err != nil {
		return nil, err
	}
	return w.buffer[w.from+headerLength : w.from+headerLength+length], nil
}

// need receives until n bytes are there.
func (w *wire) need(n int) error {
	if w.to-w.from >= n {
		return nil
	}
	if w.from > 0 {
		copy(w.buffer, w.buffer[w.from:w.to])
		w.to -= w.from
		w.from = 0
	}
	if n > len(w.buffer) {
		w.buffer = append(w.buffer[:w.to:w.to], make([]byte, n-w.to)...)
	}
	for w.to < n {
		if !w.patient {
			if err := w.Conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
				return err
			}
		}
		received, err := w.Conn.Read(w.buffer[w.to:])
		w.to += received
		if err != nil && w.to < n {
			return err
		}
	}
	return nil
}

// lengthOf reads a number of variable length, and how many bytes it takes. NULL, and what ends too early, is 0.
func lengthOf(data []byte) (number, length int) {
	if len(data) == 0 {
		return 0, 0
	}
	size := 0
	switch data[0] {
	case 0xfc:
		size = 2
	case 0xfd:
		size = 3
	case 0xfe:
		size = 8
	case 0xfb, 0xff:
		return 0, 1
	default:
		return int(data[0]), 1
	}
	if len(data) < 1+size {
		return 0, len(data)
	}
	for at := size; at > 0; at-- {
		number = number<<8 | int(data[at])
	}
	return number, 1 + size
}
