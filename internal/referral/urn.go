package referral

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// lastOfPrefix is the highest number that seven digits hold; after it the practice gets another prefix.
const lastOfPrefix = 9_999_999

// ParseURN reads a URN as people and programs write it: ten letters and digits, in either case, with blanks around.
func ParseURN(text string) (urn string, ok bool) {
	urn = strings.ToUpper(strings.TrimSpace(text))
	if len(urn) != 10 {
		return "", false
	}
	for i := range len(urn) {
		if (urn[i] < 'A' || urn[i] > 'Z') && (urn[i] < '0' || urn[i] > '9') {
			return "", false
		}
	}
	return urn, true
}

// urnKey is what a transaction remembers a practice's counter by.
type urnKey struct{ practice int64 }

type counter struct {
	prefix string
	last   int64
}

// takeURN gives the practice's next URN, in the transaction that writes the row which it names: a write that is
// undone gives it back, so that there is no gap, and a number is never given twice.
func takeURN(tx *record.Tx, practice int64) (string, error) {
	// Within a busy server's shared commits the counter need not be read again.
	now, known := tx.Recall(urnKey{practice}).(counter)
	if !known {
		var err error
		if now, err = readCounter(tx, practice); err != nil {
			return "", err
		}
	}
	if now.last >= lastOfPrefix {
		var err error
		if now, err = newCounter(tx, practice); err != nil {
			return "", err
		}
	}
	now.last++
	if err := tx.Send("UPDATE `urncounter` SET `LastNumber` = ? WHERE `Prefix` = ?", store.Int(now.last), store.Text(now.prefix)); err != nil {
		return "", err
	}
	tx.Remember(urnKey{practice}, now)
	return fmt.Sprintf("%s%07d", now.prefix, now.last), nil
}

func readCounter(tx *record.Tx, practice int64) (now counter, err error) {
	found, err := one(tx, func(row store.Row) { now = counter{string(row.Text(0)), row.Int(1)} },
		"SELECT `c`.`Prefix`, `c`.`LastNumber` FROM `practice` AS `p` JOIN `urncounter` AS `c` ON `c`.`Prefix` = `p`.`UrnPrefix` WHERE `p`.`PracticeNum` = ?",
		store.Int(practice))
	if err != nil || found {
		return now, err
	}
	return newCounter(tx, practice)
}

// newCounter gives a practice a prefix that no other one has or had.
func newCounter(tx *record.Tx, practice int64) (counter, error) {
	var name string
	if _, err := one(tx, func(row store.Row) { name = string(row.Text(0)) },
		"SELECT `Name` FROM `practice` WHERE `PracticeNum` = ?", store.Int(practice)); err != nil {
		return counter{}, err
	}
	taken := make(map[string]bool)
	rows := tx.Query("SELECT `Prefix` FROM `urncounter`")
	for rows.Next() {
		taken[string(rows.Text(0))] = true
	}
	if err := rows.Close(); err != nil {
		return counter{}, err
	}
	prefix, ok := prefixFor(name, func(prefix string) bool { return !taken[prefix] })
	if !ok {
		return counter{}, fault.Wrap(fault.Internal, fmt.Errorf("referral: all prefixes of URNs are taken"), "")
	}
	if err := tx.Send("INSERT INTO `urncounter` (`Prefix`, `PracticeNum`, `LastNumber`) VALUES (?, ?, 0)", store.Text(prefix), store.Int(practice)); err != nil {
		return counter{}, err
	}
	err := tx.Send("UPDATE `practice` SET `UrnPrefix` = ? WHERE `PracticeNum` = ?", store.Text(prefix), store.Int(practice))
	return counter{prefix: prefix}, err
}

// prefixFor makes three letters of a practice's name: the initials of three words, or its first letters, or others
// of its letters in their order; and where all of these are taken, any that are free.
func prefixFor(name string, free func(string) bool) (prefix string, ok bool) {
	var letters []byte
	var initials []byte
	start := true
	for _, r := range strings.ToUpper(dental.Fold(name)) {
		if r < 'A' || r > 'Z' {
			start = r == ' ' || r == '-' || start
			continue
		}
		if letters = append(letters, byte(r)); start {
			initials = append(initials, byte(r))
		}
		start = false
	}
	if len(initials) >= 3 && free(string(initials[:3])) {
		return string(initials[:3]), true
	}
	for second := 1; second < len(letters); second++ {
		for third := second + 1; third < len(letters); third++ {
			if made := string([]byte{letters[0], letters[second], letters[third]}); free(made) {
				return made, true
			}
		}
	}
	const all = 26 * 26 * 26
	hash := fnv.New32a()
	hash.Write([]byte(name))
	begin := int(hash.Sum32() % all)
	for i := range all {
		n := (begin + i) % all
		if made := string([]byte{'A' + byte(n/676), 'A' + byte(n/26%26), 'A' + byte(n%26)}); free(made) {
			return made, true
		}
	}
	return "", false
}
