package referral

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The limits of what is uploaded.
const (
	MaxFile  = 20 << 20 // bytes of one file
	MaxFiles = 20       // of an upload, and of a referral
)

// NewFile is what is said of a file that is sent.
type NewFile struct {
	Name        string // as it was called where it comes from, with its extension
	ContentType string // as the sender declares it; from a page "", where the name's extension declares it
	Kind        string // radiograph or other; "" is other
	TakenOn     string // of a radiograph the day of exposure: DD/MM/YYYY from the API, also yyyy-MM-dd from a page
}

// File is a file of an upload or of a referral.
type File struct {
	Num         int64
	Name        string
	ContentType string
	Kind        string      // form.Radiograph or form.OtherFile
	TakenOn     dental.Date // of a radiograph
	Size        int64
	CreatedAt   dental.DateTime
	Hash        document.Hash
	Version     int64 // of the answers with which it was sent; 0 as long as it was not

	fromUpload int64
}

// ID is how answers name the file.
func (f File) ID() string { return strconv.FormatInt(f.Num, 10) }

func (f File) asUpload() form.Upload {
	upload := form.Upload{File: form.File{ID: f.ID(), Name: f.Name}, Kind: f.Kind}
	if !f.TakenOn.IsNone() {
		upload.TakenOn = f.TakenOn.String()
	}
	return upload
}

// ContentTypes are the media types that may be uploaded, in the contract's order, with the name of their kind of file.
var ContentTypes = []struct{ MediaType, Extension string }{
	{"image/jpeg", ".jpg"}, {"image/jpg", ".jpg"}, {"image/bmp", ".bmp"}, {"image/tiff", ".tif"}, {"image/png", ".png"},
	{"text/rtf", ".rtf"}, {"application/pdf", ".pdf"}, {"application/msword", ".doc"},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
}

// fields are how a caller names what is said of a file.
type fields struct{ name, contentType, kind, takenOn, file string }

var (
	headers = fields{"Upload-Filename", "Upload-Content-Type", "Upload-Kind", "Upload-Date", "file"}
	inputs  = fields{"file", "file", "kind", "taken_on", "file"}
)

// described is a NewFile that was found right.
type described struct {
	name    string
	kind    *document.Kind
	role    string
	takenOn dental.Date
}

// describe checks what is said of a file, all faults at once, before any byte of it is read.
func (d *Desk) describe(file NewFile, as fields) (described, error) {
	var right described
	var faults []fault.Field
	wrong := func(field, format string, args ...any) {
		faults = append(faults, fault.Field{Name: field, Text: field + " " + fmt.Sprintf(format, args...)})
	}
	right.name = cleanName(file.Name)
	extension := path.Ext(right.name)
	declared := strings.TrimSpace(strings.ToLower(strings.Split(file.ContentType, ";")[0]))
	at := slices.IndexFunc(ContentTypes, func(t struct{ MediaType, Extension string }) bool { return t.MediaType == declared })
	switch {
	case as == inputs:
		if right.kind = uploadKind(right.name); right.kind == nil {
			wrong(as.contentType, "must be a picture (JPEG, PNG, TIFF, BMP), a PDF, or a Word or RTF document")
		}
	case declared == "":
		wrong(as.contentType, "is required; send one of %s", mediaTypes())
	case at < 0:
		wrong(as.contentType, "must be one of %s", mediaTypes())
	default:
		right.kind = document.KindOf("x" + ContentTypes[at].Extension)
	}
	if as == headers && (right.name == "" || extension == "" || extension == right.name) {
		wrong(as.name, "is required: the file's name with its extension, such as file.jpg")
	}
	switch right.role = strings.TrimSpace(file.Kind); right.role {
	case "":
		right.role = form.OtherFile
	case form.Radiograph, form.OtherFile:
	default:
		wrong(as.kind, "must be radiograph or other")
	}
	right.takenOn = d.takenOn(file, right.role, as, wrong)
	if err := fault.InvalidFields(faults); err != nil {
		return right, err
	}
	// What is stored is opened by its extension later: it must be one of what the file is.
	if !slices.Contains(right.kind.Extensions, strings.ToLower(extension)) {
		right.name = cutName(right.name, len(right.kind.Extension())) + right.kind.Extension()
	}
	return right, nil
}

