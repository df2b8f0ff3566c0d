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

// Paper is something of a referral that belongs among its patient's documents: in the chart of who referred the letter of what came
// of it, in the chart of who treats what was sent.
type Paper struct {
	URN         string
	Num         int64 // in the hub, among the PDFs or among the files: the same paper is kept once
	IsFile      bool  // a file that was sent along, and no PDF that was made
	IsOutgoing  bool  // the referral went out of this chart
	FileName    string
	Description string
	Type        dental.ImgType
	Made        dental.DateTime
}

// errKept ends a transaction that has nothing to do.
var errKept = errors.New("od: the paper is kept already")

// MissingPapers leaves those of papers out that the practice has, or that have no place in its chart any more.
func MissingPapers(ctx context.Context, desk Desk, papers []Paper) (missing []Paper, err error) {
	err = desk.Book.DB.Read(ctx, func(c store.Conn) error {
		missing = nil
		for _, paper := range papers {
			_, err := attachOf(c, paper)
			if errors.Is(err, errKept) {
				continue
			}
			if err != nil {
				return err
			}
			missing = append(missing, paper)
		}
		return nil
	})
	return missing, err
}

// KeepPaper puts a paper among the documents of the patient to whom its referral is attached. One that is there already, or whose
// attachment the practice has removed, changes nothing.
func KeepPaper(ctx context.Context, desk Desk, paper Paper, body io.Reader) error {
	received, err := desk.Files.Receive(ctx, body, document.MaxBody)
	if err != nil {
		return err
	}
	defer received.Close()
	if err := received.Settle("paper", paper.FileName); err != nil {
		return err
	}
	err = desk.Files.Keep(ctx, []*document.Received{received}, func() error {
		return desk.write(ctx, func(tx *record.Tx) error {
			attach, err := attachOf(tx, paper)
			if err != nil {
				return err
			}
			made := newDocument{hasDate: true, usual: paper.usualCategory(), Document: Document{PatNum: attach.PatNum, Description: within(paper.Description, 255), ImgType: paper.Type, DateCreated: paper.Made, FileName: paper.FileName}}
			row, err := made.insert(tx)
			if err != nil {
				return err
			}
			if err := received.Use(tx, row.owner(), document.File); err != nil {
				return err
			}
			return tx.Send("INSERT INTO `networkpaper` (`IsFile`, `PaperNum`, `RefAttachNum`, `DocNum`) VALUES (?, ?, ?, ?)",
				store.Bool(paper.IsFile), store.Int(paper.Num), store.Int(attach.RefAttachNum), store.Int(row.DocNum))
		})
	})
	if errors.Is(err, errKept) {
		return nil
	}
	return err
}

// usualCategory is where a practice looks for a paper that was sent to it. Pictures have no one place: it depends on their view.
func (p Paper) usualCategory() string {
	if p.Type == dental.ImgDocument && !p.IsFile {
		return "Letters"
	}
	return ""
}

// attachOf is the attachment that a paper is about; errKept where there is nothing to be done about it.
func attachOf(c store.Conn, paper Paper) (*RefAttach, error) {
	rows := c.Query("SELECT 1 FROM `networkpaper` WHERE `IsFile` = ? AND `PaperNum` = ?", store.Bool(paper.IsFile), store.Int(paper.Num))
	kept := rows.Next()
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if kept {
		return nil, errKept
	}
	link, err := linkByURN(c, paper.URN, paper.IsOutgoing)
	if err != nil {
		return nil, err
	}
	if link == nil || link.IsGone {
		return nil, errKept
	}
	attach, err := refAttaches.Get(c, int64(link.RefAttachNum))
	if fault.Is(err, fault.NotFound) {
		return nil, errKept
	}
	return attach, err
}

// movePapers puts the papers of an attachment among another patient's documents, as far as they are still where they were put.
func movePapers(tx *record.Tx, attach dental.RefAttachNum, from, to dental.PatNum) error {
	var nums []int64
	rows := tx.Query("SELECT `DocNum` FROM `networkpaper` WHERE `RefAttachNum` = ? ORDER BY `DocNum`", store.Int(attach))
	for rows.Next() {
		nums = append(nums, rows.Int(0))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, num := range nums {
		old, err := documents.Get(tx, num)
		if fault.Is(err, fault.NotFound) {
			continue // the practice has removed it
		}
		if err != nil {
			return err
		}
		if old.PatNum != from {
			continue
		}
		moved := *old
		moved.PatNum = to
		if moved.FileName, err = freeName(tx, to, old.FileName); err != nil {
			return err
		}
		if err := record.Update(tx, documents, old, &moved); err != nil {
			return err
		}
	}
	return nil
}
