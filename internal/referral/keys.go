package referral

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Key is a key of the Dental Referrals API V2. It is shown once, when it is made, and kept as a hash.
type Key struct {
	Num       int64
	Practice  int64
	Beginning string   // its first six signs, for people to tell keys apart
	Forms     []string // the form types that it may use; none is all
	CreatedAt dental.DateTime
	RevokedAt dental.DateTime // none while it is valid
}

// NewKey makes a key as the contract describes one: ten random bytes in hexadecimal digits.
func NewKey() string {
	var random [10]byte
	rand.Read(random[:])
	return hex.EncodeToString(random[:])
}

const (
	beginning  = 6
	longestKey = 128
)

// CreateKey makes a key for a practice. forms are the types that it may use, in the order in which they are
// listed; none is all. A key is whatever text its holder has; "" makes a new one. The key is returned, for once.
func (d *Desk) CreateKey(ctx context.Context, caller audit.Caller, practice int64, key string, forms []string) (Key, string, error) {
	if key == "" {
		key = NewKey()
	}
	if len(key) < 16 || !isKey(key) {
		return Key{}, "", fault.New(fault.Invalid, "A key has 16 to %d visible ASCII characters, without blanks and quotes", longestKey)
	}
	for i, name := range forms {
		if _, err := d.forms.Current(name); err != nil {
			return Key{}, "", err
		}
		if slices.Contains(forms[:i], name) {
			return Key{}, "", fault.New(fault.Invalid, "The form type %s is named twice", name)
		}
	}
	made := Key{Practice: practice, Beginning: key[:beginning], Forms: forms}
	err := d.hub.Write(ctx, caller, func(tx *record.Tx) error {
		made.CreatedAt = tx.At
		num, err := tx.Exec("INSERT INTO `formkey` (`PracticeNum`, `KeyHash`, `Beginning`, `FormTypes`, `CreatedAt`) VALUES (?, ?, ?, ?, ?)",
			store.Int(practice), store.Text(hashOf(key)), store.Text(made.Beginning), store.Text(strings.Join(forms, ",")), store.Text(tx.At.String()))
		if fault.Is(err, fault.Conflict) {
			return fault.New(fault.Conflict, "This key is in use already")
		}
		if err != nil {
			return err
		}
		made.Num = num
		return tx.Note(audit.Create, "formkey", num, strings.Join(forms, ","))
	})
	return made, key, err
}

// Keys reads all keys.
func (d *Desk) Keys(ctx context.Context) (keys []Key, err error) {
	err = d.hub.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT `FormKeyNum`, `PracticeNum`, `Beginning`, `FormTypes`, `CreatedAt`, `RevokedAt` FROM `formkey` ORDER BY `FormKeyNum`")
		for rows.Next() {
			keys = append(keys, Key{Num: rows.Int(0), Practice: rows.Int(1), Beginning: string(rows.Text(2)), Forms: names(rows.Text(3)),
				CreatedAt: dateTime(rows.Text(4)), RevokedAt: dateTime(rows.Text(5))})
		}
		return rows.Close()
	})
	return keys, err
}

// RevokeKey ends a key, and the sessions that came by it, within two milliseconds also for a server that runs.
func (d *Desk) RevokeKey(ctx context.Context, caller audit.Caller, num int64) error {
	return d.hub.Write(ctx, caller, func(tx *record.Tx) error {
		var revoked dental.DateTime
		found, err := one(tx, func(row store.Row) { revoked = dateTime(row.Text(0)) },
			"SELECT `RevokedAt` FROM `formkey` WHERE `FormKeyNum` = ?", store.Int(num))
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "There is no Dental Referrals key %d; `bridgework key list` shows them", num)
		}
		if !revoked.IsNone() {
			return fault.New(fault.Conflict, "Key %d was revoked on %s", num, revoked)
		}
		if err := tx.Send("UPDATE `formkey` SET `RevokedAt` = ? WHERE `FormKeyNum` = ?", store.Text(tx.At.String()), store.Int(num)); err != nil {
			return err
		}
		return tx.Note(audit.Revoke, "formkey", num, "")
	})
}

// errNotAuthenticated says no more than that.
var errNotAuthenticated = fault.New(fault.Unauthenticated, "The API key is not valid")

func isKey(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' || key[i] == '"' {
			return false
		}
	}
	return key != "" && len(key) <= longestKey
}

// presentedKey is what is remembered of a key in memory: enough to recognise it, and not the key.
type presentedKey struct {
	hash   [sha256.Size]byte
	length int
}

// after takes the key off the front of a text that begins with it.
func (k presentedKey) after(text string) (rest string, ok bool) {
	if k.length == 0 || len(text) <= k.length {
		return "", false
	}
	sum := sha256.Sum256([]byte(text[:k.length]))
	return text[k.length:], subtle.ConstantTimeCompare(sum[:], k.hash[:]) == 1
}

// keyCache holds the keys that were found since the hub last changed.
type keyCache struct {
	mu         sync.RWMutex
	generation int64
	looked     time.Time // when the hub was last asked for its generation
	callers    map[[sha256.Size]byte]*Caller
}

