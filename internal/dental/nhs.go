package dental

import (
	"fmt"
	"regexp"
	"strings"
)

// NHSNumber is a valid NHS number: ten digits of which the last is the check digit, modulus 11.
type NHSNumber string

// ParseNHSNumber reads ten digits, with blanks or hyphens between them. Ten equal digits are no number,
// although two such pass the check.
func ParseNHSNumber(text string) (NHSNumber, error) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(text)
	sum := 0
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return "", fmt.Errorf("dental: an NHS number has digits only")
		}
		if i < 9 {
			sum += int(digits[i]-'0') * (10 - i)
		}
	}
	if len(digits) != 10 {
		return "", fmt.Errorf("dental: an NHS number has ten digits")
	}
	// 11 - 0 is written 0, and no digit stands for 10: such a body has no number.
	if check := (11 - sum%11) % 11; check == 10 || check != int(digits[9]-'0') || strings.Count(digits, digits[:1]) == 10 {
		return "", fmt.Errorf("dental: the check digit of the NHS number does not fit")
	}
	return NHSNumber(digits), nil
}

// Display writes it as the NHS prints it, "943 476 5919".
func (n NHSNumber) Display() string { return string(n[:3] + " " + n[3:6] + " " + n[6:]) }

// ParseGDCNumber reads a registration number of the General Dental Council: three to six digits, which "GDC"
// may precede. The zeros in front are not part of it.
func ParseGDCNumber(text string) (string, error) {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	text = strings.TrimPrefix(text, "GDC")
	if len(text) < 3 || len(text) > 6 || strings.Trim(text, "0123456789") != "" || strings.Trim(text, "0") == "" {
		return "", fmt.Errorf("dental: a GDC number has three to six digits")
	}
	return strings.TrimLeft(text, "0"), nil
}

// postcode is BS 7666's pattern, with the class subtractions written out, the NHS's pseudo-postcodes for those
// without an address, and the forces' post offices.
var postcode = regexp.MustCompile(`^(GIR 0AA|BFPO [1-9][0-9]{0,3}|ZZ99 [0-9][A-Z]{2}|` +
	`([A-PR-UWYZ][0-9][0-9]?|[A-PR-UWYZ][A-HK-Y][0-9][0-9]?|[A-PR-UWYZ][0-9][A-HJKSTUW]|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]) [0-9][ABD-HJLNP-UW-Z]{2})$`)

// ParsePostcode reads a postcode of the United Kingdom in either case and with blanks anywhere, and writes it
// as Royal Mail does: "EC1A 1BB".
func ParsePostcode(text string) (string, error) {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if number, ok := strings.CutPrefix(text, "BFPO"); ok {
		text = "BFPO " + number
	} else if len(text) > 3 {
		text = text[:len(text)-3] + " " + text[len(text)-3:]
	}
	if !postcode.MatchString(text) {
		return "", fmt.Errorf("dental: not a postcode")
	}
	return text, nil
}

// ParsePhone reads a telephone number of ten to fifteen digits, with the signs that people put between them,
// and writes its parts with one blank between.
func ParsePhone(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	digits := 0
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, r == ' ', r == '(', r == ')', r == '-':
		default:
			return "", fmt.Errorf("dental: a telephone number has digits, blanks, brackets, hyphens and a leading +")
		}
	}
	if digits < 10 || digits > 15 {
		return "", fmt.Errorf("dental: a telephone number has ten to fifteen digits")
	}
	return text, nil
}
