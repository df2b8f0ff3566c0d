package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/store"

	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// What the Open Dental API writes but never answers, the tests read from the tables.

// stored reads columns of a table, in the order of its key, a row a line.
func stored(t *testing.T, s *Server, table, columns string) string {
	t.Helper()
	var lines []string
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT " + columns + " FROM `" + table + "` ORDER BY 1")
		for rows.Next() {
			var cells []string
			for i := range strings.Count(columns, ",") + 1 {
				cells = append(cells, string(rows.Text(i)))
			}
			lines = append(lines, strings.Join(cells, " "))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// given makes a server with rows, at the time of the vectors.
func given(t *testing.T, rows string) *Server {
	t.Helper()
	s := NewServer(t)
	var tables map[string]json.RawMessage
	if err := json.Unmarshal([]byte(rows), &tables); err != nil {
		t.Fatal(err)
	}
	s.Give(t, tables)
	s.SetClock(t, "2026-01-02 03:04:05")
	return s
}

func must(t *testing.T, s *Server, method, path, body string) {
	t.Helper()
	if w := s.Do(method, path, body); w.Code != http.StatusOK && w.Code != http.StatusCreated {
		t.Fatalf("%s %s answers %d %s", method, path, w.Code, w.Body)
	}
}

const smith = `"patient": [{"PatNum": 15, "LName": "Smith", "FName": "John", "Guarantor": 15, "PriProv": 2, "BillingType": "Standard Account"}]`

func TestAnAdjustmentMakesUpForWhatTheClaimsLeaveOfTheTotal(t *testing.T) {
	s := given(t, "{"+smith+`, "insplan": [{"PlanNum": 7}], "inssub": [{"InsSubNum": 101, "PlanNum": 7, "Subscriber": 15}],
		"patplan": [{"PatPlanNum": 123, "PatNum": 15, "Ordinal": 1, "InsSubNum": 101}],
		"claimproc": [{"ClaimProcNum": 1, "PatNum": 15, "PlanNum": 7, "InsSubNum": 101, "Status": "Received", "InsPayAmt": 200.10, "DedApplied": 10, "ProcDate": "2020-05-01"},
			{"ClaimProcNum": 2, "PatNum": 15, "PlanNum": 7, "InsSubNum": 101, "Status": "Estimate", "InsPayAmt": 50, "ProcDate": "2020-05-01"},
			{"ClaimProcNum": 3, "PatNum": 15, "PlanNum": 7, "InsSubNum": 101, "Status": "Received", "InsPayAmt": 50, "ProcDate": "2021-01-01"},
			{"ClaimProcNum": 4, "PatNum": 15, "PlanNum": 7, "InsSubNum": 101, "Status": "Received", "InsPayAmt": 50, "ProcDate": "2019-12-31"}]}`)
	const others = "1 1 20010 1000 2020-05-01 15 7 101\n2 6 5000 0 2020-05-01 15 7 101\n3 1 5000 0 2021-01-01 15 7 101\n4 1 5000 0 2019-12-31 15 7 101"
	const columns = "`ClaimProcNum`, `Status`, CAST(ROUND(`InsPayAmt` * 100) AS SIGNED), CAST(ROUND(`DedApplied` * 100) AS SIGNED), `ProcDate`, `PatNum`, `PlanNum`, `InsSubNum`"
	for _, step := range []struct{ body, want string }{
		{`{"PatPlanNum": 123, "date": "2020-01-01", "insUsed": "300", "deductibleUsed": "25"}`, "\n5 3 9990 1500 2020-01-01 15 7 101"},
		{`{"PatPlanNum": 123, "date": "2020-02-01", "insUsed": "150"}`, "\n5 3 -5010 1500 2020-02-01 15 7 101"},
		{`{"PatPlanNum": 123, "date": "2020-03-01", "insUsed": "200.10"}`, "\n5 3 0 1500 2020-03-01 15 7 101"},
		{`{"PatPlanNum": 123, "date": "2020-03-01", "deductibleUsed": 10}`, ""},
	} {
		must(t, s, http.MethodPut, "/claimprocs/InsAdjust", step.body)
		query := columns
		if testdb.Chosen() == testdb.SQLite {
			query = strings.ReplaceAll(columns, "SIGNED", "INTEGER")
		}
		if diff := cmp.Diff(others+step.want, stored(t, s, "claimproc", query)); diff != "" {
			t.Errorf("%s (-want, +got):\n%s", step.body, diff)
		}
	}
}

func TestASentClaimNamesBothCarriers(t *testing.T) {
	s := given(t, "{"+smith+`, "insplan": [{"PlanNum": 7, "CarrierNum": 3}, {"PlanNum": 8, "CarrierNum": 4}],
		"claim": [{"ClaimNum": 26, "PatNum": 15, "PlanNum": 7, "PlanNum2": 8, "InsSubNum": 101, "ClaimStatus": "W"}]}`)
	must(t, s, http.MethodPut, "/claims/26/Status", `{"DateSent": "2025-12-24", "DateSentOrig": "2025-12-20"}`)
	if got := stored(t, s, "claim", "`ClaimStatus`, `DateSent`, `DateSentOrig`"); got != "S 2025-12-24 2025-12-20" {
		t.Errorf("the claim is %q", got)
	}
	got := stored(t, s, "etrans", "`EtransNum`, `DateTimeTrans`, `Etype`, `ClaimNum`, `PatNum`, `CarrierNum`, `CarrierNum2`, `PlanNum`, `InsSubNum`")
	if got != "1 2026-01-02 03:04:05 0 26 15 3 4 7 101" {
		t.Errorf("the transaction is %q", got)
	}
}

func TestARemittanceIsStoredWordForWord(t *testing.T) {
	s := given(t, `{"clearinghouse": [{"ClearinghouseNum": 5, "HqClearinghouseNum": 3}]}`)
	message := "ISA*00*          *00*          *30*330989922      *29*AA0989922      *210526*0816*U*00401*000012145*0*P*:~\r\n" +
		"ST*835*112233~N1*PR*DELTA DENTAL~NM1*QC*1*SMITH*JOHN~" + strings.Repeat("SVC*AD:D0120*46*25~", 5000)
	must(t, s, http.MethodPost, "/etrans", marshal(t, map[string]any{"HqClearinghouseNum": 3, "MessageText": message}))
	if got := stored(t, s, "etransmessagetext", "`MessageText`"); got != message {
		t.Errorf("%d of %d bytes are stored", len(got), len(message))
	}
	got := stored(t, s, "etrans", "`ClearingHouseNum`, `Etype`, `EtransMessageTextNum`, `TranSetId835`, `CarrierNameRaw`, `PatientNameRaw`")
	if got != "5 27 1 112233 DELTA DENTAL SMITH, JOHN" {
		t.Errorf("the transaction is %q", got)
	}
}

func TestAPaymentPlanHasAllItsCharges(t *testing.T) {
	s := given(t, "{"+smith+"}")
	must(t, s, http.MethodPost, "/payplans", `{"PatNum": 15, "PayPlanDate": "2021-09-06", "principalAmount": 500, "PayAmt": 75.50, "APR": 18, "DownPayment": 125,
		"ChargeFrequency": "OrdinalWeekday", "DatePayPlanStart": "2021-12-06", "DateInterestStart": "2022-01-03"}`)
	want := strings.Join([]string{
		"1 1 2021-09-06 500.00 0.00 2", "2 0 2021-09-06 125.00 0.00 2", "3 0 2021-12-06 75.50 0.00 2", "4 0 2022-01-03 71.01 4.49 2",
		"5 0 2022-02-07 72.07 3.43 2", "6 0 2022-03-07 73.15 2.35 2", "7 0 2022-04-04 74.25 1.25 2", "8 0 2022-05-02 9.02 0.14 2",
	}, "\n")
	var got []string
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `PayPlanChargeNum`, `ChargeType`, `ChargeDate`, `Principal`, `Interest`, `ProvNum` FROM `payplancharge` ORDER BY 1")
		for rows.Next() {
			got = append(got, fmt.Sprintf("%d %d %s %.2f %.2f %d", rows.Int(0), rows.Int(1), rows.Text(2), rows.Float(3), rows.Float(4), rows.Int(5)))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
		t.Errorf("charges (-want, +got):\n%s", diff)
	}
	if got := stored(t, s, "payplan", "`PayPlanNum`, `Guarantor`, `NumberOfPayments`, `PaySchedule`, `ChargeFrequency`"); got != "1 15 6 1 2" {
		t.Errorf("the plan is %q", got)
	}
}
