package web

import (
	"net/http"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// notYours refuses a page on which one could change nothing.
var notYours = fault.New(fault.Forbidden, "Only an administrator of this organisation, or of the referral centre of its area, may change this")

// editable reads the organisation of the path, and checks that it is the visitor's to change.
func (s *Site) editable(r *http.Request) (v Visitor, o directory.Organisation, err error) {
	if v, err = s.administrator(r); err != nil {
		return v, o, err
	}
	if o, err = s.organisationAt(r); err != nil {
		return v, o, err
	}
	if !v.editor().MayChange(o) {
		err = notYours
	}
	return v, o, err
}

// serviceAt reads the service of the path, which is the organisation's; "new" is one that is not yet there.
func (s *Site) serviceAt(r *http.Request, o directory.Organisation) (directory.Service, error) {
	if r.PathValue("service") == "new" {
		return directory.Service{Organisation: o.Num, IsOpen: true, Anaesthesia: []string{"local"}}, nil
	}
	num, err := numOf(r, "service")
	if err != nil {
		return directory.Service{}, err
	}
	service, err := s.options.Directory.Service(r.Context(), num)
	if err == nil && service.Organisation != o.Num {
		err = notFound
	}
	return service, err
}

func (s *Site) editService(o directory.Organisation, service directory.Service) editBody {
	path := organisationPath(o.Num) + "/services/"
	body := editBody{Heading: "Change " + service.Name, Lead: "A service of " + o.Name, Back: link{organisationPath(o.Num), "Back to " + o.Name}, Action: path + strconv.FormatInt(service.Num, 10), Rev: service.Rev, Save: "Save",
		Remove: path + strconv.FormatInt(service.Num, 10) + "/remove", Removes: "Remove this service"}
	if service.Num == 0 {
		body.Heading, body.Action, body.Save, body.Remove = "Add a service", path+"new", "Add", ""
	}
	body.Groups = []editGroup{
		{Fields: []editField{textInput("Name", "Name", service.Name), tickInput("IsOpen", "Open for new referrals", service.IsOpen),
			ticksInput("FormTypes", "Forms on which it takes referrals", service.FormTypes, s.formOptions(service.FormTypes))}},
		{Title: "Whom it takes", Fields: []editField{
			numberInput("MinAge", "Youngest, in years", service.MinAge), numberInput("MaxAge", "Oldest, in years", service.MaxAge).hint("0 is no limit"),
			ticksInput("Tiers", "Levels of care", service.Tiers, wordOptions(directory.Tiers)).optional().hint("None ticked is any level; level 3 takes 3a and 3b"),
			ticksInput("Anaesthesia", "Anaesthesia", service.Anaesthesia, wordOptions(directory.Anaesthesia)),
			ticksInput("Facilities", "Facilities", service.Facilities, wordOptions(directory.Facilities)).optional()}},
		{Title: "How much and how soon", Fields: []editField{
			numberInput("Capacity", "Open referrals at once", service.Capacity).hint("0 is no limit; a service that is full is not offered"),
			numberInput("WaitDays", "Expected wait for the first visit, in days", service.WaitDays), linesInput("Hours", "Hours", service.Hours).optional()}},
	}
	return body
}

func (s *Site) showServiceForm(w http.ResponseWriter, r *http.Request) error {
	v, o, err := s.editable(r)
	if err != nil {
		return err
	}
	service, err := s.serviceAt(r, o)
	if err != nil {
		return err
	}
	body := s.editService(o, service)
	return render(w, r, http.StatusOK, "edit", v.page(body.Heading, body))
}

// saveService adds or changes a service.
func (s *Site) saveService(w http.ResponseWriter, r *http.Request) error {
	v, o, err := s.editable(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	old, err := s.serviceAt(r, o)
	if err != nil {
		return err
	}
	typed := old
	form := r.PostForm
	typed.Rev, typed.Name, typed.FormTypes, typed.MinAge, typed.MaxAge = rev, form.Get("Name"), form["FormTypes"], typedNumber(r, "MinAge"), typedNumber(r, "MaxAge")
	typed.Tiers, typed.Anaesthesia, typed.Facilities, typed.Hours = form["Tiers"], form["Anaesthesia"], form["Facilities"], form.Get("Hours")
	typed.Capacity, typed.WaitDays, typed.IsOpen = typedNumber(r, "Capacity"), typedNumber(r, "WaitDays"), isTicked(r, "IsOpen")
	if _, refusal := s.options.Directory.SaveService(r.Context(), v.auditCaller(r), v.editor(), typed); refusal != nil {
		body := s.editService(o, old)
		body.Rev = rev
		return showAgain(w, r, v, body, refusal, func() (editBody, error) {
			now, err := s.serviceAt(r, o)
			return s.editService(o, now), err
		})
	}
	http.Redirect(w, r, organisationPath(o.Num)+"?saved=1", http.StatusSeeOther)
	return nil
}

// removeService takes a service out of the directory.
func (s *Site) removeService(w http.ResponseWriter, r *http.Request) error {
	v, o, err := s.editable(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	service, err := s.serviceAt(r, o)
	if err != nil {
		return err
	}
	if err := s.options.Directory.RemoveService(r.Context(), v.auditCaller(r), v.editor(), service.Num, rev); err != nil {
		return err
	}
	http.Redirect(w, r, organisationPath(o.Num)+"?saved=1", http.StatusSeeOther)
	return nil
}
