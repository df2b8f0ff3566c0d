package sandbox

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// frontDesk is the user who does what nobody else did.
const frontDesk = 2

// employees by EmployeeNum, from 1; 3 and 4 are as seed 002 has them.
var employees = []struct{ first, last string }{
	{"Lena", "Hartwell"}, {"Owen", "Pike"}, {"Charles", "Sorenson"}, {"Becca", "Alexandria"}, {"Rosa", "Delgado"}, {"Tom", "Ashby"},
}

// users by UserNum, from 1; the first three are as seed 002 has them, as far as its providers agree.
var users = []struct {
	name, email string
	employee    int
	prov        dental.ProvNum
	clinic      dental.ClinicNum
	group       int
	isHidden    bool
}{
	{name: "Lynda", email: "LyndaLarson@email.com", prov: 9, clinic: 1, group: 1},
	{name: "Charlie", email: "Chuck@hotmail.com", employee: 3, clinic: 1, group: 3},
	{name: "Becca", email: "BAlexandria@gmail.com", employee: 4, prov: 11, clinic: 2, group: 2},
	{name: "Admin", employee: 1, group: 4},
	{name: "Brian", prov: 1, group: 1},
	{name: "Tina", prov: 2, group: 2},
	{name: "Rosa", employee: 5, clinic: 3, group: 3},
	{name: "Tom", employee: 6, clinic: 2, group: 3, isHidden: true},
}

var userGroups = []string{"Dentists", "Hygienists", "Front desk", "Admin"}

// fileStaff makes the rows of those who work with the program.
func (p *practice) fileStaff() {
	s := p.sheet("employee", "EmployeeNum LName FName ReportsTo")
	for i, e := range employees {
		boss := 1
		if i == 0 {
			boss = 0
		}
		s.add(e.last, e.first, boss)
	}
	groups := p.sheet("usergroup", "UserGroupNum Description")
	for _, name := range userGroups {
		groups.add(name)
	}
	all := p.sheet("userod", "UserNum UserName EmployeeNum ClinicNum ProvNum IsHidden")
	attach := p.sheet("usergroupattach", "UserGroupAttachNum UserNum UserGroupNum")
	emails := p.sheet("emailaddress", "EmailAddressNum EmailUsername SenderAddress UserNum")
	for _, u := range users {
		num := all.add(u.name, u.employee, u.clinic, u.prov, u.isHidden)
		attach.add(num, u.group)
		if u.email != "" {
			emails.add(u.email, u.email, num)
		}
	}
}

// apptType is an appointmenttype row.
type apptType struct {
	name, pattern, codes string
	color                uint32
}

// apptTypes by AppointmentTypeNum, from 1.
var apptTypes = []apptType{
	{"New patient", "/XXXXXXXXXX/", "D0150,D0210", 0xffd9ead3},
	{"Check and cleaning", "/XXXXXXXX/", "D0120,D1110", 0xffcfe2f3},
	{"Pain", "/XXXX/", "D0140", 0xfff4cccc},
	{"Talk about looks", "XXXX", "", 0xfffff2cc},
}

// The links of the reasons that patients give when they book by themselves.
var webReasons = []struct {
	def  dental.DefNum
	kind int
	ops  []dental.OperatoryNum
}{
	{297, 1, []dental.OperatoryNum{1, 6, 10}},
	{302, 3, []dental.OperatoryNum{1, 6, 10}},
	{303, 4, []dental.OperatoryNum{1, 6, 10}},
	{webChecks, 2, []dental.OperatoryNum{3, 8, 11}},
}

// webChecks is the reason that an example of seed 002 gives, a definition of category 51.
const webChecks dental.DefNum = 326

