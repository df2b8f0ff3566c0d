package web

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// bundled is one file of a bundle. Opening it is noted as it is when one reads that file alone.
type bundled struct {
	name string
	at   dental.DateTime
	open func() (io.ReadSeekCloser, error)
}

// opener reads the files of one referral for who asks.
type opener struct {
	document, file, message func(num int64) (io.ReadSeekCloser, error)
}

// bundleData is a referral as data: what a system needs that takes the bundle in.
type bundleData struct {
	URN         string            `json:"urn"`
	State       referral.State    `json:"state"`
	Status      string            `json:"referral_status"`
	Priority    string            `json:"priority"`
	SubmittedAt string            `json:"submitted_at"`
	Practice    string            `json:"practice"`
	Referrer    string            `json:"referrer_name"`
	FirstName   string            `json:"patient_first_name"`
	LastName    string            `json:"patient_last_name"`
	BirthDate   string            `json:"patient_dob"`
	Reason      string            `json:"referral_reason,omitempty"`
	FormType    string            `json:"form_type,omitempty"`
	FormVersion string            `json:"form_version,omitempty"`
	Version     int64             `json:"version"`
	Answers     form.Answers      `json:"answers,omitempty"`
	Given       map[string]string `json:"given,omitempty"` // of one without a form, under the names of the V2 parameters
	Events      []bundleEvent     `json:"events"`
}

type bundleEvent struct {
	Seq    int64          `json:"seq"`
	At     string         `json:"at"`
	Move   string         `json:"move"`
	To     referral.State `json:"to"`
	By     string         `json:"by"`
	Reason string         `json:"reason_code,omitempty"`
	Text   string         `json:"text,omitempty"`
}

// openBundle gives all that somebody may read of a referral out as one ZIP file.
func (s *Site) openBundle(w http.ResponseWriter, r *http.Request) error {
	ctx, urn := r.Context(), r.PathValue("urn")
	var caller *referral.Caller
	var found *referral.Case
	err := s.reading(r, func(asks *referral.Caller) (err error) {
		if caller = asks; caller.Person == 0 {
			return notFound // a practice's own session reads its documents one by one
		}
		found, err = s.desk.Case(ctx, caller, urn)
		return err
	})
	switch {
	case err != nil:
		return err
	case found.State.BeforeSubmission():
		return notFound
	case found.IsClosed:
		return fault.New(fault.Forbidden, "Say on the referral's page first why you have to read what is clinical")
	}
	return s.sendBundle(w, r, found, opener{
		document: func(num int64) (io.ReadSeekCloser, error) {
			attachment, err := s.desk.CaseDocument(ctx, caller, urn, num)
			if err != nil {
				return nil, err
			}
			return s.desk.OpenBody(ctx, attachment)
		},
		file: func(num int64) (io.ReadSeekCloser, error) {
			_, body, err := s.desk.CaseFile(ctx, caller, urn, num)
			return body, err
		},
		message: func(num int64) (io.ReadSeekCloser, error) {
			_, body, err := s.desk.CaseMessageFile(ctx, caller, urn, num)
			return body, err
		},
	})
}

// openAnswerBundle is openBundle for who has an answer link.
func (s *Site) openAnswerBundle(w http.ResponseWriter, r *http.Request) error {
	ctx, token, id := r.Context(), r.PathValue("token"), requestID(r)
	found, err := s.desk.OpenAnswer(ctx, token, id)
	if err != nil {
		return s.answerEnds(w, r, err, attempt{})
	}
	return s.sendBundle(w, r, found.Case, opener{
		document: func(num int64) (io.ReadSeekCloser, error) {
			attachment, err := s.desk.AnswerDocument(ctx, token, id, num)
			if err != nil {
				return nil, err
			}
			return s.desk.OpenBody(ctx, attachment)
		},
		file: func(num int64) (io.ReadSeekCloser, error) {
			_, body, err := s.desk.AnswerFile(ctx, token, id, num)
			return body, err
		},
		message: func(num int64) (io.ReadSeekCloser, error) {
			_, body, err := s.desk.AnswerMessageFile(ctx, token, id, num)
			return body, err
		},
	})
}

