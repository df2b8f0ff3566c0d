package web

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// act is one thing that can be done now.
type act struct {
	Move          lifecycle.Move
	Label, Button string
	IsMain        bool // the step that is expected next
	IsOpen        bool
	Fields        []actField
}

type actField struct {
	ID, Name, Label, Hint, Kind, Fault string
	Value, Day, Month, Year            string
	Max                                int
	Options                            []actOption
}

type actOption struct {
	Value, Text string
	IsChosen    bool
}

// actKind is what the page of an answer link offers for a move.
type actKind struct {
	move          lifecycle.Move
	label, button string
	done          string
	isMain        bool
	after         string // when it becomes possible, where the referral has not come so far
	fields        []fieldKind
}

// fieldKind is an input: "text" of several lines, "choice", "date", "time" or "month".
type fieldKind struct {
	name, kind, label, hint string
	missing                 string // what is said where there is nothing; "" where it may be left blank
	options                 func() []actOption
}

func (f fieldKind) anchor(move lifecycle.Move) string {
	if f.kind == "date" {
		return string(move) + ".day"
	}
	if f.kind == "month" {
		return string(move) + ".month"
	}
	return string(move) + "." + f.name
}

var (
	noteField = fieldKind{name: "text", kind: "text", label: "Note for the referrer", hint: "Optional"}
	dateField = fieldKind{name: "date", kind: "date", label: "Date", hint: "Day, month and year", missing: "Enter the date as day, month and year"}
	timeField = fieldKind{name: "time", kind: "time", label: "Time", hint: "Like 14:30", missing: "Enter the time, like 14:30"}
)

func reasonField(label string) fieldKind {
	return fieldKind{name: "reason", kind: "choice", label: label, missing: "Choose the reason", options: reasonOptions}
}

func textField(label, hint, missing string) fieldKind {
	return fieldKind{name: "text", kind: "text", label: label, hint: hint, missing: missing}
}

func outcomeField(of ...lifecycle.Outcome) fieldKind {
	return fieldKind{name: "outcome", kind: "choice", label: "Outcome", missing: "Choose the outcome", options: func() (all []actOption) {
		for _, o := range of {
			all = append(all, actOption{Value: string(o), Text: string(o)})
		}
		return all
	}}
}

// reasonOptions leave out the reason that has a move of its own.
func reasonOptions() (all []actOption) {
	for _, r := range lifecycle.Reasons() {
		if r != lifecycle.NotContactable {
			all = append(all, actOption{Value: string(r), Text: r.Text()})
		}
	}
	return all
}

