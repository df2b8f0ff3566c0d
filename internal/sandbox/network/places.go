package network

import (
	"context"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/sandbox"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Practice is one of the network's, which whoever fills it has made already.
type Practice struct{ Name, URNPrefix, Address, Phone, Email string }

// Practices are the six that refer, in the order of their numbers. The first one's URNs are left to the documents' examples:
// it has no referral in the network.
var Practices = []Practice{
	{"Demo Dental", "TST", "1 Mill Lane, Sandbourne SB1 1AA", "01632 960001", "desk@demo-dental.example"},
	{"Second Demo Dental", "SND", "14 Ferry Road, Sandbourne SB1 4BD", "01632 960002", "desk@second-demo-dental.example"},
	{"Harbour Street Dental", "HRB", "27 Harbour Street, Sandbourne SB2 3HS", "01632 960003", "desk@harbour-street.example"},
	{"Mill Bridge Dental Care", "MIL", "3 Mill Bridge, Oldford OF4 1MB", "01632 960004", "desk@mill-bridge.example"},
	{sandbox.NetworkedName, "ORC", "8 Orchard Lane, Applewick AW7 2OL", "01632 960005", "desk@orchard-lane.example"},
	{"Castle View Dental", "CAS", "60 Castle View, Oldford OF1 6CV", "01632 960006", "desk@castle-view.example"},
}

// The practices by their places in the list.
const (
	demo = iota
	second
	harbour
	mill
	orchard
	castle
)

// The areas by their places in the list.
const (
	north = iota
	south
)

// areas say which practices lie where. In the north a triager sends at once; in the south a second person confirms.
var areas = []struct {
	name      string
	approval  bool
	practices []int
}{
	{"Northvale", false, []int{demo, second, harbour, orchard}},
	{"Southvale", true, []int{mill, castle}},
}

func areaOfPractice(practice int) int {
	if practice == mill || practice == castle {
		return south
	}
	return north
}

const centreName = "Vale Referral Centre"

// The form types.
const (
	restorative = "AdultRestorativeForm"
	child       = "ChildOralCareForm"
	endodontic  = "EndodonticForm"
	surgery     = "MinorOralSurgeryForm"
	orthodontic = "OrthodonticForm"
	periodontal = "PeriodontalForm"
	special     = "SpecialCareSedationForm"
	cancer      = "UrgentSuspectedCancerForm"
)

// Treating is the practice to which the first one's chart can refer.
var Treating = Practices[orchard]

// The providers by their places in the list.
const (
	hospital = iota
	community
	riverside
	surgeons
	braces
	gums
	orchardTreats
	castleTreats
)

// service is what a provider treats.
type service struct {
	name        string
	forms       []string
	from, to    int // ages
	tiers       []string
	anaesthesia []string
	facilities  []string
	wait        int // days
	isFull      bool
}

// provider is one that treats. isOf is the practice that it is, -1 for an organisation without a chart.
type provider struct {
	isOf                        int
	name, address, phone, email string
	clinicians                  []string // filled in by the seed: how many there are
	count                       int
	services                    []service
}

var local, sedated, all = []string{"local"}, []string{"local", "sedation"}, []string{"local", "sedation", "general"}

var providers = []provider{
	{-1, "Vale General Hospital", "Hospital Road\nOldford\nOF2 9VG", "01632 960010", "dental@vale-general.example", nil, 4, []service{
		{"Oral and maxillofacial surgery", []string{surgery, cancer}, 0, 0, []string{"3"}, all, []string{"hoist", "wheelchair", "bariatric", "cbct", "interpreter"}, 70, false},
		{"Restorative dentistry", []string{restorative, endodontic, periodontal}, 16, 0, []string{"3"}, sedated, []string{"wheelchair", "cbct", "interpreter"}, 120, false},
		{"Orthodontics", []string{orthodontic}, 0, 0, []string{"3"}, local, []string{"wheelchair", "interpreter"}, 150, false},
		{"Paediatric and special care dentistry", []string{child, special}, 0, 0, []string{"3"}, all, []string{"hoist", "wheelchair", "wheelchair_tipper", "bariatric", "interpreter"}, 90, false},
	}},
	{-1, "Vale Community Dental Service", "The Health Centre\nMarket Square\nSandbourne\nSB1 2MS", "01632 960011", "office@vale-community.example", nil, 3, []service{
		{"Children's dentistry", []string{child}, 0, 15, []string{"2", "3"}, all, []string{"wheelchair", "interpreter"}, 42, false},
		{"Special care dentistry", []string{special}, 16, 0, []string{"2", "3"}, sedated, []string{"hoist", "wheelchair", "wheelchair_tipper", "domiciliary", "interpreter"}, 56, false},
	}},
	{-1, "Riverside Restorative Centre", "2 Riverside\nSandbourne\nSB3 1RV", "01632 960012", "office@riverside-restorative.example", nil, 3, []service{
		{"Crowns, bridges and dentures", []string{restorative}, 16, 0, []string{"2"}, local, []string{"wheelchair"}, 60, false},
		{"Root canal treatment", []string{endodontic}, 16, 0, []string{"2", "3"}, local, []string{"wheelchair", "cbct"}, 45, false},
	}},
	{-1, "Northvale Oral Surgery Clinic", "19 Station Parade\nSandbourne\nSB1 7SP", "01632 960013", "office@northvale-surgery.example", nil, 2, []service{
		{"Oral surgery", []string{surgery}, 16, 0, []string{"2"}, sedated, []string{"wheelchair", "cbct"}, 35, false},
	}},
	{-1, "Sandbourne Orthodontics", "5 The Crescent\nSandbourne\nSB1 5TC", "01632 960014", "office@sandbourne-orthodontics.example", nil, 2, []service{
		{"Braces", []string{orthodontic}, 7, 0, []string{"2"}, local, []string{"wheelchair"}, 110, true},
	}},
	{-1, "Vale Periodontal Practice", "44 Abbey Road\nOldford\nOF1 4AR", "01632 960015", "office@vale-periodontal.example", nil, 2, []service{
		{"Gum disease", []string{periodontal}, 16, 0, []string{"2"}, local, nil, 40, false},
	}},
	{orchard, sandbox.NetworkedName, "", "", "", nil, 1, []service{
		{"Oral surgery", []string{surgery}, 16, 0, []string{"2"}, local, []string{"wheelchair"}, 28, false},
	}},
	{castle, "Castle View Dental", "", "", "", nil, 1, []service{
		{"Endodontics", []string{endodontic}, 16, 0, []string{"2"}, local, nil, 30, false},
	}},
}

// takers are who treats what, those of level 2 first; the last one is where a difficult case goes.
var takers = map[string][]int{
	restorative: {riverside, hospital}, child: {community, hospital}, endodontic: {riverside, castleTreats, hospital}, surgery: {surgeons, orchardTreats, surgeons, hospital},
	orthodontic: {braces, hospital}, periodontal: {gums, hospital}, special: {community, hospital}, cancer: {hospital},
}

// lists are the waiting lists of each area, for the forms that wait there.
var lists = []struct {
	name  string
	forms []string
}{
	{"orthodontic waiting list", []string{orthodontic}},
	{"restorative waiting list", []string{restorative, endodontic, periodontal}},
	{"special care and children's waiting list", []string{special, child}},
	{"oral surgery waiting list", []string{surgery}},
}

func listFor(form string) int {
	for i, l := range lists {
		for _, taken := range l.forms {
			if taken == form {
				return i
			}
		}
	}
	return -1
}

// holidays are England's of the year of the history.
var holidays = []directory.Holiday{
	{On: day("2026-04-03"), Name: "Good Friday"}, {On: day("2026-04-06"), Name: "Easter Monday"}, {On: day("2026-05-04"), Name: "Early May bank holiday"},
	{On: day("2026-05-25"), Name: "Spring bank holiday"}, {On: day("2026-08-31"), Name: "Summer bank holiday"}, {On: day("2026-12-25"), Name: "Christmas Day"},
	{On: day("2026-12-28"), Name: "Boxing Day (substitute)"},
}

func day(text string) dental.Date {
	date, err := dental.ParseDate(text)
	if err != nil {
		panic(err) // a day that this package writes down
	}
	return date
}

// entered are the numbers that the directory has given.
type entered struct {
	centre    int64
	areas     []int64
	providers []int64
	services  [][]int64 // by provider
	lists     [][]int64 // by area
}

// enter writes the directory: it is called in the transaction of the whole history.
func (n *Network) enter(ctx context.Context, hub *record.Book, practices []int64) (got entered, err error) {
	room := directory.New(hub, n.forms.Titles())
	by := directory.Operator
	centre, err := room.SaveOrganisation(ctx, audit.Operator, by, directory.Organisation{Name: centreName, Address: "Vale House\n1 Castle Street\nOldford\nOF1 1VH", Phone: "01632 960020",
		Email: "office@vale-referrals.example", Hours: "Monday to Friday, 8:30 to 17:30", IsCentre: true, Area: directory.Everywhere, IsActive: true})
	if err != nil {
		return got, err
	}
	got.centre = centre.Num
	for i, a := range areas {
		saved := directory.Area{Clocks: directory.DefaultClocks()}
		if i == 0 {
			if saved, err = room.Area(ctx, directory.Everywhere); err != nil {
				return got, err
			}
		}
		saved.Name, saved.Centre, saved.IsApproval, saved.Holidays = a.name, centre.Num, a.approval, holidays
		if saved, err = room.SaveArea(ctx, audit.Operator, by, saved); err != nil {
			return got, err
		}
		got.areas = append(got.areas, saved.Num)
		var nums []int64
		for _, l := range lists {
			list, err := room.SaveList(ctx, audit.Operator, by, directory.List{Area: saved.Num, Name: a.name + " " + l.name, FormTypes: l.forms, IsOpen: true})
			if err != nil {
				return got, err
			}
			nums = append(nums, list.Num)
		}
		got.lists = append(got.lists, nums)
		for _, p := range a.practices {
			if err := placePractice(ctx, room, practices[p], saved.Num, p == orchard || p == castle); err != nil {
				return got, err
			}
		}
	}
	for i := range providers {
		if err := n.enterProvider(ctx, room, i, practices, &got); err != nil {
			return got, fmt.Errorf("%s: %w", providers[i].name, err)
		}
	}
	return got, n.enterRoutes(ctx, room, got)
}

func placePractice(ctx context.Context, room *directory.Room, num, area int64, treats bool) error {
	o, err := room.Organisation(ctx, num)
	if err != nil {
		return err
	}
	o.Area, o.IsTreating, o.Hours = area, treats, "Monday to Friday, 8:30 to 17:30"
	_, err = room.SaveOrganisation(ctx, audit.Operator, directory.Operator, o)
	return err
}

func (n *Network) enterProvider(ctx context.Context, room *directory.Room, i int, practices []int64, got *entered) error {
	p, by := &providers[i], directory.Operator
	num := int64(0)
	if p.isOf >= 0 {
		num = practices[p.isOf]
	} else {
		saved, err := room.SaveOrganisation(ctx, audit.Operator, by, directory.Organisation{Name: p.name, Address: p.address, Phone: p.phone, Email: p.email,
			Hours: "Monday to Friday, 8:30 to 17:30", IsTreating: true, Area: got.areas[north], IsActive: true})
		if err != nil {
			return err
		}
		num = saved.Num
	}
	got.providers = append(got.providers, num)
	var nums []int64
	for _, s := range p.services {
		saved, err := room.SaveService(ctx, audit.Operator, by, directory.Service{Organisation: num, Name: s.name, FormTypes: s.forms, MinAge: s.from, MaxAge: s.to, Tiers: s.tiers,
			Anaesthesia: s.anaesthesia, Facilities: s.facilities, WaitDays: s.wait, IsOpen: true})
		if err != nil {
			return err
		}
		nums = append(nums, saved.Num)
	}
	got.services = append(got.services, nums)
	for at, name := range n.clinicians[i] {
		if _, err := room.SaveClinician(ctx, audit.Operator, by, directory.Clinician{Organisation: num, Name: name, GDC: fmt.Sprintf("%06d", 990000+10*i+at), IsActive: true, Services: nums}); err != nil {
			return err
		}
	}
	return nil
}

// enterRoutes writes the rules: in the north a suspected cancer goes to the hospital without triage; the others are suggestions.
func (n *Network) enterRoutes(ctx context.Context, room *directory.Room, got entered) error {
	for area, num := range got.areas {
		rules := []directory.Route{
			{Name: "Suspected cancer to the hospital", FormTypes: []string{cancer}, Service: got.services[hospital][0], IsAuto: area == north},
			{Name: "Level 3 surgery to the hospital", FormTypes: []string{surgery}, Tiers: []string{"3", "3a", "3b"}, Service: got.services[hospital][0]},
			{Name: "Oral surgery to the clinic", FormTypes: []string{surgery}, Service: got.services[surgeons][0]},
			{Name: "Children to the community service", FormTypes: []string{child}, MaxAge: 15, Service: got.services[community][0]},
			{Name: "Special care to the community service", FormTypes: []string{special}, MinAge: 16, Service: got.services[community][1]},
			{Name: "Routine braces wait", FormTypes: []string{orthodontic}, Priorities: []string{"routine"}, List: got.lists[area][0]},
		}
		for _, r := range rules {
			r.Area, r.IsActive = num, true
			if _, err := room.SaveRoute(ctx, audit.Operator, directory.Operator, r); err != nil {
				return fmt.Errorf("%s: %w", r.Name, err)
			}
		}
	}
	return nil
}

// limit gives each service room for some more than it has, and one no more: it is called when the history is written.
func (n *Network) limit(ctx context.Context, hub *record.Book, got entered) error {
	room := directory.New(hub, n.forms.Titles())
	for i, p := range providers {
		for at, s := range p.services {
			saved, err := room.Service(ctx, got.services[i][at])
			if err != nil {
				return err
			}
			open := 0
			if err := hub.DB.Read(ctx, func(c store.Conn) error {
				found, err := directory.Target(c, saved.Organisation, saved.Num, directory.Need{Age: directory.UnknownAge})
				open = found.Open
				return err
			}); err != nil {
				return err
			}
			if saved.Capacity = open + 5 + 3*i; s.isFull {
				saved.Capacity = open
			}
			if _, err := room.SaveService(ctx, audit.Operator, directory.Operator, saved); err != nil {
				return err
			}
		}
	}
	return nil
}
