package intake

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// identity is by what a patient is found again.
type identity struct {
	last, first string // folded
	birth       dental.Date
	phone       string // its digits and letters
	email       string // folded
}

func identityOf(fields Fields) identity {
	id := identity{
		last: dental.Fold(strings.TrimSpace(fields.Text("LastName"))), first: dental.Fold(strings.TrimSpace(fields.Text("FirstName"))),
		phone: digits(fields.Text("Phone")), email: dental.Fold(strings.TrimSpace(fields.Text("PersonEmail"))),
	}
	id.birth, _ = dental.ParseDate(fields.Text("PersonBirthdate"))
	return id
}

// digits is a telephone number without its punctuation. Letters stay: they are written where a digit is hidden.
func digits(phone string) string {
	kept := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, phone)
	return kept[:min(len(kept), 40)]
}

func indexPatient(tx *record.Tx, practice int64, patient Record) error {
	id := identityOf(patient.Fields)
	return tx.Send("INSERT INTO `intakepatient` (`RecordNum`, `PracticeNum`, `LastFold`, `FirstFold`, `BirthDate`, `PhoneDigits`, `EmailFold`) VALUES (?, ?, ?, ?, ?, ?, ?)",
		store.Int(patient.Num), store.Int(practice), store.Text(id.last), store.Text(id.first), store.Text(id.birth.String()), store.Text(id.phone), store.Text(id.email))
}

// The evidence that two patients are one, and the score from which they are taken for one. A name alone is not
// enough, and two dates of birth that differ are two patients.
const (
	scoreBirth = 60
	scoreFirst = 25
	scorePhone = 30
	scoreEmail = 30
	sure       = 55
)

// score is how sure it is that a patient is one whose last name is the same.
func (id identity) score(other identity) int {
	if !id.birth.IsNone() && !other.birth.IsNone() && id.birth != other.birth {
		return 0
	}
	score := 0
	if !id.birth.IsNone() && id.birth == other.birth {
		score += scoreBirth
	}
	if id.first != "" && id.first == other.first {
		score += scoreFirst
	}
	if id.phone != "" && id.phone == other.phone {
		score += scorePhone
	}
	if id.email != "" && id.email == other.email {
		score += scoreEmail
	}
	return score
}

// Several is the fault of a patient who might be any of several.
var Several = fault.New(fault.Conflict, "Several patients match equally well; send the id of the one that is meant")

// match finds the patient of the organisation that fits best. found is false where none fits well enough.
func match(c store.Conn, practice int64, fields Fields) (num int64, found bool, err error) {
	wanted := identityOf(fields)
	best, count := 0, 0
	rows := c.Query("SELECT `RecordNum`, `LastFold`, `FirstFold`, `BirthDate`, `PhoneDigits`, `EmailFold` FROM `intakepatient` WHERE `PracticeNum` = ? AND `LastFold` = ? ORDER BY `RecordNum`",
		store.Int(practice), store.Text(wanted.last))
	for rows.Next() {
		other := identity{last: string(rows.Text(1)), first: string(rows.Text(2)), phone: string(rows.Text(4)), email: string(rows.Text(5))}
		other.birth, _ = dental.ParseDate(string(rows.Text(3)))
		switch score := wanted.score(other); {
		case score < sure || score < best:
		case score == best:
			count++
		default:
			best, count, num = score, 1, rows.Int(0)
		}
	}
	if err := rows.Close(); err != nil {
		return 0, false, err
	}
	if count > 1 {
		return 0, false, Several
	}
	return num, count == 1, nil
}
