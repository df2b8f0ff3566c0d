package practice

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Details are what stands on a practice's referrals.
type Details struct {
	URNPrefix string // three letters A to Z that no other practice has; "" leaves them to be made of the name
	Address   string
	Phone     string
	Email     string
}

// check reports all faults at once.
func (d Details) check() error {
	var faults []fault.Field
	if d.URNPrefix != "" && (len(d.URNPrefix) != 3 || strings.ContainsFunc(d.URNPrefix, func(r rune) bool { return r < 'A' || r > 'Z' })) {
		faults = append(faults, fault.Field{Name: "UrnPrefix", Text: "The URN prefix must be three letters from A to Z"})
	}
	for _, text := range []struct {
		name, whose, value string
		most               int
	}{{"Address", "The address", d.Address, 500}, {"Phone", "The telephone number", d.Phone, 50}, {"Email", "The e-mail address", d.Email, 255}} {
		unprintable := strings.ContainsFunc(text.value, func(r rune) bool { return !unicode.IsPrint(r) })
		if unprintable || utf8.RuneCountInString(text.value) > text.most {
			faults = append(faults, fault.Field{Name: text.name, Text: text.whose + " has at most " + strconv.Itoa(text.most) + " printable characters"})
		}
	}
	return fault.InvalidFields(faults)
}

// reserve takes the prefix, which belongs to the practice from then on.
func (d Details) reserve(tx *record.Tx, practice int64) error {
	if d.URNPrefix == "" {
		return nil
	}
	_, err := tx.Exec("INSERT INTO `urncounter` (`Prefix`, `PracticeNum`, `LastNumber`) VALUES (?, ?, 0)", store.Text(d.URNPrefix), store.Int(practice))
	if fault.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, "The URN prefix %s belongs to another practice", d.URNPrefix)
	}
	return err
}
