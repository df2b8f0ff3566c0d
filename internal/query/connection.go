package query

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
	"zombiezen.com/go/sqlite"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/builtin"
	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
)

// connection is one on which callers' SQL runs. The file is opened for reading alone; an authorizer lets
// nothing be written but temporary tables; limits bound what a statement may be.
type connection struct {
	raw        *sqlite.Conn
	handle     builtin.Handle
	session    *builtin.Session
	watch      *watch
	id         uintptr
	statements map[string]*sqlite.Stmt
	dirty      bool // it has held temporary tables
}

var lastConnection atomic.Uintptr

// keptStatements bounds the prepared statements of a connection.
const keptStatements = 100

func openConnection(path string, mmap bool, temporary int64) (*connection, error) {
	raw, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		return nil, err
	}
	c := &connection{raw: raw, session: &builtin.Session{}, watch: &watch{}, statements: make(map[string]*sqlite.Stmt)}
	c.session.Stopped = func() bool { return c.watch.stopped != nil }
	if err := c.prepareConnection(mmap, temporary); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *connection) prepareConnection(mmap bool, temporary int64) error {
	c.raw.SetBusyTimeout(busyTimeout)
	pragmas := []string{
		"PRAGMA query_only = OFF",     // temporary tables may be written; the file is opened for reading
		"PRAGMA trusted_schema = OFF", // nothing in the file calls functions
		// 2 MiB, which is also how much is sorted at a time: a sort is not interrupted before its end, and
		// more would take longer than a cancelled request may.
		"PRAGMA cache_size = -2000",
		// Sorting and temporary tables spill into files that have no name from the moment they are made:
		// in memory one statement took gigabytes, and a sort could not be interrupted.
		"PRAGMA temp_store = FILE",
		fmt.Sprintf("PRAGMA temp.max_page_count = %d", max(temporary/4096, 16)),
		"PRAGMA temp.cache_size = -2000",
	}
	if mmap {
		pragmas = append(pragmas, "PRAGMA mmap_size = 1073741824")
	}
	for _, p := range pragmas {
		if err := c.exec(p); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	for limit, most := range map[sqlite.Limit]int32{
		sqlite.LimitLength: 16 << 20, sqlite.LimitSQLLength: 4 << 20, sqlite.LimitAttached: 0, sqlite.LimitTriggerDepth: 0,
		sqlite.LimitWorkerThreads: 0, sqlite.LimitLikePatternLength: 10000,
	} {
		c.raw.Limit(limit, most)
	}
	if err := c.raw.SetDefensive(true); err != nil {
		return err
	}
	var err error
	if c.handle, err = builtin.Define(c.raw, c.session); err != nil {
		return err
	}
	c.id = lastConnection.Add(1)
	watches.Store(c.id, c.watch)
	c.handle.OnProgress(stepsPerTick, progress, c.id)
	c.handle.OnAuthorize(authorize)
	return nil
}

// exec runs a statement of ours.
func (c *connection) exec(sql string) error {
	stmt, _, err := c.raw.PrepareTransient(sql)
	if err != nil {
		return err
	}
	defer stmt.Finalize()
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return err
		}
	}
}

// prepare finds or makes a statement.
func (c *connection) prepare(sql string) (*sqlite.Stmt, error) {
	if s, found := c.statements[sql]; found {
		return s, nil
	}
	s, trailing, err := c.raw.PrepareTransient(sql)
	if err != nil {
		return nil, c.translate(err)
	}
	if trailing > 0 {
		s.Finalize()
		return nil, errors.New("query: the rewrite made more than one statement")
	}
	for old, other := range c.statements {
		if len(c.statements) < keptStatements {
			break
		}
		other.Finalize()
		delete(c.statements, old)
	}
	c.statements[sql] = s
	return s, nil
}

func (c *connection) close() {
	for _, s := range c.statements {
		s.Finalize()
	}
	builtin.Forget(c.handle)
	watches.Delete(c.id)
	c.raw.Close()
}

// notInThisForm is said of what the rewrite took for good and SQLite does not.
const notInThisForm = "The statement is understood, and not supported in this form"

