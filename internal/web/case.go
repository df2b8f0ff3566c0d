package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// caseBody is the page of a submitted referral, for each who is signed in as their role sees it.
type caseBody struct {
	Ended           *message // what there is instead of everything else where the referral is not theirs any more
	Faults          []link
	Meanwhile       []threadLine
	Kept            []keptText
	Done            string
	Next            *link // the next referral of the queue, after a decision
	URN, Patient    string
	Born, Asked     string
	State, Detail   string
	Priority        string
	IsUrgent        bool
	Turn            string // whose it is
	Step, Due       string
	IsLate          bool
	IsAsked         bool
	ToDo            string // what the provider leaves to the referrer, at a discharge
	With            string
	Phones          []phone // of the patient, for the provider, who calls them
	From            referral.Account
	Referrer        string
	Proposal        *proposal
	Replaces        *link
	ReplacedBy      *link
	List            link // from which one comes
	Reason          *reasonForm
	Matching        *matching // of a provider's own chart
	Sharing         *sharing  // of the referral centre
	Moves           actsBody
	IsTriage        bool // all on one screen, with what is needed to decide
	Skip            string
	Papers          []paper
	Bundle          string // where all of it is one file
	Files, Pictures []attached
	IsFormless      bool // it came in through another system
	Fixed           []form.Fixed
	Sections        []summary
	Version         int64
	Versions        []link // the earlier ones
	Messages, Notes []threadLine
	OwnSide         string
	Timeline        []threadLine
}

// proposal is what a second person is asked to confirm.
type proposal struct{ Where, Tier, By, On, Text, Internal string }

// reasonForm is where an administrator says why what is clinical has to be read.
type reasonForm struct{ Action, Typed, Fault string }

// showReferral shows the task list of a form that is being filled in, and of a sent one what was sent and how it stands.
func (s *Site) showReferral(w http.ResponseWriter, r *http.Request) error {
	isCase := false
	var found *referral.Case
	var person *referral.Caller
	err := s.reading(r, func(caller *referral.Caller) (err error) {
		if isCase = caller.Person != 0; !isCase {
			return nil
		}
		person = caller
		found, err = s.desk.Case(r.Context(), caller, r.PathValue("urn"))
		return err
	})
	switch {
	case err != nil:
		return err
	case !isCase || found.State.BeforeSubmission():
		return s.showForm(w, r)
	}
	return s.casePage(w, r, http.StatusOK, person, found, attempt{}, nil)
}

// casePage answers with the referral as it is.
func (s *Site) casePage(w http.ResponseWriter, r *http.Request, status int, caller *referral.Caller, c *referral.Case, tried attempt, reason *reasonForm) error {
	body, err := s.caseBody(r, caller, c, tried)
	if err != nil {
		return err
	}
	if status == http.StatusOK {
		switch done := r.URL.Query().Get("done"); done {
		case "patient":
			body.Done = "The referral is linked to the patient whom you chose."
		case "link":
			body.Done = "The link is ended. It opens nothing any more."
		default:
			body.Done = doneWords(done, c.Events)
		}
	}
	if body.Done != "" && isQueued(caller.Role) && !body.IsTriage {
		next, err := s.desk.NextInQueue(r.Context(), caller, c.URN)
		if err != nil {
			return err
		}
		if body.Next = (&link{body.List.Href, "The queue is empty"}); next != "" {
			body.Next = &link{referralPath(next), "Next in the queue: " + next}
		}
	}
	if reason != nil {
		body.Reason = reason
		body.Faults = append(body.Faults, link{"#reason", reason.Fault})
	}
	p := s.personPage(caller, "Referral "+c.URN, body)
	p.Faulty, p.Wide, p.Script = len(body.Faults) > 0, body.IsTriage, "work.js"
	return render(w, r, status, "case", p)
}

// personPage is what every page has around it for somebody who is signed in by name.
func (s *Site) personPage(caller *referral.Caller, title string, body any) page {
	return page{Title: title, Practice: caller.Account.Name, LeavePath: "/sign-out", Body: body}
}

func isQueued(role referral.Role) bool {
	return role == lifecycle.Triager || role == lifecycle.Approver
}

