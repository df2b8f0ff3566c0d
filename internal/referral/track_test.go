package referral_test

import (
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The tracker is read by whoever has the reference and the date of birth: when the patient is away from home it tells those alone who
// may be told by text message too.
func TestAPatientReadsTheDayOfTheAppointmentWhoMayBeTexted(t *testing.T) {
	f, caller := bed(t, referral.Options{Triage: true})
	provider := referraltest.Provider(t, f.Hub, 99, "St Clements Dental Suite")
	born, err := dental.ParseDate("1980-05-01")
	if err != nil {
		t.Fatal(err)
	}
	onForm := func(texted string) string {
		made := prepare(t, f, caller)
		f.Complete(t, caller, made.URN)
		filled, err := f.Desk.Form(t.Context(), caller, made.URN)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Desk.Keep(t.Context(), caller, made.URN, filled.Rev, form.Answers{"permission_sms": {Text: texted}, "phone_mobile": {Text: "07700 900123"}, "patient_dob": {Text: born.String()}}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Desk.Submit(t.Context(), caller, made.URN, true); err != nil {
			t.Fatal(err)
		}
		return made.URN
	}
	without := func(given map[string]string) (urn string) {
		if err := f.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
			num, err := f.Desk.TakeIn(tx, caller, referral.Intake{Origin: "salesforce", State: lifecycle.Submitted, Priority: lifecycle.Routine, First: "Joe", Last: "Clark", BirthDate: born, Given: given})
			if err != nil {
				return err
			}
			rows := tx.Query("SELECT `Urn` FROM `referral` WHERE `ReferralNum` = ?", store.Int(num))
			if rows.Next() {
				urn = string(rows.Text(0))
			}
			return rows.Close()
		}); err != nil {
			t.Fatal(err)
		}
		return urn
	}
	for name, tracked := range map[string]struct {
		urn    string
		texted bool
	}{
		"ticked on the form":      {onForm("yes"), true},
		"not ticked on the form":  {onForm(""), false},
		"given without a form":    {without(map[string]string{"permission_sms": "1"}), true},
		"refused without a form":  {without(map[string]string{"permission_sms": "0"}), false},
		"not said without a form": {without(nil), false},
	} {
		for _, s := range []struct {
			role lifecycle.Role
			step lifecycle.Event
		}{
			{lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}}},
			{lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: provider, Name: "St Clements Dental Suite"}}},
			{lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept}},
			{lifecycle.Provider, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: dental.DateTimeOf(f.Now()).AddSeconds(60)}}},
		} {
			life, err := f.Desk.Life(t.Context(), tracked.urn)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Desk.Append(t.Context(), referraltest.Actor(caller, s.role, &life), tracked.urn, life.Seq, s.step); err != nil {
				t.Fatalf("%s, %s: %v", name, s.step.Move, err)
			}
		}
		found, err := f.Desk.Track(t.Context(), tracked.urn, born)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.Contains(found.Text, " is booked for ") != tracked.texted {
			t.Errorf("%s: the patient reads %q", name, found.Text)
		}
	}
}
