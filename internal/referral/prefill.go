package referral

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
)

// Prefill is what a call gives that prepares a form or saves a draft.
type Prefill struct {
	// Given has the parameters by their names in the contract, as they were sent. Others may be there, and are ignored.
	Given map[string]string
	// Wrong are faults of parameters that could not be read as text at all; they are answered along with the others.
	Wrong []fault.Field
	// IdempotencyKey makes the call one that may be sent again: for a day it is answered as the first was. "" is none.
	IdempotencyKey string
}

// BirthDateParameter is the parameter whose faults the contract answers apart from all others.
const BirthDateParameter = form.BirthDate

// The limits of parameters, in characters.
const (
	maxString     = 255
	maxText       = 20_000
	maxIdentifier = 128
	maxWebhook    = 2_000 // as its column has
	maxYears      = 130
)

// parameter is one of the contract's: how long it may be, and what it must be. check returns the value as it is
// kept, or what is wrong, which goes on after the parameter's name.
type parameter struct {
	name  string
	limit int
	check func(d *Desk, value string) (kept, wrong string)
}

// parameters are in the contract's order, in which faults are named.
var parameters = []parameter{
	{"system_type", maxString, oneOf("WD", "WT", "PD", "PC", "DN", "DT", "SE")},
	{"form_type", maxString, nil},
	{"patient_title", maxString, checkTitle},
	{"patient_first_name", maxString, nil},
	{"patient_last_name", maxString, nil},
	{BirthDateParameter, maxString, checkBirthDate},
	{"patient_postcode", maxString, nil},
	{"patient_email", maxString, checkEmail},
	{"patient_address_line_1", maxString, nil},
	{"patient_address_line_2", maxString, nil},
	{"patient_address_line_3", maxString, nil},
	{"patient_town", maxString, nil},
	{"patient_mobile_tel", maxString, nil},
	{"patient_home_tel", maxString, nil},
	{"patient_work_tel", maxString, nil},
	{"patient_phone_number", maxString, nil},
	{"permission_sms", maxString, oneOf("0", "1")},
	{"nhs_number", maxString, checkNHSNumber},
	{"gender", maxString, checkGender},
	{"patient_gp_name", maxString, nil},
	{"patient_gp_postcode", maxString, nil},
	{"patient_gp_street_address", maxString, nil},
	{"patient_gp_town", maxString, nil},
	{"referrer_gdc", maxString, nil},
	{"referrer_name", maxString, nil},
	{"urgent", maxString, oneOf("0", "1")},
	{"medical_history_drugs", maxText, nil},
	{"medical_history_text", maxText, nil},
	{"medical_forms_as_single_file", maxString, oneOf("0", "1")},
	{"files_ready_webhook_url", maxWebhook, checkWebhook},
	{"patient_identifier", maxIdentifier, nil},
	{"fileupload_id", maxString, checkUploadID},
}

// Parameters are the names of the contract's parameters, in its order.
func Parameters() []string {
	names := make([]string, len(parameters))
	for i := range parameters {
		names[i] = parameters[i].name
	}
	return names
}

// checked is a prefill that was found right, but for the date of birth, whose fault is answered last.
type checked struct {
	given     map[string]string
	upload    int64
	birthDate error
}

// check looks at all parameters. The error has every fault, in the contract's order; where the date of birth alone
// is wrong there is none yet, because the contract answers an unknown upload before it.
func (d *Desk) check(account *Account, p Prefill, formTypeOptional bool) (checked, error) {
	result := checked{given: make(map[string]string, len(p.Given))}
	var faults []fault.Field
	others := false // whether anything but the date of birth is wrong
	for i := range parameters {
		parameter := &parameters[i]
		name := parameter.name
		wrong := wrongIn(p.Wrong, name)
		value := ""
		if wrong == "" {
			value, wrong = d.checkOne(parameter, p.Given[name])
		}
		if name == "form_type" && wrong == "" {
			wrong = checkFormType(account, value, formTypeOptional && result.given["system_type"] == "SE")
		}
		switch {
		case wrong != "":
			faults = append(faults, fault.Field{Name: name, Text: name + " " + wrong})
			others = others || name != BirthDateParameter
		case value != "":
			result.given[name] = value
		}
	}
	if err := fault.InvalidFields(faults); others {
		return result, err
	} else if err != nil {
		result.birthDate = err
	}
	result.upload, _ = strconv.ParseInt(result.given["fileupload_id"], 10, 64)
	return result, nil
}

func wrongIn(faults []fault.Field, name string) string {
	at := slices.IndexFunc(faults, func(f fault.Field) bool { return f.Name == name })
	if at < 0 {
		return ""
	}
	return faults[at].Text
}

