package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// allocateBody is the page on which several referrals are sent somewhere at once: where to, and then what would move and what
// would not.
type allocateBody struct {
	Faults    []link
	Chosen    []chosenLine
	Lost      int // of those that were chosen, how many the caller may not see, or not any more
	Options   []actOption
	Tiers     []actOption
	Text      string
	IsPlaced  bool // a place is chosen: what follows is what would happen
	Place     string
	Tier      string
	Will, Not []chosenLine
	Back      string
}

// chosenLine is a referral among several.
type chosenLine struct {
	URN, Href, Patient, Asked, Why string
	Seq                            int64
	IsDone                         bool
}

// allocatedBody is what came of it.
type allocatedBody struct {
	Place      string
	Done, Kept []chosenLine
	Back       string
}

// errNothingChosen is for a list in which nothing was chosen.
var errNothingChosen = fault.New(fault.Invalid, "Choose at least one referral in the list")

// placing reads what is chosen, and where it is to go.
type placing struct {
	caller *referral.Caller
	cases  []*referral.Case
	places []scene // of each case
	value  string  // of the place; "" while none is chosen
	tier   string
	text   string
	lost   int
}

func (s *Site) placing(r *http.Request, values url.Values) (*placing, error) {
	caller, err := s.person(r)
	if err != nil {
		return nil, err
	}
	if !isQueued(caller.Role) {
		return nil, fault.New(fault.Forbidden, "Only a referral centre sends several referrals somewhere at once")
	}
	urns := slices.Compact(slices.Sorted(slices.Values(values["urn"])))
	if len(urns) == 0 {
		return nil, errNothingChosen
	}
	p := &placing{caller: caller, value: values.Get("target"), tier: values.Get("tier"), text: strings.TrimSpace(strings.ReplaceAll(values.Get("text"), "\r\n", "\n"))}
	if p.cases, err = s.desk.Look(r.Context(), caller, urns); err != nil {
		return nil, err
	}
	p.lost = len(urns) - len(p.cases)
	p.places = make([]scene, len(p.cases))
	all := make([]*scene, len(p.cases))
	for i, c := range p.cases {
		p.places[i] = scene{now: s.desk.Now(), proposal: c.Life.Proposal}
		all[i] = &p.places[i]
	}
	return p, s.placesOf(r.Context(), caller, all, p.cases)
}

func (s *Site) chosen(c *referral.Case) chosenLine {
	asked := s.formTitle(c.FormType)
	if asked == "" {
		asked = c.Reason
	}
	return chosenLine{URN: c.URN, Href: referralPath(c.URN), Patient: strings.TrimSpace(c.PatientFirst + " " + c.PatientLast), Asked: asked, Seq: c.Life.Seq}
}

// options are all places to which any of the chosen can go, with how many of them.
func (p *placing) options() (all []actOption) {
	fits := make(map[string]int)
	for i := range p.places {
		for _, o := range placeOptions(&p.places[i]) {
			if fits[o.Value]++; fits[o.Value] == 1 {
				all = append(all, o)
			}
		}
	}
	for i := range all {
		if n := fits[all[i].Value]; n < len(p.cases) {
			all[i].Note += fmt.Sprintf("; %d of the %d", n, len(p.cases))
		}
		all[i].IsChosen = all[i].Value == p.value
	}
	slices.SortStableFunc(all, func(a, b actOption) int { return fits[b.Value] - fits[a.Value] })
	return all
}

// planOf is what becomes of a referral that goes to the place; why is why it cannot.
func (p *placing) planOf(i int) (step lifecycle.Event, why string) {
	c, on := p.cases[i], &p.places[i]
	name, isList := strings.CutPrefix(p.value, listTarget)
	move := lifecycle.Allocate
	if isList {
		move = lifecycle.PutOnList
	}
	at := slices.IndexFunc(c.Choices, func(choice lifecycle.Choice) bool { return choice.Move == lifecycle.Propose && choice.WhyNot == "" })
	if at >= 0 {
		move = lifecycle.Propose
	}
	for _, choice := range c.Choices {
		if choice.Move == move && choice.WhyNot != "" {
			return step, choice.WhyNot
		}
	}
	step = lifecycle.Event{Move: move, Public: p.text, Data: lifecycle.Data{Tier: p.tier}}
	if isList {
		if fillList(&step, name, on); step.Data.List == 0 {
			if at := slices.IndexFunc(on.notLists, func(l unfitList) bool { return numText(l.num) == name }); at >= 0 {
				return step, "the waiting list " + on.notLists[at].Why
			}
			return step, "the waiting list is not of its area"
		}
		return step, p.wantsTier(move)
	}
	for _, t := range on.targets {
		if t.value() != p.value {
			continue
		}
		if !t.Fits {
			return step, strings.Join(t.WhyNot, ", ")
		}
		step.Data.Provider, step.Data.Service, step.Data.Name = t.Organisation, t.Service, t.Name
		return step, p.wantsTier(move)
	}
	return step, "the provider is not in the directory any more"
}

