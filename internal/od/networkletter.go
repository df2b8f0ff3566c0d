package od

import (
	"context"
	"errors"
	"io"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Letter is what came of a referral, as a PDF for the patient's documents.
type Letter struct {
	URN      string
	Num      int64 // in the hub: the same letter is kept once
	FileName string
	Made     dental.DateTime
}

// errKept ends a transaction that has nothing to do.
var errKept = errors.New("od: the letter is kept already")

// KeepLetter puts the letter of a referral that the practice has sent among its patient's documents. A letter that is there
// already, or whose attachment the practice has removed, changes nothing.
func KeepLetter(ctx context.Context, desk Desk, letter Letter, body io.Reader) error {
	received, err := desk.Files.Receive(ctx, body, document.MaxBody)
	if err != nil {
		return err
	}
	defer received.Close()
	if err := received.Settle("letter", "x.pdf"); err != nil {
		return err
	}
	err = desk.Files.Keep(ctx, []*document.Received{received}, func() error {
		return desk.write(ctx, func(tx *record.Tx) error {
			attach, err := letterOf(tx, letter)
			if err != nil {
				return err
			}
			made := newDocument{hasDate: true, Document: Document{PatNum: attach.PatNum, Description: "Letter on the referral " + letter.URN,
				ImgType: dental.ImgDocument, DateCreated: letter.Made, FileName: letter.FileName}}
			row, err := made.insert(tx)
			if err != nil {
				return err
			}
			if err := received.Use(tx, row.owner(), document.File); err != nil {
				return err
			}
			return tx.Send("INSERT INTO `networkletter` (`LetterNum`, `DocNum`) VALUES (?, ?)", store.Int(letter.Num), store.Int(row.DocNum))
		})
	})
	if errors.Is(err, errKept) {
		return nil
	}
	return err
}

// letterOf is the attachment that a letter is about.
func letterOf(tx *record.Tx, letter Letter) (*RefAttach, error) {
	rows := tx.Query("SELECT 1 FROM `networkletter` WHERE `LetterNum` = ?", store.Int(letter.Num))
	kept := rows.Next()
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if kept {
		return nil, errKept
	}
	link, err := linkByURN(tx, letter.URN, true)
	if err != nil {
		return nil, err
	}
	if link == nil || link.IsGone {
		return nil, errKept
	}
	attach, err := refAttaches.Get(tx, int64(link.RefAttachNum))
	if fault.Is(err, fault.NotFound) {
		return nil, errKept
	}
	return attach, err
}
