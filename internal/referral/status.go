package referral

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// Status is what a practice's system is told of a referral.
type Status struct {
	URN          string
	State        State
	Text         string // as the contract words it
	ReferrerName string
	Reason       string
	Files        []string // the addresses of the PDFs; none until they are made
}

const statusColumns = "SELECT `Urn`, `State`, `StatusText`, `ReferrerName`, `Reason`, `FileKinds`, `PracticeNum` FROM `referral` "

func (d *Desk) scanStatus(r store.Row) Status {
	s := Status{URN: string(r.Text(0)), State: State(r.Text(1)), Text: string(r.Text(2)), ReferrerName: string(r.Text(3)), Reason: string(r.Text(4))}
	if kinds := r.Text(5); len(kinds) > 0 && s.State != StateEnteredInError {
		s.Files = d.filesOf(s.URN, string(kinds))
	}
	return s
}

// filesOf are the addresses under which a referral's current PDFs are.
func (d *Desk) filesOf(urn, kinds string) []string {
	files := make([]string, 0, 2)
	for kind := range strings.SplitSeq(kinds, ",") {
		switch kind {
		case AttachmentForm, AttachmentSingle:
			files = append(files, d.options.BaseURL+"/documents/"+urn+".pdf")
		case AttachmentHistory:
			files = append(files, d.options.BaseURL+"/documents/"+urn+"_MH.pdf")
		}
	}
	return files
}

// Status is one referral of the caller's account. It costs one look-up by an index.
func (d *Desk) Status(ctx context.Context, caller *Caller, urn string) (Status, error) {
	var status Status
	own := false
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		_, err := one(c, func(r store.Row) {
			if own = r.Int(6) == caller.Account.Practice; own {
				status = d.scanStatus(r)
			}
		}, statusColumns+"WHERE `Urn` = ?", store.Text(urn))
		return err
	})
	if err == nil && !own {
		err = errNoReferral(urn)
	}
	return status, err
}

// Batch are the latest count referrals that the account has submitted, the latest first.
func (d *Desk) Batch(ctx context.Context, caller *Caller, count int) ([]Status, error) {
	return d.statuses(ctx, "WHERE `PracticeNum` = ? AND `SubmittedAt` > '0001-01-01 00:00:00' ORDER BY `SubmittedAt` DESC, `Urn` DESC LIMIT ?",
		store.Int(caller.Account.Practice), store.Int(count))
}

// OfPatient are the latest count referrals of a patient that the account has submitted, the latest first. A guid
// that nobody has is one of no referrals. Clients that put the documents' formula together by themselves send the
// key with the identifier; of those the identifier is taken.
func (d *Desk) OfPatient(ctx context.Context, caller *Caller, ptguid string, count int) ([]Status, error) {
	ptguid = strings.TrimSpace(ptguid)
	if decoded, ok := decodeBase64(ptguid); ok {
		if identifier, ok := caller.presented.after(decoded); ok {
			var err error
			if ptguid, err = d.ptguid(caller, identifier); err != nil {
				return nil, err
			}
		}
	}
	if !strings.HasSuffix(ptguid, "=") {
		ptguid += "=" // some programs take it for the end of a parameter
	}
	return d.statuses(ctx, "WHERE `PracticeNum` = ? AND `PtGuid` = ? AND `SubmittedAt` > '0001-01-01 00:00:00' ORDER BY `SubmittedAt` DESC, `Urn` DESC LIMIT ?",
		store.Int(caller.Account.Practice), store.Text(ptguid), store.Int(count))
}

func (d *Desk) statuses(ctx context.Context, condition string, args ...store.Value) (found []Status, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query(statusColumns+condition, args...)
		for rows.Next() {
			found = append(found, d.scanStatus(rows))
		}
		return rows.Close()
	})
	return found, err
}
