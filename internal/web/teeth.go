package web

import (
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// picker is the mouth to tick teeth in.
type picker struct {
	Mouths []mouth // the dentition that is likelier at the patient's age first
	Extra  []tooth // supernumerary teeth, one of each quadrant
	Others []string
	Chosen string // in words for people, "UR6 (16), LLE (75)"
}

// mouth is one dentition.
type mouth struct {
	Primary   bool
	Open      bool
	Title     string
	Quadrants []quadrant // as one looks at the patient: upper right, upper left, lower right, lower left
}

// quadrant is a quarter of a dentition, its teeth from left to right as one looks at the patient.
type quadrant struct {
	ID    string // UR, UL, LR, LL
	Title string
	Teeth []tooth
}

// tooth is a box to tick.
type tooth struct {
	FDI, Palmer, Words string
	Shape              string // incisor, canine, premolar or molar
	Ticked             bool
}

// An age from which the permanent teeth are asked for first, and one from which no primary tooth is expected.
const (
	mixedFrom  = 6
	mixedUntil = 14
)

// quadrantsSeen are the quadrants of the permanent dentition as one looks at the patient; the primary ones are 4 higher.
var quadrantsSeen = []struct {
	fdi       byte
	id, title string
	fromRight bool // the midline is at its right end
}{{'1', "UR", "Upper right", true}, {'2', "UL", "Upper left", false}, {'4', "LR", "Lower right", true}, {'3', "LL", "Lower left", false}}

// pickerOf lays out the teeth that a field may have. Without an age all dentitions are open.
func pickerOf(field *form.Field, chosen []string, sheet *form.Sheet) *picker {
	ticked := func(fdi string) bool { return slices.Contains(chosen, fdi) }
	p := &picker{Chosen: teethWords(chosen)}
	age, known := sheet.Age()
	permanent, primary := mouth{Title: "Permanent teeth"}, mouth{Title: "Primary teeth", Primary: true}
	for _, seen := range quadrantsSeen {
		permanent.Quadrants = append(permanent.Quadrants, quadrantOf(seen.fdi, seen.id, seen.title, seen.fromRight, ticked))
		primary.Quadrants = append(primary.Quadrants, quadrantOf(seen.fdi+4, seen.id, seen.title, seen.fromRight, ticked))
		if extra, err := dental.ToothFDI(string(seen.fdi) + "S"); err == nil {
			p.Extra = append(p.Extra, toothOf(extra, ticked))
		}
	}
	permanent.Open = !known || age >= mixedFrom || permanent.has()
	primary.Open = known && age < mixedUntil || field.Dentition == "primary" || primary.has()
	switch {
	case field.Dentition == "primary":
		p.Mouths, p.Extra = []mouth{primary}, nil
	case field.Dentition == "permanent":
		permanent.Open = true
		p.Mouths = []mouth{permanent}
	case known && age < mixedFrom:
		p.Mouths = []mouth{primary, permanent}
	default:
		p.Mouths = []mouth{permanent, primary}
	}
	for _, item := range chosen {
		if !p.offers(item) {
			p.Others = append(p.Others, item)
		}
	}
	return p
}

func quadrantOf(fdi byte, id, title string, fromRight bool, ticked func(string) bool) quadrant {
	q := quadrant{ID: id, Title: title}
	for position := byte('1'); position <= '8'; position++ {
		if t, err := dental.ToothFDI(string([]byte{fdi, position})); err == nil {
			q.Teeth = append(q.Teeth, toothOf(t, ticked))
		}
	}
	if fromRight {
		slices.Reverse(q.Teeth)
	}
	return q
}

func toothOf(t dental.Tooth, ticked func(string) bool) tooth {
	return tooth{FDI: t.FDI(), Palmer: t.Palmer(), Words: t.Words(), Shape: shapeOf(t), Ticked: ticked(t.FDI())}
}

// shapeOf names the picture of a tooth.
func shapeOf(t dental.Tooth) string {
	position := t.FDI()[1]
	switch {
	case t.IsSupernumerary():
		return "supernumerary"
	case position <= '2':
		return "incisor"
	case position == '3':
		return "canine"
	case position <= '5' && !t.IsPrimary():
		return "premolar"
	default:
		return "molar"
	}
}

func (m mouth) has() bool {
	return slices.ContainsFunc(m.Quadrants, func(q quadrant) bool {
		return slices.ContainsFunc(q.Teeth, func(t tooth) bool { return t.Ticked })
	})
}

func (p *picker) offers(fdi string) bool {
	is := func(t tooth) bool { return t.FDI == fdi }
	return slices.ContainsFunc(p.Extra, is) || slices.ContainsFunc(p.Mouths, func(m mouth) bool {
		return slices.ContainsFunc(m.Quadrants, func(q quadrant) bool { return slices.ContainsFunc(q.Teeth, is) })
	})
}

// first is the id of the first tooth that is to be seen.
func (p *picker) first(field string) string {
	for _, m := range p.Mouths {
		if m.Open {
			return field + "." + m.Quadrants[0].Teeth[0].FDI
		}
	}
	return field + "." + p.Mouths[0].Quadrants[0].Teeth[0].FDI
}

// teethWords names teeth in both notations; what is no tooth stands as it is.
func teethWords(fdi []string) string {
	text := ""
	for i, item := range fdi {
		if i > 0 {
			text += ", "
		}
		if t, err := dental.ToothFDI(item); err == nil {
			text += t.Palmer() + " (" + item + ")"
		} else {
			text += item
		}
	}
	return text
}
