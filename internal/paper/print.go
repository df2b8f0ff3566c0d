package paper

import (
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"github.com/bridgework-dental/bridgework/internal/form"
)

// The page: A4, in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	margin     = 15.0
	textWidth  = pageWidth - 2*margin
	bottom     = pageHeight - 19 // where the text ends
	point      = 25.4 / 72
)

// colour is red, green and blue.
type colour [3]int

// Dark enough on white and on the panel to be read by everyone, and to survive a fax: all text has a contrast over 4.5.
var (
	ink    = colour{0x16, 0x22, 0x2c}
	muted  = colour{0x4d, 0x5c, 0x68}
	accent = colour{0x00, 0x5a, 0x8c}
	alarm  = colour{0xb0, 0x1f, 0x24}
	panel  = colour{0xf1, 0xf5, 0xf8}
	rule   = colour{0xc4, 0xcf, 0xd7}
	white  = colour{0xff, 0xff, 0xff}
)

// print is one document while it is made.
type print struct {
	Sheet
	filled   *form.Sheet
	contents contents
	pdf      *fpdf.Fpdf
	tray     *tray
	y        float64     // where the next thing goes
	elements []*element  // the structure: what a screen reader reads, in order
	marks    map[int]int // how many marks each page has
	added    map[*face]bool
	level    int             // of the bookmark under which sections go
	under    string          // the heading that was just written
	inHead   map[string]bool // the questions whose answers the head has
	err      error
}

// element is one of the structure's: a heading, a paragraph, a figure.
type element struct {
	role, alt string
	pieces    []piece
}

// piece is where a part of an element stands: a page has marks, counted from 0.
type piece struct{ page, mark int }

// fail keeps the first error; what is drawn after it is not seen by anyone.
func (p *print) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

func newPrint(sheet Sheet, filled *form.Sheet, c contents) *print {
	p := &print{Sheet: sheet, filled: filled, contents: c, tray: newTray(), marks: make(map[int]int), added: make(map[*face]bool), inHead: make(map[string]bool)}
	p.pdf = fpdf.New("P", "mm", "A4", "")
	p.pdf.SetCatalogSort(true)
	p.pdf.SetCreationDate(sheet.SubmittedAt)
	p.pdf.SetModificationDate(sheet.SubmittedAt)
	p.pdf.SetProducer("Bridgework", true)
	p.pdf.SetCreator("Bridgework", true)
	p.pdf.SetTitle(sheet.URN+" "+c.title, true)
	p.pdf.SetSubject("Dental referral "+sheet.URN+", version "+fmt.Sprint(sheet.Version), true)
	p.pdf.SetAuthor(sheet.Practice.Name, true)
	p.pdf.SetLang("en-GB")
	p.pdf.SetMargins(margin, margin, margin)
	p.pdf.SetCellMargin(0)
	p.pdf.SetAutoPageBreak(false, 0)
	p.pdf.SetLineCapStyle("round")
	p.pdf.SetLineJoinStyle("round")
	p.page()
	return p
}

// page begins a page.
func (p *print) page() {
	p.pdf.AddPage()
	p.y = margin
}

// room goes to the next page when there is no room for a height.
func (p *print) room(height float64) {
	if p.y+height > bottom && p.y > margin {
		p.page()
	}
}

// element adds one to the structure.
func (p *print) element(role, alt string) *element {
	e := &element{role: role, alt: alt}
	p.elements = append(p.elements, e)
	return e
}

// mark draws a part of an element; one that is nil is of no matter to a reader: lines, page numbers.
func (p *print) mark(e *element, draw func()) {
	if e == nil {
		p.pdf.RawWriteStr("/Artifact BMC\n")
	} else {
		page := p.pdf.PageNo()
		e.pieces = append(e.pieces, piece{page, p.marks[page]})
		p.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC\n", e.role, p.marks[page]))
		p.marks[page]++
	}
	draw()
	p.pdf.RawWriteStr("EMC\n")
}

// style is how a text is written.
type style struct {
	size   float64 // in points
	bold   bool
	colour colour
}

// lead is the height of a line.
func (s style) lead() float64 { return s.size * 1.32 * point }