func (p *placing) wantsTier(move lifecycle.Move) string {
	if move == lifecycle.Propose && p.tier == "" {
		return "a proposal needs the level of care"
	}
	return ""
}

// placeName is the place in words; "" where there is no such.
func (p *placing) placeName() string {
	for i := range p.places {
		for _, o := range placeOptions(&p.places[i]) {
			if o.Value == p.value {
				return o.Text
			}
		}
		for _, t := range p.places[i].targets {
			if t.value() == p.value {
				return t.Name
			}
		}
	}
	return ""
}

// wrong is what is wrong with what was chosen for all.
func (p *placing) wrong() (faults []link) {
	if p.placeName() == "" {
		faults = append(faults, link{"#target.0", "Choose where they go"})
	}
	if p.tier != "" && !slices.ContainsFunc(tierOptions(nil), func(o actOption) bool { return o.Value == p.tier }) {
		faults = append(faults, link{"#tier", "Choose one of the levels of care"})
	}
	if len([]rune(p.text)) > publicField.most() {
		faults = append(faults, link{"#text", fmt.Sprintf("The comment has at most %d characters; shorten it", publicField.most())})
	}
	return faults
}

// showAllocation asks where the chosen referrals go, and then shows what would move and what would not.
func (s *Site) showAllocation(w http.ResponseWriter, r *http.Request) error {
	p, err := s.placing(r, r.URL.Query())
	if err != nil {
		return err
	}
	var faults []link
	if r.URL.Query().Has("check") {
		faults = p.wrong()
	}
	return s.allocationPage(w, r, http.StatusOK, p, faults, r.URL.Query().Has("check") && len(faults) == 0)
}

func (s *Site) allocationPage(w http.ResponseWriter, r *http.Request, status int, p *placing, faults []link, isPlaced bool) error {
	body := allocateBody{Faults: faults, Lost: p.lost, Options: p.options(), Text: p.text, Tier: p.tier, IsPlaced: isPlaced, Back: listOf(p.caller.Role)}
	body.Tiers = tierOptions(nil)
	for i := range body.Tiers {
		body.Tiers[i].IsChosen = body.Tiers[i].Value == p.tier
	}
	for i, c := range p.cases {
		line := s.chosen(c)
		body.Chosen = append(body.Chosen, line)
		if !isPlaced {
			continue
		}
		if _, why := p.planOf(i); why != "" {
			line.Why = why
			body.Not = append(body.Not, line)
			continue
		}
		body.Will = append(body.Will, line)
	}
	title := "Send several referrals"
	if isPlaced {
		body.Place = p.placeName()
	}
	page := s.personPage(p.caller, title, body)
	page.Faulty = len(faults) > 0
	return render(w, r, status, "allocate", page)
}

// allocate sends the chosen referrals to the place, each as a step of its own: what goes wrong with one is no matter of another.
func (s *Site) allocate(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, mostAnswer)
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	p, err := s.placing(r, r.PostForm)
	if err != nil {
		return err
	}
	if faults := p.wrong(); len(faults) > 0 {
		return s.allocationPage(w, r, http.StatusUnprocessableEntity, p, faults, false)
	}
	body := allocatedBody{Place: p.placeName(), Back: listOf(p.caller.Role)}
	for i, c := range p.cases {
		line := s.chosen(c)
		step, why := p.planOf(i)
		if why == "" {
			seq, _ := strconv.ParseInt(r.PostForm.Get("seq."+c.URN), 10, 64) // none is 0, which is stale
			_, err := s.desk.Append(r.Context(), p.caller, c.URN, seq, step)
			f := fault.From(err)
			switch {
			case err == nil:
				line.IsDone = true
			case f.Kind == fault.Internal:
				s.options.Log.Error("one of several referrals was not sent", "request", requestID(r), "referral", c.Num, "error", err)
				why = "something went wrong here; try this one again"
			default:
				s.note(r, f)
				why = f.Text
			}
		}
		if line.Why = why; line.IsDone {
			body.Done = append(body.Done, line)
		} else {
			body.Kept = append(body.Kept, line)
		}
	}
	return render(w, r, http.StatusOK, "allocated", s.personPage(p.caller, "What was sent", body))
}
