package catalogue

import (
	"fmt"
	"strings"
)

// masked are columns whose content is for Bridgework alone: it stores keys sealed, and callers see "".
var masked = map[string]string{"apisubscription": "CustomerKey"}

// Masked tells whether a stored table has a column that callers do not see the content of.
func (t *Table) Masked() bool { return masked[t.Name] != "" }

// Statement is the SELECT that gives the rows of a table which is not simply read, in the SQL that the
// engines share.
func (t *Table) Statement() string {
	columns := make([]string, len(t.Columns))
	switch t.Origin {
	case Stored:
		for i, c := range t.Columns {
			columns[i] = "`" + c.Name + "`"
			if c.Name == masked[t.Name] {
				columns[i] = "'' AS `" + c.Name + "`"
			}
		}
		return fmt.Sprintf("SELECT %s FROM `%s`", strings.Join(columns, ", "), t.Name)
	case Derived:
		for i, c := range t.Columns {
			columns[i] = t.from[i] + " AS `" + c.Name + "`"
		}
		return fmt.Sprintf("SELECT %s FROM `%s`", strings.Join(columns, ", "), t.of) + t.where
	default:
		for i, c := range t.Columns {
			columns[i] = "NULL AS `" + c.Name + "`"
		}
		return fmt.Sprintf("SELECT %s FROM `patient` WHERE 1 = 0", strings.Join(columns, ", "))
	}
}

// derivation is a table that shows another one's rows in Open Dental's shape: an expression for each of
// its columns, and which rows where it is not all of them.
type derivation struct {
	of    string
	from  []string
	where string
}

var derivations = map[string]derivation{
	// The trail: who did or tried what. What Bridgework's trail has no number for is 0.
	"securitylog": {of: "auditevent", from: []string{
		"`AuditNum`", "0", "`KeyNum`", "`LoggedAt`", "CONCAT(`Action`, ' ', `Target`, CASE WHEN `Detail` = '' THEN '' ELSE ' ' END, `Detail`)",
		"CASE WHEN `Target` = 'patient' THEN `TargetNum` ELSE 0 END", "`Caller`", "`TargetNum`", "0", "0", "0", "'0001-01-01 00:00:00'",
	}},
	"securityloghash": {of: "auditevent", from: []string{"`AuditNum`", "`AuditNum`", "`Hash`"}},
	// Through version 24.1 the order of planned appointments was a table of its own; it is a column since. Its key is
	// the appointment's, of which there is one row.
	"plannedappt": {of: "appointment", from: []string{"`AptNum`", "`PatNum`", "`AptNum`", "`ItemOrderPlanned`"}, where: " WHERE `AptStatus` = 6"},
}

// derive marks the derived tables.
func derive(tables map[string]*Table) {
	for name, d := range derivations {
		if t := tables[name]; t.Origin == Empty {
			t.Origin, t.derivation = Derived, d
		}
	}
}
