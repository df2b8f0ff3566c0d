package paper

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// The bounds within which an uploaded PDF is read: what it unfolds to, and how long that may take.
const (
	maxDecoded = 16 << 20 // of one stream
	maxContent = 32 << 20 // of what one page draws
	maxGrowth  = 256 << 20
	maxTime    = 5 * time.Second
	maxLate    = time.Second // by which reading may end later, when it does not look at the clock
	maxParts   = 1000        // of one page's content, and of its annotations
)

const (
	brokenPDF     = "the PDF file cannot be read"
	tooMuchMemory = "the PDF file unfolds to too much to be read"
)

var errTooMuch = errors.New(tooMuchMemory)

// withoutFolder keeps the library from making a folder for its settings.
var withoutFolder = sync.OnceFunc(func() { model.ConfigPath = "disable" })

// uploadedPage is a page of a PDF that was uploaded, ready to be drawn within one of ours.
type uploadedPage struct {
	left, low, width, height float64 // the part that is shown, in points, before it is turned
	quarters                 int     // by which it is turned clockwise
	content                  int     // its number among the attachments' objects
	overlays                 []overlay
}

// overlay is what stands on a page and not in it: the filled field of a form, a stamp, a comment.
type overlay struct {
	object int
	matrix [6]float64
}

// read takes an uploaded PDF apart, or notes why it is not printed.
func (l *listed) read(ctx context.Context, appendix *attachments, uploaded *int) error {
	body, ok, err := l.body(ctx)
	if err != nil || !ok {
		return err
	}
	if *uploaded += len(body); *uploaded > maxUploads {
		l.reason = fmt.Sprintf("the PDFs have over %d MB together; open the file itself", maxUploads>>20)
		return nil
	}
	done := readUpload(ctx, body)
	if done.reason == tooMuchMemory {
		// It may have been somebody else's: what stands in a document stands there for ever.
		time.Sleep(maxLate)
		done = readUpload(ctx, body)
	}
	if ctx.Err() != nil {
		return ctx.Err() // it was not the file's fault
	}
	if done.reason != "" {
		l.reason = done.reason
		return nil
	}
	l.pages = appendix.join(done)
	return nil
}

// readUpload reads a PDF on its own, with objects of its own: what never ends is left to itself, and the document goes on.
func readUpload(ctx context.Context, body []byte) upload {
	ctx, stop := context.WithTimeout(ctx, maxTime)
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ended := make(chan upload, 1)
	go func() {
		var u upload
		u.pages, u.reason = readPages(ctx, cancel, body, &u.appendix)
		if u.reason != "" && errors.Is(context.Cause(ctx), errTooMuch) {
			u.reason = tooMuchMemory
		}
		ended <- u
	}()
	select {
	case done := <-ended:
		return done
	case <-time.After(maxTime + maxLate):
		return upload{reason: brokenPDF}
	}
}

// upload is what was read of a PDF: its pages, with the objects that they need, counted from 0.
type upload struct {
	pages    []uploadedPage
	appendix attachments
	reason   string
}

// join takes an upload's objects in, and gives its pages the numbers that they have here.
func (a *attachments) join(u upload) []uploadedPage {
	by := len(a.objects)
	for _, o := range u.appendix.objects {
		dict := o.dict
		o.dict = func(first int) string { return dict(first + by) }
		a.objects = append(a.objects, o)
	}
	for i := range u.pages {
		u.pages[i].content += by
		for j := range u.pages[i].overlays {
			u.pages[i].overlays[j].object += by
		}
	}
	return u.pages
}

// readPages reads a PDF that nobody has vouched for: what is broken in it must not break more than itself.
func readPages(ctx context.Context, cancel context.CancelCauseFunc, body []byte, appendix *attachments) (pages []uploadedPage, reason string) {
	withoutFolder()
	watched := watchMemory(ctx, cancel)
	defer watched()
	defer func() {
		if recover() != nil {
			pages, reason = nil, brokenPDF
		}
	}()
	conf := model.NewDefaultConfiguration()
	conf.Offline = true
	conf.Limits.MaxStreamBytes, conf.Limits.MaxDecodeBytes = maxFile, maxDecoded
	conf.Limits.MaxObjectCount, conf.Limits.MaxXRefEntries = 200_000, 200_000
	conf.Limits.MaxObjectStreamCount, conf.Limits.MaxObjectStreamFirst = 10_000, 1<<20
	file, err := pdfcpu.ReadWithContext(ctx, bytes.NewReader(body), conf)
	switch {
	case errors.Is(err, pdfcpu.ErrWrongPassword), errors.Is(err, pdfcpu.ErrEncrypted):
		return nil, "the PDF file is protected by a password"
	case err != nil:
		return nil, brokenPDF
	}
	if err := file.EnsurePageCount(); err != nil || file.PageCount < 1 {
		return nil, brokenPDF
	}
	if file.PageCount > maxPages {
		return nil, fmt.Sprintf("it has %d pages, and %d are printed at most; open the file itself", file.PageCount, maxPages)
	}
	r := &uploadReader{table: file.XRefTable, appendix: appendix, taken: make(map[int]int)}
	for n := 1; n <= file.PageCount; n++ {
		page, err := r.page(n)
		if err != nil || ctx.Err() != nil {
			return nil, brokenPDF
		}
		pages = append(pages, page)
	}
	if err := r.copyAll(ctx); err != nil {
		return nil, brokenPDF
	}
	return pages, ""
}

