package dental

import (
	"fmt"
	"strconv"
	"strings"
)

// Tooth is a tooth of the permanent or the primary dentition, or a supernumerary one of a quadrant. The zero
// value is no tooth. Its stored form is FDI's (ISO 3950): "16", "75", and "1S" for a supernumerary tooth.
type Tooth struct {
	quadrant int8 // 1 to 4, clockwise from the patient's upper right; 5 to 8 are those of the primary teeth
	position int8 // 1 to 8, or 1 to 5, from the midline; supernumerary for one beyond them
}

const supernumerary = 9 // Palmer's number for it, as charts in the UK write it

var (
	palmerQuadrants = [...]string{"", "UR", "UL", "LL", "LR"}
	wordQuadrants   = [...]string{"", "upper right", "upper left", "lower left", "lower right"}
	permanentWords  = [...]string{"", "central incisor", "lateral incisor", "canine", "first premolar", "second premolar",
		"first molar", "second molar", "third molar"}
	primaryWords = [...]string{"", "central incisor", "lateral incisor", "canine", "first molar", "second molar"}
)

// ToothFDI reads FDI's two digits, "16" or "75", and "1S".
func ToothFDI(text string) (Tooth, error) {
	if len(text) == 2 {
		t := Tooth{int8(text[0]) - '0', int8(text[1]) - '0'}
		if text[1] == 'S' && t.quadrant >= 1 && t.quadrant <= 4 {
			return Tooth{t.quadrant, supernumerary}, nil
		}
		if t.exists() {
			return t, nil
		}
	}
	return Tooth{}, fmt.Errorf("dental: not a tooth in FDI's notation")
}

func (t Tooth) exists() bool {
	last := int8(8)
	if t.IsPrimary() {
		last = 5
	}
	return t.quadrant >= 1 && t.quadrant <= 8 && t.position >= 1 && t.position <= last
}

// ToothPalmer reads the quadrant's two letters and Palmer's number or letter: "UR6", "LLE", and "UR9" for a
// supernumerary tooth. Small letters are read too.
func ToothPalmer(text string) (Tooth, error) {
	text = strings.ToUpper(text)
	for quadrant := int8(1); quadrant <= 4; quadrant++ {
		sign, ok := strings.CutPrefix(text, palmerQuadrants[quadrant])
		if !ok || len(sign) != 1 {
			continue
		}
		switch c := sign[0]; {
		case c >= '1' && c <= '9':
			return Tooth{quadrant, int8(c - '0')}, nil
		case c >= 'A' && c <= 'E':
			return Tooth{quadrant + 4, int8(c-'A') + 1}, nil
		}
	}
	return Tooth{}, fmt.Errorf("dental: not a tooth in Palmer's notation")
}

// ToothUniversal reads the universal notation of Open Dental's tables: "1" to "32" and "A" to "T". The numbers
// beyond, which name a supernumerary tooth by its neighbour, have no counterpart in the other notations.
func ToothUniversal(text string) (Tooth, error) {
	if !IsTooth(text) {
		return Tooth{}, fmt.Errorf("dental: not a tooth in the universal notation")
	}
	if number, err := strconv.Atoi(text); err == nil {
		if number > 32 {
			return Tooth{}, fmt.Errorf("dental: a supernumerary tooth of the universal notation has no other name")
		}
		return alongTheArches(number-1, 8), nil
	}
	if len(text) != 1 {
		return Tooth{}, fmt.Errorf("dental: a supernumerary tooth of the universal notation has no other name")
	}
	t := alongTheArches(int(text[0]-'A'), 5)
	t.quadrant += 4
	return t, nil
}

// alongTheArches is the tooth at a place from 0, counted as the universal notation does: the upper arch from
// the right, then the lower one from the left.
func alongTheArches(place, perQuadrant int) Tooth {
	quadrant, offset := place/perQuadrant, place%perQuadrant
	position := offset + 1 // away from the midline
	if quadrant%2 == 0 {
		position = perQuadrant - offset // towards it
	}
	return Tooth{int8(quadrant) + 1, int8(position)}
}

// ToothWords reads what Words writes.
func ToothWords(text string) (Tooth, error) {
	for _, t := range Teeth() {
		if t.Words() == text {
			return t, nil
		}
	}
	return Tooth{}, fmt.Errorf("dental: not a tooth in words")
}

// Teeth are all teeth in the order of a chart: permanent, supernumerary, primary; each quadrant clockwise
// from the patient's upper right, from the midline outwards.
func Teeth() []Tooth {
	teeth := make([]Tooth, 0, 56)
	for quadrant := int8(1); quadrant <= 8; quadrant++ {
		for position := int8(1); position <= supernumerary; position++ {
			if t := (Tooth{quadrant, position}); t.exists() || position == supernumerary && quadrant <= 4 {
				teeth = append(teeth, t)
			}
		}
	}
	return teeth
}

// IsPrimary tells whether it is a tooth of the primary dentition.
func (t Tooth) IsPrimary() bool { return t.quadrant > 4 }

// IsSupernumerary tells whether it is one beyond the usual number.
func (t Tooth) IsSupernumerary() bool { return t.position == supernumerary }

// Before is the order of Teeth.
func (t Tooth) Before(u Tooth) bool {
	return t.quadrant < u.quadrant || t.quadrant == u.quadrant && t.position < u.position
}

// FDI writes the stored form.
func (t Tooth) FDI() string {
	switch {
	case t == Tooth{}:
		return ""
	case t.IsSupernumerary():
		return string([]byte{byte('0' + t.quadrant), 'S'})
	default:
		return string([]byte{byte('0' + t.quadrant), byte('0' + t.position)})
	}
}

// Palmer writes "UR6", "LLE", "UR9".
func (t Tooth) Palmer() string {
	switch {
	case t == Tooth{}:
		return ""
	case t.IsPrimary():
		return palmerQuadrants[t.quadrant-4] + string(rune('A'+t.position-1))
	default:
		return palmerQuadrants[t.quadrant] + string(rune('0'+t.position))
	}
}

// Universal writes "3" or "K"; it is false for a supernumerary tooth, which has no number of its own there.
func (t Tooth) Universal() (text string, ok bool) {
	if t == (Tooth{}) || t.IsSupernumerary() {
		return "", false
	}
	quadrant, perQuadrant := int(t.quadrant)-1, 8
	if t.IsPrimary() {
		quadrant, perQuadrant = quadrant-4, 5
	}
	offset := int(t.position) - 1
	if quadrant%2 == 0 {
		offset = perQuadrant - int(t.position)
	}
	place := quadrant*perQuadrant + offset
	if t.IsPrimary() {
		return string(rune('A' + place)), true
	}
	return strconv.Itoa(place + 1), true
}

// Words writes "upper right first molar", "lower left primary second molar", "upper left supernumerary".
func (t Tooth) Words() string {
	switch {
	case t == Tooth{}:
		return ""
	case t.IsSupernumerary():
		return wordQuadrants[t.quadrant] + " supernumerary"
	case t.IsPrimary():
		return wordQuadrants[t.quadrant-4] + " primary " + primaryWords[t.position]
	default:
		return wordQuadrants[t.quadrant] + " " + permanentWords[t.position]
	}
}
