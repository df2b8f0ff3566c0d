package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// act is one thing that can be done now.
type act struct {
	ID            string // names it in the page and in what is sent
	Label, Button string
	IsMain        bool // the step that is expected next
	IsOpen        bool
	Key           string // its keyboard shortcut where there is one
	Href          string // a page that it leads to, in place of a form
	Post          string // an address of its own that its form is sent to
	Fields        []actField
	HasFiles      bool
}

type actField struct {
	ID, Name, Label, Hint, Kind, Fault string
	Value, Day, Month, Year            string
	Max                                int
	Options                            []actOption
	Not                                []notNow // what cannot be chosen
}

type actOption struct {
	Value, Text, Note string
	IsChosen          bool
}

// actsBody is the part of a page in which moves are made.
type actsBody struct {
	Action, Check string
	Seq           int64
	Acts          []act
	Not           []notNow
}

// has tells that a move can be made.
func (b actsBody) has(name string) bool {
	return slices.ContainsFunc(b.Acts, func(a act) bool { return a.ID == name })
}

type notNow struct{ Label, Why string }

// unfitList is a waiting list that does not take a referral.
type unfitList struct {
	num int64
	notNow
}

// scene is what the moves of a page are made of: who makes them, and what there is to choose from.
type scene struct {
	byLink   bool // without an account
	now      dental.DateTime
	base     string // the referral's address
	proposal *lifecycle.Proposal
	targets  []Target
	lists    []directory.List // those that take it
	notLists []unfitList      // the others of its area
}

// actKind is what pages offer for a move.
type actKind struct {
	move          lifecycle.Move
	id            string // "" is the move's own; a message and a note are the same move
	label, button string
	done          string
	isMain        bool
	ends          bool   // who has made it has the referral no more
	key           string // the shortcut at triage
	after         string // when it becomes possible, where the referral has not come so far
	page, post    string // what it leads to, below the referral's address, in place of a form here
	fields        []fieldKind
}

func (k *actKind) name() string {
	if k.id != "" {
		return k.id
	}
	return string(k.move)
}

// fieldKind is an input: "text" of several lines, "line", "choice", "target", "tick", "date", "time" or "month".
type fieldKind struct {
	name, kind, label, hint string
	missing                 string // what is said where there is nothing; "" where it may be left blank
	options                 func(*scene) []actOption
	hasLists                bool // waiting lists are among them
}

func (f fieldKind) anchor(act string) string {
	switch f.kind {
	case "date":
		return act + ".day"
	case "month":
		return act + ".month"
	case "target":
		return act + ".target.0"
	}
	return act + "." + f.name
}

func actOf(name string) *actKind {
	for i := range actKinds {
		if actKinds[i].name() == name {
			return &actKinds[i]
		}
	}
	return nil
}

// attempt is what was sent, and what is wrong with it.
type attempt struct {
	sent   url.Values
	act    string
	seq    int64
	faults []link
	wrong  map[string]string // by the field's name
	link   string            // an answer link that was made just now
}

// attemptOf reads what a page has sent.
func attemptOf(r *http.Request) (attempt, error) {
	if err := r.ParseForm(); err != nil {
		return attempt{}, unreadable(err)
	}
	tried := attempt{sent: r.PostForm, act: r.PostForm.Get("move")}
	tried.seq, _ = strconv.ParseInt(r.PostForm.Get("seq"), 10, 64) // none is 0, which is stale
	return tried, nil
}

// read makes the step of what was sent; ok is false where something is wrong with it, which the attempt has then.
func (tried *attempt) read(kind *actKind, on *scene) (step lifecycle.Event, ok bool) {
	step, wrong := kind.read(tried.sent, on)
	tried.blame(kind, wrong)
	return step, len(wrong) == 0
}

func (tried *attempt) blame(kind *actKind, wrong map[string]string) {
	tried.wrong = wrong
	for _, f := range kind.fields {
		if text := wrong[f.name]; text != "" {
			tried.faults = append(tried.faults, link{"#" + f.anchor(kind.name()), text})
		}
	}
}

// refused takes over why a move was not made.
func (tried *attempt) refused(f *fault.Fault) {
	texts := []string{f.Text}
	if len(f.Fields) > 0 {
		texts = nil
		for _, field := range f.Fields {
			texts = append(texts, field.Text)
		}
	}
	for _, text := range texts {
		tried.faults = append(tried.faults, link{"#acts", text})
	}
}

