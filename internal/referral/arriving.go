package referral

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// arrivingLasts is how long a file may take to arrive, in seconds.
const arrivingLasts = 24 * 60 * 60

// finishingLasts is how long the checks and the storing of a whole file may take, whether or not its sender waits.
const finishingLasts = time.Minute

// Arriving is a file that comes to a form in pieces. Nothing of it is to be seen in the form until it is whole.
type Arriving struct {
	ID        string
	Length    int64 // of the whole, in bytes
	Offset    int64 // how much has come
	ExpiresAt dental.DateTime
	Note      map[string]string // what whoever began it wanted to know again
	// File is what it has become, once it is whole; IsNew tells that this very call has made it so.
	File  *File
	IsNew bool
}

// arrivingNote is what is kept beside the bytes: whose they are, and what they are said to be.
type arrivingNote struct {
	Account   int64
	Key       int64
	Session   string // its hash; "" for a caller with a key
	URN       string
	File      NewFile
	Length    int64
	CreatedAt string
	Note      map[string]string
	Done      int64 // the file that it has become
}

func (n *arrivingNote) expires() dental.DateTime {
	return dateTime([]byte(n.CreatedAt)).AddSeconds(arrivingLasts)
}

// errNotArriving says the same of another's upload as of one that never was.
var errNotArriving = fault.New(fault.NotFound, "There is no such upload, or it has expired; begin it again")

// errTooLarge is what a file comes to that is larger than one may be.
func errTooLarge() error {
	return fault.New(fault.TooLarge, "The file is larger than %d MiB (%d bytes), which is the most that one may have; send a smaller one", MaxFile>>20, MaxFile)
}

// BeginFile makes a place for a file of so many bytes, which comes to a form in pieces. It is refused here already
// for everything but its content. It waits for a day, for the caller's own session alone.
func (d *Desk) BeginFile(ctx context.Context, caller *Caller, urn string, file NewFile, length int64, note map[string]string) (Arriving, error) {
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		row, err := openRow(c, caller, urn, d.now())
		if err != nil {
			return err
		}
		return checkRoom(c, "`ReferralNum` = ?", row.Num)
	})
	if err != nil {
		return Arriving{}, err
	}
	if _, err := d.describe(file, inputs); err != nil {
		return Arriving{}, err
	}
	switch {
	case length < 1:
		return Arriving{}, invalid(inputs.file, "The file is empty")
	case length > MaxFile:
		return Arriving{}, errTooLarge()
	}
	// One after the other, so that the bound on a form's uploads holds.
	d.beginning.Lock()
	defer d.beginning.Unlock()
	if err := d.makeRoomFor(ctx, caller, urn); err != nil {
		return Arriving{}, err
	}
	about := arrivingNote{Account: caller.Account.Practice, Key: caller.KeyNum, Session: caller.session, URN: urn, File: file, Length: length,
		CreatedAt: d.now().String(), Note: note}
	id, err := d.shelf.Arrivals().Begin(about)
	return about.at(id, 0), err
}

func (n *arrivingNote) at(id string, offset int64) Arriving {
	return Arriving{ID: id, Length: n.Length, Offset: offset, ExpiresAt: n.expires(), Note: n.Note}
}

