package clerk_test

import (
	"io"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// owe writes jobs that are due.
func owe(t testing.TB, f *referraltest.Fixture, of int64, count int, due time.Time, attempts int64) {
	t.Helper()
	err := f.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
		for range count {
			if err := tx.Send("INSERT INTO `job` (`Kind`, `ReferralNum`, `Version`, `State`, `DueAt`, `Attempts`) VALUES ('letter', ?, 99, 'owed', ?, ?)", store.Int(of), store.Int(due.UnixMilli()), store.Int(attempts)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// dueJobs are the numbers of what is read at a time.
func dueJobs(t testing.TB, f *referraltest.Fixture, most int) (nums []int64) {
	t.Helper()
	due, err := f.Desk.DueJobs(t.Context(), most)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[int64]bool)
	for _, job := range due {
		if seen[job.Num] {
			t.Errorf("job %d is read twice", job.Num)
		}
		seen[job.Num] = true
		nums = append(nums, job.Num)
	}
	return nums
}

func TestABacklogKeepsNoNewSubmissionWaitingAndComesToItsEnd(t *testing.T) {
	f, caller := begin(t)
	first := submit(t, f, caller)
	owe(t, f, first.Num, 100, f.Now().Add(-time.Hour), 0)
	f.Pass(time.Minute)
	submit(t, f, caller)
	before := dueJobs(t, f, 8)
	if len(before) != 8 || before[0] != 102 {
		t.Errorf("of a hundred jobs and a new one these come first: %v", before)
	}
	for i, num := range before[4:] {
		if num != int64(i+2) {
			t.Errorf("of those that are due for longest %d is in the place of %d", num, i+2)
		}
	}
	// Whatever is added all the time, what is due for longest is among the next.
	owe(t, f, first.Num, 50, f.Now(), 0)
	if again := dueJobs(t, f, 8); again[4] != 2 {
		t.Errorf("with more jobs these are next: %v", again)
	}
	if got := dueJobs(t, f, 1000); len(got) != 152 {
		t.Errorf("%d of 152 jobs are read", len(got))
	}
	if got := dueJobs(t, f, 1); len(got) != 1 || got[0] != 152 {
		t.Errorf("one of them is %v", got)
	}
}

func TestWhatIsOwedIsDueAlsoAfterTheClockWasPutBack(t *testing.T) {
	f, caller := begin(t)
	waits := submit(t, f, caller)
	owe(t, f, waits.Num, 1, f.Now().Add(10*time.Second), 2) // tried, and to be tried again in a while
	if got := dueJobs(t, f, 8); len(got) != 1 {
		t.Fatalf("due is %v", got)
	}
	f.Pass(-time.Minute)
	if got := dueJobs(t, f, 8); len(got) != 1 {
		t.Errorf("a minute back due is %v: what was never tried, and not what waits", got)
	}
	f.Pass(-24 * time.Hour)
	if got := dueJobs(t, f, 8); len(got) != 2 {
		t.Errorf("a day back due is %v", got)
	}
	if err := newClerk(f, f.Desk, io.Discard).Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Desk.Document(t.Context(), caller, waits.URN, referral.AttachmentForm); err != nil {
		t.Error(err)
	}
}