// takenOn reads the day of exposure.
func (d *Desk) takenOn(file NewFile, role string, as fields, wrong func(string, string, ...any)) dental.Date {
	text := strings.TrimSpace(file.TakenOn)
	if text == "" {
		if role == form.Radiograph {
			wrong(as.takenOn, "is required for a radiograph: the day it was taken, as DD/MM/YYYY")
		}
		return dental.Date{}
	}
	day, ok := parseDayMonthYear(text)
	if !ok && as == inputs {
		read, err := dental.ParseDayFirst(text)
		day, ok = read, err == nil
	}
	switch {
	case !ok:
		wrong(as.takenOn, "must be a day of the calendar as DD/MM/YYYY, 29/01/2016")
	case d.Today().Before(day):
		wrong(as.takenOn, "must not be in the future")
	case day.IsTooEarly():
		wrong(as.takenOn, "must not be before there were radiographs")
	}
	return day
}

func mediaTypes() string {
	var types []string
	for _, t := range ContentTypes {
		types = append(types, t.MediaType)
	}
	return strings.Join(types, ", ")
}

// uploadKind is the kind of a file that may be uploaded, by its name.
func uploadKind(name string) *document.Kind {
	kind := document.KindOf(name)
	for _, t := range ContentTypes {
		if kind != nil && slices.Contains(kind.Extensions, t.Extension) {
			return kind
		}
	}
	return nil
}

const longestName = 255

// cleanName is the name of a file without the path that it had, and without what is not to be seen in a name or
// turns the direction of writing. It is shown to people, and never a path on a disk.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	return cutName(strings.TrimSpace(name), 0)
}

