package network

import (
	"time"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// add appends what somebody does so many minutes of working time later, more or less; an urgent case goes faster.
func (p *plan) add(d dice, low, high int, do func(*writer, *live) error) *step {
	gap := max(int(float64(d.between(low, high))*p.pace), min(low, 31))
	p.steps = append(p.steps, step{gap: minutes(gap), do: do})
	return &p.steps[len(p.steps)-1]
}

// by itself: what the server does when a time is up, in seconds of the clock.
func (p *plan) byItself(seconds int) {
	p.steps = append(p.steps, step{after: seconds, do: (*writer).tidy})
}

// share is a number below a hundred, spread evenly over the referrals that end in one state: what few of them have some have
// with every seed.
func (p *plan) share(d dice) int { return 5*(p.number/len(lifecycle.States())) + d.IntN(5) }

// seen is a step that is made when the patient was at the provider's.
func (p *plan) seen(d dice, low, high int, do func(*writer, *live) error) {
	p.add(d, low, high, do).isVisit = true
}

// age is how many working days ago the last step was, of a referral whose turn should be taken within limit: most are in time,
// some are overdue, and some so long that they are escalated.
func (p *plan) age(d dice, limit int) {
	limit = max(int(float64(limit)*p.pace), 1)
	var ago int
	switch at := p.share(d); {
	case at < 66:
		ago = d.IntN(limit*workday - 60)
	case at < 87:
		ago = int(days(limit)) + d.IntN(4*workday) + workday
	default:
		ago = int(days(limit)) + d.IntN(6*workday) + 6*workday
	}
	p.end = last - 1 - minutes(ago)
}

// ago is a last step between so many working days before the end.
func (p *plan) ago(d dice, from, to int) {
	p.end = last - 1 - days(from) - minutes(d.IntN(int(days(to-from))+1))
}

// drawWay draws by what steps a referral came to where it is.
func (p *plan) drawWay(d dice) {
	switch p.target {
	case lifecycle.Prepared:
		p.opening(d, false)
		p.ago(d, 0, 18)
		return
	case lifecycle.Draft:
		p.opening(d, true)
		p.ago(d, 0, 18)
		return
	case lifecycle.Expired:
		p.opening(d, d.chance(50))
		p.byItself(30*86400 + 60)
		p.ago(d, 26, 110)
		return
	}
	p.submission(d)
	switch p.target {
	case lifecycle.Submitted:
		p.end = last - 1
	case lifecycle.WithTriage:
		p.byItself(16 * 60)
		if p.form != cancer && d.chance(20) {
			p.question(d)
			p.add(d, 120, 3000, p.answering(d))
		} else if d.chance(20) {
			p.note(d, lifecycle.Triager, "", oneOf(d, triageNotes))
		}
		p.age(d, 5)
	case lifecycle.InfoRequested:
		p.byItself(16 * 60)
		p.question(d)
		p.ago(d, 0, 17)
	case lifecycle.Pending:
		p.byItself(16 * 60)
		p.propose(d, false)
		p.age(d, 2)
	case lifecycle.WaitingList:
		p.triage(d)
		p.toList(d)
		p.ago(d, 1, 70)
	case lifecycle.Rejected:
		p.rejection(d)
	case lifecycle.Withdrawn:
		p.withdrawal(d)
	case lifecycle.EnteredInError:
		p.mistake(d)
	case lifecycle.Discharged:
		p.discharge(d)
	default:
		p.atProvider(d)
	}
}

// opening begins the form: by the practice's system, or as a draft of its list.
func (p *plan) opening(d dice, isDraft bool) {
	p.add(d, 0, 0, func(w *writer, l *live) error { return w.open(l, isDraft) })
}

func (p *plan) submission(d dice) {
	if p.replaces >= 0 {
		p.add(d, 0, 0, (*writer).resubmit)
	} else {
		p.opening(d, d.chance(40))
		p.add(d, 8, 40, (*writer).fill)
	}
	p.add(d, 3, 45, (*writer).submit)
}

// triage is what happens before somebody decides.
func (p *plan) triage(d dice) {
	p.byItself(16 * 60)
	if p.form != cancer && d.chance(18) {
		p.question(d)
		p.add(d, 120, 4000, p.answering(d))
	}
	if d.chance(15) {
		p.note(d, lifecycle.Triager, "", oneOf(d, triageNotes))
	}
}

// question asks for more.
func (p *plan) question(d dice) {
	asked := oneOf(d, questions[2:])
	if p.picture < 0 {
		asked = questions[0]
	} else if d.chance(40) {
		asked = questions[1]
	}
	p.asked = asked.reason
	p.replied = asked.answer
	p.add(d, 60, 1700, func(w *writer, l *live) error {
		return w.append(l, lifecycle.Triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: asked.reason, Public: asked.text})
	})
}

