package people

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Area is a part of a centre's work, for people to choose.
type Area struct {
	Num  int64
	Name string
}

// Organisation is one whose people somebody looks after.
type Organisation struct {
	Num   int64
	Name  string
	Kinds Kinds
	Areas []Area // that its people's roles can be for; none where it is no centre
}

// What is asked of organisations where Options say nothing else is what the hub's tables of the directory say.

func organisationNames(c store.Conn, organisations []int64) (map[int64]string, error) {
	names := make(map[int64]string, len(organisations))
	if len(organisations) == 0 {
		return names, nil
	}
	rows := c.Query("SELECT `OrganisationNum`, `Name` FROM `organisation` WHERE `OrganisationNum` IN ("+marks(len(organisations))+")", ints(organisations)...)
	for rows.Next() {
		names[rows.Int(0)] = string(rows.Text(1))
	}
	return names, rows.Close()
}

func organisationNamed(tx *record.Tx, name string) (num int64, err error) {
	found, err := one(tx, func(r store.Row) { num = r.Int(0) }, "SELECT `OrganisationNum` FROM `organisation` WHERE `NameFold` = ? ORDER BY `OrganisationNum` LIMIT 1", store.Text(dental.Fold(name)))
	if err == nil && !found {
		err = fault.InvalidFields([]fault.Field{{Name: "organisation", Text: "There is no organisation of this name"}})
	}
	return num, err
}

// Named finds an organisation by its name, for the operator.
func (r *Room) Named(c store.Conn, name string) (num int64, err error) {
	found, err := one(c, func(row store.Row) { num = row.Int(0) }, "SELECT `OrganisationNum` FROM `organisation` WHERE `NameFold` = ? ORDER BY `OrganisationNum` LIMIT 1", store.Text(dental.Fold(name)))
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no organisation named %q; `bridgework practice list` shows the practices, and the directory's page all others", name)
	}
	return num, err
}

func areasOfCentre(c store.Conn, centre int64) (areas []Area, err error) {
	rows := c.Query("SELECT `AreaNum`, `Name` FROM `area` WHERE `CentreNum` = ? ORDER BY `Name`, `AreaNum`", store.Int(centre))
	for rows.Next() {
		areas = append(areas, Area{rows.Int(0), string(rows.Text(1))})
	}
	return areas, rows.Close()
}

// mostUnder bounds how many organisations one list holds.
const mostUnder = 10_000

func organisationsUnder(c store.Conn, centre, area int64) (nums []int64, err error) {
	rows := c.Query("SELECT o.`OrganisationNum` FROM `organisation` AS o JOIN `area` AS a ON a.`AreaNum` = o.`AreaNum` WHERE a.`CentreNum` = ? AND (? = 0 OR a.`AreaNum` = ?) ORDER BY o.`Name`, o.`OrganisationNum` LIMIT ?",
		store.Int(centre), store.Int(area), store.Int(area), store.Int(mostUnder))
	for rows.Next() {
		nums = append(nums, rows.Int(0))
	}
	return nums, rows.Close()
}

// named puts the organisations' names into memberships.
func (r *Room) named(c store.Conn, memberships []Membership) error {
	var nums []int64
	for _, m := range memberships {
		if !slices.Contains(nums, m.Organisation) {
			nums = append(nums, m.Organisation)
		}
	}
	names, err := r.options.Names(c, nums)
	if err != nil {
		return err
	}
	for i := range memberships {
		memberships[i].OrganisationName = names[memberships[i].Organisation]
	}
	return nil
}
