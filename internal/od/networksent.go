package od

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Outgoing is a referral that the practice has sent otherwise than by its chart: on a form of the Dental Referrals API.
type Outgoing struct {
	URN       string
	To        string // who has just got it; "" where nobody has, and then nothing is noted that is not there
	RefDate   dental.Date
	Note      string
	First     string
	Last      string
	Birthdate dental.Date
}

// NoteSent puts a referral that was sent on a form into the practice's chart: an attachment RefTo of the patient, who is one of
// the practice's where exactly one has the same names and date of birth. known is false where there is no such patient: a form
// makes none in a chart. A referral that the chart knows already is left as it is.
func NoteSent(ctx context.Context, desk Desk, out Outgoing) (known bool, err error) {
	err = desk.write(ctx, func(tx *record.Tx) error {
		link, err := linkByURN(tx, out.URN, true)
		if known = link != nil; err != nil || known || out.To == "" {
			return err
		}
		var seen Received
		patient, err := findPatient(tx, Incoming{First: out.First, Last: out.Last, Birthdate: out.Birthdate}, &seen)
		if err != nil || patient == 0 {
			return err
		}
		known = true
		attach := &RefAttach{ReferralName: out.To, PatNum: patient, RefDate: out.RefDate, ReferralType: dental.RefTo, Note: out.Note}
		if err := resolveSource(tx, attach); err != nil {
			return err
		}
		if err := placeAgain(tx, attach); err != nil {
			return err
		}
		if err := record.Create(tx, refAttaches, attach); err != nil {
			return err
		}
		return tx.Send("INSERT INTO `networkreferral` (`RefAttachNum`, `Urn`, `IsOutgoing`) VALUES (?, ?, 1)", store.Int(attach.RefAttachNum), store.Text(out.URN))
	})
	return known, err
}
