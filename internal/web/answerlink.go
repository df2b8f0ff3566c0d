package web

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/proxy"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// mostAnswer bounds what is typed on the page of an answer link.
const mostAnswer = 64 << 10

// answerBody is the page on which a specialist without an account acts on one referral.
type answerBody struct {
	Ended         *message              // what there is instead of everything else where the link opens nothing
	Whom          *referral.EndedAnswer // whom to call then; nil for a link that never was
	Faults        []link
	Meanwhile     []threadLine // what happened since the page was opened that somebody acted on
	Kept          []keptText   // what was typed for something that cannot be done any more
	Done          string
	Moves         actsBody
	URN, Patient  string
	Born, Reason  string
	State, Detail string
	Priority      string
	IsUrgent      bool
	Next, Due     string
	IsLate        bool
	IsAsked       bool // the referrer asks to withdraw it
	With          string
	From          referral.Account
	Referrer      string
	Papers        []paper
	Bundle        string
	Files         []attached
	Thread        []threadLine
	Fixed         []form.Fixed
	Contact       []form.Fixed // how the patient is reached, where there is no form that says it
	Phones        []phone      // of the patient, from the form
	Sections      []summary
}

type keptText struct{ Label, Text string }

// threadLine is something that happened.
type threadLine struct {
	at                  dental.DateTime
	On, Who, What, Text string
	Mark                string // its kind, where it is no step
	Files               []paper
}

// showAnswer shows the referral of an answer link. It changes nothing.
func (s *Site) showAnswer(w http.ResponseWriter, r *http.Request) error {
	return s.answerPage(w, r, http.StatusOK, attempt{})
}

// mayTry runs serve, unless whoever asks has tried too many addresses that lead to nothing.
func (s *Site) mayTry(serve handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
		wait := s.guesses.wait(proxy.From(r))
		if wait == 0 {
			return serve(w, r)
		}
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		m := message{Heading: "Too many tries", Lines: []string{"Too many addresses were tried from here that lead to nothing.", "Please wait a minute, and open your link again."}}
		return render(w, r, http.StatusTooManyRequests, "message", page{Title: m.Heading, Narrow: true, Body: m})
	}
}

// answerPage answers with the page as things are now.
func (s *Site) answerPage(w http.ResponseWriter, r *http.Request, status int, tried attempt) error {
	token := r.PathValue("token")
	a, err := s.desk.OpenAnswer(r.Context(), token, requestID(r))
	if err != nil {
		return s.answerEnds(w, r, err, tried)
	}
	body := s.answerBody(a, referral.AnswerPath+url.PathEscape(token), tried)
	body.Moves.Check = checkOf(w, r)
	if status == http.StatusOK {
		body.Done = doneWords(r.URL.Query().Get("done"), a.Events)
	}
	title := "Referral " + body.URN
	return render(w, r, status, "answer", page{Title: title, Faulty: len(body.Faults) > 0, Body: body})
}

// checkOf is the secret that the page and the browser's cookie share; windows beside each other have the same.
func checkOf(w http.ResponseWriter, r *http.Request) string {
	value := rand.Text()
	if old, err := r.Cookie(checkName); err == nil && len(old.Value) == len(value) {
		value = old.Value
	}
	http.SetCookie(w, &http.Cookie{Name: checkName, Value: value, Path: r.URL.Path, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: proxy.IsHTTPS(r)})
	return value
}

// answerEnds says why a link opens nothing, and gives back what was typed.
func (s *Site) answerEnds(w http.ResponseWriter, r *http.Request, err error, tried attempt) error {
	f := fault.From(err)
	m := &message{}
	switch f.Kind {
	case fault.NotFound:
		s.guesses.count(proxy.From(r))
		s.note(r, f)
		m.Heading = "There is no such link"
		m.Lines = []string{"Check that the whole address was copied, or ask the referral centre for a new link."}
	case fault.Gone:
		m.Heading = "This link opens nothing any more"
		m.Lines = []string{f.Text + "."}
	default:
		return err
	}
	body := answerBody{Ended: m}
	if f.Kind == fault.Gone {
		ended, err := s.desk.EndedAnswer(r.Context(), r.PathValue("token"))
		if err != nil {
			return err
		}
		body.Whom = &ended
		if tried.sent == nil {
			body.Done = endedBy(r.URL.Query().Get("done"), ended.ClosedAs)
		}
	}
	if tried.sent != nil {
		body.Kept = keptOf(tried, &scene{})
		m.Lines = append(m.Lines, "What you have just sent was not done.")
	}
	return render(w, r, statuses[f.Kind], "answer", page{Title: m.Heading, Narrow: true, Body: body})
}

