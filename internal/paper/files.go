package paper

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// What is looked at, and what goes into a document as it is; a larger picture is made smaller.
const (
	maxFile  = 32 << 20
	maxAsIs  = 6 << 20
	maxPages = 100 // of one upload
	// maxUploads bounds the PDFs of one document together: their pages wait in memory until it is written.
	maxUploads = 64 << 20
)

// listed is a file with what becomes of it.
type listed struct {
	File
	number  int
	picture *picture
	pages   []uploadedPage
	reason  string // why it is not printed; empty when it is
}

// label is what a file is called above its picture.
func (l listed) label() string {
	kind := "File"
	if l.Kind == form.Radiograph {
		kind = "Radiograph"
	}
	return fmt.Sprintf("%s %d", kind, l.number)
}

// files lists what is attached and prints it: pictures first, two in a row where they are not wide, then the pages
// of PDFs, each within a page of its own.
func (p *print) files(ctx context.Context, appendix *attachments) error {
	if len(p.Files) == 0 {
		return nil
	}
	all := make([]listed, len(p.Files))
	uploaded := 0
	for i, file := range p.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		all[i] = listed{File: file, number: i + 1}
		mediaType, _, _ := mime.ParseMediaType(file.ContentType)
		var err error
		switch kind := strings.TrimPrefix(mediaType, "image/"); {
		case kind != mediaType:
			err = all[i].look(ctx, appendix, kind)
		case mediaType == "application/pdf":
			err = all[i].read(ctx, appendix, &uploaded)
		default:
			all[i].reason = "a file of this kind is not printed; open the file itself"
		}
		if err != nil {
			return fmt.Errorf("paper: file %d: %w", i+1, err)
		}
	}
	p.part("Radiographs and other files")
	p.list(all)
	p.pictures(all, appendix)
	for _, l := range all {
		p.uploaded(l, appendix)
	}
	return nil
}

// body reads a file whole, so that what is wrong with it is told from what is wrong with reading it. It is false for
// one that is too large.
func (l *listed) body(ctx context.Context) ([]byte, bool, error) {
	file, err := l.Open(ctx)
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, false, err
	}
	if len(body) > maxFile {
		l.reason = fmt.Sprintf("it has over %d MB; open the file itself", maxFile>>20)
		return nil, false, nil
	}
	return body, true, nil
}

// list is the table of what is attached.
func (p *print) list(all []listed) {
	s := style{size: 9.5, colour: ink}
	small := style{size: 8.5, colour: muted}
	for _, l := range all {
		text := joinFilled(", ", p.caption(l))
		lines := p.lines(text, s, textWidth-30)
		var reason []string
		if l.reason != "" {
			reason = p.lines("Not printed: "+l.reason, style{size: 8.5, bold: true, colour: alarm}, textWidth-30)
		}
		p.room(float64(len(lines))*s.lead() + float64(len(reason))*small.lead())
		e := p.element("P", "")
		p.block(e, margin, p.y, []string{l.label()}, style{size: 9.5, bold: true, colour: ink})
		p.y = p.block(e, margin+30, p.y, lines, s)
		if len(reason) > 0 {
			p.y = p.block(e, margin+30, p.y, reason, style{size: 8.5, bold: true, colour: alarm})
		}
		p.y += 0.8
	}
	p.y += 3
}

// caption says what a file shows, and when it was taken.
func (p *print) caption(l listed) string {
	view, quality := "", ""
	for _, field := range p.Type.Fields() {
		if field.Kind != form.Files {
			continue
		}
		for _, answer := range p.filled.Answer(field.ID).Files {
			if answer.ID == l.ID {
				view, quality = viewLabel(answer.View), qualityWords[answer.Quality]
			}
		}
	}
	taken := ""
	if l.TakenOn != (dental.Date{}) {
		taken = takenOn(l.TakenOn.String())
	}
	return joinFilled(", ", view, taken, quality, l.Name)
}

const (
	captionLines = 2
	wideHeight   = 108.0 // of a picture over the whole width
	pairHeight   = 100.0 // of one of two in a row
	aloneHeight  = 130.0
)

// pictures prints them as large as they are of use.
func (p *print) pictures(all []listed, appendix *attachments) {
	var waiting []listed
	flush := func() {
		for len(waiting) > 0 {
			if len(waiting) == 1 {
				p.pictureRow(waiting, textWidth, aloneHeight, appendix)
				waiting = nil
			} else {
				p.pictureRow(waiting[:2], half, pairHeight, appendix)
				waiting = waiting[2:]
			}
		}
	}
	for _, l := range all {
		switch {
		case l.picture == nil:
		case l.picture.ratio() > 1.6:
			flush()
			p.pictureRow([]listed{l}, textWidth, wideHeight, appendix)
		default:
			waiting = append(waiting, l)
			if len(waiting) == 2 {
				flush()
			}
		}
	}
	flush()
}