// fileReasons makes the types of appointments, what may not overlap, and what patients may book.
func (p *practice) fileReasons() {
	s := p.sheet("appointmenttype", "AppointmentTypeNum AppointmentTypeName AppointmentTypeColor ItemOrder Pattern CodeStr")
	for i, t := range apptTypes {
		s.add(t.name, int32(t.color), i, t.pattern, t.codes)
	}
	const toType, toOp = 2, 3
	rules := p.sheet("appointmentrule", "AppointmentRuleNum RuleDesc CodeStart CodeEnd IsEnabled")
	rules.add("One check at a time", "D0120", "D0180", true)
	rules.add("One cleaning at a time", "D1110", "D1120", false)
	links := p.sheet("deflink", "DefLinkNum DefNum FKey LinkType")
	for _, r := range webReasons {
		links.add(r.def, r.kind, toType)
		for _, op := range r.ops {
			links.add(r.def, op, toOp)
		}
	}
}

// fileVisits makes the rows of the appointments, of their history, and of what patients did by themselves.
func (p *practice) fileVisits() {
	const columns = " PatNum AptStatus Pattern Confirmed Op Note ProvNum ProvHyg AptDateTime NextAptNum UnschedStatus IsNewPatient ProcDescript ClinicNum" +
		" IsHygiene DateTStamp DateTimeArrived DateTimeSeated DateTimeDismissed InsPlan1 ColorOverride AppointmentTypeNum SecUserNumEntry SecDateTEntry Priority PatternSecondary ItemOrderPlanned"
	s := p.sheet("appointment", "AptNum"+columns)
	hist := p.sheet("histappointment", "HistApptNum HistUserNum HistDateTStamp HistApptAction ApptSource AptNum"+columns)
	web := p.sheet("eservicelog", "EServiceLogNum LogDateTime PatNum EServiceType EServiceAction KeyType LogGuid ClinicNum FKey")
	type past struct {
		at     dental.DateTime
		action int
		num    dental.AptNum
		cells  []any
	}
	var pasts []past
	places := make(map[dental.PatNum]int)
	for _, v := range p.visits {
		if v.status == dental.AptPlanned {
			places[v.patient.PatNum]++
			v.place = places[v.patient.PatNum]
		}
		row := p.visitCells(v)
		s.put(int(v.num), row...)
		first := *v
		first.status, first.confirmed, first.unsched, first.isASAP, first.changed = dental.AptScheduled, notCalled, 0, false, v.made
		if v.status == dental.AptPlanned || v.status == dental.AptPtNote {
			first.status, first.isASAP = v.status, v.isASAP
		}
		if v.onTheWeb {
			first.confirmed = fromWeb
		}
		if v.status == dental.AptUnschedList {
			first.op = p.lastOp(v)
		}
		if v.status == dental.AptPtNoteCompleted {
			first.status = dental.AptPtNote
		}
		if v.changed.Before(historyFrom) {
			continue
		}
		if !v.made.Before(historyFrom) {
			pasts = append(pasts, past{v.made, histCreated, v.num, p.visitCells(&first)})
		}
		if action := v.action(&first); action != histCreated || v.made.Before(historyFrom) {
			pasts = append(pasts, past{v.changed, action, v.num, row})
		}
		if v.onTheWeb {
			const existing, scheduled, aptNum = 3, 13, 0
			web.add(v.made, v.patient.PatNum, existing, scheduled, aptNum, "", v.clinic, v.num)
		}
	}
	slices.SortStableFunc(pasts, func(a, b past) int {
		switch {
		case a.at.Before(b.at):
			return -1
		case b.at.Before(a.at):
			return 1
		default:
			return 0
		}
	})
	for _, h := range pasts {
		hist.add(append([]any{frontDesk, h.at, h.action, 0, h.num}, h.cells...)...)
	}
}

// historyFrom is since when the office keeps the history of appointments.
var historyFrom = moment("2026-07-01 00:00:00")

// The actions of the history, by Open Dental's numbers.
const (
	histCreated   = 0
	histChanged   = 1
	histMissed    = 2
	histCancelled = 3
)

// action is what was last done to a visit that began as first.
func (v *visit) action(first *visit) int {
	switch {
	case v.status == dental.AptBroken:
		return histMissed
	case v.status == dental.AptUnschedList:
		return histCancelled
	case v.status != first.status || v.confirmed != first.confirmed || v.isASAP != first.isASAP || v.changed != first.changed:
		return histChanged
	default:
		return histCreated
	}
}

