package directory

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Organisation refers, triages or treats.
type Organisation struct {
	Num         int64 // a practice of this installation has the practice's; the others are numbered from FirstNum
	Name        string
	Address     string
	Phone       string
	Email       string
	Website     string
	Hours       string // when it is open, in its own words
	IsReferring bool
	IsTreating  bool
	IsCentre    bool
	Area        int64 // where it lies
	IsActive    bool  // an inactive one gets no referral any more
	Rev         int64 // counted up by each change; a change is refused that was made on another one
}

// FirstNum is the first number of an organisation that is no practice of this installation.
const FirstNum = 1_000_001

// IsPractice tells that the organisation has a practice's database here.
func (o Organisation) IsPractice() bool { return o.Num > 0 && o.Num < FirstNum }

const organisationColumns = "SELECT o.`OrganisationNum`, o.`Name`, o.`Address`, o.`Phone`, o.`Email`, o.`Website`, o.`Hours`, o.`IsReferring`, o.`IsTreating`, o.`IsCentre`, o.`AreaNum`, o.`IsActive`, o.`Rev` FROM `organisation` AS o "

func scanOrganisation(r store.Row) Organisation {
	return Organisation{Num: r.Int(0), Name: string(r.Text(1)), Address: string(r.Text(2)), Phone: string(r.Text(3)), Email: string(r.Text(4)), Website: string(r.Text(5)),
		Hours: string(r.Text(6)), IsReferring: r.Int(7) != 0, IsTreating: r.Int(8) != 0, IsCentre: r.Int(9) != 0, Area: r.Int(10), IsActive: r.Int(11) != 0, Rev: r.Int(12)}
}

// columns are what of an organisation is written, in one order.
func (o Organisation) columns() []column {
	return []column{{"Name", store.Text(o.Name)}, {"NameFold", store.Text(dental.Fold(o.Name))}, {"Address", store.Text(o.Address)}, {"Phone", store.Text(o.Phone)},
		{"Email", store.Text(o.Email)}, {"Website", store.Text(o.Website)}, {"Hours", store.Text(o.Hours)}, {"IsReferring", store.Bool(o.IsReferring)},
		{"IsTreating", store.Bool(o.IsTreating)}, {"IsCentre", store.Bool(o.IsCentre)}, {"AreaNum", store.Int(o.Area)}, {"IsActive", store.Bool(o.IsActive)}}
}

// Of reads an organisation in a transaction or a read of somebody else's. It is NotFound where there is none.
func Of(c store.Conn, num int64) (o Organisation, err error) {
	found, err := one(c, func(r store.Row) { o = scanOrganisation(r) }, organisationColumns+"WHERE o.`OrganisationNum` = ?", store.Int(num))
	if err == nil && !found {
		err = notFound("organisation")
	}
	return o, err
}

// Organisation reads one; NotFound where there is none.
func (r *Room) Organisation(ctx context.Context, num int64) (o Organisation, err error) {
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		o, err = Of(c, num)
		return err
	})
	return o, err
}

// check cleans an organisation and says all that is wrong with it.
func (o *Organisation) check(f *faults) {
	f.name("The name", &o.Name)
	f.lines("Address", "The address", &o.Address, 500)
	f.phone("Phone", &o.Phone)
	f.email("Email", &o.Email)
	f.website("Website", &o.Website)
	f.lines("Hours", "The opening hours", &o.Hours, 1000)
}

// SaveOrganisation adds an organisation, where its Num is 0, or changes it. An organisation's own administrator may change how
// it is named and reached; what it is, where it lies and whether it is active is for the referral centre of its area. It is
// Invalid with all faults, Forbidden, NotFound, or a Conflict where somebody else has changed it since o.Rev.
func (r *Room) SaveOrganisation(ctx context.Context, caller audit.Caller, e Editor, o Organisation) (saved Organisation, err error) {
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		saved, err = r.saveOrganisation(tx, e, o)
		return err
	})
	return saved, err
}

func (r *Room) saveOrganisation(tx *record.Tx, e Editor, o Organisation) (_ Organisation, err error) {
	old := Organisation{}
	if o.Num != 0 {
		if old, err = Of(tx, o.Num); err != nil {
			return o, err
		}
		if !e.MayChange(old) {
			return o, errNotTheirs
		}
		if old.Rev != o.Rev {
			return o, errChanged
		}
	} else if !e.MayAdd() {
		return o, errNotCentre
	}
	var f faults
	o.check(&f)
	if err := r.checkPlace(tx, e, old, o, &f); err != nil {
		return o, err
	}
	if err := checkSameName(tx, o, &f); err != nil {
		return o, err
	}
	if err := fault.InvalidFields(f); err != nil {
		return o, err
	}
	if o.Num == 0 {
		return addOrganisation(tx, o)
	}
	changed, err := update(tx, "organisation", "OrganisationNum", o.Num, o.Rev, old.columns(), o.columns())
	if err != nil || !changed {
		return o, err
	}
	o.Rev++
	return o, r.tellPractice(tx, old, o)
}

// addOrganisation gives the next number: those below FirstNum are the practices'. It is not left to the engine, because not each one
// remembers over a restart what it has given.
func addOrganisation(tx *record.Tx, o Organisation) (Organisation, error) {
	o.Num, o.Rev = FirstNum, 1
	if _, err := one(tx, func(r store.Row) { o.Num = max(o.Num, r.Int(0)+1) }, "SELECT COALESCE(MAX(`OrganisationNum`), 0) FROM `organisation`"); err != nil {
		return o, err
	}
	err := insertAs(tx, "organisation", o.Num, append([]column{{"OrganisationNum", store.Int(o.Num)}}, o.columns()...))
	if fault.Is(err, fault.Conflict) { // another server over the same database was faster
		err = fault.New(fault.Conflict, "Somebody else has added an organisation at the same moment; save again")
	}
	return o, err
}

