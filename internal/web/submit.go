package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// checkBody is the page on which everything is read through.
type checkBody struct {
	Faults           []link
	Offers           []offer
	Advice           []link
	Fixed            []form.Fixed
	Sections         []checkedSection
	Back, Base, Send string
}

type checkedSection struct {
	summary
	Href string
}

// showCheck shows all answers, and all that keeps the referral from being sent but the declaration, which comes next.
func (s *Site) showCheck(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openForm(r)
	if err != nil || o.elsewhere(w, r) {
		return err
	}
	body := checkBody{Faults: o.unready(), Fixed: o.filled.Type.Fixed, Back: o.tasksPath(), Base: o.base, Send: o.base + "/send", Offers: s.offersOf(o, o.sheet.Faults())}
	for _, a := range o.sheet.Advice() {
		body.Advice = append(body.Advice, link{o.whereIs(a), a.Text})
	}
	for _, sum := range o.summaries() {
		if sum.Section.ID != declaration {
			body.Sections = append(body.Sections, checkedSection{sum, o.sectionPath(sum.Section.ID)})
		}
	}
	p := o.page("Check your answers", body)
	p.Faulty = len(body.Faults) > 0
	return render(w, r, http.StatusOK, "check", p)
}

// unready are the faults of all sections but the declaration.
func (o *open) unready() []link {
	var faults []link
	for _, f := range o.sheet.Faults() {
		if !o.isDeclared(f) {
			faults = append(faults, link{o.whereIs(f), f.Text})
		}
	}
	return faults
}

// isDeclared tells whether a fault is one of the declaration.
func (o *open) isDeclared(f form.Fault) bool {
	section, ok := o.filled.Type.Section(declaration)
	return ok && slices.ContainsFunc(section.Fields, func(field form.Field) bool { return field.ID == f.Field })
}

// summaries are all sections as they were answered.
func (o *open) summaries() []summary {
	var all []summary
	for i := range o.filled.Type.Sections {
		if sum, ok := summaryOf(o.sheet, &o.filled.Type.Sections[i], o.files); ok {
			all = append(all, sum)
		}
	}
	return all
}

// own is the declaration of the form, or one of ours for a form that has none.
func (o *open) own() (section *form.Section, isForms bool) {
	if section, ok := o.filled.Type.Section(declaration); ok {
		return section, true
	}
	return &form.Section{ID: declaration, Title: "Before you send"}, false
}

// showDeclaration shows what is confirmed at the end; before that, everything else must be right.
func (s *Site) showDeclaration(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openForm(r)
	if err != nil || o.elsewhere(w, r) {
		return err
	}
	if len(o.unready()) > 0 {
		http.Redirect(w, r, o.base+"/check", http.StatusSeeOther)
		return nil
	}
	return o.declare(w, r, http.StatusOK, nil, "")
}

// declare answers with the declaration's page.
func (o *open) declare(w http.ResponseWriter, r *http.Request, status int, faults []form.Fault, missing string) error {
	section, isForms := o.own()
	body := o.sectionPage(section, faults)
	body.Action, body.Back = o.base+"/send", o.base+"/check"
	body.Main, body.MainWords = "send", "Send the referral"
	body.Declares, body.DeclareFault = !isForms, missing
	if missing != "" {
		body.Faults = append(body.Faults, link{"#declared", missing})
	}
	if body.Amends, body.Reply, body.ReplyFault = o.filled.Amends, o.reply, o.replyFault; o.filled.Amends {
		body.MainWords = "Send the answer"
	}
	if o.replyFault != "" {
		body.Faults = append(body.Faults, link{"#reply", o.replyFault})
	}
	return o.renderSection(w, r, status, section, body)
}

// send takes the declaration and submits the referral. Sent from two windows, it is sent once.
func (s *Site) send(w http.ResponseWriter, r *http.Request) error {
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
	section, isForms := before.own()
	p, now, wrong, err := s.keep(w, r, before, section)
	if now != nil {
		now.reply = p.values.Get("reply")
	}
	switch {
	case err != nil:
		return err
	case wrong != nil && wantsJSON(r):
		return now.refused(w, r, section, wrong, p)
	case wrong != nil:
		return now.declare(w, r, http.StatusUnprocessableEntity, wrong, "")
	case now.elsewhere(w, r):
		return nil
	}
	verb, _ := p.do()
	switch {
	case wantsJSON(r):
		writeJSON(w, http.StatusOK, now.state(section, s.desk.Now()))
		return nil
	case verb != "send":
		http.Redirect(w, r, now.tasksPath(), http.StatusSeeOther)
		return nil
	case !isForms && p.values.Get("declared") != "yes":
		return now.declare(w, r, http.StatusUnprocessableEntity, nil, "Tick to confirm the declaration")
	}
	err = s.submit(r, now, now.reply)
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		now.replyFault = replyFault(f)
		return s.notSent(w, r, now)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, now.base+"?sent=1", http.StatusSeeOther)
	return nil
}

// notSent shows why a referral cannot be sent: at the declaration, or, where it is something else, at the check.
func (s *Site) notSent(w http.ResponseWriter, r *http.Request, o *open) error {
	if len(o.unready()) > 0 {
		http.Redirect(w, r, o.base+"/check", http.StatusSeeOther)
		return nil
	}
	section, _ := o.own()
	return o.declare(w, r, http.StatusUnprocessableEntity, o.faultsOf(section), "")
}

// sentBody is a referral that was sent: its confirmation, and for good what can be read of it.
type sentBody struct {
	Heading, URN, Status, SentAt string
	Steps                        []step
	IsFormless                   bool // it came in through another system
	Papers                       []paper
	Fixed                        []form.Fixed
	Sections                     []summary
	Timeline                     []threadLine
}