// lastOp is where a visit that lost its time was to be.
func (p *practice) lastOp(v *visit) dental.OperatoryNum { return chairOn(v.main(), v.at.Date()) }

// visitCells are the columns of an appointment after its key.
func (p *practice) visitCells(v *visit) []any {
	var arrived, seated, dismissed dental.DateTime
	plan, color := 0, int32(0)
	if v.isComplete() {
		arrived, seated, dismissed = v.at.AddSeconds(-300), v.at, v.end()
		if cover := p.primary[v.patient.PatNum]; cover.sub != 0 && !v.at.Date().Before(cover.effective) {
			plan = cover.plan
		}
	}
	if v.kind != 0 {
		color = int32(apptTypes[v.kind-1].color)
	}
	priority := dental.AptPriority(0)
	if v.isASAP {
		priority = 1
	}
	secondary := make([]byte, v.length)
	for i := range secondary {
		secondary[i] = '/'
	}
	return []any{
		v.patient.PatNum, v.status, pattern(v.length), v.confirmed, v.op, v.note, v.prov, v.hyg, v.at, numOf(v.plan), v.unsched, v.isNew,
		v.describe(), v.clinic, v.isHygiene, v.changed, arrived, seated, dismissed, plan, color, v.kind, frontDesk, v.made, priority, string(secondary), v.place,
	}
}

// describe sums up the procedures, as ProcDescript does.
func (v *visit) describe() string {
	text := ""
	for _, made := range v.procs {
		if text != "" {
			text += ", "
		}
		c := codes[made.code]
		switch c.area {
		case ofSurface:
			text += "#" + made.tooth + "-" + made.surface + "-"
		case ofTooth:
			text += "#" + made.tooth + "-"
		case ofQuarter, ofArch:
			text += made.surface + "-"
		}
		text += c.short
	}
	return text
}

// drawContacts makes what was said and noted at the desk: the log, popups, fields, notes of procedures, and
// the signals of changed lists.
func (p *practice) drawContacts(d dice) {
	p.fileLog(d)
	p.fileFields(d)
	popups := p.sheet("popup", "PopupNum PatNum Description PopupLevel UserNum DateTimeEntry")
	for _, num := range p.sick(d, 2) {
		level := 0
		if d.chance(30) {
			level = 1
		}
		popups.add(num, oneOf(d, popupTexts), level, frontDesk, asked(d, p, num))
	}
	notes := p.sheet("procnote", "ProcNoteNum PatNum ProcNum EntryDateTime UserNum Note")
	for _, made := range p.procedures {
		if made.status == complete && made.visit != nil && inBook(made.date) && codes[made.code].isTreatment() {
			notes.add(made.patient, made.num, made.changed, frontDesk, "Went well. "+codes[made.code].description+".")
		}
	}
	signals := p.sheet("signalod", "SignalNum SigDateTime FKeyType IType")
	const changedPrefs, changedSecurity, changedSchedules = 5, 19, 1
	signals.put(70, moment("2021-02-02 05:05:00"), "Undefined", changedPrefs)
	signals.put(71, moment("2021-04-15 08:01:46"), "Undefined", changedSecurity)
	for i := range 12 {
		signals.put(72+i, workdayBefore(today.AddDays(i-14)).At(9*3600+60*i), "Undefined", changedSchedules)
	}
	tracking := p.sheet("claimtracking", "ClaimTrackingNum ClaimNum TrackingType UserNum DateTimeEntry Note")
	for i := range p.claimCount() {
		if i%97 == 96 {
			tracking.add(i+1, "StatusHistory", frontDesk, lastWork.At(10*3600+60*(i/97)), "Called, it is being worked on.")
		}
	}
}

func (p *practice) claimCount() int {
	for _, s := range p.sheets {
		if s.table == "claim" {
			return len(s.rows)
		}
	}
	return 0
}

