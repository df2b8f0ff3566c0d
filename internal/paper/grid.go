package paper

import (
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

const (
	gridHeight = 19.0
	scaleRow   = 5.2
	iotnHeight = 15.0
)

// The shades of a code, from healthy to the worst.
var shades = [...]colour{{0xf1, 0xf5, 0xf8}, {0xdf, 0xec, 0xf3}, {0xb9, 0xd8, 0xe8}, {0xf6, 0xd9, 0xa8}, {0xf0, 0xb0, 0xa6}}

// grid draws the six codes of a Basic Periodontal Examination as they stand in the mouth.
func (p *print) grid(field *form.Field, value form.Value, left float64) {
	const width, height = 24.0, gridHeight / 2
	var words []string
	for _, part := range field.Parts() {
		if code, ok := value.Parts[part.ID]; ok {
			words = append(words, part.Label+": "+code)
		}
	}
	p.mark(p.element("Figure", field.Label+". "+strings.Join(words, "; ")), func() {
		for i, part := range field.Parts() {
			x, y := left+float64(i%3)*width, p.y+float64(i/3)*height
			code, ok := value.Parts[part.ID]
			p.fill(white)
			if bpe, err := dental.ParseBPECode(code); ok && err == nil {
				if score, ok := bpe.Score(); ok {
					p.fill(shades[min(score, len(shades)-1)])
				}
			}
			p.stroke(muted)
			p.pdf.SetLineWidth(0.3)
			p.pdf.Rect(x, y, width, height, "FD")
			s := style{size: 13, bold: true, colour: ink}
			text := p.clean(code)
			p.text(x+(width-p.width(text, s))/2, y+height/2+1.7, text, s)
			corner := style{size: 6.5, colour: muted}
			name, _, _ := strings.Cut(part.Label, " (")
			p.text(x+1, y+2.8, p.fit(p.clean(name), corner, width-2), corner)
		}
	})
	p.gridLegend(value, left+3*width+6)
	p.y += gridHeight
}

// gridLegend says what the codes that occur mean.
func (p *print) gridLegend(value form.Value, x float64) {
	s := style{size: 8, colour: ink}
	seen := make(map[dental.BPECode]bool)
	for _, code := range value.Parts {
		if bpe, err := dental.ParseBPECode(code); err == nil {
			seen[bpe] = true
		}
	}
	e := p.element("P", "")
	y := p.y
	for _, code := range []string{"0", "0*", "1", "1*", "2", "2*", "3", "3*", "4", "4*", "-"} {
		if bpe := dental.BPECode(code); seen[bpe] && y < p.y+gridHeight-3 {
			y = p.block(e, x, y, []string{p.fit(p.clean(code+"  "+bpe.Words()), s, pageWidth-margin-x)}, s)
		}
	}
}

// scale draws the answers of a scale, one a row, with what may be answered beside them.
func (p *print) scale(field *form.Field, value form.Value) {
	choices := []string{"1", "2", "3", "4", "5"}
	if field.Kind == form.CaseMix {
		choices = []string{"0", "A", "B", "C"}
	}
	s := style{size: 9.5, colour: ink}
	for _, part := range field.Parts() {
		answer := value.Parts[part.ID]
		p.mark(p.element("P", part.Label+": "+answer), func() {
			p.text(margin, p.y+3.6, p.fit(p.clean(part.Label), s, 84), s)
			for i, choice := range choices {
				c := style{size: 9, colour: muted}
				x := margin + 92 + float64(i)*8
				if choice == answer {
					p.fill(accent)
					p.pdf.Circle(x, p.y+2.4, 2.3, "F")
					c = style{size: 9, bold: true, colour: white}
				}
				p.text(x-p.width(choice, c)/2, p.y+3.55, choice, c)
			}
		})
		p.y += scaleRow
	}
}

// iotn draws the five grades with the one that was found, and what it means.
func (p *print) iotn(text string) {
	grade, err := dental.ParseIOTN(text)
	if err != nil {
		p.y = p.block(p.element("P", ""), margin, p.y, p.lines(text, answerStyle, textWidth), answerStyle)
		return
	}
	p.mark(p.element("P", "IOTN "+string(grade)+": "+grade.Words()), func() {
		const width, height = 17.0, 8.0
		for n := 1; n <= 5; n++ {
			x := margin + float64(n-1)*width
			found := n == grade.Grade()
			s := style{size: 10, colour: muted}
			name := strconv.Itoa(n)
			p.fill(white)
			if found {
				p.fill(accent)
				s = style{size: 12, bold: true, colour: white}
				name = string(grade)
			}
			p.stroke(muted)
			p.pdf.SetLineWidth(0.25)
			p.pdf.Rect(x, p.y, width, height, "FD")
			p.text(x+(width-p.width(name, s))/2, p.y+height/2+1.5, name, s)
		}
		words := style{size: 9.5, colour: ink}
		p.text(margin+5*width+5, p.y+5.3, p.fit(p.clean(grade.Words()), words, textWidth-5*width-5), words)
		p.text(margin, p.y+height+4.2, "1 none, 2 little, 3 borderline, 4 great, 5 very great need", style{size: 8, colour: muted})
	})
	p.y += iotnHeight
}
