// Package intake keeps what other organisations send as referrals in Salesforce's shape: the records that they name,
// the requests, and which referral each request is. It knows no HTTP and none of the dialect's rules; package sfapi
// does.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Desk is where referrals are taken in. It may be used by any number of goroutines.
type Desk struct {
	hub       *record.Book
	referrals *referral.Desk
}

// New makes a desk over the hub.
func New(hub *record.Book, referrals *referral.Desk) *Desk {
	return &Desk{hub: hub, referrals: referrals}
}

// Caller is a client with a token that is valid.
type Caller struct {
	Client    Client
	RequestID string
}

func (c *Caller) audit() audit.Caller {
	return audit.Caller{Name: c.Client.Name, RequestID: c.RequestID}
}

func (d *Desk) now() time.Time { return d.hub.Clock() }

func hashOf(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// one reads the first row of a result.
func one(c store.Conn, scan func(store.Row), sql string, args ...store.Value) (found bool, err error) {
	rows := c.Query(sql, args...)
	if found = rows.Next(); found {
		scan(rows)
	}
	return found, rows.Close()
}

func dateTime(text []byte) dental.DateTime {
	at, _ := dental.ParseDateTime(string(text))
	return at
}

// read calls fn with one state of the hub.
func (d *Desk) read(ctx context.Context, fn func(store.Conn) error) error {
	return d.hub.DB.Snapshot(ctx, fn)
}
