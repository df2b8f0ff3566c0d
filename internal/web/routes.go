package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// routesBody is an area's rules in their order, and what becomes of a referral by them.
type routesBody struct {
	Notice  string
	Area    int64
	Name    string
	Areas   []editOption
	List    listBody
	Rows    []routeRow
	MayEdit bool
	MayMove bool // the list is whole, and in its own order: what stands above a rule is what is asked before it
	Try     tryBody
	Empty   string
	Learn   string
}

type routeRow struct {
	Rank           int // from 1: which rule is asked first
	Num            int64
	Rev            int64
	Href           string
	Name           string
	When           []string
	Target         string
	IsAuto         bool
	IsActive       bool
	IsFirst, Last  bool
	Tried          string // what it does with the referral that is tried out
	Sends, Skipped bool
}

// tryBody is the referral that is tried out.
type tryBody struct {
	Shown       bool
	Fields      []editField
	Facilities  editField
	Outcome     string
	Candidates  []tryCandidate
	MoreLeftOut int
}

type tryCandidate struct {
	Name, Href, WhyNot, Note string
	Fits                     bool
}

func routesPath(area int64, more string) string {
	return "/routes?area=" + strconv.FormatInt(area, 10) + more
}

// areaAsked is the area that ?area= names; without it the first that is the visitor's, or the first that there is.
func (s *Site) areaAsked(r *http.Request, v Visitor) (directory.Area, []directory.Area, error) {
	areas, err := s.options.Directory.Areas(r.Context())
	if err != nil {
		return directory.Area{}, nil, err
	}
	at := slices.IndexFunc(areas, func(a directory.Area) bool { return slices.Contains(v.Areas, a.Num) })
	if asked := r.URL.Query().Get("area"); asked != "" {
		if at = slices.IndexFunc(areas, func(a directory.Area) bool { return strconv.FormatInt(a.Num, 10) == asked }); at < 0 {
			return directory.Area{}, nil, notFound
		}
	}
	return areas[max(at, 0)], areas, nil
}

// showRoutes shows an area's rules, and with ?try=1 what they do with a referral.
func (s *Site) showRoutes(w http.ResponseWriter, r *http.Request) error {
	v, err := s.planner(r)
	if err != nil {
		return err
	}
	area, areas, err := s.areaAsked(r, v)
	if err != nil {
		return err
	}
	body := routesBody{Area: area.Num, Name: area.Name, MayEdit: v.editor().MayChangeArea(area.Num)}
	for _, a := range areas {
		body.Areas = append(body.Areas, editOption{ID: strconv.FormatInt(a.Num, 10), Text: a.Name})
	}
	asked := r.URL.Query()
	need, problem := needOf(asked, area.Num)
	steps, isAuto, err := s.options.Directory.Try(r.Context(), need)
	if err != nil {
		return err
	}
	body.Try = s.tryFields(asked, need)
	body.Try.Shown = asked.Get("try") == "1" && problem == ""
	var shown []rule
	if body.List, shown, err = partOf(s, r, s.routeTable(), rankedRules(steps)); err != nil {
		return err
	}
	body.MayMove = body.MayEdit && !body.List.IsFiltered && asked.Get("order") == ""
	for _, rule := range shown {
		row := s.routeRow(rule.Tried)
		row.Rank, row.IsFirst, row.Last = rule.rank, rule.rank == 1, rule.rank == len(steps)
		if body.Try.Shown {
			row.Tried, row.Sends, row.Skipped = triedWords(rule.Tried), rule.Sends, rule.Holds && len(rule.WhyNot) > 0
		}
		body.Rows = append(body.Rows, row)
	}
	body.Empty, body.Learn = "There is no rule yet, and triage decides on everything.", "A rule can suggest where a kind of referral goes, or send it there without triage: suspected cancer to the hospital, for example."
	if body.List.IsFiltered {
		body.Empty, body.Learn = nothingFits, nothingFitsLearn
	}
	if problem != "" {
		body.Try.Fields[1].Fault = problem
	}
	if body.Try.Shown {
		body.Try.Outcome = outcomeWords(steps, isAuto)
		if err := s.tryCandidates(r, &body.Try, need); err != nil {
			return err
		}
	}
	if asked.Get("saved") == "1" {
		body.Notice = "The rules are saved. They hold for what is sent from now on."
	}
	p := v.page("Routing rules", body)
	status := http.StatusOK
	if p.Faulty = problem != ""; p.Faulty {
		status = http.StatusUnprocessableEntity
	}
	return render(w, r, status, "routes", p)
}