// text writes one cleaned line with its baseline at y. It is drawn, and not marked.
func (p *print) text(x, y float64, line string, s style) (width float64) {
	runs, err := p.tray.runs(line, s.bold)
	if err != nil {
		p.fail(err)
		return 0
	}
	p.pdf.SetTextColor(s.colour[0], s.colour[1], s.colour[2])
	for _, r := range runs {
		if !p.added[r.face] {
			opened, err := r.face.opened()
			if err != nil {
				p.fail(err)
				return 0
			}
			p.pdf.AddUTF8FontFromBytes(r.face.name, "", opened.data)
			p.added[r.face] = true
		}
		p.pdf.SetFont(r.face.name, "", s.size)
		p.pdf.Text(x+width, y, r.text)
		width += r.width * s.size * point
	}
	return width
}

// width is that of a cleaned line.
func (p *print) width(line string, s style) float64 {
	return p.tray.width(line, s.bold) * s.size * point
}

// lines cleans a text and breaks it to a width.
func (p *print) lines(text string, s style, width float64) []string {
	clean, err := p.tray.clean(text)
	if err != nil {
		p.fail(err)
	}
	return p.tray.wrap(clean, s.bold, width/(s.size*point))
}

// clean makes one line of a text.
func (p *print) clean(text string) string {
	clean, err := p.tray.clean(strings.ReplaceAll(text, "\n", ", "))
	if err != nil {
		p.fail(err)
	}
	return clean
}

// block writes lines from the top at y, which must have room; it returns where it ends.
func (p *print) block(e *element, x, y float64, lines []string, s style) (end float64) {
	p.mark(e, func() {
		for _, line := range lines {
			p.text(x, y+s.size*point*1.02, line, s)
			y += s.lead()
		}
	})
	return y
}

// flow writes lines at p.y, over as many pages as they need.
func (p *print) flow(e *element, x float64, lines []string, s style) {
	for len(lines) > 0 {
		p.room(s.lead())
		fit := min(len(lines), max(1, int((bottom-p.y+0.01)/s.lead())))
		p.y = p.block(e, x, p.y, lines[:fit], s)
		lines = lines[fit:]
	}
}

func (p *print) fill(c colour)   { p.pdf.SetFillColor(c[0], c[1], c[2]) }
func (p *print) stroke(c colour) { p.pdf.SetDrawColor(c[0], c[1], c[2]) }

// line draws a thin line across the text.
func (p *print) line(y float64, c colour, width float64) {
	p.mark(nil, func() {
		p.stroke(c)
		p.pdf.SetLineWidth(width)
		p.pdf.Line(margin, y, pageWidth-margin, y)
	})
}

// bookmark names the place at p.y.
func (p *print) bookmark(text string, level int) {
	// The writer encodes the name as Unicode while a font of that kind is chosen.
	p.text(-50, -50, " ", style{size: 8, colour: ink})
	p.pdf.Bookmark(p.clean(text), level, p.y)
}

// note is a sentence between sections.
func (p *print) note(text string) {
	s := style{size: 9, colour: muted}
	lines := p.lines(text, s, textWidth)
	p.y += 3
	p.flow(p.element("P", ""), margin, lines, s)
	p.y += 2
}

// part begins a page with a heading of its own.
func (p *print) part(title string) {
	p.page()
	p.bookmark(title, 0)
	p.level = 1
	s := style{size: 17, bold: true, colour: ink}
	p.y = p.block(p.element("H1", ""), margin, p.y, p.lines(title, s, textWidth), s) + 1
	p.line(p.y, accent, 0.6)
	p.y += 4
	p.under = title
}

// footers says on every page whose it is.
func (p *print) footers(who string) {
	last := p.pdf.PageCount()
	s := style{size: 7.5, colour: muted}
	for n := 1; n <= last; n++ {
		p.pdf.SetPage(n)
		p.line(pageHeight-14, rule, 0.2)
		p.mark(nil, func() {
			right := fmt.Sprintf("Page %d of %d", n, last)
			x := margin + p.text(margin, pageHeight-10, p.URN, style{size: 8.5, bold: true, colour: ink}) + 4
			space := pageWidth - margin - p.width(right, s) - 4 - x
			p.text(x, pageHeight-10, p.fit(p.clean(who), s, space), s)
			p.text(pageWidth-margin-p.width(right, s), pageHeight-10, right, s)
		})
	}
	p.pdf.SetPage(last)
}

// fit cuts a cleaned line to a width, and shows that it did.
func (p *print) fit(line string, s style, width float64) string {
	if p.width(line, s) <= width {
		return line
	}
	letters := []rune(line)
	for len(letters) > 0 && p.width(string(letters)+"…", s) > width {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}
