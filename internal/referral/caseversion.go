package referral

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// CaseVersion is the form of a referral as it was submitted in a version, for somebody who may read it, and notes that it is
// read. Its files are all files of the referral.
func (d *Desk) CaseVersion(ctx context.Context, caller *Caller, urn string, version int64) (*Filled, error) {
	if err := d.write(ctx, caller, func(tx *record.Tx) error {
		r, err := d.versionRow(tx, caller, urn, version)
		if err != nil {
			return err
		}
		return tx.Note(audit.View, "referralversion", r.Num, "")
	}); err != nil {
		return nil, err
	}
	var filled *Filled
	err := d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		r, err := d.versionRow(c, caller, urn, version)
		if err != nil {
			return err
		}
		filled, err = d.readForm(c, r, d.now())
		return err
	})
	return filled, err
}

// versionRow is the row of a referral that the caller may read, as of a version.
func (d *Desk) versionRow(c store.Conn, caller *Caller, urn string, version int64) (*row, error) {
	r, err := d.readRow(c, caller, urn)
	if err != nil {
		return nil, err
	}
	if version < 1 || version > r.Version {
		return nil, fault.New(fault.NotFound, "The referral %s has no version %d", r.URN, version)
	}
	r.Version = version
	return r, nil
}
