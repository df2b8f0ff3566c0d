package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Area is what a referral centre is responsible for.
type Area struct {
	Num        int64
	Name       string
	Centre     int64 // the organisation that is responsible; 0 is none yet
	IsApproval bool  // a second person confirms what a triager proposes
	Clocks     Clocks
	Holidays   []Holiday // by their dates
	Rev        int64

	reckonAfter int64
}

// Everywhere is the area that a new installation has.
const Everywhere = 1

// Clocks are how long what may take in an area: the numbers of lifecycle.Rules.
type Clocks struct {
	DocumentsWithin int                                      `json:"documentsWithin"` // seconds
	AnswerWithin    int                                      `json:"answerWithin"`    // days
	Attempts        int                                      `json:"attempts"`
	ReopenWithin    int                                      `json:"reopenWithin"` // days
	Targets         map[lifecycle.Priority]lifecycle.Targets `json:"targets"`
}

// DefaultClocks are those of lifecycle.DefaultRules.
func DefaultClocks() Clocks {
	d := lifecycle.DefaultRules()
	return Clocks{DocumentsWithin: d.DocumentsWithin, AnswerWithin: d.AnswerWithin, Attempts: d.Attempts, ReopenWithin: d.ReopenWithin, Targets: d.Targets}
}

// Holiday is a day on which nobody works.
type Holiday struct {
	On   dental.Date `json:"on"`
	Name string      `json:"name"`
}

// Rules are the area's for the lifecycle.
func (a Area) Rules() *lifecycle.Rules {
	rules := &lifecycle.Rules{Approval: a.IsApproval, KeptUnsubmitted: lifecycle.DefaultRules().KeptUnsubmitted, DocumentsWithin: a.Clocks.DocumentsWithin, AnswerWithin: a.Clocks.AnswerWithin,
		Attempts: a.Clocks.Attempts, ReopenWithin: a.Clocks.ReopenWithin, Targets: a.Clocks.Targets, Holidays: make(map[dental.Date]bool, len(a.Holidays))}
	for _, h := range a.Holidays {
		rules.Holidays[h.On] = true
	}
	return rules
}

const areaColumns = "SELECT `AreaNum`, `Name`, `CentreNum`, `IsApproval`, `Targets`, `Holidays`, `Rev`, `ReckonAfter` FROM `area` "

func scanArea(r store.Row) (Area, error) {
	a := Area{Num: r.Int(0), Name: string(r.Text(1)), Centre: r.Int(2), IsApproval: r.Int(3) != 0, Clocks: DefaultClocks(), Rev: r.Int(6), reckonAfter: r.Int(7)}
	// What is stored lies over the defaults: a clock that the program gets later has its default in every area.
	if text := r.Text(4); len(text) > 0 {
		if err := json.Unmarshal(text, &a.Clocks); err != nil {
			return a, fmt.Errorf("area %d: its clocks cannot be read: %w", a.Num, err)
		}
	}
	if text := r.Text(5); len(text) > 0 {
		if err := json.Unmarshal(text, &a.Holidays); err != nil {
			return a, fmt.Errorf("area %d: its holidays cannot be read: %w", a.Num, err)
		}
	}
	return a, nil
}

func readAreas(c store.Conn, sql string, args ...store.Value) (all []Area, err error) {
	rows := c.Query(sql, args...)
	for rows.Next() && err == nil {
		var a Area
		a, err = scanArea(rows)
		all = append(all, a)
	}
	if closed := rows.Close(); closed != nil {
		return nil, closed
	}
	return all, err
}

func areaOf(c store.Conn, num int64) (Area, error) {
	found, err := readAreas(c, areaColumns+"WHERE `AreaNum` = ?", store.Int(num))
	if err != nil {
		return Area{}, err
	}
	if len(found) == 0 {
		return Area{}, notFound("area")
	}
	return found[0], nil
}

// RulesOf are an area's rules for the lifecycle, in a transaction or a read of somebody else's; those of an area that there is
// not, 0 among them, are the lifecycle's own.
func RulesOf(c store.Conn, area int64) (*lifecycle.Rules, error) {
	a, err := areaOf(c, area)
	if fault.Is(err, fault.NotFound) {
		return lifecycle.DefaultRules(), nil
	}
	if err != nil {
		return nil, err
	}
	return a.Rules(), nil
}

// AreasOf are the areas that a referral centre is responsible for.
func AreasOf(c store.Conn, centre int64) (areas []int64, err error) {
	if centre == 0 {
		return nil, nil
	}
	rows := c.Query("SELECT `AreaNum` FROM `area` WHERE `CentreNum` = ? ORDER BY `AreaNum`", store.Int(centre))
	for rows.Next() {
		areas = append(areas, rows.Int(0))
	}
	return areas, rows.Close()
}

