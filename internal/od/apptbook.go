package od

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/slots"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// apptBook is the appointment book of some days. Minutes are counted from the first of them.
type apptBook struct {
	first  dental.Date
	ops    []*Operatory // not hidden, in the office's order
	shifts map[dental.ProvNum][]slots.Shift
	taken  slots.Book
	// windows are the blockouts of the wanted types, by operatory; nil where none are wanted.
	windows map[int64][]slots.Span
}

// bookRules say what of the book counts.
type bookRules struct {
	from, to dental.Date // both inclusive
	// inOp tells which operatories are looked at; nil for all.
	inOp func(*Operatory) bool
	// ignored are the types of blockouts that take no time.
	ignored []dental.DefNum
	// only are the types of blockouts in which alone there is time; they take none. nil is no such rule.
	only []dental.DefNum
	// doubleBooking lets a provider be in two operatories at a time.
	doubleBooking bool
}

const minutesPerDay = 24 * 60

// openBook reads each table once: operatories, schedules with their operatories, and appointments.
func openBook(c store.Conn, rules bookRules) (*apptBook, error) {
	all, err := operatories.Find(c, "WHERE `IsHidden` = 0 ORDER BY `ItemOrder`, `OperatoryNum`")
	if err != nil {
		return nil, err
	}
	b := &apptBook{first: rules.from, shifts: make(map[dental.ProvNum][]slots.Shift)}
	for _, op := range all {
		if rules.inOp == nil || rules.inOp(op) {
			b.ops = append(b.ops, op)
		}
	}
	if rules.only != nil {
		b.windows = make(map[int64][]slots.Span)
	}
	if err := b.readSchedules(c, rules); err != nil {
		return nil, err
	}
	return b, b.readAppointments(c, rules)
}

// scheduled is a row of the schedule.
type scheduled struct {
	number   int64
	day      dental.Date
	span     slots.Span
	kind     int64
	prov     dental.ProvNum
	blockout dental.DefNum
	status   int64
	clinic   dental.ClinicNum
}

// The kinds and statuses of a schedule row that matter here.
const (
	schedPractice int64 = 0
	schedProvider int64 = 1
	schedBlockout int64 = 2

	schedOpen    int64 = 0
	schedHoliday int64 = 2
)

