package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Clinician treats at an organisation.
type Clinician struct {
	Num          int64
	Organisation int64
	Name         string
	GDC          string // the registration number; "" where none is known
	IsActive     bool
	Services     []int64 // of the organisation's, in which they treat; by number
	Rev          int64
}

const clinicianColumns = "SELECT c.`ClinicianNum`, c.`OrganisationNum`, c.`Name`, c.`GdcNumber`, c.`IsActive`, c.`Rev` FROM `clinician` AS c "

func (c Clinician) columns() []column {
	return []column{{"OrganisationNum", store.Int(c.Organisation)}, {"Name", store.Text(c.Name)}, {"NameFold", store.Text(dental.Fold(c.Name))}, {"GdcNumber", store.Text(c.GDC)}, {"IsActive", store.Bool(c.IsActive)}}
}

// readClinicians reads clinicians with their services: a second statement for all of them.
func readClinicians(c store.Conn, where string, args ...store.Value) (all []Clinician, err error) {
	at := make(map[int64]int)
	rows := c.Query(clinicianColumns+where+" ORDER BY c.`NameFold`, c.`ClinicianNum`", args...)
	for rows.Next() {
		at[rows.Int(0)] = len(all)
		all = append(all, Clinician{Num: rows.Int(0), Organisation: rows.Int(1), Name: string(rows.Text(2)), GDC: string(rows.Text(3)), IsActive: rows.Int(4) != 0, Rev: rows.Int(5)})
	}
	if err := rows.Close(); err != nil || len(all) == 0 {
		return nil, err
	}
	rows = c.Query("SELECT cs.`ClinicianNum`, cs.`ServiceNum` FROM `clinicianservice` AS cs JOIN `clinician` AS c ON c.`ClinicianNum` = cs.`ClinicianNum` "+where+" ORDER BY cs.`ServiceNum`", args...)
	for rows.Next() {
		if i, ok := at[rows.Int(0)]; ok {
			all[i].Services = append(all[i].Services, rows.Int(1))
		}
	}
	return all, rows.Close()
}

func clinicianOf(c store.Conn, num int64) (Clinician, error) {
	found, err := readClinicians(c, "WHERE c.`ClinicianNum` = ?", store.Int(num))
	if err == nil && len(found) == 0 {
		err = notFound("clinician")
	}
	if err != nil {
		return Clinician{}, err
	}
	return found[0], nil
}

// Clinicians are an organisation's, by their names.
func (r *Room) Clinicians(ctx context.Context, organisation int64) (all []Clinician, err error) {
	err = r.read(ctx, func(c store.Conn) error {
		all, err = readClinicians(c, "WHERE c.`OrganisationNum` = ?", store.Int(organisation))
		return err
	})
	return all, err
}

// Clinician reads one; NotFound where there is none.
func (r *Room) Clinician(ctx context.Context, num int64) (c Clinician, err error) {
	err = r.read(ctx, func(conn store.Conn) error {
		c, err = clinicianOf(conn, num)
		return err
	})
	return c, err
}

func (c *Clinician) check(f *faults) {
	f.name("The name", &c.Name)
	c.GDC = strings.TrimSpace(c.GDC)
	if c.GDC != "" && (len(c.GDC) < 4 || len(c.GDC) > 7 || strings.ContainsFunc(c.GDC, func(r rune) bool { return r < '0' || r > '9' })) {
		f.add("GdcNumber", "The GDC number has 4 to 7 digits; leave it empty if it is not known")
	}
}

// SaveClinician adds a clinician, where their Num is 0, or changes them.
func (r *Room) SaveClinician(ctx context.Context, caller audit.Caller, e Editor, c Clinician) (saved Clinician, err error) {
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		saved, err = saveClinician(tx, e, c)
		return err
	})
	return saved, err
}

