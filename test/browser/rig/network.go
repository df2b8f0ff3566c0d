package main

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"net/http"
	"strings"
	"sync"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// network is a referral network with somebody of each role, made when it is first asked for.
type network struct {
	once  sync.Once
	err   error
	found *webtest.Team
}

// network answers with the value of the cookie by which each role is signed in.
func (r rig) openNetwork(req *http.Request) (any, error) {
	n := r.network
	n.once.Do(func() { n.found, n.err = r.house.Gather(context.WithoutCancel(req.Context())) })
	if n.err != nil {
		return nil, n.err
	}
	people := make(map[string]string)
	for _, who := range []*referral.Caller{n.found.Referrer, n.found.Triager, n.found.Approver, n.found.Administrator, n.found.Clinician} {
		people[string(who.Role)] = strings.ReplaceAll(who.PersonName, " ", "+")
	}
	return map[string]any{"cookie": webtest.PersonCookie, "people": people}, nil
}

// arrive takes referrals in that wait for triage, and answers with their URNs.
func (r rig) arrive(req *http.Request) (any, error) {
	count := 1
	if text := req.FormValue("count"); text != "" {
		if _, err := fmt.Sscan(text, &count); err != nil {
			return nil, err
		}
	}
	names := [][2]string{{"Idris", "Morgan"}, {"Zofia", "Łęcka-Owen"}, {"Maya", "Okafor"}, {"Jack", "Thornton-Smythe"}, {"Ines", "da Costa"}, {"Tom", "Ward"}}
	asked := []string{"Impacted lower third molar, pericoronitis twice", "White patch on the tongue for five weeks", "Root canal of a molar with a separated file", "Sedation, very anxious"}
	var urns []string
	for i := range count {
		name := names[i%len(names)]
		priority := []lifecycle.Priority{lifecycle.Routine, lifecycle.USC, lifecycle.Urgent, lifecycle.Routine}[i%4]
		born, err := dental.ParseDate(fmt.Sprintf("%d-0%d-1%d", 1950+7*i%60, 1+i%9, i%9))
		if err != nil {
			return nil, err
		}
		var num int64
		in := referral.Intake{Origin: "salesforce", State: lifecycle.Submitted, Priority: priority, ReferrerName: "Rhona Referrer", Reason: asked[i%4], First: name[0], Last: name[1], BirthDate: born,
			Given: map[string]string{"patient_first_name": name[0], "patient_last_name": name[1]}}
		if err := r.house.Practices.Hub.Write(req.Context(), audit.Operator, func(tx *record.Tx) (err error) {
			num, err = r.house.Desk.TakeIn(tx, r.house.Caller, in)
			return err
		}); err != nil {
			return nil, err
		}
		urn, err := r.urnOf(req.Context(), num)
		if err != nil {
			return nil, err
		}
		if err := r.act(req.Context(), urn, lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}}); err != nil {
			return nil, err
		}
		urns = append(urns, urn)
	}
	return urns, nil
}

func (r rig) urnOf(ctx context.Context, num int64) (urn string, err error) {
	err = r.house.Practices.Hub.DB.Read(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT `Urn` FROM `referral` WHERE `ReferralNum` = ?", store.Int(num))
		if rows.Next() {
			urn = string(rows.Text(0))
		}
		return rows.Close()
	})
	return urn, err
}

// act makes a step of a referral as somebody of a role.
func (r rig) act(ctx context.Context, urn string, role lifecycle.Role, step lifecycle.Event) error {
	life, err := r.house.Desk.Life(ctx, urn)
	if err != nil {
		return err
	}
	who := referraltest.Actor(r.house.Caller, role, &life)
	if n := r.network.found; n != nil {
		switch role {
		case lifecycle.Triager:
			who = n.Triager
		case lifecycle.Provider:
			who = n.Clinician
		case lifecycle.Referrer:
			who = n.Referrer
		}
	}
	_, err = r.house.Desk.Append(ctx, who, urn, life.Seq, step)
	return err
}

