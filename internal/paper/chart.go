package paper

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// The chart's measures.
const (
	column      = 9.9 // from tooth to tooth
	crown       = 6.0
	root        = 8.0
	babyCrown   = 4.6
	babyRoot    = 3.4
	primaryBand = babyCrown + babyRoot + 7.6 // by which the permanent teeth move out where primary ones are drawn
	childUnder  = 13                         // below this age the primary teeth are drawn too
)

// teeth draws the teeth in question: each in both notations and in words, and where they stand in the mouth.
func (p *print) teeth() {
	all := p.marked()
	if len(all) == 0 {
		return
	}
	// Other fields' teeth are on the chart, and in words in their sections.
	for i, m := range all {
		if i == 0 || p.rank(m.field) == 0 {
			p.named(m)
		}
	}
	p.chart(all)
}

// named has a field's teeth, large when there are few of them.
func (p *print) named(m marked) {
	label := style{size: 8.5, colour: muted}
	const labelWidth = 44.0
	if len(m.teeth) > 4 {
		value := style{size: 10, bold: true, colour: ink}
		words := make([]string, len(m.teeth))
		for i, tooth := range m.teeth {
			words[i] = tooth.FDI() + " (" + tooth.Palmer() + ")"
			if len(m.teeth) <= 8 {
				words[i] = toothInWords(tooth.FDI())
			}
		}
		e := p.element("P", "")
		top := p.y
		end := p.block(e, margin, top+0.5, p.lines(m.field.Label, label, labelWidth-3), label)
		p.flow(e, margin+labelWidth, p.lines(strings.Join(words, "; "), value, textWidth-labelWidth), value)
		p.y = max(p.y, end) + 1
		return
	}
	const token, height = 66.0, 13.0
	p.mark(p.element("P", ""), func() { p.text(margin, p.y+4, p.clean(m.field.Label), label) })
	for i, tooth := range m.teeth {
		if i%2 == 0 && i > 0 {
			p.y += height
		}
		x := margin + labelWidth + float64(i%2)*(token+2)
		p.mark(p.element("P", ""), func() {
			p.palmer(x, p.y, tooth)
			fdi := style{size: 15, bold: true, colour: accent}
			width := p.text(x+13, p.y+5, tooth.FDI(), fdi)
			p.text(x+13+width+2, p.y+5, "FDI", style{size: 8, colour: muted})
			p.text(x+13+width+9, p.y+5, tooth.Palmer(), style{size: 11, bold: true, colour: ink})
			p.text(x+13, p.y+9.6, p.fit(p.clean(tooth.Words()), style{size: 9.5, colour: ink}, token-14), style{size: 9.5, colour: ink})
		})
	}
	p.y += height
}

// quadrant tells where a tooth stands for who looks at the patient.
func quadrant(tooth dental.Tooth) (isLeft, isUpper bool) {
	q := tooth.FDI()[0] - '0'
	if q > 4 {
		q -= 4
	}
	return q == 1 || q == 4, q <= 2
}

// sign is the number or letter within the quadrant.
func sign(tooth dental.Tooth) string { return tooth.Palmer()[2:] }

// palmer draws a tooth as Zsigmondy and Palmer did, the number in the corner of its quadrant.
func (p *print) palmer(x, y float64, tooth dental.Tooth) {
	isLeft, isUpper := quadrant(tooth)
	s := style{size: 17, bold: true, colour: ink}
	const side = 9.4
	text := sign(tooth)
	p.text(x+(side-p.width(text, s))/2, y+side/2+2.1, text, s)
	p.stroke(ink)
	p.pdf.SetLineWidth(0.5)
	upright, level := x, y
	if isLeft {
		upright = x + side
	}
	if isUpper {
		level = y + side
	}
	p.pdf.Line(upright, y, upright, y+side)
	p.pdf.Line(x, level, x+side, level)
}

