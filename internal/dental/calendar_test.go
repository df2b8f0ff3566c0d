package dental

import "testing"

func TestMonthsAreAddedToADay(t *testing.T) {
	for _, c := range []struct {
		day           string
		months        int
		same, weekday string
	}{
		{"2021-12-06", 1, "2022-01-06", "2022-01-03"}, // the first Monday
		{"2021-12-06", 2, "2022-02-06", "2022-02-07"},
		{"2021-09-14", 1, "2021-10-14", "2021-10-12"}, // the second Tuesday
		{"2021-01-31", 1, "2021-02-28", "2021-02-28"}, // the fifth Sunday, then the last
		{"2021-01-31", 3, "2021-04-30", "2021-04-25"},
		{"2020-02-29", 12, "2021-02-28", "2021-02-27"},
		{"2021-05-15", 0, "2021-05-15", "2021-05-15"},
	} {
		day, err := ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := day.AddMonths(c.months).String(); got != c.same {
			t.Errorf("%d months after %s is %s, want %s", c.months, c.day, got, c.same)
		}
		if got := day.AddMonthsByWeekday(c.months).String(); got != c.weekday {
			t.Errorf("%d months after %s by weekday is %s, want %s", c.months, c.day, got, c.weekday)
		}
	}
}

func TestADayAndAMomentAreWrittenForPeople(t *testing.T) {
	at, err := ParseDateTime("2026-11-02 09:05:59")
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		at.Words(): "2 November 2026 at 09:05", at.Date().Words(): "2 November 2026", DateTime{}.Words() + Date{}.Words(): "",
		DayInWords("1985-03-03"): "3 March 1985", DayInWords("the third of March"): "the third of March",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
