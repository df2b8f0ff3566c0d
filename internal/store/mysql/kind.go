package mysql

import "strings"

// kind is the make of a server. Where the makes need different words, they stand in this file.
type kind uint8

const (
	mariaDB kind = iota
	mySQL
	tiDB
)

// kindOf reads what VERSION() says: "10.11.14-MariaDB-0+deb12u2", "8.4.1", "8.0.11-TiDB-v8.5.0".
func kindOf(version string) kind {
	switch {
	case strings.Contains(version, "MariaDB"):
		return mariaDB
	case strings.Contains(version, "TiDB"):
		return tiDB
	}
	return mySQL
}

// String is the name that the makers give it.
func (k kind) String() string { return [...]string{"MariaDB", "MySQL", "TiDB"}[k] }

// oldest is the oldest version that has what we use. TiDB says which MySQL it speaks.
func (k kind) oldest() float64 { return [...]float64{10.6, 8.0, 8.0}[k] }

// snapshot begins a transaction that reads one state.
func (k kind) snapshot() string {
	if k == tiDB { // knows no read-only ones
		return "START TRANSACTION WITH CONSISTENT SNAPSHOT"
	}
	return "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
}

// shareNoWait ends a SELECT that shares the row's lock, or fails at once where a writer has it.
func (k kind) shareNoWait() string {
	if k == mariaDB {
		return " LOCK IN SHARE MODE NOWAIT"
	}
	return " FOR SHARE NOWAIT"
}
