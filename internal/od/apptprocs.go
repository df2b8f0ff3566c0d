package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// codeNames splits an appointment type's list of codes.
func codeNames(list string) []string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// attachProcedures plans the procedures of an appointment type for the visit, and describes them in it.
func attachProcedures(tx *record.Tx, a *Appointment, patient *Patient, list string) error {
	names := codeNames(list)
	codes, err := findCodes(tx, names)
	if err != nil || len(codes) == 0 {
		return err
	}
	var planned []procedureCode
	for _, name := range names {
		if code, ok := codes[name]; ok {
			planned = append(planned, code)
		}
	}
	visit := Procedurelog{AptNum: a.AptNum, ProcDate: a.AptDateTime.Date(), ProcStatus: dental.ProcPlanned}
	if a.AptStatus == dental.AptPlanned {
		visit.AptNum, visit.PlannedAptNum = 0, a.AptNum
	}
	if err := addProcedures(tx, a, patient, visit, planned); err != nil {
		return err
	}
	old := *a
	if a.ProcDescript, err = describeProcedures(tx, a); err != nil {
		return err
	}
	return record.Update(tx, appointments, &old, a)
}

// addProcedures makes a procedure like the given one for each of the codes, with the appointment's provider
// and clinic and the fees that hold there.
func addProcedures(tx *record.Tx, a *Appointment, patient *Patient, like Procedurelog, codes []procedureCode) error {
	place, err := preferenceNum(tx, "DefaultProcedurePlaceService")
	if err != nil {
		return err
	}
	like.PatNum, like.ProvNum, like.ClinicNum = a.PatNum, a.ProvNum, a.ClinicNum
	like.SiteNum, like.PlaceService = patient.SiteNum, dental.PlaceOfService(place)
	var numbers []dental.CodeNum
	for _, code := range codes {
		numbers = append(numbers, code.number)
	}
	basis := feeBasis{patient: patient, provider: a.ProvNum, clinic: a.ClinicNum, day: like.ProcDate}
	fees, err := basis.fees(tx, numbers...)
	if err != nil {
		return err
	}
	for _, code := range codes {
		p := like
		p.ProcFee = fees[code.number]
		if err := addProcedure(tx, &p, code); err != nil {
			return err
		}
	}
	return nil
}

// describeProcedures makes ProcDescript of the attached procedures (notes.md §3). Whatever attaches one or
// takes one off writes it anew.
func describeProcedures(tx *record.Tx, a *Appointment) (string, error) {
	attached := "`AptNum`"
	if a.AptStatus == dental.AptPlanned {
		attached = "`PlannedAptNum`"
	}
	rows := tx.Query("SELECT c.`TreatArea`, p.`ToothNum`, p.`Surf`, c.`AbbrDesc` FROM `procedurelog` AS p"+
		" JOIN `procedurecode` AS c ON c.`CodeNum` = p.`CodeNum` WHERE p."+attached+" = ? AND p.`ProcStatus` <> 6 ORDER BY p.`ProcNum`",
		store.Int(a.AptNum))
	var parts []string
	for rows.Next() {
		parts = append(parts, describeProcedure(int(rows.Int(0)), string(rows.Text(1)), string(rows.Text(2)), string(rows.Text(3))))
	}
	return strings.Join(parts, ", "), rows.Close()
}

// describeProcedure is the abbreviation of a procedure behind the place that was treated.
func describeProcedure(area int, tooth, surface, abbreviation string) string {
	switch area {
	case 1: // Surf
		return "#" + tooth + "-" + surface + "-" + abbreviation
	case 2: // Tooth
		return "#" + tooth + "-" + abbreviation
	case 4, 6: // Quad, Arch
		return surface + "-" + abbreviation
	case 5: // Sextant
		return "S" + surface + "-" + abbreviation
	default:
		return abbreviation
	}
}
