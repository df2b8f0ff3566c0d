package sandbox

import (
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// employer is a row that no resource serves yet.
type employer struct{ name, address, city, state, zip, phone string }

// employerCount is how many employers there are; their EmployerNums are 1 to it.
const employerCount = 24

// site is a place where mobile care is given.
type site struct {
	description, address, city, state, zip string
	provider                               dental.ProvNum
	placeOfService                         int
}

// The sites: SiteNums 1 to 3 are senior homes, 4 to 6 are schools.
const (
	seniorHomes = 3
	schools     = 3
)

// The places of service, by Open Dental's numbers.
const (
	custodialCare = 5
	atSchool      = 8
)

// feeSchedule is the stock fee schedule.
const feeSchedule dental.FeeSchedNum = 53

// post is a position of the practice that a provider fills.
type post struct {
	abbr      string
	specialty dental.DefNum
	suffix    string
	color     uint32 // ARGB
	clinics   []dental.ClinicNum
}

// posts are the providers by ProvNum. Those of the documents have their names from there.
var posts = []post{
	{"DOC1", general, "", 0xff4f81bd, nil},
	{"HYG1", hygienist, "", 0xff9bbb59, nil},
	{"DOC2", general, "DMD", 0xffc0504d, []dental.ClinicNum{1}},
	{"DOC3", general, "DDS", 0xff8064a2, []dental.ClinicNum{2}},
	{"DOC4", general, "DMD", 0xff4bacc6, []dental.ClinicNum{3}},
	{"HYG2", hygienist, "", 0xffb7dde8, []dental.ClinicNum{1, 2}},
	{"ENDO1", endodontics, "DMD, MS", 0xfff79646, []dental.ClinicNum{1, 2}},
	{"DOC5", general, "DDS", 0xff2c4d75, nil},
	{"PEDO1", pediatric, "DMD", 0xffffd966, nil},
	{"PERIO1", perio, "DDS, MS", 0xff772c2a, []dental.ClinicNum{2}},
	{"HYG3", hygienist, "RDH", 0xffd7e4bd, []dental.ClinicNum{3}},
	{"DOC6", general, "DMD", 0xff7f7f7f, nil},
	{"ORTHO1", ortho, "DDS, MS", 0xffe46c0a, []dental.ClinicNum{1, 3}},
}

// retired is the provider who no longer works here.
const retired dental.ProvNum = 12

// worksIn tells whether a provider takes the patients of a clinic; clinic 0 is none.
func (p post) worksIn(clinic dental.ClinicNum) bool {
	if len(p.clinics) == 0 {
		return true
	}
	for _, c := range p.clinics {
		if c == clinic {
			return true
		}
	}
	return false
}

// providerFor draws one who has the specialty and takes the patients of a clinic; 0 is nobody.
func providerFor(d dice, specialty dental.DefNum, clinic dental.ClinicNum) dental.ProvNum {
	var found []dental.ProvNum
	for i, p := range posts {
		if num := dental.ProvNum(i + 1); num != retired && p.specialty == specialty && p.worksIn(clinic) {
			found = append(found, num)
		}
	}
	if len(found) == 0 {
		return 0
	}
	return oneOf(d, found)
}

// drawHouse makes the clinics, the providers, and the employers and sites of the town.
func (p *practice) drawHouse(d dice) {
	p.clinics = []*od.Clinic{
		clinic(1, "Southside", "Southside Dental", "333 Blackwood St", towns[0], 1),
		clinic(2, "Riverfront", "Riverfront Dental", "48 Ferry Landing St", towns[9], 4),
		clinic(3, "Northbank", "Northbank Dental", "1200 Lantern Hill Rd", towns[15], 5),
	}
	for i := range posts {
		p.providers = append(p.providers, drawProvider(d, dental.ProvNum(i+1)))
	}
	for range employerCount {
		at := oneOf(d, towns)
		p.employers = append(p.employers, employer{
			name:    d.surname() + " " + oneOf(d, []string{"Logistics", "Bakery", "Lumber", "Schools", "Software", "Farms", "Hardware", "Transit"}),
			address: d.street(), city: at.city, state: at.state, zip: at.zip, phone: d.phone(at.areaCode),
		})
	}
	for i := range seniorHomes + schools {
		at := oneOf(d, towns)
		s := site{address: d.street(), city: at.city, state: at.state, zip: at.zip, provider: providerFor(d, general, at.clinic)}
		if i < seniorHomes {
			s.description, s.placeOfService = d.surname()+" Senior Home", custodialCare
		} else {
			s.description, s.placeOfService = d.surname()+" Elementary School", atSchool
		}
		p.sites = append(p.sites, s)
	}
}

func clinic(num dental.ClinicNum, abbr, description, address string, at town, provider dental.ProvNum) *od.Clinic {
	return &od.Clinic{
		ClinicNum: num, Abbr: abbr, Description: description, Address: address, City: at.city, State: at.state, Zip: at.zip,
		BillingAddress: address, BillingCity: at.city, BillingState: at.state, BillingZip: at.zip,
		Phone: fmt.Sprintf("%s55501%02d", at.areaCode, 10*num), ItemOrder: int(num) - 1, DefaultProv: provider,
	}
}

func drawProvider(d dice, num dental.ProvNum) *od.Provider {
	post := posts[num-1]
	p := &od.Provider{
		ProvNum: num, Abbr: post.abbr, LName: d.surname(), FName: d.firstName(dental.Gender(d.IntN(2))), MI: d.initial(),
		Suffix: post.suffix, FeeSched: feeSchedule, Specialty: post.specialty, IsSecondary: post.specialty == hygienist,
		SigOnFile: true, ProvColor: int32(post.color), ItemOrder: int(num) - 1,
		DateTStamp: d.inOffice(d.workday(opened, lastWork)),
	}
	if num == retired {
		p.IsHidden, p.SchedNote = true, "Retired"
	}
	switch num {
	case 9: // the users of seed 002
		p.LName, p.FName = "Larson", "Lynda"
	case 11:
		p.LName, p.FName = "Alexandria", "Becca"
	}
	printedProvider(p)
	return p
}

// settings are the preferences that are not as in a new practice.
var settings = map[string]string{
	"PracticeTitle":   "Demo Dental",
	"PracticeAddress": "333 Blackwood St",
	"PracticeCity":    "Salem",
	"PracticeST":      "OR",
	"PracticeZip":     "97301",
	"PracticePhone":   "5035550110",
	"EasyNoClinics":   "0",
}

func (p *practice) writeHouse(tx *record.Tx) error {
	if err := writeSettings(tx); err != nil {
		return err
	}
	if err := record.Import(tx, od.Clinics.Table, p.clinics); err != nil {
		return err
	}
	if err := p.writeProviders(tx); err != nil {
		return err
	}
	for i, e := range p.employers {
		_, err := tx.Exec("INSERT INTO `employer` (`EmployerNum`, `EmpName`, `Address`, `City`, `State`, `Zip`, `Phone`) VALUES (?, ?, ?, ?, ?, ?, ?)",
			store.Int(i+1), store.Text(e.name), store.Text(e.address), store.Text(e.city), store.Text(e.state), store.Text(e.zip), store.Text(e.phone))
		if err != nil {
			return err
		}
	}
	for i, s := range p.sites {
		_, err := tx.Exec("INSERT INTO `site` (`SiteNum`, `Description`, `Note`, `Address`, `City`, `State`, `Zip`, `ProvNum`, `PlaceService`)"+
			" VALUES (?, ?, '', ?, ?, ?, ?, ?, ?)",
			store.Int(i+1), store.Text(s.description), store.Text(s.address), store.Text(s.city), store.Text(s.state), store.Text(s.zip),
			store.Int(s.provider), store.Int(s.placeOfService))
		if err != nil {
			return err
		}
	}
	return nil
}

func writeSettings(tx *record.Tx) error {
	found, err := od.Preferences.Table.Find(tx, "ORDER BY `PrefNum`")
	if err != nil {
		return err
	}
	for _, old := range found {
		value, ok := settings[old.PrefName]
		if !ok {
			continue
		}
		changed := *old
		changed.ValueString = value
		if err := record.Update(tx, od.Preferences.Table, old, &changed); err != nil {
			return err
		}
	}
	return nil
}

// writeProviders puts the providers in place of the stock ones. These are removed rather than
// changed: a change would be stamped with the real day.
func (p *practice) writeProviders(tx *record.Tx) error {
	stock, err := od.Providers.Table.Find(tx, "ORDER BY `ProvNum`")
	if err != nil {
		return err
	}
	for _, old := range stock {
		if err := record.Delete(tx, od.Providers.Table, old); err != nil {
			return err
		}
	}
	if err := record.Import(tx, od.Providers.Table, p.providers); err != nil {
		return err
	}
	for i, post := range posts {
		for _, clinic := range post.clinics {
			_, err := tx.Exec("INSERT INTO `providercliniclink` (`ProvNum`, `ClinicNum`) VALUES (?, ?)", store.Int(i+1), store.Int(clinic))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// ownDefinitions are those that the practice has added to its lists.
var ownDefinitions = []*od.Definition{
	{DefNum: webChecks, Category: 51, ItemOrder: 2, ItemName: "Check and cleaning"},
	{DefNum: blockLunch, Category: 25, ItemOrder: 0, ItemName: "Lunch"},
	{DefNum: blockEmergency, Category: 25, ItemOrder: 1, ItemName: "Emergencies"},
	{DefNum: blockMeeting, Category: 25, ItemOrder: 2, ItemName: "Meeting"},
	{DefNum: 721, Category: 38, ItemOrder: 3, ItemName: "Verified"},
}

func addDefinitions(tx *record.Tx) error {
	return record.Import(tx, od.Definitions.Table, ownDefinitions)
}
