package paper

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
)

// finish writes the document. The library's writer has made the pages; here they get what it has no words for: the
// pictures and pages that are drawn by name, streamed from where they are kept, and the structure that a screen
// reader follows. Objects keep their numbers; new ones follow.
func (p *print) finish(ctx context.Context, w io.Writer, appendix *attachments) error {
	if p.err != nil {
		return p.err
	}
	var made bytes.Buffer
	if err := p.pdf.Output(&made); err != nil {
		return fmt.Errorf("paper: the pages cannot be written: %w", err)
	}
	base, err := readMade(made.Bytes())
	if err != nil {
		return err
	}
	first := len(base.objects) // of the appendix; the base counts from 1, and its slice from 0
	structure := first + len(appendix.objects)
	base.replace(2, "/XObject <<", "/XObject <<\n"+appendix.resources(first))
	for page := 1; page <= p.pdf.PageCount(); page++ {
		base.replace(1+2*page, "/Type /Page", fmt.Sprintf("/Type /Page\n/StructParents %d /Tabs /S", page-1))
	}
	base.replace(base.root, "/Type /Catalog", fmt.Sprintf("/Type /Catalog\n/StructTreeRoot %d 0 R /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>>", structure))
	if base.err != nil {
		return base.err
	}
	out := &counter{w: bufio.NewWriterSize(w, 64<<10), ctx: ctx}
	id := sha256.Sum256(made.Bytes())
	out.text("%PDF-1.7\n%\xb5\xb6\n")
	var offsets []int64
	begin := func() { offsets = append(offsets, out.n) }
	for _, body := range base.objects[1:] {
		begin()
		out.bytes(body)
	}
	for i, o := range appendix.objects {
		begin()
		out.text(fmt.Sprintf("%d 0 obj\n%s\n", first+i, o.dict(first)))
		if err := out.stream(o); err != nil {
			return err
		}
		out.text("endobj\n")
	}
	for _, body := range p.structure(structure) {
		begin()
		out.text(fmt.Sprintf("%d 0 obj\n%s\nendobj\n", len(offsets), body))
	}
	at := out.n
	out.text(fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1))
	for _, offset := range offsets {
		out.text(fmt.Sprintf("%010d 00000 n \n", offset))
	}
	out.text(fmt.Sprintf("trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(offsets)+1, base.root, base.info, id[:16], id[:16], at))
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

// made is what the library has written: its objects by their numbers.
type made struct {
	objects    [][]byte // the first is none
	root, info int
	err        error
}

// readMade takes the library's output apart by its own table of offsets.
func readMade(data []byte) (*made, error) {
	broken := errors.New("paper: the library has written what this program does not expect")
	tail := bytes.LastIndex(data, []byte("startxref\n"))
	if tail < 0 {
		return nil, broken
	}
	number, _, _ := strings.Cut(string(data[tail+len("startxref\n"):]), "\n")
	table, err := strconv.Atoi(number)
	if err != nil || table >= tail {
		return nil, broken
	}
	m := &made{}
	trailer := string(data[table:tail])
	for name, into := range map[string]*int{"/Root ": &m.root, "/Info ": &m.info} {
		_, after, found := strings.Cut(trailer, name)
		number, _, _ := strings.Cut(after, " ")
		if *into, err = strconv.Atoi(number); err != nil || !found {
			return nil, broken
		}
	}
	var offsets []int
	for line := range strings.SplitSeq(trailer, "\n") {
		if offset, ok := strings.CutSuffix(strings.TrimSpace(line), " 00000 n"); ok {
			at, err := strconv.Atoi(offset)
			if err != nil || at <= 0 || at >= table {
				return nil, broken
			}
			offsets = append(offsets, at)
		}
	}
	ends := append(append([]int{}, offsets...), table)
	sort.Ints(ends)
	m.objects = make([][]byte, len(offsets)+1)
	for i, at := range offsets {
		end := ends[sort.SearchInts(ends, at)+1]
		if !bytes.HasPrefix(data[at:end], []byte(strconv.Itoa(i+1)+" 0 obj")) {
			return nil, broken
		}
		m.objects[i+1] = data[at:end]
	}
	return m, nil
}

// replace changes the dictionary of an object.
func (m *made) replace(number int, before, after string) {
	if number >= len(m.objects) || !bytes.Contains(m.objects[number], []byte(before)) {
		m.err = fmt.Errorf("paper: object %d is not what this program expects", number)
		return
	}
	m.objects[number] = bytes.Replace(m.objects[number], []byte(before), []byte(after), 1)
}

// resources are the names under which pages draw what was added.
func (a *attachments) resources(first int) string {
	var out strings.Builder
	for _, n := range a.names {
		fmt.Fprintf(&out, "/%s %d 0 R\n", n.name, first+n.number)
	}
	return out.String()
}

// structure are the objects of the structure: its root, which has the number first, the document, and each element.
func (p *print) structure(first int) []string {
	document := first + 1
	var kids strings.Builder
	bodies := make([]string, 0, len(p.elements)+2)
	byPage := make(map[int]map[int]int)
	var elements []string
	number := document + 1
	for _, e := range p.elements {
		if len(e.pieces) == 0 {
			continue
		}
		var marks strings.Builder
		for _, at := range e.pieces {
			fmt.Fprintf(&marks, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", 1+2*at.page, at.mark)
			if byPage[at.page] == nil {
				byPage[at.page] = make(map[int]int)
			}
			byPage[at.page][at.mark] = number
		}
		alt := ""
		if e.alt != "" {
			name := "Alt"
			if e.role != "Figure" {
				name = "ActualText"
			}
			alt = fmt.Sprintf(" /%s <%s>", name, hexText(e.alt))
		}
		elements = append(elements, fmt.Sprintf("<</Type /StructElem /S /%s /P %d 0 R /Pg %d 0 R%s /K [%s]>>", e.role, document, 1+2*e.pieces[0].page, alt, marks.String()))
		fmt.Fprintf(&kids, "%d 0 R ", number)
		number++
	}
	var parents strings.Builder
	for page := 1; page <= p.pdf.PageCount(); page++ {
		fmt.Fprintf(&parents, "%d [", page-1)
		for mark := range p.marks[page] {
			fmt.Fprintf(&parents, "%d 0 R ", byPage[page][mark])
		}
		parents.WriteString("] ")
	}
	bodies = append(bodies,
		fmt.Sprintf("<</Type /StructTreeRoot /K %d 0 R /ParentTree <</Nums [%s]>> /ParentTreeNextKey %d>>", document, parents.String(), p.pdf.PageCount()),
		fmt.Sprintf("<</Type /StructElem /S /Document /P %d 0 R /Lang (en-GB) /K [%s]>>", first, kids.String()))
	return append(bodies, elements...)
}

// hexText is a text in UTF-16, as a PDF has it.
func hexText(text string) string {
	var out strings.Builder
	out.WriteString("FEFF")
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&out, "%04X", unit)
	}
	return out.String()
}

// counter writes and knows how much; after an error it writes nothing.
type counter struct {
	w   *bufio.Writer
	n   int64
	ctx context.Context
	err error
}

func (c *counter) text(text string) { c.bytes([]byte(text)) }

func (c *counter) bytes(data []byte) {
	if c.err == nil {
		var n int
		n, c.err = c.w.Write(data)
		c.n += int64(n)
	}
}

// stream copies what belongs to an object. A body that is not as long as it was is an error: nothing fits then.
func (c *counter) stream(o object) error {
	if o.stream == nil || c.err != nil {
		return c.err
	}
	if err := c.ctx.Err(); err != nil {
		return err
	}
	from, err := o.stream(c.ctx)
	if err != nil {
		return fmt.Errorf("paper: a file cannot be opened again: %w", err)
	}
	defer from.Close()
	c.text("stream\n")
	if c.err != nil {
		return c.err
	}
	n, err := io.CopyN(c.w, from, o.length)
	c.n += n
	if err != nil {
		return fmt.Errorf("paper: a file cannot be copied: %w", err)
	}
	c.text("\nendstream\n")
	return c.err
}