// pictureRow prints one or two pictures with their captions above them.
func (p *print) pictureRow(row []listed, width, height float64, appendix *attachments) {
	s := style{size: 8.5, colour: muted}
	tallest := 0.0
	for _, l := range row {
		_, h := l.picture.within(width, height)
		tallest = max(tallest, h)
	}
	p.room(tallest + captionLines*s.lead() + labelStyle.lead() + 5)
	p.y += 1
	for i, l := range row {
		x := margin + float64(i)*(half+gap)
		p.bookmark(joinFilled(", ", l.label(), p.caption(l)), 1)
		y := p.block(p.element("P", ""), x, p.y, []string{p.clean(l.label())}, style{size: 9.5, bold: true, colour: ink})
		lines := p.lines(p.caption(l), s, width)
		lines = lines[:min(captionLines, len(lines))]
		p.block(p.element("P", ""), x, y, lines, s)
		w, h := l.picture.within(width, height)
		name := appendix.add(l.picture)
		p.mark(p.element("Figure", joinFilled(", ", l.label(), p.caption(l))), func() {
			p.place(name, l.picture.orientation, x, y+captionLines*s.lead()+0.5, w, h)
		})
	}
	p.y += tallest + captionLines*s.lead() + labelStyle.lead() + 6
}

// place draws a picture in a rectangle, turned as the camera was held: the picture itself stays as it is.
func (p *print) place(name string, orientation int, x, y, w, h float64) {
	x, y, w, h = x/point, (pageHeight-y-h)/point, w/point, h/point
	m := [6]float64{w, 0, 0, h, x, y}
	switch orientation {
	case 2:
		m = [6]float64{-w, 0, 0, h, x + w, y}
	case 3:
		m = [6]float64{-w, 0, 0, -h, x + w, y + h}
	case 4:
		m = [6]float64{w, 0, 0, -h, x, y + h}
	case 5:
		m = [6]float64{0, -h, -w, 0, x + w, y + h}
	case 6:
		m = [6]float64{0, -h, w, 0, x, y + h}
	case 7:
		m = [6]float64{0, h, w, 0, x, y}
	case 8:
		m = [6]float64{0, h, -w, 0, x + w, y}
	}
	p.drawObject(name, m)
}

// drawObject draws a picture or a page with its coordinates moved. A page expects colours and lines as they are at
// the beginning of one.
func (p *print) drawObject(name string, m [6]float64) {
	p.pdf.RawWriteStr(fmt.Sprintf("q 0 g 0 G 1 w 0 J 0 j [] 0 d %.4f %.4f %.4f %.4f %.4f %.4f cm /%s Do Q\n", m[0], m[1], m[2], m[3], m[4], m[5], name))
}

// uploaded prints the pages of a PDF.
func (p *print) uploaded(l listed, appendix *attachments) {
	s := style{size: 8.5, colour: muted}
	for i, page := range l.pages {
		p.page()
		if i == 0 {
			p.bookmark(joinFilled(", ", l.label(), p.caption(l)), 1)
		}
		caption := joinFilled(", ", l.label(), p.caption(l), fmt.Sprintf("page %d of %d", i+1, len(l.pages)))
		p.y = p.block(p.element("P", ""), margin, p.y-4, []string{p.fit(p.clean(caption), s, textWidth)}, s) + 1
		p.mark(p.element("Figure", caption), func() {
			page.draw(p, margin, p.y, textWidth, bottom-p.y+3, appendix)
		})
	}
}

// attachments are the objects that come into a document beside what its writer makes: pictures and pages.
type attachments struct {
	objects []object
	names   []named
}

// named is an object that pages draw by a name.
type named struct {
	name   string
	number int // in attachments.objects
}

// object is one of a document's, with a stream.
type object struct {
	// dict writes the dictionary, or whatever the object is, with its own objects counted from first on.
	dict func(first int) string
	// stream is what follows; nil for none. length is known before.
	length int64
	stream func(ctx context.Context) (io.ReadCloser, error)
}

// name gives an object a name.
func (a *attachments) name(number int) string {
	name := fmt.Sprintf("B%d", len(a.names))
	a.names = append(a.names, named{name, number})
	return name
}

// inMemory is a stream that is there already.
func inMemory(data []byte) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}
