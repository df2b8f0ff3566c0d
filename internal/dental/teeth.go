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

// ExpandTeeth writes a list of teeth without ranges, "2,4-6" as "2,4,5,6". It is false where a text is no such
// list, or a range has no teeth between its ends.
func ExpandTeeth(text string) (string, bool) {
	var teeth []string
	for item := range strings.SplitSeq(strings.ToUpper(text), ",") {
		item = strings.TrimSpace(item)
		first, last, isRange := strings.Cut(item, "-")
		if !IsTooth(first) || isRange && !IsTooth(last) {
			return "", false
		}
		teeth = append(teeth, first)
		for isRange && first != last {
			if first = nextTooth(first); !IsTooth(first) {
				return "", false
			}
			teeth = append(teeth, first)
		}
	}
	return strings.Join(teeth, ","), true
}

// nextTooth is the one beside a tooth in the same notation; "" after the last.
func nextTooth(tooth string) string {
	if number, err := strconv.Atoi(tooth); err == nil {
		return strconv.Itoa(number + 1)
	}
	if tooth[0] == 'T' {
		return ""
	}
	return string(tooth[0]+1) + tooth[1:]
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
