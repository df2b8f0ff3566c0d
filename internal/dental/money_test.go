package dental

import (
	"math/rand/v2"
	"testing"
)

func TestAnAmountIsReadExactlyOrRefused(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12.00", "12.5": "12.50", "12.50": "12.50", "-0.05": "-0.05", "0": "0.00", "-0": "0.00", "007.1": "7.10",
		"12.3400": "12.34", "9999999999.99": "9999999999.99", "-9999999999.99": "-9999999999.99", "263.11": "263.11",
	} {
		if got, err := ParseMoney(text); err != nil || got.String() != want {
			t.Errorf("%q is read as %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-", ".", ".5", "5.", "1,000", "1e3", "12.345", "10000000000", "+1", " 1", "--1", "NaN", "0x1", "1.2.3", "$5", "１"} {
		if got, err := ParseMoney(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func TestAnAmountSurvivesADouble(t *testing.T) {
	for range 100_000 {
		m := Money(rand.Int64N(2*int64(maxMoney)+1)) - maxMoney
		if got := MoneyOf(m.Float()); got != m {
			t.Fatalf("%s comes back as %s", m, got)
		}
	}
}

func TestAnAmountIsPrintedAsANumberWithOneDecimalAtLeast(t *testing.T) {
	for cents, want := range map[Money]string{0: "0.0", 11190: "111.9", 2055: "20.55", -100: "-1.0", -5: "-0.05"} {
		if got := string(cents.AppendNumber(nil)); got != want {
			t.Errorf("%s is printed as %s, want %s", cents, got, want)
		}
	}
}

func TestATimeOfDayIsReadAndWritten(t *testing.T) {
	for _, text := range []string{"00:00:00", "08:30:05", "23:59:59"} {
		if got, err := ParseTimeOfDay(text); err != nil || got.String() != text {
			t.Errorf("%q is read as %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "8:30:00", "24:00:00", "08:30", "08:60:00", "08:30:00.5"} {
		if got, err := ParseTimeOfDay(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}