func (p *plan) answering(d dice) func(*writer, *live) error {
	number := -1
	if p.asked == lifecycle.NoRadiograph || p.asked == lifecycle.PoorRadiograph {
		number = d.IntN(pictureCount)
	}
	text := p.replied
	return func(w *writer, l *live) error { return w.answer(l, text, number) }
}

// note is a message of the thread, or an internal one.
func (p *plan) note(d dice, by lifecycle.Role, public, internal string) {
	p.add(d, 31, 400, func(w *writer, l *live) error {
		return w.append(l, by, lifecycle.Event{Move: lifecycle.Message, Public: public, Internal: internal})
	})
}

// tier is the level of care.
func (p *plan) tier() string {
	if p.with == hospital {
		return "3"
	}
	return "2"
}

// propose is the first of two persons' decisions.
func (p *plan) propose(d dice, toList bool) {
	with, tier, note := p.with, p.tier(), oneOf(d, triageNotes)
	clinician := d.IntN(8)
	p.add(d, 60, 1700, func(w *writer, l *live) error {
		data := w.target(with, p.form, clinician)
		if toList {
			data = w.list(p)
		}
		data.Tier = tier
		return w.append(l, lifecycle.Triager, lifecycle.Event{Move: lifecycle.Propose, Internal: note, Data: data})
	})
}

// send is the decision where it goes: by one person in the north, by two in the south.
func (p *plan) send(d dice) {
	if p.form == cancer && p.area == north {
		return // the area's rule has sent it
	}
	role := lifecycle.Triager
	if p.area == south {
		p.propose(d, false)
		role = lifecycle.Approver
	}
	with, tier, clinician := p.with, p.tier(), d.IntN(8)
	p.add(d, 60, 1500, func(w *writer, l *live) error {
		data := w.target(with, p.form, clinician)
		data.Tier = tier
		l.with = with
		return w.append(l, role, lifecycle.Event{Move: lifecycle.Allocate, Data: data})
	})
}

// toList puts it on a waiting list.
func (p *plan) toList(d dice) {
	role := lifecycle.Triager
	if p.area == south {
		p.propose(d, true)
		role = lifecycle.Approver
	}
	tier := p.tier()
	p.add(d, 60, 1500, func(w *writer, l *live) error {
		data := w.list(p)
		data.Tier = tier
		return w.append(l, role, lifecycle.Event{Move: lifecycle.PutOnList, Data: data})
	})
}

// toProvider is the way until a provider has it, over a waiting list for some; and by a return or a redirection for few.
func (p *plan) toProvider(d dice) {
	p.triage(d)
	if p.form != cancer && p.priority == lifecycle.Routine && d.chance(18) {
		p.toList(d)
		with, clinician := p.with, d.IntN(8)
		p.add(d, 4*workday, 30*workday, func(w *writer, l *live) error {
			l.with = with
			return w.append(l, lifecycle.Administrator, lifecycle.Event{Move: lifecycle.TakeOffList, Data: w.target(with, p.form, clinician)})
		})
	} else {
		p.send(d)
	}
	switch {
	case p.form != cancer && d.chance(6):
		p.receive(d)
		p.provider(d, 60, 1500, lifecycle.Event{Move: lifecycle.Return, Reason: lifecycle.IncompleteForm, Public: "Please look again: the form and the radiograph name different teeth."})
		p.send(d)
	case p.with != hospital && d.chance(9):
		p.receive(d)
		why := oneOf(d, redirections)
		p.add(d, 60, 1500, func(w *writer, l *live) error {
			err := w.append(l, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Redirect, Public: why, Data: w.target(hospital, p.form, -1)})
			l.with = hospital
			return err
		})
		p.with = hospital
	}
}

// provider is a step of the provider's.
func (p *plan) provider(d dice, low, high int, e lifecycle.Event) {
	p.add(d, low, high, func(w *writer, l *live) error { return w.append(l, lifecycle.Provider, e) })
}

func (p *plan) receive(d dice) { p.add(d, 31, 900, (*writer).receive) }

func (p *plan) accept(d dice) {
	p.receive(d)
	p.provider(d, 31, 1300, lifecycle.Event{Move: lifecycle.Accept})
	if d.chance(12) {
		thread := oneOf(d, threads)
		p.note(d, lifecycle.Referrer, thread.from, "")
		p.note(d, lifecycle.Provider, thread.to, "")
	}
}

