package referral

import (
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// sought are the conditions that a search makes, each of one word of it.
type sought struct {
	names      []run // a part of one of the patient's names
	references []run // a part of a URN
	either     []run
}

// seek reads a search. A word with a digit is a part of a URN, whatever stands between its letters and digits; another one is a
// part of one of the patient's names. Up to three letters are the beginning of a URN too: of those that begin alike, as a
// practice's own do, only where a word with a digit says that a URN is meant. A comma parts words too, as in "Smith, John".
func seek(search string, beginAlike bool) (s sought) {
	words := strings.Fields(strings.ReplaceAll(dental.Fold(search), ",", " "))
	hasDigit := func(word string) bool { return strings.ContainsAny(word, "0123456789") }
	anyDigit := slices.ContainsFunc(words, hasDigit)
	for _, word := range words {
		urn := strings.ToUpper(strings.NewReplacer("-", "", "/", "", ".", "", "#", "").Replace(word))
		name := run{"`PatientFold` LIKE ? ESCAPE '!'", []store.Value{store.Text(like(foldName(word)))}}
		switch {
		case hasDigit(word):
			s.references = append(s.references, run{"`Urn` LIKE ? ESCAPE '!'", []store.Value{store.Text(like(urn))}})
		case isPrefix(urn) && (anyDigit || !beginAlike):
			begins := strings.TrimPrefix(like(urn), "%")
			s.either = append(s.either, run{"(" + name.where + " OR `Urn` LIKE ? ESCAPE '!')", append(name.args, store.Text(begins))})
		default:
			s.names = append(s.names, name)
		}
	}
	return s
}

// isPrefix tells whether a word can be the letters of a URN, or the first of them.
func isPrefix(urn string) bool {
	return len(urn) > 0 && len(urn) <= 3 && strings.Trim(urn, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// in is the run with what the search leaves of it.
func (s sought) in(r run) run {
	for _, word := range slices.Concat(s.names, s.references, s.either) {
		r = r.and(word.where, word.args...)
	}
	return r
}

// fewFound is up to how many referrals of a practice are found before its list is read. Where more are found the first page is
// full soon, in any order.
var fewFound = 200 // a variable for tests

// find looks for a practice's referrals in the index of its patients' names, or in that of its URNs, of which nothing else is read.
// It tells whether those are all that the list can have.
func (s sought) find(c store.Conn, practice int64) (found []store.Value, isAll bool, err error) {
	sql, args := s.findStatement(practice)
	rows := c.Query(sql, args...)
	for rows.Next() {
		found = append(found, store.Int(rows.Int(0)))
	}
	return found, len(found) <= fewFound, rows.Close()
}

func (s sought) findStatement(practice int64) (sql string, args []store.Value) {
	r := run{"`PracticeNum` = ?", []store.Value{store.Int(practice)}}
	words := s.names
	if len(words) == 0 {
		words = s.references
	}
	for _, word := range words {
		r = r.and(word.where, word.args...)
	}
	return numColumn + " FROM `referral` WHERE " + r.where + " LIMIT ?", append(r.args, store.Int(fewFound+1))
}