// actKinds are in the order of the page: what is expected first, then what may come instead.
var actKinds = []actKind{
	{lifecycle.Accept, "Accept the referral", "Accept", "The referral is accepted. The next step is to contact the patient.", true, "", []fieldKind{noteField}},
	{lifecycle.Receive, "Acknowledge receipt", "Acknowledge receipt", "Receipt is acknowledged.", false, "", nil},
	{lifecycle.Contact, "Note a contact with the patient", "Note the contact", "The contact is noted.", true, "", []fieldKind{noteField}},
	{lifecycle.Book, "Book an appointment", "Book", "The appointment is booked.", true, "once the referral is accepted", []fieldKind{dateField, timeField, noteField}},
	{lifecycle.BookReview, "Book the review", "Book the review", "The review is booked.", true, "", []fieldKind{dateField, timeField, noteField}},
	{lifecycle.Attempt, "Note another attempt to reach the patient", "Note the attempt", "The attempt is noted.", false, "", []fieldKind{noteField}},
	{lifecycle.Assess, "The patient was assessed", "Note the assessment", "The assessment is noted.", true, "once an appointment is booked", []fieldKind{noteField}},
	{lifecycle.NotAttended, "The patient did not attend", "Discharge: did not attend", "The patient is discharged.", false, "once an appointment is booked", []fieldKind{noteField}},
	{lifecycle.Rebook, "Book another date", "Book the other date", "The other date is booked.", false, "", []fieldKind{dateField, timeField, textField("Why the date changes", "", "Say why the date changes")}},
	{lifecycle.Unbook, "Cancel the appointment", "Cancel the appointment", "The appointment is cancelled.", false, "", []fieldKind{noteField}},
	{lifecycle.Treat, "Begin treatment", "Begin treatment", "Treatment has begun.", true, "once the patient is assessed", []fieldKind{noteField}},
	{lifecycle.Review, "Set a review", "Set the review", "The review is set.", false, "once the patient is assessed", []fieldKind{
		{name: "review", kind: "month", label: "Month of the review", hint: "Month and year, like 3 2027", missing: "Enter the month and the year of the review"}, noteField}},
	{lifecycle.Discharge, "Discharge", "Discharge the patient", "The patient is discharged.", true, "once the patient is assessed", []fieldKind{
		outcomeField(lifecycle.TreatmentComplete, lifecycle.AssessmentOnly, lifecycle.AdviceGiven, lifecycle.PatientDeclined, lifecycle.NotSuitable),
		{name: "actions", kind: "text", label: "What the referrer has to do", hint: "The referrer reads this first. Write “Nothing” where there is nothing", missing: "Say what the referrer has to do, or that it is nothing"},
		{name: "summary", kind: "text", label: "What was found and done", missing: "Say what was found and done"}}},
	{lifecycle.EndEarly, "Discharge before treatment", "Discharge the patient", "The patient is discharged.", false, "", []fieldKind{
		outcomeField(lifecycle.PatientDeclined, lifecycle.NotSuitable, lifecycle.AdviceGiven), noteField}},
	{lifecycle.RejectNoContact, "The patient cannot be reached", "Return to the referrer", "The referral went back to the referrer.", false, "once the referral is accepted and the attempts are noted", []fieldKind{noteField}},
	{lifecycle.Message, "Write a message", "Send the message", "The message is sent.", false, "", []fieldKind{textField("Message", "The referrer and the referral centre read it", "Write the message")}},
	{lifecycle.Return, "Ask, or return to the referral centre", "Return to the referral centre", "The referral went back to the referral centre.", false, "", []fieldKind{
		reasonField("Reason"), textField("What is needed", "The referral goes back to the referral centre, and this link ends", "Say what is needed, or why it goes back")}},
	{lifecycle.Decline, "Decline", "Decline the referral", "The referral went back to the referrer.", false, "", []fieldKind{
		reasonField("Reason"), textField("Text for the referrer", "The referral goes back to the referrer, and this link ends", "Tell the referrer why")}},
}

func actOf(move lifecycle.Move) *actKind {
	for i := range actKinds {
		if actKinds[i].move == move {
			return &actKinds[i]
		}
	}
	return nil
}

// actsOf are what can be done now, and what cannot, with the reason.
func actsOf(choices []lifecycle.Choice, tried attempt) (acts []act, not []notNow) {
	hasMain := false
	for i := range actKinds {
		kind := &actKinds[i]
		at := slices.IndexFunc(choices, func(c lifecycle.Choice) bool { return c.Move == kind.move })
		if at < 0 && kind.move != lifecycle.Message {
			continue
		}
		if at >= 0 && choices[at].WhyNot != "" {
			why := choices[at].WhyNot
			if kind.after == "" {
				continue
			}
			if strings.HasPrefix(why, "the referral is ") {
				why += "; possible " + kind.after
			}
			not = append(not, notNow{kind.label, why})
			continue
		}
		one := act{Move: kind.move, Label: kind.label, Button: kind.button, IsMain: kind.isMain && !hasMain}
		hasMain = hasMain || kind.isMain
		one.IsOpen = one.IsMain
		sent := url.Values{}
		if tried.sent != nil && tried.move == kind.move {
			one.IsOpen, sent = true, tried.sent
		}
		for _, f := range kind.fields {
			one.Fields = append(one.Fields, f.show(kind.move, sent, tried.wrong))
		}
		acts = append(acts, one)
	}
	not = append(not, notNow{"Send on to another provider", "return it to the referral centre with the reason; it is sent on from there"})
	return acts, not
}

