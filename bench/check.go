//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// checkPeer makes sure that the product and its peer on the same database say the same.
func (b *bench) checkPeer(r route) error {
	if r.method == http.MethodPost {
		return b.checkPeersRow(r)
	}
	for _, i := range []int{0, r.distinct / 2, r.distinct - 1} {
		ours, err := b.server.get(productPath(r, i))
		if err != nil {
			return err
		}
		theirs, err := b.server.get(peerPath(r, i))
		if err != nil {
			return err
		}
		if !bytes.Equal(ours, theirs) {
			return fmt.Errorf("%s and %s answer differently:\n%.2000s\n%.2000s", productPath(r, i), peerPath(r, i), ours, theirs)
		}
	}
	return nil
}

// checkPeersRow makes sure that the peer has written and answered the row that the product has, but
// for what it does not look up.
func (b *bench) checkPeersRow(r route) error {
	var rows [2]refAttachRow
	for i, path := range []string{productPath(r, 0), peerPath(r, 0)} {
		answered, err := b.server.ask(r.method, path, r.body(nil, r.first+askedByStatic), r.status)
		if err != nil {
			return err
		}
		fields := json.NewDecoder(bytes.NewReader(answered))
		fields.DisallowUnknownFields()
		if err := fields.Decode(&rows[i]); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		rows[i] = rows[i].withoutLookups()
	}
	if rows[0] != rows[1] {
		return fmt.Errorf("%s and its peer answer differently:\n%+v\n%+v", r.title, rows[0], rows[1])
	}
	return nil
}

// counts are the rows that a POST makes: the product's own, the trail's, the change row, and the
// peer's.
type counts struct {
	RefAttaches, AuditEvents, RowChanges, Peers int64
	Referrals, Steps, HubEvents                 int64 // of the Dental Referrals API, in the hub
}

func (c counts) plus(times int, more counts) counts {
	n := int64(times)
	return counts{c.RefAttaches + n*more.RefAttaches, c.AuditEvents + n*more.AuditEvents, c.RowChanges + n*more.RowChanges, c.Peers + n*more.Peers,
		c.Referrals + n*more.Referrals, c.Steps + n*more.Steps, c.HubEvents + n*more.HubEvents}
}

func (c *child) counts() (n counts, err error) { return n, c.getJSON(countsPath, &n) }

// countAll counts the rows of each server.
func (b *bench) countAll() (map[*child]counts, error) {
	all := make(map[*child]counts)
	for _, c := range b.children() {
		n, err := c.counts()
		if err != nil {
			return nil, err
		}
		all[c] = n
	}
	return all, nil
}

// checkCounts makes sure that every POST that was answered with success has left its row, its
// entry in the trail and its change row, and every refusal its entry.
func (b *bench) checkCounts(before map[*child]counts, twins []*twin) error {
	after, err := b.countAll()
	if err != nil {
		return err
	}
	for c, want := range before {
		for _, t := range twins {
			if t.server == c {
				want = want.plus(t.created, t.leaves).plus(t.refused, counts{AuditEvents: 1})
			}
		}
		if after[c] != want {
			return fmt.Errorf("after %s the database has %+v, and should have %+v", twins[0].title, after[c], want)
		}
	}
	return nil
}
