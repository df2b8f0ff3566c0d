package dental

import (
	"slices"
	"strconv"
	"strings"
)

// IsTooth tells whether a text names a tooth in the universal notation: 1 to 32 and A to T, or one beyond
// the usual number, 51 to 82 and AS to TS.
func IsTooth(text string) bool {
	if number, err := strconv.Atoi(text); err == nil {
		return strconv.Itoa(number) == text && (number >= 1 && number <= 32 || number >= 51 && number <= 82)
	}
	letter, _ := strings.CutSuffix(text, "S")
	if text == "S" {
		letter = text
	}
	return len(letter) == 1 && letter[0] >= 'A' && letter[0] <= 'T'
}

// AreTeeth tells whether a text is a list of teeth, "2,4-6".
func AreTeeth(text string) bool {
	for item := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(item), "-")
		if !IsTooth(first) || isRange && !IsTooth(last) {
			return false
		}
	}
	return true
}

// IsSurface tells whether a text names what of an area is treated: a quadrant, a sextant, an arch, or
// surfaces of a tooth, each once.
func (area TreatArea) IsSurface(text string) bool {
	switch area {
	case TreatQuadrant:
		return slices.Contains([]string{"UR", "UL", "LL", "LR"}, text)
	case TreatSextant:
		return len(text) == 1 && text >= "1" && text <= "6"
	case TreatArch:
		return text == "U" || text == "L"
	}
	for i := range len(text) {
		if !strings.Contains("MOIDBFLV", text[i:i+1]) || strings.Contains(text[:i], text[i:i+1]) {
			return false
		}
	}
	return true
}
