package referral_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

func TestADamagedReferralKeepsNoOtherFromItsEnd(t *testing.T) {
	f, caller := bed(t, referral.Options{Triage: true})
	damaged, old := prepare(t, f, caller), prepare(t, f, caller)
	f.Pass(30 * 24 * time.Hour)
	stuck, waiting := prepare(t, f, caller), prepare(t, f, caller)
	f.Submit(t, caller, stuck.URN)
	f.Submit(t, caller, waiting.URN)
	f.Pass(16 * time.Minute)
	if err := f.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
		for _, urn := range []string{damaged.URN, stuck.URN} {
			if err := tx.Send("UPDATE `referralevent` SET `Data` = ? WHERE `Seq` = 1 AND `ReferralNum` = (SELECT `ReferralNum` FROM `referral` WHERE `Urn` = ?)", store.Text(`{"provider": cut o`), store.Text(urn)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for round, want := range []int{2, 0} {
		ended, err := f.Desk.Tidy(t.Context())
		if ended != want || err == nil || !strings.Contains(err.Error(), "step 1 cannot be read") || !strings.Contains(err.Error(), "and 1 more") {
			t.Errorf("round %d ends %d, %v", round, ended, err)
		}
	}
	for urn, want := range map[string]lifecycle.State{old.URN: lifecycle.Expired, waiting.URN: lifecycle.WithTriage} {
		if life, err := f.Desk.Life(t.Context(), urn); err != nil || life.State != want {
			t.Errorf("%s is %s, %v", urn, life.State, err)
		}
	}
}