// answer makes one step.
func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, mostAnswer)
	tried, err := attemptOf(r)
	if err != nil {
		return err
	}
	kind := actOf(tried.act)
	if kind == nil || kind.id != "" || kind.post != "" || !referral.ByLink(kind.move) {
		return fault.New(fault.Invalid, "This cannot be done by a link")
	}
	step, ok := tried.read(kind, &scene{byLink: true, now: s.desk.Now()})
	if !ok {
		return s.answerPage(w, r, http.StatusUnprocessableEntity, tried)
	}
	err = s.desk.Answer(r.Context(), r.PathValue("token"), requestID(r), tried.seq, step)
	switch f := fault.From(err); {
	case err == nil:
		http.Redirect(w, r, referral.AnswerPath+url.PathEscape(r.PathValue("token"))+"?done="+tried.act, http.StatusSeeOther)
		return nil
	case f.Kind == fault.Conflict || f.Kind == fault.Invalid:
		tried.refused(f)
		return s.answerPage(w, r, statuses[f.Kind], tried)
	case f.Kind == fault.Gone || f.Kind == fault.NotFound:
		return s.answerEnds(w, r, err, tried)
	}
	return err
}

// answerBody is the page of a referral.
func (s *Site) answerBody(a *referral.Answerable, base string, tried attempt) answerBody {
	o := &open{filled: a.Filled, base: base, files: make(map[string]attached)}
	body := answerBody{URN: a.URN, Bundle: base + "/bundle", Reason: a.Reason, From: a.From, Referrer: a.ReferrerName, With: a.With.Name,
		Patient: strings.TrimSpace(a.PatientFirst + " " + a.PatientLast), Born: a.BirthDate.Words(), Priority: priorityWords[a.Life.Priority],
		IsUrgent: a.Life.Priority.Rank() > 0, Next: a.Turn.Step, Due: a.Turn.Due.Words(), IsLate: a.Turn.Overdue(s.desk.Now()), IsAsked: a.Life.Asked, Faults: tried.faults}
	if a.With.Clinician != "" {
		body.With += ", " + a.With.Clinician
	}
	body.State, body.Detail = stateOf(&a.Life)
	body.Files = o.attach()
	for _, d := range a.Documents {
		title := paperWords(d.Kind)
		if d.Version != a.Filled.Version {
			title += ", as it was in version " + strconv.FormatInt(d.Version, 10)
		}
		body.Papers = append(body.Papers, paper{base + "/documents/" + strconv.FormatInt(d.Num, 10), title, "PDF, " + sizeWords(d.Size)})
	}
	if a.Filled.Type != nil {
		day := a.Filled.SubmittedAt.Date()
		o.sheet = a.Filled.Type.Fill(a.Filled.Answers, day)
		body.Fixed, body.Sections, body.Phones = a.Filled.Type.Fixed, o.summaries(), phonesOf(a.Filled)
	} else {
		body.Contact = contactOf(a.Filled.Given)
	}
	for _, e := range slices.Backward(a.Events) {
		line := lineOf(e, &a.Life)
		line.Files = messageLinks(a.Files, base, e.Seq)
		body.Thread = append(body.Thread, line)
		if tried.sent != nil && tried.seq > 0 && e.Seq > tried.seq {
			body.Meanwhile = append(body.Meanwhile, line)
		}
	}
	body.Moves = actsBody{Action: base, Seq: a.Life.Seq}
	body.Moves.Acts, body.Moves.Not = actsOf(a.Choices, &scene{byLink: true, now: s.desk.Now(), base: base}, tried)
	if tried.sent != nil && !body.Moves.has(tried.act) {
		body.Kept = keptOf(tried, &scene{})
	}
	return body
}

var priorityWords = map[lifecycle.Priority]string{lifecycle.Routine: "Routine", lifecycle.Urgent: "Urgent", lifecycle.USC: "Urgent, suspected cancer"}

// stateOf says where the referral is, and the one thing that belongs to it.
func stateOf(life *lifecycle.Referral) (state, detail string) {
	switch life.State {
	case lifecycle.Sent:
		return "New", "sent to you on " + life.SentAt.Words()
	case lifecycle.Received:
		return "Received", "sent to you on " + life.SentAt.Words()
	case lifecycle.Accepted:
		return "Accepted", "on " + life.AcceptedAt.Words()
	case lifecycle.Contacted:
		if life.Unbooked {
			return "Appointment cancelled", "on " + life.Since.Words()
		}
		if life.Attempts == 1 {
			return "Patient contacted", "one attempt is noted"
		}
		return "Patient contacted", fmt.Sprintf("%d attempts are noted", life.Attempts)
	case lifecycle.Booked:
		return "Booked", "for " + life.Appointment.Words()
	case lifecycle.UnderReview:
		return "Waiting for review", "due by " + life.ReviewBy.Words()
	case lifecycle.InTreatment:
		return "In treatment", "since " + life.Since.Words()
	}
	return "Assessed", "on " + life.Since.Words()
}

