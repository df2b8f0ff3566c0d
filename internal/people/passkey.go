package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Passkey is one of a person's passkeys, as they know it.
type Passkey struct {
	Num               int64
	Name              string
	CreatedAt, UsedAt dental.DateTime // UsedAt is none until it was
}

// MostPasskeys is how many a person can have.
const MostPasskeys = 20

// relyingParty is whose passkeys they are: a host's. It has none where the pages are reached by a number: browsers do not bind passkeys to one.
type relyingParty struct {
	web  *webauthn.WebAuthn
	host string
}

func relyingPartyOf(base string) relyingParty {
	at, err := url.Parse(base)
	if err != nil || at.Host == "" {
		return relyingParty{}
	}
	host, origin := at.Hostname(), at.Scheme+"://"+at.Host
	if ip := net.ParseIP(host); ip != nil {
		if !ip.IsLoopback() {
			return relyingParty{}
		}
		// The same machine, by its name.
		host, origin = "localhost", at.Scheme+"://"+net.JoinHostPort("localhost", at.Port())
		if at.Port() == "" {
			origin = at.Scheme + "://localhost"
		}
	}
	if at.Scheme != "https" && host != "localhost" {
		return relyingParty{}
	}
	web, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Bridgework", RPOrigins: []string{origin},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		AttestationPreference: protocol.PreferNoAttestation,
		// What a password manager adds by itself is not read, and keeps nobody out.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return relyingParty{}
	}
	return relyingParty{web, host}
}

// PasskeyHost is the host at which passkeys work; "" where they work at none.
func (r *Room) PasskeyHost() string { return r.passkeys.host }

var errNoPasskeys = fault.New(fault.Conflict, "Passkeys need a server that is reached by its name over HTTPS")

// newHandle is how passkeys name their person.
func newHandle() string {
	var random [32]byte
	rand.Read(random[:])
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// holder is a person as the library asks for them.
type holder struct {
	person
	credentials []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte {
	id, _ := base64.RawURLEncoding.DecodeString(h.handle) // it is what newHandle made
	return id
}
func (h *holder) WebAuthnName() string                       { return h.email }
func (h *holder) WebAuthnDisplayName() string                { return h.name }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func holderOf(c store.Conn, p person) (*holder, error) {
	h := &holder{person: p}
	var broken error
	rows := c.Query("SELECT `Credential` FROM `passkey` WHERE `PersonNum` = ? ORDER BY `PasskeyNum`", store.Int(p.num))
	for rows.Next() {
		var credential webauthn.Credential
		if err := json.Unmarshal(rows.Text(0), &credential); err != nil {
			broken = err
		}
		h.credentials = append(h.credentials, credential)
	}
	return h, errors.Join(rows.Close(), broken)
}

func listPasskeys(c store.Conn, person int64) (all []Passkey, err error) {
	rows := c.Query("SELECT `PasskeyNum`, `Name`, `CreatedAt`, `UsedAt` FROM `passkey` WHERE `PersonNum` = ? ORDER BY `PasskeyNum`", store.Int(person))
	for rows.Next() {
		all = append(all, Passkey{rows.Int(0), string(rows.Text(1)), dateTime(rows.Text(2)), dateTime(rows.Text(3))})
	}
	return all, rows.Close()
}

// ceremony is what waits between the two halves of an exchange with an authenticator.
type ceremony struct {
	Session webauthn.SessionData
	Name    string // of the passkey that is made
}

func (r *Room) keepCeremony(ctx context.Context, caller audit.Caller, kind string, person int64, c ceremony) (token string, err error) {
	data, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	token = newToken()
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error { return sendStep(tx, token, kind, person, string(data)) })
	return token, err
}

// takeCeremony ends the wait: each exchange is good once, also when it fails.
func (r *Room) takeCeremony(ctx context.Context, caller audit.Caller, token, kind string) (s step, c ceremony, err error) {
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) (err error) {
		if s, err = r.findStep(tx, token, kind); err != nil {
			return err
		}
		return endStep(tx, token)
	})
	if err == nil {
		err = json.Unmarshal([]byte(s.data), &c)
	}
	return s, c, err
}

// BeginPasskey asks the browser for a new passkey: options are what its script passes on, and token is its key to the second half.
func (r *Room) BeginPasskey(ctx context.Context, v *Visitor, current, name string) (options any, token string, err error) {
	if r.passkeys.web == nil {
		return nil, "", errNoPasskeys
	}
	if name = strings.TrimSpace(name); name == "" || utf8.RuneCountInString(name) > 60 {
		return nil, "", fault.InvalidFields([]fault.Field{{Name: "name", Text: "Name the passkey, in at most 60 characters, so that you know it again"}})
	}
	if err := r.confirm(ctx, v, current); err != nil {
		return nil, "", err
	}
	var h *holder
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		p, err := personOf(c, v.Person)
		if err == nil {
			h, err = holderOf(c, p)
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(h.credentials) >= MostPasskeys {
		return nil, "", fault.New(fault.Conflict, "You have %d passkeys; remove one first", MostPasskeys)
	}
	creation, session, err := r.passkeys.web.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, "", err
	}
	token, err = r.keepCeremony(ctx, v.audit(), stepNewPasskey, v.Person, ceremony{*session, name})
	return creation.Response, token, err
}

