package network

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
)

// Each is how many referrals end in each of the lifecycle's states.
const Each = 20

// plan is one referral's history before it is written.
type plan struct {
	number    int
	target    lifecycle.State
	form      string
	practice  int
	area      int
	pace      float64 // how fast it goes: an urgent one is faster
	priority  lifecycle.Priority
	difficult bool // it goes where level 3 is treated

	given    map[string]string
	own      form.Answers
	story    story
	picture  int // -1 for none
	replaces int // the number of the rejected plan that it is in place of; -1 for none
	with     int // the provider

	asked   lifecycle.Reason // what was asked for last, and what is answered
	replied string

	steps  []step
	isPast bool    // the appointment was some days ago, and nobody has noted what came of it
	end    minutes // of its last step that somebody makes
	clerk  int     // whole seconds beyond the minute at which its steps are made
}

// step is something that happens to a referral: gap working minutes after the step before, or after so many seconds of the clock,
// by itself.
type step struct {
	gap   minutes
	after int
	do    func(*writer, *live) error

	isVisit bool // the patient was there: an appointment before it was for then
}

// dice draw what is left to chance.
type dice struct{ *rand.Rand }

func (d dice) chance(percent int) bool   { return d.IntN(100) < percent }
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

func oneOf[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// kinds are the forms, as often as they come.
var kinds = []string{restorative, surgery, endodontic, orthodontic, surgery, periodontal, child, restorative, special, endodontic, surgery, cancer}

// drawPlans draws the histories: so many for each state.
func (n *Network) drawPlans() {
	d := dice{rand.New(rand.NewPCG(n.seed, 7411))}
	names := sandbox.NewNames(n.seed, 1)
	states := lifecycle.States()
	for i := range Each * len(states) {
		p := &plan{number: i, target: states[i%len(states)], replaces: -1, clerk: d.IntN(60)}
		p.form = kinds[(7*(i/len(states))+5*(i%len(states)))%len(kinds)]
		p.practice = oneOf(d, []int{second, harbour, harbour, harbour, mill, mill, orchard, castle, castle})
		if p.target == lifecycle.Pending {
			p.practice = oneOf(d, []int{mill, castle}) // where a second person confirms
		}
		if p.form == cancer && !fitsCancer(p.target) {
			p.form = surgery
		}
		if p.form == cancer && p.target == lifecycle.WithTriage {
			p.practice = mill // in the other area it goes to the hospital at once
		}
		p.area = areaOfPractice(p.practice)
		p.drawPatient(d, names)
		n.plans = append(n.plans, p)
	}
	n.chooseResubmitted(d)
	for _, p := range n.plans {
		p.drawWay(d)
	}
	// What is in place of a rejected referral comes after it.
	for _, p := range n.plans {
		if p.replaces < 0 {
			continue
		}
		old := n.plans[p.replaces]
		if old.end = p.start() - days(d.between(1, 4)); old.steps[len(old.steps)-1].after > 0 {
			old.end -= days(25) // it ends by itself, so long after its last step
		}
	}
}

// fitsCancer: a suspected cancer waits on no list, and is not rejected.
func fitsCancer(s lifecycle.State) bool {
	switch s {
	case lifecycle.WaitingList, lifecycle.Rejected, lifecycle.Withdrawn, lifecycle.Expired, lifecycle.InfoRequested, lifecycle.Pending, lifecycle.Draft, lifecycle.EnteredInError:
		return false
	}
	return true
}

// drawPatient draws who it is about, and what they come with.
func (p *plan) drawPatient(d dice, names sandbox.Names) {
	gender, title := dental.GenderFemale, oneOf(d, []string{"Mrs", "Miss", "Dr"})
	if d.chance(50) {
		gender, title = dental.GenderMale, "Mr"
	}
	age := d.between(19, 82)
	switch p.form {
	case child:
		age = d.between(4, 13)
	case orthodontic:
		age = d.between(10, 14)
	case cancer:
		age = d.between(42, 84)
	}
	if age < 16 && gender == dental.GenderMale {
		title = "Master"
	} else if age < 16 {
		title = "Miss"
	}
	born := End.Date().AddMonths(-12*age - 6).AddDays(-d.IntN(150))
	first, lastName := names.First(gender), names.Last()
	place := oneOf(d, towns)
	y, m, dd := born.Calendar()
	urgent := p.form != cancer && d.chance(18)
	p.priority, p.pace = lifecycle.Routine, 1
	p.given = map[string]string{
		"form_type": p.form, "patient_title": title, "patient_first_name": first, "patient_last_name": lastName, "patient_dob": fmt.Sprintf("%02d/%02d/%04d", dd, m, y),
		"gender": map[bool]string{true: "M", false: "F"}[gender == dental.GenderMale], "nhs_number": nhsNumber(d),
		"patient_address_line_1": fmt.Sprintf("%d %s", d.between(1, 120), oneOf(d, streets)), "patient_town": place.town,
		"patient_postcode":   fmt.Sprintf("%s %d%s", place.postcode, d.between(1, 9), oneOf(d, []string{"AA", "BD", "HX", "LN", "QT"})),
		"patient_mobile_tel": fmt.Sprintf("07700 900%03d", d.IntN(1000)), "referrer_gdc": fmt.Sprintf("9909%02d", p.practice),
		"patient_identifier": fmt.Sprintf("N%05d", p.number+1),
	}
	p.story = oneOf(d, stories[p.form])
	text := func(text string) form.Value { return form.Value{Text: text} }
	p.own = form.Answers{"presenting_complaint": text(p.story.complaint), "diagnosis": text(p.story.found), "treatment_done": text(p.story.done),
		"pain": text(oneOf(d, []string{"none", "mild", "moderate", "severe"})), "gp_name": text("Dr " + names.Last()), "carer_name": text(names.First(dental.GenderUnknown) + " " + lastName),
		"carer_phone": text("01632 960200"), "patient_email": text(strings.ToLower(first+"."+lastName) + "@example.com"), "permission_sms": text(map[bool]string{true: "yes"}[d.chance(70)])}
	if p.story.tooth != "" {
		for _, id := range []string{"tooth", "teeth", "teeth_concerned"} {
			p.own[id] = form.Value{List: []string{p.story.tooth}}
		}
	}
	if age >= 16 {
		delete(p.own, "carer_name")
		delete(p.own, "carer_phone")
	}
	if p.own["permission_sms"].IsEmpty() {
		delete(p.own, "permission_sms")
	}
	switch {
	case p.form == cancer:
		p.priority, p.pace = lifecycle.USC, 0.15
	case urgent:
		p.priority, p.pace = lifecycle.Urgent, 0.5
		p.given["urgent"] = "1"
		p.own["urgent_reason"] = text("Pain that medicines hold for some hours only.")
	}
	if p.picture = -1; p.form == endodontic || p.form != cancer && d.chance(55) {
		p.picture = d.IntN(pictureCount)
	}
	way := takers[p.form]
	p.difficult = p.form == cancer || d.chance(15)
	if p.with = way[len(way)-1]; !p.difficult {
		p.with = way[d.IntN(len(way)-1)]
	}
}

// nhsNumber draws a number of the range that is kept for tests, with its check digit.
func nhsNumber(d dice) string {
	for {
		number := fmt.Sprintf("999%06d", d.IntN(1_000_000))
		sum := 0
		for i, digit := range number {
			sum += (10 - i) * int(digit-'0')
		}
		if check := (11 - sum%11) % 11; check < 10 {
			return fmt.Sprintf("%s%d", number, check)
		}
	}
}

// chooseResubmitted lets some referrals be in place of one that was rejected.
func (n *Network) chooseResubmitted(d dice) {
	var rejected []int
	for _, p := range n.plans {
		if p.target == lifecycle.Rejected && p.form != endodontic { // whose radiographs must be new
			rejected = append(rejected, p.number)
		}
	}
	for _, p := range n.plans {
		if fits := p.target == lifecycle.WithTriage || p.target == lifecycle.Accepted || p.target == lifecycle.Booked; fits && p.form != cancer && len(rejected) > 0 && d.chance(12) {
			old := n.plans[rejected[0]]
			rejected = rejected[1:]
			number, target, clerk := p.number, p.target, p.clerk
			*p = *old
			p.number, p.target, p.clerk, p.replaces = number, target, clerk, old.number
		}
	}
}

// start is when the first step is made.
func (p *plan) start() minutes {
	m := p.end
	for _, s := range p.steps[1:] {
		m -= s.gap
	}
	return m
}

// turns are the moments of the plan's steps.
func (p *plan) turns() (at []dental.DateTime) {
	m := p.start()
	var before dental.DateTime
	for i, s := range p.steps {
		if i > 0 {
			m += s.gap
		}
		switch {
		case s.after > 0:
			before = before.AddSeconds(s.after)
		case p.target == lifecycle.Submitted:
			// They came in this morning: the last of them has just been sent.
			before = End.AddSeconds(-60*(len(p.steps)-i)*3 - p.clerk)
		default:
			before = m.moment().AddSeconds(p.clerk)
		}
		at = append(at, before)
	}
	return at
}

// Network is a network's history before it is written.
type Network struct {
	seed       uint64
	forms      *form.Catalog
	models     map[string]model
	clinicians [][]string // by provider
	people     []string   // the names of those who sign in, in the order of SignIns
	dentists   []string   // who refers, by practice
	plans      []*plan
	pictures   [pictureCount][]byte
}

// Draw makes the history of a seed; it touches nothing.
func Draw(seed uint64, forms *form.Catalog) (*Network, error) {
	n := &Network{seed: seed, forms: forms, models: make(map[string]model)}
	names := sandbox.NewNames(seed, 2)
	person := func() string { return names.First(dental.GenderUnknown) + " " + names.Last() }
	for range SignIns {
		n.people = append(n.people, person())
	}
	for range Practices {
		n.dentists = append(n.dentists, person())
	}
	for i, p := range providers {
		n.clinicians = append(n.clinicians, nil)
		for range p.count {
			n.clinicians[i] = append(n.clinicians[i], oneOfTitles[len(n.clinicians[i])%len(oneOfTitles)]+" "+person())
		}
	}
	for at, s := range SignIns {
		if s.practice >= 0 {
			n.dentists[s.practice] = n.people[at]
		}
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(kinds))) {
		kind, err := forms.Current(name)
		if err != nil {
			return nil, err
		}
		age := 40
		if name == child || name == orthodontic {
			age = 11
		}
		if n.models[name], err = modelOf(kind, End.Date().AddMonths(-12*age-6), Begin.Date()); err != nil {
			return nil, err
		}
	}
	for i := range n.pictures {
		n.pictures[i] = picture(i)
	}
	n.drawPlans()
	return n, nil
}

var oneOfTitles = []string{"Mr", "Ms", "Dr"}

// prefill is what a practice's system gives.
func (p *plan) prefill(dentist string) referral.Prefill {
	given := make(map[string]string, len(p.given)+1)
	for name, value := range p.given {
		given[name] = value
	}
	given["referrer_name"] = dentist
	return referral.Prefill{Given: given}
}