// caseBody is the page of a referral.
func (s *Site) caseBody(r *http.Request, caller *referral.Caller, c *referral.Case, tried attempt) (*caseBody, error) {
	base := referralPath(c.URN)
	life := &c.Life
	body := &caseBody{URN: c.URN, Patient: strings.TrimSpace(c.PatientFirst + " " + c.PatientLast), Born: bornAgeWords(c.BirthDate, s.desk.Today()), Priority: priorityWords[life.Priority],
		IsUrgent: life.Priority.Rank() > 0, From: c.From, Referrer: c.ReferrerName, Step: c.Turn.Step, Due: c.Turn.Due.Words(), IsLate: c.Turn.Overdue(s.desk.Now()),
		IsAsked: life.Asked && !life.State.Closed(), Faults: tried.faults, List: link{listOf(caller.Role), listWords(caller.Role)}, OwnSide: sideWords[caller.Role]}
	body.Asked = s.formTitle(c.FormType)
	if c.Reason != "" && !c.IsClosed && !strings.EqualFold(c.Reason, body.Asked) {
		body.Asked = strings.TrimPrefix(body.Asked+": "+c.Reason, ": ")
	}
	body.State, body.Detail = standing(life, caller.Role)
	if caller.Role == lifecycle.Referrer && life.State == lifecycle.Discharged {
		for _, e := range c.Events {
			if e.Data.Actions != "" {
				body.ToDo = e.Data.Actions // the last discharge's
			}
		}
	}
	body.Turn = partyWords(c, caller.Role)
	if open := life.Allocation(); open != nil {
		body.With = withWords(open.Name, open.Clinician)
	}
	if c.Replaces != "" {
		body.Replaces = &link{referralPath(c.Replaces), c.Replaces}
	}
	if life.ReplacedBy != "" {
		body.ReplacedBy = &link{referralPath(life.ReplacedBy), life.ReplacedBy}
	}
	on := &scene{now: s.desk.Now(), base: base, proposal: life.Proposal}
	if err := s.places(r.Context(), caller, on, c); err != nil {
		return nil, err
	}
	body.Moves = actsBody{Action: base, Seq: life.Seq}
	body.Moves.Acts, body.Moves.Not = actsOf(c.Choices, on, tried)
	body.IsTriage = isQueued(caller.Role) && (life.State == lifecycle.WithTriage || life.State == lifecycle.Pending)
	if body.IsTriage {
		body.Skip = "/work/next?after=" + url.QueryEscape(c.URN)
	}
	if tried.sent != nil && !body.Moves.has(tried.act) {
		body.Kept = keptOf(tried, on)
	}
	body.propose(c)
	body.Matching = s.matchingOf(r, caller, c.URN)
	var err error
	if body.Sharing, err = s.sharingOf(r.Context(), caller, c); err != nil {
		return nil, err
	}
	if body.Sharing != nil {
		body.Sharing.Made = tried.link
	}
	body.fill(c, base)
	if caller.Role == lifecycle.Provider && !c.IsClosed {
		body.Phones = phonesOf(c.Filled)
	}
	body.tell(c, tried)
	if caller.Role == lifecycle.Referrer {
		deliveries, err := s.desk.Deliveries(r.Context(), caller, c.URN)
		if err != nil {
			return nil, err
		}
		body.Timeline = append(body.Timeline, deliveryLines(deliveries)...)
	}
	body.order()
	return body, nil
}

// bornAgeWords is a day of birth with the age.
func bornAgeWords(born, today dental.Date) string {
	if born.IsNone() || today.Before(born) {
		return born.Words()
	}
	return fmt.Sprintf("%s, %d years old", born.Words(), dental.AgeOn(born, today))
}

// formTitle is what people call a form; "" for a referral that came without one.
func (s *Site) formTitle(name string) string {
	if kind, err := s.desk.Forms().Current(name); err == nil {
		return kind.Title
	}
	return name
}

