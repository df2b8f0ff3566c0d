package dental

import (
	"fmt"
	"strconv"
	"strings"
)

// Sextants are the six parts of a Basic Periodontal Examination, in the order of its grid: the upper three
// from the patient's right, then the lower three.
func Sextants() []string { return []string{"UR", "UA", "UL", "LR", "LA", "LL"} }

// IndexTeeth are the teeth of the simplified examination of the young, in FDI's notation and the order of the grid.
func IndexTeeth() []string { return []string{"16", "11", "26", "46", "31", "36"} }

// BPECode is the code of a sextant: 0 to 4, with a star for a furcation, or "-" where fewer than two teeth
// stand (British Society of Periodontology).
type BPECode string

var bpeWords = [...]string{"healthy", "bleeding on probing", "calculus or an overhang", "pocket of 3.5 to 5.5 mm", "pocket over 5.5 mm"}

// ParseBPECode reads "3", "4*", "-".
func ParseBPECode(text string) (BPECode, error) {
	digit, _ := strings.CutSuffix(text, "*")
	if text != "-" && (len(digit) != 1 || digit[0] < '0' || digit[0] > '4') {
		return "", fmt.Errorf("dental: a BPE code is 0 to 4, with a star for a furcation, or -")
	}
	return BPECode(text), nil
}

// Score is the number of the code; it is false where no examination was possible.
func (c BPECode) Score() (score int, ok bool) {
	if c == "" || c == "-" {
		return 0, false
	}
	return int(c[0] - '0'), true
}

// HasFurcation tells whether the code has a star.
func (c BPECode) HasFurcation() bool { return strings.HasSuffix(string(c), "*") }

// Words says what the code means.
func (c BPECode) Words() string {
	score, ok := c.Score()
	switch {
	case !ok:
		return "fewer than two teeth"
	case c.HasFurcation():
		return bpeWords[score] + ", furcation involved"
	default:
		return bpeWords[score]
	}
}

// IOTN is a grade of the dental health component of the Index of Orthodontic Treatment Need: "1", "3a", "5i".
type IOTN string

// iotnWords has each grade's sign and what is seen. Grade 1 has no letter.
var iotnWords = map[IOTN]string{
	"5i": "impeded eruption", "5h": "extensive hypodontia", "5a": "overjet over 9 mm", "5m": "reverse overjet over 3.5 mm with difficulty in chewing or speech",
	"5p": "cleft lip or palate, or another craniofacial anomaly", "5s": "submerged primary teeth",
	"4h": "less extensive hypodontia", "4a": "overjet of 6.1 to 9 mm", "4b": "reverse overjet over 3.5 mm without difficulty", "4m": "reverse overjet of 1.1 to 3.5 mm with difficulty",
	"4c": "crossbite with over 2 mm of discrepancy", "4l": "posterior lingual crossbite without contact", "4d": "contact points displaced over 4 mm",
	"4e": "open bite over 4 mm", "4f": "deep overbite with injury to gum or palate", "4t": "partly erupted, tipped and impacted teeth", "4x": "supernumerary teeth",
	"3a": "overjet of 3.6 to 6 mm, lips apart", "3b": "reverse overjet of 1.1 to 3.5 mm", "3c": "crossbite with 1.1 to 2 mm of discrepancy",
	"3d": "contact points displaced 2.1 to 4 mm", "3e": "open bite of 2.1 to 4 mm", "3f": "deep overbite without injury",
	"2a": "overjet of 3.6 to 6 mm, lips together", "2b": "reverse overjet of 0.1 to 1 mm", "2c": "crossbite with up to 1 mm of discrepancy",
	"2d": "contact points displaced 1.1 to 2 mm", "2e": "open bite of 1.1 to 2 mm", "2f": "overbite of 3.5 mm or more without contact", "2g": "half a unit of pre- or postnormal occlusion",
	"1": "very minor, contact points displaced under 1 mm",
}

// IOTNGrades are all grades, the worst first, in the order in which a clinician looks for them.
func IOTNGrades() []IOTN {
	var grades []IOTN
	for _, grade := range []string{"5ihamps", "4habmcldeftx", "3abcdef", "2abcdefg"} {
		for _, letter := range grade[1:] {
			grades = append(grades, IOTN(grade[:1]+string(letter)))
		}
	}
	return append(grades, "1")
}

