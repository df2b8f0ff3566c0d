package referral

import (
	"context"
	"io"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// readPapers reads what a chart that follows a referral gets for the patient's documents: where it was sent from the letters that
// the chart has not got, where it is treated, and from when it was accepted on, what was sent. The events are to be read before.
func (o *Owed) readPapers(c store.Conn) (err error) {
	o.Papers, o.Files = nil, nil
	if o.Side == SideFrom {
		o.Papers, err = lettersAfter(c, o.Origin, o.Referral, o.letter)
		return err
	}
	if !o.isTakenOn() {
		return nil
	}
	if o.Papers, err = readAttachments(c, "`a`.`ReferralNum` = ? AND `a`.`Kind` NOT LIKE 'letter%' AND `a`.`Version` = `r`.`Version` ORDER BY `a`.`AttachmentNum`",
		store.Int(o.Origin), store.Int(o.Referral)); err != nil {
		return err
	}
	o.Files, err = readFiles(c, "`ReferralNum` = ? AND `Version` > 0", store.Int(o.Referral))
	return err
}

// isTakenOn tells that the practice has accepted the referral, and that it was not taken from it since but by the end of the
// treatment.
func (o *Owed) isTakenOn() bool {
	life := lifecycle.Fold(o.Events)
	for _, e := range o.Events {
		if e.To != lifecycle.Accepted || e.Allocation < 1 || e.Allocation > len(life.Allocations) {
			continue
		}
		if with := life.Allocations[e.Allocation-1]; with.Provider == o.Practice && (with.Open() || with.ClosedAs == "discharged") {
			return true
		}
	}
	return false
}

// OpenFile reads a file that was sent. The context must live as long as what is returned, which is to be closed.
func (d *Desk) OpenFile(ctx context.Context, file File) (io.ReadSeekCloser, error) {
	return d.shelf.Open(ctx, file.Hash)
}
