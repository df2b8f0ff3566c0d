package referral

import (
	"context"
	"io"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Answerable is a referral as the provider sees it who has it: nothing internal to the referral centre.
type Answerable struct {
	Filled    *Filled
	Line      Line
	From      Account // the referring practice
	With      lifecycle.Allocation
	Life      lifecycle.Referral
	Turn      lifecycle.Turn
	Choices   []lifecycle.Choice
	Thread    []lifecycle.Event // since the submission
	Documents []Attachment      // of all versions, the latest first
}

// answerMoves are what can be done by a link. Sending on to another provider and reopening are left to the referral centre: by
// either the allocation changes that the link is bound to.
var answerMoves = []Move{
	lifecycle.Receive, lifecycle.Accept, lifecycle.Return, lifecycle.Decline, lifecycle.Contact, lifecycle.Attempt, lifecycle.Book, lifecycle.Rebook, lifecycle.Unbook,
	lifecycle.RejectNoContact, lifecycle.NotAttended, lifecycle.Assess, lifecycle.Treat, lifecycle.Review, lifecycle.BookReview, lifecycle.Discharge, lifecycle.EndEarly, lifecycle.Message,
}

// OpenAnswer is what a link shows. The view is noted in the trail; nothing else changes.
func (d *Desk) OpenAnswer(ctx context.Context, token, requestID string) (*Answerable, error) {
	var a *Answerable
	err := d.answering(ctx, token, requestID, func(link AnswerLink) error {
		err := d.hub.DB.Snapshot(ctx, func(c store.Conn) (err error) {
			a, err = d.answerable(c, link)
			return err
		})
		if err != nil {
			return err
		}
		return d.noteView(ctx, link, requestID, "referral", link.referral)
	})
	return a, err
}

func (d *Desk) noteView(ctx context.Context, link AnswerLink, requestID, target string, num int64) error {
	return d.write(ctx, link.caller(requestID), func(tx *record.Tx) error { return tx.Note(audit.View, target, num, "") })
}

func (d *Desk) answerable(c store.Conn, link AnswerLink) (*Answerable, error) {
	r, err := findRow(c, link.URN)
	if err != nil {
		return nil, err
	}
	events, err := readEvents(c, r.Num)
	if err != nil {
		return nil, err
	}
	a := &Answerable{Life: lifecycle.Fold(events), Thread: threadOf(events)}
	open := a.Life.Allocation()
	if open == nil || openOrdinal(&a.Life) != link.ordinal {
		return nil, fault.New(fault.Gone, "The referral %s is no longer with you", link.URN)
	}
	a.With, a.Turn = *open, a.Life.Turn(rules)
	for _, choice := range a.Life.Choices(lifecycle.Event{Role: lifecycle.Provider, At: d.now()}, rules) {
		if slices.Contains(answerMoves, choice.Move) {
			a.Choices = append(a.Choices, choice)
		}
	}
	if a.Filled, err = d.readForm(c, r, d.now()); err != nil {
		return nil, err
	}
	if _, err = one(c, func(row store.Row) { a.Line = scanLine(row) }, lineColumns+" FROM `referral` WHERE `ReferralNum` = ?", store.Int(r.Num)); err != nil {
		return nil, err
	}
	if _, err = one(c, func(row store.Row) {
		a.From = Account{Name: string(row.Text(0)), Address: string(row.Text(1)), Phone: string(row.Text(2)), Email: string(row.Text(3))}
	}, "SELECT `Name`, `Address`, `Phone`, `Email` FROM `practice` WHERE `PracticeNum` = ?", store.Int(r.Practice)); err != nil {
		return nil, err
	}
	a.Documents, err = readAttachments(c, "`r`.`Urn` = ? ORDER BY `a`.`Version` DESC, `a`.`AttachmentNum`", store.Int(r.Practice), store.Text(r.URN))
	return a, err
}

// threadOf is what a provider reads of the steps: no text for one's own side, and no step that is the referral centre's alone.
func threadOf(events []lifecycle.Event) (thread []lifecycle.Event) {
	for _, e := range events {
		if e.To.BeforeSubmission() || e.Move == lifecycle.Mismatch || e.Move == lifecycle.Propose || e.Move == lifecycle.Message && e.Public == "" {
			continue
		}
		e.Internal = ""
		thread = append(thread, e)
	}
	return thread
}

// Answer makes a step by a link. seq is the last step that was seen; where there was another one since it is a Conflict. Where
// the referral is no longer the provider's it is Gone, and says why.
func (d *Desk) Answer(ctx context.Context, token, requestID string, seq int64, step lifecycle.Event) error {
	if !slices.Contains(answerMoves, step.Move) {
		return fault.New(fault.Invalid, "This cannot be done by a link")
	}
	if tooLong(step.Public) || tooLong(step.Internal) || tooLong(step.Data.Summary) {
		return invalid("text", "a text has at most %d characters; shorten it", longestEventText)
	}
	return d.answering(ctx, token, requestID, func(link AnswerLink) error {
		caller := link.caller(requestID)
		return d.write(ctx, caller, func(tx *record.Tx) error {
			// Once more, in the commit of the step: it may have ended meanwhile.
			link, err := findAnswerLink(tx, token, tx.At)
			if err != nil {
				return err
			}
			r, err := findRow(tx, link.URN)
			if err != nil {
				return err
			}
			if seq != r.Seq {
				return fault.New(fault.Conflict, "Something happened since you opened this page")
			}
			life, err := readLife(tx, r.Num)
			if err != nil {
				return err
			}
			one := step
			one.Role, one.ActorName = lifecycle.Provider, link.Provider
			if open := life.Allocation(); open != nil {
				one.Actor = open.Provider
			}
			_, err = makeStep(tx, r, one)
			return err
		})
	})
}

// AnswerFile reads a file of the referral of a link. The body is to be closed, and the context must live as long.
func (d *Desk) AnswerFile(ctx context.Context, token, requestID string, num int64) (file File, body io.ReadSeekCloser, err error) {
	err = d.answering(ctx, token, requestID, func(link AnswerLink) error {
		if file, err = d.fileOfLink(ctx, link, num); err != nil {
			return err
		}
		if err = d.noteView(ctx, link, requestID, tableFile, num); err != nil {
			return err
		}
		body, err = d.shelf.Open(ctx, file.Hash)
		return err
	})
	return file, body, err
}

func (d *Desk) fileOfLink(ctx context.Context, link AnswerLink, num int64) (file File, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		file, err = findFile(c, link.referral, num)
		return err
	})
	return file, err
}