// actsOf are what can be done now, and what cannot, with the reason.
func actsOf(choices []lifecycle.Choice, on *scene, tried attempt) (acts []act, not []notNow) {
	hasMain := false
	for i := range actKinds {
		kind := &actKinds[i]
		at := slices.IndexFunc(choices, func(c lifecycle.Choice) bool { return c.Move == kind.move })
		if at < 0 && kind.move != lifecycle.Message || on.byLink && kind.id != "" {
			continue
		}
		if at >= 0 && choices[at].WhyNot != "" {
			why := choices[at].WhyNot
			if on.byLink && kind.after == "" {
				continue
			}
			if strings.HasPrefix(why, "the referral is ") && kind.after != "" {
				why += "; possible " + kind.after
			}
			not = append(not, notNow{kind.label, why})
			continue
		}
		if why := kind.nothingToChoose(on); why != "" {
			not = append(not, notNow{kind.label, why})
			continue
		}
		one := act{ID: kind.name(), Label: kind.label, Button: kind.button, Key: kind.key, IsMain: kind.isMainNow(on) && !hasMain}
		if kind.page != "" {
			one.Href = on.base + kind.page
		}
		if kind.post != "" {
			one.Post = on.base + kind.post
		}
		hasMain = hasMain || one.IsMain
		one.IsOpen = one.IsMain
		sent, isTried := kind.proposed(on), false
		if tried.sent != nil && tried.act == kind.name() {
			one.IsOpen, sent, isTried = true, tried.sent, true
		}
		for _, f := range kind.fields {
			shown := f.show(kind.name(), sent, on)
			if isTried {
				shown.Fault = tried.wrong[f.name]
			}
			if on.byLink && kind.ends && f.name == "text" {
				shown.Hint += ", and this link ends"
			}
			one.Fields = append(one.Fields, shown)
			one.HasFiles = one.HasFiles || f.kind == "files"
		}
		acts = append(acts, one)
	}
	if on.byLink {
		not = append(not, notNow{"Send on to another provider", "return it to the referral centre with the reason; it is sent on from there"})
	}
	return acts, not
}

// isMainNow tells that the move is the one that is expected. A proposal expects what it proposes.
func (k *actKind) isMainNow(on *scene) bool {
	if p := on.proposal; p != nil {
		return k.move == lifecycle.Allocate && p.Provider != 0 || k.move == lifecycle.PutOnList && p.Provider == 0
	}
	return k.isMain
}

// proposed is what a form begins with: what a proposal says.
func (k *actKind) proposed(on *scene) url.Values {
	p := on.proposal
	if p == nil || k.move != lifecycle.Allocate && k.move != lifecycle.PutOnList {
		return url.Values{}
	}
	begin := url.Values{"tier": {p.Tier}, "clinician": {p.Clinician}, "list": {numText(p.List)}}
	for _, t := range on.targets {
		if t.Organisation == p.Provider && (p.Service == 0 || p.Service == t.Service) && t.Fits {
			begin.Set("target", t.value())
			break
		}
	}
	return begin
}

// nothingToChoose says why a move cannot be made for want of a provider or a waiting list.
func (k *actKind) nothingToChoose(on *scene) string {
	for _, f := range k.fields {
		if f.missing == "" || f.options == nil || len(f.options(on)) > 0 {
			continue
		}
		switch {
		case f.name == "list" && len(on.notLists) == 0:
			return "the area has no waiting list"
		case f.name == "list":
			var whys []string
			for _, list := range on.notLists {
				whys = append(whys, list.Label+": "+list.Why)
			}
			return "no waiting list fits. " + strings.Join(whys, "; ")
		case len(on.targets) == 0:
			return "there is no provider in the directory"
		}
		var whys []string
		for _, t := range on.targets {
			whys = append(whys, t.Name+": "+strings.Join(t.WhyNot, ", "))
		}
		return "no provider fits. " + strings.Join(whys, "; ")
	}
	return ""
}

func (f fieldKind) show(act string, sent url.Values, on *scene) actField {
	shown := actField{ID: act + "." + f.name, Name: f.name, Label: f.label, Hint: f.hint, Kind: f.kind, Value: sent.Get(f.name),
		Day: sent.Get("day"), Month: sent.Get("month"), Year: sent.Get("year"), Max: f.most()}
	if f.kind == "date" || f.kind == "month" {
		shown.ID = act
	}
	if f.options != nil {
		shown.Options = f.options(on)
		for i := range shown.Options {
			shown.Options[i].IsChosen = shown.Options[i].Value == shown.Value
		}
	}
	if f.kind == "target" {
		shown.Not = unfit(on.targets)
	}
	if f.hasLists {
		for _, list := range on.notLists {
			shown.Not = append(shown.Not, list.notNow)
		}
	}
	return shown
}

