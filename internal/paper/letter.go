package paper

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// Letter is what a referring practice is told when a referral has ended: by the provider, or by the referral centre. It is not
// changed.
type Letter struct {
	URN       string
	WrittenAt time.Time // in the hub's zone
	From      Practice  // who writes
	Signed    string    // the person who ended it, as they are called; "" where no person did
	To        Practice  // the referring practice
	Referrer  string    // who referred
	FirstName string
	LastName  string
	Born      dental.Date
	NHSNumber string
	Title     string       // "Outcome of the referral", "The referral is returned"
	Verdict   string       // "Treatment complete", "A radiograph is missing"
	IsAdverse bool         // the patient was not treated
	Actions   []string     // what the referring practice has to do; they come first
	Parts     []LetterPart // in their order
	Facts     []Fact       // dates and the like, at the end
}

// LetterPart is a text under its own heading.
type LetterPart struct{ Heading, Text string }

// Fact is a line of a list: "Referred on", "2 November 2026".
type Fact struct{ Label, Text string }

// WriteLetter writes a letter as PDF. An error is the context's or the writer's.
func WriteLetter(ctx context.Context, w io.Writer, letter Letter) error {
	p := newPrint(Sheet{URN: letter.URN, Version: 1, SubmittedAt: letter.WrittenAt, Practice: letter.From}, nil, contents{title: letter.Title})
	p.addresses(&letter)
	p.verdict(&letter)
	p.actions(letter.Actions)
	for _, part := range letter.Parts {
		p.letterPart(part)
	}
	p.facts(letter.Facts)
	p.signature(&letter)
	who := strings.TrimPrefix(joinFilled(", ", strings.ToUpper(letter.LastName), letter.FirstName), ", ")
	if !letter.Born.IsNone() {
		who += ", born " + letter.Born.Words()
	}
	p.footers(who)
	return p.finish(ctx, w, &attachments{})
}

// addresses has who writes at the top, to whom below on the left, and the patient beside it.
func (p *print) addresses(letter *Letter) {
	name := style{size: 13, bold: true, colour: ink}
	small := style{size: 8.5, colour: muted}
	plain := style{size: 10, colour: ink}
	strong := style{size: 10, bold: true, colour: ink}
	const left = 100.0
	from := p.element("P", "")
	y := p.block(from, margin, margin, p.lines(letter.From.Name, name, 120), name)
	contact := joinFilled(", ", letter.From.Phone, letter.From.Email)
	for _, text := range []string{strings.ReplaceAll(letter.From.Address, "\n", ", "), contact} {
		if text != "" {
			y = p.block(from, margin, y+0.3, p.lines(text, small, 120), small)
		}
	}
	p.mark(p.element("P", ""), func() {
		for i, text := range []string{letter.URN, letter.WrittenAt.Format("2 January 2006")} {
			s := style{size: 14, bold: true, colour: accent}
			if i == 1 {
				s = small
			}
			text = p.clean(text)
			p.text(pageWidth-margin-p.width(text, s), margin+5+4.6*float64(i), text, s)
		}
	})
	p.y = max(y, margin+12) + 2
	p.line(p.y, accent, 0.6)
	p.y += 6
	top := p.y
	to := p.element("P", "")
	y = top
	for _, line := range []string{letter.Referrer, letter.To.Name, letter.To.Address} {
		if line != "" {
			y = p.block(to, margin, y, p.lines(line, plain, left-8), plain)
		}
	}
	about := p.element("P", "")
	end := p.block(about, margin+left, top, p.lines(strings.TrimPrefix(joinFilled(", ", strings.ToUpper(letter.LastName), letter.FirstName), ", "), strong, textWidth-left), strong)
	if !letter.Born.IsNone() {
		end = p.block(about, margin+left, end, []string{p.clean("Born " + letter.Born.Words())}, plain)
	}
	if n, err := dental.ParseNHSNumber(letter.NHSNumber); err == nil {
		end = p.block(about, margin+left, end, []string{p.clean("NHS number " + n.Display())}, plain)
	}
	p.y = max(y, end) + 7
}

