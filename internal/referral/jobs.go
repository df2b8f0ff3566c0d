package referral

import (
	"context"
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

// DueJobs are the jobs whose time has come, the longest due first, at most so many.
func (d *Desk) DueJobs(ctx context.Context, most int) ([]Job, error) {
	return d.jobs(ctx, "`j`.`DueAt` <= ? ORDER BY `j`.`DueAt`, `j`.`JobNum` LIMIT ?", store.Int(millis(d.hub.Clock())), store.Int(int64(most)))
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
