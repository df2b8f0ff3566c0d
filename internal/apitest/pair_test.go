package apitest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/od"
)

// oddTexts are what engines take for equal, or refuse, each in its own way.
var oddTexts = []string{
	"smith", "SMITH", "Smith ", " Smith", "Smíth", "SMÍTH", "ſmith", "Smi\u0301th", "Smith\u200b", "Smith\u00a0",
	"Straße", "STRASSE", "strasse", "straẞe", "İstanbul", "istanbul", "ıstanbul", "ISTANBUL", "Łódź", "Lodz", "Æsop", "Aesop", "Œuvre", "ﬁne", "fine",
	"Ελλάς", "ελλασ", "Ёлка", "елка", "日本", "にほん", "ニホン", "e\u0301", "é", "\u00e9\u0301", "\ufffd", "\ufeff",
	"%", "!", "!%", "'", "''", `"`, "?", "--", ";", "1", "01", "1.0", "1e0", "-0", "0x1", "true",
	"🦷", "💉", "Smith 🦷", "\\", "]", "^", "_", "`", "a_b", "a\\b", "Smith\t", "Smith\tJones", "Smith\x00", "Smith\x00Jones", "\x01",
}

// rawTexts are no texts at all, or are cut in the middle.
var rawTexts = []string{"\xff", "Smith\xe9", "\xc3", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xf0\x9f"}

func TestBothEnginesReadOddTextsAlike(t *testing.T) {
	s := newWorldPair(t)
	for _, text := range oddTexts {
		s.Do(http.MethodPost, "/referrals", marshal(t, map[string]any{"LName": text, "Note": text, "NotPerson": "true"}))
		s.Do(http.MethodPost, "/patients", marshal(t, map[string]any{"LName": text, "FName": text, "Address": text, "Email": text, "ChartNumber": text}))
	}
	for _, text := range rawTexts {
		s.Do(http.MethodPost, "/referrals", `{"LName":"`+text+`","NotPerson":"true"}`)
		s.Do(http.MethodPost, "/patients", `{"LName":"`+text+`","FName":"`+text+`"}`)
	}
	for _, list := range lists() {
		for _, filter := range list.filters {
			for _, text := range append(oddTexts, rawTexts...) {
				s.Do(http.MethodGet, list.path+"?"+filter+"="+url.QueryEscape(text), "")
			}
		}
	}
	for _, text := range append(oddTexts, rawTexts...) {
		body := `{"PatNum":1,"referralName":"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`, "\u0000", `\u0000`).Replace(text) + `"}`
		s.Do(http.MethodPost, "/refattaches", body)
		s.Do(http.MethodPost, "/referrals", strings.NewReplacer(`"PatNum":1`, `"LName":"x"`, "referralName", "specialty").Replace(body))
		s.Do(http.MethodPut, "/patients/1", strings.NewReplacer(`"PatNum":1,`, ``, "referralName", "BillingType").Replace(body))
		s.Do(http.MethodPut, "/patients/1", strings.NewReplacer(`"PatNum":1,`, ``, "referralName", "Preferred").Replace(body))
		s.Do(http.MethodGet, "/patients/"+url.PathEscape(text), "")
		s.Do(http.MethodGet, "/"+url.PathEscape(text), "")
	}
}

func TestBothEnginesReadOddNumbersAndTimesAlike(t *testing.T) {
	s := newWorldPair(t)
	odd := []string{"0", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "2147483648", "4294967296", "1,2", "1,,2", "+1", " 1",
		"0001-01-01", "0000-00-00", "0000-01-01", "9999-12-31", "10000-01-01", "2026-02-29", "2024-02-29", "2026-01-02 03:04:05", "2026-01-02 24:00:00",
		"2026-01-02T03:04:05", "1752-09-10", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "true", "false", "TRUE", "2"}
	for _, list := range lists() {
		for _, filter := range list.filters {
			for _, text := range odd {
				s.Do(http.MethodGet, list.path+"?"+filter+"="+url.QueryEscape(text), "")
			}
		}
	}
	for _, text := range odd {
		for _, field := range []string{"Birthdate", "DateFirstVisit", "SuperFamily", "ClinicNum", "PriProv", "EmployerNum"} {
			s.Do(http.MethodPut, "/patients/1", `{"`+field+`":"`+text+`"}`)
			s.Do(http.MethodPut, "/patients/1", `{"`+field+`":`+text+`}`)
		}
		s.Do(http.MethodGet, "/patients/"+url.PathEscape(text), "")
		s.Do(http.MethodPost, "/refattaches", `{"PatNum":`+text+`,"ReferralNum":1}`)
		s.Do(http.MethodPost, "/refattaches", `{"PatNum":1,"ReferralNum":2,"RefDate":"`+text+`","ItemOrder":`+text+`}`)
	}
}

// list is a GET that answers rows, with its filters.
type list struct {
	path    string
	filters []string
}

func lists() (found []list) {
	for _, r := range od.All() {
		for _, l := range r.Plan().Lists {
			made := list{path: "/" + strings.Trim(r.Plan().Path+"/"+l.Action, "/")}
			for _, filter := range l.Filters {
				made.filters = append(made.filters, filter.Param)
			}
			found = append(found, made)
		}
	}
	return found
}
