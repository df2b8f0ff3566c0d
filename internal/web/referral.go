package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// open is a referral that somebody works on: what every page of it begins with.
type open struct {
	caller *referral.Caller
	filled *referral.Filled
	sheet  *form.Sheet
	files  map[string]attached
	base   string

	reply, replyFault string // what was typed for an answer to a request, and what is wrong with it
}

// openReferral finds who asks and what for. It is NotFound for another account's referral.
func (s *Site) openReferral(r *http.Request) (*open, error) {
	caller, err := s.atPractice(r)
	if err != nil {
		return nil, err
	}
	filled, err := s.desk.Form(r.Context(), caller, r.PathValue("urn"))
	if err != nil {
		return nil, err
	}
	return s.opened(caller, filled), nil
}

// openForm is openReferral for the pages on which a form is filled in.
func (s *Site) openForm(r *http.Request) (*open, error) {
	caller, err := s.atPractice(r)
	if err != nil {
		return nil, err
	}
	return s.reopen(r, caller, r.PathValue("urn"))
}

// reopen reads the form as it is now for who fills it in.
func (s *Site) reopen(r *http.Request, caller *referral.Caller, urn string) (*open, error) {
	filled, err := s.desk.Working(r.Context(), caller, urn)
	if err != nil {
		return nil, err
	}
	return s.opened(caller, filled), nil
}

func (s *Site) opened(caller *referral.Caller, filled *referral.Filled) *open {
	o := &open{caller: caller, filled: filled, base: referralPath(filled.URN), files: make(map[string]attached, len(filled.Files))}
	if filled.Type != nil {
		day := s.desk.Today()
		if !filled.IsOpen && !filled.SubmittedAt.IsNone() {
			day, _ = dental.ParseDate(filled.SubmittedAt.String()[:len(dental.DateLayout)])
		}
		o.sheet = filled.Type.Fill(filled.Answers, day)
	}
	o.attach()
	return o
}

// attach makes the referral's files those that the pages below its address show.
func (o *open) attach() (all []attached) {
	for _, f := range o.filled.Files {
		id := strconv.FormatInt(f.Num, 10)
		kind, mark, picture := contentWords(f.ContentType)
		one := attached{File: form.File{ID: id, Name: f.Name}, Size: sizeWords(f.Size), Type: kind, Mark: mark, IsPicture: picture,
			Open: o.base + "/files/" + id, Thumb: o.base + "/files/" + id + "/thumbnail", IsSent: f.Version > 0}
		if !f.TakenOn.IsNone() {
			one.TakenOn = f.TakenOn.String()
		}
		o.files[id] = one
		all = append(all, one)
	}
	return all
}

// page is what every page of the referral has around it.
func (o *open) page(title string, body any) page {
	p := page{Title: title, Practice: o.caller.Account.Name, LeavePath: "/sign-out", IsAccount: true, Body: body, About: &about{Form: "Referral", URN: o.filled.URN}}
	if o.sheet != nil {
		p.About.Form, p.About.IsChosen, p.About.Patient = o.filled.Type.Title, true, patientOf(o.sheet)
	}
	return p
}

// elsewhere leads to where the referral is at the moment when a page of its form was asked for that there is not:
// it was sent, or its form is not chosen yet. ok is false where the form can be filled in.
func (o *open) elsewhere(w http.ResponseWriter, r *http.Request) (ok bool) {
	switch {
	case !o.filled.IsOpen:
		if wantsJSON(r) {
			writeJSON(w, http.StatusConflict, map[string]string{"text": "This referral was sent"})
			return true
		}
		http.Redirect(w, r, o.base, http.StatusSeeOther)
	case o.sheet == nil && o.filled.Amends:
		http.Redirect(w, r, o.base+"/answer", http.StatusSeeOther)
	case o.sheet == nil:
		http.Redirect(w, r, o.base+"/form", http.StatusSeeOther)
	default:
		return false
	}
	return true
}

// showForm shows the task list of a form that is being filled in, and of a sent one what was sent.
func (s *Site) showForm(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openReferral(r)
	if err != nil {
		return err
	}
	switch {
	case o.filled.State == referral.StateExpired:
		return fault.New(fault.Gone, "A form waits 30 days to be sent, and %s was not; prepare it again in your practice's system", o.filled.URN)
	case !referral.CanBeFilled(o.filled.State):
		return s.showSent(w, r, o)
	case o.sheet == nil:
		http.Redirect(w, r, o.base+"/form", http.StatusSeeOther)
		return nil
	}
	return render(w, r, http.StatusOK, "tasks", o.page(o.filled.Type.Title, o.tasks()))
}

// tasksBody is the task list.
type tasksBody struct {
	Title, AgeText, Until string
	Fixed                 []form.Fixed
	Tasks                 []task
	Done, Needed          int
	Check                 string
}

