package od

import (
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/slots"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Slots is what GET /appointments/Slots takes.
type Slots struct {
	// Date is a single day.
	Date dental.Date `od:"in name=date"`
	// DateStart is the first day of a range. Default today.
	DateStart dental.Date `od:"in name=dateStart"`
	// DateEnd is the last day of a range. Default 13 days after its first.
	DateEnd dental.Date `od:"in name=dateEnd"`
	// LengthMinutes leaves out slots that are shorter.
	LengthMinutes int32 `od:"in name=lengthMinutes"`
	// ProvNum is a provider. Default all.
	ProvNum dental.ProvNum `od:"in fk=provider"`
	// OpNum is an operatory. Default each provider's first.
	OpNum dental.OperatoryNum `od:"in fk=operatory since=22.1"`
}

var getSlots = Reading(resource.Action{
	Method: "GET", Name: "Slots", Paged: true, Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
	Answers: "an array of DateTimeStart, DateTimeEnd, ProvNum, OpNum",
}, checkSlots, listSlots)

func checkSlots(call *Call[Slots]) []fault.Field {
	faults := rangeFaults(call.In.Date, call.In.DateStart, call.In.DateEnd)
	if call.In.LengthMinutes < 0 {
		faults = append(faults, fault.Field{Name: "lengthMinutes", Text: "lengthMinutes must not be negative"})
	}
	return faults
}

// maxSlotDays bounds a range, which is computed as a whole.
const maxSlotDays = 366

func rangeFaults(day, start, end dental.Date) []fault.Field {
	faults := daysFaults(day, start, end)
	if !start.IsNone() && !end.IsNone() && end.DaysSince(start) >= maxSlotDays {
		faults = append(faults, fault.Field{Name: "dateEnd", Text: "dateEnd must be within a year of dateStart"})
	}
	return faults
}

// slotDays are the days that are asked for: two weeks where no end is told (current page), and none that
// are over.
func slotDays(day, start, end, today dental.Date) (from, to dental.Date) {
	const twoWeeks = 13
	from, to = start, end
	if !day.IsNone() {
		from, to = day, day
	}
	if from.IsNone() {
		from = today
	}
	if to.IsNone() {
		to = from.AddDays(twoWeeks)
	}
	if from.Before(today) {
		from = today
	}
	if limit := from.AddDays(maxSlotDays - 1); limit.Before(to) {
		to = limit
	}
	return from, to
}

// listSlots answers whole free gaps: each lies in an open schedule, and is free in all of the provider's
// operatories at once (seed 002, Appointments GET Slots).
func listSlots(c store.Conn, call *Call[Slots], dst []byte) ([]byte, error) {
	now := dental.DateTimeOf(call.Book.Clock())
	from, to := slotDays(call.In.Date, call.In.DateStart, call.In.DateEnd, now.Date())
	book, err := openBook(c, bookRules{from: from, to: to})
	if err != nil {
		return dst, err
	}
	var found []slots.Slot
	for _, prov := range book.providers(call.In.ProvNum) {
		found = book.taken.Free(found, book.shifts[prov], slots.Wish{
			Prov: int64(prov), Op: int64(call.In.OpNum), Length: call.In.LengthMinutes, After: book.minute(now),
		})
	}
	return book.appendPage(dst, found, call.Page, call.Format), nil
}

// appendPage appends the part of the slots that is asked for.
func (b *apptBook) appendPage(dst []byte, found []slots.Slot, page resource.Page, format *resource.Format) []byte {
	inOrder(found)
	first, end := page.Cut(len(found))
	dst = append(dst, '[')
	for i, slot := range found[first:end] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"DateTimeStart":`...)
		dst = appendMoment(dst, b.moment(slot.From), format)
		dst = append(dst, `,"DateTimeEnd":`...)
		dst = appendMoment(dst, b.moment(slot.To), format)
		dst = append(dst, `,"ProvNum":`...)
		dst = strconv.AppendInt(dst, slot.Prov, 10)
		dst = append(dst, `,"OpNum":`...)
		dst = append(strconv.AppendInt(dst, slot.Op, 10), '}')
	}
	return append(dst, ']')
}

func appendMoment(dst []byte, at dental.DateTime, format *resource.Format) []byte {
	text := []byte(at.String())
	if format.DateTime != nil {
		text = format.DateTime.Append(nil, text)
	}
	return resource.AppendText(dst, text)
}
