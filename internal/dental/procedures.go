package dental

// ProcStatus says how far a procedure is.
type ProcStatus int8

// The statuses that rules name. There is no 0.
const (
	ProcPlanned           ProcStatus = 1
	ProcComplete          ProcStatus = 2
	ProcDeleted           ProcStatus = 6
	ProcPlannedInactively ProcStatus = 8
)

// Names implements Enum.
func (ProcStatus) Names() []string { return []string{"", "TP", "C", "EC", "EO", "R", "D", "Cn", "TPi"} }

// TreatArea says what a procedure's code treats.
type TreatArea int8

// The areas that have names of their own for what is treated.
const (
	TreatQuadrant TreatArea = 4
	TreatSextant  TreatArea = 5
	TreatArch     TreatArea = 6
)
