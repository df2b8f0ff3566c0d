package referral

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Folder is one referral with all that a page of it shows.
type Folder struct {
	WorkLine
	Life      lifecycle.Referral
	Events    []lifecycle.Event // with what is internal: who may read that, whoever shows it has to know
	Files     []File            // that came with it
	Documents []Attachment      // that were made of it, the latest version first
}

// Folder reads a referral as it is at one moment, for those who work on it: whether the reader is one, whoever asks has to
// have checked. A referral that was entered in error has no documents.
func (d *Desk) Folder(ctx context.Context, urn string) (folder Folder, err error) {
	now := d.now()
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		found, err := one(c, func(r store.Row) { folder = Folder{WorkLine: scanWork(r, now)} }, workColumns+"`Urn` = ?", store.Text(urn))
		if err != nil {
			return err
		}
		if !found {
			return errNoReferral(urn)
		}
		lines := []WorkLine{folder.WorkLine}
		if err := nameReferrers(c, lines); err != nil {
			return err
		}
		folder.WorkLine = lines[0]
		if folder.Events, err = readEvents(c, folder.Num); err != nil {
			return err
		}
		folder.Life = lifecycle.Fold(folder.Events)
		if folder.Files, err = readFiles(c, "`ReferralNum` = ?", store.Int(folder.Num)); err != nil {
			return err
		}
		folder.Documents, err = readAttachments(c, "`r`.`Urn` = ? ORDER BY `a`.`Version` DESC, `a`.`AttachmentNum`", store.Int(folder.Practice), store.Text(urn))
		return err
	})
	return folder, err
}
