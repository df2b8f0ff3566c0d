// Command rig serves the pages over storage of their own to the browser tests beside it, and does for them what a
// page cannot: it prepares forms as a practice's system does, answers with what is to be typed, and moves the clock.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/drapi"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
	"github.com/bridgework-dental/bridgework/internal/people"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "rig:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "bridgework-rig-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	base := "http://" + strings.Replace(listener.Addr().String(), "127.0.0.1", "localhost", 1)
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	house, err := webtest.Open(ctx, filepath.Join(dir, "data"), filepath.Join(dir, "files"), base, log)
	if err != nil {
		return err
	}
	defer house.Close()
	r := rig{house, base, dir, new(sync.Map), new(line), new(network)}
	mux := http.NewServeMux()
	mux.Handle("/", r.line.over(house.Site))
	api := drapi.New(house.Desk, drapi.Options{Log: log})
	mux.Handle(drapi.Prefix+"/", api)
	mux.Handle(drapi.Documents, api)
	for path, answer := range map[string]func(*http.Request) (any, error){
		"/rig/forms": r.forms, "/rig/prefill": r.prefill, "/rig/answers": r.answers, "/rig/fill": r.fill,
		"/rig/pass": r.pass, "/rig/sign-in": r.signIn, "/rig/count": r.count, "/rig/dead": r.dead, "/rig/received": r.received, "/rig/answer-link": r.answerLink, "/rig/samples": r.samples, "/rig/set-up": r.setUp, "/rig/people": r.people, "/rig/code": r.code, "/rig/network": r.openNetwork, "/rig/arrive": r.arrive, "/rig/stage": r.stage, "/rig/submit": r.submitFilled, "/rig/cut": r.line.cut, "/rig/directory": r.directory,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, req *http.Request) {
			value, err := answer(req)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			json.NewEncoder(w).Encode(value)
		})
	}
	mux.HandleFunc("POST /rig/receiver", r.receive)
	defer house.Work(ctx, log)()
	server := &http.Server{Handler: mux}
	go server.Serve(listener)
	fmt.Println(base) // the tests wait for this line
	<-ctx.Done()
	return server.Close()
}

type rig struct {
	house *webtest.House
	base  string
	dir   string
	inbox *sync.Map // told by URN
	line  *line

	network *network
}

func (r rig) forms(*http.Request) (any, error) { return r.house.Desk.Forms().Names(), nil }

// prefill is what a practice's system brings along when it asks for a form; without a type, for the user to choose it.
func (r rig) prefill(req *http.Request) (any, error) {
	given := webtest.Patient("03/03/1985")
	name := req.FormValue("form")
	if name == "" {
		given["system_type"] = "SE"
		return given, nil
	}
	kind, err := r.house.Desk.Forms().Current(name)
	if err != nil {
		return nil, err
	}
	given["form_type"] = name
	if kind.Age != nil && kind.Age.Below != nil {
		given["patient_dob"] = "10/10/2018"
	}
	return given, nil
}

func (r rig) today() dental.Date { return dental.DateOf(r.house.Now()) }

// typing is what is to be typed into one section.
type typing struct {
	Section string            `json:"section"`
	Fields  []typedField      `json:"fields"`
	Files   map[string]string `json:"files"` // a file's kind by field
}

type typedField struct {
	ID    string            `json:"id"`
	Kind  form.Kind         `json:"kind"`
	Text  string            `json:"text,omitempty"`
	List  []string          `json:"list,omitempty"`
	Parts map[string]string `json:"parts,omitempty"`
}

