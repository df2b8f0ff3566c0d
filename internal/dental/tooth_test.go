package dental

import (
	"testing"
	"testing/quick"
)

func TestEveryToothHasOneNameInEachNotation(t *testing.T) {
	seen := make(map[string]Tooth)
	for _, tooth := range Teeth() {
		for notation, read := range map[string]func(string) (Tooth, error){"FDI " + tooth.FDI(): ToothFDI, "Palmer " + tooth.Palmer(): ToothPalmer, "words " + tooth.Words(): ToothWords} {
			if other, twice := seen[notation]; twice {
				t.Errorf("%s is %v and %v", notation, other, tooth)
			}
			seen[notation] = tooth
			_, name, _ := cutSpace(notation)
			if got, err := read(name); err != nil || got != tooth {
				t.Errorf("%s is read as %v, %v; want %v", notation, got, err, tooth)
			}
		}
		universal, ok := tooth.Universal()
		if ok == tooth.IsSupernumerary() {
			t.Errorf("%s in the universal notation: %q, %t", tooth.FDI(), universal, ok)
		}
		if !ok {
			continue
		}
		if got, err := ToothUniversal(universal); err != nil || got != tooth || !IsTooth(universal) {
			t.Errorf("%q is read as %v, %v; want %s", universal, got, err, tooth.FDI())
		}
	}
	if len(Teeth()) != 56 {
		t.Errorf("there are %d teeth, want 32, 20 and 4", len(Teeth()))
	}
}

func cutSpace(text string) (before, after string, ok bool) {
	for i := range len(text) {
		if text[i] == ' ' {
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}

func TestKnownTeethAgreeAcrossNotations(t *testing.T) {
	for _, c := range []struct{ fdi, palmer, universal, words string }{
		{"16", "UR6", "3", "upper right first molar"},
		{"18", "UR8", "1", "upper right third molar"},
		{"28", "UL8", "16", "upper left third molar"},
		{"38", "LL8", "17", "lower left third molar"},
		{"48", "LR8", "32", "lower right third molar"},
		{"31", "LL1", "24", "lower left central incisor"},
		{"75", "LLE", "K", "lower left primary second molar"},
		{"63", "ULC", "H", "upper left primary canine"},
		{"55", "URE", "A", "upper right primary second molar"},
		{"85", "LRE", "T", "lower right primary second molar"},
		{"1S", "UR9", "", "upper right supernumerary"},
	} {
		tooth, err := ToothFDI(c.fdi)
		if err != nil {
			t.Fatal(err)
		}
		universal, _ := tooth.Universal()
		if tooth.Palmer() != c.palmer || universal != c.universal || tooth.Words() != c.words {
			t.Errorf("%s is %s, %q, %s; want %v", c.fdi, tooth.Palmer(), universal, tooth.Words(), c)
		}
	}
}

func TestNoOtherTextIsATooth(t *testing.T) {
	for _, text := range []string{"", "1", "19", "10", "56", "90", "5S", "0S", "16 ", "é", "UR6", "1s"} {
		if tooth, err := ToothFDI(text); err == nil {
			t.Errorf("%q is read as %s", text, tooth.FDI())
		}
	}
	for _, text := range []string{"", "UR", "UR0", "URF", "UR66", "XR6", "16"} {
		if tooth, err := ToothPalmer(text); err == nil {
			t.Errorf("%q is read as %s", text, tooth.FDI())
		}
	}
	for _, text := range []string{"", "0", "33", "51", "AS", "S S", "U"} {
		if tooth, err := ToothUniversal(text); err == nil {
			t.Errorf("%q is read as %s", text, tooth.FDI())
		}
	}
}

func TestWhateverIsReadAsAToothIsWrittenTheSame(t *testing.T) {
	err := quick.Check(func(a, b byte) bool {
		text := string([]byte{a%16 + '0', b%64 + '0'})
		tooth, err := ToothFDI(text)
		return err != nil && tooth == Tooth{} || tooth.FDI() == text
	}, &quick.Config{MaxCount: 5000})
	if err != nil {
		t.Error(err)
	}
}