// contact is the first contact and, for some, more attempts.
func (p *plan) contact(d dice) {
	p.provider(d, 60, 2600, lifecycle.Event{Move: lifecycle.Contact, Internal: oneOf(d, providerNotes)})
	for range d.IntN(3) {
		p.provider(d, workday, 2*workday, lifecycle.Event{Move: lifecycle.Attempt, Internal: "No answer; a message was left."})
	}
}

func (p *plan) booking(d dice, move lifecycle.Move, low, high int) {
	at, quarter, reason := d.between(2, 25), d.IntN(28), lifecycle.Reason("")
	public := ""
	if move == lifecycle.Rebook {
		reason, public = lifecycle.Other, "The patient cannot come on that day."
	}
	p.add(d, low, high, func(w *writer, l *live) error {
		return w.append(l, lifecycle.Provider, lifecycle.Event{Move: move, Reason: reason, Public: public, Data: lifecycle.Data{When: l.when(at, quarter)}})
	})
}

// book is the way to an appointment.
func (p *plan) book(d dice) {
	p.accept(d)
	if d.chance(75) {
		p.contact(d)
	}
	p.booking(d, lifecycle.Book, 60, 900)
	switch {
	case d.chance(14):
		p.booking(d, lifecycle.Rebook, workday, 3*workday)
	case d.chance(8):
		p.provider(d, workday, 2*workday, lifecycle.Event{Move: lifecycle.Unbook, Public: "The clinician is ill; a new date follows."})
		p.booking(d, lifecycle.Book, 120, 2*workday)
	}
}

// assess is the first visit.
func (p *plan) assess(d dice) {
	p.book(d)
	p.visited(d)
}

func (p *plan) visited(d dice) {
	p.seen(d, 5*workday, 25*workday, func(w *writer, l *live) error {
		return w.append(l, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Assess})
	})
}

func (p *plan) review(d dice, months int) {
	p.add(d, 2*workday, 10*workday, func(w *writer, l *live) error {
		year, month, _ := w.clock.at.Date().AddMonths(months).Calendar()
		return w.append(l, lifecycle.Provider, lifecycle.Event{Move: lifecycle.Review, Data: lifecycle.Data{ReviewBy: lifecycle.EndOfMonth(year, time.Month(month))}})
	})
}

// atProvider is a referral that a provider has.
func (p *plan) atProvider(d dice) {
	p.toProvider(d)
	switch p.target {
	case lifecycle.Sent:
		p.age(d, 5)
	case lifecycle.Received:
		p.receive(d)
		p.age(d, 5)
	case lifecycle.Accepted:
		p.accept(d)
		p.age(d, 10)
	case lifecycle.Contacted:
		p.accept(d)
		p.contact(d)
		p.age(d, 10)
	case lifecycle.Booked:
		p.book(d)
		if p.ago(d, 0, 12); p.share(d) < 25 {
			p.isPast = true
			p.ago(d, 8, 20)
		}
	case lifecycle.Assessed:
		p.assess(d)
		p.ago(d, 0, 14)
	case lifecycle.InTreatment:
		p.assess(d)
		p.provider(d, 60, 15*workday, lifecycle.Event{Move: lifecycle.Treat})
		p.ago(d, 0, 60)
	case lifecycle.UnderReview:
		p.assess(d)
		if d.chance(60) {
			p.provider(d, 60, 12*workday, lifecycle.Event{Move: lifecycle.Treat})
		}
		p.review(d, d.between(1, 4))
		p.ago(d, 0, 35)
	}
	if d.chance(15) && p.target != lifecycle.Sent {
		before := p.end
		p.note(d, lifecycle.Provider, "", oneOf(d, providerNotes))
		p.end = before
	}
}

