package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// namedDate is a date with the name of its field.
type namedDate struct {
	name string
	date dental.Date
}

// endsBeforeItStarts is a fault when both days of a range are given, and are the wrong way round.
func endsBeforeItStarts(start, end namedDate) []fault.Field {
	if start.date.IsNone() || end.date.IsNone() || !end.date.Before(start.date) {
		return nil
	}
	return []fault.Field{{Name: end.name, Text: end.name + " cannot be before " + start.name}}
}
