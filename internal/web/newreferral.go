package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// newBody is where a referral is begun: of a patient of the practice's own chart, or of somebody else.
type newBody struct {
	Faults   []link
	Practice string
	Query    string
	HasChart bool
	IsAsked  bool // somebody was searched for
	Found    []matchLine
	Forms    []actOption // none where the practice cannot refer from here
	Form     string
	Fault    string // of the form

	Day, Month, Year string // of birth, of who is not in the chart
	BirthFault       string
}

// showNew shows the patients who are searched for, and the forms.
func (s *Site) showNew(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.referrer(r)
	if err != nil {
		return err
	}
	return s.newPage(w, r, http.StatusOK, caller, newBody{Query: strings.TrimSpace(r.URL.Query().Get("q")), Form: r.URL.Query().Get("form")})
}

// referrer is the person who is signed in, where they refer.
func (s *Site) referrer(r *http.Request) (*referral.Caller, error) {
	caller, err := s.person(r)
	if err == nil && caller.Role != lifecycle.Referrer {
		err = fault.New(fault.Forbidden, "Only a referring practice begins a referral; change to that role")
	}
	return caller, err
}

func (s *Site) newPage(w http.ResponseWriter, r *http.Request, status int, caller *referral.Caller, body newBody) error {
	if len([]rune(body.Query)) > 100 {
		return fault.New(fault.Invalid, "Search for less: the beginnings of the names, or the number")
	}
	body.Practice = caller.Account.Name
	for _, name := range caller.Account.Forms {
		body.Forms = append(body.Forms, actOption{Value: name, Text: s.formTitle(name), IsChosen: name == body.Form})
	}
	if s.options.Charts != nil {
		if body.IsAsked = body.Query != ""; body.IsAsked {
			found, err := s.options.Charts.Patients(r.Context(), caller, body.Query)
			body.HasChart = err == nil
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			for _, one := range found {
				body.Found = append(body.Found, matchLineOf(one))
			}
		} else {
			body.HasChart = true
		}
	}
	p := s.personPage(caller, "New referral", body)
	p.Faulty = len(body.Faults) > 0
	return render(w, r, status, "new", p)
}

// isSearch tells whether the chart is to be searched. The key Enter searches for what was typed and has not been searched for yet;
// else it begins with what else was typed, as the button below does.
func (b *newBody) isSearch(values url.Values) bool {
	switch values.Get("do") {
	case "search":
		return true
	case "enter":
		return b.Query != "" && (b.Query != values.Get("searched") || b.Day+b.Month+b.Year == "")
	}
	return false
}

// search shows who is found, and keeps what else was typed. It leads to an address that can be gone back to; a date of birth stays
// out of it, and is shown at once.
func (s *Site) search(w http.ResponseWriter, r *http.Request, caller *referral.Caller, body newBody) error {
	if body.Day+body.Month+body.Year != "" {
		return s.newPage(w, r, http.StatusOK, caller, body)
	}
	asked := make(url.Values)
	for name, value := range map[string]string{"q": body.Query, "form": body.Form} {
		if value != "" {
			asked.Set(name, value)
		}
	}
	http.Redirect(w, r, strings.TrimSuffix("/work/new?"+asked.Encode(), "?"), http.StatusSeeOther)
	return nil
}

// begin opens a draft, filled in with what the chart has of the patient, and leads to it.
func (s *Site) begin(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.referrer(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostAnswer)
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	body := newBody{Query: strings.TrimSpace(r.PostForm.Get("q")), Form: r.PostForm.Get("form")}
	body.Day, body.Month, body.Year = r.PostForm.Get("day"), r.PostForm.Get("month"), r.PostForm.Get("year")
	if body.isSearch(r.PostForm) {
		return s.search(w, r, caller, body)
	}
	given := make(map[string]string)
	if text := r.PostForm.Get("patient"); text != "" {
		patient, err := strconv.ParseInt(text, 10, 64)
		if err != nil || patient < 1 || s.options.Charts == nil {
			return notFound
		}
		if given, err = s.options.Charts.Prefill(r.Context(), caller, patient); err != nil {
			return err
		}
	}
	if born, ok := bornOf(r.PostForm); ok && given["patient_dob"] == "" {
		text := born.String()
		given["patient_dob"] = text[8:10] + "/" + text[5:7] + "/" + text[:4]
	}
	if !caller.Account.May(body.Form) {
		body.Fault = "Choose the form"
		body.Faults = append(body.Faults, link{"#form", body.Fault})
	}
	if given["patient_dob"] == "" {
		body.BirthFault = "Enter the patient’s date of birth, like 31 1 1980"
		body.Faults = append(body.Faults, link{"#day", body.BirthFault})
	}
	if len(body.Faults) > 0 {
		return s.newPage(w, r, http.StatusUnprocessableEntity, caller, body)
	}
	given["form_type"] = body.Form
	made, err := s.saveDraft(r, caller, given)
	if err != nil {
		return err
	}
	http.Redirect(w, r, referralPath(made.URN), http.StatusSeeOther)
	return nil
}

// saveDraft opens a draft. What a chart has and a form does not take, a number that is none, is left to be filled in.
func (s *Site) saveDraft(r *http.Request, caller *referral.Caller, given map[string]string) (referral.Draft, error) {
	made, err := s.desk.SaveDraft(r.Context(), caller, referral.Prefill{Given: given})
	var f *fault.Fault
	if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) == 0 {
		return made, err
	}
	for _, field := range f.Fields {
		delete(given, field.Name)
	}
	return s.desk.SaveDraft(r.Context(), caller, referral.Prefill{Given: given})
}
