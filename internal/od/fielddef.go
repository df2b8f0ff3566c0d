package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// fieldDef is the practice's definition of a field of patients or appointments.
type fieldDef struct {
	name  string
	kind  fieldKind
	picks []string // what a pick list offers
}

// fieldKind says what values a field takes.
type fieldKind int64

// The kinds whose values are checked; all others are texts. Fields of appointments have the first two.
const (
	fieldPickList fieldKind = 1
	fieldDate     fieldKind = 2
	fieldCheckbox fieldKind = 3
	fieldCurrency fieldKind = 4
)

// read takes name, kind and list, one item a line, from the cells that start at a column.
func (d *fieldDef) read(row store.Row, at int) {
	d.name, d.kind = string(row.Text(at)), fieldKind(row.Int(at+1))
	for item := range strings.Lines(string(row.Text(at + 2))) {
		if item = strings.TrimSpace(item); item != "" {
			d.picks = append(d.picks, item)
		}
	}
}

// fit is the value as it is stored, or a fault where the kind of field has no such value. "" fits all.
func (d *fieldDef) fit(value string) (string, error) {
	text := ""
	switch {
	case value == "":
	case d.kind == fieldPickList && len(d.picks) > 0:
		for _, pick := range d.picks {
			if dental.Fold(pick) == dental.Fold(value) {
				return pick, nil
			}
		}
		text = "FieldValue must be one of " + strings.Join(d.picks, ", ")
	case d.kind == fieldDate:
		date, err := dental.ParseDate(value)
		if err != nil {
			text = "FieldValue format must be yyyy-MM-dd"
		} else if date.IsTooEarly() {
			text = "FieldValue cannot be before " + dental.Earliest.String()
		}
	case d.kind == fieldCheckbox && value != "1":
		text = `FieldValue must be "1", or "" to clear the box`
	case d.kind == fieldCurrency:
		if _, err := dental.ParseMoney(value); err != nil {
			text = "FieldValue " + err.Error()
		}
	}
	if text != "" {
		return "", fault.InvalidFields([]fault.Field{{Name: "FieldValue", Text: text}})
	}
	return value, nil
}
