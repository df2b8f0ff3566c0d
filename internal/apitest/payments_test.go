package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// split is a row of paysplit, as the tests compare it.
type split struct {
	amount                 dental.Money
	pay, patient           int64
	proc, adj, plan        int64
	charge, part, unearned int64
}

func (p split) String() string {
	text := fmt.Sprintf("%s of %d", p.amount, p.patient)
	for _, to := range []struct {
		what string
		key  int64
	}{{"procedure", p.proc}, {"adjustment", p.adj}, {"plan", p.plan}, {"charge", p.charge}, {"part", p.part}, {"unearned", p.unearned}} {
		if to.key != 0 {
			text += fmt.Sprintf(" %s %d", to.what, to.key)
		}
	}
	return text
}

// splitsAfter reads the splits that a payment has made, in order.
func splitsAfter(t *testing.T, s *Server, last int64) []split {
	t.Helper()
	var found []split
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `SplitAmt`, `PayNum`, `PatNum`, `ProcNum`, `AdjNum`, `PayPlanNum`, `PayPlanChargeNum`, `PayPlanDebitType`, `UnearnedType`"+
			" FROM `paysplit` WHERE `PayNum` > ? ORDER BY `SplitNum`", store.Int(last))
		for rows.Next() {
			found = append(found, split{dental.MoneyOf(rows.Float(0)), rows.Int(1), rows.Int(2), rows.Int(3), rows.Int(4), rows.Int(5),
				rows.Int(6), rows.Int(7), rows.Int(8)})
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAPaymentPaysWhatIsOwedInTheOrderOfThePractice(t *testing.T) {
	const family = `"patient": [
		{"PatNum": 15, "LName": "Smith", "FName": "John", "Guarantor": 15, "PriProv": 1, "BillingType": "Standard Account"},
		{"PatNum": 16, "LName": "Smith", "FName": "Jane", "Guarantor": 15, "PriProv": 2, "BillingType": "Standard Account"},
		{"PatNum": 17, "LName": "Other", "FName": "Jane", "Guarantor": 17, "PriProv": 2, "BillingType": "Standard Account"},
		{"PatNum": 18, "LName": "Smith", "FName": "Gone", "Guarantor": 15, "PatStatus": "Deleted", "BillingType": "Standard Account"}]`
	const procedures = `"procedurelog": [
		{"ProcNum": 1, "PatNum": 15, "ProcStatus": "C", "ProcFee": 50, "ProcDate": "2025-06-01"},
		{"ProcNum": 2, "PatNum": 16, "ProcStatus": "C", "ProcFee": 30.10, "UnitQty": 2, "ProcDate": "2025-05-01"},
		{"ProcNum": 3, "PatNum": 15, "ProcStatus": "TP", "ProcFee": 999, "ProcDate": "2025-01-01"},
		{"ProcNum": 4, "PatNum": 17, "ProcStatus": "C", "ProcFee": 999, "ProcDate": "2025-01-01"},
		{"ProcNum": 5, "PatNum": 18, "ProcStatus": "C", "ProcFee": 999, "ProcDate": "2025-01-01"}]`
	const plans = `"payplan": [
		{"PayPlanNum": 1, "PatNum": 15, "Guarantor": 15, "PayPlanDate": "2024-02-01"},
		{"PayPlanNum": 2, "PatNum": 15, "Guarantor": 15, "PayPlanDate": "2024-01-01"},
		{"PayPlanNum": 3, "PatNum": 15, "Guarantor": 15, "PayPlanDate": "2023-01-01", "IsClosed": "true"},
		{"PayPlanNum": 4, "PatNum": 15, "Guarantor": 15, "PayPlanDate": "2023-01-01", "PlanNum": 1},
		{"PayPlanNum": 5, "PatNum": 18, "Guarantor": 15, "PayPlanDate": "2023-01-01"}],
		"payplancharge": [
		{"PayPlanChargeNum": 1, "PayPlanNum": 1, "PatNum": 15, "ChargeDate": "2024-03-01", "Principal": 500},
		{"PayPlanChargeNum": 2, "PayPlanNum": 2, "PatNum": 15, "ChargeDate": "2027-03-01", "Principal": 10, "Interest": 1},
		{"PayPlanChargeNum": 3, "PayPlanNum": 2, "PatNum": 15, "ChargeDate": "2024-03-01", "Principal": 10, "Interest": 2},
		{"PayPlanChargeNum": 4, "PayPlanNum": 3, "PatNum": 15, "ChargeDate": "2023-03-01", "Principal": 500},
		{"PayPlanChargeNum": 5, "PayPlanNum": 4, "PatNum": 15, "ChargeDate": "2023-03-01", "Principal": 500},
		{"PayPlanChargeNum": 7, "PayPlanNum": 5, "PatNum": 18, "ChargeDate": "2023-03-01", "Principal": 500},
		{"PayPlanChargeNum": 6, "PayPlanNum": 2, "PatNum": 15, "ChargeType": 1, "ChargeDate": "2024-01-01", "Principal": 20}]`
	for _, c := range []struct{ name, given, body, want string }{
		{"the oldest charge of the family first, and the rest is unearned", procedures, `{"PatNum": 15, "PayAmt": 120}`,
			"60.20 of 16 procedure 2; 50.00 of 15 procedure 1; 9.80 of 15 unearned 283"},
		{"a charge is paid in part", procedures, `{"PatNum": 15, "PayAmt": 60.21}`, "60.20 of 16 procedure 2; 0.01 of 15 procedure 1"},
		{"only the patient's charges where it is preferred", procedures, `{"PatNum": 15, "PayAmt": 60, "isPatientPreferred": "true"}`,
			"50.00 of 15 procedure 1; 10.00 of 15 unearned 283"},
		{"the payer's charge before another's of the same day", `"procedurelog": [
			{"ProcNum": 1, "PatNum": 15, "ProcStatus": "C", "ProcFee": 50, "ProcDate": "2025-06-01"},
			{"ProcNum": 2, "PatNum": 16, "ProcStatus": "C", "ProcFee": 50, "ProcDate": "2025-06-01"}]`, `{"PatNum": 16, "PayAmt": 60}`,
			"50.00 of 16 procedure 2; 10.00 of 15 procedure 1"},
		{"what was paid, written off, adjusted or is expected is no longer owed", procedures + `,
			"claimproc": [{"ClaimProcNum": 1, "PatNum": 15, "ProcNum": 1, "Status": "Received", "InsPayAmt": 10, "WriteOff": 5},
				{"ClaimProcNum": 2, "PatNum": 16, "ProcNum": 2, "Status": "NotReceived", "InsPayEst": 20},
				{"ClaimProcNum": 3, "PatNum": 16, "ProcNum": 2, "Status": "Estimate", "InsPayEst": 20}],
			"adjustment": [{"AdjNum": 1, "PatNum": 15, "ProcNum": 1, "AdjAmt": -5}],
			"paysplit": [{"SplitNum": 1, "PatNum": 15, "ProcNum": 1, "SplitAmt": 7.50}, {"SplitNum": 2, "PatNum": 15, "UnearnedType": 283, "SplitAmt": 500}]`,
			`{"PatNum": 15, "PayAmt": 70}`, "40.20 of 16 procedure 2; 22.50 of 15 procedure 1; 7.30 of 15 unearned 283"},
		{"a charge by hand is owed, and a discount that belongs to nothing pays the oldest of its patient", procedures + `,
			"adjustment": [{"AdjNum": 1, "PatNum": 15, "AdjAmt": 8, "AdjDate": "2025-07-01"}, {"AdjNum": 2, "PatNum": 15, "AdjAmt": -45, "AdjDate": "2025-08-01"}]`,
			`{"PatNum": 15, "PayAmt": 70}`, "60.20 of 16 procedure 2; 5.00 of 15 procedure 1; 4.80 of 15 adjustment 1"},
		{"adjustments first where the practice wishes so", procedures + `,
			"adjustment": [{"AdjNum": 1, "PatNum": 15, "AdjAmt": 8, "AdjDate": "2025-07-01"}],
			"preference": [{"PrefNum": 662, "PrefName": "AutoSplitLogic", "ValueString": "0"}]`,
			`{"PatNum": 15, "PayAmt": 70}`, "8.00 of 15 adjustment 1; 60.20 of 16 procedure 2; 1.80 of 15 procedure 1"},
		{"the oldest open plan of a patient before anything else, interest before principal, and what it took over is not owed twice",
			procedures + "," + plans, `{"PatNum": 15, "PayAmt": 100}`,
			"2.00 of 15 plan 2 charge 3 part 2; 10.00 of 15 plan 2 charge 3 part 1; 1.00 of 15 plan 2 charge 2 part 2;" +
				" 10.00 of 15 plan 2 charge 2 part 1; 60.20 of 16 procedure 2; 16.80 of 15 procedure 1"},
		{"the next plan where the oldest is paid", plans + `, "paysplit": [{"SplitNum": 1, "PatNum": 15, "PayPlanNum": 2, "PayPlanChargeNum": 3, "SplitAmt": 12},
			{"SplitNum": 2, "PatNum": 15, "PayPlanNum": 2, "SplitAmt": 11}]`, `{"PatNum": 15, "PayAmt": 100}`, "100.00 of 15 plan 1 charge 1 part 1"},
		{"a plan that is named", plans, `{"PatNum": 15, "PayAmt": 100, "payPlanNum": 1}`, "100.00 of 15 plan 1 charge 1 part 1"},
		{"procedures that are named, in the order of their days", procedures, `{"PatNum": 15, "PayAmt": 70, "procNums": [1, "2"]}`,
			"60.20 of 16 procedure 2; 9.80 of 15 procedure 1"},
		{"nothing where it is a prepayment", procedures + "," + plans, `{"PatNum": 16, "PayAmt": 70, "isPrepayment": "true"}`, "70.00 of 16 unearned 283"},
		{"nothing automatically where splits are made by hand", procedures + `, "preference": [{"PrefNum": 659, "PrefName": "RigorousAccounting", "ValueString": "2"}]`,
			`{"PatNum": 16, "PayAmt": 70}`, "70.00 of 16"},
		{"the first type of unearned income where none is preferred", `"preference": [{"PrefNum": 473, "PrefName": "PrepaymentUnearnedType", "ValueString": "0"}]`,
			`{"PatNum": 16, "PayAmt": 70}`, "70.00 of 16 unearned 283"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewServer(t)
			var given map[string]json.RawMessage
			if err := json.Unmarshal([]byte("{"+family+","+c.given+"}"), &given); err != nil {
				t.Fatal(err)
			}
			s.Give(t, given)
			s.SetClock(t, "2026-01-02 03:04:05")
			if w := s.Do(http.MethodPost, "/payments", c.body); w.Code != http.StatusCreated {
				t.Fatalf("POST answers %d %s", w.Code, w.Body)
			}
			var got []string
			for _, split := range splitsAfter(t, s, 0) {
				got = append(got, split.String())
			}
			if diff := cmp.Diff(strings.Split(c.want, "; "), got); diff != "" {
				t.Errorf("splits (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestAPaymentDoesNotNameProceduresWithoutEnd(t *testing.T) {
	w := NewServer(t).Do(http.MethodPost, "/payments", marshal(t, map[string]any{"PatNum": 15, "PayAmt": "1", "procNums": make([]int, 1001)}))
	if w.Code != http.StatusBadRequest || w.Body.String() != `"procNums has more than 1000 numbers"` {
		t.Errorf("1001 procedures are answered with %d %s", w.Code, w.Body)
	}
}

// TestSplitsAddUpAndTheOldestIsPaidFirstWhateverIsOwed pays random accounts until nothing is owed.
func TestSplitsAddUpAndTheOldestIsPaidFirstWhateverIsOwed(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 12 {
		s := NewServer(t)
		var patients, procedures []map[string]any
		for n := 1; n <= 3; n++ {
			patients = append(patients, map[string]any{"PatNum": n, "LName": "Smith", "FName": "John", "Guarantor": 1, "PriProv": 1})
		}
		owed := make(map[int64]dental.Money)
		day := make(map[int64]string)
		for n := 1; n <= 12; n++ {
			fee := dental.Money(1 + random.IntN(30000))
			owed[int64(n)] = fee
			day[int64(n)] = fmt.Sprintf("2025-%02d-%02d", 1+random.IntN(12), 1+random.IntN(28))
			procedures = append(procedures, map[string]any{"ProcNum": n, "PatNum": 1 + random.IntN(3), "ProcStatus": "C", "ProcFee": fee.Float(), "ProcDate": day[int64(n)]})
		}
		s.Give(t, map[string]json.RawMessage{"patient": json.RawMessage(marshal(t, patients)), "procedurelog": json.RawMessage(marshal(t, procedures))})
		s.SetClock(t, "2026-01-02 03:04:05")
		for payment := int64(1); payment <= 8; payment++ {
			amount := dental.Money(1 + random.IntN(50000))
			if w := s.Do(http.MethodPost, "/payments", fmt.Sprintf(`{"PatNum": %d, "PayAmt": "%s"}`, 1+random.IntN(3), amount)); w.Code != http.StatusCreated {
				t.Fatalf("POST answers %d %s", w.Code, w.Body)
			}
			sum := dental.Money(0)
			for _, split := range splitsAfter(t, s, payment-1) {
				if split.amount <= 0 {
					t.Errorf("a split is %s", split)
				}
				if split.proc != 0 {
					owed[split.proc] -= split.amount
				} else if slices.ContainsFunc(slices.Collect(maps.Values(owed)), func(left dental.Money) bool { return left > 0 }) {
					t.Errorf("%s is unearned while something is owed", split.amount)
				}
				sum += split.amount
			}
			if sum != amount {
				t.Errorf("the splits of %s add up to %s", amount, sum)
			}
			for paid, left := range owed {
				if left < 0 {
					t.Errorf("procedure %d is overpaid by %s", paid, -left)
				}
				for older, open := range owed {
					if open > 0 && day[older] < day[paid] && left < feeOf(procedures, paid) {
						t.Errorf("procedure %d of %s is paid while %d of %s is open", paid, day[paid], older, day[older])
					}
				}
			}
		}
	}
}

func feeOf(procedures []map[string]any, number int64) dental.Money {
	return dental.MoneyOf(procedures[number-1]["ProcFee"].(float64))
}
