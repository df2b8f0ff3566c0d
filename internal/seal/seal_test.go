package seal

import (
	"strings"
	"testing"
)

func newSealer(t *testing.T, secret string) *Sealer {
	t.Helper()
	s, err := New(secret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsSealedIsOpenedByTheSameSecretOnly(t *testing.T) {
	secret := NewSecret()
	sealed := newSealer(t, secret).Seal("VzkmZEaUWOjnQX2z")
	if strings.Contains(sealed, "Vzkm") || sealed[:16] == newSealer(t, secret).Seal("another")[:16] {
		t.Errorf("it is sealed as %q, readable or with the nonce of another text", sealed)
	}
	if text, err := newSealer(t, secret).Open(sealed); err != nil || text != "VzkmZEaUWOjnQX2z" {
		t.Errorf("it opens as %q, %v", text, err)
	}
	if text, err := newSealer(t, NewSecret()).Open(sealed); err == nil {
		t.Errorf("another secret opens it as %q", text)
	}
	for _, broken := range []string{"", "x", sealed[1:], sealed[:len(sealed)-2] + "AA", "not base64!"} {
		if text, err := newSealer(t, secret).Open(broken); err == nil {
			t.Errorf("%q opens as %q", broken, text)
		}
	}
}

func TestAShortSecretIsRefused(t *testing.T) {
	if _, err := New("password"); err == nil {
		t.Error("a password is taken for a secret")
	}
}

func TestKeysOfASecretDifferByPurposeAndStayTheSame(t *testing.T) {
	secret := NewSecret()
	key := newSealer(t, secret).Key("one")
	if string(key) != string(newSealer(t, secret).Key("one")) || len(key) != 32 {
		t.Errorf("the key is %x, and then another", key)
	}
	if string(key) == string(newSealer(t, secret).Key("two")) || string(key) == string(newSealer(t, NewSecret()).Key("one")) {
		t.Error("another purpose or secret has the same key")
	}
}
