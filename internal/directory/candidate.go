package directory

import (
	"cmp"
	"context"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Candidate is a service to which a referral may be sent, or why not.
type Candidate struct {
	Organisation Organisation
	Service      Service     // the zero Service where an organisation is asked for as a whole
	Clinicians   []Clinician // those who treat in the service now
	Fits         bool
	WhyNot       []string // in plain words, each going on after the service's name; none where it fits
	Open         int      // referrals that it has, of those that count for its capacity
	IsFull       bool     // Open has reached the capacity: one of WhyNot says so
	IsSuggested  bool     // the rules suggest it
	Rule         string   // the name of the rule that does
}

// free is how many more the candidate takes.
func (c Candidate) free() int {
	if c.Service.Capacity == 0 {
		return 1 << 30
	}
	return c.Service.Capacity - c.Open
}

// held is how many open referrals providers have, by provider, service and form.
//
// Counted are the referrals whose turn is the provider's: that is the case in exactly the states in which an allocation is open
// (lifecycle's invariant), and it stands in the referral itself, so that one index has all (referral_Served). A referral whose
// allocation names a service counts for that one. One whose allocation does not, under service 0, counts for each of its provider's
// services that take its form; where it came without a form, from a chart or another system, for each of them.
type held map[int64]map[int64]map[string]int

const (
	heldByAll = "SELECT `PartyNum`, `ServiceNum`, `FormType`, COUNT(*) FROM `referral` WHERE `PartyRole` = 'provider' GROUP BY `PartyNum`, `ServiceNum`, `FormType`"
	heldByOne = "SELECT `PartyNum`, `ServiceNum`, `FormType`, COUNT(*) FROM `referral` WHERE `PartyRole` = 'provider' AND `PartyNum` = ? GROUP BY `PartyNum`, `ServiceNum`, `FormType`"
)

func readHeld(c store.Conn, sql string, args ...store.Value) (held, error) {
	all := make(held)
	rows := c.Query(sql, args...)
	for rows.Next() {
		provider, service := rows.Int(0), rows.Int(1)
		if all[provider] == nil {
			all[provider] = make(map[int64]map[string]int)
		}
		if all[provider][service] == nil {
			all[provider][service] = make(map[string]int)
		}
		all[provider][service][string(rows.Text(2))] += int(rows.Int(3))
	}
	return all, rows.Close()
}

// of is how many open referrals a service has.
func (h held) of(s Service) int {
	unnamed := h[s.Organisation][0]
	open := unnamed[""]
	for _, form := range s.FormTypes {
		open += unnamed[form]
	}
	for _, n := range h[s.Organisation][s.Num] {
		open += n
	}
	return open
}

// total is how many an organisation has.
func (h held) total(organisation int64) (open int) {
	for _, forms := range h[organisation] {
		for _, n := range forms {
			open += n
		}
	}
	return open
}

// Candidates are the services of all active organisations that treat: those that fit first, the rules' suggestion before all,
// then those with the most free places, then those with the shortest wait; and then the others, with the reasons why not.
func (r *Room) Candidates(ctx context.Context, need Need) (found []Candidate, err error) {
	all, err := r.CandidatesFor(ctx, []Need{need})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// CandidatesFor is Candidates for several needs, in their order: the directory is read once for all of them.
func (r *Room) CandidatesFor(ctx context.Context, needs []Need) (found [][]Candidate, err error) {
	err = r.read(ctx, func(c store.Conn) error {
		found = make([][]Candidate, 0, len(needs))
		o, err := readOffer(c)
		if err != nil {
			return err
		}
		for _, need := range needs {
			one, err := r.candidatesOf(c, o, need)
			if err != nil {
				return err
			}
			found = append(found, one)
		}
		return nil
	})
	return found, err
}

func (r *Room) candidates(c store.Conn, need Need) ([]Candidate, error) {
	o, err := readOffer(c)
	if err != nil {
		return nil, err
	}
	return r.candidatesOf(c, o, need)
}

// offer is what all active organisations that treat have to offer, whatever is needed.
type offer struct {
	organisations map[int64]Organisation
	services      []Service
	treat         map[int64][]Clinician // by service
	held          held
}

func readOffer(c store.Conn) (*offer, error) {
	organisations := make(map[int64]Organisation)
	rows := c.Query(organisationColumns + "WHERE o.`IsTreating` = 1 AND o.`IsActive` = 1")
	for rows.Next() {
		o := scanOrganisation(rows)
		organisations[o.Num] = o
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	services, err := readServices(c, serviceColumns+"JOIN `organisation` AS o ON o.`OrganisationNum` = s.`OrganisationNum` WHERE o.`IsTreating` = 1 AND o.`IsActive` = 1 ORDER BY s.`ServiceNum`")
	if err != nil {
		return nil, err
	}
	clinicians, err := readClinicians(c, "WHERE c.`IsActive` = 1")
	if err != nil {
		return nil, err
	}
	treat := make(map[int64][]Clinician)
	for _, one := range clinicians {
		for _, service := range one.Services {
			treat[service] = append(treat[service], one)
		}
	}
	held, err := readHeld(c, heldByAll)
	return &offer{organisations, services, treat, held}, err
}

// candidatesOf is what is offered for one need.
func (r *Room) candidatesOf(c store.Conn, o *offer, need Need) ([]Candidate, error) {
	found := make([]Candidate, 0, len(o.services))
	for _, s := range o.services {
		found = append(found, candidate(o.organisations[s.Organisation], s, need, r.titles[need.FormType], o.held.of(s)))
		found[len(found)-1].Clinicians = o.treat[s.Num]
	}
	if err := suggest(c, need, found); err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, compareCandidates)
	return found, nil
}

func candidate(o Organisation, s Service, need Need, title string, open int) Candidate {
	reasons := s.whyNot(need, title, open)
	return Candidate{Organisation: o, Service: s, Fits: len(reasons) == 0, WhyNot: reasons, Open: open, IsFull: s.isFull(open)}
}

// suggest marks the candidate to which the first rule that holds, and can be followed, sends.
func suggest(c store.Conn, need Need, found []Candidate) error {
	routes, err := routesOf(c, need.Area)
	if err != nil {
		return err
	}
	for _, route := range routes {
		if !route.Holds(need) {
			continue
		}
		if route.List != 0 {
			if l, err := ListOf(c, route.List); err == nil && len(l.WhyNot(need.FormType, "")) == 0 {
				return nil // the rule wants it to wait
			} else if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			continue
		}
		if i := slices.IndexFunc(found, func(f Candidate) bool { return f.Service.Num == route.Service && f.Fits }); i >= 0 {
			found[i].IsSuggested, found[i].Rule = true, route.Name
			return nil
		}
	}
	return nil
}

func compareCandidates(a, b Candidate) int {
	first := func(x, y bool) int {
		switch {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	}
	return cmp.Or(first(a.Fits, b.Fits), first(a.IsSuggested, b.IsSuggested), fewer(a, b), cmp.Compare(a.Service.WaitDays, b.Service.WaitDays),
		cmp.Compare(dental.Fold(a.Organisation.Name), dental.Fold(b.Organisation.Name)), cmp.Compare(a.Service.Num, b.Service.Num))
}

// fewer orders those that fit by their free places, and the others by how few reasons there are against them.
func fewer(a, b Candidate) int {
	if !a.Fits {
		return cmp.Compare(len(a.WhyNot), len(b.WhyNot))
	}
	return cmp.Compare(b.free(), a.free())
}

// Target is what an organisation's service is to a referral, in a transaction or a read of somebody else's: whether it is active,
// treats, and takes what is needed, or why not. With service 0 it is the organisation as a whole: the best of its services, or
// itself where it has none, which takes what comes. It is NotFound where there is no such organisation or service.
func Target(c store.Conn, organisation, service int64, need Need) (Candidate, error) {
	o, err := Of(c, organisation)
	if err != nil {
		return Candidate{}, err
	}
	services, err := readServices(c, serviceColumns+"WHERE s.`OrganisationNum` = ? ORDER BY s.`ServiceNum`", store.Int(organisation))
	if err != nil {
		return Candidate{}, err
	}
	held, err := readHeld(c, heldByOne, store.Int(organisation))
	if err != nil {
		return Candidate{}, err
	}
	best := Candidate{Organisation: o, Fits: true, Open: held.total(organisation)}
	if service != 0 {
		at := slices.IndexFunc(services, func(s Service) bool { return s.Num == service })
		if at < 0 {
			return Candidate{}, notFound("service")
		}
		services = services[at : at+1]
	}
	for i, s := range services {
		if found := candidate(o, s, need, "", held.of(s)); i == 0 || compareCandidates(found, best) < 0 {
			best = found
		}
	}
	var gone []string
	if !o.IsActive {
		gone = append(gone, "is not active any more")
	}
	if !o.IsTreating {
		gone = append(gone, "treats no referred patients")
	}
	if len(gone) > 0 {
		best.Fits, best.WhyNot = false, append(gone, best.WhyNot...)
	}
	return best, nil
}

// AutoRoute is where a rule sends a referral without triage, in a transaction or a read of somebody else's. The area's rules are
// asked in their order; of those that hold, one whose service cannot take the referral is passed over. A rule that only suggests
// ends it: from there on a person decides, and so it is where too little is known of the referral to be sure that it fits.
func AutoRoute(c store.Conn, need Need) (to Candidate, ok bool, err error) {
	routes, err := routesOf(c, need.Area)
	if err != nil {
		return to, false, err
	}
	for _, route := range routes {
		if !route.Holds(need) {
			continue
		}
		if !route.IsAuto {
			return Candidate{}, false, nil
		}
		s, err := serviceOf(c, route.Service)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return to, false, err
		}
		if to, err = Target(c, s.Organisation, s.Num, need); err != nil {
			return to, false, err
		}
		if to.Fits {
			to.IsSuggested, to.Rule = true, route.Name
			return to, s.isSure(need), nil
		}
	}
	return Candidate{}, false, nil
}

// Tried is what the rules do with a need, step by step: for those who write rules.
type Tried struct {
	Route  Route
	Target string // where it sends to
	Holds  bool
	WhyNot []string // it holds and is not followed
	Sends  bool     // it is the one that decides
}

// Try says what becomes of a referral by an area's rules, and whether it goes there without triage.
func (r *Room) Try(ctx context.Context, need Need) (steps []Tried, isAuto bool, err error) {
	err = r.read(ctx, func(c store.Conn) error {
		steps, isAuto, err = r.try(c, need)
		return err
	})
	return steps, isAuto, err
}

func (r *Room) try(c store.Conn, need Need) (steps []Tried, isAuto bool, err error) {
	routes, err := routesOf(c, need.Area)
	if err != nil {
		return nil, false, err
	}
	found, err := r.candidates(c, need)
	if err != nil {
		return nil, false, err
	}
	decided, automatic := false, true
	for _, route := range routes {
		step := Tried{Route: route, Holds: route.Holds(need)}
		var isSure bool
		if step.Target, step.WhyNot, isSure, err = targetOf(c, route, need, r.titles[need.FormType], found); err != nil {
			return nil, false, err
		}
		if step.Holds {
			automatic = automatic && route.IsAuto
		}
		if step.Sends = step.Holds && !decided && len(step.WhyNot) == 0; step.Sends {
			decided, isAuto = true, automatic && isSure
		}
		steps = append(steps, step)
	}
	return steps, isAuto, nil
}

// targetOf names where a rule sends to, and says why that cannot take the referral. found are the candidates; a service that is
// not among them is of an organisation that is not active, or does not treat.
func targetOf(c store.Conn, route Route, need Need, title string, found []Candidate) (name string, whyNot []string, isSure bool, err error) {
	if route.List != 0 {
		l, err := ListOf(c, route.List)
		return l.Name, l.WhyNot(need.FormType, title), false, err
	}
	var to Candidate
	if i := slices.IndexFunc(found, func(f Candidate) bool { return f.Service.Num == route.Service }); i >= 0 {
		to = found[i]
	} else {
		s, err := serviceOf(c, route.Service)
		if err != nil {
			return "", nil, false, err
		}
		if to, err = Target(c, s.Organisation, s.Num, need); err != nil {
			return "", nil, false, err
		}
	}
	return to.Organisation.Name + ", " + to.Service.Name, to.WhyNot, to.Service.isSure(need), nil
}
