package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// A code of the authenticator is good for a step of thirty seconds, and for one before and after, because clocks differ.
const (
	stepSeconds = 30
	stepSkew    = 1
)

// RecoveryCodes is how many recovery codes are made at once.
const RecoveryCodes = 10

// plainCode is a code without what people put between its signs.
func plainCode(code string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '–' || r == '\t' {
			return -1
		}
		return r
	}, code))
}

// isDigits tells a code of the authenticator from a recovery code.
func isDigits(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

// counterOf is the step whose code this is, 0 for none. sealed is the person's secret, "" for none.
func (r *Room) counterOf(sealed, code string) (int64, error) {
	if sealed == "" || !isDigits(code) {
		return 0, nil
	}
	sealer, err := r.options.Sealer()
	if err != nil {
		return 0, err
	}
	secret, err := sealer.Open(sealed)
	if err != nil {
		return 0, err
	}
	found, newest := int64(0), r.newestStep()
	for at := newest - 2*stepSkew; at <= newest; at++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(at), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = at
		}
	}
	return found, nil
}

// newestStep is the latest step of an authenticator whose code is good now.
func (r *Room) newestStep() int64 { return r.hub.Clock().Unix()/stepSeconds + stepSkew }

// useCode uses a code up: a step of the authenticator that is later than the last one, or a recovery code. newest is the latest step
// of which a code is good now: a last one after it is from before the clock was put back, and keeps nobody out.
func (p *person) useCode(tx *record.Tx, newest, counter int64, code string) (isRight bool, err error) {
	if isDigits(code) {
		if counter == 0 || counter <= p.totpLast && p.totpLast <= newest {
			return false, nil
		}
		return true, tx.Send("UPDATE `person` SET `TotpLast` = ? WHERE `PersonNum` = ?", store.Int(counter), store.Int(p.num))
	}
	var num int64
	found, err := one(tx, func(r store.Row) { num = r.Int(0) },
		"SELECT `CodeNum` FROM `recoverycode` WHERE `PersonNum` = ? AND `CodeHash` = ? AND `UsedAt` = '0001-01-01 00:00:00'", store.Int(p.num), store.Text(hashOf(code)))
	if err != nil || !found {
		return false, err
	}
	if err := tx.Send("UPDATE `recoverycode` SET `UsedAt` = ? WHERE `CodeNum` = ?", store.Text(tx.At.String()), store.Int(num)); err != nil {
		return false, err
	}
	return true, tx.Note(audit.Update, "recoverycode", num, "UsedAt")
}

// Enrolment is what an authenticator is given to make codes of.
type Enrolment struct {
	Secret string // to be typed in, in base32
	URI    string // to be shown as a picture that is scanned
}

// BeginSecondFactor makes a secret for an authenticator; codes are asked for when one was confirmed.
func (r *Room) BeginSecondFactor(ctx context.Context, v *Visitor, current string) error {
	if err := r.confirm(ctx, v, current); err != nil {
		return err
	}
	sealer, err := r.options.Sealer()
	if err != nil {
		return err
	}
	var random [20]byte
	rand.Read(random[:])
	sealed := sealer.Seal(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random[:]))
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		p, err := personOf(tx, v.Person)
		if err != nil {
			return err
		}
		if p.totp != "" {
			return fault.New(fault.Conflict, "Codes are asked for already; turn that off first")
		}
		if err := tx.Send("UPDATE `person` SET `TotpPending` = ? WHERE `PersonNum` = ?", store.Text(sealed), store.Int(v.Person)); err != nil {
			return err
		}
		return tx.Note(audit.Update, "person", v.Person, "TotpPending")
	})
}

