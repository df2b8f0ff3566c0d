package od

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

func checkProcedurelog(_, new *Procedurelog) []fault.Field {
	var faults []fault.Field
	refuse := func(name, text string) { faults = append(faults, fault.Field{Name: name, Text: name + " " + text}) }
	if new.ProcStatus == dental.ProcDeleted || new.ProcStatus == dental.ProcPlannedInactively {
		refuse("ProcStatus", "must be one of TP, C, EC, EO, R, Cn")
	}
	if new.CodeNum == 0 && strings.TrimSpace(new.ProcCode) == "" {
		refuse("procCode", "is required")
	}
	if new.ProcFee < 0 {
		refuse("ProcFee", "cannot be negative")
	}
	if new.Discount < 0 {
		refuse("Discount", "cannot be negative")
	}
	if new.ToothNum != "" && !dental.IsTooth(new.ToothNum) {
		refuse("ToothNum", "must be a tooth, such as 4 or A")
	}
	if new.ToothRange != "" && !dental.AreTeeth(new.ToothRange) {
		refuse("ToothRange", "must be teeth, such as 2,4-6")
	}
	if !slices.Contains([]string{"", "No", "I", "R"}, new.Prosthesis) {
		refuse("Prosthesis", "must be one of No, I, R")
	}
	return faults
}

// createProcedurelog adds a procedure and fills in what was not sent (seed 002, Procedurelogs POST).
func createProcedurelog(tx *record.Tx, in Body, p *Procedurelog) error {
	patient, err := livingPatient(tx, p.PatNum)
	if err != nil {
		return err
	}
	visit, err := visitOf(tx, p)
	if err != nil {
		return err
	}
	code, err := codeOf(tx, p)
	if err != nil {
		return err
	}
	if p.Surf != "" && !code.area.IsSurface(p.Surf) {
		return fault.InvalidFields([]fault.Field{{Name: "Surf", Text: "Surf is none of this procedure code's treatment area"}})
	}
	if err := refuseFutureCompletion(tx, p); err != nil {
		return err
	}
	for _, fill := range []func() error{
		func() error { return fillDefinitions(tx, in, p) },
		func() error { return fillProvider(tx, in, p, visit, patient) },
		func() error { return fillPlace(tx, in, p, visit, patient) },
	} {
		if err := fill(); err != nil {
			return err
		}
	}
	if !in.Has("ProcFee") {
		basis := feeBasis{patient: patient, provider: p.ProvNum, clinic: p.ClinicNum, day: p.ProcDate}
		fees, err := basis.fees(tx, code.number)
		if err != nil {
			return err
		}
		p.ProcFee = fees[code.number]
	}
	if p.Prosthesis == "No" {
		p.Prosthesis = ""
	}
	if err := addProcedure(tx, p, code); err != nil {
		return err
	}
	if p.ProcStatus == dental.ProcComplete {
		if err := ageFamily(tx, patient); err != nil {
			return err
		}
	}
	for _, apt := range []dental.AptNum{p.AptNum, p.PlannedAptNum} {
		if err := describeVisit(tx, apt); err != nil {
			return err
		}
	}
	return nil
}

// addProcedure writes a new procedure with what follows from its code and its status.
func addProcedure(tx *record.Tx, p *Procedurelog, code procedureCode) error {
	version, err := preferenceNum(tx, "DxIcdVersion")
	if err != nil {
		return err
	}
	if p.DateTP.IsNone() {
		p.DateTP = p.ProcDate
	}
	if p.ProcStatus == dental.ProcComplete {
		p.DateComplete = p.ProcDate
	}
	p.CodeNum, p.UnitQty, p.BaseUnits = code.number, 1, code.baseUnits
	p.RevCode, p.MedicalCode, p.IcdVersion = code.revenue, code.medical, int(version)
	p.DateEntryC, p.SecDateEntry = tx.At.Date(), tx.At
	return record.Create(tx, procedureLogs, p)
}

// describeVisit tells an appointment of the procedures that it has now; 0 is none.
func describeVisit(tx *record.Tx, apt dental.AptNum) error {
	if apt == 0 {
		return nil
	}
	old, err := appointments.Get(tx, int64(apt))
	if err != nil {
		return err
	}
	changed := *old
	if changed.ProcDescript, err = describeProcedures(tx, old); err != nil {
		return err
	}
	return saveAppointment(tx, old, &changed, histChanged)
}

// visit is what a procedure takes from its appointment.
type visit struct {
	provider dental.ProvNum
	clinic   dental.ClinicNum
}

