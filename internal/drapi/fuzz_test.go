package drapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// FuzzParameters reads bodies and addresses as hostile as they come: nothing fails but with a fault of the caller's,
// and what is read is what the standard library reads.
func FuzzParameters(f *testing.F) {
	f.Add("form_type=AdultRestorativeForm&patient_dob=10/10/2010", "application/x-www-form-urlencoded")
	f.Add("a=%zz&%zz=1&b=1&b=2&=&&+=%2B", "application/x-www-form-urlencoded")
	f.Add(`{"a":"1","a":2,"b":null,"c":[{}],"d":true,"e":-1e5}`, "application/json")
	f.Add(`{"a":"\ud800","":{}}`, "application/json")
	f.Add("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--", "multipart/form-data; boundary=b")
	f.Add("Token token=\"x\"", "")
	f.Fuzz(func(t *testing.T, body, kind string) {
		p := referral.Prefill{Given: make(map[string]string)}
		var err error
		switch media, options, kindErr := mediaType(kind); {
		case kindErr != nil:
			err = kindErr
		case media == "application/json":
			if err = readJSON(&p, []byte(body)); err == nil {
				checkJSON(t, p, body)
			}
		case media == "multipart/form-data":
			err = readMultipart(&p, []byte(body), options["boundary"])
		default:
			if err = readForm(&p, []byte(body)); err == nil {
				checkForm(t, p, body)
			}
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("it is refused with %v", err)
		}
		for _, wrong := range p.Wrong {
			if wrong.Text == "" {
				t.Errorf("%q is wrong, and nothing is said", wrong.Name)
			}
		}
		if key, ok := tokenIn(body); ok && (key == "" || !strings.Contains(body, key)) {
			t.Errorf("%q holds the key %q", body, key)
		}
		if _, err := query(&http.Request{URL: &url.URL{RawQuery: body}}, "a"); err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("the address is refused with %v", err)
		}
	})
}

// checkForm compares with the standard library, which knows a semicolon and refuses all where one is wrong.
func checkForm(t *testing.T, p referral.Prefill, body string) {
	values, err := url.ParseQuery(body)
	if err != nil {
		return
	}
	for name, all := range values {
		same := true
		for _, value := range all {
			same = same && value == all[0]
		}
		if same && (p.Given[name] != all[0] || wrongOf(p, name)) {
			t.Errorf("%q is read as %q, want %q", name, p.Given[name], all[0])
		}
		if !same && !wrongOf(p, name) {
			t.Errorf("%q is given as %q, and not refused", name, all)
		}
	}
}

// checkJSON compares texts with the standard library, which takes the last of members of one name.
func checkJSON(t *testing.T, p referral.Prefill, body string) {
	var members map[string]any
	if err := json.Unmarshal([]byte(body), &members); err != nil || !utf8.ValidString(body) {
		t.Errorf("%q is read, and is no object: %v", body, err)
	}
	for name, value := range members {
		if text, ok := value.(string); ok && !wrongOf(p, name) && p.Given[name] != text {
			t.Errorf("%q is read as %q, want %q", name, p.Given[name], text)
		}
	}
}

func wrongOf(p referral.Prefill, name string) bool {
	for _, wrong := range p.Wrong {
		if wrong.Name == name {
			return true
		}
	}
	return false
}
