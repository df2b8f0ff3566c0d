package referral_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// inTwoAreas puts a part of what was made into a second area.
func (w *wild) inTwoAreas() *directory.Room {
	w.t.Helper()
	room := directory.New(w.Hub, w.Desk.Forms().Titles())
	second, err := room.SaveArea(w.t.Context(), audit.Operator, directory.Operator, directory.Area{Name: "Second", Clocks: directory.DefaultClocks()})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.Hub.DB.Write(w.t.Context(), func(tx store.Tx) error {
		return tx.Send("UPDATE `referral` SET `AreaNum` = ? WHERE `ReferralNum` > 150 AND `SubmittedAt` > '0001-01-01 00:00:00'", store.Int(second.Num))
	}); err != nil {
		w.t.Fatal(err)
	}
	return room
}

// otherClocks gives an area clocks and holidays at random.
func (w *wild) otherClocks(room *directory.Room, area int64) {
	w.t.Helper()
	a, err := room.Area(w.t.Context(), area)
	if err != nil {
		w.t.Fatal(err)
	}
	a.Clocks.AnswerWithin, a.Clocks.DocumentsWithin = 1+w.random.IntN(60), w.random.IntN(3600)
	a.Clocks.Targets = make(map[lifecycle.Priority]lifecycle.Targets)
	for _, p := range priorities {
		n := func() int { return w.random.IntN(30) }
		a.Clocks.Targets[p] = lifecycle.Targets{Triage: n(), Approve: n(), Accept: n(), Contact: n(), FirstVisit: n(), Treatment: n(), Record: n(), Discharge: n()}
	}
	a.Holidays = nil
	for i := range w.random.IntN(10) {
		a.Holidays = append(a.Holidays, directory.Holiday{On: w.Desk.Today().AddDays(3*i + w.random.IntN(3)), Name: "Holiday"})
	}
	if _, err := room.SaveArea(w.t.Context(), audit.Operator, directory.Operator, a); err != nil {
		w.t.Fatal(err)
	}
}

