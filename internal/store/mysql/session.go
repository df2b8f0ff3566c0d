package mysql

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// session is the one writer of a schema in this process. It has a connection while a transaction
// runs, and none in between.
type session struct {
	*conn
	db    *DB
	key   string // of this writer's row in bridgework_writer
	batch int64  // the number that the running batch leaves there
	fence int64  // as the running batch has set it
	last  int64  // as our latest commit has left it
}

var _ store.Session = (*session)(nil)

func newSession(db *DB) *session { return &session{db: db, key: rand.Text(), last: -1} }

// Begin implements store.Session. The fence is counted up first of all: who holds its row is alone,
// and reads what was committed last.
func (s *session) Begin() (alone bool, err error) {
	if s.conn, err = s.db.server.pool.take(context.Background(), s.db.schema); err != nil {
		return false, err
	}
	s.ctx = context.Background()
	s.batch++
	now := s.db.server.options.Clock()
	s.hold("START TRANSACTION")
	s.hold("UPDATE `bridgework_fence` SET `Fence` = `Fence` + 1, `BeganAt` = GREATEST(`BeganAt`, ?) WHERE `FenceNum` = 1", store.Int(now.UnixNano()))
	s.hold("INSERT INTO `bridgework_writer` (`WriterKey`, `Batch`, `UsedAt`) VALUES (?, ?, ?)"+
		" ON DUPLICATE KEY UPDATE `Batch` = VALUES(`Batch`), `UsedAt` = VALUES(`UsedAt`)",
		store.Text(s.key), store.Int(s.batch), store.Int(now.Unix()))
	rows := s.Query("SELECT `Fence` FROM `bridgework_fence` WHERE `FenceNum` = 1")
	if rows.Next() {
		s.fence = rows.Int(0)
	}
	return s.fence == s.last+1, rows.Close()
}

// Mark implements store.Session.
func (s *session) Mark() error {
	s.sent = false
	s.hold(mark)
	return nil
}

const mark = "SAVEPOINT job"

// Keep implements store.Session: what was held back must not fail in the next one's stead.
func (s *session) Keep() error {
	if err := s.mustBeClosed(); err != nil {
		return err
	}
	if !s.sent && string(s.held.text) == mark {
		s.unhold() // nothing has followed it
	}
	return s.flush()
}

// Undo implements store.Session.
func (s *session) Undo() error {
	s.reset()
	if !s.sent {
		return nil
	}
	return s.execText("ROLLBACK TO SAVEPOINT job")
}

// How often and how long a server that was lost during a commit is asked what became of it.
const (
	maxAsks = 40
	askWait = 250 * time.Millisecond
)

// Commit implements store.Session. Where the answer was lost, the batch's number tells whether it
// happened.
func (s *session) Commit() error {
	err := s.execText("COMMIT")
	if err == nil {
		s.last = s.fence
		s.leave()
		return nil
	}
	if !isLostConnection(err) {
		return err
	}
	for range maxAsks {
		s.drop()
		committed, asked := s.committed()
		switch {
		case asked != nil:
			time.Sleep(askWait)
		case committed:
			s.last = s.fence
			return nil
		default:
			return err // it did not happen, and may be done again
		}
	}
	return fault.Wrap(fault.Internal, err, "The database was lost while it committed; look whether the change is there before you send it again")
}

// committed looks for the batch's number.
func (s *session) committed() (committed bool, err error) {
	err = s.db.Read(context.Background(), func(c store.Conn) error {
		rows := c.Query("SELECT `Batch` FROM `bridgework_writer` WHERE `WriterKey` = ?", store.Text(s.key))
		committed = rows.Next() && rows.Int(0) == s.batch
		return rows.Close()
	})
	return committed, err
}

// Rollback implements store.Session.
func (s *session) Rollback() {
	if s.conn == nil {
		return
	}
	s.reset()
	if s.execText("ROLLBACK") != nil {
		s.drop()
		return
	}
	s.leave()
}

// leave gives the connection back.
func (s *session) leave() {
	s.db.server.pool.give(s.conn)
	s.conn = nil
}

// drop gives it up: what it has begun ends with it.
func (s *session) drop() {
	if s.conn != nil {
		s.spoiled = true
		s.leave()
	}
}

// Lost implements store.Session: a deadlock undoes the whole transaction, and with the connection
// everything is gone. A lock wait undoes the statement only, and the rest is then undone by us.
func (s *session) Lost(err error) bool { return isLostRace(err) || isLostConnection(err) }

// Retryable implements store.Session.
func (s *session) Retryable(err error) bool { return isLostRace(err) || isLostConnection(err) }
