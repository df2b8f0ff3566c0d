package referral

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// nameEnd ends each name of a key. No folded text has it, and every key has: that one is of another shape is seen by it, and two
// keys differ before either is over, so that it does not matter how an engine orders what comes before a blank.
const nameEnd = "\x01"

// nameKey is what patients are ordered by and found by: the family name, the given name, the date of birth. "Van" comes before
// "Van Dyke". The date is in it as digits, which no search for a name has.
func nameKey(first, last string, born dental.Date) string {
	key := foldName(last) + nameEnd + foldName(first) + nameEnd
	if !born.IsNone() {
		key += strings.ReplaceAll(born.String(), "-", "")
	}
	return key
}

// strokes are the letters that have no accent to leave out, as who has another keyboard types them, and where they are looked for.
var strokes = strings.NewReplacer("ł", "l", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ħ", "h", "ŧ", "t", "ı", "i")

// foldName is a name, or a word of a search for one, as it is compared.
func foldName(name string) string { return strokes.Replace(dental.Fold(strings.TrimSpace(name))) }

// keyNames makes the keys of those referrals that were stored when a key was the name as it is written, or that a program of then
// has stored. It looks once, when the desk begins: what it stores itself has a key.
func (d *Desk) keyNames(ctx context.Context) error {
	if d.namesKeyed.Load() {
		return nil
	}
	type named struct {
		num         int64
		first, last string
		born        dental.Date
	}
	for after := int64(0); ; {
		var found []named
		if err := d.hub.DB.Read(ctx, func(c store.Conn) error {
			found = nil
			rows := c.Query("SELECT `ReferralNum`, `PatientFirst`, `PatientLast`, `BirthDate` FROM `referral` WHERE `ReferralNum` > ? AND `PatientFold` NOT LIKE ? ORDER BY `ReferralNum` LIMIT ?",
				store.Int(after), store.Text("%"+nameEnd+"%"), store.Int(tidyAtOnce))
			for rows.Next() {
				found = append(found, named{rows.Int(0), string(rows.Text(1)), string(rows.Text(2)), date(rows.Text(3))})
			}
			return rows.Close()
		}); err != nil {
			return err
		}
		if len(found) == 0 {
			d.namesKeyed.Store(true)
			return nil
		}
		// Where the name was changed meanwhile its key was made by that.
		if err := d.write(ctx, background, func(tx *record.Tx) error {
			for _, one := range found {
				if err := tx.Send("UPDATE `referral` SET `PatientFold` = ? WHERE `ReferralNum` = ? AND `PatientFold` NOT LIKE ?",
					store.Text(nameKey(one.first, one.last, one.born)), store.Int(one.num), store.Text("%"+nameEnd+"%")); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		after = found[len(found)-1].num
	}
}