// watchMemory gives up reading when memory grows by more than a sound file needs.
func watchMemory(ctx context.Context, cancel context.CancelCauseFunc) (stop func()) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	begun := sample[0].Value.Uint64()
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-done:
				return
			case <-tick.C:
				if metrics.Read(sample); sample[0].Value.Uint64() > begun+maxGrowth {
					cancel(errTooMuch)
				}
			}
		}
	})
	return func() {
		close(done)
		group.Wait()
	}
}

// uploadReader copies what pages need from an uploaded PDF to ours.
type uploadReader struct {
	table    *model.XRefTable
	appendix *attachments
	taken    map[int]int // the number among the attachments' objects, by that in the file
	waiting  []waiting
}

// waiting is an object that something has named, and that is not copied yet.
type waiting struct {
	from, to int
}

// page prepares one.
func (r *uploadReader) page(n int) (uploadedPage, error) {
	var p uploadedPage
	dict, _, inherited, err := r.table.PageDict(n, false)
	if err != nil {
		return p, err
	}
	box := inherited.MediaBox
	if inherited.CropBox != nil {
		box = inherited.CropBox
	}
	if box == nil {
		box = types.NewRectangle(0, 0, 595, 842)
	}
	p.left, p.low = min(box.LL.X, box.UR.X), min(box.LL.Y, box.UR.Y)
	p.width, p.height = math.Abs(box.UR.X-box.LL.X), math.Abs(box.UR.Y-box.LL.Y)
	if !(p.width >= 1 && p.height >= 1 && p.width < 1e6 && p.height < 1e6 && math.Abs(p.left) < 1e6 && math.Abs(p.low) < 1e6) {
		return p, errors.New("a page without a size")
	}
	p.quarters = ((inherited.Rotate/90)%4 + 4) % 4
	content, err := r.content(dict)
	if err != nil {
		return p, err
	}
	var packed bytes.Buffer
	writer := zlib.NewWriter(&packed)
	if _, err := writer.Write(content); err != nil {
		return p, err
	}
	if err := writer.Close(); err != nil {
		return p, err
	}
	form := types.Dict{"Type": types.Name("XObject"), "Subtype": types.Name("Form"), "Filter": types.Name("FlateDecode"),
		"BBox":   types.NewNumberArray(p.left, p.low, p.left+p.width, p.low+p.height),
		"Length": types.Integer(packed.Len())}
	if inherited.Resources != nil {
		form["Resources"] = r.copied(inherited.Resources)
	}
	if group, err := r.table.DereferenceDict(dict["Group"]); err == nil && group != nil {
		form["Group"] = r.copied(group)
	}
	p.content = r.add(form, packed.Bytes())
	p.overlays, err = r.overlays(dict)
	return p, err
}

// content is what a page draws, in one piece.
func (r *uploadReader) content(page types.Dict) ([]byte, error) {
	found, err := r.table.Dereference(page["Contents"])
	if err != nil || found == nil {
		return nil, err
	}
	parts, ok := found.(types.Array)
	if !ok {
		parts = types.Array{found}
	}
	if len(parts) > maxParts {
		return nil, errors.New("a page of too many parts")
	}
	var content []byte
	for _, part := range parts {
		stream, _, err := r.table.DereferenceStreamDict(part)
		if err != nil {
			return nil, err
		}
		if stream == nil {
			continue
		}
		if err := stream.DecodeWithLimit(maxDecoded); err != nil {
			return nil, err
		}
		if content = append(append(content, stream.Content...), '\n'); len(content) > maxContent {
			return nil, errors.New("a page that draws too much")
		}
	}
	return content, nil
}

