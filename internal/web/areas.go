package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// areaBody is one area: how long what may take, its holidays and its waiting lists.
type areaBody struct {
	Notice     string
	Left       string // how many referrals are still due by clocks of before
	Name       string
	Centre     string
	CentreHref string
	IsApproval bool
	Heads      []string
	Targets    []targetRow
	Clocks     []clockRow
	Holidays   []string
	Lists      []listRow
	Edit       string
	ListsPath  string // the waiting lists as a list
	Routes     string
	Members    string
}

type targetRow struct {
	Text  string
	Cells []targetCell
}

type targetCell struct{ Head, Text string }

type clockRow struct{ Text, Value string }

type listRow struct {
	Name, Edit, Forms string // no forms are any
	IsOpen            bool
}

func areaPath(num int64) string { return "/areas/" + strconv.FormatInt(num, 10) }

func (s *Site) areaAt(r *http.Request) (directory.Area, error) {
	if r.PathValue("area") == "" {
		return directory.Area{Clocks: directory.DefaultClocks()}, nil
	}
	num, err := numOf(r, "area")
	if err != nil {
		return directory.Area{}, err
	}
	return s.options.Directory.Area(r.Context(), num)
}

// showArea shows how an area works.
func (s *Site) showArea(w http.ResponseWriter, r *http.Request) error {
	v, err := s.planner(r)
	if err != nil {
		return err
	}
	a, err := s.areaAt(r)
	if err != nil {
		return err
	}
	body := areaBody{Name: a.Name, ListsPath: areaPath(a.Num) + "/lists", IsApproval: a.IsApproval, Routes: "/routes?area=" + strconv.FormatInt(a.Num, 10), Members: "/directory?area=" + strconv.FormatInt(a.Num, 10)}
	if a.Centre != 0 {
		centre, err := s.options.Directory.Organisation(r.Context(), a.Centre)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		body.Centre, body.CentreHref = centre.Name, organisationPath(a.Centre)
	}
	for _, p := range directory.Priorities {
		body.Heads = append(body.Heads, strings.ToUpper(p.Text[:1])+p.Text[1:])
	}
	for _, clock := range directory.TargetClocks {
		row := targetRow{Text: clock.Text}
		for i, p := range directory.Priorities {
			row.Cells = append(row.Cells, targetCell{body.Heads[i], targetWords(clock, clock.Value(a.Clocks.Targets[lifecycle.Priority(p.ID)]))})
		}
		body.Targets = append(body.Targets, row)
	}
	for _, clock := range directory.AreaClocks {
		body.Clocks = append(body.Clocks, clockRow{clock.Text, strconv.Itoa(clock.Value(&a.Clocks))})
	}
	for _, h := range a.Holidays {
		body.Holidays = append(body.Holidays, strings.TrimSuffix(h.On.Words()+", "+h.Name, ", "))
	}
	mayEdit := v.editor().MayChangeArea(a.Num)
	if mayEdit {
		body.Edit = areaPath(a.Num)
	}
	lists, err := s.options.Directory.Lists(r.Context(), a.Num)
	if err != nil {
		return err
	}
	for _, l := range lists {
		row := listRow{Name: l.Name, Forms: s.titles(l.FormTypes), IsOpen: l.IsOpen}
		if mayEdit {
			row.Edit = areaPath(a.Num) + "/lists/" + strconv.FormatInt(l.Num, 10)
		}
		body.Lists = append(body.Lists, row)
	}
	if r.URL.Query().Get("saved") == "1" {
		body.Notice = "The change is saved. It holds from now on, also for referrals that are under way."
	}
	_, left, err := s.options.Directory.UnderWay(r.Context(), a.Num)
	if err != nil {
		return err
	}
	if left > 0 {
		body.Left = "By the clocks as they are now " + openReferrals(left) + " new due dates. It goes on in the background."
	}
	return render(w, r, http.StatusOK, "area", v.page(a.Name, body))
}

// targetWords are a target: those that may be none or the same day say so.
func targetWords(clock directory.TargetClock, n int) string {
	switch {
	case n > 0:
		return strconv.Itoa(n)
	case clock.ID == "FirstVisit":
		return "no target"
	}
	return "the same day"
}

// openReferrals counts them, as the subject of getting something.
func openReferrals(n int) string {
	if n == 1 {
		return "1 open referral gets"
	}
	return thousands(n) + " open referrals get"
}

