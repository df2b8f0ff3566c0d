package intake

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Client is a program of an organisation, which gets tokens for its id and secret.
type Client struct {
	Num           int64
	Practice      int64 // the organisation's
	ID            string
	Name          string // for the trail
	StrictIDs     bool   // refuse ids whose last three signs do not fit, or whose first three are another object's
	OpenPicklists bool   // keep values that a picklist does not have
	CreatedAt     dental.DateTime
	RevokedAt     dental.DateTime // none while it is valid
}

// NewClient is what a client is made of. An ID or Secret that is "" is made up.
type NewClient struct {
	Practice      int64
	ID, Secret    string
	StrictIDs     bool
	OpenPicklists bool
}

// CreateClient makes a client and returns its secret, for once: what is kept is a hash.
func (d *Desk) CreateClient(ctx context.Context, caller audit.Caller, wanted NewClient) (Client, string, error) {
	if wanted.ID == "" {
		wanted.ID = rand.Text()
	}
	if wanted.Secret == "" {
		wanted.Secret = rand.Text() + rand.Text()
	}
	if len(wanted.ID) > 100 || len(wanted.Secret) > 200 {
		return Client{}, "", fault.New(fault.Invalid, "A client id has at most 100 signs, and a secret at most 200")
	}
	made := Client{Practice: wanted.Practice, ID: wanted.ID, Name: "Salesforce client " + wanted.ID, StrictIDs: wanted.StrictIDs, OpenPicklists: wanted.OpenPicklists}
	err := d.hub.Write(ctx, caller, func(tx *record.Tx) error {
		made.CreatedAt = tx.At
		num, err := tx.Exec("INSERT INTO `intakeclient` (`PracticeNum`, `ClientId`, `SecretHash`, `Name`, `HasStrictIds`, `HasOpenPicklists`, `CreatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?)",
			store.Int(made.Practice), store.Text(made.ID), store.Text(hashOf(wanted.Secret)), store.Text(made.Name), store.Bool(made.StrictIDs),
			store.Bool(made.OpenPicklists), store.Text(tx.At.String()))
		if fault.Is(err, fault.Conflict) {
			return fault.New(fault.Conflict, "The client id %q is in use already", made.ID)
		}
		if err != nil {
			return err
		}
		made.Num = num
		return tx.Note(audit.Create, "intakeclient", num, "")
	})
	return made, wanted.Secret, err
}

const clientColumns = "SELECT `ClientNum`, `PracticeNum`, `ClientId`, `Name`, `HasStrictIds`, `HasOpenPicklists`, `CreatedAt`, `RevokedAt`, `SecretHash` FROM `intakeclient` "

func scanClient(r store.Row) (c Client, secretHash string) {
	return Client{Num: r.Int(0), Practice: r.Int(1), ID: string(r.Text(2)), Name: string(r.Text(3)), StrictIDs: r.Int(4) != 0, OpenPicklists: r.Int(5) != 0,
		CreatedAt: dateTime(r.Text(6)), RevokedAt: dateTime(r.Text(7))}, string(r.Text(8))
}

// Clients reads all clients.
func (d *Desk) Clients(ctx context.Context) (clients []Client, err error) {
	err = d.read(ctx, func(c store.Conn) error {
		rows := c.Query(clientColumns + "ORDER BY `ClientNum`")
		for rows.Next() {
			client, _ := scanClient(rows)
			clients = append(clients, client)
		}
		return rows.Close()
	})
	return clients, err
}