// checkOne is what holds for every parameter, and then what holds for this one. The empty string is no value.
func (d *Desk) checkOne(p *parameter, value string) (kept, wrong string) {
	if value == "" {
		if p.name == BirthDateParameter {
			return "", "is required; send the patient's date of birth as DD/MM/YYYY"
		}
		return "", ""
	}
	if !utf8.ValidString(value) {
		return "", "is not valid UTF-8; send its text in that encoding"
	}
	if p.name != "patient_identifier" { // which is taken as it is given
		value = norm.NFC.String(strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n"))
	}
	if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return "", "has a control character, such as U+0000; remove it"
	}
	if count := utf8.RuneCountInString(value); count > p.limit {
		return "", fmt.Sprintf("has %d characters; shorten it to %d", count, p.limit)
	}
	if p.check == nil {
		return value, ""
	}
	return p.check(d, value)
}

func checkFormType(account *Account, value string, optional bool) (wrong string) {
	switch {
	case value == "" && optional:
		return ""
	case value == "" && len(account.Forms) == 0:
		return "is required, and no form type is enabled for this API key; ask the server's operator to enable one"
	case value == "":
		return "is required; send one of " + strings.Join(account.Forms, ", ")
	case !account.May(value):
		return "must be a form type that is enabled for this API key: " + strings.Join(account.Forms, ", ")
	}
	return ""
}

func oneOf(allowed ...string) func(*Desk, string) (string, string) {
	return func(_ *Desk, value string) (string, string) {
		if !slices.Contains(allowed, value) {
			return "", "must be one of " + strings.Join(allowed, ", ")
		}
		return value, ""
	}
}

func checkTitle(d *Desk, value string) (kept, wrong string) {
	return oneOf(slices.Concat([]string{"Mr", "Mrs", "Miss", "Master", "Dr"}, d.options.ExtraTitles)...)(d, value)
}

// parseDayMonthYear reads DD/MM/YYYY and nothing like it: 1/2/2010 may be either of two days.
func parseDayMonthYear(text string) (dental.Date, bool) {
	if len(text) != 10 || text[2] != '/' || text[5] != '/' {
		return dental.Date{}, false
	}
	day, err := dental.ParseDate(text[6:] + "-" + text[3:5] + "-" + text[:2])
	return day, err == nil
}

func checkBirthDate(d *Desk, value string) (kept, wrong string) {
	day, ok := parseDayMonthYear(value)
	today := d.Today()
	switch {
	case !ok:
		return "", "must be a day of the calendar as DD/MM/YYYY, 29/01/1980"
	case today.Before(day):
		return "", "must not be in the future"
	case dental.AgeOn(day, today) > maxYears:
		return "", fmt.Sprintf("must not be more than %d years ago", maxYears)
	}
	return value, ""
}

func checkEmail(_ *Desk, value string) (kept, wrong string) {
	name, host, found := strings.Cut(value, "@")
	if !found || name == "" || host == "" || strings.Contains(host, "@") || strings.ContainsFunc(value, unicode.IsSpace) {
		return "", "must be an e-mail address with one @ and text on both sides of it, without blanks"
	}
	return value, ""
}

func checkNHSNumber(_ *Desk, value string) (kept, wrong string) {
	number, err := dental.ParseNHSNumber(value)
	if err != nil {
		return "", "must be an NHS number: ten digits of which the last is the check digit"
	}
	return string(number), ""
}

func checkGender(_ *Desk, value string) (kept, wrong string) {
	return oneOf("M", "MALE", "F", "FEMALE")(nil, strings.ToUpper(value))
}

// checkWebhook refuses at once what would be refused when the call is due. What a name leads to is asked then.
func checkWebhook(d *Desk, value string) (kept, wrong string) {
	if err := document.CheckURL("it", value); err != nil {
		return "", "must be an absolute address such as https://practice.example.org/ready, without a user name"
	}
	address, err := url.Parse(value)
	if err != nil {
		return "", "must be an absolute address such as https://practice.example.org/ready"
	}
	if address.Scheme != "https" && !d.options.PlainWebhooks {
		return "", "must begin with https://"
	}
	if !d.options.Webhooks.MayName(address.Hostname()) {
		return "", "must name a host that this server may call: none of its own network"
	}
	return value, ""
}

func checkUploadID(_ *Desk, value string) (kept, wrong string) {
	if num, err := strconv.ParseInt(value, 10, 64); err != nil || num <= 0 || value[0] == '+' {
		return "", "must be the number that prepare_fileupload answered as fileupload_id"
	}
	return value, ""
}

// start is what a form is filled with: what the call gave, and what is known of the practice.
func (a *Account) start(given map[string]string) map[string]string {
	all := map[string]string{"practice_name": a.Name, "practice_address": a.Address, "practice_phone": a.Phone, "practice_email": a.Email}
	for name, value := range given {
		all[name] = value
	}
	return all
}
