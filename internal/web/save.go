package web

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// The limits of what a page sends, beside its files.
const (
	maxPosted = 4 << 20 // bytes: the longest texts of a section, each sign of them escaped
	maxParts  = 2000
)

// posted is what a section's page sent: what was typed, and what became of the files that came along.
type posted struct {
	values url.Values
	added  map[string][]referral.File // by field
	refuse map[string]string          // by field: why a file was not taken
}

// do is the button that was pressed, and what it is about.
func (p *posted) do() (verb, about string) {
	verb, about, _ = strings.Cut(p.values.Get("do"), ":")
	return verb, about
}

// receiver takes a file as it comes in.
type receiver func(field *form.Field, name string, body io.Reader) (referral.File, error)

// readPosted reads what a page sent. Files go to take while they come in, with what was typed before them; without
// take they are read past.
func readPosted(w http.ResponseWriter, r *http.Request, section *form.Section, take receiver, p *posted) error {
	if !isUpload(r) {
		r.Body = http.MaxBytesReader(w, r.Body, maxPosted)
		if err := r.ParseForm(); err != nil {
			return unreadable(err)
		}
		p.values = r.PostForm
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, referral.MaxFiles*referral.MaxFile+maxPosted)
	parts, err := r.MultipartReader()
	if err != nil {
		return unreadable(err)
	}
	room := int64(maxPosted)
	for count := 0; ; count++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		if count > maxParts {
			return fault.New(fault.TooLarge, "The page sent more than it has inputs")
		}
		if part.FileName() != "" {
			p.takeFile(section, part, take)
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, room+1))
		if err != nil {
			return unreadable(err)
		}
		if room -= int64(len(text)); room < 0 {
			return fault.New(fault.TooLarge, "What was typed is longer than a page may send")
		}
		if name := part.FormName(); name != "" && (len(text) > 0 || part.Header.Get("Content-Type") == "") {
			p.values.Add(name, string(text))
		}
	}
}

// takeFile gives a file to its receiver, and notes what is wrong with it. The rest of the page is read all the same.
func (p *posted) takeFile(section *form.Section, part *multipart.Part, take receiver) {
	if take == nil {
		return // the reader goes past it
	}
	id, isNew := strings.CutSuffix(part.FormName(), ".new")
	at := slices.IndexFunc(section.Fields, func(f form.Field) bool { return f.ID == id && f.Kind == form.Files })
	if !isNew || at < 0 {
		return // the reader goes past it
	}
	if p.refuse[id] != "" {
		return // one was refused; those after it are chosen again with it
	}
	file, err := take(&section.Fields[at], part.FileName(), part)
	if err != nil {
		p.refuse[id] = refusal(part.FileName(), err)
		return
	}
	p.added[id] = append(p.added[id], file)
}

// refusal says why a file was not taken.
func refusal(name string, err error) string {
	f := fault.From(err)
	text := f.Text
	if f.Kind == fault.Internal || text == "" {
		text = "it could not be stored; try again"
	}
	for _, field := range f.Fields {
		if field.Name == "taken_on" {
			return "Enter the day on which the files were taken, like 31/01/2026, and choose them again"
		}
	}
	return fmt.Sprintf("%s was not taken: %s", name, strings.TrimPrefix(text, "file "))
}

// unreadable is the fault of a body that was cut off, is too large, or is no form.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return fault.Wrap(fault.Invalid, err, "What the browser sent was cut off on its way; go back and send it again")
}

// answers are what was typed into a section, for the fields whose inputs were sent.
func (p *posted) answers(section *form.Section, files form.Answers) form.Answers {
	changed := make(form.Answers)
	for i := range section.Fields {
		f := &section.Fields[i]
		switch f.Kind {
		case form.Info:
		case form.Files:
			if value, ok := files[f.ID]; ok {
				changed[f.ID] = form.Value{Files: p.described(f, value.Files)}
			}
		default:
			changed[f.ID] = f.Read(p.values)
		}
	}
	return changed
}

// described are files with what was typed of each, and of those that have just come.
func (p *posted) described(field *form.Field, files []form.File) []form.File {
	files = slices.Clone(files)
	for i := range files {
		f := &files[i]
		name := "file." + f.ID + "."
		if p.values.Has(name + "day") {
			f.TakenOn = dayTyped(p.values, name)
			f.View, f.Quality = p.values.Get(name+"view"), p.values.Get(name+"quality")
		}
		if slices.ContainsFunc(p.added[field.ID], func(added referral.File) bool { return added.ID() == f.ID }) {
			f.View = p.values.Get(field.ID + ".new.view")
		}
	}
	return files
}