// propose shows what waits to be confirmed.
func (b *caseBody) propose(c *referral.Case) {
	if c.Life.Proposal == nil {
		return
	}
	for _, e := range slices.Backward(c.Events) {
		if e.Move == lifecycle.Propose {
			b.Proposal = &proposal{Where: withWords(e.Data.Name, e.Data.Clinician), Tier: e.Data.Tier, By: e.ActorName, On: e.At.Words(), Text: e.Public, Internal: e.Internal}
			return
		}
	}
}

// fill shows what was sent.
func (b *caseBody) fill(c *referral.Case, base string) {
	if c.IsClosed {
		b.Reason = &reasonForm{Action: base + "/reason"}
		return
	}
	o := &open{filled: c.Filled, base: base, files: make(map[string]attached)}
	b.Files = o.attach()
	for _, f := range b.Files {
		if f.IsPicture {
			b.Pictures = append(b.Pictures, f)
		}
	}
	b.Version, b.Bundle = c.Filled.Version, base+"/bundle"
	for _, d := range c.Documents {
		title := paperWords(d.Kind)
		if d.Version != b.Version {
			title += ", as it was in version " + strconv.FormatInt(d.Version, 10)
		}
		b.Papers = append(b.Papers, paper{base + "/documents/" + strconv.FormatInt(d.Num, 10), title, "PDF, " + sizeWords(d.Size)})
	}
	if b.IsFormless = c.Filled.Formless != nil; b.IsFormless {
		b.Fixed = contactOf(c.Filled.Given) // the head of the page has the rest
	} else {
		b.Fixed, b.Sections = o.sent()
	}
	for v := b.Version - 1; v > 0; v-- {
		b.Versions = append(b.Versions, link{fmt.Sprintf("%s/versions/%d", base, v), fmt.Sprintf("Version %d", v)})
	}
}

// sent are the answers of a form, or what is known of a referral that came without one.
func (o *open) sent() (fixed []form.Fixed, sections []summary) {
	if o.filled.Formless != nil {
		return factsOf(o.filled.Formless), nil
	}
	o.sheet = o.filled.Type.Fill(o.filled.Answers, o.filled.SubmittedAt.Date())
	return o.filled.Type.Fixed, o.summaries()
}

// tell tells what happened: texts apart from the steps, and those for all sides apart from those for one's own.
func (b *caseBody) tell(c *referral.Case, tried attempt) {
	names := make(map[int64]string)
	for _, v := range c.Viewings {
		names[v.Person] = v.PersonName
		at := v.FirstAt
		if at.Before(c.SubmittedAt) { // it was opened to be filled in
			if at = v.LastAt; at.Before(c.SubmittedAt) {
				continue
			}
		}
		b.Timeline = append(b.Timeline, threadLine{at: at, On: at.Words(), What: "Opened", Who: whoWords(v.OrganisationName, v.PersonName), Mark: "opened"})
	}
	for _, e := range c.Events {
		line := lineOf(e, &c.Life)
		files := messageLinks(c.Files, referralPath(c.URN), e.Seq)
		if name := e.ActorName; e.Actor != 0 && names[e.Actor] == name {
			line.Who = whoWords(line.Who, name)
		}
		if tried.sent != nil && tried.seq > 0 && e.Seq > tried.seq {
			b.Meanwhile = append(b.Meanwhile, line)
		}
		if line.Text != "" {
			shown := line
			shown.Files = files
			b.Messages = append(b.Messages, shown)
		}
		if e.Internal != "" {
			note := line
			note.Text = e.Internal
			if e.Move == lifecycle.Message {
				note.What = "Note"
			}
			if e.Public == "" {
				note.Files = files
			}
			b.Notes = append(b.Notes, note)
		}
		if e.Move != lifecycle.Message {
			line.Text = ""
			b.Timeline = append(b.Timeline, line)
		} else if e.Public != "" {
			line.Text, line.Mark = "", "message"
			b.Timeline = append(b.Timeline, line)
		}
	}
	slices.Reverse(b.Messages)
	slices.Reverse(b.Notes)
}

// order puts the latest first. What happened in the same second stays as it was.
func (b *caseBody) order() {
	slices.SortStableFunc(b.Timeline, func(x, y threadLine) int {
		return strings.Compare(x.at.String(), y.at.String())
	})
	slices.Reverse(b.Timeline)
}

