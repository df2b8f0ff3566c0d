// Package paper knows how a submitted referral looks on paper: it makes PDFs of a form type, its answers and the
// files with them. The same input makes the same bytes. It knows nothing of databases, HTTP, or who may see what.
package paper

import (
	"context"
	"io"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// Sheet is a submitted referral, as it is to be printed. It is not changed.
type Sheet struct {
	Type        *form.Type // the version of the form that was filled in
	Answers     form.Answers
	Practice    Practice
	URN         string
	Version     int       // of the submission, from 1
	SubmittedAt time.Time // in the practice's zone; every date in the document comes from it
	Files       []File    // in the order in which they are printed
}

// Practice is who refers, for the head of the first page.
type Practice struct{ Name, Address, Phone, Email string }

// File is an upload. What cannot be printed is listed with the reason; it never keeps a document from being made.
type File struct {
	ID          string // as the answers name it
	Name        string // as it was called where it came from
	Kind        string // form.Radiograph or form.OtherFile
	TakenOn     dental.Date
	ContentType string // "image/jpeg"; parameters are ignored
	// Open gives the content, from its beginning. It may be called more than once, and each time gives the same.
	Open func(ctx context.Context) (io.ReadSeekCloser, error)
}

// Referral writes URN.pdf: the head with who, which tooth, what is asked and how soon, all sections but those of
// the medical history, and the files. An error is the context's, the writer's, or one of opening or reading a file.
func Referral(ctx context.Context, w io.Writer, sheet Sheet) error {
	return write(ctx, w, sheet, contents{title: sheet.Type.Title, referral: true, files: true})
}

// MedicalHistory writes URN_MH.pdf: the sections that a form has set apart for it. HasMedicalHistory tells whether
// there are any. Errors are as of Referral.
func MedicalHistory(ctx context.Context, w io.Writer, sheet Sheet) error {
	return write(ctx, w, sheet, contents{title: "Medical history", history: true})
}

// Merged writes all of it as one file. Errors are as of Referral.
func Merged(ctx context.Context, w io.Writer, sheet Sheet) error {
	return write(ctx, w, sheet, contents{title: sheet.Type.Title, referral: true, history: true, files: true})
}

// HasMedicalHistory tells whether a form sets sections apart for a document of their own.
func HasMedicalHistory(t *form.Type) bool {
	for _, section := range t.Sections {
		if section.Document == form.DocumentHistory {
			return true
		}
	}
	return false
}

// contents is what a document has.
type contents struct {
	title                    string
	referral, history, files bool
}

func write(ctx context.Context, w io.Writer, sheet Sheet, c contents) error {
	day := dental.DateOf(sheet.SubmittedAt)
	p := newPrint(sheet, sheet.Type.Fill(sheet.Answers, day), c)
	p.head()
	if c.referral {
		p.teeth()
		p.sections(form.DocumentReferral, form.DocumentSedation)
		if !c.history && HasMedicalHistory(sheet.Type) {
			p.note("The medical history is a document of its own: " + sheet.URN + "_MH.pdf")
		}
	}
	if c.history {
		if c.referral {
			p.part("Medical history")
		}
		p.sections(form.DocumentHistory)
	}
	var appendix attachments
	if c.files {
		if err := p.files(ctx, &appendix); err != nil {
			return err
		}
	}
	who := p.name()
	if born := p.born(); born != "" {
		who += ", born " + born
	}
	p.footers(who)
	return p.finish(ctx, w, &appendix)
}
