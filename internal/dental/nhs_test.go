package dental

import (
	"fmt"
	"testing"
	"testing/quick"
)

func TestAnNHSNumberIsProvedByItsLastDigit(t *testing.T) {
	for _, text := range []string{"687 234 3060", "975 155 7305", "045 543 6029", "711 049 3547", "603 725 5857", "942 150 4356", "9434765919", "401-023-2137", "9990000050"} {
		number, err := ParseNHSNumber(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if again, err := ParseNHSNumber(number.Display()); err != nil || again != number {
			t.Errorf("%q is shown as %q, which is %q, %v", text, number.Display(), again, err)
		}
	}
	for _, text := range []string{"687 234 3061", "975 155 7306", "045 543 6031", "711 049 3548", "603 725 5858", "942 150 4357", "1234567890", "123456789", "12345678901", "123456789A", "9999999999", "0000000000", ""} {
		if number, err := ParseNHSNumber(text); err == nil {
			t.Errorf("%q is taken as %s", text, number)
		}
	}
}

func TestAnyOneWrongDigitOfAnNHSNumberIsSeen(t *testing.T) {
	err := quick.Check(func(body uint32, place, other uint8) bool {
		for check := range 10 {
			number, err := ParseNHSNumber(fmt.Sprintf("%09d%d", body%1e9, check))
			if err != nil {
				continue
			}
			wrong := []byte(number)
			wrong[place%10] = '0' + (wrong[place%10]-'0'+1+other%9)%10
			if _, err := ParseNHSNumber(string(wrong)); err == nil {
				return false
			}
		}
		return true
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestPostcodesAreWrittenOneWay(t *testing.T) {
	for text, want := range map[string]string{
		"M1 1AA": "M1 1AA", "m601nw": "M60 1NW", "CR2 6XH": "CR2 6XH", "dn5 51 pt": "DN55 1PT", "W1A 1HQ": "W1A 1HQ", "EC1A1BB": "EC1A 1BB", "NE29 0HG": "NE29 0HG",
		"gir0aa": "GIR 0AA", "ZZ99 3VZ": "ZZ99 3VZ", "bfpo 58": "BFPO 58", "BFPO9999": "BFPO 9999",
	} {
		if got, err := ParsePostcode(text); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"QM1 1AA", "M1 1CI", "AAA1 1AA", "1AA M1", "", "BFPO 0", "é1 1AA"} {
		if got, err := ParsePostcode(text); err == nil {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
}

func TestTelephoneAndRegistrationNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{"07700 900123": "07700 900123", "+44 (0)20  7946-0018": "+44 (0)20 7946-0018", "0123456789": "0123456789"} {
		if got, err := ParsePhone(text); err != nil || got != want {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "123456789", "1234567890123456", "0770O 900123", "07700+900123", "ext 5"} {
		if got, err := ParsePhone(text); err == nil {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
	for text, want := range map[string]string{"123456": "123456", "GDC 12345": "12345", "gdc123": "123", "001234": "1234"} {
		if got, err := ParseGDCNumber(text); err != nil || got != want {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "12", "1234567", "D12345", "12 3a", "0000"} {
		if got, err := ParseGDCNumber(text); err == nil {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
}