func (b *apptBook) readSchedules(c store.Conn, rules bookRules) error {
	between := []store.Value{store.Text(rules.from.String()), store.Text(rules.to.String())}
	rows := c.Query("SELECT s.`ScheduleNum`, s.`SchedDate`, s.`StartTime`, s.`StopTime`, s.`SchedType`, s.`ProvNum`, s.`BlockoutType`,"+
		" s.`Status`, s.`ClinicNum` FROM `schedule` AS s LEFT JOIN `provider` AS p ON p.`ProvNum` = s.`ProvNum`"+
		" WHERE s.`SchedDate` >= ? AND s.`SchedDate` <= ? AND s.`SchedType` IN (0, 1, 2)"+
		" AND (s.`SchedType` <> 1 OR (p.`IsHidden` = 0 AND p.`ProvStatus` = 0))"+
		" ORDER BY s.`SchedDate`, s.`StartTime`, s.`ScheduleNum`", between...)
	var found []scheduled
	for rows.Next() {
		day, _ := dental.ParseDate(string(rows.Text(1)))
		from, _ := dental.ParseTimeOfDay(string(rows.Text(2)))
		to, _ := dental.ParseTimeOfDay(string(rows.Text(3)))
		start := int32(day.DaysSince(b.first)) * minutesPerDay
		found = append(found, scheduled{
			number: rows.Int(0), day: day,
			span: slots.Span{From: start + int32(from.Seconds()+59)/60, To: start + int32(to.Seconds())/60},
			kind: rows.Int(4), prov: dental.ProvNum(rows.Int(5)), blockout: dental.DefNum(rows.Int(6)),
			status: rows.Int(7), clinic: dental.ClinicNum(rows.Int(8)),
		})
	}
	if err := rows.Close(); err != nil {
		return err
	}
	rows = c.Query("SELECT o.`ScheduleNum`, o.`OperatoryNum` FROM `scheduleop` AS o JOIN `schedule` AS s ON s.`ScheduleNum` = o.`ScheduleNum`"+
		" WHERE s.`SchedDate` >= ? AND s.`SchedDate` <= ?", between...)
	opsOf := make(map[int64][]int64)
	for rows.Next() {
		opsOf[rows.Int(0)] = append(opsOf[rows.Int(0)], rows.Int(1))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	b.place(found, opsOf, rules)
	return nil
}

// place puts schedule rows into the book.
func (b *apptBook) place(found []scheduled, opsOf map[int64][]int64, rules bookRules) {
	type closing struct {
		day    dental.Date
		clinic dental.ClinicNum
	}
	closed := make(map[closing]bool)
	for _, s := range found {
		if s.kind == schedPractice && s.status == schedHoliday {
			closed[closing{s.day, s.clinic}] = true
		}
	}
	for _, s := range found {
		given := opsOf[s.number]
		var ops []int64
		for _, op := range b.ops {
			works := slices.Contains(given, int64(op.OperatoryNum))
			if len(given) == 0 {
				// A schedule without operatories is in those that are the provider's; a blockout is everywhere.
				works = s.kind == schedBlockout || op.ProvDentist == s.prov || op.ProvHygienist == s.prov
			}
			if works && !closed[closing{s.day, 0}] && !closed[closing{s.day, op.ClinicNum}] {
				ops = append(ops, int64(op.OperatoryNum))
			}
		}
		switch {
		case s.kind == schedProvider && s.status == schedOpen && s.prov != 0 && len(ops) > 0:
			b.shifts[s.prov] = append(b.shifts[s.prov], slots.Shift{Span: s.span, Ops: ops})
		case s.kind == schedBlockout:
			b.block(ops, s, rules)
		}
	}
}

func (b *apptBook) block(ops []int64, s scheduled, rules bookRules) {
	for _, op := range ops {
		switch {
		case slices.Contains(rules.only, s.blockout):
			b.windows[op] = append(b.windows[op], s.span)
		case !slices.Contains(rules.ignored, s.blockout):
			b.taken.TakeOp(op, s.span)
		}
	}
}

// occupied are the statuses of appointments that take their time: scheduled, complete, and ASAP of old. A
// broken one has given it back, and a note is no visit.
const occupied = "`AptStatus` IN (1, 2, 4)"

// occupiedInOrder is the same for a search by time: a sum keeps an engine from an index that begins with the
// status, by which the rows would come in another order and one by one from the table.
const occupiedInOrder = "`AptStatus` + 0 IN (1, 2, 4)"

// readAppointments takes the times of appointments, in the operatory and of the primary provider. One that
// began on the day before may reach into the first day.
func (b *apptBook) readAppointments(c store.Conn, rules bookRules) error {
	rows := c.Query("SELECT `AptDateTime`, `Pattern`, `Op`, `ProvNum` FROM `appointment` WHERE `AptDateTime` >= ? AND `AptDateTime` < ?"+
		" AND "+occupiedInOrder+" ORDER BY `AptDateTime`",
		store.Text(rules.from.AddDays(-1).At(0).String()), store.Text(rules.to.AddDays(1).At(0).String()))
	var lastDay []byte
	var day int32
	for rows.Next() {
		text := rows.Text(0)
		if len(text) < len(dental.DateTimeLayout) {
			continue
		}
		if dayText := text[:len(dental.DateLayout)]; !bytes.Equal(dayText, lastDay) {
			date, _ := dental.ParseDate(string(dayText))
			day, lastDay = int32(date.DaysSince(b.first))*minutesPerDay, append(lastDay[:0], dayText...)
		}
		two := func(at int) int32 { return int32(text[at]-'0')*10 + int32(text[at+1]-'0') }
		from := day + two(11)*60 + two(14)
		to := from + slots.Grid*int32(len(rows.Text(1)))
		if two(17) > 0 {
			to++ // it ends within a minute, which is then taken
		}
		span := slots.Span{From: from, To: to}
		b.taken.TakeOp(rows.Int(2), span)
		if !rules.doubleBooking {
			b.taken.TakeProv(rows.Int(3), span)
		}
	}
	return rows.Close()
}

// minute is a moment in the book's minutes, rounded up.
func (b *apptBook) minute(at dental.DateTime) int32 {
	return int32(at.Date().DaysSince(b.first))*minutesPerDay + int32(at.TimeOfDay().Seconds()+59)/60
}

// moment is a minute of the book on the calendar.
func (b *apptBook) moment(minute int32) dental.DateTime { return b.first.At(int(minute) * 60) }

// providers are those who work in the days of the book, in ascending order; of one who is asked for, only
// that one.
func (b *apptBook) providers(only dental.ProvNum) []dental.ProvNum {
	var found []dental.ProvNum
	for prov := range b.shifts {
		if only == 0 || prov == only {
			found = append(found, prov)
		}
	}
	slices.Sort(found)
	return found
}

// inOrder sorts slots by time, then by provider and operatory.
func inOrder(found []slots.Slot) {
	slices.SortFunc(found, func(a, b slots.Slot) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Prov, b.Prov), cmp.Compare(a.Op, b.Op))
	})
}

// errTaken is what the second of two who book the same time is told (seed 002, Appointments POST WebSched).
var errTaken = fault.New(fault.NotFound, "Timeslot is no longer available")

// requireFreeTime refuses an appointment where another one is in the same operatory at that time, unless
// the office allows overlaps. It reads inside the transaction that books.
func requireFreeTime(tx *record.Tx, a *Appointment) error {
	if a.Op == 0 {
		return nil
	}
	allowed, err := preferenceNum(tx, "ApptsAllowOverlap")
	if err != nil || allowed != 0 {
		return err
	}
	to := endOf(a)
	rows := tx.Query("SELECT `AptDateTime`, `Pattern` FROM `appointment` WHERE `Op` = ? AND `AptDateTime` >= ? AND `AptDateTime` < ? AND "+
		occupied+" AND `AptNum` <> ?",
		store.Int(a.Op), store.Text(a.AptDateTime.Date().AddDays(-1).At(0).String()), store.Text(to.String()), store.Int(a.AptNum))
	taken := false
	for rows.Next() {
		at, _ := dental.ParseDateTime(string(rows.Text(0)))
		other := Appointment{AptDateTime: at, Pattern: string(rows.Text(1))}
		taken = taken || a.AptDateTime.Before(endOf(&other))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if taken {
		return errTaken
	}
	return nil
}

func endOf(a *Appointment) dental.DateTime {
	return a.AptDateTime.AddSeconds(len(a.Pattern) * slots.Grid * 60)
}