// dayTyped joins the three inputs of a day; "" where all are empty.
func dayTyped(values url.Values, prefix string) string {
	parts := []string{strings.TrimSpace(values.Get(prefix + "day")), strings.TrimSpace(values.Get(prefix + "month")), strings.TrimSpace(values.Get(prefix + "year"))}
	if strings.Join(parts, "") == "" {
		return ""
	}
	text := strings.Join(parts, "/")
	if day, err := dental.ParseDayFirst(text); err == nil {
		return day.String()
	}
	return text
}

// section finds a section that is asked.
func (o *open) section(id string) (*form.Section, error) {
	section, ok := o.filled.Type.Section(id)
	if !ok {
		return nil, notFound
	}
	return section, nil
}

// showSection shows a section as it is; with judge=1, what is wrong with it too.
func (s *Site) showSection(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openForm(r)
	if err != nil || o.elsewhere(w, r) {
		return err
	}
	section, err := o.section(r.PathValue("section"))
	if err != nil {
		return err
	}
	if section.ID == declaration {
		http.Redirect(w, r, o.base+"/send", http.StatusSeeOther)
		return nil
	}
	var faults []form.Fault
	if r.URL.Query().Get("judge") == "1" {
		faults = o.faultsOf(section)
	}
	body := o.sectionPage(section, faults)
	body.Offers = s.offersOf(o, faults)
	return o.renderSection(w, r, http.StatusOK, section, body)
}

// faultsOf are the section's own faults, and those of the whole form that are put right in it.
func (o *open) faultsOf(section *form.Section) []form.Fault {
	var faults []form.Fault
	for _, f := range o.sheet.Faults() {
		if slices.ContainsFunc(section.Fields, func(field form.Field) bool { return field.ID == f.Field }) {
			faults = append(faults, f)
		}
	}
	return faults
}

func (o *open) sectionPage(section *form.Section, faults []form.Fault) sectionBody {
	body := sectionPage(o.sheet, section, o.base, faults, o.files)
	body.Rev, body.Back = o.filled.Rev, o.tasksPath()
	return body
}

func (o *open) renderSection(w http.ResponseWriter, r *http.Request, status int, section *form.Section, body sectionBody) error {
	p := o.page(section.Title, body)
	p.Faulty = len(body.Faults) > 0
	return render(w, r, status, "section", p)
}

// saveSection keeps what was typed in a section, right or wrong, and does what its button says.
func (s *Site) saveSection(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if fault.Is(err, fault.Unauthenticated) {
		return s.keepOnPage(w, r, "return", "Save what I typed")
	}
	if err != nil {
		return err
	}
	before, err := s.reopen(r, caller, r.PathValue("urn"))
	if err != nil || before.elsewhere(w, r) {
		return err
	}
	section, err := before.section(r.PathValue("section"))
	if err != nil {
		return err
	}
	p, now, wrong, err := s.keep(w, r, before, section)
	if err != nil {
		return err
	}
	if wrong != nil {
		return now.refused(w, r, section, wrong, p)
	}
	return s.afterSaving(w, r, before, now, section, p)
}

// keep reads what was sent and stores it. wrong are the faults of what cannot be stored, laid over what is.
func (s *Site) keep(w http.ResponseWriter, r *http.Request, before *open, section *form.Section) (p *posted, now *open, wrong []form.Fault, err error) {
	p = &posted{values: make(url.Values), added: make(map[string][]referral.File), refuse: make(map[string]string)}
	urn := before.filled.URN
	err = readPosted(w, r, section, func(field *form.Field, name string, body io.Reader) (referral.File, error) {
		return s.desk.AddFormFile(r.Context(), before.caller, urn,
			referral.NewFile{Name: name, Kind: field.FileKind, TakenOn: dayTyped(p.values, field.ID+".new.")}, body)
	}, p)
	if err != nil {
		return nil, nil, nil, err
	}
	files := before.filled.Answers
	if len(p.added) > 0 {
		fresh, err := s.reopen(r, before.caller, urn)
		if err != nil {
			return nil, nil, nil, err
		}
		files = fresh.filled.Answers
	}
	changed := p.answers(section, files)
	if p.values.Get("only") == "files" {
		changed = onlyFiles(changed)
	}
	rev, _ := strconv.ParseInt(p.values.Get("rev"), 10, 64) // one that was tampered with is none
	_, err = s.desk.Keep(r.Context(), before.caller, urn, rev, changed)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Gone) {
		// It was sent, or its time ended, while one typed.
		now, err = s.reopen(r, before.caller, urn)
		return p, now, nil, err
	}
	if err != nil && !fault.Is(err, fault.Invalid) {
		return nil, nil, nil, err
	}
	refused := err
	if now, err = s.reopen(r, before.caller, urn); err != nil || refused == nil {
		return p, now, nil, err
	}
	now.lay(changed)
	wrong = form.CheckDraft(now.filled.Type, now.filled.Answers)
	if len(wrong) == 0 {
		return nil, nil, nil, refused
	}
	return p, now, wrong, nil
}

