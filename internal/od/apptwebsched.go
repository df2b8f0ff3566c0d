package od

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/slots"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// WebSchedSlots is what GET /appointments/SlotsWebSched takes.
type WebSchedSlots struct {
	// Date is a single day.
	Date dental.Date `od:"in name=date"`
	// DateStart is the first day of a range. Default today.
	DateStart dental.Date `od:"in name=dateStart"`
	// DateEnd is the last day of a range. Default 13 days after its first.
	DateEnd dental.Date `od:"in name=dateEnd"`
	// ClinicNum is the clinic; required where the office works with clinics.
	ClinicNum dental.ClinicNum `od:"in fk=clinic"`
	// DefNumApptType is a definition of category 42 or 51, the reason that a patient gives. Default the first that has an appointment type.
	DefNumApptType dental.DefNum `od:"in name=defNumApptType fk=definition"`
	// IsNewPatient says of which of the two categories the default is. Default "false".
	IsNewPatient bool `od:"in name=isNewPatient"`
}

var getWebSchedSlots = Reading(resource.Action{
	Method: "GET", Name: "SlotsWebSched", Paged: true, Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
	Answers: "an array of DateTimeStart, DateTimeEnd, ProvNum, OpNum",
}, checkWebSchedSlots, listWebSchedSlots)

func checkWebSchedSlots(call *Call[WebSchedSlots]) []fault.Field {
	return rangeFaults(call.In.Date, call.In.DateStart, call.In.DateEnd)
}

// listWebSchedSlots answers times for one visit each, as the office has set them up (seed 002, Appointments
// GET SlotsWebSched).
func listWebSchedSlots(c store.Conn, call *Call[WebSchedSlots], dst []byte) ([]byte, error) {
	clinics, err := clinicsAreOn(c)
	if err != nil {
		return dst, err
	}
	if clinics && !call.input.Has("ClinicNum") {
		return dst, errClinicRequired
	}
	reason := call.In.DefNumApptType
	if reason == 0 {
		if reason, err = defaultReason(c, call.In.IsNewPatient); err != nil {
			return dst, err
		}
	}
	setup, err := readWebSched(c, reason)
	if err != nil {
		return dst, err
	}
	now := dental.DateTimeOf(call.Book.Clock())
	from, to := slotDays(call.In.Date, call.In.DateStart, call.In.DateEnd, now.Date())
	rules := setup.rules(from, to)
	if clinics {
		linked := rules.inOp
		rules.inOp = func(op *Operatory) bool { return op.ClinicNum == call.In.ClinicNum && linked(op) }
	}
	book, err := openBook(c, rules)
	if err != nil {
		return dst, err
	}
	step, err := preferenceNum(c, "AppointmentTimeIncrement")
	if err != nil {
		return dst, err
	}
	var found []slots.Slot
	for _, gap := range book.openForWeb(0, setup.earliest(now, book)) {
		found = slots.Tile(found, gap, setup.length(), int32(step))
	}
	return book.appendPage(dst, found, call.Page, call.Format), nil
}

// webSched is what the office has set up for a reason.
type webSched struct {
	reason    *Definition
	isNew     bool
	kind      apptType
	visit     string // the pattern
	ops       []dental.OperatoryNum
	only      []dental.DefNum
	ignored   []dental.DefNum
	double    bool
	afterDays int
}

// The links of a definition (table deflink).
const (
	linkApptType int64 = 2
	linkOp       int64 = 3
	linkBlockout int64 = 4
)

// prefix begins the names of the preferences for a reason's kind of patient.
func (w *webSched) prefix() string {
	if w.isNew {
		return "WebSchedNewPatAppt"
	}
	return "WebSchedExistingPat"
}