// stage brings a referral as far as is asked, with the provider: sent, accepted, booked, asked (the referrer).
func (r rig) stage(req *http.Request) (any, error) {
	urn, to := req.FormValue("urn"), req.FormValue("to")
	ctx, n := req.Context(), r.network.found
	if to == "asked" {
		return nil, r.act(ctx, urn, lifecycle.Triager, lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.PoorRadiograph, Public: "The bitewing is cut off at the distal root. Please send a periapical.", Internal: "Second time from this practice"})
	}
	if to == "listed" {
		return nil, r.act(ctx, urn, lifecycle.Triager, lifecycle.Event{Move: lifecycle.PutOnList, Data: lifecycle.Data{List: r.network.found.List.Num, Tier: "2"}})
	}
	steps := []struct {
		name string
		role lifecycle.Role
		step lifecycle.Event
	}{
		{"sent", lifecycle.Triager, lifecycle.Event{Move: lifecycle.Allocate, Public: "Please see within four weeks.", Internal: "Talked to the consultant", Data: lifecycle.Data{Provider: n.Provider, Name: "St Clements Dental Suite", Clinician: "Mr E Example", Tier: "2"}}},
		{"accepted", lifecycle.Provider, lifecycle.Event{Move: lifecycle.Accept, Internal: "For the Tuesday list"}},
		{"booked", lifecycle.Provider, lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: r.house.Desk.Now().AddSeconds(7 * 24 * 3600)}}},
	}
	for _, s := range steps {
		if err := r.act(ctx, urn, s.role, s.step); err != nil {
			return nil, err
		}
		if s.name == to {
			return nil, nil
		}
	}
	return nil, fmt.Errorf("there is no stage %q", to)
}

// submitFilled submits a form with radiographs, which waits for triage then, and answers with its URN.
func (r rig) submitFilled(req *http.Request) (any, error) {
	ctx := req.Context()
	given := webtest.Patient("03/03/1985")
	given["form_type"] = "AdultRestorativeForm"
	made, err := r.house.Desk.Prepare(ctx, r.house.Caller, referral.Prefill{Given: given})
	if err != nil {
		return nil, err
	}
	urn := made.URN
	var film bytes.Buffer
	if err := jpeg.Encode(&film, radiograph(), &jpeg.Options{Quality: 92}); err != nil {
		return nil, err
	}
	for _, name := range []string{"Bitewing right.jpg", "Periapical LR6.jpg"} {
		if _, err := r.house.Desk.AddFormFile(ctx, r.house.Caller, urn, referral.NewFile{Name: name, Kind: "radiograph", TakenOn: r.today().String()}, bytes.NewReader(film.Bytes())); err != nil {
			return nil, err
		}
	}
	// What the files ask for is known when they are there, and what an answer asks for when it is given.
	for range 3 {
		filled, err := r.house.Desk.Form(ctx, r.house.Caller, urn)
		if err != nil {
			return nil, err
		}
		answers := make(form.Answers)
		for _, wrong := range form.Check(filled.Type, filled.Answers, r.today()) {
			if field, ok := filled.Type.Field(wrong.Field); ok && field.Kind != form.Files {
				answers[field.ID] = formtest.Sample(filled.Type, field, r.today())
				if answers[field.ID].Text == "words" {
					answers[field.ID] = form.Value{Text: "Intermittent pain on biting for three weeks, worse at night"}
				}
			}
		}
		if _, err := r.house.Desk.Keep(ctx, r.house.Caller, urn, filled.Rev, answers); err != nil {
			return nil, err
		}
	}
	if _, err := r.house.Desk.Submit(ctx, r.house.Caller, urn, true); err != nil {
		return nil, err
	}
	return urn, r.act(ctx, urn, lifecycle.System, lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}})
}
