package dental

import (
	"regexp"
	"strconv"
	"testing"
	"testing/quick"
)

func TestBPECodesAreReadAndExplained(t *testing.T) {
	for text, want := range map[string]struct {
		score     int
		examined  bool
		furcation bool
		words     string
	}{
		"0": {0, true, false, "healthy"}, "3": {3, true, false, "pocket of 3.5 to 5.5 mm"}, "4*": {4, true, true, "pocket over 5.5 mm, furcation involved"},
		"-": {0, false, false, "fewer than two teeth"},
	} {
		code, err := ParseBPECode(text)
		score, examined := code.Score()
		if err != nil || score != want.score || examined != want.examined || code.HasFurcation() != want.furcation || code.Words() != want.words {
			t.Errorf("%q is %q, %v: %d %t %t %q", text, code, err, score, examined, code.HasFurcation(), code.Words())
		}
	}
	for _, text := range []string{"", "5", "*", "-*", "4**", "04", "é"} {
		if code, err := ParseBPECode(text); err == nil {
			t.Errorf("%q is taken as %q", text, code)
		}
	}
}

func TestEveryGradeOfTheIOTNIsReadAndExplained(t *testing.T) {
	shape := regexp.MustCompile(`^(1|2[a-g]|3[a-f]|4[abcdefhlmtx]|5[ahimps])$`)
	grades := IOTNGrades()
	if len(grades) != len(iotnWords) {
		t.Errorf("%d grades are listed and %d explained", len(grades), len(iotnWords))
	}
	for _, grade := range grades {
		if got, err := ParseIOTN(string(grade)); err != nil || got != grade || grade.Words() == "" || !shape.MatchString(string(grade)) {
			t.Errorf("%q is %q, %v: %q", grade, got, err, grade.Words())
		}
	}
	if err := quick.Check(func(a, b byte) bool {
		text := string([]byte{'0' + a%8, 'a' + b%26})
		_, err := ParseIOTN(text)
		return (err == nil) == shape.MatchString(text)
	}, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		grade          IOTN
		age, aesthetic int
		want           bool
	}{{"4a", 17, 1, true}, {"4a", 18, 10, false}, {"3a", 12, 6, true}, {"3a", 12, 5, false}, {"2g", 12, 10, false}, {"5p", 3, 0, true}} {
		if got := c.grade.HasNHSNeed(c.age, c.aesthetic); got != c.want {
			t.Errorf("%v: %t", c, got)
		}
	}
}

func TestScoresFallIntoTheirBands(t *testing.T) {
	for total, want := range map[int]int{5: 1, 9: 1, 10: 2, 12: 2, 13: 3, 17: 3, 18: 4, 25: 4} {
		if got := MDASRank(total); got != want {
			t.Errorf("an anxiety of %d has rank %d, want %d", total, got, want)
		}
	}
	for total, want := range map[int]string{3: "minimal", 4: "minimal", 5: "moderate", 6: "moderate", 7: "high", 9: "high", 10: "very high", 12: "very high"} {
		if got := IOSNBand(total); got != want {
			t.Errorf("a need of %d is %s, want %s", total, got, want)
		}
	}
	for score, want := range map[int]string{0: "standard", 1: "some complexity", 9: "some complexity", 10: "moderate complexity", 20: "severe complexity", 29: "severe complexity", 30: "extreme complexity"} {
		if got := CaseMixBand(score); got != want {
			t.Errorf("a case mix of %d is %s, want %s", score, got, want)
		}
	}
	sum := 0
	for _, criterion := range CaseMixCriteria() {
		weight, ok := CaseMixWeight(criterion, "C")
		if !ok {
			t.Errorf("%s has no weights", criterion)
		}
		sum += weight
	}
	if sum != 60 {
		t.Errorf("the highest case mix is %d, want 60", sum)
	}
	for _, c := range [][2]string{{"communication", "D"}, {"communication", ""}, {"communication", "AB"}, {"other", "A"}} {
		if _, ok := CaseMixWeight(c[0], c[1]); ok {
			t.Errorf("%v has a weight", c)
		}
	}
}

func TestAgeChangesOnTheBirthday(t *testing.T) {
	for _, c := range []struct {
		born, on string
		want     int
	}{{"2010-10-10", "2026-10-09", 15}, {"2010-10-10", "2026-10-10", 16}, {"2008-02-29", "2026-02-28", 17}, {"2008-02-29", "2026-03-01", 18}, {"2026-05-05", "2026-05-05", 0}} {
		born, _ := ParseDate(c.born)
		on, _ := ParseDate(c.on)
		if got := AgeOn(born, on); got != c.want {
			t.Errorf("%v: %d", c, got)
		}
	}
}

func TestDatesAreReadDayFirst(t *testing.T) {
	for text, want := range map[string]string{"31/01/2026": "2026-01-31", "1.2.2026": "2026-02-01", "01-02-2026": "2026-02-01", "1 2 2026": "2026-02-01", "2026-02-01": "2026-02-01"} {
		if got, err := ParseDayFirst(text); err != nil || got.String() != want {
			t.Errorf("%q is %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "31/02/2026", "1/2/26", "10/1O/2010", "001/02/2026", "1/2", "1/2/3/2026", "00/01/2026", "+1/02/2026", "01/13/2026"} {
		if got, err := ParseDayFirst(text); err == nil {
			t.Errorf("%q is taken as %s", text, got)
		}
	}
	if err := quick.Check(func(days uint32) bool {
		want := Earliest.AddDays(int(days % 100000))
		year, month, day := want.Calendar()
		got, err := ParseDayFirst(strconv.Itoa(day) + "/" + strconv.Itoa(month) + "/" + strconv.Itoa(year))
		return err == nil && got == want
	}, nil); err != nil {
		t.Error(err)
	}
}