// AreasOf are the areas that a referral centre is responsible for.
func (r *Room) AreasOf(ctx context.Context, centre int64) (areas []int64, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		areas, err = AreasOf(c, centre)
		return err
	})
	return areas, err
}

// Areas are all, by their names.
func (r *Room) Areas(ctx context.Context) (areas []Area, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		areas, err = readAreas(c, areaColumns+"ORDER BY `NameFold`")
		return err
	})
	return areas, err
}

// Area reads one; NotFound where there is none.
func (r *Room) Area(ctx context.Context, num int64) (a Area, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		a, err = areaOf(c, num)
		return err
	})
	return a, err
}

func (a Area) columns() ([]column, error) {
	clocks, err := json.Marshal(a.Clocks)
	if err != nil {
		return nil, err
	}
	holidays := []byte{}
	if len(a.Holidays) > 0 {
		if holidays, err = json.Marshal(a.Holidays); err != nil {
			return nil, err
		}
	}
	return []column{{"Name", store.Text(a.Name)}, {"NameFold", store.Text(dental.Fold(a.Name))}, {"CentreNum", store.Int(a.Centre)}, {"IsApproval", store.Bool(a.IsApproval)},
		{"Targets", store.Text(string(clocks))}, {"Holidays", store.Text(string(holidays))}}, nil
}

// Clock is one of an area's numbers for a page: where it is, and what it may be.
type Clock struct {
	ID    string
	Text  string
	Least int
	Most  int
	at    func(*Clocks) *int
}

// Value is the number in some clocks.
func (c Clock) Value(clocks *Clocks) int { return *c.at(clocks) }

// AreaClocks are the numbers that hold for every priority.
var AreaClocks = []Clock{
	{"AnswerWithin", "Days that a referrer has to answer a request", 1, 365, func(c *Clocks) *int { return &c.AnswerWithin }},
	{"Attempts", "Attempts to reach a patient before the referral may be returned", 1, 20, func(c *Clocks) *int { return &c.Attempts }},
	{"ReopenWithin", "Days in which a discharged referral may be reopened", 0, 365, func(c *Clocks) *int { return &c.ReopenWithin }},
	{"DocumentsWithin", "Seconds after which a referral goes to triage without its documents", 0, 24 * 60 * 60, func(c *Clocks) *int { return &c.DocumentsWithin }},
}

// TargetClock is one of the numbers that each priority has of its own.
type TargetClock struct {
	ID   string
	Text string
	Most int
	at   func(*lifecycle.Targets) *int
}

// Value is the number in some targets.
func (c TargetClock) Value(t lifecycle.Targets) int { return *c.at(&t) }

// Set puts the number into some targets.
func (c TargetClock) Set(t *lifecycle.Targets, n int) { *c.at(t) = n }

// Set puts the number into some clocks.
func (c Clock) Set(clocks *Clocks, n int) { *c.at(clocks) = n }

// TargetClocks are the numbers that each priority has of its own.
var TargetClocks = []TargetClock{
	{"Triage", "Triage, working days", 365, func(t *lifecycle.Targets) *int { return &t.Triage }},
	{"Approve", "Approval, working days", 365, func(t *lifecycle.Targets) *int { return &t.Approve }},
	{"Accept", "Acceptance, working days", 365, func(t *lifecycle.Targets) *int { return &t.Accept }},
	{"Contact", "First contact, working days", 365, func(t *lifecycle.Targets) *int { return &t.Contact }},
	{"FirstVisit", "First visit, days from the decision; 0 is no target", 1000, func(t *lifecycle.Targets) *int { return &t.FirstVisit }},
	{"Treatment", "Treatment, days from being sent", 1000, func(t *lifecycle.Targets) *int { return &t.Treatment }},
	{"Record", "Noting what came of a visit, working days", 365, func(t *lifecycle.Targets) *int { return &t.Record }},
	{"Discharge", "Noting how treatment goes on, days", 1000, func(t *lifecycle.Targets) *int { return &t.Discharge }},
}

// mostHolidays are some decades of them.
const mostHolidays = 500

