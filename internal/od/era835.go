package od

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// remittance is what the list of electronic transactions shows of an 835.
type remittance struct {
	transaction string // ST02, where the message has one transaction set
	payer       string
	patients    string // the one patient's name, or how many there are: "(3)"
}

// isaLength is how long an interchange header is. Its length is fixed, so that its last two characters can
// say how the rest is separated.
const isaLength = 106

// readERA reads the segments that name payer and patients. A message that ends within its header says
// nothing of itself, and is kept as it is. One that is no X12, or that is another kind of message, is refused.
func readERA(text string) (remittance, error) {
	var read remittance
	text = strings.TrimLeft(text, "\ufeff \t\r\n")
	if !strings.HasPrefix(text, "ISA") {
		return read, errors.New("must be an X12 message, which begins with ISA")
	}
	if len(text) < isaLength {
		return read, nil
	}
	element, end := text[3:4], text[isaLength-1:isaLength]
	var names, sets []string
	for segment := range strings.SplitSeq(text, end) {
		parts := strings.Split(strings.Trim(segment, " \t\r\n"), element)
		switch {
		case parts[0] == "ST" && elementAt(parts, 1) != "835":
			return read, fmt.Errorf("must be an X12 835, and has a transaction set %.3s", elementAt(parts, 1))
		case parts[0] == "ST":
			sets = append(sets, elementAt(parts, 2))
		case parts[0] == "N1" && elementAt(parts, 1) == "PR" && read.payer == "":
			read.payer = elementAt(parts, 2)
		case parts[0] == "NM1" && elementAt(parts, 1) == "QC":
			name := strings.TrimSuffix(elementAt(parts, 3)+", "+elementAt(parts, 4), ", ")
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(sets) == 1 {
		read.transaction = sets[0]
	}
	switch len(names) {
	case 0:
	case 1:
		read.patients = names[0]
	default:
		read.patients = fmt.Sprintf("(%d)", len(names))
	}
	return read, nil
}

// elementAt is an element of a segment, "" where the segment ends before it.
func elementAt(parts []string, i int) string {
	if i >= len(parts) {
		return ""
	}
	return strings.TrimSpace(parts[i])
}
