package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// dashboardBody is the list of a practice's referrals.
type dashboardBody struct {
	Notice, Query, Show, Caption string
	Empty, Learn                 string
	Tabs                         []link
	Filters                      []choice
	From, To                     string // the days between which it was sent, as the browser has them
	HasDays, IsFiltered          bool
	Clear                        string
	Heads                        []head
	Rows                         []row
	Pager                        pager
	PrintedAt, Shown             string // when, and which part of the list, for who has it on paper
	Dead                         []deadDelivery
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

// dashboardList is the list of what was sent, or of what is being filled in, as its address has it.
func dashboardList(drafts bool) listing {
	if drafts {
		return listing{path: "/referrals", begin: order{column: referral.ByCreated}, asked: []string{"show", "q", "form"}, columns: []column{
			{name: referral.ByPatient, head: "Patient", words: alphabetical, hasHead: true}, {head: "Reference", hasHead: true}, {name: referral.ByForm, head: "Form", words: alphabetical, hasHead: true},
			{head: "Status", hasHead: true}, {name: referral.ByCreated, head: "Begun", words: latest, descends: true, hasHead: true}}}
	}
	return listing{path: "/referrals", begin: order{column: referral.BySent}, asked: []string{"q", "form", "priority", "state", "from", "to"}, columns: []column{
		{name: referral.ByPatient, head: "Patient", words: alphabetical, hasHead: true}, {head: "Reference", hasHead: true}, {name: referral.ByForm, head: "Form", words: alphabetical, hasHead: true},
		{name: referral.ByStatus, head: "Status", words: [2]string{"first steps first", "last steps first"}, hasHead: true}, {name: referral.BySent, head: "Sent", words: latest, descends: true, hasHead: true}, {head: "Documents", hasHead: true}}}
}

// dashboardAsked is what somebody wants to see of it.
type dashboardAsked struct {
	listing
	order  order
	filter referral.ListFilter
}

// askedOfDashboard reads it, and says all of it that cannot be.
func (s *Site) askedOfDashboard(query url.Values) (a dashboardAsked, err error) {
	q := listQuery{Values: query}
	drafts := q.one("show", "The part of the list", showDrafts) != ""
	a.listing = dashboardList(drafts)
	a.order = q.order(a.listing)
	a.filter = referral.ListFilter{Drafts: drafts, FormType: q.one("form", "The form", s.desk.Forms().Names()...), Search: q.search("parts of a reference, or of a name"), Order: a.order.String(), After: query.Get("after")}
	if drafts {
		return a, q.err()
	}
	a.filter.Priority = lifecycle.Priority(q.one("priority", "The priority", string(lifecycle.Routine), string(lifecycle.Urgent), string(lifecycle.USC)))
	state := q.one("state", "The state", "open", "closed")
	a.filter.Open, a.filter.Closed = state == "open", state == "closed"
	a.filter.SentFrom, a.filter.SentTo = q.day("from", "The first day"), q.day("to", "The last day")
	if !a.filter.SentFrom.IsNone() && !a.filter.SentTo.IsNone() && a.filter.SentTo.Before(a.filter.SentFrom) {
		q.wrong = append(q.wrong, "The first day, "+a.filter.SentFrom.Words()+", is after the last day, "+a.filter.SentTo.Words()+"; change one of them")
	}
	return a, q.err()
}

// noted is the list in the trail.
func (a dashboardAsked) noted() string {
	if a.filter.Drafts {
		return "drafts"
	}
	return "referrals"
}

// listReferrals shows what was sent, or what is being filled in.
func (s *Site) listReferrals(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	a, err := s.askedOfDashboard(query)
	if err != nil {
		return err
	}
	found, err := s.desk.List(r.Context(), caller, a.filter)
	if err != nil {
		return err
	}
	if err := s.desk.NoteWorklist(r.Context(), caller, a.noted()); err != nil {
		return err
	}
	body := dashboardBody{Query: a.filter.Search, Caption: "Referrals that were sent", Empty: "Nothing was sent yet.", Learn: "A referral comes here when its form is filled in and sent, and stays here for good.",
		From: query.Get("from"), To: query.Get("to"), HasDays: !a.filter.Drafts, Heads: a.heads(query, a.order), PrintedAt: s.desk.Now().Words(), Filters: s.dashboardChoices(a)}
	if a.filter.Drafts {
		body.Show, body.Caption, body.Empty, body.Learn = showDrafts, "Referrals that are being filled in", "No form is being filled in.", "A form that somebody begins is here until it is sent, and can be gone on with."
	}
	body.Clear = a.address(url.Values{"show": {body.Show}, "order": {query.Get("order")}})
	body.IsFiltered = a.filter.Search != "" || a.filter.FormType != "" || a.filter.Priority != "" || a.filter.Open || a.filter.Closed || !a.filter.SentFrom.IsNone() || !a.filter.SentTo.IsNone()
	if body.IsFiltered {
		body.Empty, body.Learn = "Nothing fits what you asked for.", "Take something of it away, or search for a part of a reference, such as its number, or parts of a name."
	}
	if query.Get("resent") == "1" {
		body.Notice = "The message is sent again."
	}
	body.Tabs = dashboardTabs(query)
	part := []string{body.Tabs[0].Text}
	if a.filter.Drafts {
		part[0] = body.Tabs[1].Text
	}
	if !a.filter.SentFrom.IsNone() {
		part = append(part, "sent from "+a.filter.SentFrom.Words())
	}
	if !a.filter.SentTo.IsNone() {
		part = append(part, "sent up to "+a.filter.SentTo.Words())
	}
	body.Shown = shownWords(a.filter.Search, body.Filters, part...)
	for _, line := range found.Lines {
		body.Rows = append(body.Rows, s.rowOf(line))
	}
	if len(body.Rows) > 0 {
		body.Pager.CSV = a.csv(query)
	}
	if a.filter.After != "" {
		body.Pager.First = a.address(query)
	}
	if found.Next != "" {
		body.Pager.Next = a.address(query, "after", found.Next)
	}
	dead, err := s.desk.DeadDeliveriesOf(r.Context(), caller)
	if err != nil {
		return err
	}
	for _, d := range dead {
		body.Dead = append(body.Dead, deadDelivery{d.Num, d.URN, d.Host, d.LastAt.Format("2 January 2006 at 15:04"), d.LastStatus})
	}
	return render(w, r, http.StatusOK, "dashboard", page{Title: "Referrals", Practice: caller.Account.Name, IsAccount: true, LeavePath: "/sign-out", Body: body})
}

// dashboardTabs lead to both parts of the list, with what can be asked of either.
func dashboardTabs(query url.Values) []link {
	both := url.Values{"q": {query.Get("q")}, "form": {query.Get("form")}}
	return []link{{dashboardList(false).address(both), "Sent"}, {dashboardList(true).address(both, "show", showDrafts), "Being filled in"}}
}

// dashboardChoices are what orders and narrows the list.
func (s *Site) dashboardChoices(a dashboardAsked) []choice {
	forms := []actOption{{Text: "Any"}}
	for _, name := range s.desk.Forms().Names() {
		forms = append(forms, actOption{Value: name, Text: s.formTitle(name)})
	}
	all := []choice{a.orders(a.order), {"form", "Form", choose(a.filter.FormType, forms...)}}
	if a.filter.Drafts {
		return all
	}
	state := ""
	if a.filter.Open {
		state = "open"
	} else if a.filter.Closed {
		state = "closed"
	}
	return append(all, priorityChoice(a.filter.Priority), choice{"state", "State", choose(state, actOption{Text: "Any"}, actOption{Value: "open", Text: "Open"}, actOption{Value: "closed", Text: "Finished"})})
}

// exportReferrals gives the same list out as CSV.
func (s *Site) exportReferrals(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if err != nil {
		return err
	}
	a, err := s.askedOfDashboard(r.URL.Query())
	if err != nil {
		return err
	}
	list := csvList{name: "referrals", heads: []string{"Reference", "Patient", "Date of birth", "Form", "Priority", "Status", "Referrer", "Sent"},
		note: func(ctx context.Context) error { return s.desk.NoteWorklist(ctx, caller, a.noted()+", as CSV") }}
	if a.filter.Drafts {
		list.name, list.heads = "drafts", []string{"Reference", "Patient", "Date of birth", "Form", "Status", "Begun", "Send by"}
	}
	list.page = func(ctx context.Context, after string) (lines [][]string, next string, err error) {
		a.filter.After, a.filter.Count = after, 100
		page, err := s.desk.List(ctx, caller, a.filter)
		for _, line := range page.Lines {
			row := s.rowOf(line)
			fields := []string{row.URN, row.Patient, line.BirthDate.String(), row.Form}
			if a.filter.Drafts {
				fields = append(fields, row.State, line.CreatedAt.String(), line.ExpiresAt.String())
			} else {
				fields = append(fields, priorityWords[lifecycle.Priority(line.Priority)], line.Status, line.ReferrerName, line.SubmittedAt.String())
			}
			lines = append(lines, fields)
		}
		return lines, page.Next, err
	}
	return s.giveCSV(w, r, list)
}

func (s *Site) rowOf(line referral.Line) row {
	one := row{Href: referralPath(line.URN), Patient: listedName(line.PatientFirst, line.PatientLast), URN: line.URN, Form: "Not chosen yet"}
	if one.Patient == "" {
		one.Patient = "Not named yet"
	}
	if !line.BirthDate.IsNone() {
		one.Born = line.BirthDate.Words()
	}
	if kind, err := s.desk.Forms().Current(line.FormType); err == nil {
		one.Form = kind.Title
	} else if line.FormType != "" {
		one.Form = line.FormType // the operator has taken it away since
	} else if !referral.CanBeFilled(line.State) {
		one.Form = line.Reason // it came in through another system, without a form
	}
	if referral.CanBeFilled(line.State) {
		one.State, one.Date = "Draft", line.CreatedAt.Words()
		one.StateNote = "send by " + line.ExpiresAt.Date().Words()
		return one
	}
	one.State, one.Date = line.Status, line.SubmittedAt.Words()
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
