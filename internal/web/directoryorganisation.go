package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
)

// organisationBody is one entry of the directory.
type organisationBody struct {
	Notice                     string
	Name                       string
	Does                       string
	Area                       string
	IsActive                   bool
	Address                    []string
	Phone                      string
	Email                      string
	Website                    string
	Hours                      []string
	Services                   []serviceShown
	Clinicians                 []clinicianShown
	AllServices, AllClinicians allOf
	Edit                       string // where it is changed; "" for who may not
	IsTreating                 bool
}

// allOf leads to a list of which a page shows the beginning.
type allOf struct {
	Href  string
	Count int
}

type serviceShown struct {
	Name, Edit                       string
	IsOpen                           bool
	Forms, Tiers, Offers, Facilities string
	Ages, Wait, Load                 string
	Hours                            []string
	Clinicians                       string
}

type clinicianShown struct {
	Name, GDC, Services, Edit string
	IsActive                  bool
}

// organisationAt reads the organisation that the path names.
func (s *Site) organisationAt(r *http.Request) (directory.Organisation, error) {
	num, err := numOf(r, "organisation")
	if err != nil {
		return directory.Organisation{}, err
	}
	return s.options.Directory.Organisation(r.Context(), num)
}

// showOrganisation shows an entry to everybody who is signed in.
func (s *Site) showOrganisation(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitorOf(r)
	if err != nil {
		return err
	}
	o, err := s.organisationAt(r)
	if err != nil {
		return err
	}
	ctx, room := r.Context(), s.options.Directory
	services, err := room.Services(ctx, o.Num)
	if err != nil {
		return err
	}
	clinicians, err := room.Clinicians(ctx, o.Num)
	if err != nil {
		return err
	}
	open, err := room.OpenOf(ctx, o.Num)
	if err != nil {
		return err
	}
	area, err := room.Area(ctx, o.Area)
	if err != nil {
		return err
	}
	body := organisationBody{Name: o.Name, Does: doesWords(o), Area: area.Name, IsActive: o.IsActive, Address: textLines(o.Address), Phone: o.Phone, Email: o.Email, Website: o.Website,
		Hours: textLines(o.Hours), IsTreating: o.IsTreating}
	mayEdit := v.editor().MayChange(o)
	path := organisationPath(o.Num)
	if mayEdit {
		body.Edit = path
	}
	body.AllServices, body.AllClinicians = allOf{path + "/services", len(services)}, allOf{path + "/clinicians", len(clinicians)}
	for _, service := range services[:min(len(services), mostShown)] {
		shown := s.serviceShown(service, clinicians)
		if v.plans() || v.Organisation == o.Num {
			shown.Load = loadWords(open[service.Num], service.Capacity)
		}
		if mayEdit {
			shown.Edit = path + "/services/" + strconv.FormatInt(service.Num, 10)
		}
		body.Services = append(body.Services, shown)
	}
	for _, c := range clinicians[:min(len(clinicians), mostShown)] {
		shown := clinicianShown{Name: c.Name, GDC: c.GDC, IsActive: c.IsActive, Services: strings.Join(namesOf(services, c.Services), ", ")}
		if mayEdit {
			shown.Edit = path + "/clinicians/" + strconv.FormatInt(c.Num, 10)
		}
		body.Clinicians = append(body.Clinicians, shown)
	}
	if r.URL.Query().Get("saved") == "1" {
		body.Notice = "The change is saved."
	}
	return render(w, r, http.StatusOK, "organisation", v.page(o.Name, body))
}

func (s *Site) serviceShown(service directory.Service, clinicians []directory.Clinician) serviceShown {
	var forms, who []string
	for _, form := range service.FormTypes {
		forms = append(forms, s.options.Directory.Title(form))
	}
	for _, c := range clinicians {
		if c.IsActive && slices.Contains(c.Services, service.Num) {
			who = append(who, c.Name)
		}
	}
	shown := serviceShown{Name: service.Name, IsOpen: service.IsOpen, Forms: strings.Join(forms, ", "), Tiers: strings.Join(service.Tiers, ", "), Offers: strings.Join(directory.WordsOf(directory.Anaesthesia, service.Anaesthesia), ", "),
		Facilities: strings.Join(directory.WordsOf(directory.Facilities, service.Facilities), ", "), Ages: "Patients " + directory.AgesText(service.MinAge, service.MaxAge), Wait: waitWords(service.WaitDays),
		Hours: textLines(service.Hours), Clinicians: strings.Join(who, ", ")}
	if shown.Tiers == "" {
		shown.Tiers = "any"
	}
	return shown
}

// loadWords say how much of a service's capacity is taken.
func loadWords(open, capacity int) string {
	if capacity == 0 {
		return strconv.Itoa(open) + " open, no limit"
	}
	return strconv.Itoa(open) + " of " + strconv.Itoa(capacity) + " open"
}

func namesOf(services []directory.Service, nums []int64) (names []string) {
	for _, service := range services {
		if slices.Contains(nums, service.Num) {
			names = append(names, service.Name)
		}
	}
	return names
}

func textLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// editOrganisation is the page on which an entry is changed, or with a zero Organisation one is added.
func (s *Site) editOrganisation(r *http.Request, v Visitor, o directory.Organisation) (editBody, error) {
	body := editBody{Heading: "Change " + o.Name, Back: link{organisationPath(o.Num), "Back to " + o.Name}, Action: organisationPath(o.Num) + "/edit", Rev: o.Rev, Save: "Save"}
	if o.Num == 0 {
		body.Heading, body.Back, body.Action, body.Save = "Add an organisation", link{"/directory", "Directory"}, "/directory/new", "Add"
	}
	reached := editGroup{Fields: []editField{
		textInput("Name", "Name", o.Name), linesInput("Address", "Address", o.Address).optional(), textInput("Phone", "Telephone", o.Phone).sized("middle").optional(), textInput("Email", "E-mail", o.Email).optional(),
		textInput("Website", "Website", o.Website).optional().hint("The whole address, such as https://www.example.org"),
		linesInput("Hours", "Opening hours", o.Hours).optional().hint("As patients should read them"),
	}}
	if o.IsPractice() {
		body.Lead = "This is a practice of this server. Its name, address, telephone and e-mail stand on its forms too, and change there with the next one."
	}
	body.Groups = []editGroup{reached}
	if !v.editor().MayAdd() || o.Num != 0 && !v.editor().MayChangeArea(o.Area) {
		return body, nil
	}
	areas, err := s.options.Directory.Areas(r.Context())
	if err != nil {
		return body, err
	}
	var options []editOption
	for _, a := range areas {
		if v.editor().MayChangeArea(a.Num) {
			options = append(options, editOption{ID: strconv.FormatInt(a.Num, 10), Text: a.Name})
		}
	}
	body.Groups = append(body.Groups, editGroup{Title: "What it is", Hint: "Only the referral centre of its area changes this.", Fields: []editField{
		tickInput("IsReferring", "It refers patients", o.IsReferring), tickInput("IsTreating", "It treats referred patients", o.IsTreating),
		tickInput("IsCentre", "It is a referral centre", o.IsCentre), selectInput("AreaNum", "Area", strconv.FormatInt(o.Area, 10), options),
		tickInput("IsActive", "It is active: it can be given referrals, and is found in the directory", o.IsActive),
	}})
	return body, nil
}

// typedOrganisation is the entry as it was typed. What the visitor cannot change is not on their page.
func typedOrganisation(r *http.Request, v Visitor, o directory.Organisation) directory.Organisation {
	form := r.PostForm
	o.Name, o.Address, o.Phone, o.Email, o.Website, o.Hours = form.Get("Name"), form.Get("Address"), form.Get("Phone"), form.Get("Email"), form.Get("Website"), form.Get("Hours")
	if form.Has("AreaNum") {
		o.IsReferring, o.IsTreating, o.IsCentre, o.IsActive = isTicked(r, "IsReferring"), isTicked(r, "IsTreating"), isTicked(r, "IsCentre"), isTicked(r, "IsActive")
		o.Area, _ = strconv.ParseInt(form.Get("AreaNum"), 10, 64) // none is no area, which is refused by its name
	}
	return o
}

func (s *Site) showOrganisationForm(w http.ResponseWriter, r *http.Request) error {
	v, err := s.administrator(r)
	if err != nil {
		return err
	}
	o := directory.Organisation{IsActive: true, IsTreating: true}
	if r.PathValue("organisation") != "" {
		if o, err = s.organisationAt(r); err != nil {
			return err
		}
		if !v.editor().MayChange(o) {
			return notYours
		}
	} else if !v.editor().MayAdd() {
		return notYours
	}
	body, err := s.editOrganisation(r, v, o)
	if err != nil {
		return err
	}
	return render(w, r, http.StatusOK, "edit", v.page(body.Heading, body))
}

// saveOrganisation adds or changes an entry.
func (s *Site) saveOrganisation(w http.ResponseWriter, r *http.Request) error {
	v, err := s.administrator(r)
	if err != nil {
		return err
	}
	rev, err := typedForm(w, r)
	if err != nil {
		return err
	}
	var old directory.Organisation
	if r.PathValue("organisation") != "" {
		if old, err = s.organisationAt(r); err != nil {
			return err
		}
	}
	o := typedOrganisation(r, v, old)
	o.Rev = rev
	saved, refusal := s.options.Directory.SaveOrganisation(r.Context(), v.auditCaller(r), v.editor(), o)
	if refusal != nil {
		body, err := s.editOrganisation(r, v, old)
		if err != nil {
			return err
		}
		body.Rev = rev
		return showAgain(w, r, v, body, refusal, func() (editBody, error) {
			now, err := s.organisationAt(r)
			if err != nil {
				return editBody{}, err
			}
			return s.editOrganisation(r, v, now)
		})
	}
	http.Redirect(w, r, organisationPath(saved.Num)+"?saved=1", http.StatusSeeOther)
	return nil
}
