package apitest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// bookable is an office with one reason, for which provider 1 has all days in operatory 1.
const bookable = `{
	"definition": [{"DefNum": 326, "Category": 42, "ItemName": "New Patient Exam"}],
	"deflink": [
		{"DefLinkNum": 1, "DefNum": 326, "FKey": 1, "LinkType": 2},
		{"DefLinkNum": 2, "DefNum": 326, "FKey": 1, "LinkType": 3}
	]
}`

func TestOfTwoWhoBookTheSameTimeOneGetsIt(t *testing.T) {
	rounds := 1000
	if testing.Short() {
		rounds = 50
	}
	for name, request := range map[string]func(start, end dental.DateTime) (path, body string){
		"WebSched": func(start, end dental.DateTime) (string, string) {
			return "/appointments/WebSched", fmt.Sprintf(
				`{"PatNum": 1, "DateTimeStart": %q, "DateTimeEnd": %q, "ProvNum": 1, "OpNum": 1, "defNumApptType": 326}`, start, end)
		},
		"plain": func(start, _ dental.DateTime) (string, string) {
			return "/appointments", fmt.Sprintf(`{"PatNum": 1, "Op": 1, "AptDateTime": %q}`, start)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWorld(t)
			giveJSON(t, s, bookable)
			first, _ := dental.ParseDate("2026-02-01")
			giveDays(t, s, first, rounds/40+2)
			for round := range rounds {
				start := first.AddDays(round / 40).At(8*60*60 + round%40*20*60)
				path, body := request(start, start.AddSeconds(20*60))
				var answers [2]string
				var clients sync.WaitGroup
				for i := range answers {
					clients.Go(func() {
						w := s.Do(http.MethodPost, path, body)
						answers[i] = fmt.Sprintf("%d", w.Code)
						if w.Code != http.StatusCreated {
							answers[i] += " " + w.Body.String()
						}
					})
				}
				clients.Wait()
				const taken = `404 "Timeslot is no longer available"`
				if answers != [2]string{"201", taken} && answers != [2]string{taken, "201"} {
					t.Fatalf("round %d at %s: the answers are %q", round, start, answers)
				}
			}
			if rows := len(s.Changes(t)); rows == 0 {
				t.Error("nothing was written")
			}
		})
	}
}

func giveJSON(t *testing.T, s *Server, text string) {
	t.Helper()
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		t.Fatal(err)
	}
	s.Give(t, given)
}

// giveDays opens operatory 1 for provider 1 from seven to midnight.
func giveDays(t *testing.T, s *Server, first dental.Date, days int) {
	t.Helper()
	var given []map[string]any
	var ops []map[string]any
	for day := range days {
		given = append(given, map[string]any{"ScheduleNum": day + 1, "SchedDate": first.AddDays(day).String(), "StartTime": "07:00:00",
			"StopTime": "23:59:00", "SchedType": 1, "ProvNum": 1})
		ops = append(ops, map[string]any{"ScheduleOpNum": day + 1, "ScheduleNum": day + 1, "OperatoryNum": 1})
	}
	giveJSON(t, s, marshal(t, map[string]any{"schedule": given, "scheduleop": ops}))
}

func TestEverySlotCanBeBookedAndIsThenGone(t *testing.T) {
	s := newWorld(t)
	s.Empty(t, "appointment")
	giveJSON(t, s, bookable)
	first, _ := dental.ParseDate("2026-02-01")
	giveDays(t, s, first, 1)
	const slots = "/appointments/SlotsWebSched?date=2026-02-01&defNumApptType=326"
	offered := listRows(t, s, slots)
	if len(offered) != 50 {
		t.Fatalf("%d slots are offered, want 50 of 20 minutes in 16:59", len(offered))
	}
	for i, slot := range offered {
		slot["PatNum"], slot["defNumApptType"] = 1, 326
		if w := s.Do(http.MethodPost, "/appointments/WebSched", marshal(t, slot)); w.Code != http.StatusCreated {
			t.Fatalf("slot %d, %v: %d %s", i+1, slot, w.Code, w.Body)
		}
		left := listRows(t, s, slots)
		if len(left) != len(offered)-i-1 {
			t.Fatalf("after %d bookings %d slots are left", i+1, len(left))
		}
	}
	rows := listRows(t, s, "/appointments/WebSched")
	if len(rows) != 50 || rows[0]["eServiceLogType"] != "NewPat" {
		t.Errorf("%d appointments are listed, the first as %v", len(rows), rows[0]["eServiceLogType"])
	}
}