// AnswerThumbnail writes a small picture of a file, as Thumbnail does. It is a part of the page, and noted with it.
func (d *Desk) AnswerThumbnail(ctx context.Context, token, requestID string, num int64, w io.Writer) error {
	return d.answering(ctx, token, requestID, func(link AnswerLink) error {
		file, err := d.fileOfLink(ctx, link, num)
		if err != nil {
			return err
		}
		return d.thumbnail(ctx, file, w)
	})
}

func (d *Desk) thumbnail(ctx context.Context, file File, w io.Writer) error {
	picture, err := d.shelf.Picture(ctx, document.Body{Hash: file.Hash, Size: file.Size, Kind: document.KindOf(file.Name)})
	if err != nil {
		return err
	}
	return document.Encode(w, document.MakeThumbnail(picture, document.View{}), document.KindOf("x.jpg"))
}

// AnswerDocument finds a PDF of the referral of a link by its number.
func (d *Desk) AnswerDocument(ctx context.Context, token, requestID string, num int64) (found Attachment, err error) {
	err = d.answering(ctx, token, requestID, func(link AnswerLink) error {
		var all []Attachment
		err := d.hub.DB.Read(ctx, func(c store.Conn) error {
			r, err := findRow(c, link.URN)
			if err != nil {
				return err
			}
			all, err = readAttachments(c, "`a`.`AttachmentNum` = ? AND `a`.`ReferralNum` = ?", store.Int(r.Practice), store.Int(num), store.Int(r.Num))
			return err
		})
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return errNoDocument
		}
		found = all[0]
		return d.noteView(ctx, link, requestID, tableAttachment, num)
	})
	return found, err
}