// Enrolment is the secret that waits to be confirmed; NotFound where none does.
func (r *Room) Enrolment(ctx context.Context, v *Visitor) (Enrolment, error) {
	var p person
	err := r.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		p, err = personOf(c, v.Person)
		return err
	})
	if err != nil {
		return Enrolment{}, err
	}
	if p.pending == "" {
		return Enrolment{}, fault.New(fault.NotFound, "No authenticator is being set up")
	}
	sealer, err := r.options.Sealer()
	if err != nil {
		return Enrolment{}, err
	}
	secret, err := sealer.Open(p.pending)
	if err != nil {
		return Enrolment{}, err
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return Enrolment{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Bridgework", AccountName: p.email, Secret: raw, Period: stepSeconds})
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{secret, key.URL()}, nil
}

// ConfirmSecondFactor turns the second factor on with the first code that the authenticator makes, and gives out recovery codes, for once.
func (r *Room) ConfirmSecondFactor(ctx context.Context, v *Visitor, code string) (codes []string, err error) {
	var p person
	err = r.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		p, err = personOf(c, v.Person)
		return err
	})
	if err != nil {
		return nil, err
	}
	seen := p.pending
	counter, err := r.counterOf(seen, plainCode(code))
	if err != nil {
		return nil, err
	}
	if counter == 0 {
		return nil, fault.InvalidFields([]fault.Field{{Name: "code", Text: "This is not the code that the app shows now; check that its clock is right, and enter the six digits"}})
	}
	codes, hashes := newCodes()
	err = r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		p, err := personOf(tx, v.Person)
		if err != nil {
			return err
		}
		if p.pending != seen {
			return fault.New(fault.Conflict, "This was begun anew in another window; go on there")
		}
		if err := tx.Send("UPDATE `person` SET `TotpSecret` = ?, `TotpPending` = '', `TotpLast` = ? WHERE `PersonNum` = ?", store.Text(seen), store.Int(counter), store.Int(v.Person)); err != nil {
			return err
		}
		if err := tx.Note(audit.Update, "person", v.Person, "TotpSecret"); err != nil {
			return err
		}
		return replaceCodes(tx, v.Person, hashes)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// EndSecondFactor turns it off, and ends the recovery codes.
func (r *Room) EndSecondFactor(ctx context.Context, v *Visitor, current string) error {
	if err := r.confirm(ctx, v, current); err != nil {
		return err
	}
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error { return endSecondFactor(tx, v.Person) })
}

func endSecondFactor(tx *record.Tx, person int64) error {
	if err := tx.Send("UPDATE `person` SET `TotpSecret` = '', `TotpPending` = '' WHERE `PersonNum` = ?", store.Int(person)); err != nil {
		return err
	}
	if err := tx.Note(audit.Update, "person", person, "TotpSecret"); err != nil {
		return err
	}
	return replaceCodes(tx, person, nil)
}

// NewRecoveryCodes ends the recovery codes, and gives out others, for once.
func (r *Room) NewRecoveryCodes(ctx context.Context, v *Visitor, current string) (codes []string, err error) {
	if err := r.confirm(ctx, v, current); err != nil {
		return nil, err
	}
	codes, hashes := newCodes()
	err = r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		p, err := personOf(tx, v.Person)
		if err != nil {
			return err
		}
		if p.totp == "" {
			return fault.New(fault.Conflict, "Recovery codes stand in for an authenticator; set one up first")
		}
		return replaceCodes(tx, v.Person, hashes)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// newCodes makes recovery codes of 80 bits each, so that a plain hash of one cannot be searched.
func newCodes() (codes, hashes []string) {
	for range RecoveryCodes {
		var random [10]byte
		rand.Read(random[:])
		code := base32.StdEncoding.EncodeToString(random[:])
		hashes = append(hashes, hashOf(code))
		codes = append(codes, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
	}
	return codes, hashes
}

func replaceCodes(tx *record.Tx, person int64, hashes []string) error {
	if err := tx.Send("DELETE FROM `recoverycode` WHERE `PersonNum` = ?", store.Int(person)); err != nil {
		return err
	}
	for _, hash := range hashes {
		if err := tx.Send("INSERT INTO `recoverycode` (`PersonNum`, `CodeHash`) VALUES (?, ?)", store.Int(person), store.Text(hash)); err != nil {
			return err
		}
	}
	return tx.Note(audit.Update, "person", person, "recoverycode")
}