func (p *practice) fileLog(d dice) {
	const appointment, insurance, financial, misc dental.DefNum = 235, 236, 237, 239
	s := p.sheet("commlog", "CommlogNum PatNum CommDateTime CommType Note Mode_ SentOrReceived UserNum DateTStamp DateTEntry")
	add := func(num dental.PatNum, at dental.DateTime, kind dental.DefNum, note string, mode, way int) {
		s.add(num, at, kind, note, mode, way, frontDesk, at, at)
	}
	const mail, phone, text = 2, 3, 5
	const sent, received = 1, 2
	// As seed 002 prints them, from before the program noted who wrote.
	first, second := moment("2021-02-07 03:09:00"), moment("2021-02-07 03:25:29")
	s.add(15, first, insurance, "Note for John Smith", mail, received, 0, first, dental.DateTime{})
	s.add(15, second, misc, "Left msg on answering machine", phone, sent, 0, second, dental.DateTime{})
	for _, v := range p.visits {
		switch {
		case v.status == dental.AptBroken:
			add(v.patient.PatNum, v.changed, appointment, "Did not come, and did not call.", phone, received)
		case v.status == dental.AptUnschedList:
			add(v.patient.PatNum, v.changed, appointment, "Called to put it off.", phone, received)
		case v.status == dental.AptScheduled && v.confirmed == texted:
			add(v.patient.PatNum, v.changed, appointment, "Reminder of the visit", text, sent)
		}
	}
	for _, num := range p.sick(d, 10) {
		add(num, asked(d, p, num), oneOf(d, []dental.DefNum{insurance, financial, misc}), oneOf(d, logTexts), oneOf(d, []int{1, mail, phone, 4, text}), d.between(sent, received))
	}
}

// fileFields makes the office's own fields and some values.
func (p *practice) fileFields(d dice) {
	const text, list, date = 0, 1, 2
	const verified = "Ins Verified"
	defs := p.sheet("apptfielddef", "ApptFieldDefNum FieldName FieldType PickList ItemOrder FieldNameFold")
	defs.add(verified, text, "", 0, dental.Fold(verified))
	defs.add("Ride home", list, "Yes\r\nNo\r\nUnknown", 1, dental.Fold("Ride home"))
	values := p.sheet("apptfield", "ApptFieldNum AptNum FieldName FieldValue")
	values.add(101, verified, "Yes")
	for _, v := range p.visits {
		if v.status == dental.AptScheduled && v.num > 102 && d.chance(12) {
			values.add(v.num, oneOf(d, []string{verified, "Ride home"}), oneOf(d, []string{"Yes", "No"}))
		}
	}
	own := p.sheet("patfielddef", "PatFieldDefNum FieldName FieldType PickList ItemOrder")
	own.add(verified, text, "", 0)
	own.add("Parking", list, "Lot\r\nStreet\r\nNone", 1)
	own.add("Consent signed", date, "", 2)
	items := p.sheet("patfieldpickitem", "PatFieldPickItemNum PatFieldDefNum Name ItemOrder")
	for i, name := range []string{"Lot", "Street", "None"} {
		items.add(2, name, i)
	}
	fields := p.sheet("patfield", "PatFieldNum PatNum FieldName FieldValue SecDateEntry SecDateTEdit")
	add := func(num dental.PatNum, name, value string, at dental.DateTime) {
		fields.add(num, name, value, at.Date(), at)
	}
	for _, num := range p.sick(d, 8) {
		if len(fields.rows) == 6 {
			fields.add(101, verified, "Yes", day("2021-01-02"), moment("2021-02-03 04:05:06"))
		}
		at := asked(d, p, num)
		switch d.IntN(3) {
		case 0:
			add(num, verified, oneOf(d, []string{"Yes", "No", "By phone"}), at)
		case 1:
			add(num, "Parking", oneOf(d, []string{"Lot", "Street", "None"}), at)
		default:
			add(num, "Consent signed", at.Date().String(), at)
		}
	}
}

var (
	popupTexts = []string{"Balance on the account", "Needs to fill out paperwork", "Ask for the new address", "Speak slowly, hears badly", "Update the medical history"}
	logTexts   = []string{"Asked about the bill.", "Sent the estimate.", "Wants a copy of the X-rays.", "Insurance has changed.", "Left a message.", "Thanked for the visit."}
)
