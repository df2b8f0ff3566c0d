package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	mysql "github.com/go-sql-driver/mysql"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// What the server says that we act on, by number and never by text.
const (
	codeDuplicate = 1062

	codeAccessDenied       = 1045
	codeAccessDeniedPlugin = 1698
	codeNoRight            = 1044
	codeNoTableRight       = 1142
	codeNoSpecialRight     = 1227

	codeNoVariable    = 1193
	codeNoWait        = 3572 // of a lock that is not waited for; MariaDB says codeLockWait
	codeLockWait      = 1205
	codeDeadlock      = 1213 // also a certification conflict of Galera, and then COMMIT says it
	codeNotReady      = 1047 // a Galera node outside the primary component
	codeShutdown      = 1053
	codeCommitError   = 1180
	codeReadOnly      = 1290
	codeReadOnlyMode  = 1836
	codeKilled        = 1927
	codeRecordChanged = 1020
	codeTableExists   = 1050
	codeColumnExists  = 1060
	codeIndexExists   = 1061
	codeNoSchema      = 1049
	codeNoTable       = 1146
	codeTiDBConflict  = 9007
	codeTiDBRetry     = 8028
)

// lostRace is an error after which the same work may succeed when it is done again.
type lostRace struct{ error }

// Unwrap returns the server's error.
func (e lostRace) Unwrap() error { return e.error }

// lostConnection is an error after which the connection is of no use.
type lostConnection struct{ error }

// Unwrap returns the driver's error.
func (e lostConnection) Unwrap() error { return e.error }

// serverError is what the server refuses, in words that may stand in a log: many of the server's own
// repeat what was sent, a patient's name among them.
type serverError struct{ refused *mysql.MySQLError }

// Error is the server's text where it names schemas, tables or accounts only, and else its number.
func (e serverError) Error() string {
	if hasCode(e.refused, codeAccessDenied, codeAccessDeniedPlugin, codeNoRight, codeNoTableRight, codeNoSpecialRight,
		codeNoSchema, codeNoTable, codeTableExists, codeIndexExists, codeColumnExists) {
		return e.refused.Error()
	}
	return fmt.Sprintf("the database server refuses the statement with error %d (%s)", e.refused.Number, e.refused.SQLState[:])
}

// Unwrap returns the server's error, for its number.
func (e serverError) Unwrap() error { return e.refused }

// translateError turns the driver's errors into kinds.
func translateError(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var refused *mysql.MySQLError
	if errors.As(err, &refused) {
		err = serverError{refused}
		switch refused.Number {
		case codeDuplicate:
			return fault.Wrap(fault.Conflict, err, "A row with this key exists already")
		case codeLockWait, codeNoWait, codeDeadlock, codeRecordChanged, codeTiDBConflict, codeTiDBRetry:
			return fault.Wrap(fault.Busy, lostRace{err}, "The database is busy; try again")
		case codeNotReady, codeShutdown, codeCommitError, codeReadOnly, codeReadOnlyMode, codeKilled:
			return fault.Wrap(fault.Busy, lostConnection{err}, "The database is not available; try again")
		case codeNoSchema:
			return fault.Wrap(fault.Internal, err, "")
		}
		return err
	}
	var network net.Error
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &network) {
		return fault.Wrap(fault.Busy, lostConnection{err}, "The database is not available; try again")
	}
	return err
}

func isLostRace(err error) bool {
	var lost lostRace
	return errors.As(err, &lost)
}

func isLostConnection(err error) bool {
	var lost lostConnection
	return errors.As(err, &lost)
}

func hasCode(err error, codes ...uint16) bool {
	var refused *mysql.MySQLError
	if !errors.As(err, &refused) {
		return false
	}
	for _, code := range codes {
		if refused.Number == code {
			return true
		}
	}
	return false
}
