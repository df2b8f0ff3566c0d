package referral

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Tracked is what a patient is told of a referral (lifecycle.md §5): never a name of theirs, a diagnosis, a comment or a
// file.
type Tracked struct {
	URN      string
	Text     string // where it is, in plain words
	Provider string // whom it is with; "" for nobody yet
	Phone    string // the provider's, where it is known
	Address  string
	Lines    []TrackedLine
}

// TrackedLine is one step of the way.
type TrackedLine struct {
	On   dental.Date
	Text string
}

// Track finds a referral by its URN and the patient's date of birth. A URN that was never given, another date of birth, and
// what was entered in error are not found, in the same words.
func (d *Desk) Track(ctx context.Context, urn string, born dental.Date) (*Tracked, error) {
	var tracked *Tracked
	err := d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		var num int64
		var on dental.Date
		found, err := one(c, func(r store.Row) { num, on = r.Int(0), date(r.Text(1)) }, "SELECT `ReferralNum`, `BirthDate` FROM `referral` WHERE `Urn` = ?", store.Text(urn))
		if err != nil {
			return err
		}
		if !found || born.IsNone() || on != born {
			return nil
		}
		events, err := readEvents(c, num)
		if err != nil {
			return err
		}
		tracked, err = d.trackedOf(c, urn, events)
		return err
	})
	if err == nil && tracked == nil {
		err = fault.New(fault.NotFound, "There is no referral with this reference and date of birth")
	}
	return tracked, err
}

// trackedOf is nil where the patient is told of nothing.
func (d *Desk) trackedOf(c store.Conn, urn string, events []lifecycle.Event) (*Tracked, error) {
	life := lifecycle.Fold(events)
	texted := false
	if life.State == lifecycle.Booked {
		var err error
		if texted, err = d.mayBeTexted(c, urn); err != nil {
			return nil, err
		}
	}
	t := &Tracked{URN: urn, Text: life.TrackerText(texted)}
	if t.Text == "" {
		return nil, nil
	}
	for _, e := range events {
		if text := e.TimelineText(); text != "" {
			t.Lines = append(t.Lines, TrackedLine{e.At.Date(), text})
		}
	}
	open := life.Allocation()
	if open == nil {
		return t, nil
	}
	with, err := addressOf(c, open.Provider, "")
	t.Provider, t.Phone, t.Address = open.Name, with.Phone, with.Address
	return t, err
}

// permissionSMS is the question, and the parameter of V2, whether the patient may be texted.
const permissionSMS = "permission_sms"

// mayBeTexted tells what was answered of that when the referral was last submitted: on its form, or else with what it came with.
func (d *Desk) mayBeTexted(c store.Conn, urn string) (bool, error) {
	r, err := findRow(c, urn)
	if err != nil {
		return false, err
	}
	filled, err := d.readForm(c, r, d.now())
	if err != nil {
		return false, err
	}
	return filled.Answers[permissionSMS].Text == "yes" || filled.Given[permissionSMS] == "1", nil
}