// lookAgain is how long the hub is taken to be unchanged after a look: the most that a revoked key outlives its
// revocation.
const lookAgain = 2 * time.Millisecond

// Authenticate finds whom a key belongs to. The caller is shared: At makes one of a request.
func (d *Desk) Authenticate(ctx context.Context, key string) (*Caller, error) {
	if !isKey(key) {
		return nil, errNotAuthenticated
	}
	presented := presentedKey{sha256.Sum256([]byte(key)), len(key)}
	d.keys.mu.RLock()
	caller, generation := d.keys.callers[presented.hash], d.keys.generation
	current := time.Since(d.keys.looked) < lookAgain
	d.keys.mu.RUnlock()
	if caller != nil && current {
		return caller, nil
	}
	if !current {
		latest, err := d.hub.DB.Generation()
		if err != nil {
			return nil, err
		}
		d.keys.look(latest)
		if caller != nil && latest == generation {
			return caller, nil
		}
		generation = latest
	}
	caller, err := d.findKey(ctx, presented)
	if err == nil {
		d.keys.keep(generation, caller)
	}
	return caller, err
}

func (c *keyCache) look(generation int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation || c.callers == nil {
		c.generation, c.callers = generation, make(map[[sha256.Size]byte]*Caller)
	}
	c.looked = time.Now()
}

// keep holds a caller that was read after the generation was: a commit in between has another number.
func (c *keyCache) keep(generation int64, caller *Caller) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation == generation && c.callers != nil {
		c.callers[caller.presented.hash] = caller
	}
}

const accountColumns = "`p`.`PracticeNum`, `p`.`Name`, `p`.`Address`, `p`.`Phone`, `p`.`Email`, `p`.`UrnPrefix`"

// account reads an account from the first columns of a row; forms are those of its key.
func (d *Desk) account(row store.Row, forms []string) *Account {
	a := &Account{Practice: row.Int(0), Name: string(row.Text(1)), Address: string(row.Text(2)),
		Phone: string(row.Text(3)), Email: string(row.Text(4)), Prefix: string(row.Text(5))}
	all := d.forms.Names()
	if len(forms) == 0 {
		a.Forms = all
	}
	for _, name := range forms {
		if slices.Contains(all, name) { // one that the operator has taken away can be used no more
			a.Forms = append(a.Forms, name)
		}
	}
	return a
}

func (d *Desk) findKey(ctx context.Context, presented presentedKey) (*Caller, error) {
	var caller *Caller
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		// The row is found by the hash of a secret of 80 bits: what the time of the look-up tells of that hash helps
		// nobody to a key.
		_, err := one(c, func(row store.Row) {
			if dateTime(row.Text(8)).IsNone() {
				caller = &Caller{Account: d.account(row, names(row.Text(7))), KeyNum: row.Int(6), Role: lifecycle.Referrer,
					Name: fmt.Sprintf("Dental Referrals key %d", row.Int(6)), presented: presented}
			}
		}, "SELECT "+accountColumns+", `k`.`FormKeyNum`, `k`.`FormTypes`, `k`.`RevokedAt` FROM `formkey` AS `k` JOIN `practice` AS `p` ON `p`.`PracticeNum` = `k`.`PracticeNum` WHERE `k`.`KeyHash` = ?",
			store.Text(hex.EncodeToString(presented.hash[:])))
		return err
	})
	if err == nil && caller == nil {
		err = errNotAuthenticated
	}
	return caller, err
}

// AccountOf is a practice's account without a key, for the operator and for background work.
func (d *Desk) AccountOf(ctx context.Context, practice int64) (*Caller, error) {
	var caller *Caller
	err := d.hub.DB.Read(ctx, func(c store.Conn) error {
		_, err := one(c, func(row store.Row) {
			caller = &Caller{Account: d.account(row, nil), Role: lifecycle.Referrer, Name: fmt.Sprintf("practice %d", row.Int(0))}
		}, "SELECT "+accountColumns+" FROM `practice` AS `p` WHERE `p`.`PracticeNum` = ?", store.Int(practice))
		return err
	})
	if err == nil && caller == nil {
		err = fault.New(fault.NotFound, "Practice not found")
	}
	return caller, err
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// one reads the first row of a result.
func one(c store.Conn, scan func(store.Row), sql string, args ...store.Value) (found bool, err error) {
	rows := c.Query(sql, args...)
	if found = rows.Next(); found {
		scan(rows)
	}
	return found, rows.Close()
}

func names(list []byte) []string {
	if len(list) == 0 {
		return nil
	}
	return strings.Split(string(list), ",")
}

func dateTime(text []byte) dental.DateTime {
	at, _ := dental.ParseDateTime(string(text))
	return at
}

func date(text []byte) dental.Date {
	day, _ := dental.ParseDate(string(text))
	return day
}

// decodeBase64 reads standard Base64, also where the padding was lost on the way.
func decodeBase64(text string) (string, bool) {
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	return string(decoded), err == nil
}
