package resource

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"
)

func TestATextReadsBackFromItsJSON(t *testing.T) {
	readsBack := func(text string) bool {
		var back string
		if err := json.Unmarshal(AppendText(nil, []byte(text)), &back); err != nil {
			return false
		}
		return back == strings.ToValidUTF8(text, "\ufffd") || !utf8.ValidString(text) && utf8.ValidString(back)
	}
	if err := quick.Check(readsBack, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
	if err := quick.Check(func(text []byte) bool { return readsBack(string(text)) }, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
	var control strings.Builder
	for b := range 0x80 {
		control.WriteByte(byte(b))
	}
	if !readsBack(control.String()) {
		t.Errorf("ASCII is written as %s", AppendText(nil, []byte(control.String())))
	}
}

func TestATextIsEscapedNoMoreThanItMust(t *testing.T) {
	for text, want := range map[string]string{
		`plain`: `"plain"`, "a\"b\\c": `"a\"b\\c"`, "line\r\nbreak\ttab": `"line\r\nbreak\ttab"`, "<b>&'": `"<b>&'"`,
		"Éva 💉": `"Éva 💉"`, "\x01": `"\u0001"`, "bad\xffbyte": `"bad` + "\ufffd" + `byte"`, "": `""`,
	} {
		if got := string(AppendText(nil, []byte(text))); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
	}
}

func TestANumberAlwaysShowsADecimal(t *testing.T) {
	for value, want := range map[float64]string{0: "0.0", 500: "500.0", 111.9: "111.9", -0.25: "-0.25", 1e15: "1000000000000000.0"} {
		if got := string(appendFloat(nil, value)); got != want {
			t.Errorf("%v is written %s, want %s", value, got, want)
		}
	}
}

func TestALikePatternStandsForItself(t *testing.T) {
	if got := escapeLike("50%_off!"); got != "50!%!_off!!" {
		t.Errorf("the pattern is %s", got)
	}
}