// whoWords joins an organisation and a person of it.
func whoWords(organisation, person string) string {
	if person == "" || person == organisation {
		return organisation
	}
	if organisation == "" {
		return person
	}
	return organisation + ", " + person
}

// deliveryLines tell of the calls that files are ready.
func deliveryLines(deliveries []referral.Delivery) (lines []threadLine) {
	for _, d := range deliveries {
		if d.LastAt.IsZero() {
			continue
		}
		at := dental.DateTimeOf(d.LastAt)
		line := threadLine{at: at, On: at.Words(), Who: d.Host, Mark: "delivery"}
		switch {
		case d.State == referral.DeliveryDelivered:
			line.What = "Your practice system was told that the documents are ready"
		case d.LastStatus != 0:
			line.What = fmt.Sprintf("Your practice system did not take the message that the documents are ready: it answered %d", d.LastStatus)
		default:
			line.What = "Your practice system could not be reached to be told that the documents are ready"
		}
		lines = append(lines, line)
	}
	return lines
}

// giveReason notes why an administrator has to read what is clinical.
func (s *Site) giveReason(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.personPosting(w, r)
	if err != nil {
		return err
	}
	urn, typed := r.PathValue("urn"), strings.TrimSpace(r.PostForm.Get("reason"))
	err = s.desk.GiveReason(r.Context(), caller, urn, typed)
	if f := fault.From(err); err != nil && f.Kind == fault.Invalid && len(f.Fields) > 0 {
		c, err := s.desk.Case(r.Context(), caller, urn)
		if err != nil {
			return err
		}
		reason := &reasonForm{Action: referralPath(c.URN) + "/reason", Typed: typed, Fault: "Say why you have to read it"}
		if typed != "" {
			reason.Fault = "The reason has at most 500 characters; shorten it"
		}
		return s.casePage(w, r, http.StatusUnprocessableEntity, caller, c, attempt{}, reason)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, referralPath(urn), http.StatusSeeOther)
	return nil
}

// versionBody is a referral as it was sent in an earlier version.
type versionBody struct {
	URN, Back, SentAt string
	Version, Latest   int64
	Fixed             []form.Fixed
	Sections          []summary
}

// showVersion shows what was sent in a version.
func (s *Site) showVersion(w http.ResponseWriter, r *http.Request) error {
	version, err := strconv.ParseInt(r.PathValue("version"), 10, 64)
	if err != nil {
		return notFound
	}
	var filled *referral.Filled
	var caller *referral.Caller
	if err := s.reading(r, func(c *referral.Caller) (err error) {
		caller = c
		filled, err = s.desk.CaseVersion(r.Context(), c, r.PathValue("urn"), version)
		return err
	}); err != nil {
		return err
	}
	o := &open{filled: filled, base: referralPath(filled.URN), files: make(map[string]attached)}
	o.attach()
	body := versionBody{URN: filled.URN, Back: o.base, SentAt: filled.SubmittedAt.Words(), Version: version}
	body.Fixed, body.Sections = o.sent()
	return render(w, r, http.StatusOK, "version", s.personPage(caller, fmt.Sprintf("Version %d of referral %s", version, filled.URN), body))
}

// timelineOf is what happened to a referral so far, as its practice's system sees it that has no person signed in.
func (s *Site) timelineOf(r *http.Request, o *open) (lines []threadLine, err error) {
	events, err := s.desk.Events(r.Context(), o.caller, o.filled.URN)
	if err != nil {
		return nil, err
	}
	deliveries, err := s.desk.Deliveries(r.Context(), o.caller, o.filled.URN)
	if err != nil {
		return nil, err
	}
	life := lifecycle.Fold(events)
	body := caseBody{Timeline: deliveryLines(deliveries)}
	for _, e := range events {
		if e.To.BeforeSubmission() || e.Move == lifecycle.Mismatch || e.Move == lifecycle.Propose || e.Move == lifecycle.Message && e.Public == "" {
			continue
		}
		body.Timeline = append(body.Timeline, lineOf(e, &life))
	}
	body.order()
	return body.Timeline, nil
}