// lay lays answers over those that are stored, to be shown again.
func (o *open) lay(changed form.Answers) {
	for id, value := range changed {
		o.filled.Answers[id] = value
	}
	o.sheet = o.filled.Type.Fill(o.filled.Answers, o.sheet.Day)
}

func onlyFiles(changed form.Answers) form.Answers {
	files := make(form.Answers)
	for id, value := range changed {
		if len(value.Files) > 0 {
			files[id] = value
		}
	}
	return files
}

// refused shows what was typed and cannot be stored.
func (o *open) refused(w http.ResponseWriter, r *http.Request, section *form.Section, wrong []form.Fault, p *posted) error {
	if wantsJSON(r) {
		writeJSON(w, http.StatusUnprocessableEntity, map[string]string{"text": wrong[0].Text})
		return nil
	}
	body := o.sectionPage(section, wrong)
	return o.renderSection(w, r, http.StatusUnprocessableEntity, section, body)
}

// afterSaving does what the button says.
func (s *Site) afterSaving(w http.ResponseWriter, r *http.Request, before, now *open, section *form.Section, p *posted) error {
	if now.elsewhere(w, r) {
		return nil
	}
	verb, about := p.do()
	if verb == "remove" {
		return s.removeFile(w, r, now, section, about)
	}
	if verb == "upload" && len(p.added[about]) == 0 && p.refuse[about] == "" {
		p.refuse[about] = "Choose a file first"
	}
	if len(p.refuse) > 0 {
		return now.refusedFiles(w, r, section, p)
	}
	switch {
	case wantsJSON(r):
		writeJSON(w, http.StatusOK, now.state(section, s.desk.Now()))
		return nil
	case verb == "upload":
		http.Redirect(w, r, now.sectionPath(section.ID)+"#"+about, http.StatusSeeOther)
		return nil
	case verb == "return":
		http.Redirect(w, r, now.tasksPath(), http.StatusSeeOther)
		return nil
	}
	return s.goOn(w, r, before, now, section)
}

// isSectionRule tells whether a fault is one of the section's own.
func (o *open) isSectionRule(section *form.Section, f form.Fault) bool {
	return slices.Contains(o.sheet.SectionFaults(section.ID), f)
}

