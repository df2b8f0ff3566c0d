package referral

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// MaxMessageFiles is how many files go with one message.
const MaxMessageFiles = 5

// MessageFile is a file that came with a message. Who reads the message reads it.
type MessageFile struct {
	Num         int64
	Seq         int64 // of the message
	Name        string
	ContentType string
	Size        int64
	CreatedAt   dental.DateTime
	Hash        document.Hash
}

// Spooled is a file that has come in whole and is nobody's yet. It is to be closed.
type Spooled struct {
	right    described
	received *document.Received
}

// Close gives its room back.
func (s *Spooled) Close() error { return s.received.Close() }

// Spool takes a file in for a message: streaming, within the limits, and of a kind that may be uploaded.
func (d *Desk) Spool(ctx context.Context, name string, r io.Reader) (*Spooled, error) {
	right, err := d.describe(NewFile{Name: name}, inputs)
	if err != nil {
		return nil, err
	}
	received, err := d.receive(ctx, right, inputs, r)
	if err != nil {
		return nil, err
	}
	return &Spooled{right, received}, nil
}

// Say writes a message of a referral's thread, with its files: public for all who may see the referral, internal for one's own
// side. It is said whatever has happened meanwhile, and moves nothing.
func (d *Desk) Say(ctx context.Context, caller *Caller, urn, public, internal string, files []*Spooled) error {
	return d.say(ctx, caller, public, internal, files, func(tx *record.Tx) (*row, lifecycle.Event, error) {
		r, err := seenRow(tx, caller, urn)
		if err == nil && r.State.BeforeSubmission() {
			err = fault.New(fault.Conflict, "The referral %s is not submitted", r.URN)
		}
		return r, caller.acts(lifecycle.Event{Move: lifecycle.Message, Public: public, Internal: internal}), err
	})
}

// AnswerSay is Say for who has an answer link. All sides read it.
func (d *Desk) AnswerSay(ctx context.Context, token, requestID, public string, files []*Spooled) error {
	return d.answering(ctx, token, requestID, func(link AnswerLink) error {
		return d.say(ctx, link.caller(requestID), public, "", files, func(tx *record.Tx) (*row, lifecycle.Event, error) {
			step := lifecycle.Event{Move: lifecycle.Message, Role: lifecycle.Provider, ActorName: link.Provider, Public: public}
			link, err := findAnswerLink(tx, token, tx.At) // it may have ended meanwhile
			if err != nil {
				return nil, step, err
			}
			r, err := findRow(tx, link.URN)
			return r, step, err
		})
	})
}

func (d *Desk) say(ctx context.Context, caller *Caller, public, internal string, files []*Spooled, find func(*record.Tx) (*row, lifecycle.Event, error)) error {
	switch {
	case tooLong(public) || tooLong(internal):
		return invalid("text", "text has at most %d characters; shorten it", longestEventText)
	case public == "" && internal == "":
		return invalid("text", "Write the message: the others have to know what the files are")
	case len(files) > MaxMessageFiles:
		return invalid("file", "At most %d files go with one message; send the others with the next one", MaxMessageFiles)
	}
	bodies := make([]*document.Received, len(files))
	for i := range files {
		bodies[i] = files[i].received
	}
	return d.shelf.Keep(ctx, bodies, func() error {
		return d.write(ctx, caller, func(tx *record.Tx) error {
			r, step, err := find(tx)
			if err != nil {
				return err
			}
			made, err := makeStep(tx, r, step)
			if err != nil {
				return err
			}
			for _, file := range files {
				num, err := tx.Exec("INSERT INTO `messagefile` (`ReferralNum`, `Seq`, `FileName`, `ContentType`, `Size`, `BodyHash`, `CreatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?)",
					store.Int(r.Num), store.Int(made.Seq), store.Text(file.right.name), store.Text(file.right.kind.MediaType), store.Int(file.received.Size),
					store.Text(file.received.Hash), store.Text(tx.At.String()))
				if err == nil {
					err = file.received.Use(tx, document.Owner{Table: tableMessageFile, Num: num}, document.File)
				}
				if err == nil {
					err = tx.Note(audit.Create, tableMessageFile, num, "")
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

const tableMessageFile = "messagefile"

// messageFiles are those of the messages that somebody reads.
func messageFiles(c store.Conn, referral int64, read []lifecycle.Event) (files []MessageFile, err error) {
	rows := c.Query("SELECT `MessageFileNum`, `Seq`, `FileName`, `ContentType`, `Size`, `CreatedAt`, `BodyHash` FROM `messagefile` WHERE `ReferralNum` = ? ORDER BY `MessageFileNum`", store.Int(referral))
	for rows.Next() {
		file := MessageFile{rows.Int(0), rows.Int(1), string(rows.Text(2)), string(rows.Text(3)), rows.Int(4), dateTime(rows.Text(5)), document.Hash(rows.Text(6))}
		if slices.ContainsFunc(read, func(e lifecycle.Event) bool { return e.Seq == file.Seq }) {
			files = append(files, file)
		}
	}
	return files, rows.Close()
}

// errNoFile is one for all: for a file that there is not, and for one of a message that the reader does not read.
var errNoFile = fault.New(fault.NotFound, "There is no such file")

// CaseMessageFile reads a file of a message that the caller reads, and notes that. The body is to be closed, and the context must
// live as long.
func (d *Desk) CaseMessageFile(ctx context.Context, caller *Caller, urn string, num int64) (file MessageFile, body io.ReadSeekCloser, err error) {
	err = d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := d.readRow(tx, caller, urn)
		if err != nil {
			return err
		}
		return noteMessageFile(tx, r, caller.Role, caller.Account.Practice, num, &file)
	})
	if err == nil {
		body, err = d.shelf.Open(ctx, file.Hash)
	}
	return file, body, err
}

// AnswerMessageFile is CaseMessageFile for who has an answer link.
func (d *Desk) AnswerMessageFile(ctx context.Context, token, requestID string, num int64) (file MessageFile, body io.ReadSeekCloser, err error) {
	err = d.answering(ctx, token, requestID, func(link AnswerLink) error {
		err := d.write(ctx, link.caller(requestID), func(tx *record.Tx) error {
			r, err := findRow(tx, link.URN)
			if err != nil {
				return err
			}
			return noteMessageFile(tx, r, lifecycle.Provider, 0, num, &file)
		})
		if err == nil {
			body, err = d.shelf.Open(ctx, file.Hash)
		}
		return err
	})
	return file, body, err
}

func noteMessageFile(tx *record.Tx, r *row, role Role, organisation, num int64, found *MessageFile) error {
	events, err := readEvents(tx, r.Num)
	if err != nil {
		return err
	}
	life := lifecycle.Fold(events)
	files, err := messageFiles(tx, r.Num, eventsFor(events, &life, role, organisation))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(files, func(f MessageFile) bool { return f.Num == num })
	if at < 0 {
		return errNoFile
	}
	*found = files[at]
	return tx.Note(audit.View, tableMessageFile, num, "")
}

// CloseAll gives the room of spooled files back.
func CloseAll(files []*Spooled) (err error) {
	for _, file := range files {
		err = errors.Join(err, file.Close())
	}
	return err
}