// makeRoomFor gives up those uploads of a form that were whole first, and then the oldest, until there are fewer than
// a form may have files: what was broken off for good must not keep a user from sending for a day.
func (d *Desk) makeRoomFor(ctx context.Context, caller *Caller, urn string) error {
	type waiting struct {
		id    string
		about arrivingNote
	}
	var mine []waiting
	all := d.shelf.Arrivals()
	ids, err := all.IDs()
	if err != nil {
		return err
	}
	for _, id := range ids {
		w := waiting{id: id}
		if all.Look(id, &w.about) == nil && w.about.Account == caller.Account.Practice && w.about.URN == urn {
			mine = append(mine, w)
		}
	}
	slices.SortFunc(mine, func(a, b waiting) int {
		return cmp.Or(cmp.Compare(min(b.about.Done, 1), min(a.about.Done, 1)), cmp.Compare(a.about.CreatedAt, b.about.CreatedAt))
	})
	for ; len(mine) >= MaxFiles; mine = mine[1:] {
		if err := d.removeArriving(ctx, mine[0].id); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) removeArriving(ctx context.Context, id string) error {
	held, err := d.shelf.Arrivals().Hold(ctx, id, func() {})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(held.Remove(), held.Close())
}

// holdArriving takes an upload of the caller's session to a form.
func (d *Desk) holdArriving(ctx context.Context, caller *Caller, urn, id string, interrupt func()) (*document.Arrival, *arrivingNote, error) {
	all := d.shelf.Arrivals()
	mine := func(about *arrivingNote) error {
		if err := all.Look(id, about); err != nil {
			return err
		}
		if about.Account != caller.Account.Practice || about.Key != caller.KeyNum || about.Session != caller.session || about.URN != urn || !d.now().Before(about.expires()) {
			return errNotArriving
		}
		return nil
	}
	// Before it is taken: a stranger interrupts nobody.
	if err := mine(new(arrivingNote)); err != nil {
		return nil, nil, err
	}
	held, err := all.Hold(ctx, id, interrupt)
	if err != nil {
		return nil, nil, err
	}
	about := new(arrivingNote)
	if err := mine(about); err != nil { // again: it may have become a file meanwhile
		return nil, nil, errors.Join(err, held.Close())
	}
	return held, about, nil
}

// ArrivingFile tells how much of an upload has come. Whoever still writes to it is interrupted first, so that the
// number stays true. One that is whole, and that the end of a process kept from becoming a file, becomes one now.
func (d *Desk) ArrivingFile(ctx context.Context, caller *Caller, urn, id string) (Arriving, error) {
	held, about, err := d.holdArriving(ctx, caller, urn, id, func() {})
	if err != nil {
		return Arriving{}, err
	}
	defer held.Close()
	return d.settle(ctx, caller, held, about)
}

// ContinueFile adds to an upload what r has, from offset on. It is a Conflict when that is not where the upload is.
// When r fails, what came before is kept. interrupt ends reading from r when somebody else takes the upload over.
// The last byte makes the file one of the form, as AddFormFile does; one that is refused then is given up; its note comes with the fault.
func (d *Desk) ContinueFile(ctx context.Context, caller *Caller, urn, id string, offset int64, r io.Reader, interrupt func()) (Arriving, error) {
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		_, err := openRow(c, caller, urn, d.now())
		return err
	})
	if err != nil {
		return Arriving{}, err
	}
	held, about, err := d.holdArriving(ctx, caller, urn, id, interrupt)
	if err != nil {
		return Arriving{}, err
	}
	defer held.Close()
	at := held.Size
	if about.Done != 0 {
		at = about.Length
	}
	if offset != at {
		return Arriving{}, fault.New(fault.Conflict, "The upload has %d bytes, and not %d; go on from there", at, offset)
	}
	source := &watched{r: r}
	err = held.Append(source, about.Length-at)
	if source.err != nil {
		return about.at(id, held.Size), fault.Wrap(fault.Invalid, source.err, "What was sent was cut off on its way; ask how much has come, and go on from there")
	}
	if err != nil {
		return about.at(id, held.Size), err
	}
	return d.settle(ctx, caller, held, about)
}

// watched tells a source that fails from a disk that does.
type watched struct {
	r   io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// settle makes an upload that is whole a file of its form.
func (d *Desk) settle(ctx context.Context, caller *Caller, held *document.Arrival, about *arrivingNote) (Arriving, error) {
	arriving := about.at(held.ID, held.Size)
	if about.Done != 0 {
		// Its user may have taken it off the form since: then it is to be sent again.
		file, err := d.fileOf(ctx, caller, about.URN, about.Done)
		if fault.Is(err, fault.NotFound) {
			return Arriving{}, errors.Join(errNotArriving, held.Remove())
		}
		arriving.Offset, arriving.File = about.Length, &file
		return arriving, err
	}
	if held.Size < about.Length {
		return arriving, nil
	}
	// What has come whole is stored, also when its sender went away with the last byte.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishingLasts)
	defer cancel()
	body, err := held.Body()
	if err != nil {
		return Arriving{}, err
	}
	file, err := d.addFormFile(ctx, caller, about.URN, about.File, body, dateTime([]byte(about.CreatedAt)))
	switch f := fault.From(err); {
	case err == nil:
	case f.Kind == fault.Internal || f.Kind == fault.Busy:
		return Arriving{}, err // it is whole still, and tried again when it is asked for
	default:
		return arriving, errors.Join(err, held.Remove())
	}
	about.Done = file.Num
	arriving.File, arriving.IsNew = &file, true
	return arriving, held.End(about)
}

// GiveUpFile removes an upload.
func (d *Desk) GiveUpFile(ctx context.Context, caller *Caller, urn, id string) error {
	held, _, err := d.holdArriving(ctx, caller, urn, id, func() {})
	if err != nil {
		return err
	}
	return errors.Join(held.Remove(), held.Close())
}

// endArriving gives up the uploads that have taken too long.
func (d *Desk) endArriving(ctx context.Context) (ended int, err error) {
	if d.shelf == nil {
		return 0, nil
	}
	all := d.shelf.Arrivals()
	ids, err := all.IDs()
	errs := []error{err}
	for _, id := range ids {
		var about arrivingNote
		if all.Look(id, &about) != nil {
			errs = append(errs, all.RemoveBroken(id))
			continue
		}
		if d.now().Before(about.expires()) {
			continue
		}
		err := d.removeArriving(ctx, id)
		if err == nil {
			ended++
		}
		errs = append(errs, err)
	}
	return ended, errors.Join(errs...)
}
