package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// earliest is the first day that a new entry may name. An earlier one is a slip of the hand: nobody who
// is treated today was alive, and Open Dental's own windows refuse it, too.
var earliest, _ = dental.ParseDate("1880-01-01")

// namedDate is a date with the name of its field.
type namedDate struct {
	name string
	date dental.Date
}

// tooEarly is a fault for each date before 1880. No date is none.
func tooEarly(dates ...namedDate) []fault.Field {
	var faults []fault.Field
	for _, d := range dates {
		if !d.date.IsNone() && d.date.Before(earliest) {
			faults = append(faults, fault.Field{Name: d.name, Text: d.name + " cannot be before 1880-01-01"})
		}
	}
	return faults
}

// endsBeforeItStarts is a fault when both days of a range are given, and are the wrong way round.
func endsBeforeItStarts(start, end namedDate) []fault.Field {
	if start.date.IsNone() || end.date.IsNone() || !end.date.Before(start.date) {
		return nil
	}
	return []fault.Field{{Name: end.name, Text: end.name + " cannot be before " + start.name}}
}
