package directory

import (
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// index is the whole directory in memory, by number and by name: a file names many entries.
type index struct {
	areas         map[string]int64 // by folded name
	areaNames     map[int64]string
	organisations map[int64]Organisation
	services      map[int64]Service
	clinicians    map[int64]Clinician
	named         map[string]int64 // an entry's number by its kind, organisation and folded name
}

func fold(text string) string { return dental.Fold(text) }

func readIndex(c store.Conn) (*index, error) {
	x := &index{areas: make(map[string]int64), areaNames: make(map[int64]string), organisations: make(map[int64]Organisation), services: make(map[int64]Service),
		clinicians: make(map[int64]Clinician), named: make(map[string]int64)}
	areas, err := readAreas(c, areaColumns+"ORDER BY `AreaNum`")
	if err != nil {
		return nil, err
	}
	for _, a := range areas {
		x.areas[fold(a.Name)], x.areaNames[a.Num] = a.Num, a.Name
	}
	rows := c.Query(organisationColumns + "ORDER BY o.`OrganisationNum`")
	for rows.Next() {
		x.putOrganisation(scanOrganisation(rows))
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	services, err := readServices(c, serviceColumns+"ORDER BY s.`ServiceNum`")
	if err != nil {
		return nil, err
	}
	for _, s := range services {
		x.putService(s)
	}
	clinicians, err := readClinicians(c, "")
	if err != nil {
		return nil, err
	}
	for _, one := range clinicians {
		x.putClinician(one)
	}
	return x, nil
}

func key(kind string, organisation int64, name, more string) string {
	return kind + "\x00" + strconv.FormatInt(organisation, 10) + "\x00" + fold(name) + "\x00" + more
}

// The first of a name keeps it: practices may have been named alike before the directory told them apart.
func (x *index) name(k string, num int64) {
	if _, taken := x.named[k]; !taken {
		x.named[k] = num
	}
}

func (x *index) putOrganisation(o Organisation) {
	if old, ok := x.organisations[o.Num]; ok {
		delete(x.named, key("organisation", 0, old.Name, ""))
	}
	x.organisations[o.Num] = o
	x.name(key("organisation", 0, o.Name, ""), o.Num)
}

func (x *index) putService(s Service) {
	if old, ok := x.services[s.Num]; ok {
		delete(x.named, key("service", old.Organisation, old.Name, ""))
	}
	x.services[s.Num] = s
	x.name(key("service", s.Organisation, s.Name, ""), s.Num)
}

func (x *index) putClinician(c Clinician) {
	if old, ok := x.clinicians[c.Num]; ok {
		delete(x.named, key("clinician", old.Organisation, old.Name, old.GDC))
	}
	x.clinicians[c.Num] = c
	x.name(key("clinician", c.Organisation, c.Name, c.GDC), c.Num)
}

// organisationNamed finds an organisation by its number or its name.
func (x *index) organisationNamed(text string) (Organisation, bool) {
	if num, err := strconv.ParseInt(text, 10, 64); err == nil {
		if o, ok := x.organisations[num]; ok {
			return o, true
		}
	}
	num, ok := x.named[key("organisation", 0, text, "")]
	return x.organisations[num], ok
}

// serviceNamed finds an organisation's service by its name, or its number where the name is none.
func (x *index) serviceNamed(organisation int64, text string) (int64, bool) {
	if num, ok := x.named[key("service", organisation, text, "")]; ok {
		return num, true
	}
	if num, err := strconv.ParseInt(text, 10, 64); err == nil {
		if s, ok := x.services[num]; ok && s.Organisation == organisation {
			return num, true
		}
	}
	return 0, false
}
