package paper

import (
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// The fields that the head looks for, beside those that every form has. A form that lacks one has a shorter head.
const (
	careType   = "care_type"
	title      = "patient_title"
	gender     = "gender"
	nhsNumber  = "nhs_number"
	address    = "patient_address"
	town       = "patient_town"
	postcode   = "patient_postcode"
	email      = "patient_email"
	request    = "request_type"
	whyUrgent  = "urgent_reason"
	phoneStart = "phone_"
)

// name is the patient's, the last name first and in capitals, as the NHS writes it.
func (p *print) name() string {
	last, first := p.filled.Answer(form.LastName).Text, p.filled.Answer(form.FirstName).Text
	name := strings.ToUpper(last)
	if first != "" {
		name += ", " + first
	}
	if t := p.words(title); t != "" && t != "Other" {
		name += " (" + t + ")"
	}
	return strings.TrimPrefix(name, ", ")
}

// born is the date of birth in words.
func (p *print) born() string { return dental.DayInWords(p.filled.Answer(form.BirthDate).Text) }

// words is the answer to a field in words, on one line; empty where there is none, or no such field.
func (p *print) words(id string) string {
	field, ok := p.Type.Field(id)
	if !ok {
		return ""
	}
	return strings.Join(answerInWords(field, p.filled.Answer(id)), "; ")
}

// priority is how soon, and whether that is sooner than usual.
func (p *print) priority() (text string, isUrgent bool) {
	for _, fixed := range p.Type.Fixed {
		if fixed.ID == careType {
			return fixed.Text, fixed.Value != "routine"
		}
	}
	value := p.filled.Answer(careType).Text
	return p.words(careType), value != "" && value != "routine"
}

// head draws what one glance has to tell: from whom, who, how urgent, what is asked.
func (p *print) head() {
	p.letterhead()
	p.bookmark(p.contents.title, 0)
	p.level = 1
	p.headline()
	p.patient()
	p.under = p.contents.title
	if p.contents.referral {
		p.asked()
	}
}

// letterhead has the practice on the left and the reference on the right.
func (p *print) letterhead() {
	name := style{size: 12, bold: true, colour: ink}
	small := style{size: 8.5, colour: muted}
	left := p.element("P", "")
	y := p.block(left, margin, margin, p.lines(p.Practice.Name, name, 110), name)
	contact := joinFilled(", ", p.Practice.Phone, p.Practice.Email)
	for _, text := range []string{strings.ReplaceAll(p.Practice.Address, "\n", ", "), contact} {
		if text != "" {
			y = p.block(left, margin, y+0.3, p.lines(text, small, 110), small)
		}
	}
	urn := style{size: 15, bold: true, colour: accent}
	p.mark(p.element("P", ""), func() {
		right := func(text string, y float64, s style) {
			text = p.clean(text)
			p.text(pageWidth-margin-p.width(text, s), y, text, s)
		}
		right(p.URN, margin+5, urn)
		right("Submitted "+p.SubmittedAt.Format("2 January 2006, 15:04"), margin+9.6, small)
		if p.Version > 1 {
			right("Version "+strconv.Itoa(p.Version), margin+13.4, small)
		}
	})
	p.y = max(y, margin+14) + 2
	p.line(p.y, accent, 0.6)
	p.y += 4
}

// headline has the document's name, and how urgent it is.
func (p *print) headline() {
	s := style{size: 19, bold: true, colour: ink}
	priority, isUrgent := p.priority()
	pill := style{size: 10.5, bold: true, colour: white}
	if isUrgent {
		priority = strings.ToUpper(priority)
	}
	priority = p.fit(p.clean(priority), pill, textWidth/2)
	width := p.width(priority, pill) + 8
	space := textWidth
	if priority != "" {
		space -= width + 4
	}
	top := p.y
	p.y = p.block(p.element("H1", ""), margin, p.y, p.lines(p.contents.title, s, space), s)
	if priority != "" {
		p.mark(p.element("P", "Priority: "+priority), func() {
			if isUrgent {
				p.fill(alarm)
			} else {
				p.fill(muted)
			}
			x, y := pageWidth-margin-width, top+0.8
			p.pdf.RoundedRect(x, y, width, 7, 3.5, "1234", "F")
			p.text(x+4, y+4.9, priority, pill)
		})
	}
	p.y += 2
}

// patient is the panel that tells who it is about.
func (p *print) patient() {
	for _, id := range []string{form.LastName, form.FirstName, form.BirthDate, title, gender, nhsNumber, address, town, postcode, email} {
		p.inHead[id] = true
	}
	name := style{size: 15, bold: true, colour: ink}
	strong := style{size: 10.5, bold: true, colour: ink}
	plain := style{size: 10.5, colour: ink}
	small := style{size: 8.5, colour: ink}
	const inner, left = 4.0, 104.0
	nameLines := p.lines(p.name(), name, left-2*inner)
	var who []string
	if born := p.born(); born != "" {
		text := "Born " + born
		if age, ok := p.filled.Age(); ok {
			text += ", " + count(age, "year")
		}
		who = append(who, text)
	}
	number := "NHS number not given"
	if n, err := dental.ParseNHSNumber(p.filled.Answer(nhsNumber).Text); err == nil {
		number = "NHS number " + n.Display()
	}
	if g := p.words(gender); g != "" {
		number += "    " + g
	}
	var contact []string
	place := joinFilled(", ", p.words(address), p.words(town), p.words(postcode))
	contact = append(contact, p.lines(place, small, textWidth-left-inner)...)
	for _, field := range p.Type.Fields() {
		if text := p.words(field.ID); text != "" && strings.HasPrefix(field.ID, phoneStart) {
			p.inHead[field.ID] = true
			contact = append(contact, p.lines(field.Label+" "+text, small, textWidth-left-inner)...)
		}
	}
	if text := p.words(email); text != "" {
		contact = append(contact, p.lines(text, small, textWidth-left-inner)...)
	}
	height := max(float64(len(nameLines))*name.lead()+float64(len(who))*plain.lead()+strong.lead()+1, float64(len(contact))*small.lead()) + 2*inner - 1
	top := p.y
	p.mark(nil, func() {
		p.fill(panel)
		p.pdf.RoundedRect(margin, top, textWidth, height, 2, "1234", "F")
		p.fill(accent)
		p.pdf.Rect(margin, top, 1.4, height, "F")
	})
	y := p.block(p.element("H2", ""), margin+inner, top+inner-1, nameLines, name) + 1
	e := p.element("P", "")
	y = p.block(e, margin+inner, y, who, plain)
	p.block(e, margin+inner, y, []string{p.clean(number)}, strong)
	p.block(p.element("P", ""), margin+left, top+inner-0.4, contact, small)
	p.y = top + height + 4
}

// asked has the answers that the form calls its head line, but for those that stand elsewhere in the head.
func (p *print) asked() {
	label := style{size: 8.5, colour: muted}
	value := style{size: 11, bold: true, colour: ink}
	type item struct{ label, text string }
	var items []item
	ids := p.Type.Headline
	ids = append([]string{whyUrgent, request}, ids...)
	p.inHead[careType], p.inHead[request], p.inHead[whyUrgent] = true, true, true
	seen := map[string]bool{careType: true, form.Age: true}
	var grids []*form.Field
	for _, id := range ids {
		field, ok := p.Type.Field(id)
		if seen[id] || ok && field.Kind == form.Teeth {
			continue
		}
		seen[id] = true
		switch text := p.words(id); {
		case !ok:
			if derived, found := p.derived(id); found {
				items = append(items, item(derived))
			}
		case text == "":
		case field.Kind == form.BPE || field.Kind == form.SBPE:
			grids = append(grids, field)
		case id == request: // the form's label speaks to who fills it in
			items = append(items, item{"Request", text})
		default:
			items = append(items, item{field.Label, text})
		}
	}
	const labels = 44.0
	for _, it := range items {
		e := p.element("P", "")
		left := p.lines(it.label, label, labels-3)
		lines := p.lines(it.text, value, textWidth-labels)
		p.room(max(float64(len(left))*label.lead(), float64(min(len(lines), 4))*value.lead()))
		top := p.y
		end := p.block(e, margin, top+0.7, left, label)
		p.flow(e, margin+labels, lines, value)
		p.y = max(p.y, end) + 0.8
	}
	for _, field := range grids {
		p.inHead[field.ID] = true
		p.room(gridHeight + 2)
		p.block(p.element("P", ""), margin, p.y+0.7, p.lines(field.Label, label, labels-3), label)
		p.grid(field, p.filled.Answer(field.ID), margin+labels)
		p.y += 1
	}
	if len(items)+len(grids) > 0 {
		p.y += 2
	}
}

func joinFilled(between string, texts ...string) string {
	var filled []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			filled = append(filled, text)
		}
	}
	return strings.Join(filled, between)
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return strconv.Itoa(n) + " " + of + "s"
}