// AddPasskey takes the browser's answer.
func (r *Room) AddPasskey(ctx context.Context, v *Visitor, token string, answer []byte) error {
	if r.passkeys.web == nil {
		return errNoPasskeys
	}
	s, begun, err := r.takeCeremony(ctx, v.audit(), token, stepNewPasskey)
	if err != nil {
		return err
	}
	if s.person != v.Person {
		return errStep
	}
	var p person
	if err := r.hub.DB.Read(ctx, func(c store.Conn) (err error) {
		p, err = personOf(c, v.Person)
		return err
	}); err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "The browser's answer cannot be read; try again")
	}
	credential, err := r.passkeys.web.CreateCredential(&holder{person: p}, begun.Session, parsed)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "The passkey was not taken; try again")
	}
	data, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		num, err := tx.Exec("INSERT INTO `passkey` (`PersonNum`, `CredentialHash`, `Name`, `Credential`, `CreatedAt`) VALUES (?, ?, ?, ?, ?)",
			store.Int(v.Person), store.Text(hashOf(string(credential.ID))), store.Text(begun.Name), store.Text(string(data)), store.Text(tx.At.String()))
		if fault.Is(err, fault.Conflict) {
			return fault.New(fault.Conflict, "This passkey is there already")
		}
		if err != nil {
			return err
		}
		return tx.Note(audit.Create, "passkey", num, "")
	})
}

// RemovePasskey ends one of the visitor's passkeys.
func (r *Room) RemovePasskey(ctx context.Context, v *Visitor, num int64) error {
	return r.hub.Write(ctx, v.audit(), func(tx *record.Tx) error {
		found, err := one(tx, func(store.Row) {}, "SELECT 1 FROM `passkey` WHERE `PasskeyNum` = ? AND `PersonNum` = ?", store.Int(num), store.Int(v.Person))
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "This passkey was removed already")
		}
		if err := tx.Send("DELETE FROM `passkey` WHERE `PasskeyNum` = ?", store.Int(num)); err != nil {
			return err
		}
		return tx.Note(audit.Delete, "passkey", num, "")
	})
}

// BeginPasskeySignIn asks the browser for any passkey of this host: who it is, the passkey says.
func (r *Room) BeginPasskeySignIn(ctx context.Context, from From) (options any, token string, err error) {
	if r.passkeys.web == nil {
		return nil, "", errNoPasskeys
	}
	now := r.hub.Clock()
	if err := r.addresses.wait(from.Address, now); err != nil {
		return nil, "", err
	}
	if err := r.begins.wait(from.Address, now); err != nil {
		return nil, "", err
	}
	r.begins.count(from.Address, now)
	assertion, session, err := r.passkeys.web.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", err
	}
	token, err = r.keepCeremony(ctx, from.audit(), stepPasskey, 0, ceremony{Session: *session})
	return assertion.Response, token, err
}

var errPasskey = fault.New(fault.Unauthenticated, "This passkey opens nothing here. Sign in with your password, and look at your passkeys there")

// PasskeySignIn takes the browser's answer. A passkey stands for two factors: what one has, and the PIN or finger that unlocks it. It
// opens an account also while wrong passwords have locked it, so that who guesses keeps nobody out who has one.
func (r *Room) PasskeySignIn(ctx context.Context, from From, token string, answer []byte) (session string, err error) {
	if r.passkeys.web == nil {
		return "", errNoPasskeys
	}
	_, begun, err := r.takeCeremony(ctx, from.audit(), token, stepPasskey)
	if err != nil {
		return "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "The browser's answer cannot be read; try again")
	}
	var h *holder
	credential, err := r.passkeys.web.ValidateDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
		err := r.hub.DB.Read(ctx, func(c store.Conn) error {
			var p person
			found, err := one(c, func(row store.Row) { p = scanPerson(row) }, personColumns+"WHERE `Handle` = ?", store.Text(base64.RawURLEncoding.EncodeToString(handle)))
			if err == nil && !found {
				err = errPasskey
			}
			if err == nil {
				h, err = holderOf(c, p)
			}
			return err
		})
		return h, err
	}, begun.Session, parsed)
	isCloned := err == nil && credential.Authenticator.CloneWarning
	isNoted, more := r.mayNote()
	if err != nil || isCloned {
		r.addresses.count(from.Address, r.hub.Clock())
		num := int64(0)
		if h != nil {
			num = h.num
		}
		if isNoted {
			noted := r.hub.Write(ctx, from.audit(), func(tx *record.Tx) error { return tx.Note(audit.Refuse, "person", num, "passkey"+more) })
			if noted != nil {
				return "", noted
			}
		}
		return "", errPasskey
	}
	data, err := json.Marshal(credential)
	if err != nil {
		return "", err
	}
	session = newToken()
	wrong := false
	err = r.hub.Write(ctx, from.audit(), func(tx *record.Tx) error {
		wrong = true
		p, err := personOf(tx, h.num)
		if err != nil {
			return err
		}
		var num int64
		found, err := one(tx, func(row store.Row) { num = row.Int(0) }, "SELECT `PasskeyNum` FROM `passkey` WHERE `PersonNum` = ? AND `CredentialHash` = ?", store.Int(p.num), store.Text(hashOf(string(credential.ID))))
		if err != nil {
			return err
		}
		if !found || !p.disabledAt.IsNone() {
			return tx.Note(audit.Refuse, "person", p.num, "passkey"+more)
		}
		wrong = false
		// The counter by which a copied passkey would be found.
		if err := tx.Send("UPDATE `passkey` SET `Credential` = ?, `UsedAt` = ? WHERE `PasskeyNum` = ?", store.Text(string(data)), store.Text(tx.At.String()), store.Int(num)); err != nil {
			return err
		}
		return r.open(tx, &p, from, session)
	})
	if err == nil && wrong {
		err = errPasskey
	}
	if err != nil {
		return "", err
	}
	return session, nil
}