// lineOf is a step as the thread tells it.
func lineOf(e lifecycle.Event, life *lifecycle.Referral) threadLine {
	line := threadLine{at: e.At, On: e.At.Words(), What: e.TimelineText()}
	switch e.Move {
	case lifecycle.Message:
		line.What = "Message"
	case lifecycle.Attempt:
		line.What = "Another attempt to reach the patient"
	case lifecycle.AskWithdrawal:
		line.What = "The referrer asks to withdraw it"
	case lifecycle.Unbook:
		line.What = "Appointment cancelled"
	case lifecycle.Book, lifecycle.Rebook, lifecycle.BookReview:
		line.What += " for " + e.Data.When.Words()
	case lifecycle.Review:
		line.What += " by " + e.Data.ReviewBy.Words()
	case lifecycle.Discharge, lifecycle.EndEarly, lifecycle.NotAttended:
		line.What += ": " + string(e.Data.Outcome)
	}
	switch e.Role {
	case lifecycle.Referrer:
		line.Who = "The referrer"
	case lifecycle.Provider:
		line.Who = "The provider"
		if n := e.Allocation; n > 0 && n <= len(life.Allocations) {
			line.Who = life.Allocations[n-1].Name
		}
	case lifecycle.System:
	default:
		line.Who = "The referral centre"
	}
	if line.What == "" {
		line.What = e.Move.Verb()
	}
	if e.Reason != "" && e.Reason != lifecycle.Other {
		line.What += ": " + e.Reason.Text()
	}
	actions := ""
	if e.Data.Actions != "" {
		actions = "What the referrer has to do: " + e.Data.Actions
	}
	line.Text = strings.TrimSpace(strings.TrimSpace(e.Public+"\n"+actions) + "\n" + e.Data.Summary)
	return line
}

// endings are how an allocation ends by what its provider does.
var endings = map[lifecycle.Move]string{lifecycle.Return: "returned", lifecycle.Decline: "rejected", lifecycle.RejectNoContact: "rejected",
	lifecycle.Discharge: "discharged", lifecycle.EndEarly: "discharged", lifecycle.NotAttended: "discharged"}

// endedBy says what somebody has just done by a link that ended with it; "" where it ended otherwise.
func endedBy(move, closedAs string) string {
	kind := actOf(move)
	if kind == nil || closedAs == "" || endings[kind.move] != closedAs {
		return ""
	}
	return kind.done
}

// doneWords confirms what was just done: only what the last step truly is.
func doneWords(move string, thread []lifecycle.Event) string {
	kind := actOf(move)
	if kind == nil || len(thread) == 0 || thread[len(thread)-1].Move != kind.move {
		return ""
	}
	return kind.done
}

// openAnswerFile gives a file of the referral out.
func (s *Site) openAnswerFile(w http.ResponseWriter, r *http.Request) error {
	num, err := fileNum(r)
	if err != nil {
		return err
	}
	file, body, err := s.desk.AnswerFile(r.Context(), r.PathValue("token"), requestID(r), num)
	if err != nil {
		return s.answerEnds(w, r, err, attempt{})
	}
	defer body.Close()
	serveBody(w, r, file.Name, file.ContentType, file.CreatedAt, body)
	return nil
}

// openAnswerThumbnail gives a small picture of a file out.
func (s *Site) openAnswerThumbnail(w http.ResponseWriter, r *http.Request) error {
	num, err := fileNum(r)
	if err != nil {
		return err
	}
	var picture bytes.Buffer
	if err := s.desk.AnswerThumbnail(r.Context(), r.PathValue("token"), requestID(r), num, &picture); document.IsNoPreview(err) {
		return notFound
	} else if err != nil {
		return s.answerEnds(w, r, err, attempt{})
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Length", strconv.Itoa(picture.Len()))
	if r.Method == http.MethodGet {
		_, err = w.Write(picture.Bytes())
		return ignoreGone(err)
	}
	return nil
}

// openAnswerDocument gives a PDF of the referral out.
func (s *Site) openAnswerDocument(w http.ResponseWriter, r *http.Request) error {
	num, err := fileNum(r)
	if err != nil {
		return err
	}
	attachment, err := s.desk.AnswerDocument(r.Context(), r.PathValue("token"), requestID(r), num)
	if err != nil {
		return s.answerEnds(w, r, err, attempt{})
	}
	body, err := s.desk.OpenBody(r.Context(), attachment)
	if err != nil {
		return err
	}
	defer body.Close()
	serveBody(w, r, attachment.FileName, "application/pdf", attachment.CreatedAt, body)
	return nil
}

// guesses keep strangers from trying addresses: sixty from one place at once that lead to nothing, and one more each second.
type guesses struct {
	mu        sync.Mutex
	addresses map[string]*rate.Limiter
}

func (g *guesses) wait(address string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l := g.addresses[address]; l != nil && l.Tokens() < 1 {
		return time.Second
	}
	return 0
}

func (g *guesses) count(address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	limiter(&g.addresses, address, time.Second, triesOfAddress).Allow()
}