// readWebSched follows the links of a reason to its appointment type, operatories and blockouts (notes.md
// §5).
func readWebSched(c store.Conn, reason dental.DefNum) (*webSched, error) {
	definition, err := definitions.Get(c, int64(reason))
	if err != nil {
		return nil, err
	}
	w := &webSched{reason: definition, isNew: dental.DefCat(definition.Category) == dental.DefCatWebSchedNewPat}
	if !w.isNew && dental.DefCat(definition.Category) != dental.DefCatWebSchedExisting {
		return nil, refuseReason("must be a definition of category 42 or 51")
	}
	var kind dental.AppointmentTypeNum
	rows := c.Query("SELECT `LinkType`, `FKey` FROM `deflink` WHERE `DefNum` = ? ORDER BY `DefLinkNum`", store.Int(reason))
	for rows.Next() {
		switch key := rows.Int(1); rows.Int(0) {
		case linkApptType:
			kind = dental.AppointmentTypeNum(key)
		case linkOp:
			w.ops = append(w.ops, dental.OperatoryNum(key))
		case linkBlockout:
			w.only = append(w.only, dental.DefNum(key))
		}
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if w.kind, err = findAppointmentType(c, kind); err != nil {
		return nil, err
	}
	if w.kind.number == 0 {
		return nil, refuseReason("has no appointment type; the office assigns one in its Web Sched setup")
	}
	if w.visit, err = w.kind.pattern(c); err != nil {
		return nil, err
	}
	return w, w.readPreferences(c)
}

func (w *webSched) readPreferences(c store.Conn) error {
	refused, err := preferenceNum(c, w.prefix()+"DoubleBooking")
	if err != nil {
		return err
	}
	w.double = refused == 0
	days, err := preferenceNum(c, w.prefix()+"SearchAfterDays")
	if err != nil {
		return err
	}
	w.afterDays = int(min(max(days, 0), maxSlotDays))
	found, err := preferences.Find(c, "WHERE `PrefName` = ? LIMIT 1", store.Text(w.prefix()+"IgnoreBlockoutTypes"))
	if err != nil || len(found) == 0 {
		return err
	}
	for text := range strings.SplitSeq(found[0].ValueString, ",") {
		if number, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
			w.ignored = append(w.ignored, dental.DefNum(number))
		}
	}
	return nil
}

func refuseReason(text string) error {
	const name = "defNumApptType"
	return fault.InvalidFields([]fault.Field{{Name: name, Text: fmt.Sprintf("%s %s", name, text)}})
}

// defaultReason is the first definition of the category that has an appointment type.
func defaultReason(c store.Conn, isNew bool) (dental.DefNum, error) {
	category := dental.DefCatWebSchedExisting
	if isNew {
		category = dental.DefCatWebSchedNewPat
	}
	found, err := definitions.Find(c, "WHERE `Category` = ? AND `IsHidden` = 0 AND EXISTS (SELECT 1 FROM `deflink` AS l"+
		" WHERE l.`DefNum` = `definition`.`DefNum` AND l.`LinkType` = ?) ORDER BY `ItemOrder`, `DefNum` LIMIT 1",
		store.Int(category), store.Int(linkApptType))
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, refuseReason("is required, because the office has assigned an appointment type to no reason")
	}
	return found[0].DefNum, nil
}

func (w *webSched) length() int32 { return int32(len(w.visit)) * slots.Grid }

func (w *webSched) rules(from, to dental.Date) bookRules {
	return bookRules{
		from: from, to: to, ignored: w.ignored, only: w.only, doubleBooking: w.double,
		inOp: func(op *Operatory) bool { return slices.Contains(w.ops, op.OperatoryNum) },
	}
}

// earliest is the first minute that may be offered.
func (w *webSched) earliest(now dental.DateTime, b *apptBook) int32 {
	if w.afterDays > 0 {
		return b.minute(now.Date().AddDays(w.afterDays).At(0))
	}
	return b.minute(now)
}

// openForWeb are the gaps in which patients may book themselves, each operatory by itself; 0 is every
// provider.
func (b *apptBook) openForWeb(only dental.ProvNum, after int32) []slots.Slot {
	var found []slots.Slot
	for _, prov := range b.providers(only) {
		for _, op := range b.ops {
			number := int64(op.OperatoryNum)
			found = b.taken.Free(found, b.within(b.shifts[prov], number), slots.Wish{Prov: int64(prov), After: after})
		}
	}
	return found
}

// within are the shifts in one operatory, cut to the blockouts in which alone there is time.
func (b *apptBook) within(shifts []slots.Shift, op int64) []slots.Shift {
	var cut []slots.Shift
	for _, shift := range shifts {
		if !slices.Contains(shift.Ops, op) {
			continue
		}
		if b.windows == nil {
			cut = append(cut, slots.Shift{Span: shift.Span, Ops: []int64{op}})
			continue
		}
		for _, window := range b.windows[op] {
			span := slots.Span{From: max(shift.From, window.From), To: min(shift.To, window.To)}
			cut = append(cut, slots.Shift{Span: span, Ops: []int64{op}})
		}
	}
	return cut
}