func (p *plan) discharge(d dice) {
	text := oneOf(d, endings[p.form])
	p.toProvider(d)
	switch at := p.share(d); {
	case at < 12:
		p.book(d)
		p.seen(d, 5*workday, 20*workday, func(w *writer, l *live) error {
			return w.append(l, lifecycle.Provider, lifecycle.Event{Move: lifecycle.NotAttended, Data: lifecycle.Data{Outcome: lifecycle.DidNotAttend}})
		})
	case at < 26:
		p.accept(d)
		p.contact(d)
		outcome := oneOf(d, []lifecycle.Outcome{lifecycle.PatientDeclined, lifecycle.NotSuitable, lifecycle.AdviceGiven})
		p.provider(d, 60, 900, lifecycle.Event{Move: lifecycle.EndEarly, Public: "Agreed with the patient on the telephone.", Data: lifecycle.Data{Outcome: outcome, Actions: "Speak to the patient at the next check-up."}})
	case at < 38:
		p.assess(d)
		p.provider(d, 31, 300, lifecycle.Event{Move: lifecycle.Discharge, Data: lifecycle.Data{Outcome: lifecycle.AssessmentOnly, Summary: "Seen once; a plan for treatment in your practice is below.", Actions: "Stabilise as planned.\nRefer again if the pain comes back."}})
	default:
		p.assess(d)
		p.provider(d, 60, 10*workday, lifecycle.Event{Move: lifecycle.Treat})
		if p.share(d) >= 70 {
			p.review(d, 2)
			p.booking(d, lifecycle.BookReview, workday, 3*workday)
			p.visited(d)
		}
		done := lifecycle.Event{Move: lifecycle.Discharge, Data: lifecycle.Data{Outcome: lifecycle.TreatmentComplete, Summary: text.summary, Actions: text.actions}}
		p.provider(d, 2*workday, 20*workday, done)
		if p.share(d) >= 85 {
			p.provider(d, 60, workday, lifecycle.Event{Move: lifecycle.Reopen, Reason: lifecycle.Other, Public: "A provisional filling was lost; the patient was seen at once."})
			p.provider(d, 60, 2*workday, done)
		}
	}
	p.ago(d, 0, 70)
}

func (p *plan) rejection(d dice) {
	switch at := p.share(d); {
	case at < 40 || p.form == cancer:
		p.triage(d)
		why := oneOf(d, rejections)
		role := lifecycle.Triager
		if p.area == south && d.chance(50) {
			p.propose(d, false)
			role = lifecycle.Approver
		}
		tier := ""
		if why.reason == lifecycle.Level1 {
			tier = "1"
		}
		p.add(d, 60, 1500, func(w *writer, l *live) error {
			return w.append(l, role, lifecycle.Event{Move: lifecycle.RejectAtTriage, Reason: why.reason, Public: why.text, Data: lifecycle.Data{Tier: tier}})
		})
	case at < 65:
		p.toProvider(d)
		p.receive(d)
		why := oneOf(d, declines)
		p.provider(d, 60, 1500, lifecycle.Event{Move: lifecycle.Decline, Reason: why.reason, Public: why.text})
	case at < 85:
		p.toProvider(d)
		p.accept(d)
		p.provider(d, 60, 2600, lifecycle.Event{Move: lifecycle.Contact, Internal: "No answer, no voicemail."})
		p.provider(d, workday, 4*workday, lifecycle.Event{Move: lifecycle.Attempt, Internal: "No answer; a letter was sent."})
		p.provider(d, 5*workday, 9*workday, lifecycle.Event{Move: lifecycle.RejectNoContact})
	default:
		p.byItself(16 * 60)
		p.question(d)
		p.byItself(28*86400 + 60)
		p.ago(d, 25, 90)
		return
	}
	p.ago(d, 0, 75)
}

func (p *plan) withdrawal(d dice) {
	role := lifecycle.Referrer
	switch at := p.share(d); {
	case at < 40:
		p.triage(d)
	case at < 70:
		p.toProvider(d)
		p.accept(d)
	case at < 85:
		p.triage(d)
		p.toList(d)
		role = lifecycle.Administrator
	default:
		p.toProvider(d)
		p.book(d)
	}
	why := oneOf(d, withdrawals)
	p.add(d, 60, 5*workday, func(w *writer, l *live) error {
		return w.append(l, role, lifecycle.Event{Move: lifecycle.Withdraw, Reason: why.reason, Public: why.text})
	})
	p.ago(d, 0, 80)
}

// mistake is a referral that should not have been.
func (p *plan) mistake(d dice) {
	why := lifecycle.Event{Move: lifecycle.EnterInError, Reason: lifecycle.WrongPatientFile, Public: "The form is about another patient of the practice.", Data: lifecycle.Data{Confirmed: true}}
	if d.chance(50) {
		why.Reason, why.Public = lifecycle.Duplicate, "Sent twice within a minute."
	}
	if p.triage(d); d.chance(30) {
		p.send(d)
	}
	p.add(d, 60, 3*workday, func(w *writer, l *live) error { return w.append(l, lifecycle.Administrator, why) })
	p.ago(d, 0, 90)
}