func (f fieldKind) show(move lifecycle.Move, sent url.Values, wrong map[string]string) actField {
	shown := actField{ID: string(move) + "." + f.name, Name: f.name, Label: f.label, Hint: f.hint, Kind: f.kind, Value: sent.Get(f.name),
		Day: sent.Get("day"), Month: sent.Get("month"), Year: sent.Get("year"), Max: f.most()}
	if len(sent) > 0 {
		shown.Fault = wrong[f.name]
	}
	if f.kind == "date" || f.kind == "month" {
		shown.ID = string(move)
	}
	if f.options != nil {
		shown.Options = f.options()
		for i := range shown.Options {
			shown.Options[i].IsChosen = shown.Options[i].Value == shown.Value
		}
	}
	return shown
}

// most is how many characters a text has at most; those of a discharge are kept as one.
func (f fieldKind) most() int {
	if f.name == "actions" || f.name == "summary" {
		return 950
	}
	return 2000
}

// read makes the step of what was sent, or says by the fields' names what is wrong.
func (k *actKind) read(sent url.Values) (step lifecycle.Event, wrong map[string]string) {
	step.Move, wrong = k.move, make(map[string]string)
	var day dental.Date
	seconds := 0
	for _, f := range k.fields {
		text := strings.TrimSpace(strings.ReplaceAll(sent.Get(f.name), "\r\n", "\n"))
		ok := text != ""
		switch {
		case f.kind == "date":
			day, ok = bornOf(sent)
		case f.kind == "time":
			seconds, ok = timeOf(text)
		case f.kind == "month":
			step.Data.ReviewBy, ok = monthOf(sent)
		case f.options != nil:
			ok = slices.ContainsFunc(f.options(), func(o actOption) bool { return o.Value == text })
		case utf8.RuneCountInString(text) > f.most():
			wrong[f.name] = f.label + " has at most " + strconv.Itoa(f.most()) + " characters; shorten it"
		}
		if !ok && f.missing != "" {
			wrong[f.name] = f.missing
		}
		switch f.name {
		case "text":
			step.Public = text
		case "reason":
			step.Reason = lifecycle.Reason(text)
		case "outcome":
			step.Data.Outcome = lifecycle.Outcome(text)
		case "actions":
			step.Data.Summary = "For the referrer to do: " + text
		case "summary":
			step.Data.Summary += "\n\nFound and done: " + text
		}
	}
	if !day.IsNone() {
		step.Data.When = day.At(seconds)
	}
	switch k.move {
	case lifecycle.Rebook:
		step.Reason = lifecycle.Other
	case lifecycle.NotAttended:
		step.Data.Outcome = lifecycle.DidNotAttend
	case lifecycle.RejectNoContact:
		step.Reason = lifecycle.NotContactable
	}
	return step, wrong
}

var clock = regexp.MustCompile(`^(\d{1,2})[:.](\d{2})$`)

// timeOf reads a time of day, in seconds.
func timeOf(text string) (seconds int, ok bool) {
	parts := clock.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	hours, _ := strconv.Atoi(parts[1]) // digits, as the pattern says
	minutes, _ := strconv.Atoi(parts[2])
	return hours*3600 + minutes*60, hours < 24 && minutes < 60
}

// monthOf reads a month, and is its last day.
func monthOf(sent url.Values) (dental.Date, bool) {
	first, ok := bornOf(url.Values{"day": {"1"}, "month": {sent.Get("month")}, "year": {sent.Get("year")}})
	if !ok {
		return first, false
	}
	year, month, _ := first.Calendar()
	return lifecycle.EndOfMonth(year, time.Month(month)), true
}

// keptOf are the texts that were typed, to be copied.
func keptOf(tried attempt) (kept []keptText) {
	kind := actOf(tried.move)
	if kind == nil {
		return nil
	}
	for _, f := range kind.fields {
		text := strings.TrimSpace(tried.sent.Get(f.name))
		switch f.kind {
		case "date":
			text = strings.TrimSpace(tried.sent.Get("day") + " " + tried.sent.Get("month") + " " + tried.sent.Get("year"))
		case "month":
			text = strings.TrimSpace(tried.sent.Get("month") + " " + tried.sent.Get("year"))
		}
		if text != "" {
			kept = append(kept, keptText{f.label, text})
		}
	}
	return kept
}
