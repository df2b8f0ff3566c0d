package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// apptProc is a procedure as an appointment makes it.
type apptProc struct {
	ProcNum      dental.ProcNum   `od:"key"`
	PatNum       dental.PatNum    `od:"server"`
	AptNum       dental.AptNum    `od:"server"`
	ProcDate     dental.Date      `od:"server"`
	ProcFee      dental.Money     `od:"server"`
	ProcStatus   int8             `od:"server"`
	ProvNum      dental.ProvNum   `od:"server"`
	PlannedApt   dental.AptNum    `od:"server column=PlannedAptNum"`
	DateEntryC   dental.Date      `od:"server"`
	ClinicNum    dental.ClinicNum `od:"server"`
	CodeNum      dental.CodeNum   `od:"server"`
	UnitQty      int              `od:"server"`
	BaseUnits    int              `od:"server"`
	DateTP       dental.Date      `od:"server"`
	SiteNum      dental.SiteNum   `od:"server"`
	PlaceService int8             `od:"server"`
	DateTStamp   dental.DateTime  `od:"stamp"`
}

var apptProcs = resource.Derive[apptProc](resource.Spec{
	Name: "Procedures of appointments", Path: "apptprocs", Thing: "Procedure", Table: "procedurelog",
}, nil)

// The statuses of a procedure that an appointment makes.
const (
	procPlanned  int8 = 1 // TP
	procComplete int8 = 2 // C
)

// apptCode is a procedure code with the fee that holds for a visit.
type apptCode struct {
	number    dental.CodeNum
	baseUnits int
	time      string
	fee       dental.Money
}

// findCodes reads procedure codes by their names, in one statement; a name that is none is left out.
func findCodes(c store.Conn, names []string) (map[string]apptCode, error) {
	found := make(map[string]apptCode, len(names))
	if len(names) == 0 {
		return found, nil
	}
	var args []store.Value
	for _, name := range names {
		args = append(args, store.Text(name))
	}
	rows := c.Query("SELECT `ProcCode`, `CodeNum`, `BaseUnits`, `ProcTime` FROM `procedurecode` WHERE `ProcCode` IN (?"+
		strings.Repeat(", ?", len(args)-1)+") ORDER BY `CodeNum` DESC", args...)
	for rows.Next() {
		found[string(rows.Text(0))] = apptCode{
			number: dental.CodeNum(rows.Int(1)), baseUnits: int(rows.Int(2)), time: string(rows.Text(3)),
		}
	}
	return found, rows.Close()
}

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

// priced sets the fees of codes: of the patient's fee schedule, else of the provider's; the fee for the
// clinic and the provider wins over the general one.
func priced(c store.Conn, codes map[string]apptCode, a *Appointment, patient *Patient) error {
	schedule := patient.FeeSched
	if schedule == 0 {
		found, err := providers.Find(c, "WHERE `ProvNum` = ?", store.Int(a.ProvNum))
		if err != nil {
			return err
		}
		if len(found) > 0 {
			schedule = found[0].FeeSched
		}
	}
	if schedule == 0 || len(codes) == 0 {
		return nil
	}
	args := []store.Value{store.Int(schedule), store.Int(a.ClinicNum), store.Int(a.ProvNum)}
	for _, code := range codes {
		args = append(args, store.Int(code.number))
	}
	rows := c.Query("SELECT `CodeNum`, `Amount` FROM `fee` WHERE `FeeSched` = ? AND `ClinicNum` IN (0, ?) AND `ProvNum` IN (0, ?)"+
		" AND `CodeNum` IN (?"+strings.Repeat(", ?", len(codes)-1)+") ORDER BY `ClinicNum`, `ProvNum`, `FeeNum`", args...)
	fees := make(map[dental.CodeNum]dental.Money)
	for rows.Next() {
		fees[dental.CodeNum(rows.Int(0))] = dental.MoneyOf(rows.Float(1))
	}
	for name, code := range codes {
		code.fee = fees[code.number]
		codes[name] = code
	}
	return rows.Close()
}

// addProcedure makes a procedure of a visit.
func addProcedure(tx *record.Tx, a *Appointment, patient *Patient, code apptCode, row apptProc) error {
	place, err := preferenceNum(tx, "DefaultProcedurePlaceService")
	if err != nil {
		return err
	}
	row.PatNum, row.ProvNum, row.ClinicNum = a.PatNum, a.ProvNum, a.ClinicNum
	row.CodeNum, row.BaseUnits, row.ProcFee, row.UnitQty = code.number, code.baseUnits, code.fee, 1
	row.DateTP, row.DateEntryC, row.SiteNum, row.PlaceService = row.ProcDate, tx.At.Date(), patient.SiteNum, int8(place)
	return record.Create(tx, apptProcs, &row)
}

// attachProcedures plans the procedures of an appointment type for the visit.
func attachProcedures(tx *record.Tx, a *Appointment, patient *Patient, list string) error {
	names := codeNames(list)
	codes, err := findCodes(tx, names)
	if err != nil || len(codes) == 0 {
		return err
	}
	if err := priced(tx, codes, a, patient); err != nil {
		return err
	}
	for _, name := range names {
		code, ok := codes[name]
		if !ok {
			continue
		}
		row := apptProc{AptNum: a.AptNum, ProcDate: a.AptDateTime.Date(), ProcStatus: procPlanned}
		if a.AptStatus == dental.AptPlanned {
			row.AptNum, row.PlannedApt = 0, a.AptNum
		}
		if err := addProcedure(tx, a, patient, code, row); err != nil {
			return err
		}
	}
	return describeProcedures(tx, a)
}

// describeProcedures rebuilds ProcDescript from the attached procedures (notes.md §3). It belongs after
// whatever attaches one or takes one off.
func describeProcedures(tx *record.Tx, old *Appointment) error {
	attached := "`AptNum`"
	if old.AptStatus == dental.AptPlanned {
		attached = "`PlannedAptNum`"
	}
	rows := tx.Query("SELECT c.`TreatArea`, p.`ToothNum`, p.`Surf`, c.`AbbrDesc` FROM `procedurelog` AS p"+
		" JOIN `procedurecode` AS c ON c.`CodeNum` = p.`CodeNum` WHERE p."+attached+" = ? AND p.`ProcStatus` <> 6 ORDER BY p.`ProcNum`",
		store.Int(old.AptNum))
	var parts []string
	for rows.Next() {
		parts = append(parts, describeProcedure(int(rows.Int(0)), string(rows.Text(1)), string(rows.Text(2)), string(rows.Text(3))))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	changed := *old
	changed.ProcDescript = strings.Join(parts, ", ")
	return record.Update(tx, appointments, old, &changed)
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
