package apitest

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// balances are what a patient's row says of the account.
type balances struct{ Own, To30, To60, To90, Over90, Expected, Total, PlanDue dental.Money }

func balancesOf(t *testing.T, s *Server, patient int64) (b balances) {
	t.Helper()
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `EstBalance`, `Bal_0_30`, `Bal_31_60`, `Bal_61_90`, `BalOver90`, `InsEst`, `BalTotal`, `PayPlanDue` FROM `patient` WHERE `PatNum` = ?", store.Int(patient))
		rows.Next()
		for i, place := range []*dental.Money{&b.Own, &b.To30, &b.To60, &b.To90, &b.Over90, &b.Expected, &b.Total, &b.PlanDue} {
			*place = dental.MoneyOf(rows.Float(i))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheBalancesOfAFamilyFollowWhatIsDoneAndWhatIsPaid(t *testing.T) {
	s := NewPair(t)
	s.SetClock(t, "2026-01-02 03:04:05")
	var given map[string]json.RawMessage
	err := json.Unmarshal([]byte(`{
		"patient": [
			{"PatNum": 15, "LName": "Smith", "FName": "John", "Guarantor": 15, "PriProv": 1, "BillingType": "Standard Account", "EstBalance": 7},
			{"PatNum": 16, "LName": "Smith", "FName": "Jane", "Guarantor": 15, "PriProv": 1, "BillingType": "Standard Account", "BalTotal": 7},
			{"PatNum": 17, "LName": "Other", "FName": "Jane", "Guarantor": 17, "PriProv": 1, "BillingType": "Standard Account", "EstBalance": 7},
			{"PatNum": 18, "LName": "Smith", "FName": "Gone", "Guarantor": 15, "PatStatus": "Deleted", "BillingType": "Standard Account", "EstBalance": 7}],
		"provider": [{"ProvNum": 1, "Abbr": "DOC1"}],
		"procedurecode": [{"CodeNum": 1, "ProcCode": "D0120"}],
		"procedurelog": [
			{"ProcNum": 1, "PatNum": 15, "ProcStatus": "C", "ProcFee": 50, "ProcDate": "2025-06-01", "CodeNum": 1},
			{"ProcNum": 2, "PatNum": 16, "ProcStatus": "C", "ProcFee": 30.10, "UnitQty": 2, "ProcDate": "2025-11-20", "CodeNum": 1},
			{"ProcNum": 3, "PatNum": 15, "ProcStatus": "TP", "ProcFee": 999, "ProcDate": "2025-01-01", "CodeNum": 1},
			{"ProcNum": 4, "PatNum": 17, "ProcStatus": "C", "ProcFee": 999, "ProcDate": "2025-01-01", "CodeNum": 1}],
		"claimproc": [
			{"ClaimProcNum": 1, "PatNum": 16, "ProcNum": 2, "Status": "Received", "InsPayAmt": 20, "WriteOff": 0.20, "DateCP": "2025-12-01"},
			{"ClaimProcNum": 2, "PatNum": 15, "ProcNum": 1, "Status": "NotReceived", "InsPayEst": 10, "WriteOff": 1, "DateCP": "2025-06-01"}]
	}`), &given)
	if err != nil {
		t.Fatal(err)
	}
	s.Give(t, given)
	for _, step := range []struct {
		name, path, body string
		john, jane       balances
	}{
		{
			"A completed procedure is owed", "/procedurelogs", `{"PatNum": 16, "ProcDate": "2026-01-01", "ProcStatus": "C", "procCode": "D0120", "ProcFee": "100.00"}`,
			balances{Own: 50_00, To30: 100_00, To60: 60_20, Over90: 29_80, Expected: 11_00, Total: 190_00},
			balances{Own: 140_00},
		},
		{
			"A planned one is not", "/procedurelogs", `{"PatNum": 16, "ProcDate": "2026-01-01", "ProcStatus": "TP", "procCode": "D0120", "ProcFee": "100.00"}`,
			balances{Own: 50_00, To30: 100_00, To60: 60_20, Over90: 29_80, Expected: 11_00, Total: 190_00},
			balances{Own: 140_00},
		},
		{
			"A payment pays the oldest", "/payments", `{"PatNum": 15, "PayAmt": "60.00", "PayDate": "2026-01-02"}`,
			balances{Own: 11_00, To30: 100_00, To60: 30_00, Expected: 11_00, Total: 130_00},
			balances{Own: 119_00},
		},
	} {
		if w := s.Do(http.MethodPost, step.path, step.body); w.Code != http.StatusCreated {
			t.Fatalf("%s: %d %s", step.name, w.Code, w.Body)
		}
		if diff := cmp.Diff([]balances{step.john, step.jane}, []balances{balancesOf(t, s, 15), balancesOf(t, s, 16)}); diff != "" {
			t.Errorf("%s (-want, +got):\n%s", step.name, diff)
		}
	}
	for _, other := range []int64{17, 18} {
		if b := balancesOf(t, s, other); b != (balances{Own: 7_00}) {
			t.Errorf("patient %d, who is not of the family or deleted, has %+v", other, b)
		}
	}
}
