package web

import (
	"net/http"
	"net/url"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// makeMove makes one step of a referral for the person who is signed in. What is wrong is said on the page as it is now, with
// what was typed.
func (s *Site) makeMove(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.person(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostAnswer)
	tried, err := attemptOf(r)
	if err != nil {
		return err
	}
	urn := r.PathValue("urn")
	kind := actOf(tried.act)
	if kind == nil || kind.page != "" || kind.post != "" {
		return fault.New(fault.Invalid, "This cannot be done here")
	}
	on := &scene{now: s.desk.Now()}
	if kind.choosesPlace() {
		// Opened for this once more: where it can go, and whether, may have changed since the page was made.
		c, err := s.desk.Case(r.Context(), caller, urn)
		if err != nil {
			return s.lost(w, r, caller, tried, err)
		}
		if err := s.places(r.Context(), caller, on, c); err != nil {
			return err
		}
		if !isPossible(c, *kind) {
			return s.notMoved(w, r, caller, urn, tried, &fault.Fault{Kind: fault.Conflict, Text: "This is not possible any more"})
		}
	}
	step, ok := tried.read(kind, on)
	if !ok {
		return s.movePage(w, r, caller, urn, http.StatusUnprocessableEntity, tried)
	}
	_, err = s.desk.Append(r.Context(), caller, urn, tried.seq, step)
	switch f := fault.From(err); {
	case err == nil && kind.ends:
		asked := url.Values{"done": {kind.name()}, "urn": {urn}}
		http.Redirect(w, r, listOf(caller.Role)+"?"+asked.Encode(), http.StatusSeeOther)
		return nil
	case err == nil:
		http.Redirect(w, r, referralPath(urn)+"?done="+kind.name(), http.StatusSeeOther)
		return nil
	case f.Kind == fault.Conflict || f.Kind == fault.Invalid:
		return s.notMoved(w, r, caller, urn, tried, f)
	}
	return s.lost(w, r, caller, tried, err)
}

// lost gives back what was typed where the referral does not exist for them, or does not any more.
func (s *Site) lost(w http.ResponseWriter, r *http.Request, caller *referral.Caller, tried attempt, err error) error {
	f := fault.From(err)
	kept := keptOf(tried, &scene{})
	if f.Kind != fault.NotFound || len(kept) == 0 {
		return err
	}
	s.note(r, f)
	m := &message{Heading: "This referral is not with you", Lines: []string{f.Text + ", or it went on to somebody else meanwhile.", "What you have just sent was not done."}}
	p := s.personPage(caller, m.Heading, &caseBody{Ended: m, Kept: kept, List: link{listOf(caller.Role), listWords(caller.Role)}})
	p.Narrow = true
	return render(w, r, statuses[f.Kind], "case", p)
}

// choosesPlace tells that a provider or a waiting list is chosen.
func (k *actKind) choosesPlace() bool {
	for _, f := range k.fields {
		if f.kind == "target" || f.name == "list" {
			return true
		}
	}
	return false
}

// notMoved says why a move was not made. That it was refused stands in the trail.
func (s *Site) notMoved(w http.ResponseWriter, r *http.Request, caller *referral.Caller, urn string, tried attempt, f *fault.Fault) error {
	tried.refused(f)
	s.note(r, f)
	return s.movePage(w, r, caller, urn, statuses[f.Kind], tried)
}

func (s *Site) movePage(w http.ResponseWriter, r *http.Request, caller *referral.Caller, urn string, status int, tried attempt) error {
	c, err := s.desk.Case(r.Context(), caller, urn)
	if err != nil {
		return s.lost(w, r, caller, tried, err)
	}
	return s.casePage(w, r, status, caller, c, tried, nil)
}
