package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// sharing is what a referral centre sees of the links by which a provider without an account answers.
type sharing struct {
	Action string
	With   string // for whom one can be made; "" where nobody has the referral
	Days   []actOption
	Lines  []sharedLine
	Made   string // the link that was just made: it is shown this once
}

type sharedLine struct {
	Num                    int64
	With, Made, Until, How string
	IsOpen                 bool
}

// linkDays are how long a link may last.
var linkDays = []int{7, 30, referral.AnswerDays, 180}

var linkWords = map[string]string{
	"open": "open", "revoked": "ended", "expired": "expired", "redirected": "over: sent on to another provider", "returned": "over: returned", "rejected": "over: declined", "discharged": "over: the patient is discharged",
	"withdrawn": "over: withdrawn", "entered_in_error": "over: entered in error",
}

// sharingOf reads the links of a referral for its referral centre; nil for everybody else, and where there is nothing about them.
func (s *Site) sharingOf(ctx context.Context, caller *referral.Caller, c *referral.Case) (*sharing, error) {
	if caller.Role != lifecycle.Administrator && !isQueued(caller.Role) || c.IsClosed {
		return nil, nil
	}
	links, err := s.desk.SharedLinks(ctx, caller, c.URN)
	if err != nil {
		return nil, err
	}
	body := &sharing{Action: referralPath(c.URN) + "/links"}
	if open := c.Life.Allocation(); open != nil {
		body.With = withWords(open.Name, open.Clinician)
	}
	if body.With == "" && len(links) == 0 {
		return nil, nil
	}
	for _, days := range linkDays {
		body.Days = append(body.Days, actOption{Value: strconv.Itoa(days), Text: strconv.Itoa(days) + " days", IsChosen: days == referral.AnswerDays})
	}
	for _, link := range links {
		state := link.State(s.desk.Now())
		how, known := linkWords[state]
		if !known {
			how = "over"
		}
		body.Lines = append(body.Lines, sharedLine{Num: link.Num, With: link.Provider, Made: link.CreatedAt.Words(), Until: link.ExpiresAt.Words(), How: how, IsOpen: state == "open"})
	}
	return body, nil
}

// shareLink makes a link for who has the referral, and shows it once.
func (s *Site) shareLink(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.personPosting(w, r)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil {
		return fault.New(fault.Invalid, "Choose how long the link lasts")
	}
	urn := r.PathValue("urn")
	token, err := s.desk.ShareLink(r.Context(), caller, urn, days)
	if err != nil {
		return err
	}
	c, err := s.desk.Case(r.Context(), caller, urn)
	if err != nil {
		return err
	}
	return s.casePage(w, r, http.StatusOK, caller, c, attempt{link: s.desk.URL(referral.AnswerPath + token)}, nil)
}

// endLink ends a link.
func (s *Site) endLink(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.personPosting(w, r)
	if err != nil {
		return err
	}
	num, err := strconv.ParseInt(r.PathValue("link"), 10, 64)
	if err != nil {
		return notFound
	}
	urn := r.PathValue("urn")
	if err := s.desk.EndLink(r.Context(), caller, urn, num); err != nil {
		return err
	}
	http.Redirect(w, r, referralPath(urn)+"?done=link#links", http.StatusSeeOther)
	return nil
}
