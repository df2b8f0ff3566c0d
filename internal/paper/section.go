package paper

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// The styles of questions and answers.
var (
	labelStyle  = style{size: 8, colour: muted}
	answerStyle = style{size: 10, colour: ink}
	titleStyle  = style{size: 12, bold: true, colour: accent}
)

const (
	gap   = 5.0                     // between two columns
	half  = (textWidth - gap) / 2   // of one of two
	third = (textWidth - 2*gap) / 3 // of one of three
)

// cell is a question with its answer, ready to be drawn.
type cell struct {
	label, lines []string // broken to the column
	isWide       bool
	ticks        []string // what was confirmed: ticked boxes with these words
	draw         func()   // instead of lines: a grid
	height       float64  // of what draw draws
}

// sections draws those of the named documents, of which something is answered.
func (p *print) sections(documents ...string) {
	for i := range p.Type.Sections {
		section := &p.Type.Sections[i]
		if !slices.Contains(documents, section.Document) {
			continue
		}
		if cells := p.cells(section); len(cells) > 0 {
			p.section(section.Title, cells)
			p.under = ""
		}
	}
}

// section draws the heading, unless the part has just been called so, and the cells: three in a row where they are short.
func (p *print) section(title string, cells []cell) {
	if title != p.under {
		p.room(24)
		p.y += 2
		p.bookmark(title, p.level)
		p.y = p.block(p.element("H2", ""), margin, p.y, p.lines(title, titleStyle, textWidth), titleStyle) + 0.6
		p.line(p.y, rule, 0.25)
		p.y += 2
	}
	for len(cells) > 0 {
		n := 0
		for n < min(3, len(cells)) && !cells[n].isWide {
			n++
		}
		if n == 0 {
			p.wide(cells[0])
			n = 1
		} else {
			p.row(cells[:n])
		}
		cells = cells[n:]
	}
	p.y += 1
}

// lineHeight is the height of a cell's lines.
func (c cell) lineHeight() float64 {
	if len(c.lines) == 0 {
		return 0
	}
	return float64(len(c.label))*labelStyle.lead() + float64(len(c.lines))*answerStyle.lead() + 1.6
}

// row draws short cells beside each other.
func (p *print) row(cells []cell) {
	height := 0.0
	for _, c := range cells {
		height = max(height, c.lineHeight())
	}
	p.room(height)
	for i, c := range cells {
		x := margin + float64(i)*(third+gap)
		e := p.element("P", "")
		y := p.block(e, x, p.y, c.label, labelStyle)
		p.block(e, x, y, c.lines, answerStyle)
	}
	p.y += height
}

// wide draws a cell over the whole width, and over as many pages as it needs.
func (p *print) wide(c cell) {
	switch {
	case c.draw != nil:
		p.room(c.height + float64(len(c.label))*labelStyle.lead() + 2)
		p.flow(p.element("P", ""), margin, c.label, labelStyle)
		p.y += 0.8
		c.draw()
		p.y += 2
	case len(c.ticks) > 0:
		for _, text := range c.ticks {
			p.tick(text)
		}
		p.y += 0.8
	default:
		p.room(float64(len(c.label))*labelStyle.lead() + float64(min(2, len(c.lines)))*answerStyle.lead())
		e := p.element("P", "")
		p.flow(e, margin, c.label, labelStyle)
		p.flow(e, margin, c.lines, answerStyle)
		p.y += 1.6
	}
}

// tick draws a ticked box and what was confirmed.
func (p *print) tick(text string) {
	s := style{size: 9.5, colour: ink}
	lines := p.lines(text, s, textWidth-6)
	p.room(float64(len(lines)) * s.lead())
	e := p.element("P", "Confirmed: "+text)
	p.mark(e, func() {
		x, y := margin+0.3, p.y+0.7
		p.stroke(accent)
		p.fill(accent)
		p.pdf.RoundedRect(x, y, 3.3, 3.3, 0.7, "1234", "FD")
		p.stroke(white)
		p.pdf.SetLineWidth(0.5)
		p.pdf.Line(x+0.8, y+1.7, x+1.4, y+2.4)
		p.pdf.Line(x+1.4, y+2.4, x+2.6, y+0.9)
	})
	p.y = p.block(e, margin+6, p.y, lines, s) + 0.4
}