// RevokeClient ends a client and all its tokens at once.
func (d *Desk) RevokeClient(ctx context.Context, caller audit.Caller, num int64) error {
	return d.hub.Write(ctx, caller, func(tx *record.Tx) error {
		var client Client
		found, err := one(tx, func(r store.Row) { client, _ = scanClient(r) }, clientColumns+"WHERE `ClientNum` = ?", store.Int(num))
		switch {
		case err != nil:
			return err
		case !found:
			return fault.New(fault.NotFound, "There is no Salesforce client %d; `bridgework key list` shows them", num)
		case !client.RevokedAt.IsNone():
			return fault.New(fault.Conflict, "The client %q was revoked on %s", client.ID, client.RevokedAt)
		}
		if err := tx.Send("UPDATE `intakeclient` SET `RevokedAt` = ? WHERE `ClientNum` = ?", store.Text(tx.At.String()), store.Int(client.Num)); err != nil {
			return err
		}
		if err := tx.Send("DELETE FROM `intaketoken` WHERE `ClientNum` = ?", store.Int(client.Num)); err != nil {
			return err
		}
		return tx.Note(audit.Revoke, "intakeclient", client.Num, "")
	})
}

// tokenLasts is how long a token is valid, in seconds.
const tokenLasts = 2 * 60 * 60

// errNoClient says no more than that: which half was wrong is nobody's business.
var errNoClient = fault.New(fault.Unauthenticated, "invalid client credentials")

// Grant gives a client a token.
func (d *Desk) Grant(ctx context.Context, id, secret string) (token string, issued time.Time, client Client, err error) {
	issued = d.now()
	token = "00D" + ownInstance + "!" + rand.Text() + rand.Text()
	err = d.hub.Write(ctx, audit.Caller{Name: "Salesforce client"}, func(tx *record.Tx) error {
		var hash string
		found, err := one(tx, func(r store.Row) { client, hash = scanClient(r) }, clientColumns+"WHERE `ClientId` = ?", store.Text(id))
		if err != nil {
			return err
		}
		right := subtle.ConstantTimeCompare([]byte(hash), []byte(hashOf(secret))) == 1
		if !found || !right || !client.RevokedAt.IsNone() {
			return errNoClient
		}
		if err := tx.Send("DELETE FROM `intaketoken` WHERE `ExpiresAt` < ?", store.Text(tx.At.String())); err != nil {
			return err
		}
		return tx.Send("INSERT INTO `intaketoken` (`TokenHash`, `ClientNum`, `CreatedAt`, `ExpiresAt`) VALUES (?, ?, ?, ?)",
			store.Text(hashOf(token)), store.Int(client.Num), store.Text(tx.At.String()), store.Text(tx.At.AddSeconds(tokenLasts).String()))
	})
	return token, issued, client, err
}

// Authenticate finds the client of a token.
func (d *Desk) Authenticate(ctx context.Context, token string) (*Caller, error) {
	var caller *Caller
	err := d.read(ctx, func(c store.Conn) error {
		_, err := one(c, func(r store.Row) {
			client, _ := scanClient(r)
			if expires := dateTime(r.Text(9)); dental.DateTimeOf(d.now()).Before(expires) {
				caller = &Caller{Client: client}
			}
		}, "SELECT c.`ClientNum`, c.`PracticeNum`, c.`ClientId`, c.`Name`, c.`HasStrictIds`, c.`HasOpenPicklists`, c.`CreatedAt`, c.`RevokedAt`, c.`SecretHash`, t.`ExpiresAt`"+
			" FROM `intaketoken` AS t JOIN `intakeclient` AS c ON c.`ClientNum` = t.`ClientNum` WHERE t.`TokenHash` = ?", store.Text(hashOf(token)))
		return err
	})
	if err == nil && caller == nil {
		err = fault.New(fault.Unauthenticated, "Session expired or invalid")
	}
	return caller, err
}

// Revoke ends a token. One that nobody has is ended already.
func (d *Desk) Revoke(ctx context.Context, token string) error {
	return d.hub.Write(ctx, audit.Caller{Name: "Salesforce client"}, func(tx *record.Tx) error {
		return tx.Send("DELETE FROM `intaketoken` WHERE `TokenHash` = ?", store.Text(hashOf(token)))
	})
}
