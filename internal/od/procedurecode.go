package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// procedureCode is what a procedure takes from its code.
type procedureCode struct {
	number    dental.CodeNum
	name      string
	area      dental.TreatArea
	baseUnits int
	revenue   string
	medical   string
	time      string
}

// readCodes reads the codes that a condition picks, in its order.
func readCodes(c store.Conn, where string, args ...store.Value) ([]procedureCode, error) {
	rows := c.Query("SELECT `CodeNum`, `ProcCode`, `TreatArea`, `BaseUnits`, `RevenueCodeDefault`, `MedicalCode`, `ProcTime`"+
		" FROM `procedurecode` WHERE "+where, args...)
	var found []procedureCode
	for rows.Next() {
		found = append(found, procedureCode{
			number: dental.CodeNum(rows.Int(0)), name: string(rows.Text(1)), area: dental.TreatArea(rows.Int(2)),
			baseUnits: int(rows.Int(3)), revenue: string(rows.Text(4)), medical: string(rows.Text(5)), time: string(rows.Text(6)),
		})
	}
	return found, rows.Close()
}

// findCodes reads procedure codes by their names, in one statement; a name that is none is left out.
func findCodes(c store.Conn, names []string) (map[string]procedureCode, error) {
	found := make(map[string]procedureCode, len(names))
	if len(names) == 0 {
		return found, nil
	}
	var args []store.Value
	for _, name := range names {
		args = append(args, store.Text(name))
	}
	codes, err := readCodes(c, "`ProcCode` IN (?"+strings.Repeat(", ?", len(args)-1)+") ORDER BY `CodeNum` DESC", args...)
	for _, code := range codes {
		found[code.name] = code
	}
	return found, err
}

// codeOf finds a procedure's code by what was sent of it. Where both were sent they must agree.
func codeOf(c store.Conn, p *Procedurelog) (procedureCode, error) {
	where, arg, missing := "`ProcCode` = ? ORDER BY `CodeNum` LIMIT 1", store.Text(strings.TrimSpace(p.ProcCode)), "procCode not found"
	if strings.TrimSpace(p.ProcCode) == "" {
		where, arg, missing = "`CodeNum` = ?", store.Int(p.CodeNum), "CodeNum not found"
	}
	codes, err := readCodes(c, where, arg)
	if err != nil {
		return procedureCode{}, err
	}
	if len(codes) == 0 {
		return procedureCode{}, fault.New(fault.NotFound, "%s", missing)
	}
	if p.CodeNum != 0 && p.CodeNum != codes[0].number {
		return procedureCode{}, disagree("CodeNum", "procCode")
	}
	return codes[0], nil
}