// chart draws both arches as who looks at the patient sees them, with the lines of Palmer's cross between.
func (p *print) chart(all []marked) {
	withPrimary := false
	mark := make(map[dental.Tooth]int)
	var words []string
	for i := len(all) - 1; i >= 0; i-- { // the first field's mark is the one that is seen
		for _, tooth := range all[i].teeth {
			mark[tooth] = min(i, 1) + 1
			withPrimary = withPrimary || tooth.IsPrimary()
		}
	}
	for _, m := range all {
		for _, tooth := range m.teeth {
			words = append(words, toothInWords(tooth.FDI()))
		}
	}
	if age, ok := p.filled.Age(); ok && age < childUnder {
		withPrimary = true
	}
	half := 4.6 + root + crown + 4.4
	if withPrimary {
		half += primaryBand
	}
	p.room(2*half + 8)
	middle := p.y + half + 1
	centre := pageWidth / 2
	p.mark(p.element("Figure", "Tooth chart. Marked: "+strings.Join(words, "; ")), func() {
		p.stroke(muted)
		p.pdf.SetLineWidth(0.3)
		p.pdf.Line(centre-8.1*column, middle, centre+8.1*column, middle)
		p.pdf.Line(centre, middle-half+1, centre, middle+half-1)
		s := style{size: 8, colour: muted}
		p.text(margin, middle+1, "Right", s)
		p.text(pageWidth-margin-p.width("Left", s), middle+1, "Left", s)
		for _, tooth := range dental.Teeth() {
			if tooth.IsPrimary() && !withPrimary || tooth.IsSupernumerary() && mark[tooth] == 0 {
				continue
			}
			p.tooth(tooth, centre, middle, mark[tooth], withPrimary)
		}
	})
	p.y = middle + half + 1
	if len(all) > 1 {
		p.legend(all)
	}
	p.y += 2
}

// legend says what the two marks mean.
func (p *print) legend(all []marked) {
	s := style{size: 8.5, colour: ink}
	x := margin
	for i, text := range []string{all[0].field.Label, labels(all[1:])} {
		text = p.fit(p.clean(text), s, textWidth/2-10)
		p.mark(p.element("P", ""), func() {
			p.colours(i + 1)
			p.pdf.RoundedRect(x, p.y+0.6, 3.2, 3.2, 0.8, "1234", "FD")
			p.text(x+5, p.y+3.3, text, s)
		})
		x += textWidth / 2
	}
	p.y += 5
}

// colours are those of a tooth that is not marked, of the first field, or of another one.
func (p *print) colours(mark int) (label colour) {
	switch mark {
	case 1:
		p.fill(accent)
		p.stroke(accent)
		return accent
	case 2:
		p.fill(colour{0xbb, 0xdb, 0xee})
		p.stroke(accent)
		return accent
	default:
		p.fill(white)
		p.stroke(colour{0x93, 0xa1, 0xab})
		return muted
	}
}

// tooth draws one: the crown towards the other arch, the roots away from it, FDI's number at the roots and
// Palmer's at the cross.
func (p *print) tooth(tooth dental.Tooth, centre, middle float64, mark int, withPrimary bool) {
	isLeft, isUpper := quadrant(tooth)
	place := int(tooth.FDI()[1] - '0')
	if tooth.IsSupernumerary() {
		place = 9
	}
	side, up := 1.0, 1.0
	if isLeft {
		side = -1
	}
	if isUpper {
		up = -1
	}
	x := centre + side*(float64(place)-0.5)*column
	width, roots, high, long, start := anatomy(tooth, place, isUpper, withPrimary)
	label := p.colours(mark)
	p.pdf.SetLineWidth(0.28)
	// y grows downwards; t is the distance from the cross.
	y := func(t float64) float64 { return middle + up*t }
	for i := range roots {
		offset, thick := 0.0, width*0.62
		if roots > 1 {
			thick = width * 0.8 / float64(roots)
			offset = (float64(i) - float64(roots-1)/2) * width * 0.86 / float64(roots)
		}
		tip := x + offset*1.12
		p.pdf.MoveTo(x+offset-thick/2, y(start+high-0.6))
		p.pdf.CurveBezierCubicTo(x+offset-thick/2, y(start+high+long*0.5), tip-thick*0.28, y(start+high+long), tip, y(start+high+long))
		p.pdf.CurveBezierCubicTo(tip+thick*0.28, y(start+high+long), x+offset+thick/2, y(start+high+long*0.5), x+offset+thick/2, y(start+high-0.6))
		p.pdf.ClosePath()
		p.pdf.DrawPath("FD")
	}
	p.crown(x, width, start, high, place, y)
	end := start + high + root
	if tooth.IsPrimary() {
		end = start + high + long
	}
	p.toothLabels(tooth, x, end, mark, label, y, start)
}