type task struct{ ID, Title, Href, State, Missing string }

func (o *open) tasks() tasksBody {
	body := tasksBody{Title: o.filled.Type.Title, Fixed: o.filled.Type.Fixed, Check: o.base + "/check", Until: o.filled.ExpiresAt.Date().Words()}
	if f, outside := o.sheet.AgeFault(); outside {
		body.AgeText = f.Text
	}
	for _, s := range o.sheet.States() {
		if s.State == form.NotNeeded || s.Section.ID == declaration {
			continue
		}
		body.Needed++
		if s.State == form.Complete {
			body.Done++
		}
		body.Tasks = append(body.Tasks, task{s.Section.ID, s.Section.Title, o.sectionPath(s.Section.ID), stateWords[s.State], missingWords(s)})
	}
	return body
}

// tasksPath is the list of the form's sections.
func (o *open) tasksPath() string {
	if o.filled.Amends {
		return o.base + "/answer"
	}
	return o.base
}

func (o *open) sectionPath(id string) string { return o.base + "/sections/" + id }

// whereIs leads to the input at which a fault of the whole form is put right.
func (o *open) whereIs(f form.Fault) string {
	for i := range o.filled.Type.Sections {
		section := &o.filled.Type.Sections[i]
		at := slices.IndexFunc(section.Fields, func(field form.Field) bool { return field.ID == f.Field })
		if at < 0 {
			continue
		}
		q := questionOf(o.sheet, &section.Fields[at], nil, nil)
		if section.ID == declaration {
			return o.base + "/send#" + q.anchor(f)
		}
		return o.sectionPath(section.ID) + "?judge=1#" + q.anchor(f)
	}
	return o.base
}

// contents are what files are, by media type.
var contents = map[string]struct {
	words, mark string
	isPicture   bool
}{
	"image/jpeg": {"JPEG picture", "JPEG", true}, "image/png": {"PNG picture", "PNG", true}, "image/tiff": {"TIFF picture", "TIFF", true},
	"image/bmp": {"BMP picture", "BMP", true}, "application/pdf": {"PDF", "PDF", false}, "text/rtf": {"RTF text", "RTF", false},
	"application/msword": {"Word document", "DOC", false},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": {"Word document", "DOCX", false},
}

// contentWords says what a file is.
func contentWords(contentType string) (words, mark string, isPicture bool) {
	if c, ok := contents[contentType]; ok {
		return c.words, c.mark, c.isPicture
	}
	return "File", "File", false
}

// chooseBody is the page on which the form is chosen.
type chooseBody struct {
	Faults []link
	Action string
	Forms  []*form.Type
}

// showChoice asks for the form type, where the call that prepared the referral named none.
func (s *Site) showChoice(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openReferral(r)
	if err != nil {
		return err
	}
	if o.sheet != nil || !referral.CanBeFilled(o.filled.State) {
		http.Redirect(w, r, o.base, http.StatusSeeOther)
		return nil
	}
	return s.choice(w, r, o, http.StatusOK, "")
}

func (s *Site) choice(w http.ResponseWriter, r *http.Request, o *open, status int, wrong string) error {
	body := chooseBody{Action: o.base + "/form"}
	for _, name := range o.caller.Account.Forms {
		if kind, err := s.desk.Forms().Current(name); err == nil {
			body.Forms = append(body.Forms, kind)
		}
	}
	if wrong != "" {
		body.Faults = []link{{"#form", wrong}}
	}
	p := o.page("Which form fits?", body)
	p.Faulty = wrong != ""
	return render(w, r, status, "choose", p)
}

// offer is another form that fits better, as a rule says.
type offer struct{ Name, Title string }

// offersOf are the forms that broken rules offer to somebody who may use them.
func (s *Site) offersOf(o *open, faults []form.Fault) []offer {
	if o.filled.Amends {
		return nil // it is answered on the form on which it was sent
	}
	var offers []offer
	for _, f := range faults {
		kind, err := s.desk.Forms().Current(f.Offer)
		if f.Offer == "" || err != nil || !o.caller.Account.May(f.Offer) || slices.Contains(offers, offer{f.Offer, kind.Title}) {
			continue
		}
		offers = append(offers, offer{f.Offer, kind.Title})
	}
	return offers
}

// choose takes the form type. What was answered goes along to it.
func (s *Site) choose(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openReferral(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	name := r.PostForm.Get("form")
	// Also where there is one already: a rule may have offered another one that fits better.
	if referral.CanBeFilled(o.filled.State) {
		if !o.caller.Account.May(name) {
			return s.choice(w, r, o, http.StatusUnprocessableEntity, "Choose the form that fits")
		}
		if err := s.desk.Choose(r.Context(), o.caller, o.filled.URN, name); err != nil {
			return err
		}
	}
	http.Redirect(w, r, o.base, http.StatusSeeOther)
	return nil
}
