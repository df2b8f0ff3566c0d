package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// dashboardBody is the list of a practice's referrals.
type dashboardBody struct {
	Notice, Query, Show, Caption, Empty string
	Tabs                                []tab
	Rows                                []row
	First, Next                         string
	Dead                                []deadDelivery
}

type tab struct {
	Href, Title string
	Current     bool
}

type row struct {
	Href, Patient, Born, URN, Form, State, StateNote, Date string
	Papers                                                 []paper
}

type deadDelivery struct {
	Num             int64
	URN, Host, Last string
	Status          int64
}

// showDrafts is the value of show for what is not sent yet.
const showDrafts = "drafts"

// listReferrals shows what was sent, or what is being filled in, the latest first.
func (s *Site) listReferrals(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if err != nil {
		return err
	}
	asked := r.URL.Query()
	filter := referral.ListFilter{Drafts: asked.Get("show") == showDrafts, Search: strings.TrimSpace(asked.Get("q"))}
	if len(filter.Search) > 200 {
		return fault.New(fault.Invalid, "Search for less: a reference, or parts of a name")
	}
	if after := asked.Get("after"); after != "" {
		if filter.After, err = strconv.ParseInt(after, 10, 64); err != nil || filter.After < 1 {
			return notFound
		}
	}
	found, err := s.desk.List(r.Context(), caller, filter)
	if err != nil {
		return err
	}
	body := dashboardBody{Query: filter.Search, Caption: "Referrals that were sent, the latest first", Empty: "Nothing was sent yet."}
	if filter.Drafts {
		body.Show, body.Caption, body.Empty = showDrafts, "Referrals that are being filled in, the latest first", "No form is being filled in."
	}
	if filter.Search != "" {
		body.Empty = "Nothing was found. Search for a reference or its beginning, or for parts of a name."
	}
	if asked.Get("resent") == "1" {
		body.Notice = "The message is sent again."
	}
	body.Tabs = []tab{{listPath(filter.Search, "", 0), "Sent", !filter.Drafts}, {listPath(filter.Search, showDrafts, 0), "Being filled in", filter.Drafts}}
	for _, line := range found.Lines {
		body.Rows = append(body.Rows, s.rowOf(line))
	}
	if filter.After > 0 {
		body.First = listPath(filter.Search, body.Show, 0)
	}
	if found.Next > 0 {
		body.Next = listPath(filter.Search, body.Show, found.Next)
	}
	dead, err := s.desk.DeadDeliveriesOf(r.Context(), caller)
	if err != nil {
		return err
	}
	for _, d := range dead {
		body.Dead = append(body.Dead, deadDelivery{d.Num, d.URN, d.Host, dayWords(d.LastAt.Format("2006-01-02")) + " at " + d.LastAt.Format("15:04"), d.LastStatus})
	}
	return render(w, r, http.StatusOK, "dashboard", page{Title: "Referrals", Practice: caller.Account.Name, IsAccount: true, LeavePath: "/sign-out", Body: body})
}

// listPath is a page of the list.
func listPath(search, show string, after int64) string {
	asked := make(url.Values)
	if search != "" {
		asked.Set("q", search)
	}
	if show != "" {
		asked.Set("show", show)
	}
	if after > 0 {
		asked.Set("after", strconv.FormatInt(after, 10))
	}
	if len(asked) == 0 {
		return "/referrals"
	}
	return "/referrals?" + asked.Encode()
}

func (s *Site) rowOf(line referral.Line) row {
	one := row{Href: referralPath(line.URN), Patient: strings.TrimSpace(line.PatientFirst + " " + line.PatientLast), URN: line.URN, Form: "Not chosen yet"}
	if one.Patient == "" {
		one.Patient = "Not named yet"
	}
	if !line.BirthDate.IsNone() {
		one.Born = dayOf(line.BirthDate)
	}
	if kind, err := s.desk.Forms().Current(line.FormType); err == nil {
		one.Form = kind.Title
	} else if line.FormType != "" {
		one.Form = line.FormType // the operator has taken it away since
	} else if !referral.CanBeFilled(line.State) {
		one.Form = line.Reason // it came in through another system, without a form
	}
	if referral.CanBeFilled(line.State) {
		one.State, one.Date = "Draft", atWords(line.CreatedAt)
		one.StateNote = "send by " + dayWords(line.ExpiresAt.String()[:10])
		return one
	}
	one.State, one.Date = line.Status, atWords(line.SubmittedAt)
	if before, to, ok := strings.Cut(line.Status, ": "); ok {
		one.State, one.StateNote = before, to
	}
	if line.HasFiles {
		one.Papers = []paper{{one.Href + "/documents/form", "PDF", line.URN}}
	}
	return one
}

// resend sends a message again that the practice's system did not confirm.
func (s *Site) resend(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if err != nil {
		return err
	}
	num, err := strconv.ParseInt(r.PathValue("delivery"), 10, 64)
	if err != nil {
		return notFound
	}
	err = s.desk.Resend(r.Context(), caller, num)
	if err != nil && !fault.Is(err, fault.Conflict) { // pressed twice: it is under way
		return err
	}
	http.Redirect(w, r, "/referrals?resent=1", http.StatusSeeOther)
	return nil
}