// crown draws a broad one with cusps, or the pointed one of a canine, or the straight edge of an incisor.
func (p *print) crown(x, width, start, high float64, place int, y func(float64) float64) {
	half := width / 2
	edge := start
	neck := start + high
	narrow := half * 0.78
	p.pdf.MoveTo(x-narrow, y(neck))
	p.pdf.CurveBezierCubicTo(x-half*1.08, y(neck-high*0.4), x-half, y(edge+high*0.25), x-half*0.92, y(edge+high*0.14))
	molar := place >= 4
	switch {
	case molar:
		p.pdf.CurveBezierCubicTo(x-half*0.7, y(edge-high*0.06), x-half*0.3, y(edge-high*0.04), x, y(edge+high*0.12))
		p.pdf.CurveBezierCubicTo(x+half*0.3, y(edge-high*0.04), x+half*0.7, y(edge-high*0.06), x+half*0.92, y(edge+high*0.14))
	case place == 3:
		p.pdf.LineTo(x, y(edge-high*0.06))
		p.pdf.LineTo(x+half*0.92, y(edge+high*0.2))
	default:
		p.pdf.CurveBezierCubicTo(x-half*0.85, y(edge), x-half*0.6, y(edge), x-half*0.4, y(edge))
		p.pdf.LineTo(x+half*0.4, y(edge))
		p.pdf.CurveBezierCubicTo(x+half*0.6, y(edge), x+half*0.85, y(edge), x+half*0.92, y(edge+high*0.14))
	}
	p.pdf.CurveBezierCubicTo(x+half, y(edge+high*0.25), x+half*1.08, y(neck-high*0.4), x+narrow, y(neck))
	p.pdf.ClosePath()
	p.pdf.DrawPath("FD")
}

// toothLabels has FDI's number beyond the roots, in a box where the tooth is marked, and Palmer's at the cross.
func (p *print) toothLabels(tooth dental.Tooth, x, end float64, mark int, label colour, y func(float64) float64, start float64) {
	s := style{size: 7.5, colour: label, bold: mark > 0}
	text := tooth.FDI()
	width := p.width(text, s)
	p.text(x-width/2, y(end+2.3)+0.95, text, s)
	if mark > 0 {
		p.pdf.SetLineWidth(0.35)
		p.pdf.RoundedRect(x-width/2-1, y(end+2.3)-1.7, width+2, 3.4, 0.8, "1234", "D")
	}
	text = sign(tooth)
	p.text(x-p.width(text, s)/2, y(start-2)+0.95, text, s)
}

// anatomy is how a tooth looks: its width, its roots, the heights of crown and root, and how far from the cross it begins.
func anatomy(tooth dental.Tooth, place int, isUpper, withPrimary bool) (width float64, roots int, high, long, start float64) {
	start = 4.2
	if tooth.IsPrimary() {
		widths := [...]float64{0, 5, 4.6, 5, 6.4, 7.4}
		roots = 1
		if place >= 4 {
			roots = 2
		}
		return widths[place], roots, babyCrown, babyRoot, start
	}
	if withPrimary {
		start += primaryBand
	}
	widths := [...]float64{0, 6.6, 5.6, 6.2, 6.4, 6.6, 8.8, 8.6, 8.2, 4}
	if !isUpper {
		widths = [...]float64{0, 4.8, 5.2, 6, 6.4, 6.6, 9, 8.8, 8.4, 4}
	}
	roots = 1
	switch {
	case place >= 6 && place <= 8 && isUpper:
		roots = 3
	case place >= 6 && place <= 8:
		roots = 2
	}
	long = root
	if place == 3 {
		long++
	}
	return widths[place], roots, crown, long - 1, start
}