func saveClinician(tx *record.Tx, e Editor, c Clinician) (_ Clinician, err error) {
	old := Clinician{}
	if c.Num != 0 {
		if old, err = clinicianOf(tx, c.Num); err != nil {
			return c, err
		}
		if c.Organisation != old.Organisation {
			return c, notFound("clinician")
		}
	}
	if _, err := editable(tx, e, c.Organisation); err != nil {
		return c, err
	}
	if old.Rev != c.Rev {
		return c, errChanged
	}
	var f faults
	c.check(&f)
	if found, err := one(tx, func(store.Row) {}, "SELECT `ClinicianNum` FROM `clinician` WHERE `OrganisationNum` = ? AND `NameFold` = ? AND `GdcNumber` = ? AND `ClinicianNum` <> ?",
		store.Int(c.Organisation), store.Text(dental.Fold(c.Name)), store.Text(c.GDC), store.Int(c.Num)); err != nil {
		return c, err
	} else if found {
		f.add("Name", "The organisation has a clinician of this name and GDC number already; change that entry instead")
	}
	c.Services = slices.Clone(c.Services)
	slices.Sort(c.Services)
	c.Services = slices.Compact(c.Services)
	theirs, err := readServices(tx, serviceColumns+"WHERE s.`OrganisationNum` = ?", store.Int(c.Organisation))
	if err != nil {
		return c, err
	}
	for _, num := range c.Services {
		if !slices.ContainsFunc(theirs, func(s Service) bool { return s.Num == num }) {
			f.add("Services", "The organisation has no service %d; choose of those that it has", num)
		}
	}
	if err := fault.InvalidFields(f); err != nil {
		return c, err
	}
	changed := false
	if c.Num == 0 {
		c.Rev = 1
		if c.Num, err = insert(tx, "clinician", c.columns()); err != nil {
			return c, err
		}
	} else if changed, err = update(tx, "clinician", "ClinicianNum", c.Num, c.Rev, old.columns(), c.columns()); err != nil {
		return c, err
	}
	if slices.Equal(old.Services, c.Services) {
		if changed {
			c.Rev++
		}
		return c, nil
	}
	if err := putServices(tx, c, old); err != nil {
		return c, err
	}
	if old.Num != 0 {
		if !changed {
			if err := tx.Send("UPDATE `clinician` SET `Rev` = ? WHERE `ClinicianNum` = ?", store.Int(c.Rev+1), store.Int(c.Num)); err != nil {
				return c, err
			}
		}
		c.Rev++
		return c, tx.Note(audit.Update, "clinician", c.Num, "Services")
	}
	return c, nil
}

// putServices writes in which services a clinician treats.
func putServices(tx *record.Tx, c, old Clinician) error {
	for _, num := range old.Services {
		if !slices.Contains(c.Services, num) {
			if err := tx.Send("DELETE FROM `clinicianservice` WHERE `ClinicianNum` = ? AND `ServiceNum` = ?", store.Int(c.Num), store.Int(num)); err != nil {
				return err
			}
		}
	}
	for _, num := range c.Services {
		if !slices.Contains(old.Services, num) {
			if err := tx.Send("INSERT INTO `clinicianservice` (`ClinicianNum`, `ServiceNum`) VALUES (?, ?)", store.Int(c.Num), store.Int(num)); err != nil {
				return err
			}
		}
	}
	return nil
}

// RemoveClinician takes a clinician out of the directory. What names them in referrals stays.
func (r *Room) RemoveClinician(ctx context.Context, caller audit.Caller, e Editor, num, rev int64) error {
	return r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		c, err := clinicianOf(tx, num)
		if err != nil {
			return err
		}
		if _, err := editable(tx, e, c.Organisation); err != nil {
			return err
		}
		if c.Rev != rev {
			return errChanged
		}
		if err := tx.Send("DELETE FROM `clinicianservice` WHERE `ClinicianNum` = ?", store.Int(num)); err != nil {
			return err
		}
		return remove(tx, "clinician", "ClinicianNum", num)
	})
}
