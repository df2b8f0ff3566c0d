package web

import (
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/people"
)

// accountBody is the page of one's own account.
type accountBody struct {
	Faults          []link
	Notice          string
	Name, Email     string
	Roles           []string
	PasswordAt      string
	HasSecondFactor bool
	CodesLeft       int
	HasPasskeys     bool   // at this address
	PasskeyAt       string // where passkeys work, where that is not here; "" where they work nowhere
	Passkeys        []passkeyLine
	Sessions        []sessionLine
	HasOthers       bool
	Open            string // the section that something is wrong in

	Password, Factor, Codes, Passkey []input
}

type passkeyLine struct {
	Num                int64
	Name, Made, LastAt string
}

type sessionLine struct {
	Num                  int64
	Browser, Begun, Seen string
	IsThis               bool
}

// accountNotices confirm what was done, by what stands behind the address.
var accountNotices = map[string]string{
	"password": "Your password is changed. You are signed out everywhere else.", "factor-off": "Codes are not asked for any more, and the recovery codes have ended.",
	"passkey": "The passkey is added. You can sign in with it from now on.", "passkey-removed": "The passkey is removed. Delete it on your device, too.",
	"session": "The session is ended.", "sessions": "You are signed out everywhere else.",
}

// showAccount shows how one signs in, and where one is signed in.
func (s *Site) showAccount(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	return s.accountPage(w, r, http.StatusOK, v, "", nil)
}

// accountPage answers with the page. section is the one in which something was wrong, "" for none.
func (s *Site) accountPage(w http.ResponseWriter, r *http.Request, status int, v *people.Visitor, section string, wrongs error) error {
	account, err := s.people.Account(r.Context(), v)
	if err != nil {
		return err
	}
	body := accountBody{Name: v.Name, Email: v.Email, PasswordAt: account.PasswordAt.Words(), HasSecondFactor: account.HasSecondFactor, CodesLeft: account.CodesLeft,
		HasPasskeys: s.hasPasskeys(r), PasskeyAt: s.passkeysAt(r), HasOthers: len(account.Sessions) > 1, Open: section}
	if status == http.StatusOK {
		body.Notice = accountNotices[r.URL.Query().Get("done")]
		if r.URL.Query().Get("welcome") == "1" {
			body.Notice = "You are signed in. Add a passkey or an authenticator app now, so that a password alone opens nothing."
		}
	}
	for _, m := range v.Memberships {
		body.Roles = append(body.Roles, roleWords[m.Role]+", "+m.OrganisationName)
	}
	for _, k := range account.Passkeys {
		line := passkeyLine{Num: k.Num, Name: k.Name, Made: k.CreatedAt.Date().Words()}
		if !k.UsedAt.IsNone() {
			line.LastAt = k.UsedAt.Words()
		}
		body.Passkeys = append(body.Passkeys, line)
	}
	for _, o := range account.Sessions {
		body.Sessions = append(body.Sessions, sessionLine{o.Num, o.Browser, o.CreatedAt.Words(), o.SeenAt.Words(), o.IsThis})
	}
	_, wrong, _ := faultsOf(wrongs)
	faultIn := func(of, name string) string {
		if of != section {
			return ""
		}
		return wrong[name]
	}
	current := func(of string) input {
		return input{ID: of + ".current", Label: "Your password", Type: "password", Complete: "current-password", Max: 1000, Fault: faultIn(of, "current")}
	}
	chosen := newPassword(faultIn("password", "password"))
	chosen.ID = "password.password"
	body.Password = []input{current("password"), chosen}
	body.Factor, body.Codes = []input{current("factor")}, []input{current("codes")}
	body.Passkey = []input{{ID: "passkey.name", Label: "Name of the passkey", Hint: "By which you know the device or the app that keeps it", Type: "text", Complete: "off", Max: 60, Fault: faultIn("passkey", "name")}, current("passkey")}
	for _, inputs := range [][]input{body.Password, body.Factor, body.Codes, body.Passkey} {
		for _, one := range inputs {
			if one.Fault != "" {
				body.Faults = append(body.Faults, link{"#" + one.ID, one.Fault})
			}
		}
	}
	p := page{Title: "Your account", Faulty: len(body.Faults) > 0, Body: body}
	if body.HasPasskeys {
		p.Script = "passkeys.js"
	}
	return render(w, r, status, "account", p)
}

// accountFails answers with the page where something was typed wrongly; anything else is returned.
func (s *Site) accountFails(w http.ResponseWriter, r *http.Request, v *people.Visitor, section string, err error) error {
	if _, _, ok := faultsOf(err); !ok {
		return err
	}
	return s.accountPage(w, r, http.StatusUnprocessableEntity, v, section, err)
}

// accountDone leads back to the page, which confirms what was done.
func accountDone(w http.ResponseWriter, r *http.Request, what string) error {
	http.Redirect(w, r, "/account?done="+what, http.StatusSeeOther)
	return nil
}

// changePassword changes the password.
func (s *Site) changePassword(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	if err := s.people.ChangePassword(r.Context(), v, r.PostForm.Get("password.current"), r.PostForm.Get("password.password")); err != nil {
		return s.accountFails(w, r, v, "password", err)
	}
	return accountDone(w, r, "password")
}
