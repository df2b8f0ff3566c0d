package dental

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Money is an exact amount in cents. Open Dental's columns are DOUBLE, and so are ours: every amount of
// up to maxMoney cents goes through a double and back without a change, on every engine. Sums are made
// here, in whole cents, and never by a database.
type Money int64

// maxMoney is the largest amount that is accepted, 10 billion less a cent.
const maxMoney Money = 999_999_999_999

// What is wrong with an amount, as the end of a sentence that begins with the field's name.
var (
	errNotMoney     = errors.New("must be an amount of money, such as 12.50")
	errMoneyDigits  = errors.New("must not have more than two decimals")
	errMoneyTooMuch = errors.New("must be between -9999999999.99 and 9999999999.99")
)

// ParseMoney reads a plain decimal number, "12", "12.5" or "-12.50". Decimals after the second must be
// zeros: an amount is never rounded silently.
func ParseMoney(text string) (Money, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, decimals, hasPoint := strings.Cut(digits, ".")
	if whole == "" || hasPoint && decimals == "" || !onlyDigits(whole) || !onlyDigits(decimals) {
		return 0, errNotMoney
	}
	decimals = strings.TrimRight(decimals, "0")
	if len(decimals) > 2 {
		return 0, errMoneyDigits
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 10 {
		return 0, errMoneyTooMuch
	}
	cents, err := strconv.ParseInt("0"+whole+(decimals + "00")[:2], 10, 64)
	if err != nil {
		return 0, errNotMoney
	}
	if negative {
		cents = -cents
	}
	return Money(cents), nil
}

func onlyDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// MoneyOf reads what a database keeps. A fraction of a cent, which only foreign SQL can have written,
// is rounded away from zero; what is no amount at all is 0.
func MoneyOf(stored float64) Money {
	cents := math.Round(stored * 100)
	if math.IsNaN(cents) || math.Abs(cents) > float64(maxMoney) {
		return 0
	}
	return Money(cents)
}

// Float is the amount as a database keeps it: the double that is nearest to it.
func (m Money) Float() float64 { return float64(m) / 100 }

// String writes two decimals, "12.50".
func (m Money) String() string { return string(m.Append(nil)) }

// Append appends String to dst.
func (m Money) Append(dst []byte) []byte {
	cents := uint64(m)
	if m < 0 {
		dst = append(dst, '-')
		cents = -cents
	}
	dst = strconv.AppendUint(dst, cents/100, 10)
	return append(dst, '.', byte('0'+cents/10%10), byte('0'+cents%10))
}

// AppendNumber appends the amount as the documents print numbers: with one decimal at least and no
// more than it needs, 0.0 and 111.9.
func (m Money) AppendNumber(dst []byte) []byte {
	dst = m.Append(dst)
	if dst[len(dst)-1] == '0' {
		return dst[:len(dst)-1]
	}
	return dst
}
