package od

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Match is a patient of a practice who may be the one that a referral is about.
type Match struct {
	PatNum    dental.PatNum
	LName     string
	FName     string
	Birthdate dental.Date
	Score     int      // of 100
	Evidence  []string // what is the same, and what is not, in words
}

// MatchLine is the score from which a patient may be linked without being asked about, where no other has it. Names and date of
// birth that are the same reach it; without the date of birth nothing does.
const MatchLine = 90

// leastMatch is the score under which a patient is not worth looking at.
const leastMatch = 35

// match compares a patient with what a referral says of one.
func match(in Incoming, p *Patient) Match {
	m := Match{PatNum: p.PatNum, LName: p.LName, FName: p.FName, Birthdate: p.Birthdate}
	count := func(score int, evidence string) {
		m.Score += score
		m.Evidence = append(m.Evidence, evidence)
	}
	last, theirs := dental.Fold(in.Last), dental.Fold(p.LName)
	switch {
	case last == theirs:
		count(30, "same last name")
	case nearlySame(last, theirs):
		count(15, "last name differs in a letter")
	default:
		count(0, "another last name")
	}
	first := dental.Fold(in.First)
	switch {
	case first == dental.Fold(p.FName):
		count(20, "same first name")
	case p.Preferred != "" && first == dental.Fold(p.Preferred):
		count(20, "same as the preferred name")
	case nearlySame(first, dental.Fold(p.FName)):
		count(9, "first name differs in a letter")
	case first != "" && strings.HasPrefix(dental.Fold(p.FName), first[:1]):
		count(5, "same first letter of the first name")
	default:
		count(0, "another first name")
	}
	switch {
	case in.Birthdate.IsNone() || p.Birthdate.IsNone():
		count(0, "date of birth not known")
	case in.Birthdate == p.Birthdate:
		count(40, "same date of birth")
	case turned(in.Birthdate, p.Birthdate):
		count(15, "day and month of birth are exchanged")
	case oneOff(in.Birthdate, p.Birthdate):
		count(12, "date of birth differs in the day, the month or the year")
	default:
		count(0, "another date of birth")
	}
	if phone := dental.Digits(in.Phone); len(phone) >= 7 && slices.Contains([]string{dental.Digits(p.WirelessPhone), dental.Digits(p.HmPhone), dental.Digits(p.WkPhone)}, phone) {
		count(5, "same telephone number")
	}
	if in.Email != "" && strings.EqualFold(strings.TrimSpace(in.Email), strings.TrimSpace(p.Email)) {
		count(5, "same e-mail address")
	}
	return m
}

// nearlySame tells whether one letter is exchanged, missing or added, or two beside each other have changed places.
func nearlySame(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 3 || len(y)-len(x) > 1 {
		return false
	}
	at := 0
	for at < len(x) && x[at] == y[at] {
		at++
	}
	if len(x) < len(y) {
		return slices.Equal(x[at:], y[at+1:])
	}
	if at == len(x) {
		return true
	}
	if slices.Equal(x[at+1:], y[at+1:]) {
		return true
	}
	return at+1 < len(x) && x[at] == y[at+1] && x[at+1] == y[at] && slices.Equal(x[at+2:], y[at+2:])
}

// turned tells whether day and month have changed places.
func turned(a, b dental.Date) bool {
	y1, m1, d1 := a.Calendar()
	y2, m2, d2 := b.Calendar()
	return y1 == y2 && int(m1) == d2 && int(m2) == d1
}

// oneOff tells whether two of day, month and year are the same.
func oneOff(a, b dental.Date) bool {
	y1, m1, d1 := a.Calendar()
	y2, m2, d2 := b.Calendar()
	same := 0
	for _, is := range []bool{y1 == y2, m1 == m2, d1 == d2} {
		if is {
			same++
		}
	}
	return same == 2
}