// editArea is the form of an area, of whose referrals so many are open.
func editArea(a directory.Area, open int) editBody {
	body := editBody{Heading: "Change " + a.Name, Back: link{areaPath(a.Num), "Back to " + a.Name}, Action: areaPath(a.Num) + "/edit", Rev: a.Rev, Save: "Save",
		Lead: "Working days leave out Saturdays, Sundays and the holidays below. 0 days is the same day."}
	if a.Num == 0 {
		body.Heading, body.Back, body.Action, body.Save = "Add an area", link{"/areas", "Areas"}, "/areas/new", "Add"
	}
	if open > 0 {
		body.Lead += " When a target, a limit or a holiday changes, " + openReferrals(open) + " new due dates by it; what is late by those is shown as late, and a request that nobody has answered in time ends."
	}
	body.Groups = []editGroup{{Fields: []editField{textInput("Name", "Name", a.Name), tickInput("IsApproval", "A second person confirms what a triager proposes", a.IsApproval)}}}
	for i := len(directory.Priorities) - 1; i >= 0; i-- {
		p := directory.Priorities[i]
		group := editGroup{Title: "Targets for " + p.Text + " referrals"}
		for _, clock := range directory.TargetClocks {
			group.Fields = append(group.Fields, numberInput(p.ID+"."+clock.ID, clock.Text, clock.Value(a.Clocks.Targets[lifecycle.Priority(p.ID)])))
		}
		body.Groups = append(body.Groups, group)
	}
	others := editGroup{Title: "Other limits"}
	for _, clock := range directory.AreaClocks {
		others.Fields = append(others.Fields, numberInput(clock.ID, clock.Text, clock.Value(&a.Clocks)))
	}
	body.Groups = append(body.Groups, others, editGroup{Title: "Holidays", Fields: []editField{
		linesInput("Holidays", "One in each line", directory.HolidaysText(a.Holidays)).optional().hint("The date first, and then the name: 2026-12-25 Christmas Day")}})
	return body
}

func (s *Site) showAreaForm(w http.ResponseWriter, r *http.Request) error {
	v, err := s.administrator(r)
	if err != nil {
		return err
	}
	a, err := s.areaAt(r)
	if err != nil {
		return err
	}
	if a.Num == 0 && !v.editor().MayAdd() || a.Num != 0 && !v.editor().MayChangeArea(a.Num) {
		return notCentre
	}
	open, err := s.underWay(r, a)
	if err != nil {
		return err
	}
	body := editArea(a, open)
	return render(w, r, http.StatusOK, "edit", v.page(body.Heading, body))
}

// underWay counts an area's open referrals; an area that is to be added has none.
func (s *Site) underWay(r *http.Request, a directory.Area) (open int, err error) {
	if a.Num != 0 {
		open, _, err = s.options.Directory.UnderWay(r.Context(), a.Num)
	}
	return open, err
}

var notCentre = fault.New(fault.Forbidden, "Only an administrator of the area's referral centre may change this")

// saveArea adds or changes an area.
func (s *Site) saveArea(w http.ResponseWriter, r *http.Request) error {
	v, err := s.administrator(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	a, err := s.areaAt(r)
	if err != nil {
		return err
	}
	old := a
	a.Rev, a.Name, a.IsApproval, a.Holidays = rev, r.PostForm.Get("Name"), isTicked(r, "IsApproval"), directory.ParseHolidays(r.PostForm.Get("Holidays"))
	for _, clock := range directory.AreaClocks {
		clock.Set(&a.Clocks, typedNumber(r, clock.ID))
	}
	a.Clocks.Targets = make(map[lifecycle.Priority]lifecycle.Targets)
	for _, p := range directory.Priorities {
		var targets lifecycle.Targets
		for _, clock := range directory.TargetClocks {
			clock.Set(&targets, typedNumber(r, p.ID+"."+clock.ID))
		}
		a.Clocks.Targets[lifecycle.Priority(p.ID)] = targets
	}
	saved, refusal := s.options.Directory.SaveArea(r.Context(), v.auditCaller(r), v.editor(), a)
	if refusal != nil {
		open, err := s.underWay(r, old)
		if err != nil {
			return err
		}
		body := editArea(old, open)
		body.Rev = rev
		return showAgain(w, r, v, body, refusal, func() (editBody, error) {
			now, err := s.areaAt(r)
			return editArea(now, open), err
		})
	}
	http.Redirect(w, r, areaPath(saved.Num)+"?saved=1", http.StatusSeeOther)
	return nil
}