// cutName shortens a name, not its extension, until it and so many bytes more fit.
func cutName(name string, more int) string {
	extension := path.Ext(name)
	if len(extension) > 20 {
		extension = ""
	}
	stem := strings.TrimSuffix(name, extension)
	for len(stem)+len(extension)+more > longestName {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + extension
}

// receive takes a file in, streaming and within the limits, and finds out what it is by its content. Whoever calls
// it closes what it returns.
func (d *Desk) receive(ctx context.Context, right described, as fields, r io.Reader) (*document.Received, error) {
	received, err := d.shelf.Receive(ctx, r, MaxFile)
	switch {
	case fault.Is(err, fault.TooLarge):
		return nil, errTooLarge()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, invalid(as.file, "The file was cut off on its way; send it again")
	case err != nil:
		return nil, err
	}
	if received.Settle(as.file, "x"+right.kind.Extension()) != nil {
		err = invalid(as.file, "%s does not hold what %s says, %s; send the file as what it is", as.file, as.contentType, right.kind.MediaType)
		if as == inputs {
			err = invalid(as.file, "The file is not what its name says, %s; it may be damaged, or of another kind", right.kind.Extension())
		}
	} else {
		err = received.CheckPicture(ctx, as.file)
	}
	if err != nil {
		return nil, errors.Join(err, received.Close())
	}
	return received, nil
}

const tableFile = "referralfile"

func fileOwner(num int64) document.Owner { return document.Owner{Table: tableFile, Num: num} }

// OpenUpload makes an upload: a place for files that are sent before their form is prepared.
func (d *Desk) OpenUpload(ctx context.Context, caller *Caller) (num int64, err error) {
	err = d.write(ctx, caller, func(tx *record.Tx) (err error) {
		num, err = tx.Exec("INSERT INTO `fileupload` (`PracticeNum`, `CreatedAt`) VALUES (?, ?)", store.Int(caller.Account.Practice), store.Text(tx.At.String()))
		if err != nil {
			return err
		}
		return tx.Note(audit.Create, "fileupload", num, "")
	})
	return num, err
}

// CheckUpload is NotFound for an upload that is not there, not the caller's, or expired.
func (d *Desk) CheckUpload(ctx context.Context, caller *Caller, upload int64) error {
	return d.hub.DB.Read(ctx, func(c store.Conn) error { return d.checkUpload(c, caller.Account, upload, d.now()) })
}

func (d *Desk) checkUpload(c store.Conn, account *Account, upload int64, now dental.DateTime) error {
	open := false
	_, err := one(c, func(r store.Row) {
		linked := !dateTime(r.Text(1)).IsNone()
		open = dateTime(r.Text(2)).IsNone() && (linked || now.Before(dateTime(r.Text(0)).AddSeconds(uploadLasts)))
	}, "SELECT `CreatedAt`, `LinkedAt`, `ExpiredAt` FROM `fileupload` WHERE `FileUploadNum` = ? AND `PracticeNum` = ?",
		store.Int(upload), store.Int(account.Practice))
	if err == nil && !open {
		err = fault.New(fault.NotFound, "There is no open fileupload %d: it was never made, or the form that named it was submitted; make one with prepare_fileupload", upload)
	}
	return err
}

// AddFile adds a file to an upload, and to the forms that have named it and are not submitted yet. Nothing is
// stored, and nothing to be seen, of a file that is refused or whose sending is cut off.
func (d *Desk) AddFile(ctx context.Context, caller *Caller, upload int64, file NewFile, r io.Reader) error {
	if err := d.CheckUpload(ctx, caller, upload); err != nil {
		return err
	}
	right, err := d.describe(file, headers)
	if err != nil {
		return err
	}
	received, err := d.receive(ctx, right, headers, r)
	if err != nil {
		return err
	}
	defer received.Close()
	return d.shelf.Keep(ctx, []*document.Received{received}, func() error {
		return d.write(ctx, caller, func(tx *record.Tx) error {
			// Again: the form may have been submitted while the file came.
			if err := d.checkUpload(tx, caller.Account, upload, tx.At); err != nil {
				return err
			}
			if err := checkRoom(tx, "`FileUploadNum` = ? AND `ReferralNum` = 0", upload); err != nil {
				return err
			}
			added, err := insertFile(tx, right, received, upload, 0)
			if err != nil {
				return err
			}
			linked, err := linkedForms(tx, upload)
			if err != nil {
				return err
			}
			for _, num := range linked {
				if checkRoom(tx, "`ReferralNum` = ?", num) != nil {
					continue // its user has added files of their own there
				}
				if _, err := copyFile(tx, added, num); err != nil {
					return err
				}
			}
			return tx.Note(audit.Create, tableFile, added.Num, "")
		})
	})
}

// linkedForms are the referrals that have named an upload and are not submitted.
func linkedForms(c store.Conn, upload int64) (nums []int64, err error) {
	rows := c.Query("SELECT `r`.`ReferralNum`, `r`.`State` FROM `uploadlink` AS `u` JOIN `referral` AS `r` ON `r`.`ReferralNum` = `u`.`ReferralNum` WHERE `u`.`FileUploadNum` = ? ORDER BY `r`.`ReferralNum`", store.Int(upload))
	for rows.Next() {
		if canBeFilled(State(rows.Text(1))) {
			nums = append(nums, rows.Int(0))
		}
	}
	return nums, rows.Close()
}

func checkRoom(c store.Conn, condition string, num int64) error {
	var count int64
	_, err := one(c, func(r store.Row) { count = r.Int(0) },
		"SELECT COUNT(*) FROM `referralfile` WHERE "+condition+" AND `RemovedAt` = '0001-01-01 00:00:00'", store.Int(num))
	if err == nil && count >= MaxFiles {
		err = invalid("file", "There are %d files already, which is the most that may be attached", MaxFiles)
	}
	return err
}

func insertFile(tx *record.Tx, right described, received *document.Received, upload, referral int64) (File, error) {
	file := File{Name: right.name, ContentType: right.kind.MediaType, Kind: right.role, TakenOn: right.takenOn, Size: received.Size,
		CreatedAt: tx.At, Hash: received.Hash, fromUpload: upload}
	var err error
	file.Num, err = tx.Exec("INSERT INTO `referralfile` (`FileUploadNum`, `ReferralNum`, `FileName`, `ContentType`, `Size`, `BodyHash`, `Kind`, `TakenOn`, `CreatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Int(upload), store.Int(referral), store.Text(file.Name), store.Text(file.ContentType), store.Int(file.Size), store.Text(file.Hash),
		store.Text(file.Kind), store.Text(file.TakenOn.String()), store.Text(tx.At.String()))
	if err != nil {
		return file, err
	}
	return file, received.Use(tx, fileOwner(file.Num), document.File)
}

func readFiles(c store.Conn, condition string, args ...store.Value) (files []File, err error) {
	rows := c.Query("SELECT `FileNum`, `FileName`, `ContentType`, `Kind`, `TakenOn`, `Size`, `CreatedAt`, `BodyHash`, `FileUploadNum`, `Version` FROM `referralfile` WHERE "+
		condition+" AND `RemovedAt` = '0001-01-01 00:00:00' ORDER BY `FileNum`", args...)
	for rows.Next() {
		files = append(files, File{Num: rows.Int(0), Name: string(rows.Text(1)), ContentType: string(rows.Text(2)), Kind: string(rows.Text(3)),
			TakenOn: date(rows.Text(4)), Size: rows.Int(5), CreatedAt: dateTime(rows.Text(6)), Hash: document.Hash(rows.Text(7)), fromUpload: rows.Int(8), Version: rows.Int(9)})
	}
	return files, rows.Close()
}

// AddFormFile adds a file to a form that is being filled in.
func (d *Desk) AddFormFile(ctx context.Context, caller *Caller, urn string, file NewFile, r io.Reader) (File, error) {
	return d.addFormFile(ctx, caller, urn, file, r, dental.DateTime{})
}

// addFormFile adds a file to a form once: where since is a moment, a file of the same name and content that was added
// from then on is the same one, and a process ended before it could say so.
func (d *Desk) addFormFile(ctx context.Context, caller *Caller, urn string, file NewFile, r io.Reader, since dental.DateTime) (File, error) {
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		_, err := openRow(c, caller, urn, d.now())
		return err
	})
	if err != nil {
		return File{}, err
	}
	right, err := d.describe(file, inputs)
	if err != nil {
		return File{}, err
	}
	received, err := d.receive(ctx, right, inputs, r)
	if err != nil {
		return File{}, err
	}
	defer received.Close()
	var added File
	err = d.shelf.Keep(ctx, []*document.Received{received}, func() error {
		return d.write(ctx, caller, func(tx *record.Tx) error {
			row, err := openRow(tx, caller, urn, tx.At)
			if err != nil {
				return err
			}
			if !since.IsNone() {
				same, err := readFiles(tx, "`ReferralNum` = ? AND `FileName` = ? AND `BodyHash` = ? AND `CreatedAt` >= ?",
					store.Int(row.Num), store.Text(right.name), store.Text(received.Hash), store.Text(since.String()))
				if err != nil {
					return err
				}
				if len(same) > 0 {
					added = same[0]
					return nil
				}
			}
			if err := checkRoom(tx, "`ReferralNum` = ?", row.Num); err != nil {
				return err
			}
			if added, err = insertFile(tx, right, received, 0, row.Num); err != nil {
				return err
			}
			return tx.Note(audit.Create, tableFile, added.Num, "")
		})
	})
	return added, err
}