// bundleOf names the files of a bundle, each once.
func bundleOf(c *referral.Case, o opener) (files []bundled) {
	taken := make(map[string]bool)
	add := func(folder, name string, at dental.DateTime, open func(int64) (io.ReadSeekCloser, error), num int64) {
		if document.CheckFileName("", name) != nil {
			name = "file " + strconv.FormatInt(num, 10) + path.Ext(plainName(name))
		}
		name = document.FreeName(name, func(name string) bool { return taken[dental.Fold(folder+name)] })
		taken[dental.Fold(folder+name)] = true
		files = append(files, bundled{folder + name, at, func() (io.ReadSeekCloser, error) { return open(num) }})
	}
	for _, d := range c.Documents {
		folder := "documents/"
		if d.Version != c.Filled.Version {
			folder += "version " + strconv.FormatInt(d.Version, 10) + "/"
		}
		add(folder, d.FileName, d.CreatedAt, o.document, d.Num)
	}
	for _, f := range c.Filled.Files {
		if f.Version > 0 {
			add("files/", f.Name, f.CreatedAt, o.file, f.Num)
		}
	}
	for _, f := range c.Files {
		add("messages/", f.Name, f.CreatedAt, o.message, f.Num)
	}
	return files
}

// sendBundle writes the files as they are read, so that a large bundle is never held in memory.
func (s *Site) sendBundle(w http.ResponseWriter, r *http.Request, c *referral.Case, o opener) error {
	data, err := json.MarshalIndent(dataOf(c), "", "  ")
	if err != nil {
		return fmt.Errorf("web: a referral as data: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": c.URN + ".zip"}))
	if r.Method == http.MethodHead {
		return nil
	}
	out := zip.NewWriter(document.SlowWriter(w))
	err = s.writeBundle(out, c, data, bundleOf(c, o))
	if err == nil {
		err = out.Close()
	}
	if err != nil && r.Context().Err() == nil {
		// What went out cannot be taken back: it is broken off, so that nobody takes a part for the whole.
		s.options.Log.Error("a bundle was broken off", "request", requestID(r), "referral", c.Num, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (s *Site) writeBundle(out *zip.Writer, c *referral.Case, data []byte, files []bundled) error {
	part, err := out.CreateHeader(&zip.FileHeader{Name: path.Join(c.URN, "referral.json"), Method: zip.Deflate, Modified: wallTime(c.LastAt)})
	if err != nil {
		return err
	}
	if _, err := part.Write(data); err != nil {
		return err
	}
	for _, file := range files {
		if err := copyBundled(out, c.URN, file); err != nil {
			return err
		}
	}
	return nil
}

// copyBundled copies a file as it is: pictures and PDFs do not become smaller.
func copyBundled(out *zip.Writer, urn string, file bundled) error {
	body, err := file.open()
	if err != nil {
		return err
	}
	defer body.Close()
	part, err := out.CreateHeader(&zip.FileHeader{Name: path.Join(urn, file.name), Method: zip.Store, Modified: wallTime(file.at)})
	if err != nil {
		return err
	}
	_, err = io.Copy(part, body)
	return err
}

// plainName leaves nothing of a name that leads out of its folder.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, name)
}

// wallTime is a moment as a clock on the wall has it, which is how a ZIP file notes it.
func wallTime(at dental.DateTime) time.Time {
	found, _ := time.ParseInLocation(time.DateTime, at.String(), time.Local) // what none is stands at the beginning of time
	return found
}

// dataOf is a referral as data, with the steps that its reader may see.
func dataOf(c *referral.Case) bundleData {
	data := bundleData{URN: c.URN, State: c.State, Status: c.Status, Priority: c.Priority, SubmittedAt: c.SubmittedAt.String(), Practice: c.PracticeName, Referrer: c.ReferrerName,
		FirstName: c.PatientFirst, LastName: c.PatientLast, BirthDate: c.BirthDate.String(), Reason: c.Reason, Version: c.Filled.Version, Given: c.Filled.Given}
	if kind := c.Filled.Type; kind != nil {
		data.FormType, data.FormVersion, data.Answers = kind.Name, kind.Version(), c.Filled.Answers
	}
	for _, e := range c.Events {
		data.Events = append(data.Events, bundleEvent{Seq: e.Seq, At: e.At.String(), Move: string(e.Move), To: e.To, By: string(e.Role), Reason: string(e.Reason), Text: e.Public})
	}
	return data
}