func (a *Area) check(f *faults) {
	f.name("The name", &a.Name)
	for _, c := range AreaClocks {
		if n := c.Value(&a.Clocks); n < c.Least || n > c.Most {
			f.add(c.ID, "%s: enter a number from %d to %d", c.Text, c.Least, c.Most)
		}
	}
	for _, p := range Priorities {
		targets, ok := a.Clocks.Targets[lifecycle.Priority(p.ID)]
		if !ok {
			f.add(p.ID, "The targets for %s referrals are missing; enter them", p.Text)
			continue
		}
		for _, c := range TargetClocks {
			if n := c.Value(targets); n < 0 || n > c.Most {
				f.add(p.ID+"."+c.ID, "%s, for %s referrals: enter a number from 0 to %d", c.Text, p.Text, c.Most)
			}
		}
	}
	a.Holidays = slices.Clone(a.Holidays)
	slices.SortStableFunc(a.Holidays, func(x, y Holiday) int { return x.On.DaysSince(y.On) })
	for i := range a.Holidays {
		h := &a.Holidays[i]
		switch {
		case h.On.IsNone():
			f.add("Holidays", "The holiday %q must begin with its date, such as 2026-12-25", clip(h.Name))
		case h.On.IsTooEarly():
			f.add("Holidays", "%s is too early for a holiday; correct the year", h.On)
		case i > 0 && a.Holidays[i-1].On == h.On:
			f.add("Holidays", "The %s stands there twice; keep one", h.On)
		}
		f.line("Holidays", "The name of the holiday on "+h.On.String(), &h.Name, 100)
	}
	if len(a.Holidays) > mostHolidays {
		f.add("Holidays", "There are at most %d holidays; take past ones away", mostHolidays)
	}
}

// HolidaysText is holidays as a person edits them: a date and a name in each line.
func HolidaysText(holidays []Holiday) string {
	var b strings.Builder
	for _, h := range holidays {
		if !h.On.IsNone() {
			b.WriteString(h.On.String() + " ")
		}
		b.WriteString(h.Name + "\n")
	}
	return b.String()
}

// ParseHolidays reads what HolidaysText writes. A line without a date is a holiday on none, which SaveArea refuses.
func ParseHolidays(text string) (holidays []Holiday) {
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r", "\n"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		date, name, _ := strings.Cut(line, " ")
		on, err := dental.ParseDate(date)
		if err != nil || on.IsNone() {
			on, name = dental.Date{}, line
		}
		holidays = append(holidays, Holiday{on, strings.TrimSpace(name)})
	}
	return holidays
}

// SaveArea adds an area, which the editor's centre is responsible for, where its Num is 0, or changes it. Only the operator
// gives an area to another centre.
func (r *Room) SaveArea(ctx context.Context, caller audit.Caller, e Editor, a Area) (saved Area, err error) {
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		saved, err = saveArea(tx, e, a)
		return err
	})
	return saved, err
}

func saveArea(tx *record.Tx, e Editor, a Area) (_ Area, err error) {
	old := Area{Clocks: DefaultClocks()}
	switch {
	case a.Num == 0 && !e.MayAdd():
		return a, errNotCentre
	case a.Num == 0 && !e.isOperator:
		a.Centre = e.Organisation
	case a.Num != 0:
		if old, err = areaOf(tx, a.Num); err != nil {
			return a, err
		}
		if !e.MayChangeArea(a.Num) || a.Centre != old.Centre && !e.isOperator {
			return a, errNotCentre
		}
		if old.Rev != a.Rev {
			return a, errChanged
		}
	}
	var f faults
	a.check(&f)
	if a.Centre != old.Centre && a.Centre != 0 {
		if centre, err := Of(tx, a.Centre); fault.Is(err, fault.NotFound) || err == nil && !centre.IsCentre {
			f.add("CentreNum", "Only an organisation that is a referral centre can be responsible for an area; say that it is one first")
		} else if err != nil {
			return a, err
		}
	}
	if found, err := one(tx, func(store.Row) {}, "SELECT `AreaNum` FROM `area` WHERE `NameFold` = ? AND `AreaNum` <> ?", store.Text(dental.Fold(a.Name)), store.Int(a.Num)); err != nil {
		return a, err
	} else if found {
		f.add("Name", "There is an area of this name already; choose another name")
	}
	if err := fault.InvalidFields(f); err != nil {
		return a, err
	}
	before, err := old.columns()
	if err != nil {
		return a, err
	}
	after, err := a.columns()
	if err != nil {
		return a, err
	}
	if a.Num == 0 {
		a.Rev = 1
		a.Num, err = insert(tx, "area", after)
		return a, err
	}
	changed, err := update(tx, "area", "AreaNum", a.Num, a.Rev, before, after)
	if changed {
		a.Rev++
	}
	if err == nil && changesClocks(before, after) {
		err = reckonAnew(tx, a.Num)
	}
	return a, err
}
