package document

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/workclaim"
)

// Transfer says what a transfer is for. It holds no user name and no password.
type Transfer struct {
	Action   string // "UploadSftp"
	Address  string
	PatNum   dental.PatNum
	DocNum   dental.DocNum
	MountNum dental.MountNum

	made atomic.Int64
}

// Made notes the document that the transfer has made.
func (t *Transfer) Made(num dental.DocNum) { t.made.Store(int64(num)) }

// StillRunning is what a request comes to whose transfer goes on as a job.
type StillRunning struct{ Num dental.TransferNum }

// Error says where the job's state is to be seen; it is told to the caller.
func (s *StillRunning) Error() string {
	return fmt.Sprintf("The transfer takes longer than a request and goes on; GET /documents/Transfers?TransferNum=%d tells how far it is", s.Num)
}

// transferLease is how soon a transfer counts as interrupted after its process has died.
const transferLease = time.Minute

// Outlive runs a transfer. Where it takes longer than a request may, it becomes a job with a row of its own, and
// what is returned is StillRunning. work gets a context that lives as long as the transfer, and must touch
// nothing of the request's.
func Outlive[T any](ctx context.Context, s *Shelf, what *Transfer, work func(context.Context) (T, error)) (result T, err error) {
	release, err := s.hold()
	if err != nil {
		return result, err
	}
	working, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Room.options.Limit)
	stop := context.AfterFunc(s.Room.ends, cancel)
	type outcome struct {
		result T
		err    error
	}
	ended := make(chan outcome, 1)
	done := make(chan struct{})
	s.Room.running.Add(1)
	finish := func() { stop(); cancel(); release(); s.Room.running.Done() }
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				ended <- outcome{err: fault.Wrap(fault.Internal, fmt.Errorf("panic in a transfer: %v", p), "")}
			}
		}()
		result, err := work(working)
		ended <- outcome{result, err}
	}()
	patience := time.NewTimer(s.Room.options.Patience)
	defer patience.Stop()
	select {
	case o := <-ended:
		<-done
		finish()
		return o.result, o.err
	case <-patience.C:
	case <-ctx.Done(): // the caller has gone, and the transfer is as good as it was
	}
	number := make(chan dental.TransferNum, 1)
	refused := make(chan error, 1)
	go func() {
		defer finish()
		err := s.runJob(what, number, func() error {
			o := <-ended
			<-done
			return o.err
		})
		refused <- err
	}()
	select {
	case num := <-number:
		return result, fault.Wrap(fault.Busy, &StillRunning{num}, "")
	case err := <-refused:
		return result, err
	}
}

// runJob notes that a transfer runs, and how it ended. It claims the work: a job that runs and that nobody has
// claimed was interrupted.
func (s *Shelf) runJob(what *Transfer, number chan<- dental.TransferNum, wait func() error) error {
	// Neither the request's context nor the transfer's: how it ended is owed in any case.
	ctx := context.Background()
	name := "transfer " + rand.Text()
	claimant := workclaim.NewClaimant(s.db, time.Now)
	_, err := claimant.While(ctx, name, transferLease, func(ctx context.Context, claim *workclaim.Claim) error {
		num, err := s.beginTransfer(ctx, what, name)
		if err != nil {
			return errors.Join(err, wait())
		}
		number <- num
		problem := wait()
		state, text := dental.TransferDone, ""
		switch {
		case problem != nil && s.Room.ends.Err() != nil:
			state, text = dental.TransferInterrupted, "The server was stopped; send the request again"
		case problem != nil:
			state, text = dental.TransferFailed, fault.From(problem).Text
			if text == "" {
				text = "The server failed"
			}
		}
		return s.db.Write(ctx, func(tx store.Tx) error {
			if err := claim.End(tx); err != nil {
				return err
			}
			return s.endTransfer(tx, num, state, text, dental.DocNum(what.made.Load()))
		})
	})
	return err
}

func (s *Shelf) beginTransfer(ctx context.Context, what *Transfer, name string) (num dental.TransferNum, err error) {
	err = s.db.Write(ctx, func(tx store.Tx) error {
		key, err := tx.Exec("INSERT INTO `transfer` (`Action`, `State`, `Work`, `Address`, `PatNum`, `DocNum`, `MountNum`, `DateTimeStart`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			store.Text(what.Action), store.Int(dental.TransferRunning), store.Text(name), store.Text(bounded(what.Address, 2000)),
			store.Int(what.PatNum), store.Int(what.DocNum), store.Int(what.MountNum), store.Text(s.now()))
		num = dental.TransferNum(key)
		return err
	})
	return num, err
}

func (s *Shelf) now() string { return dental.DateTimeOf(s.clock()).String() }

func (s *Shelf) endTransfer(tx store.Tx, num dental.TransferNum, state dental.TransferState, problem string, made dental.DocNum) error {
	if made != 0 {
		if err := tx.Send("UPDATE `transfer` SET `DocNum` = ? WHERE `TransferNum` = ?", store.Int(made), store.Int(num)); err != nil {
			return err
		}
	}
	return tx.Send("UPDATE `transfer` SET `State` = ?, `DateTimeEnd` = ?, `Problem` = ? WHERE `TransferNum` = ?",
		store.Int(state), store.Text(s.now()), store.Text(bounded(problem, 2000)), store.Int(num))
}

func bounded(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// FindInterrupted notes the end of transfers whose process is gone.
func (s *Shelf) FindInterrupted(ctx context.Context) error {
	type job struct {
		num  dental.TransferNum
		work string
	}
	var running []job
	err := s.db.Read(ctx, func(c store.Conn) error {
		running = nil
		rows := c.Query("SELECT `TransferNum`, `Work` FROM `transfer` WHERE `State` = ?", store.Int(dental.TransferRunning))
		for rows.Next() {
			running = append(running, job{dental.TransferNum(rows.Int(0)), string(rows.Text(1))})
		}
		return rows.Close()
	})
	claimant := workclaim.NewClaimant(s.db, time.Now)
	for _, job := range running {
		_, failed := claimant.While(ctx, job.work, transferLease, func(ctx context.Context, claim *workclaim.Claim) error {
			return s.db.Write(ctx, func(tx store.Tx) error {
				if err := claim.End(tx); err != nil {
					return err
				}
				return tx.Send("UPDATE `transfer` SET `State` = ?, `DateTimeEnd` = ?, `Problem` = ? WHERE `TransferNum` = ? AND `State` = ?",
					store.Int(dental.TransferInterrupted), store.Text(s.now()), store.Text("The server was stopped; send the request again"),
					store.Int(job.num), store.Int(dental.TransferRunning))
			})
		})
		err = errors.Join(err, failed)
	}
	return err
}