// checkPlace checks what only the area's referral centre may decide.
func (r *Room) checkPlace(tx *record.Tx, e Editor, old, o Organisation, f *faults) error {
	moved := o.Area != old.Area
	decided := moved || o.IsReferring != old.IsReferring || o.IsTreating != old.IsTreating || o.IsCentre != old.IsCentre || o.IsActive != old.IsActive
	switch {
	case !decided:
	case old.Num != 0 && !e.MayChangeArea(old.Area):
		return fault.New(fault.Forbidden, "What an organisation is, its area, and whether it is active, only the administrators of the area's referral centre may change")
	case !e.MayChangeArea(o.Area):
		f.add("AreaNum", "The area must be one of those that you are responsible for")
	case moved:
		if found, err := one(tx, func(store.Row) {}, "SELECT `AreaNum` FROM `area` WHERE `AreaNum` = ?", store.Int(o.Area)); err != nil {
			return err
		} else if !found {
			f.add("AreaNum", "There is no such area; choose one of those that there are")
		}
	}
	if !o.IsReferring && !o.IsTreating && !o.IsCentre {
		f.add("IsReferring", "Say what the organisation does: it refers, treats, or is a referral centre")
	}
	for _, s := range standings {
		if s.is(old) && !s.is(o) {
			if err := checkNobody(tx, o.Num, s, f); err != nil {
				return err
			}
		}
	}
	if old.IsCentre && !o.IsCentre {
		if found, err := one(tx, func(store.Row) {}, "SELECT `AreaNum` FROM `area` WHERE `CentreNum` = ? LIMIT 1", store.Int(o.Num)); err != nil {
			return err
		} else if found {
			f.add("IsCentre", "The organisation is responsible for an area, and stays a referral centre; give its areas to another centre first")
		}
	}
	return nil
}

// standing is what an organisation is, and which roles of its people rest on it.
type standing struct {
	column string
	is     func(Organisation) bool
	roles  []lifecycle.Role
}

var standings = []standing{
	{"IsReferring", func(o Organisation) bool { return o.IsReferring }, []lifecycle.Role{lifecycle.Referrer}},
	{"IsTreating", func(o Organisation) bool { return o.IsTreating }, []lifecycle.Role{lifecycle.Provider}},
	{"IsCentre", func(o Organisation) bool { return o.IsCentre }, []lifecycle.Role{lifecycle.Triager, lifecycle.Approver}},
}

// checkNobody refuses that an organisation stops being something while people have a role by it: they would be signed in, and have
// nothing to work on. Invitations that wait do not keep it; their links say then that there is no such role.
func checkNobody(tx *record.Tx, organisation int64, s standing, f *faults) error {
	for _, role := range s.roles {
		count := 0
		if _, err := one(tx, func(r store.Row) { count = int(r.Int(0)) }, "SELECT COUNT(DISTINCT `PersonNum`) FROM `membership` WHERE `OrganisationNum` = ? AND `Role` = ? AND `EndedAt` = '0001-01-01 00:00:00'",
			store.Int(organisation), store.Text(role)); err != nil {
			return err
		}
		switch {
		case count == 1:
			f.add(s.column, "One person has the role %s here; end it on the page People first", role)
		case count > 1:
			f.add(s.column, "%d people have the role %s here; end their roles on the page People first", count, role)
		}
	}
	return nil
}

// checkSameName: people tell organisations apart by their names.
func checkSameName(tx *record.Tx, o Organisation, f *faults) error {
	if o.Name == "" {
		return nil
	}
	var other int64
	found, err := one(tx, func(r store.Row) { other = r.Int(0) }, "SELECT `OrganisationNum` FROM `organisation` WHERE `NameFold` = ? AND `OrganisationNum` <> ? LIMIT 1",
		store.Text(dental.Fold(o.Name)), store.Int(o.Num))
	if found {
		f.add("Name", "Organisation %d has this name already; add what tells them apart, such as the town", other)
	}
	return err
}

// tellPractice keeps what stands on a practice's forms the same as its entry, in the same commit.
func (r *Room) tellPractice(tx *record.Tx, old, o Organisation) error {
	if !o.IsPractice() || old.Name == o.Name && old.Address == o.Address && old.Phone == o.Phone && old.Email == o.Email {
		return nil
	}
	fold := dental.Fold(o.Name)
	if found, err := one(tx, func(store.Row) {}, "SELECT `PracticeNum` FROM `practice` WHERE `NameFold` = ? AND `PracticeNum` <> ?", store.Text(fold), store.Int(o.Num)); err != nil {
		return err
	} else if found {
		return fault.InvalidFields([]fault.Field{{Name: "Name", Text: "Another practice has this name already; add what tells them apart, such as the town"}})
	}
	if err := tx.Send("UPDATE `practice` SET `Name` = ?, `NameFold` = ?, `Address` = ?, `Phone` = ?, `Email` = ? WHERE `PracticeNum` = ?",
		store.Text(o.Name), store.Text(fold), store.Text(strings.ReplaceAll(o.Address, "\n", ", ")), store.Text(o.Phone), store.Text(o.Email), store.Int(o.Num)); err != nil {
		return err
	}
	return tx.Note(audit.Update, "practice", o.Num, "Name,Address,Phone,Email")
}
