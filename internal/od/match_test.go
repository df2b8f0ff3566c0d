package od

import (
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

func day(t *testing.T, text string) dental.Date {
	t.Helper()
	if text == "" {
		return dental.Date{}
	}
	at, err := dental.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAMatchHasAScoreAndTheEvidenceForIt(t *testing.T) {
	in := Incoming{First: "Siân", Last: "Llewelyn", Birthdate: day(t, "1980-05-01"), Phone: "01632 960 001", Email: "sian@example.com"}
	for _, c := range []struct {
		name     string
		patient  Patient
		score    int
		evidence string
	}{
		{"the same", Patient{LName: "Llewelyn", FName: "Siân", Birthdate: day(t, "1980-05-01")}, 90, "same last name, same first name, same date of birth"},
		{"with other letters", Patient{LName: "LLEWELYN", FName: "Sian", Birthdate: day(t, "1980-05-01")}, 90, "same last name, same first name, same date of birth"},
		{"by the preferred name", Patient{LName: "Llewelyn", FName: "Jane", Preferred: "Sian", Birthdate: day(t, "1980-05-01")}, 90, "same as the preferred name"},
		{"everything", Patient{LName: "Llewelyn", FName: "Siân", Birthdate: day(t, "1980-05-01"), WirelessPhone: "(01632)960001", Email: "SIAN@example.com"}, 100, "same telephone number, same e-mail address"},
		{"everything but the day of birth", Patient{LName: "Llewelyn", FName: "Siân", Birthdate: day(t, "1980-05-02"), WirelessPhone: "01632960001", Email: "sian@example.com"}, 72, "differs in the day"},
		{"exchanged day and month", Patient{LName: "Llewelyn", FName: "Siân", Birthdate: day(t, "1980-01-05")}, 65, "exchanged"},
		{"a letter missing", Patient{LName: "Lewelyn", FName: "Siân", Birthdate: day(t, "1980-05-01")}, 75, "last name differs in a letter"},
		{"letters that changed places", Patient{LName: "Llewleyn", FName: "Siân", Birthdate: day(t, "1980-05-01")}, 75, "last name differs in a letter"},
		{"a brother", Patient{LName: "Llewelyn", FName: "Emrys", Birthdate: day(t, "1980-05-01")}, 70, "another first name"},
		{"no day of birth", Patient{LName: "Llewelyn", FName: "Siân"}, 50, "not known"},
		{"somebody else", Patient{LName: "Clark", FName: "Joe", Birthdate: day(t, "1971-12-24")}, 0, "another last name, another first name, another date of birth"},
	} {
		got := match(in, &c.patient)
		if got.Score != c.score || !strings.Contains(strings.Join(got.Evidence, ", "), c.evidence) {
			t.Errorf("%s: %d for %v, want %d with %q", c.name, got.Score, got.Evidence, c.score, c.evidence)
		}
	}
}

// Whatever else is the same, without the date of birth and both names nobody reaches the line.
func TestNobodyReachesTheLineWithoutNamesAndDateOfBirth(t *testing.T) {
	in := Incoming{First: "Ann", Last: "Smith", Birthdate: day(t, "1980-05-06"), Phone: "5035550101", Email: "ann@example.com"}
	births := []string{"1980-05-06", "1980-06-05", "1980-05-07", "1981-05-06", "1999-01-01", ""}
	for _, last := range []string{"Smith", "Smyth", "Jones", ""} {
		for _, first := range []string{"Ann", "Anne", "Amy", "Bob", ""} {
			for _, born := range births {
				for _, phone := range []string{"503-555-0101", ""} {
					for _, email := range []string{"ann@example.com", ""} {
						p := &Patient{LName: last, FName: first, Birthdate: day(t, born), HmPhone: phone, Email: email}
						same := last == "Smith" && first == "Ann" && born == births[0]
						if got := match(in, p); got.Score >= MatchLine != same || got.Score > 100 {
							t.Errorf("%s %s, %s, %s, %s has %d", first, last, born, phone, email, got.Score)
						}
					}
				}
			}
		}
	}
}
