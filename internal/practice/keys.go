package practice

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Key is an API key: one developer's access to one practice. Its two halves are shown once, when it
// is made, and kept as hashes.
type Key struct {
	Num         int64
	Practice    Num
	Developer   string
	Permissions []string
	CreatedAt   dental.DateTime
	RevokedAt   dental.DateTime // none while it is valid
}

// May tells whether the key has a permission.
func (k *Key) May(permission string) bool { return slices.Contains(k.Permissions, permission) }

// Secrets are the two halves of a key. A developer has one DeveloperKey for all practices.
type Secrets struct {
	DeveloperKey string
	CustomerKey  string
}

const (
	keyAlphabet   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	lowerAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	keyLength     = 16 // as in Open Dental's examples; 95 bits, so a plain hash cannot be searched
)

func randomText(length int, alphabet string) string {
	text := make([]byte, 0, length)
	var block [64]byte
	for len(text) < length {
		rand.Read(block[:])
		for _, b := range block {
			// Bytes beyond the last whole multiple would favour the first letters.
			if int(b) < 256/len(alphabet)*len(alphabet) && len(text) < length {
				text = append(text, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(text)
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// CreateKey makes a key. Halves that are "" are made up; a client that has keys already may keep
// them, so that a changed base URL is all it needs.
func (r *Registry) CreateKey(ctx context.Context, caller audit.Caller, p Practice, developer string, permissions []string, secrets Secrets) (Key, Secrets, error) {
	if err := checkName("A developer", developer); err != nil {
		return Key{}, Secrets{}, err
	}
	if secrets.DeveloperKey == "" {
		secrets.DeveloperKey = randomText(keyLength, keyAlphabet)
	}
	if secrets.CustomerKey == "" {
		secrets.CustomerKey = randomText(keyLength, keyAlphabet)
	}
	for _, secret := range []string{secrets.DeveloperKey, secrets.CustomerKey} {
		if len(secret) < keyLength || strings.ContainsAny(secret, "/ \t\r\n") {
			return Key{}, Secrets{}, fault.New(fault.Invalid, "A key has at least %d characters, without blanks and slashes", keyLength)
		}
	}
	key := Key{Practice: p.Num, Developer: developer, Permissions: permissions}
	err := r.Hub.Write(ctx, caller, func(tx *record.Tx) error {
		key.CreatedAt = tx.At
		num, err := tx.Exec("INSERT INTO `apikey` (`PracticeNum`, `DeveloperName`, `DeveloperHash`, `CustomerHash`, `Permissions`, `CreatedAt`) VALUES (?, ?, ?, ?, ?, ?)",
			store.Int(p.Num), store.Text(developer), store.Text(hashOf(secrets.DeveloperKey)), store.Text(hashOf(secrets.CustomerKey)),
			store.Text(strings.Join(permissions, ",")), store.Text(tx.At.String()))
		if fault.Is(err, fault.Conflict) {
			return fault.New(fault.Conflict, "This customer key is in use already")
		}
		if err != nil {
			return err
		}
		key.Num = num
		return tx.Note(audit.Create, "apikey", num, strings.Join(permissions, ","))
	})
	return key, secrets, err
}

const keyColumns = "SELECT `KeyNum`, `PracticeNum`, `DeveloperName`, `Permissions`, `CreatedAt`, `RevokedAt`, `DeveloperHash` FROM `apikey` "

func scanKey(row store.Row) Key {
	created, _ := dental.ParseDateTime(string(row.Text(4)))
	revoked, _ := dental.ParseDateTime(string(row.Text(5)))
	return Key{
		Num: row.Int(0), Practice: Num(row.Int(1)), Developer: string(row.Text(2)),
		Permissions: strings.Split(string(row.Text(3)), ","), CreatedAt: created, RevokedAt: revoked,
	}
}

// Keys reads all keys.
func (r *Registry) Keys(ctx context.Context) ([]Key, error) {
	var keys []Key
	err := r.Hub.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query(keyColumns + "ORDER BY `KeyNum`")
		for rows.Next() {
			keys = append(keys, scanKey(rows))
		}
		return rows.Close()
	})
	return keys, err
}

// RevokeKey ends a key, within two milliseconds also for a server that runs, and returns which it was.
func (r *Registry) RevokeKey(ctx context.Context, caller audit.Caller, num int64) (key Key, err error) {
	err = r.Hub.Write(ctx, caller, func(tx *record.Tx) error {
		rows := tx.Query(keyColumns+"WHERE `KeyNum` = ?", store.Int(num))
		found := rows.Next()
		if found {
			key = scanKey(rows)
		}
		if err := rows.Close(); err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "There is no key %d; `bridgework key list` shows them", num)
		}
		if !key.RevokedAt.IsNone() {
			return fault.New(fault.Conflict, "Key %d was revoked on %s", num, key.RevokedAt)
		}
		if _, err := tx.Exec("UPDATE `apikey` SET `RevokedAt` = ? WHERE `KeyNum` = ?", store.Text(tx.At.String()), store.Int(num)); err != nil {
			return err
		}
		return tx.Note(audit.Revoke, "apikey", num, "")
	})
	return key, err
}

// errNotAuthenticated says no more than that: which half was wrong is nobody's business.
var errNotAuthenticated = fault.New(fault.Unauthenticated, "The API keys are not valid")

// keyCache holds the keys that were found since the hub last changed, by the hash of both halves. It
// saves each request a look-up; one commit anywhere, such as that of `bridgework key revoke`, ends it.
type keyCache struct {
	looking    sync.Mutex // held while the hub is asked
	mu         sync.RWMutex
	generation int64
	looked     time.Time // when the hub was last asked for its generation
	keys       map[[sha256.Size]byte]*Key
}

// lookAgain is how long the hub is taken to be unchanged after a look. It is the most that a revoked
// key can outlive its revocation, and it spares a busy server the look at each request.
const lookAgain = 2 * time.Millisecond

// Authenticate finds the key that the two halves open. A key that was revoked is returned along with
// the refusal, for the trail to name.
func (r *Registry) Authenticate(ctx context.Context, secrets Secrets) (*Key, error) {
	both := sha256.Sum256([]byte(secrets.DeveloperKey + "/" + secrets.CustomerKey))
	if key, _, current := r.keys.find(both); current && key != nil {
		return key, nil
	}
	generation, err := r.lookAtHub()
	if err != nil {
		return nil, err
	}
	key, _, _ := r.keys.find(both)
	if key != nil {
		return key, nil
	}
	if key, err = r.findKey(ctx, secrets); err == nil {
		r.keys.keep(generation, both, key)
	}
	return key, err
}

// lookAtHub asks whether the hub has changed, once for all that wish to know. When it has, what was
// read from it is read again.
func (r *Registry) lookAtHub() (generation int64, err error) {
	r.keys.looking.Lock()
	defer r.keys.looking.Unlock()
	if _, generation, current := r.keys.find([sha256.Size]byte{}); current {
		return generation, nil
	}
	if generation, err = r.Hub.DB.Generation(); err == nil && r.keys.look(generation) {
		r.open.doubt()
	}
	return generation, err
}

// find returns a key that is held, and whether the last look is recent enough to trust it.
func (c *keyCache) find(both [sha256.Size]byte) (key *Key, generation int64, current bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.keys[both], c.generation, time.Since(c.looked) < lookAgain
}

// look notes the hub's generation, and forgets all keys when it has changed.
func (c *keyCache) look(generation int64) (changed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if changed = c.generation != generation || c.keys == nil; changed {
		c.generation, c.keys = generation, make(map[[sha256.Size]byte]*Key)
	}
	c.looked = time.Now()
	return changed
}

// keep holds a key that was read after the generation was: a commit in between has another number.
func (c *keyCache) keep(generation int64, both [sha256.Size]byte, key *Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation == generation {
		c.keys[both] = key
	}
}

func (r *Registry) findKey(ctx context.Context, secrets Secrets) (*Key, error) {
	var key Key
	var found, same bool
	err := r.Hub.DB.Read(ctx, func(c store.Conn) error {
		// The row is found by the hash of a secret of 95 bits. What the time of the look-up tells of
		// that hash helps nobody to a key.
		rows := c.Query(keyColumns+"WHERE `CustomerHash` = ?", store.Text(hashOf(secrets.CustomerKey)))
		if found = rows.Next(); found {
			same = subtle.ConstantTimeCompare(rows.Text(6), []byte(hashOf(secrets.DeveloperKey))) == 1
			key = scanKey(rows)
		}
		return rows.Close()
	})
	if err != nil {
		return nil, err
	}
	if !found || !same {
		return nil, errNotAuthenticated
	}
	if !key.RevokedAt.IsNone() {
		return &key, errNotAuthenticated
	}
	return &key, nil
}
