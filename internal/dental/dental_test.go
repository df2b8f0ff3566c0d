package dental

import (
	"testing"
	"testing/quick"
	"time"
)

func TestDatesReadBackAsTheyAreWritten(t *testing.T) {
	property := func(days uint32) bool {
		date := Date{}.AddDays(int(days % 3_652_059)) // to 9999-12-31
		back, err := ParseDate(date.String())
		return err == nil && back == date
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
}

func TestDateTimesReadBackAsTheyAreWritten(t *testing.T) {
	property := func(days uint32, second uint32) bool {
		at := Date{}.AddDays(int(days % 3_652_059)).At(int(second % secondsPerDay))
		back, err := ParseDateTime(at.String())
		return err == nil && back == at
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
}

func TestTheZeroValuesAreTheDatesThatStandForNone(t *testing.T) {
	if (Date{}).String() != "0001-01-01" || (DateTime{}).String() != "0001-01-01 00:00:00" {
		t.Errorf("none is written %s and %s", Date{}, DateTime{})
	}
	if date, err := ParseDate("0001-01-01"); err != nil || !date.IsNone() {
		t.Errorf("0001-01-01 is read as %v, %v", date, err)
	}
}

func TestTextThatIsNoDateIsRefused(t *testing.T) {
	for _, text := range []string{"", "2021-02-30", "2021-2-3", "0000-01-01", "2021-01-01 00:00:00", " 2021-01-01", "20210101", "10000-01-01"} {
		if date, err := ParseDate(text); err == nil {
			t.Errorf("%q is read as %s", text, date)
		}
	}
	for _, text := range []string{"", "2021-01-01", "2021-01-01T00:00:00", "2021-01-01 24:00:00", "2021-01-01 1:00:00", "2021-01-01 00:00:00.5"} {
		if at, err := ParseDateTime(text); err == nil {
			t.Errorf("%q is read as %s", text, at)
		}
	}
}

func TestACivilTimeIsTheClocksOnTheWall(t *testing.T) {
	zone := time.FixedZone("", -7*3600)
	at := time.Date(2026, 1, 1, 23, 30, 0, 999, zone)
	if got := DateTimeOf(at).String(); got != "2026-01-01 23:30:00" {
		t.Errorf("the civil time is %s", got)
	}
	if got := DateOf(at).String(); got != "2026-01-01" {
		t.Errorf("the civil day is %s", got)
	}
}

func TestFoldingIgnoresCaseAccentsAndBlanksAtTheEnd(t *testing.T) {
	for _, pair := range [][2]string{
		{"Smith", "SMITH"}, {"Müller", "muller"}, {"José ", "jose"}, {"Straße", "STRASSE"}, {"STRAẞE", "strasse"}, {"ΣΊΣΥΦΟΣ", "σισυφος"},
		{"E\u0301va", "Éva"}, {"", "   "},
	} {
		if Fold(pair[0]) != Fold(pair[1]) {
			t.Errorf("%q folds to %q, and %q to %q", pair[0], Fold(pair[0]), pair[1], Fold(pair[1]))
		}
	}
	for _, pair := range [][2]string{{"Smith", "Smyth"}, {" Smith", "Smith"}, {"a b", "ab"}, {"ガトウ", "カトウ"}, {"มีน", "มุน"}, {"\ufe0f", ""}} {
		if Fold(pair[0]) == Fold(pair[1]) {
			t.Errorf("%q and %q fold alike", pair[0], pair[1])
		}
	}
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	if err := quick.Check(func(text string) bool { return Fold(Fold(text)) == Fold(text) }, nil); err != nil {
		t.Error(err)
	}
}

func TestDigitsOfATelephoneNumber(t *testing.T) {
	for text, want := range map[string]string{
		"(503) 363-5432": "5033635432", "1-503-363-5432": "5033635432", "": "", "ext": "", "44 20 7946 0018": "442079460018", "15": "15",
	} {
		if got := Digits(text); got != want {
			t.Errorf("the digits of %q are %q, want %q", text, got, want)
		}
	}
}
