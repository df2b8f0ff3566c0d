package referral_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

func TestURNsHaveNoGapAndNoDoubleHoweverManyAskAtOnceAndFailInBetween(t *testing.T) {
	f := referraltest.New(t, referral.Options{})
	caller := f.Caller(t, f.Practice(t, "Test Surgery", "TST"), "")
	other := f.Caller(t, f.Practice(t, "Other Surgery", "OTH"), "")
	// Two desks are two processes that do not know of each other's memory.
	desks := []*referral.Desk{f.Desk, f.Another(t, referral.Options{})}
	const callers, each = 24, 8
	var mu sync.Mutex
	var urns, others []string
	var wg sync.WaitGroup
	for worker := range callers {
		wg.Go(func() {
			for i := range each {
				desk := desks[(worker+i)%2]
				switch (worker*each + i) % 4 {
				case 0: // refused before the number is taken, within the transaction
					if _, err := desk.Prepare(t.Context(), caller, referraltest.Given("fileupload_id", "424242")); !fault.Is(err, fault.NotFound) {
						t.Errorf("an unknown upload: %v", err)
					}
				case 1: // given up before it was begun
					p := referraltest.Given()
					p.IdempotencyKey = fmt.Sprintf("%d-%d", worker, i)
					ctx, cancel := context.WithCancel(t.Context())
					cancel()
					if _, err := desk.Prepare(ctx, caller, p); err == nil {
						t.Error("a request that was given up was answered")
					}
				case 2:
					made, err := desk.Prepare(t.Context(), other, referraltest.Given())
					if err != nil {
						t.Error(err)
						continue
					}
					mu.Lock()
					others = append(others, made.URN)
					mu.Unlock()
				default:
					made, err := desk.Prepare(t.Context(), caller, referraltest.Given())
					if err != nil {
						t.Error(err)
						continue
					}
					mu.Lock()
					urns = append(urns, made.URN)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	for prefix, got := range map[string][]string{"TST": urns, "OTH": others} {
		slices.Sort(got)
		for i, urn := range got {
			if want := fmt.Sprintf("%s%07d", prefix, i+1); urn != want {
				t.Fatalf("URN %d of %s is %s, want %s", i, prefix, urn, want)
			}
		}
	}
	if len(urns) != callers*each/4 {
		t.Errorf("%d URNs were given", len(urns))
	}
}

func TestANumberIsNotTakenByAWriteThatIsUndone(t *testing.T) {
	f := referraltest.New(t, referral.Options{})
	practice := f.Practice(t, "Test Surgery", "TST")
	undone := errors.New("undone")
	take := func(fail error) (urn string) {
		err := f.Hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) (err error) {
			if urn, err = referral.TakeURN(tx, practice); err != nil {
				return err
			}
			return errors.Join(fail, tx.Note(audit.Create, "referral", 0, ""))
		})
		if !errors.Is(err, fail) {
			t.Fatal(err)
		}
		return urn
	}
	first := take(nil)
	take(undone)
	take(undone)
	if second := take(nil); first != "TST0000001" || second != "TST0000002" {
		t.Errorf("after two undone writes %s is followed by %s", first, second)
	}
}

func TestAPrefixIsMadeOfThePracticesNameAndBelongsToItAlone(t *testing.T) {
	f := referraltest.New(t, referral.Options{})
	for _, want := range []struct{ name, urn string }{
		{"Smile Dental Care", "SDC0000001"},
		{"Smart Dental Clinic", "SMA0000001"}, // its initials are taken
		{"Łódź", "ODZ0000001"},
		{"牙医", ""}, // no letter in it: any prefix that is free
	} {
		caller := f.Caller(t, f.Practice(t, want.name, ""), "")
		made, err := f.Desk.Prepare(t.Context(), caller, referraltest.Given())
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := referral.ParseURN(made.URN); !ok || want.urn != "" && made.URN != want.urn {
			t.Errorf("%s has the URN %s, want %s", want.name, made.URN, want.urn)
		}
	}
}

func TestAPracticeWithTenMillionReferralsGetsAnotherPrefix(t *testing.T) {
	f := referraltest.New(t, referral.Options{})
	caller := f.Caller(t, f.Practice(t, "Test Surgery", "TES"), "")
	if err := f.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
		return tx.Send("UPDATE `urncounter` SET `LastNumber` = 9999998 WHERE `Prefix` = 'TES'")
	}); err != nil {
		t.Fatal(err)
	}
	var urns []string
	for range 3 {
		made, err := f.Desk.Prepare(t.Context(), caller, referraltest.Given())
		if err != nil {
			t.Fatal(err)
		}
		urns = append(urns, made.URN)
	}
	if want := []string{"TES9999999", "TET0000001", "TET0000002"}; !slices.Equal(urns, want) {
		t.Errorf("(-want, +got)\n-%v\n+%v", want, urns)
	}
}

func TestAURNIsReadAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]string{"TST0000001": "TST0000001", " tst0000001 ": "TST0000001", "TST000001": "", "TST00000012": "",
		"": "", "TST-000001": "", "TST000000É": "", "ТST0000001": ""} {
		if urn, ok := referral.ParseURN(text); urn != want || ok != (want != "") {
			t.Errorf("%q is read as %q, %v", text, urn, ok)
		}
	}
}