type step struct {
	Title, Text string
	Current     bool
}

// paper is a PDF.
type paper struct{ Href, Title, Facts string }

// showSent shows what was sent, to be read and not to be changed.
func (s *Site) showSent(w http.ResponseWriter, r *http.Request, o *open) error {
	status, err := s.desk.Status(r.Context(), o.caller, o.filled.URN)
	if err == nil {
		err = s.desk.NoteView(r.Context(), o.caller, o.filled)
	}
	if err != nil {
		return err
	}
	body := sentBody{Heading: "Referral", URN: o.filled.URN, Status: "Status: " + status.Text, SentAt: o.filled.SubmittedAt.Words(), Steps: stepsOf(o, status.Text)}
	if r.URL.Query().Get("sent") == "1" {
		body.Heading = "The referral is sent"
	}
	attachments, err := s.desk.Documents(r.Context(), o.caller, o.filled.URN)
	if err != nil {
		return err
	}
	for _, a := range attachments {
		if a.Version != o.filled.Version {
			continue
		}
		body.Papers = append(body.Papers, paper{o.base + "/documents/" + url.PathEscape(a.Kind), paperWords(a.Kind), "PDF, " + sizeWords(a.Size)})
	}
	if o.sheet != nil {
		body.Fixed, body.Sections = o.filled.Type.Fixed, o.summaries()
	}
	if line := o.filled.Formless; line != nil {
		body.IsFormless, body.Fixed = true, append(factsOf(line), contactOf(o.filled.Given)...)
	}
	if body.Timeline, err = s.timelineOf(r, o); err != nil {
		return err
	}
	title := body.Heading
	if title == "Referral" {
		title += " " + o.filled.URN
	}
	return render(w, r, http.StatusOK, "sent", o.page(title, body))
}

// factsOf is what is known of a referral that came in without a form.
func factsOf(line *referral.Line) []form.Fixed {
	var facts []form.Fixed
	for _, f := range []form.Fixed{
		{Label: "Patient", Text: strings.TrimSpace(line.PatientFirst + " " + line.PatientLast)}, {Label: "Date of birth", Text: line.BirthDate.Words()},
		{Label: "For", Text: line.Reason}, {Label: "Referred by", Text: line.ReferrerName}, {Label: "Priority", Text: line.Priority},
	} {
		if f.Text != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// phone is a telephone of the patient's, and what is dialled: without the blanks, which an address of one must not have.
type phone struct{ Label, Text, Dial string }

// phonesOf are the telephones on which the patient, or who looks after them, is called.
func phonesOf(filled *referral.Filled) (phones []phone) {
	add := func(label, text string) {
		phones = append(phones, phone{label, text, strings.ReplaceAll(text, " ", "")})
	}
	if filled.Type == nil {
		for _, f := range contactOf(filled.Given) {
			if f.Label != "E-mail" && f.Label != "Address" {
				add(f.Label, f.Text)
			}
		}
		return phones
	}
	sheet := filled.Type.Fill(filled.Answers, filled.SubmittedAt.Date())
	for _, section := range filled.Type.Sections {
		for _, field := range section.Fields {
			if text := sheet.Answer(field.ID).Text; field.Kind == form.Phone && text != "" && (section.ID == "patient" || section.ID == "carer") {
				add(field.Label, text)
			}
		}
	}
	return phones
}

// contactOf is how the patient of a referral is reached that came in without a form.
func contactOf(given map[string]string) []form.Fixed {
	var facts []form.Fixed
	var address []string
	for _, name := range []string{"patient_address_line_1", "patient_town", "patient_postcode"} {
		if given[name] != "" {
			address = append(address, given[name])
		}
	}
	for _, f := range []form.Fixed{
		{Label: "Telephone", Text: given["patient_phone_number"]}, {Label: "Mobile", Text: given["patient_mobile_tel"]}, {Label: "Telephone at home", Text: given["patient_home_tel"]},
		{Label: "E-mail", Text: given["patient_email"]}, {Label: "Address", Text: strings.Join(address, ", ")},
	} {
		if f.Text != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// stepsOf is what happens next, with where it is at the moment.
func stepsOf(o *open, status string) []step {
	if o.filled.Formless != nil {
		return []step{
			{"Received", "on " + o.filled.SubmittedAt.Words() + ", from another system. It has its place, and cannot be lost.", false},
			{"Read by the clinic", "Those who receive it read it, and accept it, ask for more, or send it back. The status at the moment: " + status + ".", true},
			{"The patient is called", "The clinic writes to or calls the patient. You see each step here.", false},
		}
	}
	ready := !o.filled.ReadyAt.IsNone()
	return []step{
		{"Sent", "on " + o.filled.SubmittedAt.Words() + ". It has its place, and cannot be lost.", false},
		{"Documents", "The referral and the medical history are made as PDFs, and your practice system is told.", !ready},
		{"Read by the clinic", "Those who receive it read it, and accept it, ask for more, or send it back. The status at the moment: " + status + ".", ready},
		{"The patient is called", "The clinic writes to or calls the patient. You see each step here and in your practice system.", false},
	}
}

// paperWords names a kind of PDF.
func paperWords(kind string) string {
	switch {
	case kind == referral.AttachmentForm:
		return "The referral"
	case kind == referral.AttachmentHistory:
		return "The medical history"
	case kind == referral.AttachmentSingle:
		return "The referral with everything in one file"
	case referral.Attachment{Kind: kind}.IsLetter():
		return "The letter of the clinic"
	default:
		return "Document"
	}
}
