package referral

import (
	"context"
	"slices"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// Job is background work that a commit owes: the PDFs of a version, or the letter of a step.
type Job struct {
	Num       int64
	Kind      string // JobFiles or JobLetter
	Referral  int64
	URN       string
	Version   int64 // of the answers; of a letter, the number of the step
	Attempts  int64 // that have failed
	DueAt     time.Time
	LastFault string // of the last attempt, without anything of a patient
}

// Stuck is from how many failed attempts on a job is one that somebody has to look at. It is still tried.
const Stuck = 5

// Owed signals that there may be new work for the background: PDFs to make, or webhooks to send. Work that other
// processes have written is not signalled; whoever does it looks again from time to time.
func (d *Desk) Owed() *Signals { return &d.owed }

// Signals wake those who do what is owed. A signal that nobody waits for is kept, once.
type Signals struct{ Files, Webhooks chan struct{} }

func newSignals() Signals { return Signals{make(chan struct{}, 1), make(chan struct{}, 1)} }

// wake signals without waiting for anybody.
func wake(signal chan struct{}) {
	select {
	case signal <- struct{}{}:
	default:
	}
}

const jobColumns = "SELECT `j`.`JobNum`, `j`.`Kind`, `j`.`ReferralNum`, `r`.`Urn`, `j`.`Version`, `j`.`Attempts`, `j`.`DueAt`, `j`.`LastFault` FROM `job` AS `j` JOIN `referral` AS `r` ON `r`.`ReferralNum` = `j`.`ReferralNum` WHERE `j`.`State` = ? AND "

func (d *Desk) jobs(ctx context.Context, condition string, args ...store.Value) (found []Job, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		found = nil
		rows := c.Query(jobColumns+condition, append([]store.Value{store.Text(JobOwed)}, args...)...)
		for rows.Next() {
			found = append(found, Job{rows.Int(0), string(rows.Text(1)), rows.Int(2), string(rows.Text(3)), rows.Int(4), rows.Int(5), time.UnixMilli(rows.Int(6)), string(rows.Text(7))})
		}
		return rows.Close()
	})
	return found, err
}

// LongestWait is the longest that a job waits after an attempt that has failed.
const LongestWait = time.Hour

// isDue is for jobs whose time has come. One that was never tried is due whenever it is looked at, and so is one that would wait longer than
// any does: the clock was put back since.
const isDue = "(`j`.`DueAt` <= ? OR `j`.`Attempts` = 0 OR `j`.`DueAt` > ?) "

// DueJobs are jobs whose time has come, at most so many: one half those that were owed last, the latest first, so that somebody who waits is
// not kept waiting by a backlog; the others those that are due for longest, so that a backlog ends. A job is among them once.
func (d *Desk) DueJobs(ctx context.Context, most int) ([]Job, error) {
	now := d.hub.Clock()
	read := func(order string, count int) ([]Job, error) {
		return d.jobs(ctx, isDue+order+" LIMIT ?", store.Int(millis(now)), store.Int(millis(now.Add(LongestWait))), store.Int(int64(count)))
	}
	due, err := read("ORDER BY `j`.`JobNum` DESC", (most+1)/2)
	if err != nil || len(due) < (most+1)/2 || most == 1 {
		return due, err
	}
	oldest, err := read("ORDER BY `j`.`DueAt`, `j`.`JobNum`", most)
	for _, job := range oldest {
		if len(due) < most && !slices.ContainsFunc(due, func(other Job) bool { return other.Num == job.Num }) {
			due = append(due, job)
		}
	}
	return due, err
}

// StuckJobs are the jobs that fail again and again, the oldest first.
func (d *Desk) StuckJobs(ctx context.Context) ([]Job, error) {
	return d.jobs(ctx, "`j`.`Attempts` >= ? ORDER BY `j`.`JobNum` LIMIT 1000", store.Int(Stuck))
}

// JobFailed notes that an attempt has failed, and when the next one is due. check refuses it for who no longer has
// the work: the attempt is another's then.
func (d *Desk) JobFailed(ctx context.Context, job Job, reason string, again time.Time, check func(store.Tx) error) error {
	return d.hub.DB.Write(ctx, func(tx store.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		return tx.Send("UPDATE `job` SET `Attempts` = ?, `DueAt` = ?, `LastFault` = ? WHERE `JobNum` = ? AND `State` = ?",
			store.Int(job.Attempts+1), store.Int(millis(again)), store.Text(cut(reason, 200)), store.Int(job.Num), store.Text(JobOwed))
	})
}
