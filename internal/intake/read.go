package intake

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Found is a record as it is read back. Of a request it has the referral's life too.
type Found struct {
	Record
	Life      *lifecycle.Referral // nil where the record is no request
	Notes     string
	ChangedAt dental.DateTime
}

// Get is the record of an id. Another organisation's, and one of another object, is not found.
func (d *Desk) Get(ctx context.Context, caller *Caller, object string, id ID) (found Found, err error) {
	err = d.read(ctx, func(c store.Conn) error {
		r, err := find(c, caller.Client.Practice, id, object)
		if err != nil {
			return err
		}
		found, err = live(c, r)
		return err
	})
	return found, err
}

// live adds to a request what has become of it.
func live(c store.Conn, r Record) (Found, error) {
	found := Found{Record: r, ChangedAt: r.CreatedAt}
	if r.Object != Request {
		return found, nil
	}
	var num int64
	if _, err := one(c, func(row store.Row) { num, found.Notes = row.Int(0), string(row.Text(1)) },
		"SELECT `ReferralNum`, `Notes` FROM `intakerequest` WHERE `RecordNum` = ?", store.Int(r.Num)); err != nil {
		return Found{}, err
	}
	life, err := referral.LifeOf(c, num)
	found.Life, found.ChangedAt = &life, life.Last
	return found, err
}

// BySource are the requests that a source has sent under an id of its own, in the order of their performers. source is ""
// for any.
func (d *Desk) BySource(ctx context.Context, caller *Caller, source, id string) (all []Found, err error) {
	err = d.read(ctx, func(c store.Conn) error {
		var records []Record
		var wrong error
		rows := c.Query("SELECT r.`RecordNum`, r.`ObjectType`, r.`ExternalId`, r.`Fields`, r.`CreatedAt` FROM `intakerecord` AS r JOIN `intakerequest` AS q ON q.`RecordNum` = r.`RecordNum`"+
			" WHERE q.`PracticeNum` = ? AND q.`SourceIdHash` = ? ORDER BY q.`RecordNum`",
			store.Int(caller.Client.Practice), store.Text(hashOf(id)))
		for rows.Next() {
			r, err := scanRecord(rows)
			if err != nil {
				wrong = err
				break
			}
			if r.Fields.Text("SourceSystemIdentifier") == id && (source == "" || r.Fields.Text("SourceSystem") == source) {
				records = append(records, r)
			}
		}
		if err := rows.Close(); err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
		for _, r := range records {
			found, err := live(c, r)
			if err != nil {
				return err
			}
			all = append(all, found)
		}
		return nil
	})
	return all, err
}

// URN is the referral that a request is.
func (d *Desk) URN(ctx context.Context, caller *Caller, id ID) (urn string, err error) {
	err = d.read(ctx, func(c store.Conn) error {
		r, err := find(c, caller.Client.Practice, id, Request)
		if err != nil {
			return err
		}
		found, err := one(c, func(row store.Row) { urn = string(row.Text(0)) },
			"SELECT f.`Urn` FROM `intakerequest` AS q JOIN `referral` AS f ON f.`ReferralNum` = q.`ReferralNum` WHERE q.`RecordNum` = ?", store.Int(r.Num))
		if err == nil && !found {
			err = fault.New(fault.NotFound, "There is no referral of this request")
		}
		return err
	})
	return urn, err
}