func (s *Site) routeRow(step directory.Tried) routeRow {
	route := step.Route
	row := routeRow{Num: route.Num, Rev: route.Rev, Href: "/routes/" + strconv.FormatInt(route.Num, 10), Name: route.Name, Target: step.Target, IsAuto: route.IsAuto, IsActive: route.IsActive}
	var forms []string
	for _, form := range route.FormTypes {
		forms = append(forms, s.options.Directory.Title(form))
	}
	add := func(what string, texts []string) {
		if len(texts) > 0 {
			row.When = append(row.When, what+strings.Join(texts, " or "))
		}
	}
	add("the form is ", forms)
	if route.MinAge > 0 || route.MaxAge > 0 {
		row.When = append(row.When, "the patient is "+directory.AgesText(route.MinAge, route.MaxAge))
	}
	add("it is ", directory.WordsOf(directory.Priorities, route.Priorities))
	add("the level is ", route.Tiers)
	add("the anaesthesia is ", directory.WordsOf(directory.Anaesthesia, route.Anaesthesia))
	if len(row.When) == 0 {
		row.When = []string{"always"}
	}
	return row
}

func triedWords(step directory.Tried) string {
	switch {
	case step.Sends:
		return "Decides"
	case !step.Route.IsActive:
		return "Switched off"
	case !step.Holds:
		return "Does not hold"
	case len(step.WhyNot) > 0:
		return "Holds, but is passed over: the target " + strings.Join(step.WhyNot, ", ")
	}
	return "Holds, and comes too late"
}

// outcomeWords say what becomes of the referral.
func outcomeWords(steps []directory.Tried, isAuto bool) string {
	for _, step := range steps {
		switch {
		case step.Sends && isAuto:
			return "A referral like this would go to " + step.Target + " without triage."
		case step.Sends:
			return "A referral like this would go to triage, with " + step.Target + " suggested first."
		}
	}
	return "No rule decides. A referral like this would go to triage, without a suggestion."
}

// mostTried is how many services that do not fit are shown.
const mostTried = 10

func (s *Site) tryCandidates(r *http.Request, try *tryBody, need directory.Need) error {
	found, err := s.options.Directory.Candidates(r.Context(), need)
	if err != nil {
		return err
	}
	left := 0
	for _, c := range found {
		if left++; !c.Fits && left > mostTried {
			try.MoreLeftOut++
			continue
		}
		shown := tryCandidate{Name: c.Organisation.Name + ", " + c.Service.Name, Href: organisationPath(c.Organisation.Num), Fits: c.Fits, WhyNot: strings.Join(c.WhyNot, "; ")}
		if c.Fits {
			shown.Note = loadWords(c.Open, c.Service.Capacity) + ", wait " + waitWords(c.Service.WaitDays)
		}
		try.Candidates = append(try.Candidates, shown)
	}
	return nil
}

// needOf reads the referral that is tried out; problem is what is wrong with its age.
func needOf(asked url.Values, area int64) (need directory.Need, problem string) {
	need = directory.Need{Area: area, FormType: asked.Get("form"), Age: directory.UnknownAge, Priority: lifecycle.Priority(asked.Get("priority")), Tier: asked.Get("tier"), Anaesthesia: asked.Get("anaesthesia"), Facilities: asked["facility"]}
	if text := strings.TrimSpace(asked.Get("age")); text != "" {
		age, err := strconv.Atoi(text)
		if err != nil || age < 0 || age > 150 {
			return need, "The age must be a number of years, or empty where it is not known"
		}
		need.Age = age
	}
	return need, ""
}