// cells are a section's questions that are shown and answered, and what is computed from them.
func (p *print) cells(section *form.Section) []cell {
	var cells []cell
	var ticks []string
	flush := func() {
		if len(ticks) > 0 {
			cells = append(cells, cell{isWide: true, ticks: ticks})
			ticks = nil
		}
	}
	for i := range section.Fields {
		field := &section.Fields[i]
		value := p.filled.Answer(field.ID)
		if value.IsEmpty() || p.inHead[field.ID] {
			continue
		}
		if field.Kind == form.Confirm {
			ticks = append(ticks, field.Label)
			continue
		}
		flush()
		cells = append(cells, p.cell(field, value))
	}
	flush()
	for _, d := range section.Derived {
		if a, ok := p.derived(d.ID); ok {
			cells = append(cells, p.short(a.label, []string{a.text}))
		}
	}
	return cells
}

func (p *print) cell(field *form.Field, value form.Value) cell {
	label := p.lines(field.Label, labelStyle, textWidth)
	switch field.Kind {
	case form.BPE, form.SBPE:
		return cell{isWide: true, label: label, height: gridHeight, draw: func() { p.grid(field, value, margin) }}
	case form.MDAS, form.CaseMix:
		return cell{isWide: true, label: label, height: float64(len(field.Parts())) * scaleRow, draw: func() { p.scale(field, value) }}
	case form.IOTN:
		return cell{isWide: true, label: label, height: iotnHeight, draw: func() { p.iotn(value.Text) }}
	case form.History:
		return p.wideLines(label, p.history(field, value))
	case form.Files:
		return p.wideLines(label, p.fileLines(value.Files))
	case form.LongText:
		if strings.Contains(value.Text, "\n") {
			return p.wideLines(label, []string{value.Text})
		}
	}
	return p.short(field.Label, answerInWords(field, value))
}

// short is a cell of one column where the answer has at most three lines there.
func (p *print) short(label string, answer []string) cell {
	labelLines := p.lines(label, labelStyle, third)
	var lines []string
	for _, text := range answer {
		lines = append(lines, p.lines(text, answerStyle, third)...)
	}
	if len(lines) <= 3 && len(labelLines) <= 2 {
		return cell{label: labelLines, lines: lines}
	}
	return p.wideLines(p.lines(label, labelStyle, textWidth), answer)
}

func (p *print) wideLines(label, texts []string) cell {
	c := cell{isWide: true, label: label}
	for _, text := range texts {
		c.lines = append(c.lines, p.lines(text, answerStyle, textWidth)...)
	}
	return c
}

// history has the conditions with their details, group by group.
func (p *print) history(field *form.Field, value form.Value) []string {
	var lines []string
	for _, option := range field.Options {
		detail, ok := value.Parts[option.ID]
		if !ok {
			continue
		}
		line := "•  " + option.Label
		if detail != "" {
			line += ": " + detail
		}
		if option.Group != "" && option.Group != option.Label && !option.Exclusive {
			line += "  (" + option.Group + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// fileLines says what is attached, as the form calls it.
func (p *print) fileLines(files []form.File) []string {
	lines := make([]string, len(files))
	for i, file := range files {
		name := file.Name
		for _, f := range p.Files {
			if f.ID == file.ID && f.Name != "" {
				name = f.Name
			}
		}
		lines[i] = joinFilled(", ", name, viewLabel(file.View), takenOn(file.TakenOn), qualityWords[file.Quality])
	}
	return lines
}

var qualityWords = map[string]string{"acceptable": "quality acceptable", "not_acceptable": "quality not acceptable"}

func viewLabel(id string) string {
	for _, view := range form.Views() {
		if view.ID == id && id != "other" {
			return view.Label
		}
	}
	return ""
}

func takenOn(stored string) string {
	if stored == "" {
		return ""
	}
	return "taken " + dental.DayInWords(stored)
}
