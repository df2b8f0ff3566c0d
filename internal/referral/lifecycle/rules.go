package lifecycle

import (
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

const day = 24 * 60 * 60

// Rules are what an area may set otherwise. Days are days; working days leave out Saturdays, Sundays and the area's
// holidays.
type Rules struct {
	Approval        bool // a second person confirms what a triager proposes
	KeptUnsubmitted int  // days after which a form that was prepared, or a draft, expires
	DocumentsWithin int  // seconds after which a referral goes to triage without its documents
	AnswerWithin    int  // days that a referrer has to answer
	Attempts        int  // to reach a patient, before the referral may be returned for it
	ReopenWithin    int  // days in which a discharged referral may be reopened
	Targets         map[Priority]Targets
	Holidays        map[dental.Date]bool
}

// Targets are how long each step may take.
type Targets struct {
	Triage     int // working days; 0 is the same working day
	Approve    int // working days
	Accept     int // working days, from the day on which the provider got it
	Contact    int // working days, from acceptance
	FirstVisit int // days from the decision to refer; 0 is no target
	Treatment  int // days from submission
	Record     int // working days after an appointment, to note what came of it
	Discharge  int // days from the beginning of treatment, to note how it goes on
}

// DefaultRules are the document's targets. Those for first contact, the first visit of a suspected cancer and
// the beginning of treatment are the health service's; the others are proposals.
func DefaultRules() *Rules {
	routine := Targets{Triage: 5, Approve: 2, Accept: 5, Contact: 10, Treatment: 18 * 7, Record: 2, Discharge: 26 * 7}
	urgent := routine
	urgent.Triage, urgent.Approve, urgent.Accept, urgent.Contact, urgent.Treatment = 2, 1, 2, 5, 6*7
	usc := urgent
	usc.Triage, usc.Approve, usc.Accept, usc.Contact, usc.FirstVisit, usc.Treatment = 0, 0, 1, 2, 14, 31
	return &Rules{
		KeptUnsubmitted: 30, DocumentsWithin: 15 * 60, AnswerWithin: 28, Attempts: 2, ReopenWithin: 7,
		Targets: map[Priority]Targets{Routine: routine, Urgent: urgent, USC: usc},
	}
}

func (rules *Rules) targets(p Priority) Targets {
	if t, ok := rules.Targets[p]; ok {
		return t
	}
	return rules.Targets[Routine]
}

// closingTime is when a working day ends.
const closingTime = 17*3600 + 30*60

// afterWorkingDays is the end of the nth working day after a moment; the 0th is the day itself, or the next working
// day where it is none or is over.
func (rules *Rules) afterWorkingDays(from dental.DateTime, n int) dental.DateTime {
	on := from.Date()
	if n == 0 && from.TimeOfDay().Seconds() > closingTime {
		on = on.AddDays(1)
	}
	for !rules.isWorkingDay(on) {
		on = on.AddDays(1)
	}
	for ; n > 0; n-- {
		for on = on.AddDays(1); !rules.isWorkingDay(on); {
			on = on.AddDays(1)
		}
	}
	return on.At(closingTime)
}

func (rules *Rules) isWorkingDay(on dental.Date) bool {
	return !rules.Holidays[on] && on.Weekday() != time.Saturday && on.Weekday() != time.Sunday
}