// matches are the patients who may be meant, the best first: those of the same last name or the same day of birth are looked at.
func matches(c store.Conn, in Incoming) (found []Match, err error) {
	conditions := []struct {
		where string
		arg   store.Value
	}{{"`LNameFold` = ?", store.Text(dental.Fold(in.Last))}}
	if !in.Birthdate.IsNone() {
		conditions = append(conditions, struct {
			where string
			arg   store.Value
		}{"`Birthdate` = ?", store.Text(in.Birthdate.String())})
	}
	seen := make(map[dental.PatNum]bool)
	for _, condition := range conditions {
		all, err := patients.Find(c, "WHERE "+condition.where+" AND `PatStatus` <> ? ORDER BY `PatNum` LIMIT 200", condition.arg, store.Int(dental.PatStatusDeleted))
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			if m := match(in, p); m.Score >= leastMatch && !seen[p.PatNum] {
				seen[p.PatNum] = true
				found = append(found, m)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Match) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.PatNum, b.PatNum)) })
	return found, nil
}

// Matching is which patient a referral that came in is linked to, and who else may be meant.
type Matching struct {
	Linked     Match
	IsMade     bool // the patient was made for the referral
	Candidates []Match
}

// MatchingOf reads the matching of a referral that a practice has received. It is NotFound where the chart has none of it.
func MatchingOf(ctx context.Context, desk Desk, urn string, in Incoming) (m Matching, err error) {
	err = desk.Book.DB.Snapshot(ctx, func(c store.Conn) error {
		m = Matching{}
		link, attach, err := received(c, urn)
		if err != nil {
			return err
		}
		linked, err := patients.Get(c, int64(attach.PatNum))
		if err != nil {
			return err
		}
		m.Linked, m.IsMade = match(in, linked), link.MadePatNum == attach.PatNum
		all, err := matches(c, in)
		for _, one := range all {
			if one.PatNum != attach.PatNum {
				m.Candidates = append(m.Candidates, one)
			}
		}
		return err
	})
	return m, err
}

func received(c store.Conn, urn string) (*NetworkLink, *RefAttach, error) {
	link, err := linkByURN(c, urn, false)
	if err == nil && (link == nil || link.IsGone) {
		err = fault.New(fault.NotFound, "The chart does not know the referral %s", urn)
	}
	if err != nil {
		return nil, nil, err
	}
	attach, err := refAttaches.Get(c, int64(link.RefAttachNum))
	return link, attach, err
}

// Relink links a referral that came in to another patient of the practice: whom a person has found to be the one. A patient who
// was made for the referral, and of whom nothing else is known, is marked as deleted.
func Relink(ctx context.Context, desk Desk, urn string, to dental.PatNum) error {
	return desk.write(ctx, func(tx *record.Tx) error {
		link, attach, err := received(tx, urn)
		if err != nil {
			return err
		}
		if attach.PatNum == to {
			return nil
		}
		if _, err := livingPatient(tx, to); err != nil {
			return err
		}
		from := attach.PatNum
		changed := *attach
		changed.PatNum = to
		if err := placeAgain(tx, &changed); err != nil {
			return err
		}
		if err := record.Update(tx, refAttaches, attach, &changed); err != nil {
			return err
		}
		if err := movePapers(tx, attach.RefAttachNum, from, to); err != nil {
			return err
		}
		if err := addCommlog(tx, &Commlog{PatNum: to, CommDateTime: tx.At, Note: fmt.Sprintf("The referral was linked to this patient by hand (%s)", urn),
			Mode: dental.CommModeNone, SentOrReceived: dental.CommReceived}, "MISC"); err != nil {
			return err
		}
		if from != link.MadePatNum {
			return nil
		}
		return endMadePatient(tx, from)
	})
}

// endMadePatient marks a patient as deleted of whom nothing is known but the referral for which they were made.
func endMadePatient(tx *record.Tx, num dental.PatNum) error {
	for _, table := range []string{"appointment", "procedurelog", "document", "refattach"} {
		rows := tx.Query("SELECT 1 FROM `"+table+"` WHERE `PatNum` = ? LIMIT 1", store.Int(num))
		has := rows.Next()
		if err := rows.Close(); err != nil || has {
			return err
		}
	}
	patient, err := patients.Get(tx, int64(num))
	if err != nil {
		return err
	}
	changed := *patient
	changed.PatStatus = dental.PatStatusDeleted
	return record.Update(tx, patients, patient, &changed)
}