func (s *Site) tryFields(asked url.Values, need directory.Need) tryBody {
	choice := func(id, label, value, none string, options []editOption) editField {
		return selectInput(id, label, value, append([]editOption{{Text: none}}, options...))
	}
	age := textInput("age", "Age in years", asked.Get("age")).sized("short")
	age.Kind = "number"
	return tryBody{Fields: []editField{
		choice("form", "Form", need.FormType, "Not known", s.formOptions(nil)), age,
		choice("priority", "Priority", string(need.Priority), "Not known", wordOptions(directory.Priorities)),
		choice("tier", "Level", need.Tier, "Not known", wordOptions(directory.Tiers)),
		choice("anaesthesia", "Anaesthesia", need.Anaesthesia, "Not asked for", wordOptions(directory.Anaesthesia)),
	}, Facilities: ticksInput("facility", "What the place must have", need.Facilities, wordOptions(directory.Facilities)).optional()}
}

// routeAt reads the rule of the path, which is the visitor's to change; without one it is new in the area of ?area=.
func (s *Site) routeAt(r *http.Request) (v Visitor, route directory.Route, err error) {
	if v, err = s.administrator(r); err != nil {
		return v, route, err
	}
	if r.PathValue("route") == "" {
		area, _, err := s.areaAsked(r, v)
		if err != nil {
			return v, route, err
		}
		route = directory.Route{Area: area.Num, IsActive: true}
	} else {
		num, err := numOf(r, "route")
		if err != nil {
			return v, route, err
		}
		if route, err = s.options.Directory.Route(r.Context(), num); err != nil {
			return v, route, err
		}
	}
	if !v.editor().MayChangeArea(route.Area) {
		return v, route, notCentre
	}
	return v, route, nil
}

func (s *Site) editRoute(r *http.Request, route directory.Route) (editBody, error) {
	body := editBody{Heading: "Change the rule " + route.Name, Back: link{routesPath(route.Area, ""), "Back to the rules"}, Action: "/routes/" + strconv.FormatInt(route.Num, 10), Rev: route.Rev, Save: "Save",
		Remove: "/routes/" + strconv.FormatInt(route.Num, 10) + "/remove", Removes: "Remove this rule", Lead: "The rule holds where all its conditions do. A condition with nothing chosen asks for nothing."}
	if route.Num == 0 {
		body.Heading, body.Action, body.Save, body.Remove = "Add a rule", "/routes/new?area="+strconv.FormatInt(route.Area, 10), "Add", ""
	}
	targets, err := s.targetOptions(r, route.Area)
	if err != nil {
		return body, err
	}
	target := ""
	switch {
	case route.Service != 0:
		target = "service:" + strconv.FormatInt(route.Service, 10)
	case route.List != 0:
		target = "list:" + strconv.FormatInt(route.List, 10)
	}
	body.Groups = []editGroup{
		{Fields: []editField{textInput("Name", "Name", route.Name), tickInput("IsActive", "The rule is switched on", route.IsActive)}},
		{Title: "When", Fields: []editField{
			ticksInput("FormTypes", "The form is one of", route.FormTypes, s.formOptions(route.FormTypes)).optional(),
			numberInput("MinAge", "The patient is at least, in years", route.MinAge), numberInput("MaxAge", "And at most, in years", route.MaxAge).hint("0 is no limit"),
			ticksInput("Priorities", "The priority is one of", route.Priorities, wordOptions(directory.Priorities)).optional(), ticksInput("Tiers", "The level is one of", route.Tiers, wordOptions(directory.Tiers)).optional().hint("Triage sets the level: before it, such a condition does not hold"),
			ticksInput("Anaesthesia", "The anaesthesia is one of", route.Anaesthesia, wordOptions(directory.Anaesthesia)).optional()}},
		{Title: "Then", Fields: []editField{selectInput("Target", "It goes to", target, targets),
			tickInput("IsAuto", "Send it without triage. Without the tick the rule suggests, and a person decides", route.IsAuto)}},
	}
	return body, nil
}

