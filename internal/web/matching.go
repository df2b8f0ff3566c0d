package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// Charts are the charts of the practices of this installation, as far as pages look into their reader's own.
type Charts interface {
	// Matching is whom a referral is linked to in the caller's chart, and who else may be meant. It is NotFound where there is no
	// chart, or it was not told yet.
	Matching(ctx context.Context, caller *referral.Caller, urn string) (referral.Matching, error)
	// Relink links it to another patient.
	Relink(ctx context.Context, caller *referral.Caller, urn string, patient int64) error
	// Patients are those of a referrer's own chart whose names begin as is searched for. It is NotFound where there is no chart.
	Patients(ctx context.Context, caller *referral.Caller, text string) ([]referral.PatientMatch, error)
	// Prefill is what a form begins with that is about one of them, by the names of the API's parameters.
	Prefill(ctx context.Context, caller *referral.Caller, patient int64) (map[string]string, error)
}

// matching is the part of a provider's page that tells whom the referral is linked to in their own chart.
type matching struct {
	Action     string
	Linked     matchLine
	IsMade     bool
	Candidates []matchLine
}

type matchLine struct {
	Num              int64
	Name, Born, Same string
	Score            int
}

func matchLineOf(m referral.PatientMatch) matchLine {
	return matchLine{Num: m.Num, Name: strings.TrimSpace(m.First + " " + m.Last), Born: m.Birthdate.Words(), Same: strings.Join(m.Evidence, ", "), Score: m.Score}
}

// matchingOf reads whom a referral is linked to; nil for who has no chart here, or where it is out of reach.
func (s *Site) matchingOf(r *http.Request, caller *referral.Caller, urn string) *matching {
	if s.options.Charts == nil || caller.Role != lifecycle.Provider {
		return nil
	}
	found, err := s.options.Charts.Matching(r.Context(), caller, urn)
	if err != nil {
		if !fault.Is(err, fault.NotFound) {
			s.options.Log.Warn("a chart is out of reach for a page", "practice", caller.Account.Practice, "kind", fault.From(err).Kind)
		}
		return nil
	}
	m := &matching{Action: referralPath(urn) + "/patient", Linked: matchLineOf(found.Linked), IsMade: found.IsMade}
	for _, one := range found.Candidates {
		m.Candidates = append(m.Candidates, matchLineOf(one))
	}
	return m
}

// relink links the referral to the patient whom a provider has found to be meant.
func (s *Site) relink(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.personPosting(w, r)
	if err != nil {
		return err
	}
	patient, err := strconv.ParseInt(r.PostForm.Get("patient"), 10, 64)
	if err != nil || s.options.Charts == nil {
		return fault.New(fault.Invalid, "Choose one of the patients that are listed")
	}
	urn := r.PathValue("urn")
	found, err := s.options.Charts.Matching(r.Context(), caller, urn)
	if err != nil {
		return err
	}
	for _, one := range found.Candidates {
		if one.Num == patient {
			if err := s.options.Charts.Relink(r.Context(), caller, urn, patient); err != nil {
				return err
			}
			http.Redirect(w, r, referralPath(urn)+"?done=patient", http.StatusSeeOther)
			return nil
		}
	}
	return fault.New(fault.Invalid, "Choose one of the patients that are listed")
}
