// Package audit keeps the trail: who did or tried what, and when. Each entry carries the hash of the
// one before it, so that a changed, removed or inserted entry is found by Verify. It knows no rules
// and no dialect, and an entry holds ids, kinds and names of columns, never what was in them.
package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Caller is who acts.
type Caller struct {
	KeyNum    int64  // the API key; 0 is the operator, or nobody known
	Name      string // the developer's name, or "operator"
	RequestID string
}

// Operator is the person at the command line.
var Operator = Caller{Name: "operator"}

// Action is what was done or refused.
type Action string

// The actions.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
	Import Action = "import"
	Refuse Action = "refuse"
	Revoke Action = "revoke"
	View   Action = "view" // what was read by somebody who has no account
)

// Entry is one line of the trail.
type Entry struct {
	Num       int64
	At        dental.DateTime
	Caller    Caller
	Action    Action
	Target    string // a table, or for a refusal the method and route
	TargetNum int64  // the row's key
	Detail    string // names of columns, or the kind of the refusal and the fields at fault
}

// Head is the end of the trail, to which the next entry is chained.
type Head struct {
	Num  int64
	At   dental.DateTime
	Hash string
}

const columns = "`AuditNum`, `LoggedAt`, `KeyNum`, `Caller`, `RequestID`, `Action`, `Target`, `TargetNum`, `Detail`, `PrevHash`, `Hash`"

// ReadHead finds the end of the trail; the zero Head is an empty trail.
func ReadHead(c store.Conn) (Head, error) {
	rows := c.Query("SELECT `AuditNum`, `LoggedAt`, `Hash` FROM `auditevent` ORDER BY `AuditNum` DESC LIMIT 1")
	var head Head
	if rows.Next() {
		head.Num = rows.Int(0)
		head.At, _ = dental.ParseDateTime(string(rows.Text(1)))
		head.Hash = string(rows.Text(2))
	}
	return head, rows.Close()
}

// headKey is what a transaction remembers the end of the trail by.
type headKey struct{}

// LastHead is ReadHead for a transaction, which need not read what nobody else has changed.
func LastHead(tx store.Tx) (Head, error) {
	if head, ok := tx.Recall(headKey{}).(Head); ok {
		return head, nil
	}
	return ReadHead(tx)
}

// Append adds an entry after head and returns the new head. The entry's number is given here: the
// trail has no gaps.
func Append(tx store.Tx, head Head, entry Entry) (Head, error) {
	entry.Num = head.Num + 1
	entry.Detail = bounded(entry.Detail)
	next := Head{Num: entry.Num, At: entry.At, Hash: entry.hash(head.Hash)}
	err := tx.Send("INSERT INTO `auditevent` ("+columns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		store.Int(entry.Num), store.Text(entry.At.String()), store.Int(entry.Caller.KeyNum),
		store.Text(entry.Caller.Name), store.Text(entry.Caller.RequestID), store.Text(entry.Action),
		store.Text(entry.Target), store.Int(entry.TargetNum), store.Text(entry.Detail),
		store.Text(head.Hash), store.Text(next.Hash))
	tx.Remember(headKey{}, next)
	return next, err
}

// bounded keeps a detail within its column.
func bounded(detail string) string {
	const longest = 1000
	if runes := []rune(detail); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return detail
}

// hash chains the entry to the one before. Every part is preceded by its length, so that no two
// different entries are written alike.
func (e Entry) hash(previous string) string {
	var data []byte
	part := func(text string) {
		data = binary.AppendUvarint(data, uint64(len(text)))
		data = append(data, text...)
	}
	part(previous)
	data = binary.AppendVarint(data, e.Num)
	part(e.At.String())
	data = binary.AppendVarint(data, e.Caller.KeyNum)
	part(e.Caller.Name)
	part(e.Caller.RequestID)
	part(string(e.Action))
	part(e.Target)
	data = binary.AppendVarint(data, e.TargetNum)
	part(e.Detail)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Verify walks the trail and returns its head. The error names the first entry that is not as it
// was written: changed, missing, or put in later.
func Verify(c store.Conn) (Head, error) {
	rows := c.Query("SELECT " + columns + " FROM `auditevent` ORDER BY `AuditNum`")
	var head Head
	var broken error
	commands := make(map[int64]string)
	for broken == nil && rows.Next() {
		entry, err := scan(rows)
		if hash := commandHash(entry.Detail); hash != "" {
			commands[entry.Num] = hash
		}
		hash := entry.hash(head.Hash)
		switch {
		case entry.Num != head.Num+1:
			broken = fmt.Errorf("entry %d is missing: entry %d follows entry %d", head.Num+1, entry.Num, head.Num)
		case err != nil, string(rows.Text(10)) != hash:
			broken = fmt.Errorf("entry %d of %s is not as it was written", entry.Num, rows.Text(1))
		case string(rows.Text(9)) != head.Hash:
			broken = fmt.Errorf("entry %d of %s does not follow the entry before it", entry.Num, rows.Text(1))
		}
		if broken == nil {
			head = Head{Num: entry.Num, At: entry.At, Hash: hash}
		}
	}
	if err := rows.Close(); err != nil {
		return head, err
	}
	if broken == nil {
		broken = verifyCommands(c, commands)
	}
	return head, broken
}

// CheckEnd finds a trail that was cut short: last is the highest number that was ever given to an
// entry, as the database remembers it.
func CheckEnd(head Head, last int64) error {
	if last > head.Num {
		return fmt.Errorf("entry %d is missing: the trail ends with entry %d, and %d were written", head.Num+1, head.Num, last)
	}
	return nil
}

// List reads the newest entries, newest first.
func List(c store.Conn, limit int) ([]Entry, error) {
	rows := c.Query("SELECT "+columns+" FROM `auditevent` ORDER BY `AuditNum` DESC LIMIT ?", store.Int(limit))
	var entries []Entry
	for rows.Next() {
		entry, _ := scan(rows) // a stamp that cannot be read is for Verify to say
		entries = append(entries, entry)
	}
	return entries, rows.Close()
}

func scan(row store.Row) (Entry, error) {
	at, err := dental.ParseDateTime(string(row.Text(1)))
	return Entry{
		Num:       row.Int(0),
		At:        at,
		Caller:    Caller{KeyNum: row.Int(2), Name: string(row.Text(3)), RequestID: string(row.Text(4))},
		Action:    Action(row.Text(5)),
		Target:    string(row.Text(6)),
		TargetNum: row.Int(7),
		Detail:    string(row.Text(8)),
	}, err
}