// RemoveFile takes a file off a form that is being filled in; off other forms and its upload it is not taken.
func (d *Desk) RemoveFile(ctx context.Context, caller *Caller, urn string, file int64) error {
	return d.write(ctx, caller, func(tx *record.Tx) error {
		row, err := openRow(tx, caller, urn, tx.At)
		if err != nil {
			return err
		}
		found, err := findFile(tx, row.Num, file)
		if err != nil {
			return err
		}
		if found.Version > 0 {
			return fault.New(fault.Conflict, "This file was sent with the referral, and stays with it")
		}
		if err := tx.Send("UPDATE `referralfile` SET `RemovedAt` = ? WHERE `FileNum` = ?", store.Text(tx.At.String()), store.Int(file)); err != nil {
			return err
		}
		if err := document.Drop(tx, fileOwner(file)); err != nil {
			return err
		}
		return tx.Note(audit.Delete, tableFile, file, "")
	})
}

func findFile(c store.Conn, referral, num int64) (File, error) {
	files, err := readFiles(c, "`FileNum` = ? AND `ReferralNum` = ?", store.Int(num), store.Int(referral))
	if err != nil {
		return File{}, err
	}
	if len(files) == 0 {
		return File{}, fault.New(fault.NotFound, "There is no such file")
	}
	return files[0], nil
}

// fileOf finds a file of a referral that the caller may read.
func (d *Desk) fileOf(ctx context.Context, caller *Caller, urn string, num int64) (file File, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		row, err := d.readRow(c, caller, urn)
		if err != nil {
			return err
		}
		if file, err = findFile(c, row.Num, num); err == nil && file.Version == 0 && caller.Role != lifecycle.Referrer {
			err = errNoFile // it is the referrer's own until it is sent
		}
		return err
	})
	return file, err
}

// Thumbnail writes a small picture of a file, as JPEG; document.IsNoPreview tells that there is none to be had.
func (d *Desk) Thumbnail(ctx context.Context, caller *Caller, urn string, num int64, w io.Writer) error {
	file, err := d.fileOf(ctx, caller, urn, num)
	if err != nil {
		return err
	}
	return d.thumbnail(ctx, file, w)
}
