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

// Answerable is a referral as a link shows it to the provider who has it.
type Answerable struct {
	*Case
	With lifecycle.Allocation
}

// answerMoves are what can be done by a link. Sending on to another provider and reopening are left to the referral centre: by
// either the allocation changes that the link is bound to.
var answerMoves = []Move{
	lifecycle.Receive, lifecycle.Accept, lifecycle.Return, lifecycle.Decline, lifecycle.Contact, lifecycle.Attempt, lifecycle.Book, lifecycle.Rebook, lifecycle.Unbook,
	lifecycle.RejectNoContact, lifecycle.NotAttended, lifecycle.Assess, lifecycle.Treat, lifecycle.Review, lifecycle.BookReview, lifecycle.Discharge, lifecycle.EndEarly, lifecycle.Message,
}

// ByLink tells whether a move can be made by a link.
func ByLink(move Move) bool { return slices.Contains(answerMoves, move) }

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
	life, err := readLife(c, r.Num)
	if err != nil {
		return nil, err
	}
	open := life.Allocation()
	if open == nil || openOrdinal(&life) != link.ordinal {
		return nil, fault.New(fault.Gone, "The referral %s is no longer with you", link.URN)
	}
	a := &Answerable{With: *open}
	if a.Case, err = d.readCase(c, r, lifecycle.Provider, open.Provider, 0); err != nil {
		return nil, err
	}
	a.Choices = slices.DeleteFunc(a.Choices, func(choice lifecycle.Choice) bool { return !slices.Contains(answerMoves, choice.Move) })
	// Who has the link need not be who writes for one's own side there.
	for i := range a.Events {
		a.Events[i].Internal = ""
	}
	a.Events = slices.DeleteFunc(a.Events, func(e lifecycle.Event) bool { return e.Move == lifecycle.Message && e.Public == "" })
	a.Files, err = messageFiles(c, r.Num, a.Events)
	return a, err
}

// Answer makes a step by a link. seq is the last step that was seen; where there was another one since it is a Conflict. Where
// the referral is no longer the provider's it is Gone, and says why.
func (d *Desk) Answer(ctx context.Context, token, requestID string, seq int64, step lifecycle.Event) error {
	if !slices.Contains(answerMoves, step.Move) {
		return fault.New(fault.Invalid, "This cannot be done by a link")
	}
	if tooLong(step.Public) || tooLong(step.Internal) || tooLong(step.Data.Summary) || tooLong(step.Data.Actions) {
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
