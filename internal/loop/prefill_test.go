package loop

import (
	"fmt"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

func TestAFormBeginsWithWhatTheReferrersChartHasOfThePatient(t *testing.T) {
	n := newNetwork(t)
	who := func(role lifecycle.Role) *referral.Caller {
		caller, err := n.desk.Member(t.Context(), referral.Member{Person: 5, Name: "R. Referrer", Organisation: int64(n.from.Num), Role: role})
		if err != nil {
			t.Fatal(err)
		}
		return caller
	}
	patient := n.create(n.from, od.Patients, `{"LName": "O'Clark", "FName": "Joe", "Birthdate": "1980-05-01", "Gender": "Male", "Address": "1 Mill Lane", "City": "Leeds", "WirelessPhone": "07700900123"}`)
	n.create(n.from, od.Patients, `{"LName": "Miller", "FName": "Anna"}`)
	drug := n.create(n.from, od.Medications, `{"MedName": "Warfarin"}`)
	n.create(n.from, od.MedicationPats, fmt.Sprintf(`{"PatNum": %d, "MedicationNum": %d}`, patient, drug))
	for text, want := range map[string]int{"o'cl": 1, "joe o'": 1, "JOE": 1, "o": 1, "O'Clark, Joe": 1, "o'clark,joe": 1, "Miller, Joe": 0, "zz": 0, fmt.Sprint(patient): 1, "%": 0} {
		found, err := n.carrier.Patients(t.Context(), who(lifecycle.Referrer), text)
		if err != nil || len(found) != want {
			t.Errorf("%q finds %v, %v; want %d", text, found, err, want)
		}
	}
	given, err := n.carrier.Prefill(t.Context(), who(lifecycle.Referrer), patient)
	if err != nil || given["patient_last_name"] != "O'Clark" || given["patient_dob"] != "01/05/1980" || given["gender"] != "M" || given["patient_town"] != "Leeds" || given["medical_history_drugs"] != "Warfarin" {
		t.Errorf("the form begins with %v, %v", given, err)
	}
	if _, there := given["patient_email"]; there {
		t.Error("what the chart does not have is given")
	}
	if _, err := n.carrier.Prefill(t.Context(), who(lifecycle.Referrer), 4711); !fault.Is(err, fault.NotFound) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := n.carrier.Patients(t.Context(), who(lifecycle.Provider), "joe"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("by a provider: %v", err)
	}
	if noted := n.rows(n.from, "SELECT COUNT(*) FROM `auditevent` WHERE `Action` = 'view' AND `Caller` = 'person 5'"); noted[0] != "12" {
		t.Errorf("%s looks are noted", noted[0])
	}
}
