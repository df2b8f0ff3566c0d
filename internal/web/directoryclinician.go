package web

import (
	"net/http"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

// clinicianAt reads the clinician of the path, who is the organisation's; "new" is one who is not yet there.
func (s *Site) clinicianAt(r *http.Request, o directory.Organisation) (directory.Clinician, error) {
	if r.PathValue("clinician") == "new" {
		return directory.Clinician{Organisation: o.Num, IsActive: true}, nil
	}
	num, err := numOf(r, "clinician")
	if err != nil {
		return directory.Clinician{}, err
	}
	c, err := s.options.Directory.Clinician(r.Context(), num)
	if err == nil && c.Organisation != o.Num {
		err = notFound
	}
	return c, err
}

func (s *Site) editClinician(r *http.Request, o directory.Organisation, c directory.Clinician) (editBody, error) {
	path := organisationPath(o.Num) + "/clinicians/"
	body := editBody{Heading: "Change " + c.Name, Lead: "A clinician of " + o.Name, Back: link{organisationPath(o.Num), "Back to " + o.Name}, Action: path + strconv.FormatInt(c.Num, 10), Rev: c.Rev, Save: "Save",
		Remove: path + strconv.FormatInt(c.Num, 10) + "/remove", Removes: "Remove this clinician"}
	if c.Num == 0 {
		body.Heading, body.Action, body.Save, body.Remove = "Add a clinician", path+"new", "Add", ""
	}
	services, err := s.options.Directory.Services(r.Context(), o.Num)
	if err != nil {
		return body, err
	}
	var options []editOption
	for _, service := range services {
		options = append(options, editOption{ID: strconv.FormatInt(service.Num, 10), Text: service.Name})
	}
	var chosen []string
	for _, num := range c.Services {
		chosen = append(chosen, strconv.FormatInt(num, 10))
	}
	body.Groups = []editGroup{{Fields: []editField{textInput("Name", "Name", c.Name).hint("As it stands on letters, such as Mr E Example"), textInput("GdcNumber", "GDC number", c.GDC).sized("short").optional(),
		ticksInput("Services", "Services in which they treat", chosen, options).optional(), tickInput("IsActive", "Active: can be named for a referral", c.IsActive)}}}
	return body, nil
}

func (s *Site) showClinicianForm(w http.ResponseWriter, r *http.Request) error {
	v, o, err := s.editable(r)
	if err != nil {
		return err
	}
	c, err := s.clinicianAt(r, o)
	if err != nil {
		return err
	}
	body, err := s.editClinician(r, o, c)
	if err != nil {
		return err
	}
	return render(w, r, http.StatusOK, "edit", v.page(body.Heading, body))
}

// saveClinician adds or changes a clinician.
func (s *Site) saveClinician(w http.ResponseWriter, r *http.Request) error {
	v, o, err := s.editable(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	old, err := s.clinicianAt(r, o)
	if err != nil {
		return err
	}
	typed := old
	typed.Rev, typed.Name, typed.GDC, typed.IsActive, typed.Services = rev, r.PostForm.Get("Name"), r.PostForm.Get("GdcNumber"), isTicked(r, "IsActive"), nil
	for _, text := range r.PostForm["Services"] {
		num, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return notFound
		}
		typed.Services = append(typed.Services, num)
	}
	if _, refusal := s.options.Directory.SaveClinician(r.Context(), v.auditCaller(r), v.editor(), typed); refusal != nil {
		body, err := s.editClinician(r, o, old)
		if err != nil {
			return err
		}
		body.Rev = rev
		return showAgain(w, r, v, body, refusal, func() (editBody, error) {
			now, err := s.clinicianAt(r, o)
			if err != nil {
				return editBody{}, err
			}
			return s.editClinician(r, o, now)
		})
	}
	http.Redirect(w, r, organisationPath(o.Num)+"?saved=1", http.StatusSeeOther)
	return nil
}

// removeClinician takes a clinician out of the directory.
func (s *Site) removeClinician(w http.ResponseWriter, r *http.Request) error {
	v, o, err := s.editable(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	c, err := s.clinicianAt(r, o)
	if err != nil {
		return err
	}
	if err := s.options.Directory.RemoveClinician(r.Context(), v.auditCaller(r), v.editor(), c.Num, rev); err != nil {
		return err
	}
	http.Redirect(w, r, organisationPath(o.Num)+"?saved=1", http.StatusSeeOther)
	return nil
}
