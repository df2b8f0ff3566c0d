package mysql

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"

	mysql "github.com/go-sql-driver/mysql"
)

// The driver would put TLS over the wire, and rows could not be taken off it. So wire makes the connection
// secure itself, between the server's greeting and the driver's answer to it, as the protocol has it: it
// announces TLS with the fixed part of that answer, changes to TLS, and sends the answer whole.

// checkGreeting looks whether the server offers what is wanted of it.
func (w *wire) checkGreeting(body []byte) error {
	if w.secure == nil || offersTLS(body) {
		return nil
	}
	if w.optional {
		w.secure = nil
		return nil
	}
	w.refusal = mysql.ErrNoTLS
	return w.refusal
}

// offersTLS reads the greeting: behind the protocol's version, the server's name, the connection's number
// and the first part of the challenge stand the capabilities. A refusal offers nothing, and needs nothing.
func offersTLS(greeting []byte) bool {
	if len(greeting) == 0 || greeting[0] == bodyError {
		return true
	}
	name := bytes.IndexByte(greeting, 0)
	at := name + 1 + 4 + 8 + 1
	return name > 0 && len(greeting) >= at+2 && binary.LittleEndian.Uint16(greeting[at:])&canTLS != 0
}

var errShortResponse = errors.New("mysql: the driver's first packet is not as expected")

// respond sends the driver's answer to the greeting, over TLS where that is wanted, and notes what the
// driver has settled.
func (w *wire) respond(packet []byte) (int, error) {
	if len(packet) < responseLength {
		return 0, errShortResponse
	}
	can := binary.LittleEndian.Uint32(packet[headerLength:])
	own := binary.LittleEndian.Uint32(packet[responseLength-4:])
	w.features = features{noEOF: can&canOmitEOF != 0, cachesTypes: can&canMySQL == 0 && own&canCacheTypes != 0}
	if w.secure == nil {
		return w.Conn.Write(packet)
	}
	secured := bytes.Clone(packet)
	binary.LittleEndian.PutUint32(secured[headerLength:], can|canTLS)
	announced := bytes.Clone(secured[:responseLength])
	announced[0], announced[1], announced[2] = responseLength-headerLength, 0, 0
	if _, err := w.Conn.Write(announced); err != nil {
		return 0, err
	}
	over := tls.Client(w.raw, w.secure)
	if err := over.Handshake(); err != nil {
		w.refusal = err
		return 0, err
	}
	w.Conn = over
	w.shift = 1
	secured[3]++
	return w.Conn.Write(secured)
}
