package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// workBody is a worklist.
type workBody struct {
	Title, Caption        string
	Notice                string
	Path, Show            string
	Tabs                  []workTab
	Query                 string
	Filters               []choice
	Heads                 []head
	IsOverdue, IsFiltered bool
	Clear                 string
	CanChoose             bool
	Rows                  []workRow
	Empty, Learn          string
	Pager                 pager
	PrintedAt, Shown      string // when, and which part of the list, for who has it on paper
	Changes               string // where one hears that the list has changed
	Since                 int64  // the last step that the list knows
}

type workTab struct {
	Href, Title string
	Current     bool
	IsCounted   bool
	All         int
	Overdue     int
}

type workRow struct {
	Href, URN, Patient, Born, Asked, From string
	Priority                              string
	IsUrgent                              bool
	State, Turn, Step                     string
	Due, Last, Sent                       string
	IsLate                                bool
}

// showWork shows a worklist.
func (s *Site) showWork(w http.ResponseWriter, r *http.Request) error {
	caller, list, a, err := s.openList(r)
	if err != nil {
		return err
	}
	since, err := s.desk.LastStep(r.Context()) // before the list is read, so that what comes meanwhile is told of
	if err != nil {
		return err
	}
	found, err := list.read(s, r.Context(), caller, a)
	if err != nil {
		return err
	}
	counts, err := list.count(s, r.Context(), caller)
	if err != nil {
		return err
	}
	if err := s.desk.NoteWorklist(r.Context(), caller, list.name); err != nil {
		return err
	}
	query, address := r.URL.Query(), list.listing()
	body := workBody{Title: list.title, Caption: list.caption, Path: address.path, Heads: address.heads(query, a.order), Show: a.group.id, Query: a.filter.Search, IsOverdue: a.filter.Overdue, CanChoose: list.canChoose,
		Empty: list.empty, Learn: list.learn, Notice: leftWords(query),
		PrintedAt: s.desk.Now().Words(), Changes: changesPath, Since: since, Clear: address.address(url.Values{"show": {a.group.id}, "order": {query.Get("order")}})}
	for _, g := range list.groups {
		tab := workTab{Href: address.address(query, "show", g.id), Title: g.title, Current: g.id == a.group.id, IsCounted: !g.uncounted, All: counts[g.id].All, Overdue: counts[g.id].Overdue}
		body.Tabs = append(body.Tabs, tab)
	}
	body.Filters = s.workSelects(list, a)
	body.IsFiltered = a.filter.Search != "" || a.filter.FormType != "" || a.filter.Overdue || a.filter.Stale > 0 || query.Get("priority") != ""
	for _, line := range found.Lines {
		body.Rows = append(body.Rows, s.workRow(line, caller.Role))
	}
	if len(body.Rows) > 0 {
		body.Pager.CSV = address.csv(query)
	}
	if a.filter.After != "" {
		body.Pager.First = address.address(query)
	}
	if found.Next != "" {
		body.Pager.Next = address.address(query, "after", found.Next)
	}
	if a.group.empty != "" {
		body.Empty = a.group.empty
	}
	if a.group.learn != "" {
		body.Learn = a.group.learn
	}
	body.Shown = shownWords(a.filter.Search, body.Filters, a.group.title)
	if a.filter.Overdue {
		body.Shown += "; overdue only"
	}
	if body.IsFiltered {
		body.Empty, body.Learn = "Nothing fits what you asked for.", "Take something of it away, or search for a part of a reference, such as its number, or parts of a name."
	}
	p := s.personPage(caller, list.title, body)
	p.Script = "work.js"
	return render(w, r, http.StatusOK, "work", p)
}

