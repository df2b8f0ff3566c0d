package loop

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// paper is a paper with where its content is.
type paper struct {
	od.Paper
	open func(context.Context) (io.ReadSeekCloser, error)
}

// givePapers puts what a chart has not got of a referral among the patient's documents: letters where it was sent from; where it is
// treated, and was accepted, what was sent. It tells whether the chart has all of it now. One that cannot be read or kept does not
// keep the others back; the delivery is tried again after a while.
func (c *Carrier) givePapers(ctx context.Context, desk od.Desk, o referral.Owed) (hasAll bool) {
	all := make(map[od.Paper]paper)
	var asked []od.Paper
	for _, one := range c.papersOf(o) {
		all[one.Paper] = one
		asked = append(asked, one.Paper)
	}
	missing, failed := od.MissingPapers(ctx, desk, asked)
	count := 0
	for _, one := range missing {
		if err := give(ctx, desk, all[one]); err != nil {
			failed = err
			count++
		}
	}
	if failed == nil || ctx.Err() != nil {
		return failed == nil
	}
	c.held[o.Link] = time.Now().Add(patience)
	c.log.Warn("papers of a referral cannot be put into a practice's chart; it is tried again", "practice", o.Practice, "referral", o.Referral, "papers", count, "error", fault.From(failed).Kind)
	return false
}

func give(ctx context.Context, desk od.Desk, one paper) (err error) {
	body, err := one.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	return od.KeepPaper(ctx, desk, one.Paper, body)
}

func (c *Carrier) papersOf(o referral.Owed) (all []paper) {
	isOutgoing := o.Side == referral.SideFrom
	for _, pdf := range o.Papers {
		description := "Referral " + o.URN
		switch {
		case pdf.IsLetter():
			description = "Letter on the referral " + o.URN
		case pdf.Kind == referral.AttachmentHistory:
			description = "Medical history of the referral " + o.URN
		}
		all = append(all, paper{
			od.Paper{URN: o.URN, Num: pdf.Num, IsOutgoing: isOutgoing, FileName: pdf.FileName, Description: description, Type: dental.ImgDocument, Made: pdf.CreatedAt},
			func(ctx context.Context) (io.ReadSeekCloser, error) { return c.desk.OpenBody(ctx, pdf) },
		})
	}
	for _, file := range o.Files {
		one := od.Paper{URN: o.URN, Num: file.Num, IsFile: true, IsOutgoing: isOutgoing, FileName: file.Name, Description: file.Name + ", sent with the referral " + o.URN, Type: dental.ImgDocument, Made: file.CreatedAt}
		if file.Kind == form.Radiograph {
			one.Type = dental.ImgRadiograph
			if !file.TakenOn.IsNone() {
				one.Made = file.TakenOn.At(0)
			}
		}
		all = append(all, paper{one, func(ctx context.Context) (io.ReadSeekCloser, error) { return c.desk.OpenFile(ctx, file) }})
	}
	return all
}