// ParseIOTN reads a grade, in either case.
func ParseIOTN(text string) (IOTN, error) {
	grade := IOTN(strings.ToLower(text))
	if _, ok := iotnWords[grade]; !ok {
		return "", fmt.Errorf("dental: not a grade of the IOTN")
	}
	return grade, nil
}

// Grade is the number, 1 to 5.
func (g IOTN) Grade() int { return int(g[0] - '0') }

// Words says what is seen at the grade.
func (g IOTN) Words() string { return iotnWords[g] }

// HasNHSNeed tells whether the NHS treats a patient of an age: under 18, with grade 4 or 5, or with grade 3 and
// an aesthetic component of 6 or more (NHS England, commissioning guide for orthodontics).
func (g IOTN) HasNHSNeed(age, aesthetic int) bool {
	return age < 18 && (g.Grade() >= 4 || g.Grade() == 3 && aesthetic >= 6)
}

// MDASItems are the five questions of the Modified Dental Anxiety Scale, each answered 1 to 5.
func MDASItems() []string { return []string{"tomorrow", "waiting", "drilling", "scaling", "injection"} }

// MDASRank is the rank of anxiety, 1 to 4, of a total of 5 to 25.
func MDASRank(total int) int {
	switch {
	case total <= 9:
		return 1
	case total <= 12:
		return 2
	case total <= 17:
		return 3
	default:
		return 4
	}
}

// IOSNBand names the need for sedation of a total of 3 to 12 of the Index of Sedation Need.
func IOSNBand(total int) string {
	switch {
	case total <= 4:
		return "minimal"
	case total <= 6:
		return "moderate"
	case total <= 9:
		return "high"
	default:
		return "very high"
	}
}

// caseMixWeights has the weights of the letters 0, A, B and C of each criterion (British Dental Association).
var caseMixWeights = map[string][4]int{
	"communication": {0, 2, 4, 8}, "cooperation": {0, 3, 6, 12}, "medical": {0, 2, 6, 12},
	"oral_risk": {0, 3, 6, 12}, "access": {0, 2, 4, 8}, "legal": {0, 2, 4, 8},
}

// CaseMixCriteria are the six criteria of the BDA's case mix model.
func CaseMixCriteria() []string {
	return []string{"communication", "cooperation", "medical", "oral_risk", "access", "legal"}
}

// CaseMixWeight is the weight of a letter, "0", "A", "B" or "C", of a criterion; it is false for others.
func CaseMixWeight(criterion, letter string) (weight int, ok bool) {
	weights, known := caseMixWeights[criterion]
	at := strings.Index("0ABC", letter)
	if !known || len(letter) != 1 || at < 0 {
		return 0, false
	}
	return weights[at], true
}

// CaseMixBand names the complexity of a sum of weights.
func CaseMixBand(score int) string {
	switch {
	case score == 0:
		return "standard"
	case score < 10:
		return "some complexity"
	case score < 20:
		return "moderate complexity"
	case score < 30:
		return "severe complexity"
	default:
		return "extreme complexity"
	}
}

// AgeOn is the age in whole years of somebody born on a day, on another. Who was born on 29 February comes of
// age on 1 March in a year without that day.
func AgeOn(born, on Date) int {
	year, month, day := born.Calendar()
	y, m, d := on.Calendar()
	age := y - year
	if m < month || m == month && d < day {
		age--
	}
	return age
}

// ParseDayFirst reads a date as it is written in the United Kingdom: day, month and a year of four digits, with
// slashes, points, hyphens or blanks between. The ISO form is read too.
func ParseDayFirst(text string) (Date, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '.' || r == '-' || r == ' ' })
	if len(parts) != 3 {
		return Date{}, fmt.Errorf("dental: a date has a day, a month and a year")
	}
	if len(parts[0]) == 4 && len(parts[2]) <= 2 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	var numbers [3]int
	for i, part := range parts {
		number, err := strconv.ParseUint(part, 10, 16)
		if err != nil || i < 2 && len(part) > 2 || i == 2 && len(part) != 4 {
			return Date{}, fmt.Errorf("dental: a date is written like 31/01/2026")
		}
		numbers[i] = int(number)
	}
	return ParseDate(fmt.Sprintf("%04d-%02d-%02d", numbers[2], numbers[1], numbers[0]))
}