// overlays are what an annotation looks like when it is printed: what somebody typed into a form's fields is there.
func (r *uploadReader) overlays(page types.Dict) ([]overlay, error) {
	annotations, err := r.table.DereferenceArray(page["Annots"])
	if err != nil || len(annotations) > maxParts {
		return nil, nil // what a page draws itself is there
	}
	var overlays []overlay
	for _, entry := range annotations {
		annotation, err := r.table.DereferenceDict(entry)
		if err != nil || annotation == nil {
			continue
		}
		const hidden, noView = 1 << 1, 1 << 5
		if flags := annotation.IntEntry("F"); flags != nil && *flags&(hidden|noView) != 0 {
			continue
		}
		if subtype := annotation.Subtype(); subtype != nil && (*subtype == "Popup" || *subtype == "Link") {
			continue
		}
		look, number := r.look(annotation)
		if look == nil {
			continue
		}
		matrix, ok := r.fitted(annotation, look.Dict)
		if !ok {
			continue
		}
		overlays = append(overlays, overlay{number, matrix})
	}
	return overlays, nil
}

// look finds the normal appearance of an annotation, in its state.
func (r *uploadReader) look(annotation types.Dict) (*types.StreamDict, int) {
	looks, err := r.table.DereferenceDict(annotation["AP"])
	if err != nil || looks == nil {
		return nil, 0
	}
	normal := looks["N"]
	if states, err := r.table.Dereference(normal); err == nil {
		if byState, ok := states.(types.Dict); ok {
			state := annotation.NameEntry("AS")
			if state == nil {
				return nil, 0
			}
			normal = byState[*state]
		}
	}
	reference, ok := normal.(types.IndirectRef)
	if !ok {
		return nil, 0
	}
	stream, _, err := r.table.DereferenceStreamDict(reference)
	if err != nil || stream == nil {
		return nil, 0
	}
	return stream, r.take(reference.ObjectNumber.Value())
}

// fitted is the matrix that brings an appearance to its place (ISO 32000, 12.5.5).
func (r *uploadReader) fitted(annotation, look types.Dict) (m [6]float64, ok bool) {
	box, okBox := r.numbers(look["BBox"], 4)
	rect, okRect := r.numbers(annotation["Rect"], 4)
	if !okBox || !okRect {
		return m, false
	}
	turn := []float64{1, 0, 0, 1, 0, 0}
	if own, ok := r.numbers(look["Matrix"], 6); ok {
		turn = own
	}
	var xs, ys []float64
	for _, corner := range [][2]float64{{box[0], box[1]}, {box[0], box[3]}, {box[2], box[1]}, {box[2], box[3]}} {
		xs = append(xs, turn[0]*corner[0]+turn[2]*corner[1]+turn[4])
		ys = append(ys, turn[1]*corner[0]+turn[3]*corner[1]+turn[5])
	}
	left, low := slices.Min(xs), slices.Min(ys)
	width, height := slices.Max(xs)-left, slices.Max(ys)-low
	if width <= 0 || height <= 0 {
		return m, false
	}
	scaleX, scaleY := math.Abs(rect[2]-rect[0])/width, math.Abs(rect[3]-rect[1])/height
	return [6]float64{scaleX, 0, 0, scaleY, min(rect[0], rect[2]) - left*scaleX, min(rect[1], rect[3]) - low*scaleY}, true
}

func (r *uploadReader) numbers(o types.Object, count int) ([]float64, bool) {
	array, err := r.table.DereferenceArray(o)
	if err != nil || len(array) != count {
		return nil, false
	}
	numbers := make([]float64, count)
	for i, entry := range array {
		n, err := r.table.DereferenceNumber(entry)
		if err != nil || math.IsNaN(n) || math.Abs(n) > 1e6 {
			return nil, false
		}
		numbers[i] = n
	}
	return numbers, true
}

// take reserves a number for an object of the file, once.
func (r *uploadReader) take(number int) int {
	if to, ok := r.taken[number]; ok {
		return to
	}
	to := len(r.appendix.objects)
	r.appendix.objects = append(r.appendix.objects, object{dict: func(int) string { return "null" }})
	r.taken[number] = to
	r.waiting = append(r.waiting, waiting{number, to})
	return to
}

// copyAll copies what has been named, and what that names.
func (r *uploadReader) copyAll(ctx context.Context) error {
	for len(r.waiting) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		next := r.waiting[0]
		r.waiting = r.waiting[1:]
		found, err := r.table.Dereference(*types.NewIndirectRef(next.from, 0))
		if err != nil {
			return err
		}
		if stream, ok := found.(types.StreamDict); ok {
			dict, _ := r.copied(stream.Dict).(types.Dict)
			dict["Length"] = types.Integer(len(stream.Raw))
			r.appendix.objects[next.to] = streamed(dict, stream.Raw)
			continue
		}
		plain := r.copied(found) // before the object is named: copying may move them all
		r.appendix.objects[next.to].dict = func(first int) string { return written(plain, first) }
	}
	return nil
}