// differing are the open referrals that are due otherwise than the lifecycle says by their area's rules.
func (w *wild) differing() (wrong []string) {
	w.t.Helper()
	if err := w.Hub.DB.Snapshot(w.t.Context(), func(c store.Conn) error {
		wrong = nil
		type open struct {
			num, area int64
			urn       string
			due       dental.DateTime
			isSent    bool
		}
		var all []open
		rows := c.Query("SELECT `ReferralNum`, `AreaNum`, `Urn`, `DueAt`, `SubmittedAt` FROM `referral`")
		for rows.Next() {
			due, err := dental.ParseDateTime(string(rows.Text(3)))
			if err != nil {
				w.t.Fatal(err)
			}
			all = append(all, open{rows.Int(0), rows.Int(1), string(rows.Text(2)), due, string(rows.Text(4)) > "0002"})
		}
		if err := rows.Close(); err != nil {
			return err
		}
		for _, one := range all {
			life, err := referral.LifeOf(c, one.num)
			if err != nil {
				return err
			}
			rules, err := directory.RulesOf(c, one.area)
			if err != nil {
				return err
			}
			if !one.isSent {
				rules = lifecycle.DefaultRules()
			}
			if due := life.Turn(rules).Due; due != one.due {
				wrong = append(wrong, one.urn+", "+string(life.State)+", is due "+one.due.String()+" and not "+due.String())
			}
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return wrong
}

// isAll looks that every open referral is due as the lifecycle says, and that nothing is left to do.
func (w *wild) isAll(room *directory.Room, when string) {
	w.t.Helper()
	if wrong := w.differing(); len(wrong) > 0 {
		w.t.Errorf("%s: %d are wrong: %s", when, len(wrong), wrong[0])
	}
	for _, area := range []int64{1, 2} {
		if open, left, err := room.UnderWay(w.t.Context(), area); err != nil || left != 0 || open == 0 {
			w.t.Errorf("%s: of %d open referrals of area %d %d are left, %v", when, open, area, left, err)
		}
	}
}

func TestOpenReferralsAreDueByTheClocksThatTheirAreaHasNow(t *testing.T) {
	w := newWild(t, 400, 8)
	room := w.inTwoAreas()
	for range 4 {
		w.otherClocks(room, 1)
		w.otherClocks(room, 2)
		if wrong := w.differing(); len(wrong) < 20 {
			t.Errorf("other clocks change nothing for all but %d", len(wrong))
		}
		open, left, err := room.UnderWay(t.Context(), 1)
		if err != nil || left != open || open < 50 {
			t.Errorf("of %d open referrals %d are to be looked at, %v", open, left, err)
		}
		if changed, skipped, err := w.Desk.Reckon(t.Context()); err != nil || len(skipped) > 0 || changed < 20 {
			t.Errorf("%d have changed, %v", changed, err)
		}
		w.isAll(room, "reckoned")
		if changed, skipped, err := w.Desk.Reckon(t.Context()); err != nil || len(skipped) > 0 || changed != 0 {
			t.Errorf("once more %d have changed, %v", changed, err)
		}
	}
}

// A referral that is damaged stays as it is, and keeps no other one from its due date: not those of its batch, nor those behind it.
func TestADamagedReferralIsSkippedAndTheOthersAreReckoned(t *testing.T) {
	w := newWild(t, 400, 6)
	room := w.inTwoAreas()
	open := func() (nums []int64) {
		t.Helper()
		if err := w.Hub.DB.Read(t.Context(), func(c store.Conn) error {
			rows := c.Query("SELECT `ReferralNum`"+directory.OpenInArea+" ORDER BY `ReferralNum`", store.Int(1), store.Int(0))
			for rows.Next() {
				nums = append(nums, rows.Int(0))
			}
			return rows.Close()
		}); err != nil {
			t.Fatal(err)
		}
		return nums
	}()
	if len(open) < 60 {
		t.Fatalf("but %d are open", len(open))
	}
	damaged := []int64{open[3], open[4], open[len(open)/2], open[len(open)-1]}
	before := make(map[int64]string)
	if err := w.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
		for i, num := range damaged {
			rows := tx.Query("SELECT `DueAt` FROM `referral` WHERE `ReferralNum` = ?", store.Int(num))
			if rows.Next() {
				before[num] = string(rows.Text(0))
			}
			if err := rows.Close(); err != nil {
				return err
			}
			if i == 0 { // whose steps are gone
				if err := tx.Send("DELETE FROM `referralevent` WHERE `ReferralNum` = ?", store.Int(num)); err != nil {
					return err
				}
				continue
			}
			if err := tx.Send("UPDATE `referralevent` SET `Data` = ? WHERE `ReferralNum` = ? AND `Seq` = 1", store.Text(`{"provider": cut o`), store.Int(num)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.otherClocks(room, 1)
	changed, skipped, err := w.Desk.Reckon(t.Context())
	if err != nil || !slices.Equal(skipped, damaged) || changed < 20 {
		t.Fatalf("%d have changed, %v were skipped, want %v: %v", changed, skipped, damaged, err)
	}
	if _, left, err := room.UnderWay(t.Context(), 1); err != nil || left != 0 {
		t.Errorf("%d are left, %v", left, err)
	}
	for num, due := range before {
		if err := w.Hub.DB.Read(t.Context(), func(c store.Conn) error {
			rows := c.Query("SELECT `DueAt` FROM `referral` WHERE `ReferralNum` = ?", store.Int(num))
			if rows.Next() && string(rows.Text(0)) != due {
				t.Errorf("%d is due %s, and was %s", num, rows.Text(0), due)
			}
			return rows.Close()
		}); err != nil {
			t.Fatal(err)
		}
	}
	// The others are due by the clocks that the area has now: once the damaged ones are away, none is otherwise.
	if err := w.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
		for _, num := range damaged {
			if err := tx.Send("DELETE FROM `referralevent` WHERE `ReferralNum` = ?", store.Int(num)); err != nil {
				return err
			}
			if err := tx.Send("DELETE FROM `referral` WHERE `ReferralNum` = ?", store.Int(num)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if wrong := w.differing(); len(wrong) > 0 {
		t.Errorf("%d of the others are wrong: %s", len(wrong), wrong[0])
	}
}

func TestAReckoningThatIsBrokenOffAnywhereGoesOnAndComesToItsEnd(t *testing.T) {
	w := newWild(t, 400, 6)
	room := w.inTwoAreas()
	for most := 1; most <= 4; most++ {
		w.otherClocks(room, 1)
		w.otherClocks(room, 2)
		// The server is killed when it has asked for the time so often, which each commit does once.
		for broken := 0; ; broken++ {
			ctx, kill := context.WithCancel(t.Context())
			asked := 0
			desk := referral.New(&record.Book{DB: w.Hub.DB, Clock: func() time.Time {
				if asked++; asked > most {
					kill()
				}
				return w.Now()
			}}, w.Desk.Forms(), w.Shelf, referral.Options{})
			_, _, err := desk.Reckon(ctx)
			kill()
			if err == nil {
				if broken == 0 && most == 1 {
					t.Error("it was never broken off")
				}
				break
			}
			if broken > 50 {
				t.Fatalf("after %d starts: %v", broken, err)
			}
		}
		w.isAll(room, "after it was broken off")
	}
}

// Steps are made, and clocks change again, while due dates are reckoned by two processes.
func TestStepsThatAreMadeMeanwhileAreDueByTheNewClocksToo(t *testing.T) {
	w := newWild(t, 300, 4)
	room := w.inTwoAreas()
	other := w.Another(t, referral.Options{})
	for range 3 {
		w.otherClocks(room, 1)
		w.otherClocks(room, 2)
		var both sync.WaitGroup
		for _, desk := range []*referral.Desk{w.Desk, other} {
			both.Go(func() {
				if _, _, err := desk.Reckon(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		for i := range 60 {
			w.step(w.urns[w.random.IntN(150)]) // of the first area
			if i == 30 {
				w.otherClocks(room, 1)
			}
		}
		both.Wait()
		if _, _, err := w.Desk.Reckon(t.Context()); err != nil {
			t.Error(err)
		}
		w.isAll(room, "with steps meanwhile")
	}
	if err := w.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		_, err := audit.Verify(c)
		return err
	}); err != nil {
		t.Error(err)
	}
}
