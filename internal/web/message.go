package web

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// messageSection takes the files of a message.
var messageSection = &form.Section{ID: "message", Fields: []form.Field{{ID: "files", Kind: form.Files, FileKind: form.OtherFile}}}

// sent is a message as a page has sent it.
type sentMessage struct {
	tried attempt
	kind  *actKind
	step  lifecycle.Event
	files []*referral.Spooled
	ok    bool // nothing is wrong with it
}

// readMessage reads a message and its files. The files are to be closed, also where it fails.
func (s *Site) readMessage(w http.ResponseWriter, r *http.Request, on *scene) (m sentMessage, err error) {
	p := &posted{values: make(url.Values), added: make(map[string][]referral.File), refuse: make(map[string]string)}
	take := func(_ *form.Field, name string, body io.Reader) (referral.File, error) {
		if len(m.files) == referral.MaxMessageFiles {
			return referral.File{}, fault.New(fault.Invalid, "at most %d files go with one message", referral.MaxMessageFiles)
		}
		file, err := s.desk.Spool(r.Context(), name, body)
		if err == nil {
			m.files = append(m.files, file)
		}
		return referral.File{}, err
	}
	if err := readPosted(w, r, messageSection, take, p); err != nil {
		return m, err
	}
	m.tried = attempt{sent: p.values, act: p.values.Get("move")}
	m.tried.seq, _ = strconv.ParseInt(p.values.Get("seq"), 10, 64)
	if m.kind = actOf(m.tried.act); m.kind == nil || m.kind.move != lifecycle.Message || on.byLink && m.kind.id != "" {
		return m, fault.New(fault.Invalid, "This is no message")
	}
	step, wrong := m.kind.read(m.tried.sent, on)
	if why := p.refuse["files"]; why != "" {
		wrong["files"] = why
	}
	m.tried.blame(m.kind, wrong)
	m.step, m.ok = step, len(wrong) == 0
	return m, nil
}

// say writes a message of a referral's thread for the person who is signed in.
func (s *Site) say(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.person(r)
	if err != nil {
		return err
	}
	m, err := s.readMessage(w, r, &scene{now: s.desk.Now()})
	defer referral.CloseAll(m.files)
	if err != nil {
		return err
	}
	urn := r.PathValue("urn")
	if !m.ok {
		return s.movePage(w, r, caller, urn, http.StatusUnprocessableEntity, m.tried)
	}
	err = s.desk.Say(r.Context(), caller, urn, m.step.Public, m.step.Internal, m.files)
	switch f := fault.From(err); {
	case err == nil:
		http.Redirect(w, r, referralPath(urn)+"?done="+m.kind.name(), http.StatusSeeOther)
		return nil
	case f.Kind == fault.Conflict || f.Kind == fault.Invalid:
		return s.notMoved(w, r, caller, urn, m.tried, f)
	}
	return s.lost(w, r, caller, m.tried, err)
}

// answerSay writes a message for who has an answer link.
func (s *Site) answerSay(w http.ResponseWriter, r *http.Request) error {
	m, err := s.readMessage(w, r, &scene{byLink: true, now: s.desk.Now()})
	defer referral.CloseAll(m.files)
	if err != nil {
		return err
	}
	if !m.ok {
		return s.answerPage(w, r, http.StatusUnprocessableEntity, m.tried)
	}
	token := r.PathValue("token")
	err = s.desk.AnswerSay(r.Context(), token, requestID(r), m.step.Public, m.files)
	switch f := fault.From(err); {
	case err == nil:
		http.Redirect(w, r, referral.AnswerPath+url.PathEscape(token)+"?done="+m.kind.name(), http.StatusSeeOther)
		return nil
	case f.Kind == fault.Conflict || f.Kind == fault.Invalid:
		m.tried.refused(f)
		return s.answerPage(w, r, statuses[f.Kind], m.tried)
	case f.Kind == fault.Gone || f.Kind == fault.NotFound:
		return s.answerEnds(w, r, err, m.tried)
	}
	return err
}

// openMessageFile gives a file of a message out, as openFile does.
func (s *Site) openMessageFile(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.person(r)
	if err != nil {
		return err
	}
	num, err := fileNum(r)
	if err != nil {
		return err
	}
	file, body, err := s.desk.CaseMessageFile(r.Context(), caller, r.PathValue("urn"), num)
	if err != nil {
		return err
	}
	defer body.Close()
	serveBody(w, r, file.Name, file.ContentType, file.CreatedAt, body)
	return nil
}

// openAnswerMessageFile is openMessageFile for who has an answer link.
func (s *Site) openAnswerMessageFile(w http.ResponseWriter, r *http.Request) error {
	num, err := fileNum(r)
	if err != nil {
		return err
	}
	file, body, err := s.desk.AnswerMessageFile(r.Context(), r.PathValue("token"), requestID(r), num)
	if err != nil {
		return err
	}
	defer body.Close()
	serveBody(w, r, file.Name, file.ContentType, file.CreatedAt, body)
	return nil
}

// messageLinks are the files of a message.
func messageLinks(all []referral.MessageFile, base string, seq int64) (links []paper) {
	for _, file := range all {
		if file.Seq == seq {
			kind, _, _ := contentWords(file.ContentType)
			links = append(links, paper{base + "/message-files/" + strconv.FormatInt(file.Num, 10), file.Name, kind + ", " + sizeWords(file.Size)})
		}
	}
	return links
}
