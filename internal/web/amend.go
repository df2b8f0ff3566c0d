package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// amendBody is the page of a referral about which more was asked for: what was asked, and the form to change.
type amendBody struct {
	Faults       []link
	Asked        asked
	Tasks        []task // nothing for a referral without a form
	Check        string
	Action, Text string
	TextFault    string
	FileFault    string
	Files        []attached // that were added and are not sent
}

// asked is what is asked of the referrer.
type asked struct{ Reason, Text, Who, Until string }

// showAmend shows what is asked, and how it is answered.
func (s *Site) showAmend(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openForm(r)
	if err != nil {
		return err
	}
	if !o.filled.Amends {
		http.Redirect(w, r, o.base, http.StatusSeeOther)
		return nil
	}
	return s.amendment(w, r, o, http.StatusOK, amendBody{})
}

func (s *Site) amendment(w http.ResponseWriter, r *http.Request, o *open, status int, body amendBody) (err error) {
	if body.Asked, err = s.askedOf(r, o); err != nil {
		return err
	}
	body.Action, body.Check = o.base+"/answer", o.base+"/check"
	if o.sheet != nil {
		body.Tasks = o.tasks().Tasks
	}
	for _, file := range o.filled.Files {
		if file.Version == 0 {
			body.Files = append(body.Files, o.files[file.ID()])
		}
	}
	p := o.page("More information is asked for", body)
	p.Faulty = len(body.Faults) > 0
	return render(w, r, status, "amend", p)
}

// askedOf is the last request for information.
func (s *Site) askedOf(r *http.Request, o *open) (a asked, err error) {
	events, err := s.desk.Events(r.Context(), o.caller, o.filled.URN)
	if err != nil {
		return a, err
	}
	life := lifecycle.Fold(events)
	for _, e := range events {
		if e.Move == lifecycle.RequestInfo {
			a = asked{Reason: e.Reason.Text(), Text: e.Public, Who: e.ActorName}
		}
	}
	a.Until = life.Turn(lifecycle.DefaultRules()).Due.Date().Words()
	return a, nil
}

// answerSection takes the files of a referral without a form.
var answerSection = &form.Section{ID: "answer", Fields: []form.Field{{ID: "files", Kind: form.Files, FileKind: form.OtherFile}}}

// amend takes the answer of a referral without a form; one with a form is answered where it is checked and sent.
func (s *Site) amend(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openForm(r)
	if err != nil {
		return err
	}
	if !o.filled.Amends || o.sheet != nil {
		http.Redirect(w, r, o.base, http.StatusSeeOther)
		return nil
	}
	p := &posted{values: make(url.Values), added: make(map[string][]referral.File), refuse: make(map[string]string)}
	err = readPosted(w, r, answerSection, func(field *form.Field, name string, body io.Reader) (referral.File, error) {
		return s.desk.AddFormFile(r.Context(), o.caller, o.filled.URN, referral.NewFile{Name: name, Kind: field.FileKind}, body)
	}, p)
	if err != nil {
		return err
	}
	body := amendBody{Text: p.values.Get("text"), FileFault: p.refuse["files"]}
	if body.FileFault != "" {
		body.Faults = append(body.Faults, link{"#files", body.FileFault})
	} else {
		_, err = s.desk.AnswerInfo(r.Context(), o.caller, o.filled.URN, body.Text, true)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Kind != fault.Invalid {
			if err != nil {
				return err
			}
			http.Redirect(w, r, o.base+"?sent=1", http.StatusSeeOther)
			return nil
		}
		body.TextFault = textOf(f)
		body.Faults = append(body.Faults, link{"#text", body.TextFault})
	}
	if o, err = s.reopen(r, o.caller, o.filled.URN); err != nil {
		return err
	}
	return s.amendment(w, r, o, http.StatusUnprocessableEntity, body)
}

// textOf is what a fault says of the text alone.
func textOf(f *fault.Fault) string {
	for _, field := range f.Fields {
		if field.Name == "text" {
			return field.Text
		}
	}
	return f.Text
}

// submit sends the form, or with it the answer to what was asked.
func (s *Site) submit(r *http.Request, o *open, reply string) error {
	if !o.filled.Amends {
		_, err := s.desk.Submit(r.Context(), o.caller, o.filled.URN, true)
		return err
	}
	_, err := s.desk.AnswerInfo(r.Context(), o.caller, o.filled.URN, reply, true)
	return err
}

// replyFault is what is wrong with the reply, where that is all; "" else.
func replyFault(f *fault.Fault) string {
	if len(f.Fields) == 1 && f.Fields[0].Name == "text" {
		return f.Fields[0].Text
	}
	if len(f.Fields) == 0 && strings.HasPrefix(f.Text, "text ") {
		return f.Text
	}
	return ""
}

// resubmit opens a draft in place of a rejected referral.
func (s *Site) resubmit(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if err != nil {
		return err
	}
	replacement, err := s.desk.Resubmit(r.Context(), caller, r.PathValue("urn"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, referralPath(replacement), http.StatusSeeOther)
	return nil
}