// goOn leads to the next section, when nothing is wrong in this one.
func (s *Site) goOn(w http.ResponseWriter, r *http.Request, before, o *open, section *form.Section) error {
	// With the rules of the whole form that only an answer here can put right, and that have a better form to offer.
	faults := slices.DeleteFunc(o.faultsOf(section), func(f form.Fault) bool {
		return f.Rule == form.RuleAge || f.Rule == form.RuleBetween && f.Offer == "" && !o.isSectionRule(section, f)
	})
	more := opened(before.sheet, o.sheet, section)
	// What has only just been asked is not missing yet.
	faults = slices.DeleteFunc(faults, func(f form.Fault) bool {
		return f.Rule == form.RuleMissing && slices.ContainsFunc(more, func(field *form.Field) bool { return field.ID == f.Field })
	})
	if len(faults) == 0 && len(more) == 0 {
		to := o.base + "/check"
		if next := nextSection(o.sheet, section.ID); next != "" {
			to = o.sectionPath(next)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	body := o.sectionPage(section, faults)
	body.Offers = s.offersOf(o, faults)
	status := http.StatusUnprocessableEntity
	if len(faults) == 0 {
		status = http.StatusOK
	}
	if len(more) > 0 {
		body.Notice = "Your answers are saved. They lead to more questions on this page:"
		for _, field := range more {
			body.Opened = append(body.Opened, link{"#" + body.anchor(form.Fault{Field: field.ID}), field.Label})
		}
	}
	return o.renderSection(w, r, status, section, body)
}

// refusedFiles shows why files were not taken. Everything else is stored.
func (o *open) refusedFiles(w http.ResponseWriter, r *http.Request, section *form.Section, p *posted) error {
	if wantsJSON(r) {
		for _, text := range p.refuse {
			writeJSON(w, http.StatusUnprocessableEntity, map[string]string{"text": text})
			return nil
		}
	}
	body := o.sectionPage(section, nil)
	for i := range body.Questions {
		q := &body.Questions[i]
		if text := p.refuse[q.ID]; text != "" {
			q.NewFault = text
			body.Faults = append(body.Faults, link{"#" + q.ID, text})
		}
		if q.Kind == form.Files {
			q.New.TakenOn, q.New.View = dayTyped(p.values, q.ID+".new."), p.values.Get(q.ID+".new.view")
		}
	}
	return o.renderSection(w, r, http.StatusUnprocessableEntity, section, body)
}

func (s *Site) removeFile(w http.ResponseWriter, r *http.Request, o *open, section *form.Section, id string) error {
	num, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return notFound
	}
	err = s.desk.RemoveFile(r.Context(), o.caller, o.filled.URN, num)
	if err != nil && !fault.Is(err, fault.NotFound) { // removed in another window
		return err
	}
	http.Redirect(w, r, o.sectionPath(section.ID), http.StatusSeeOther)
	return nil
}

// liveState is what a script shows at once after an answer has changed.
type liveState struct {
	Rev      int64               `json:"rev"`
	Shown    map[string]bool     `json:"shown"`
	Required map[string]bool     `json:"required"`
	Derived  map[string]string   `json:"derived"`
	Advice   map[string][]string `json:"advice"`
	At       string              `json:"at"`
}

func (o *open) state(section *form.Section, now dental.DateTime) liveState {
	state := liveState{Rev: o.filled.Rev, Shown: make(map[string]bool), Required: make(map[string]bool), Derived: make(map[string]string),
		Advice: make(map[string][]string), At: now.String()[11:16]}
	for i := range section.Fields {
		id := section.Fields[i].ID
		state.Shown[id], state.Required[id], state.Advice[id] = o.sheet.Shown(id), o.sheet.Required(id), []string{}
	}
	for _, f := range append(o.sheet.Advice(), ageAdvice(o.sheet)...) {
		if texts, here := state.Advice[f.Field]; here {
			state.Advice[f.Field] = append(texts, f.Text)
		}
	}
	for _, d := range section.Derived {
		text, known := o.sheet.Derived(d.ID)
		if !known {
			text = unknownValue
		}
		state.Derived[d.ID] = derivedWords(text)
	}
	return state
}

// keepOnPage is what happens to what was typed when the session is over: the page that says so has it, and sends it
// again, by a button with these words, when one is signed in in another window.
func (s *Site) keepOnPage(w http.ResponseWriter, r *http.Request, do, words string) error {
	p := &posted{values: make(url.Values)}
	if wantsJSON(r) {
		return fault.New(fault.Unauthenticated, "You are signed out")
	}
	if err := readPosted(w, r, nil, nil, p); err != nil {
		return err
	}
	m := message{
		Heading: "You are signed out, and what you typed is still here",
		Lines: []string{"Do not close this page.", "In another tab, open the form from your practice's system again, or open your practice's list of referrals: that signs you in.",
			"Then come back to this page and press the button."},
		Again: &again{Action: r.URL.Path, Do: do, Words: words},
	}
	if s.wasPerson(r) {
		m.Lines[1] = "Sign in in another tab."
		m.Beside = []link{{SignInPath, "Sign in in another tab"}}
	}
	if isUpload(r) {
		m.Lines = append(m.Lines, "Files that you chose on the page before are not kept; choose them again afterwards.")
	}
	for _, name := range slices.Sorted(keysOf(p.values)) {
		if name != "do" {
			m.Again.Typed = append(m.Again.Typed, typed{name, p.values[name]})
		}
	}
	return render(w, r, http.StatusUnauthorized, "message", page{Title: m.Heading, Narrow: true, Body: m})
}

// keeping serves what somebody who is signed in has typed, and keeps it on the page where they are not any more: who writes for longer
// than a session waits has not written in vain.
func (s *Site) keeping(serve handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := serve(w, r)
		if !fault.Is(err, fault.Unauthenticated) {
			return err
		}
		s.note(r, fault.From(err))
		return s.keepOnPage(w, r, "", "Send it again")
	}
}

func keysOf(values url.Values) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for name := range values {
			if !yield(name) {
				return
			}
		}
	}
}