// most is how many characters a text has at most; those of a discharge are kept as one.
func (f fieldKind) most() int {
	switch {
	case f.kind == "line":
		return 100
	}
	return 2000
}

// read makes the step of what was sent, or says by the fields' names what is wrong.
func (k *actKind) read(sent url.Values, on *scene) (step lifecycle.Event, wrong map[string]string) {
	step.Move, wrong = k.move, make(map[string]string)
	var day dental.Date
	seconds := 0
	for _, f := range k.fields {
		text := typedText(sent.Get(f.name))
		ok := text != ""
		switch {
		case f.kind == "date":
			day, ok = bornOf(sent)
		case f.kind == "time":
			seconds, ok = timeOf(text)
		case f.kind == "month":
			step.Data.ReviewBy, ok = monthOf(sent)
			if ok && !on.now.Date().Before(step.Data.ReviewBy) {
				wrong[f.name] = "The review must be a month in the future"
			}
		case f.options != nil && (ok || f.missing != ""):
			if ok = slices.ContainsFunc(f.options(on), func(o actOption) bool { return o.Value == text }); !ok && f.missing == "" {
				wrong[f.name] = f.label + ": choose one of the list"
			}
		case utf8.RuneCountInString(text) > f.most():
			wrong[f.name] = f.label + " has at most " + strconv.Itoa(f.most()) + " characters; shorten it"
		}
		if !ok && f.missing != "" {
			wrong[f.name] = f.missing
			continue
		}
		f.fill(&step, text, on)
	}
	if !day.IsNone() {
		if step.Data.When = day.At(seconds); wrong["date"] == "" && wrong["time"] == "" && !on.now.Before(step.Data.When) {
			wrong["date"] = "The appointment must be a date in the future"
		}
	}
	switch k.move {
	case lifecycle.RequestInfo, lifecycle.RejectAtTriage, lifecycle.Withdraw, lifecycle.EnterInError, lifecycle.Reopen, lifecycle.Return, lifecycle.Decline:
		if step.Reason == lifecycle.Other && step.Public == "" && wrong["text"] == "" {
			wrong["text"] = "Say what the other reason is"
		}
	case lifecycle.Rebook:
		step.Reason = lifecycle.Other
	case lifecycle.NotAttended:
		step.Data.Outcome = lifecycle.DidNotAttend
	case lifecycle.RejectNoContact:
		step.Reason = lifecycle.NotContactable
	}
	return step, wrong
}

// typedText is what somebody typed, without what nobody sees: blanks around it, and control characters, which come along with what is
// copied from elsewhere.
func typedText(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text))
}

// fill puts what an input says into the step.
func (f fieldKind) fill(step *lifecycle.Event, text string, on *scene) {
	switch f.name {
	case "text":
		step.Public = text
	case "internal":
		step.Internal = text
	case "reason":
		step.Reason = lifecycle.Reason(text)
	case "outcome":
		step.Data.Outcome = lifecycle.Outcome(text)
	case "actions":
		step.Data.Actions = text
	case "summary":
		step.Data.Summary = text
	case "tier":
		step.Data.Tier = text
	case "clinician":
		step.Data.Clinician = text
	case "list":
		fillList(step, text, on)
	case "confirmed":
		step.Data.Confirmed = text != ""
	case "target":
		for _, t := range on.targets {
			if t.value() == text {
				step.Data.Provider, step.Data.Service, step.Data.Name = t.Organisation, t.Service, t.Name
			}
		}
		if num, ok := strings.CutPrefix(text, listTarget); ok {
			fillList(step, num, on)
		}
	}
}

// fillList puts the waiting list of a number into the step.
func fillList(step *lifecycle.Event, num string, on *scene) {
	for _, list := range on.lists {
		if numText(list.Num) == num {
			step.Data.List, step.Data.Name = list.Num, list.Name
		}
	}
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

// keptOf is what was typed and chosen, to be copied, in the words of the page. A choice that the page offers no more is left out.
func keptOf(tried attempt, on *scene) (kept []keptText) {
	kind := actOf(tried.act)
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
		if f.options != nil {
			options := f.options(on)
			at := slices.IndexFunc(options, func(o actOption) bool { return o.Value == text })
			if text = ""; at >= 0 {
				text = options[at].Text
			}
		}
		if text != "" {
			kept = append(kept, keptText{f.label, text})
		}
	}
	return kept
}