func TestABrokenAppointmentLeavesItsTraces(t *testing.T) {
	s := newWorld(t)
	giveJSON(t, s, `{
		"preference": [
			{"PrefNum": 454, "PrefName": "BrokenApptProcedure", "ValueString": "3"},
			{"PrefNum": 391, "PrefName": "BrokenApptCommLog", "ValueString": "1"}
		],
		"procedurecode": [{"CodeNum": 7, "ProcCode": "D9986", "AbbrDesc": "Missed"}],
		"fee": [
			{"FeeNum": 1, "FeeSched": 53, "CodeNum": 7, "Amount": 40.5},
			{"FeeNum": 2, "FeeSched": 53, "CodeNum": 7, "Amount": 55, "ProvNum": 1},
			{"FeeNum": 3, "FeeSched": 53, "CodeNum": 7, "Amount": 99, "ProvNum": 2}
		],
		"provider": [{"ProvNum": 1, "Abbr": "DOC", "FeeSched": 53}],
		"appointment": [{"AptNum": 5, "PatNum": 1, "AptStatus": "Scheduled", "Op": 1, "ProvNum": 1, "AptDateTime": "2026-02-03 09:00:00", "Pattern": "/XX/", "ProcDescript": "Ex"}]
	}`)
	w := s.Do(http.MethodPut, "/appointments/5/Break", `{"sendToUnscheduledList": "true", "breakType": "missed"}`)
	if w.Code != http.StatusOK {
		t.Fatalf("Break answers %d %s", w.Code, w.Body)
	}
	for query, want := range map[string]string{
		"SELECT `AptStatus`, `Op` FROM `appointment` WHERE `AptNum` = 5":                                                              "3 0",
		"SELECT `HistApptAction`, `AptStatus` FROM `histappointment`":                                                                 "2 3",
		"SELECT `CodeNum`, `ProcStatus` FROM `procedurelog` WHERE `ProcNum` <> 1 AND `ProcDate` = '2026-01-02' AND `ProcFee` = 55":    "7 2",
		"SELECT `PatNum`, `SentOrReceived` FROM `commlog` WHERE `Note` = 'Appointment broken: Ex, 2026-02-03 09:00:00' AND `Mode_`=0": "1 2",
		"SELECT COUNT(*), MAX(`FKey`) FROM `signalod` WHERE `DateViewing` = '2026-02-03' AND `IType` = 68":                            "2 1",
	} {
		if got := twoNumbers(t, s, query); got != want {
			t.Errorf("%s\nis %q, want %q", query, got, want)
		}
	}
	if w := s.Do(http.MethodPut, "/appointments/5/Break", `{"sendToUnscheduledList": "true"}`); w.Code != http.StatusBadRequest {
		t.Errorf("a second Break answers %d %s", w.Code, w.Body)
	}
}

func twoNumbers(t *testing.T, s *Server, query string) (got string) {
	t.Helper()
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query(query)
		for rows.Next() {
			got += fmt.Sprintf("%d %d", rows.Int(0), rows.Int(1))
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestANoteIsAddedOnALineOfItsOwn(t *testing.T) {
	s := newWorld(t)
	_, url := made(t, s, od.Appointments.Plan())
	for _, note := range []string{"one", "two\nlines", "é"} {
		if w := s.Do(http.MethodPut, url+"/Note", marshal(t, map[string]any{"Note": note})); w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if got := decodeObject(t, s.Do(http.MethodGet, url, "").Body.Bytes())["Note"]; got != "one\r\ntwo\nlines\r\né" {
		t.Errorf("the note is %q", got)
	}
}

// giveBusyWeeks opens two weeks for ten providers, each in two operatories, and spreads 20,000 appointments
// over some days from the first.
func giveBusyWeeks(t testing.TB, s *Server, first dental.Date, days int) {
	t.Helper()
	dice := rand.New(rand.NewPCG(1, 1))
	err := s.Book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		var all []*od.Appointment
		for range 20_000 {
			prov := dice.IntN(10) + 1
			all = append(all, &od.Appointment{
				PatNum: 1, AptStatus: dental.AptScheduled, Pattern: "XXXXXX"[:1+dice.IntN(6)], ProvNum: dental.ProvNum(prov),
				Op: dental.OperatoryNum(prov + 10*dice.IntN(2)), AptDateTime: first.AddDays(dice.IntN(days)).At(8*3600 + dice.IntN(108)*300),
			})
		}
		if err := record.Import(tx, od.Appointments.Table, all); err != nil {
			return err
		}
		for day := range 14 {
			for prov := 1; prov <= 10; prov++ {
				key, err := tx.Exec("INSERT INTO `schedule` (`SchedDate`, `StartTime`, `StopTime`, `SchedType`, `ProvNum`) VALUES (?, '08:00:00', '17:00:00', 1, ?)",
					store.Text(first.AddDays(day).String()), store.Int(prov))
				if err != nil {
					return err
				}
				for _, op := range []int{prov, prov + 10} {
					if _, err := tx.Exec("INSERT INTO `scheduleop` (`ScheduleNum`, `OperatoryNum`) VALUES (?, ?)", store.Int(key), store.Int(op)); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var ops, provs []map[string]any
	for n := 1; n <= 20; n++ {
		ops = append(ops, map[string]any{"OperatoryNum": n})
		if n <= 10 {
			provs = append(provs, map[string]any{"ProvNum": n, "Abbr": fmt.Sprint("P", n)})
		}
	}
	text, err := json.Marshal(map[string]any{"operatory": ops, "provider": provs})
	if err != nil {
		t.Fatal(err)
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil {
		t.Fatal(err)
	}
	s.Give(t, given)
}

func BenchmarkSlotsOfTwoWeeksTenProviders20000Appointments(b *testing.B) {
	for name, days := range map[string]int{"in two weeks": 14, "in a year": 364} {
		b.Run(name, func(b *testing.B) {
			s := NewServer(b)
			s.SetClock(b, "2026-01-02 03:04:05")
			first, _ := dental.ParseDate("2026-01-03")
			giveBusyWeeks(b, s, first, days)
			for b.Loop() {
				if w := s.Do(http.MethodGet, "/appointments/Slots?dateStart=2026-01-03&dateEnd=2026-01-16", ""); w.Code != http.StatusOK {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
}
