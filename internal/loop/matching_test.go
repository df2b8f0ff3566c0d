package loop

import (
	"fmt"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// provider is somebody of the practice that treats.
func (n *network) provider() *referral.Caller {
	n.t.Helper()
	caller, err := n.desk.Member(n.t.Context(), referral.Member{Person: 7, Name: "P. Provider", Organisation: int64(n.to.Num), Role: lifecycle.Provider})
	if err != nil {
		n.t.Fatal(err)
	}
	return caller
}

func TestWhoOnlyLooksAlikeIsShownWithEvidenceAndLinkedByHandAlone(t *testing.T) {
	n := newNetwork(t)
	twin := n.create(n.to, od.Patients, `{"LName": "Clark", "FName": "Joseph", "Birthdate": "1980-05-01"}`)
	n.create(n.to, od.Patients, `{"LName": "Miller", "FName": "Anna", "Birthdate": "1955-05-01"}`)
	_, urn := n.send()
	n.carry()
	m, err := n.carrier.Matching(t.Context(), n.provider(), urn)
	if err != nil || !m.IsMade || int64(m.Linked.PatNum) == twin || m.Linked.Score < od.MatchLine {
		t.Fatalf("it is linked to %+v, %v", m, err)
	}
	if len(m.Candidates) != 1 || int64(m.Candidates[0].PatNum) != twin || m.Candidates[0].Score >= od.MatchLine || len(m.Candidates[0].Evidence) == 0 {
		t.Fatalf("candidates are %+v", m.Candidates)
	}
	made := m.Linked.PatNum
	if err := n.carrier.Relink(t.Context(), n.provider(), urn, dental.PatNum(twin)); err != nil {
		t.Fatal(err)
	}
	if m, err = n.carrier.Matching(t.Context(), n.provider(), urn); err != nil || int64(m.Linked.PatNum) != twin || m.IsMade || len(m.Candidates) != 0 {
		t.Errorf("after that it is linked to %+v, %v", m, err)
	}
	if got := n.rows(n.to, fmt.Sprintf("SELECT `PatStatus` FROM `patient` WHERE `PatNum` = %d", made)); got[0] != fmt.Sprint(int(dental.PatStatusDeleted)) {
		t.Errorf("the patient who was made for it has the status %v", got)
	}
	if got := n.rows(n.to, "SELECT `PatNum` FROM `refattach`"); fmt.Sprint(got) != fmt.Sprintf("[%d]", twin) {
		t.Errorf("the attachment is of %v", got)
	}
	n.step(urn, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept})
	n.carry()
	if got := n.rows(n.to, "SELECT COUNT(*) FROM `refattach`"); got[0] != "1" {
		t.Errorf("told again the chart has %s attachments", got)
	}
}

func TestAPatientWhoHasMoreThanTheReferralStaysWhenItIsLinkedToAnother(t *testing.T) {
	n := newNetwork(t)
	_, urn := n.send()
	n.carry()
	m, err := n.carrier.Matching(t.Context(), n.provider(), urn)
	if err != nil {
		t.Fatal(err)
	}
	n.create(n.to, od.Patients, `{"LName": "Other", "FName": "Anna"}`)
	other := n.rows(n.to, "SELECT MAX(`PatNum`) FROM `patient`")[0]
	source := n.create(n.to, od.Referrals, `{"LName": "A friend", "NotPerson": "true"}`)
	n.create(n.to, od.RefAttaches, fmt.Sprintf(`{"PatNum": %d, "ReferralNum": %d, "ReferralType": "RefFrom"}`, m.Linked.PatNum, source))
	var to int64
	fmt.Sscan(other, &to)
	if err := n.carrier.Relink(t.Context(), n.provider(), urn, dental.PatNum(to)); err != nil {
		t.Fatal(err)
	}
	if got := n.rows(n.to, fmt.Sprintf("SELECT `PatStatus` FROM `patient` WHERE `PatNum` = %d", m.Linked.PatNum)); got[0] != "0" {
		t.Errorf("the patient has the status %v", got)
	}
	if err := n.carrier.Relink(t.Context(), n.provider(), urn, 999_999); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Invalid) {
		t.Errorf("to nobody: %v", err)
	}
}

func TestAChartsMatchingIsTheProvidersAlone(t *testing.T) {
	n := newNetwork(t)
	_, urn := n.send()
	n.carry()
	for role, who := range map[lifecycle.Role]int64{lifecycle.Referrer: int64(n.from.Num), lifecycle.Provider: int64(n.from.Num)} {
		caller, err := n.desk.Member(t.Context(), referral.Member{Person: 8, Name: "N. Nosy", Organisation: who, Role: role})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.carrier.Matching(t.Context(), caller, urn); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) {
			t.Errorf("for a %s of the referring practice: %v", role, err)
		}
	}
}
