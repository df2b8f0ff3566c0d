package directory

// ParseCSV, Disarm and Rearm are for tests.
var (
	Disarm = disarm
	Rearm  = rearm
)

// ParseCSV tells the cells that a file has.
func ParseCSV(file []byte) (rows []map[string]string, faults []CSVFault) {
	parsed, faults := parseCSV(file)
	for _, row := range parsed {
		rows = append(rows, row.cells)
	}
	return rows, faults
}

// WriteCSV is writeCSV.
var WriteCSV = writeCSV

// The statements by which open referrals are counted.
const (
	HeldByAll = heldByAll
	HeldByOne = heldByOne
)