// workSelects are what narrows and orders a list.
func (s *Site) workSelects(list workList, a workAsked) (all []choice) {
	all = append(all, list.listing().orders(a.order))
	if list.groups[1].priority == "" {
		all = append(all, priorityChoice(a.filter.Priority))
	}
	forms := []actOption{{Text: "Any"}}
	for _, name := range s.desk.Forms().Names() {
		forms = append(forms, actOption{Value: name, Text: s.formTitle(name)})
	}
	all = append(all, choice{"form", "Form", choose(a.filter.FormType, forms...)})
	if list.stale {
		days := []actOption{{Text: "Any time"}}
		for _, n := range staleChoices {
			days = append(days, actOption{Value: strconv.Itoa(n), Text: fmt.Sprintf("More than %d days ago", n)})
		}
		value := ""
		if a.filter.Stale > 0 {
			value = strconv.Itoa(a.filter.Stale)
		}
		all = append(all, choice{"stale", "Something was done", choose(value, days...)})
	}
	return all
}

func priorityChoice(now lifecycle.Priority) choice {
	return choice{"priority", "Priority", choose(string(now), actOption{Text: "Any"}, actOption{Value: "usc", Text: "Suspected cancer"}, actOption{Value: "urgent", Text: "Urgent"}, actOption{Value: "routine", Text: "Routine"})}
}

// workRow is a line of a list as a role sees it: an administrator sees nothing clinical.
func (s *Site) workRow(line referral.WorkLine, role referral.Role) workRow {
	row := workRow{Href: referralPath(line.URN), URN: line.URN, Patient: listedName(line.PatientFirst, line.PatientLast), Born: line.BirthDate.Words(),
		Asked: s.formTitle(line.FormType), From: line.PracticeName, Priority: priorityWords[lifecycle.Priority(line.Priority)], IsUrgent: lifecycle.Priority(line.Priority).Rank() > 0,
		State: stateWordsOf(line), Turn: line.TurnOf(role), Step: line.NextStep, Due: line.DueAt.Date().Words(), Last: line.LastAt.Date().Words(), Sent: line.SubmittedAt.Date().Words(), IsLate: line.IsOverdue}
	if row.Patient == "" {
		row.Patient = "Not named"
	}
	if row.Asked == "" && role != lifecycle.Administrator {
		row.Asked = line.Reason
	}
	return row
}

// listedName is a patient's name as lists have it, and are ordered by it: the family name first.
func listedName(first, last string) string {
	first, last = strings.TrimSpace(first), strings.TrimSpace(last)
	if first == "" || last == "" {
		return first + last
	}
	return last + ", " + first
}

// stateWordsOf is a state in a word or two.
func stateWordsOf(line referral.WorkLine) string {
	switch line.State {
	case lifecycle.Submitted:
		return "Documents are being made"
	case lifecycle.WithTriage:
		return "With triage"
	case lifecycle.Pending:
		return "To be confirmed"
	case lifecycle.InfoRequested:
		return "More information is asked for"
	case lifecycle.WaitingList, lifecycle.Sent:
		return line.Status
	case lifecycle.Contacted:
		return "Patient contacted"
	case lifecycle.InTreatment:
		return "In treatment"
	case lifecycle.UnderReview:
		return "Waiting for review"
	}
	return strings.ToUpper(string(line.State[:1])) + strings.ReplaceAll(string(line.State[1:]), "_", " ")
}

var urnLike = regexp.MustCompile(`^[A-Z]{2,10}[0-9]{1,12}$`)

// leftWords confirm that a referral has left the list by what was just done.
func leftWords(query url.Values) string {
	kind, urn := actOf(query.Get("done")), query.Get("urn")
	if kind == nil || !kind.ends || !urnLike.MatchString(urn) {
		return ""
	}
	return urn + ": " + kind.done
}

// showNext leads to the next referral of the queue.
func (s *Site) showNext(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.person(r)
	if err != nil {
		return err
	}
	next, err := s.desk.NextInQueue(r.Context(), caller, r.URL.Query().Get("after"))
	switch {
	case err != nil:
		return err
	case next == "":
		http.Redirect(w, r, listOf(caller.Role), http.StatusSeeOther)
	default:
		http.Redirect(w, r, referralPath(next), http.StatusSeeOther)
	}
	return nil
}