// verdict has what the letter is, and how it ended.
func (p *print) verdict(letter *Letter) {
	heading := style{size: 17, bold: true, colour: ink}
	p.bookmark(letter.Title, 0)
	p.y = p.block(p.element("H1", ""), margin, p.y, p.lines(letter.Title, heading, textWidth), heading) + 1
	s := style{size: 12.5, bold: true, colour: accent}
	if letter.IsAdverse {
		s.colour = alarm
	}
	if letter.Verdict != "" {
		p.flow(p.element("P", ""), margin, p.lines(letter.Verdict, s, textWidth), s)
	}
	p.y += 4
}

// actions is the panel with what the referring practice has to do.
func (p *print) actions(all []string) {
	if len(all) == 0 {
		return
	}
	heading := style{size: 11.5, bold: true, colour: ink}
	s := style{size: 10.5, colour: ink}
	const inner = 4.0
	height := heading.lead() + 2*inner + 1
	lines := make([][]string, len(all))
	for i, action := range all {
		lines[i] = p.lines(action, s, textWidth-2*inner-7)
		height += float64(len(lines[i]))*s.lead() + 1
	}
	onePage := height < bottom-margin
	if onePage {
		p.room(height)
		top := p.y
		p.mark(nil, func() {
			p.fill(panel)
			p.pdf.RoundedRect(margin, top, textWidth, height, 2, "1234", "F")
			p.fill(accent)
			p.pdf.Rect(margin, top, 1.4, height, "F")
		})
		p.y += inner
	}
	p.y = p.block(p.element("H2", ""), margin+inner, p.y, p.lines("For you to do", heading, textWidth-2*inner), heading) + 1
	for i, text := range lines {
		e := p.element("P", "")
		p.room(s.lead())
		p.block(e, margin+inner, p.y, []string{p.clean(strconv.Itoa(i+1) + ".")}, s)
		p.flow(e, margin+inner+7, text, s)
		p.y++
	}
	if onePage {
		p.y += inner - 1
	}
	p.y += 4
}

func (p *print) letterPart(part LetterPart) {
	if strings.TrimSpace(part.Text) == "" {
		return
	}
	heading := style{size: 11.5, bold: true, colour: ink}
	s := style{size: 10.5, colour: ink}
	p.room(heading.lead() + 2*s.lead())
	p.y = p.block(p.element("H2", ""), margin, p.y, p.lines(part.Heading, heading, textWidth), heading) + 0.6
	p.flow(p.element("P", ""), margin, p.lines(part.Text, s, textWidth), s)
	p.y += 4
}

func (p *print) facts(all []Fact) {
	label := style{size: 9, colour: muted}
	s := style{size: 10, colour: ink}
	const labels = 44.0
	for _, fact := range all {
		if fact.Text == "" {
			continue
		}
		e := p.element("P", "")
		lines := p.lines(fact.Text, s, textWidth-labels)
		p.room(s.lead())
		p.block(e, margin, p.y+(s.size-label.size)*point*1.02, p.lines(fact.Label, label, labels-3), label)
		p.flow(e, margin+labels, lines, s)
	}
	p.y += 5
}

func (p *print) signature(letter *Letter) {
	s := style{size: 10.5, colour: ink}
	strong := style{size: 10.5, bold: true, colour: ink}
	p.room(3 * s.lead())
	e := p.element("P", "")
	if letter.Signed != "" {
		p.y = p.block(e, margin, p.y, p.lines(letter.Signed, strong, textWidth), strong)
	}
	p.y = p.block(e, margin, p.y, p.lines(letter.From.Name, s, textWidth), s)
	p.note("This letter was made from the referral's record on " + letter.WrittenAt.Format("2 January 2006 at 15:04") + ".")
}
