package people_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/people"
)

// device is an authenticator with one passkey.
type device struct {
	authenticator virtualwebauthn.Authenticator
	credential    virtualwebauthn.Credential
}

var site = virtualwebauthn.RelyingParty{Name: "Bridgework", ID: "refer.example.org", Origin: "https://refer.example.org"}

func newDevice() *device {
	return &device{virtualwebauthn.NewAuthenticator(), newCredential()}
}

// newCredential is a passkey whose key is written as true authenticators do: the library leaves leading zeros away, which one in a
// hundred keys has.
func newCredential() virtualwebauthn.Credential {
	const written = 77 // bytes of a key on P-256
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == written {
			return c
		}
	}
}

// text is options as the page's script gets them, inside what a browser's own call has around them.
func text(t *testing.T, options any) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{"publicKey": options})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// register makes the device's passkey the visitor's.
func (d *device) register(h *house, v *people.Visitor, name string) error {
	h.t.Helper()
	options, token, err := h.BeginPasskey(h.t.Context(), v, password, name)
	if err != nil {
		return err
	}
	parsed, err := virtualwebauthn.ParseAttestationOptions(text(h.t, options))
	if err != nil {
		h.t.Fatal(err)
	}
	d.authenticator.Options.UserHandle = []byte(parsed.UserID)
	return h.AddPasskey(h.t.Context(), v, token, []byte(virtualwebauthn.CreateAttestationResponse(site, d.authenticator, d.credential, *parsed)))
}

// answer is what the device says to a sign-in.
func (d *device) answer(h *house, rp virtualwebauthn.RelyingParty) (token, answer string) {
	h.t.Helper()
	options, token, err := h.BeginPasskeySignIn(h.t.Context(), at)
	if err != nil {
		h.t.Fatal(err)
	}
	parsed, err := virtualwebauthn.ParseAssertionOptions(text(h.t, options))
	if err != nil {
		h.t.Fatal(err)
	}
	return token, virtualwebauthn.CreateAssertionResponse(rp, d.authenticator, d.credential, *parsed)
}

func (d *device) signIn(h *house) (string, error) {
	h.t.Helper()
	token, answer := d.answer(h, site)
	return h.PasskeySignIn(h.t.Context(), at, token, []byte(answer))
}

func TestAPasskeySignsInByItself(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	d := newDevice()
	if err := d.register(h, v, "The surgery's computer"); err != nil {
		t.Fatal(err)
	}
	h.withSecondFactor(v)
	session, err := d.signIn(h)
	if err != nil {
		t.Fatal(err)
	}
	if got := h.visitor(session); got.Person != v.Person {
		t.Errorf("the visitor is %+v", got)
	}
	account, err := h.Account(t.Context(), v)
	if err != nil || len(account.Passkeys) != 1 || account.Passkeys[0].Name != "The surgery's computer" || account.Passkeys[0].UsedAt == people.None {
		t.Errorf("the passkeys are %+v, %v", account.Passkeys, err)
	}
}

func TestAnAnswerOfAnAuthenticatorIsGoodOnce(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	d := newDevice()
	if err := d.register(h, v, "one"); err != nil {
		t.Fatal(err)
	}
	token, answer := d.answer(h, site)
	if _, err := h.PasskeySignIn(t.Context(), at, token, []byte(answer)); err != nil {
		t.Fatal(err)
	}
	_, err := h.PasskeySignIn(t.Context(), at, token, []byte(answer))
	wants(t, err, fault.Gone)
	fresh, _ := d.answer(h, site)
	_, err = h.PasskeySignIn(t.Context(), at, fresh, []byte(answer))
	wants(t, err, fault.Unauthenticated)
}

func TestAPasskeyIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(h *house, d *device, v *people.Visitor) (rp virtualwebauthn.RelyingParty){
		"of nobody": func(_ *house, d *device, _ *people.Visitor) virtualwebauthn.RelyingParty {
			d.authenticator.Options.UserHandle = []byte("somebody else")
			return site
		},
		"with another's key": func(_ *house, d *device, _ *people.Visitor) virtualwebauthn.RelyingParty {
			id := d.credential.ID
			d.credential = newCredential()
			d.credential.ID = id
			return site
		},
		"that was removed": func(h *house, _ *device, v *people.Visitor) virtualwebauthn.RelyingParty {
			account, err := h.Account(h.t.Context(), v)
			if err != nil {
				h.t.Fatal(err)
			}
			if err := h.RemovePasskey(h.t.Context(), v, account.Passkeys[0].Num); err != nil {
				h.t.Fatal(err)
			}
			return site
		},
		"of a disabled account": func(h *house, _ *device, _ *people.Visitor) virtualwebauthn.RelyingParty {
			if err := h.DisableAs(h.t.Context(), audit.Operator, ada, true); err != nil {
				h.t.Fatal(err)
			}
			return site
		},
		"given to another site": func(*house, *device, *people.Visitor) virtualwebauthn.RelyingParty {
			return virtualwebauthn.RelyingParty{ID: site.ID, Origin: "https://refer.example.net"}
		},
		"of another host": func(*house, *device, *people.Visitor) virtualwebauthn.RelyingParty {
			return virtualwebauthn.RelyingParty{ID: "refer.example.net", Origin: site.Origin}
		},
		"that nobody unlocked": func(_ *house, d *device, _ *people.Visitor) virtualwebauthn.RelyingParty {
			d.authenticator.Options.UserNotVerified = true
			return site
		},
		"whose counter went back": func(h *house, d *device, _ *people.Visitor) virtualwebauthn.RelyingParty {
			d.credential.Counter = 9
			if _, err := d.signIn(h); err != nil {
				h.t.Fatal(err)
			}
			d.credential.Counter = 4
			return site
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.person(ada, referrer)
			_, v := h.signIn(ada)
			d := newDevice()
			if err := d.register(h, v, "one"); err != nil {
				t.Fatal(err)
			}
			rp := spoil(h, d, v)
			token, answer := d.answer(h, rp)
			session, err := h.PasskeySignIn(t.Context(), at, token, []byte(answer))
			wants(t, err, fault.Unauthenticated)
			if session != "" {
				t.Error("it opens a session all the same")
			}
			if last := h.trail()[0]; last.Action != audit.Refuse || last.Detail != "passkey" {
				t.Errorf("the trail ends with %+v", last)
			}
		})
	}
}

func TestAPasskeyOpensAnAccountThatGuessesHaveLocked(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	_, v := h.signIn(ada)
	d := newDevice()
	if err := d.register(h, v, "one"); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		h.SignIn(t.Context(), from(i), ada, another)
	}
	if _, err := d.signIn(h); err != nil {
		t.Error(err)
	}
}

func TestAPasskeyIsAddedWithThePasswordAndByWhoAskedForIt(t *testing.T) {
	h := newHouse(t)
	h.person(ada, referrer)
	h.person(bo, referrer)
	_, v := h.signIn(ada)
	_, other := h.signIn(bo)
	_, _, err := h.BeginPasskey(t.Context(), v, another, "one")
	wants(t, err, fault.Invalid, "not your password")
	_, _, err = h.BeginPasskey(t.Context(), v, password, " ")
	wants(t, err, fault.Invalid, "Name the passkey")
	_, token, err := h.BeginPasskey(t.Context(), v, password, "one")
	if err != nil {
		t.Fatal(err)
	}
	wants(t, h.AddPasskey(t.Context(), other, token, []byte("{}")), fault.Gone)
	_, token, err = h.BeginPasskey(t.Context(), v, password, "one")
	if err != nil {
		t.Fatal(err)
	}
	wants(t, h.AddPasskey(t.Context(), v, token, []byte("{}")), fault.Invalid)
	wants(t, h.AddPasskey(t.Context(), v, token, []byte("{}")), fault.Gone)
	d := newDevice()
	if err := d.register(h, v, "one"); err != nil {
		t.Fatal(err)
	}
	wants(t, d.register(h, other, "the same"), fault.Conflict)
	account, err := h.Account(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, h.RemovePasskey(t.Context(), other, account.Passkeys[0].Num), fault.NotFound)
}

func TestPasskeysAreForHostsThatBrowsersBindThemTo(t *testing.T) {
	h := newHouse(t)
	for base, want := range map[string]string{
		"https://refer.example.org": "refer.example.org", "https://refer.example.org:8443": "refer.example.org", "http://127.0.0.1:30222": "localhost", "http://localhost:30222": "localhost",
		"http://refer.example.org": "", "https://192.0.2.7": "", "": "", "http://[::1]:30222": "localhost",
	} {
		options := h.options
		options.BaseURL = base
		room := people.New(h.book, options)
		if got := room.PasskeyHost(); got != want {
			t.Errorf("%s: %q, want %q", base, got, want)
		}
		if _, _, err := room.BeginPasskeySignIn(t.Context(), at); (err == nil) != (want != "") {
			t.Errorf("%s: %v", base, err)
		}
	}
}

func TestAnAddressBeginsOnlySoManySignInsByPasskey(t *testing.T) {
	h := newHouse(t)
	for range 60 {
		if _, _, err := h.BeginPasskeySignIn(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := h.BeginPasskeySignIn(t.Context(), at)
	wants(t, err, fault.Busy)
	if _, _, err := h.BeginPasskeySignIn(t.Context(), from(1)); err != nil {
		t.Errorf("another address: %v", err)
	}
	h.pass(time.Second)
	if _, _, err := h.BeginPasskeySignIn(t.Context(), at); err != nil {
		t.Errorf("a second later: %v", err)
	}
}