// answers are complete answers to a form, section by section.
func (r rig) answers(req *http.Request) (any, error) {
	kind, err := r.house.Desk.Forms().Current(req.FormValue("form"))
	if err != nil {
		return nil, err
	}
	complete, err := formtest.Complete(kind, r.today(), req.FormValue("all") == "1")
	if err != nil {
		return nil, err
	}
	sheet := kind.Fill(complete, r.today())
	var all []typing
	for i := range kind.Sections {
		section := &kind.Sections[i]
		one := typing{Section: section.ID, Fields: []typedField{}, Files: make(map[string]string)}
		for j := range section.Fields {
			f := &section.Fields[j]
			value := sheet.Answer(f.ID)
			switch {
			case value.IsEmpty():
			case f.Kind == form.Files:
				one.Files[f.ID] = f.FileKind
			default:
				one.Fields = append(one.Fields, typedField{f.ID, f.Kind, value.Text, value.List, value.Parts})
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// fill answers a prepared form but for its declaration and its files, without a browser.
func (r rig) fill(req *http.Request) (any, error) {
	urn := req.FormValue("urn")
	filled, err := r.house.Desk.Form(req.Context(), r.house.Caller, urn)
	if err != nil {
		return nil, err
	}
	complete, err := formtest.Complete(filled.Type, r.today(), false)
	if err != nil {
		return nil, err
	}
	last, _ := filled.Type.Section("declaration")
	for i := range last.Fields {
		delete(complete, last.Fields[i].ID)
	}
	for _, name := range []string{form.FirstName, form.LastName} {
		delete(complete, name) // the call brought them
	}
	for _, f := range filled.Type.Fields() {
		if value := complete[f.ID]; (f.Kind == form.LongText || f.Kind == form.Text) && value.Text == "words" {
			complete[f.ID] = form.Value{Text: "Intermittent pain on biting for three weeks, worse at night"}
		}
	}
	rev, err := r.house.Desk.Keep(req.Context(), r.house.Caller, urn, filled.Rev, complete)
	return map[string]int64{"rev": rev}, err
}

func (r rig) pass(req *http.Request) (any, error) {
	d, err := time.ParseDuration(req.FormValue("time"))
	r.house.Pass(d)
	return r.house.Now(), err
}

// setUp is the link by which the first administrator comes.
func (r rig) setUp(req *http.Request) (any, error) {
	token, err := r.house.People.SetUpLink(req.Context(), audit.Operator)
	return map[string]string{"url": r.house.People.URL(people.SetUpPath, token)}, err
}

// people makes a person with a role in the practice.
func (r rig) people(req *http.Request) (any, error) {
	return r.house.People.Create(req.Context(), audit.Operator, people.NewPerson{Name: req.FormValue("name"), Email: req.FormValue("email"), Password: req.FormValue("password"),
		Memberships: []people.Membership{{Organisation: int64(r.house.Practice.Num), Role: lifecycle.Role(req.FormValue("role"))}}})
}

// code is what an authenticator app with a secret shows now.
func (r rig) code(req *http.Request) (any, error) {
	return totp.GenerateCode(req.FormValue("secret"), r.house.Now())
}

func (r rig) signIn(req *http.Request) (any, error) {
	token, err := r.house.Desk.AccountLink(req.Context(), audit.Operator, int64(r.house.Practice.Num))
	return map[string]string{"url": r.base + "/sign-in/" + token}, err
}

// count is how often a referral was submitted: its steps of that kind.
func (r rig) count(req *http.Request) (any, error) {
	events, err := r.house.Desk.Events(req.Context(), r.house.Caller, req.FormValue("urn"))
	submitted := 0
	for _, e := range events {
		if e.Move == lifecycle.Submit {
			submitted++
		}
	}
	return submitted, err
}

// dead waits for a referral's PDFs, and makes its webhook one that was tried as often as they are.
func (r rig) dead(req *http.Request) (any, error) {
	for {
		filled, err := r.house.Desk.Form(req.Context(), r.house.Caller, req.FormValue("urn"))
		if err != nil {
			return nil, err
		}
		if filled.ReadyAt.IsNone() {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		return nil, r.house.Practices.Hub.DB.Write(req.Context(), func(tx store.Tx) error {
			return tx.Send("UPDATE `webhookdelivery` SET `State` = 'dead', `Attempts` = 4, `LastStatus` = 503, `LastAt` = ? WHERE `ReferralNum` = ?",
				store.Int(r.house.Now().UnixMilli()), store.Int(filled.Num))
		})
	}
}

// receive is a practice's system that is told that files are ready; received answers with what it was told.
func (r rig) receive(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var named struct{ URN string }
	if err := json.Unmarshal(body, &named); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.inbox.Store(named.URN, told{req.Header.Get("webhook-id"), string(body)})
}

type told struct {
	ID   string `json:"id"`
	Body string `json:"body"`
}

// received waits until the practice's system is told of a referral.
func (r rig) received(req *http.Request) (any, error) {
	for range 1000 {
		if one, ok := r.inbox.Load(req.FormValue("urn")); ok {
			return one, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, errors.New("nothing was received in 20 seconds")
}

// smallPDF is one empty page.
const smallPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// answerLink sends a submitted referral to a provider, and is the link by which they answer.
func (r rig) answerLink(req *http.Request) (any, error) {
	urn := req.FormValue("urn")
	for _, s := range []struct {
		role lifecycle.Role
		step lifecycle.Event
	}{
		{lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}}},
		{lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Public: "Please see within four weeks.", Data: lifecycle.Data{Provider: 99, Name: "St Clements Dental Suite", Clinician: "Mr E Example", Tier: "2"}}},
	} {
		if s.step.Data.Provider != 0 {
			if _, err := referraltest.Enter(req.Context(), r.house.Practices.Hub, directory.Organisation{Num: s.step.Data.Provider, Name: s.step.Data.Name, IsTreating: true}); err != nil {
				return nil, err
			}
		}
		life, err := r.house.Desk.Life(req.Context(), urn)
		if err != nil {
			return nil, err
		}
		if _, err := r.house.Desk.Append(req.Context(), referraltest.Actor(r.house.Caller, s.role, &life), urn, life.Seq, s.step); err != nil {
			return nil, err
		}
	}
	token, err := r.house.Desk.MakeAnswerLink(req.Context(), audit.Operator, urn, 0)
	return map[string]string{"url": r.base + referral.AnswerPath + token}, err
}
