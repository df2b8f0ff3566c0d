package directory

import (
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// faults collects all that is wrong with an entry.
type faults []fault.Field

func (f *faults) add(name, format string, args ...any) {
	*f = append(*f, fault.Field{Name: name, Text: fmt.Sprintf(format, args...)})
}

// line cleans and checks a text of one line. whose begins the sentence, "The name".
func (f *faults) line(name, whose string, text *string, most int) {
	*text = strings.TrimSpace(*text)
	f.text(name, whose, *text, most, false)
}

// lines cleans and checks a text that may have several lines.
func (f *faults) lines(name, whose string, text *string, most int) {
	*text = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(*text, "\r\n", "\n"), "\r", "\n"))
	f.text(name, whose, *text, most, true)
}

func (f *faults) text(name, whose, text string, most int, breaks bool) {
	bad := !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && !(breaks && r == '\n') })
	switch {
	case bad && breaks:
		f.add(name, "%s has signs that cannot be printed; type it anew", whose)
	case bad:
		f.add(name, "%s has signs that cannot be printed, or a line break; type it anew in one line", whose)
	case utf8.RuneCountInString(text) > most:
		f.add(name, "%s has at most %d characters; shorten it", whose, most)
	}
}

// name checks a name, which nothing goes without.
func (f *faults) name(whose string, text *string) {
	if f.line("Name", whose, text, 255); *text == "" {
		f.add("Name", "%s is missing; enter one", whose)
	}
}

func (f *faults) email(name string, text *string) {
	before := len(*f)
	f.line(name, "The e-mail address", text, 255)
	if *text == "" || len(*f) > before {
		return
	}
	at, err := mail.ParseAddress(*text)
	if err != nil || at.Address != *text || !strings.Contains((*text)[strings.LastIndexByte(*text, '@')+1:], ".") {
		f.add(name, "The e-mail address must be like reception@example.org")
	}
}

func (f *faults) phone(name string, text *string) {
	before := len(*f)
	f.line(name, "The telephone number", text, 50)
	if *text == "" || len(*f) > before {
		return
	}
	digits := 0
	for _, r := range *text {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if digits < 3 {
		f.add(name, "The telephone number must have its digits, such as 0113 496 0000")
	}
}

// website checks an address that a page will link to: no other scheme than the web's own.
func (f *faults) website(name string, text *string) {
	before := len(*f)
	f.line(name, "The website", text, 500)
	if *text == "" || len(*f) > before {
		return
	}
	at, err := url.Parse(*text)
	if err != nil || at.Scheme != "https" && at.Scheme != "http" || at.Host == "" || at.User != nil {
		f.add(name, "The website must be a whole address, such as https://www.example.org")
	}
}

// choices cleans and checks what was chosen of a closed list: each once, in the list's order.
func (f *faults) choices(name, noun string, chosen *[]string, words []Word) {
	var kept []string
	for _, w := range words {
		if slices.Contains(*chosen, w.ID) {
			kept = append(kept, w.ID)
		}
	}
	for _, id := range *chosen {
		if !slices.ContainsFunc(words, func(w Word) bool { return w.ID == id }) {
			f.add(name, "%q is no %s; choose of %s", clip(id), noun, idsOf(words))
		}
	}
	*chosen = kept
}

func idsOf(words []Word) string {
	ids := make([]string, len(words))
	for i, w := range words {
		ids[i] = w.ID
	}
	return strings.Join(ids, ", ")
}

// forms cleans and checks form types. One that was chosen before stays, also when the operator has taken it away since.
func (f *faults) forms(r *Room, name string, chosen *[]string, before []string) {
	kept := slices.Clone(*chosen)
	slices.Sort(kept)
	kept = slices.Compact(kept)
	for _, form := range kept {
		if _, known := r.titles[form]; !known && len(r.titles) > 0 && !slices.Contains(before, form) || form == "" || strings.ContainsFunc(form, isNoWord) {
			f.add(name, "There is no form %q; choose one of those that there are", clip(form))
		}
	}
	if utf8.RuneCountInString(strings.Join(kept, ",")) > 2000 {
		f.add(name, "The forms are too many; choose fewer")
	}
	*chosen = kept
}

func isNoWord(r rune) bool {
	return !(r == '_' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r))
}

// ages checks from which to which age somebody is taken.
func (f *faults) ages(from, to int) {
	switch {
	case from < 0 || from > oldest:
		f.add("MinAge", "The youngest age must be a number of years from 0 to %d", oldest)
	case to < 0 || to > oldest:
		f.add("MaxAge", "The oldest age must be a number of years from 0 to %d; 0 is no limit", oldest)
	case to != 0 && to < from:
		f.add("MaxAge", "The oldest age, %d, is below the youngest, %d; exchange them, or enter 0 for no limit", to, from)
	}
}

func (f *faults) number(name, whose string, n, most int) {
	if n < 0 || n > most {
		f.add(name, "%s must be a number from 0 to %d", whose, most)
	}
}

// clip shortens what somebody typed for a message.
func clip(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