// visitOf reads the appointment, nil for none, and refuses another patient's.
func visitOf(c store.Conn, p *Procedurelog) (*visit, error) {
	var found *visit
	for _, apt := range []struct {
		name   string
		number dental.AptNum
	}{{"PlannedAptNum", p.PlannedAptNum}, {"AptNum", p.AptNum}} {
		if apt.number == 0 {
			continue
		}
		rows := c.Query("SELECT `PatNum`, `ProvNum`, `ClinicNum` FROM `appointment` WHERE `AptNum` = ?", store.Int(apt.number))
		exists, patient := rows.Next(), dental.PatNum(0)
		if exists {
			patient = dental.PatNum(rows.Int(0))
			found = &visit{dental.ProvNum(rows.Int(1)), dental.ClinicNum(rows.Int(2))}
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
		if !exists {
			return nil, fault.New(fault.NotFound, "Appointment not found")
		}
		if patient != p.PatNum {
			return nil, fault.InvalidFields([]fault.Field{{Name: apt.name, Text: apt.name + " is an appointment of another patient"}})
		}
	}
	return found, nil
}

// disagree refuses a key and a name that say different things.
func disagree(key, name string) error {
	return fault.InvalidFields([]fault.Field{{Name: key, Text: key + " and " + name + " do not agree; send one of them"}})
}

// refuseFutureCompletion refuses what is complete before it is done.
func refuseFutureCompletion(tx *record.Tx, p *Procedurelog) error {
	if p.ProcStatus != dental.ProcComplete || !tx.At.Date().Before(p.ProcDate) {
		return nil
	}
	allowed, err := preferenceNum(tx, "FutureTransDatesAllowed")
	if err != nil || allowed != 0 {
		return err
	}
	return fault.InvalidFields([]fault.Field{{Name: "ProcDate",
		Text: "ProcDate of a complete procedure cannot be in the future unless the preference FutureTransDatesAllowed is on"}})
}

// fillDefinitions finds priority and diagnosis by name, or takes the first of each list.
func fillDefinitions(tx *record.Tx, in Body, p *Procedurelog) error {
	for _, list := range []struct {
		category  dental.DefCat
		key, name string
		value     *dental.DefNum
	}{
		{dental.DefCatTxPriorities, "Priority", "priority", &p.Priority},
		{dental.DefCatDiagnosis, "Dx", "dxName", &p.Dx},
	} {
		var err error
		number := dental.DefNum(0)
		if name := in.Text(list.name); strings.TrimSpace(name) != "" {
			if number, err = findDefinition(tx, list.category, name, list.key); err != nil {
				return err
			}
			if in.Has(list.key) && *list.value != number {
				return disagree(list.key, list.name)
			}
		} else if !in.Has(list.key) {
			if number, err = firstDefinition(tx, list.category, ""); err != nil {
				return err
			}
		} else {
			continue
		}
		*list.value = number
	}
	return nil
}

// fillProvider finds the provider by the short name, or takes the appointment's, the patient's or the
// practice's.
func fillProvider(tx *record.Tx, in Body, p *Procedurelog, visit *visit, patient *Patient) error {
	if abbr := in.Text("provAbbr"); strings.TrimSpace(abbr) != "" {
		found, err := providers.Find(tx, "WHERE `Abbr` = ? ORDER BY `IsHidden`, `ProvNum` LIMIT 1", store.Text(abbr))
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fault.New(fault.NotFound, "Provider not found")
		}
		if p.ProvNum != 0 && p.ProvNum != found[0].ProvNum {
			return disagree("ProvNum", "provAbbr")
		}
		p.ProvNum = found[0].ProvNum
	}
	if p.ProvNum == 0 && visit != nil {
		p.ProvNum = visit.provider
	}
	if p.ProvNum == 0 {
		p.ProvNum = patient.PriProv
	}
	if p.ProvNum != 0 {
		return nil
	}
	number, err := preferenceNum(tx, "PracticeDefaultProv")
	p.ProvNum = dental.ProvNum(number)
	return err
}

// fillPlace fills in clinic, site and place of service.
func fillPlace(tx *record.Tx, in Body, p *Procedurelog, visit *visit, patient *Patient) error {
	if err := refuseClinicIfOff(tx, p.ClinicNum); err != nil {
		return err
	}
	on, err := clinicsAreOn(tx)
	if err != nil {
		return err
	}
	if on && !in.Has("ClinicNum") {
		p.ClinicNum = patient.ClinicNum
		if visit != nil {
			p.ClinicNum = visit.clinic
		}
	}
	if !in.Has("SiteNum") {
		p.SiteNum = patient.SiteNum
	}
	if !in.Has("PlaceService") {
		place, err := preferenceNum(tx, "DefaultProcedurePlaceService")
		if err != nil {
			return err
		}
		p.PlaceService = dental.PlaceOfService(place)
	}
	return nil
}