// targetOptions are where a rule can send to: all services, and the area's waiting lists.
func (s *Site) targetOptions(r *http.Request, area int64) ([]editOption, error) {
	options := []editOption{{Text: "Choose…"}}
	lists, err := s.options.Directory.Lists(r.Context(), area)
	if err != nil {
		return nil, err
	}
	found, err := s.options.Directory.Find(r.Context(), directory.Filter{Does: "treats"})
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		for _, service := range f.Services {
			options = append(options, editOption{ID: "service:" + strconv.FormatInt(service.Num, 10), Text: service.Name, Group: f.Name})
		}
	}
	for _, l := range lists {
		options = append(options, editOption{ID: "list:" + strconv.FormatInt(l.Num, 10), Text: l.Name, Group: "Waiting list"})
	}
	return options, nil
}

func (s *Site) showRouteForm(w http.ResponseWriter, r *http.Request) error {
	v, route, err := s.routeAt(r)
	if err != nil {
		return err
	}
	body, err := s.editRoute(r, route)
	if err != nil {
		return err
	}
	return render(w, r, http.StatusOK, "edit", v.page(body.Heading, body))
}

// saveRoute adds or changes a rule.
func (s *Site) saveRoute(w http.ResponseWriter, r *http.Request) error {
	v, old, err := s.routeAt(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	typed, form := old, r.PostForm
	typed.Rev, typed.Name, typed.IsActive, typed.IsAuto = rev, form.Get("Name"), isTicked(r, "IsActive"), isTicked(r, "IsAuto")
	typed.FormTypes, typed.Priorities, typed.Tiers, typed.Anaesthesia = form["FormTypes"], form["Priorities"], form["Tiers"], form["Anaesthesia"]
	typed.MinAge, typed.MaxAge, typed.Service, typed.List = typedNumber(r, "MinAge"), typedNumber(r, "MaxAge"), 0, 0
	if kind, text, ok := strings.Cut(form.Get("Target"), ":"); ok {
		num, err := strconv.ParseInt(text, 10, 64)
		switch {
		case err != nil || num < 1:
			return notFound
		case kind == "service":
			typed.Service = num
		case kind == "list":
			typed.List = num
		}
	}
	if _, refusal := s.options.Directory.SaveRoute(r.Context(), v.auditCaller(r), v.editor(), typed); refusal != nil {
		body, err := s.editRoute(r, old)
		if err != nil {
			return err
		}
		body.Rev = rev
		return showAgain(w, r, v, body, refusal, func() (editBody, error) {
			_, now, err := s.routeAt(r)
			if err != nil {
				return editBody{}, err
			}
			return s.editRoute(r, now)
		})
	}
	http.Redirect(w, r, routesPath(old.Area, "&saved=1"), http.StatusSeeOther)
	return nil
}

// moveRoute lets a rule change places with its neighbour.
func (s *Site) moveRoute(w http.ResponseWriter, r *http.Request) error {
	v, route, err := s.routeAt(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	to := r.PostForm.Get("to")
	if to != "up" && to != "down" {
		return fault.New(fault.Invalid, "A rule moves up or down")
	}
	if err := s.options.Directory.MoveRoute(r.Context(), v.auditCaller(r), v.editor(), route.Num, rev, to == "up"); err != nil {
		return err
	}
	http.Redirect(w, r, routesPath(route.Area, "&saved=1"), http.StatusSeeOther)
	return nil
}

// removeRoute takes a rule away.
func (s *Site) removeRoute(w http.ResponseWriter, r *http.Request) error {
	v, route, err := s.routeAt(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	if err := s.options.Directory.RemoveRoute(r.Context(), v.auditCaller(r), v.editor(), route.Num, rev); err != nil {
		return err
	}
	http.Redirect(w, r, routesPath(route.Area, "&saved=1"), http.StatusSeeOther)
	return nil
}
