package sandbox

import (
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// code is a procedurecode row. The descriptions are our own words.
type code struct {
	code, description, short string
	category                 dental.DefNum // a definition of category 11
	area                     int
	fee                      float64
	isHygiene                bool
	teeth                    []string
	surfaces                 []string
	specialty                dental.DefNum // to whom patients are referred for it; 0 is nobody
	weight                   int           // how often it is done here; 0 is never
	from, upTo               int           // ages
}

// isTreatment tells what is planned before it is done from what is done at once.
func (c code) isTreatment() bool { return len(c.teeth) > 0 }

// fits tells whether it is done at an age.
func (c code) fits(age int) bool { return c.from <= age && age <= c.upTo }

// The procedure code categories of a new practice.
const (
	exams        dental.DefNum = 73
	cleanings    dental.DefNum = 74
	fillings     dental.DefNum = 75
	rootCanals   dental.DefNum = 76
	gums         dental.DefNum = 77
	dentures     dental.DefNum = 78
	implants     dental.DefNum = 80
	crowns       dental.DefNum = 81
	oralSurgery  dental.DefNum = 82
	orthodontics dental.DefNum = 83
	other        dental.DefNum = 84
)

// The areas that a procedure treats, by Open Dental's numbers.
const (
	ofSurface = 1
	ofTooth   = 2
	ofMouth   = 3
	ofQuarter = 4
	ofArch    = 6
)

const everyAge = 200

// unknownAge is beyond every age: somebody without a birthdate is that old.
const unknownAge = 1 << 20

// Teeth in universal numbers and letters.
var (
	frontTeeth  = teeth(6, 11, 22, 27)
	premolars   = teeth(4, 5, 12, 13, 20, 21, 28, 29)
	molars      = teeth(2, 3, 14, 15, 18, 19, 30, 31)
	backTeeth   = slices.Concat(premolars, molars)
	anyTooth    = slices.Concat(frontTeeth, backTeeth)
	firstMolars = teeth(3, 3, 14, 14, 19, 19, 30, 30)
	wisdomTeeth = teeth(1, 1, 16, 17, 32, 32)
	milkTeeth   = []string{"A", "B", "I", "J", "K", "L", "S", "T"}
	quarters    = []string{"UR", "UL", "LL", "LR"}
)

// teeth lists the teeth of ranges, each given by its ends.
func teeth(ends ...int) []string {
	var list []string
	for i := 0; i < len(ends); i += 2 {
		for tooth := ends[i]; tooth <= ends[i+1]; tooth++ {
			list = append(list, strconv.Itoa(tooth))
		}
	}
	return list
}

// codes by CodeNum, from 1. CodeNum 2 is D0120 as in seed 002.
var codes = []code{
	{code: "D0150", description: "First full check", short: "FirstCheck", category: exams, area: ofMouth, fee: 98, weight: 18, upTo: unknownAge},
	{code: "D0120", description: "Routine check", short: "Check", category: exams, area: ofMouth, fee: 58, weight: 20, upTo: unknownAge},
	{code: "D0140", description: "Check of one complaint", short: "SpotCheck", category: exams, area: ofMouth, fee: 84, weight: 5, upTo: unknownAge},
	{code: "D0210", description: "Full set of X-rays", short: "FullXray", category: exams, area: ofMouth, fee: 152, weight: 5, from: 16, upTo: unknownAge},
	{code: "D0274", description: "Four side X-rays", short: "4Xray", category: exams, area: ofMouth, fee: 72, weight: 9, from: 12, upTo: unknownAge},
	{code: "D0330", description: "Whole jaw X-ray", short: "JawXray", category: exams, area: ofMouth, fee: 126, weight: 4, from: 8, upTo: unknownAge},
	{code: "D1110", description: "Adult cleaning", short: "Clean", category: cleanings, area: ofMouth, fee: 104, isHygiene: true, weight: 22, from: 14, upTo: unknownAge},
	{code: "D1120", description: "Child cleaning", short: "CleanCh", category: cleanings, area: ofMouth, fee: 74, isHygiene: true, weight: 24, upTo: 13},
	{code: "D1206", description: "Fluoride coat", short: "Fluor", category: cleanings, area: ofMouth, fee: 42, isHygiene: true, weight: 8, upTo: 18},
	{code: "D1351", description: "Groove sealing", short: "Seal", category: cleanings, area: ofTooth, fee: 56, isHygiene: true, teeth: firstMolars, weight: 6, from: 6, upTo: 17},
	{code: "D2140", description: "Silver filling, one side", short: "Silver1", category: fillings, area: ofSurface, fee: 156, teeth: backTeeth, surfaces: []string{"O"}, weight: 2, from: 18, upTo: everyAge},
	{code: "D2330", description: "White front filling, one side", short: "WhiteF1", category: fillings, area: ofSurface, fee: 178, teeth: frontTeeth, surfaces: []string{"M", "D", "F", "L"}, weight: 4, from: 12, upTo: everyAge},
	{code: "D2391", description: "White back filling, one side", short: "WhiteB1", category: fillings, area: ofSurface, fee: 192, teeth: backTeeth, surfaces: []string{"O", "B"}, weight: 7, from: 6, upTo: everyAge},
	{code: "D2392", description: "White back filling, two sides", short: "WhiteB2", category: fillings, area: ofSurface, fee: 246, teeth: backTeeth, surfaces: []string{"MO", "DO", "OB"}, weight: 5, from: 12, upTo: everyAge},
	{code: "D2740", description: "Ceramic crown", short: "CerCrn", category: crowns, area: ofTooth, fee: 1285, teeth: anyTooth, specialty: prosth, weight: 4, from: 20, upTo: everyAge},
	{code: "D2950", description: "Core under a crown", short: "Core", category: crowns, area: ofTooth, fee: 298, teeth: backTeeth, weight: 2, from: 20, upTo: everyAge},
	{code: "D2930", description: "Steel crown for a milk tooth", short: "SteelCr", category: crowns, area: ofTooth, fee: 292, teeth: milkTeeth, specialty: pediatric, weight: 1, from: 3, upTo: 9},
	{code: "D3310", description: "Front root canal", short: "FrontRC", category: rootCanals, area: ofTooth, fee: 812, teeth: frontTeeth, specialty: endodontics, weight: 1, from: 14, upTo: everyAge},
	{code: "D3320", description: "Premolar root canal", short: "PremRC", category: rootCanals, area: ofTooth, fee: 948, teeth: premolars, specialty: endodontics, weight: 1, from: 14, upTo: everyAge},
	{code: "D3330", description: "Molar root canal", short: "MolRC", category: rootCanals, area: ofTooth, fee: 1164, teeth: molars, specialty: endodontics, from: 14, upTo: everyAge},
	{code: "D4341", description: "Deep cleaning of a quarter", short: "DeepCl", category: gums, area: ofQuarter, fee: 248, isHygiene: true, surfaces: quarters, specialty: perio, weight: 3, from: 25, upTo: everyAge},
	{code: "D4910", description: "Gum upkeep visit", short: "GumVis", category: gums, area: ofMouth, fee: 138, isHygiene: true, specialty: perio, weight: 3, from: 30, upTo: everyAge},
	{code: "D5110", description: "Upper denture", short: "UpDent", category: dentures, area: ofArch, fee: 1690, surfaces: []string{"U"}, specialty: denturist, weight: 1, from: 60, upTo: everyAge},
	{code: "D6010", description: "Implant, first step", short: "Impl", category: implants, area: ofTooth, fee: 1985, teeth: backTeeth, specialty: prosth, from: 20, upTo: everyAge},
	{code: "D7140", description: "Tooth removal", short: "Remove", category: oralSurgery, area: ofTooth, fee: 184, teeth: anyTooth, specialty: surgery, weight: 3, from: 6, upTo: everyAge},
	{code: "D7210", description: "Difficult tooth removal", short: "RemDif", category: oralSurgery, area: ofTooth, fee: 312, teeth: backTeeth, specialty: surgery, weight: 1, from: 18, upTo: everyAge},
	{code: "D7240", description: "Buried tooth removal", short: "RemBur", category: oralSurgery, area: ofTooth, fee: 498, teeth: wisdomTeeth, specialty: surgery, from: 16, upTo: everyAge},
	{code: "D8080", description: "Braces for a young person", short: "BraceY", category: orthodontics, area: ofMouth, fee: 5250, specialty: ortho, from: 10, upTo: 18},
	{code: "D8090", description: "Braces for an adult", short: "BraceA", category: orthodontics, area: ofMouth, fee: 5680, specialty: ortho, from: 19, upTo: everyAge},
	{code: "D9110", description: "Pain relief visit", short: "Relief", category: other, area: ofMouth, fee: 118, weight: 2, from: 6, upTo: everyAge},
	{code: "D1208", description: "Fluoride gel", short: "FluorGel", category: cleanings, area: ofMouth, fee: 38, isHygiene: true, upTo: 18},
	{code: "D9986", description: "Visit that was missed", short: "Missed", category: other, area: ofMouth, fee: 45, upTo: unknownAge},
	{code: "D9987", description: "Visit that was cancelled late", short: "Cancel", category: other, area: ofMouth, fee: 25, upTo: unknownAge},
}