// translate turns SQLite's errors into faults.
func (c *connection) translate(err error) error {
	if err == nil {
		return nil
	}
	if c.watch.stopped != nil {
		return c.watch.stopped
	}
	if _, said, found := strings.Cut(err.Error(), builtin.Said); found {
		return fault.New(fault.Invalid, "%s", said)
	}
	switch code := sqlite.ErrCode(err); code.ToPrimary() {
	case sqlite.ResultAuth:
		return fault.Wrap(fault.Forbidden, err, "Query is not read-only or is not executing on temporary tables")
	case sqlite.ResultFull:
		return fault.Wrap(fault.Invalid, err, "The temporary tables of the query are larger than allowed")
	case sqlite.ResultTooBig:
		return fault.Wrap(fault.Invalid, err, "A value, or the statement, is larger than allowed")
	case sqlite.ResultConstraint:
		return fault.Wrap(fault.Invalid, err, "Duplicate entry for a key of a temporary table")
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return fault.Wrap(fault.Busy, err, "The database is busy; try again")
	case sqlite.ResultNoMem:
		return fault.Wrap(fault.Invalid, err, "The query needs more memory than allowed")
	case sqlite.ResultError:
		if strings.Contains(err.Error(), "integer overflow") {
			return fault.Wrap(fault.Invalid, err, "A sum is out of range")
		}
		return fault.Wrap(fault.Invalid, err, notInThisForm)
	}
	return err
}

// bind sets the parameters of a step.
func bind(stmt *sqlite.Stmt, params []rewrite.Source, at *instant, variables map[string]any) {
	// A parameter of what has become NULL is in no statement.
	for i, p := range params[:min(len(params), stmt.BindParamCount())] {
		var v any
		if p.Moment != rewrite.NoMoment {
			v = at.value(p.Moment)
		} else {
			v = variables[p.Variable]
		}
		switch v := v.(type) {
		case int64:
			stmt.BindInt64(i+1, v)
		case float64:
			stmt.BindFloat(i+1, v)
		case string:
			stmt.BindText(i+1, v)
		default:
			stmt.BindNull(i + 1)
		}
	}
}

// hidden are Bridgework's own tables that no statement reads; the trail is read for securitylog.
var hidden = map[string]bool{"rowchange": true, "workclaim": true, "sqlite_sequence": true, "sqlite_master": true, "sqlite_schema": true, "sqlite_stat1": true, "sqlite_stat4": true}

// authorize is what SQLite asks about everything that a statement would do, when the statement is
// prepared. It is the second lock: it knows nothing of the rewrite, and what is not listed is refused.
func authorize(_ *libc.TLS, _ uintptr, action int32, first, second, database, _ uintptr) int32 {
	allowed := false
	switch action {
	case lib.SQLITE_SELECT, lib.SQLITE_RECURSIVE:
		allowed = true
	case lib.SQLITE_READ:
		allowed = libc.GoString(database) != "main" || !hidden[strings.ToLower(libc.GoString(first))]
	case lib.SQLITE_FUNCTION:
		allowed = builtin.Allowed(strings.ToLower(libc.GoString(second)))
	case lib.SQLITE_CREATE_TEMP_TABLE, lib.SQLITE_CREATE_TEMP_INDEX, lib.SQLITE_DROP_TEMP_TABLE, lib.SQLITE_DROP_TEMP_INDEX:
		allowed = true
	case lib.SQLITE_INSERT, lib.SQLITE_UPDATE, lib.SQLITE_DELETE, lib.SQLITE_REINDEX,
		lib.SQLITE_CREATE_TABLE, lib.SQLITE_DROP_TABLE, lib.SQLITE_CREATE_INDEX, lib.SQLITE_DROP_INDEX:
		allowed = libc.GoString(database) == "temp"
	case lib.SQLITE_ALTER_TABLE:
		allowed = libc.GoString(first) == "temp"
	}
	if allowed {
		return lib.SQLITE_OK
	}
	return lib.SQLITE_DENY
}