func (r *uploadReader) add(dict types.Dict, data []byte) int {
	r.appendix.objects = append(r.appendix.objects, streamed(dict, data))
	return len(r.appendix.objects) - 1
}

func streamed(dict types.Dict, data []byte) object {
	return object{dict: func(first int) string { return written(dict, first) }, length: int64(len(data)), stream: inMemory(data)}
}

// left are the entries of a dictionary that are not needed to draw, and that lead back to the whole of the file.
var left = []string{"Parent", "StructParent", "StructParents", "Metadata", "PieceInfo", "LastModified", "OPI", "Ref", "AF"}

// copied is an object with its references counted as the attachments' objects are.
func (r *uploadReader) copied(o types.Object) types.Object {
	switch o := o.(type) {
	case types.Dict:
		names := make([]string, 0, len(o))
		for name := range o {
			if !slices.Contains(left, name) {
				names = append(names, name)
			}
		}
		slices.Sort(names) // so that numbers are given in the same order each time
		dict := make(types.Dict, len(names))
		for _, name := range names {
			dict[name] = r.copied(o[name])
		}
		return dict
	case types.Array:
		array := make(types.Array, len(o))
		for i := range o {
			array[i] = r.copied(o[i])
		}
		return array
	case types.IndirectRef:
		return types.IndirectRef{ObjectNumber: types.Integer(r.take(o.ObjectNumber.Value()))}
	case *types.IndirectRef:
		return types.IndirectRef{ObjectNumber: types.Integer(r.take(o.ObjectNumber.Value()))}
	default:
		return o
	}
}

// written is an object in PDF's syntax.
func written(o types.Object, first int) string {
	var out strings.Builder
	writeObject(&out, o, first)
	return out.String()
}

func writeObject(out *strings.Builder, o types.Object, first int) {
	switch o := o.(type) {
	case nil:
		out.WriteString("null")
	case types.Dict:
		names := make([]string, 0, len(o))
		for name := range o {
			names = append(names, name)
		}
		slices.Sort(names)
		out.WriteString("<<")
		for _, name := range names {
			out.WriteString("/" + types.EncodeName(name) + " ")
			writeObject(out, o[name], first)
			out.WriteByte('\n')
		}
		out.WriteString(">>")
	case types.Array:
		out.WriteByte('[')
		for i := range o {
			writeObject(out, o[i], first)
			out.WriteByte(' ')
		}
		out.WriteByte(']')
	case types.IndirectRef:
		fmt.Fprintf(out, "%d 0 R", first+o.ObjectNumber.Value())
	default:
		out.WriteString(o.PDFString())
	}
}

// draw draws a page as large as it fits into a place, and no larger than it is.
func (u uploadedPage) draw(p *print, x, y, width, height float64, appendix *attachments) {
	w, h := u.width, u.height
	if u.quarters%2 == 1 {
		w, h = h, w
	}
	scale := min(width/point/w, height/point/h, 1)
	w, h = w*scale, h*scale
	left, low := x/point+(width/point-w)/2, (pageHeight-y)/point-h
	var m [6]float64
	switch u.quarters {
	case 0:
		m = [6]float64{scale, 0, 0, scale, left, low}
	case 1:
		m = [6]float64{0, -scale, scale, 0, left, low + h}
	case 2:
		m = [6]float64{-scale, 0, 0, -scale, left + w, low + h}
	case 3:
		m = [6]float64{0, scale, -scale, 0, left + w, low}
	}
	m[4] -= m[0]*u.left + m[2]*u.low
	m[5] -= m[1]*u.left + m[3]*u.low
	p.drawObject(appendix.name(u.content), m)
	for _, o := range u.overlays {
		p.drawObject(appendix.name(o.object), times(o.matrix, m))
	}
	p.stroke(rule)
	p.pdf.SetLineWidth(0.2)
	p.pdf.Rect(left*point, y, w*point, h*point, "D")
}

// times is the matrix that does first one and then the other.
func times(a, b [6]float64) [6]float64 {
	return [6]float64{a[0]*b[0] + a[1]*b[2], a[0]*b[1] + a[1]*b[3], a[2]*b[0] + a[3]*b[2], a[2]*b[1] + a[3]*b[3],
		a[4]*b[0] + a[5]*b[2] + b[4], a[4]*b[1] + a[5]*b[3] + b[5]}
}
