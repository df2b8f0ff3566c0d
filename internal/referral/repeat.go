package referral

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// repeat is a call that may be sent again by its Idempotency-Key. Its answer is kept for a day, sealed: it holds
// the link, of which nothing else but a hash is kept.
type repeat struct {
	key     string // its hash, with the account and the call; "" is a call without one
	request string // the hash of what was given
	sealer  *seal.Sealer
	stale   bool // whether an answer is there that is too old
}

const longestIdempotencyKey = 255

func (d *Desk) repeat(caller *Caller, p Prefill, call string) (*repeat, error) {
	if p.IdempotencyKey == "" {
		return &repeat{}, nil
	}
	if len(p.IdempotencyKey) > longestIdempotencyKey || !isVisible(p.IdempotencyKey) {
		return nil, invalid("Idempotency-Key", "Idempotency-Key must be 1 to %d visible ASCII characters", longestIdempotencyKey)
	}
	sealer, err := d.sealer()
	if err != nil {
		return nil, err
	}
	return &repeat{key: hashOf(fmt.Sprintf("%d\x00%s\x00%s", caller.Account.Practice, call, p.IdempotencyKey)), request: requestHash(p), sealer: sealer}, nil
}

// requestHash is the same for the same parameters in any order and encoding.
func requestHash(p Prefill) string {
	var data []byte
	for i := range parameters {
		value := p.Given[parameters[i].name]
		data = binary.AppendUvarint(data, uint64(len(value)))
		data = append(data, value...)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func isVisible(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// answer finds the first call's answer.
func (r *repeat) answer(tx *record.Tx, made *opened) (answered bool, err error) {
	if r.key == "" {
		return false, nil
	}
	var request, sealed string
	var at dental.DateTime
	found, err := one(tx, func(row store.Row) {
		request, sealed, at = string(row.Text(0)), string(row.Text(1)), dateTime(row.Text(2))
	},
		"SELECT `RequestHash`, `Answer`, `CreatedAt` FROM `idempotency` WHERE `KeyHash` = ?", store.Text(r.key))
	if err != nil || !found {
		r.stale = false
		return false, err
	}
	if r.stale = at.AddSeconds(repeatLasts).Before(tx.At); r.stale {
		return false, nil
	}
	if request != r.request {
		return false, invalid("Idempotency-Key", "Idempotency-Key was sent before with other parameters; choose a new one for another form")
	}
	text, err := r.sealer.Open(sealed)
	if err != nil {
		return false, fmt.Errorf("referral: a kept answer: %w", err)
	}
	return true, json.Unmarshal([]byte(text), made)
}

// keep stores the answer, in the commit of what it says.
func (r *repeat) keep(tx *record.Tx, caller *Caller, made opened) error {
	if r.key == "" {
		return nil
	}
	text, err := json.Marshal(made)
	if err != nil {
		return err
	}
	if r.stale {
		if err := tx.Send("DELETE FROM `idempotency` WHERE `KeyHash` = ?", store.Text(r.key)); err != nil {
			return err
		}
	}
	return tx.Send("INSERT INTO `idempotency` (`KeyHash`, `PracticeNum`, `RequestHash`, `Answer`, `CreatedAt`) VALUES (?, ?, ?, ?, ?)",
		store.Text(r.key), store.Int(caller.Account.Practice), store.Text(r.request), store.Text(r.sealer.Seal(string(text))), store.Text(tx.At.String()))
}

// invalid is a fault of one field.
func invalid(field, format string, args ...any) error {
	return fault.InvalidFields([]fault.Field{{Name: field, Text: fmt.Sprintf(format, args...)}})
}
