package dental

import "testing"

func TestAToothIsNamedInTheUniversalNotation(t *testing.T) {
	for text, want := range map[string]bool{
		"1": true, "32": true, "51": true, "82": true, "A": true, "T": true, "AS": true, "TS": true, "S": true, "SS": true,
		"0": false, "33": false, "50": false, "83": false, "U": false, "US": false, "01": false, "+1": false, "a": false, "": false, "A1": false, "é": false,
	} {
		if got := IsTooth(text); got != want {
			t.Errorf("%q is a tooth: %t, want %t", text, got, want)
		}
	}
	for text, want := range map[string]bool{"2": true, "2,4-6": true, "A, B": true, "2-": false, ",": false, "": false, "2;3": false, "1-2-3": false} {
		if got := AreTeeth(text); got != want {
			t.Errorf("%q are teeth: %t, want %t", text, got, want)
		}
	}
}

func TestWhatIsTreatedDependsOnTheArea(t *testing.T) {
	for _, c := range []struct {
		area TreatArea
		text string
		want bool
	}{
		{0, "MODL", true}, {1, "MODB", true}, {2, "V", true}, {1, "MM", false}, {1, "X", false}, {1, "UR", false}, {1, "mod", false},
		{TreatQuadrant, "UR", true}, {TreatQuadrant, "M", false}, {TreatSextant, "6", true}, {TreatSextant, "7", false}, {TreatSextant, "12", false},
		{TreatArch, "U", true}, {TreatArch, "UR", false},
	} {
		if got := c.area.IsSurface(c.text); got != c.want {
			t.Errorf("%q in area %d: %t, want %t", c.text, c.area, got, c.want)
		}
	}
}

func TestAListOfTeethIsWrittenWithoutRanges(t *testing.T) {
	for text, want := range map[string]string{
		"1,2,5-8": "1,2,5,6,7,8", " 4 , a-C": "4,A,B,C", "32": "32", "AS-CS": "AS,BS,CS", "S-T": "S,T", "51-53": "51,52,53", "7-7": "7",
		"8-5": "", "30-33": "", "1-A": "", "": "", "1,,2": "", "T-A": "", "x": "", "32-51": "",
	} {
		got, ok := ExpandTeeth(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q becomes %q, %v, want %q", text, got, ok, want)
		}
	}
}
