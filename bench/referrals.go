//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/drapi"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/web"
)

// The Dental Referrals API: the documents' own key, and as many referrals as there are patients.
const (
	formKey           = "42a42a42a42a424a2aa4"
	formAuthorization = "Token token=" + formKey
	formPrefix        = "BEN"
)

// The pages: forms that are open, and a session that the client knows beforehand.
const (
	openCount   = 200
	pageSession = "benchmark"
)

// openForms opens the Dental Referrals API over the sample's hub, with referrals that were submitted and sent on, and
// the pages of forms that are open behind them.
func openForms(ctx context.Context, data *sample) (api, pages http.Handler, err error) {
	forms, err := form.Builtin()
	if err != nil {
		return nil, nil, err
	}
	hosts, err := document.ParseEgress(document.AnyHost)
	if err != nil {
		return nil, nil, err
	}
	desk := referral.New(data.registry.Hub, forms, nil, referral.Options{BaseURL: "https://refer.example.org", Sealer: data.registry.Sealer, Webhooks: hosts})
	if _, _, err := desk.CreateKey(ctx, audit.Operator, int64(data.practice.Num), formKey, nil); err != nil {
		return nil, nil, err
	}
	caller, err := desk.Authenticate(ctx, formKey)
	if err != nil {
		return nil, nil, err
	}
	var wg sync.WaitGroup
	failed := make(chan error, mostConnections)
	for worker := range mostConnections {
		wg.Go(func() {
			for i := worker; i < patientCount; i += mostConnections {
				given, err := url.ParseQuery(string(appendPrepare(nil, i)))
				if err == nil {
					_, err = desk.Prepare(ctx, caller, referral.Prefill{Given: first(given)})
				}
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	for err := range failed {
		return nil, nil, err
	}
	// What an answer is made of is there; what came before it is not asked for.
	err = data.registry.Hub.DB.Write(ctx, func(tx store.Tx) error {
		return tx.Send("UPDATE `referral` SET `State` = 'sent', `SubmittedAt` = '2026-01-02 03:04:05', `Version` = 1, `FileKinds` = 'form,mh', `StatusText` = 'Sent to: St Clements Dental Suite - Mr E Harunani'")
	})
	if err != nil {
		return nil, nil, err
	}
	if err := openPages(ctx, data, desk, caller); err != nil {
		return nil, nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	return drapi.New(desk, drapi.Options{Log: log}), web.New(desk, web.Options{Log: log, Directory: directory.New(data.registry.Hub, desk.Forms().Titles())}), nil
}

// openPages prepares the forms that are open, and signs the client's session in.
func openPages(ctx context.Context, data *sample, desk *referral.Desk, caller *referral.Caller) error {
	for i := range openCount {
		given, err := url.ParseQuery(string(appendPrepare(nil, i)))
		if err == nil {
			_, err = desk.Prepare(ctx, caller, referral.Prefill{Given: first(given)})
		}
		if err != nil {
			return err
		}
	}
	sum := sha256.Sum256([]byte(pageSession))
	now := dental.DateTimeOf(time.Now())
	return data.registry.Hub.DB.Write(ctx, func(tx store.Tx) error {
		return tx.Send("INSERT INTO `websession` (`SessionHash`, `PracticeNum`, `FormKeyNum`, `ReferralNum`, `CreatedAt`, `ExpiresAt`) VALUES (?, ?, 0, 0, ?, ?)",
			store.Text(hex.EncodeToString(sum[:])), store.Int(int64(data.practice.Num)), store.Text(now.String()), store.Text(now.AddSeconds(24*60*60).String()))
	})
}

func first(values url.Values) map[string]string {
	given := make(map[string]string, len(values))
	for name := range values {
		given[name] = values.Get(name)
	}
	return given
}

// appendPrepare appends the body of the i-th prepare_form: what a practice's system sends of a patient.
func appendPrepare(dst []byte, i int) []byte {
	dst = append(dst, "form_type=AdultRestorativeForm&patient_title=Mr&patient_first_name="...)
	dst = append(dst, url.QueryEscape(pick(firstNames, i))...)
	dst = append(dst, "&patient_last_name="...)
	dst = append(dst, url.QueryEscape(pick(lastNames, i/7))...)
	dst = append(dst, "&patient_identifier="...)
	dst = strconv.AppendInt(dst, int64(i), 10)
	dst = append(dst, "&patient_dob=10/10/1980&patient_postcode=LS1+4DY&patient_address_line_1=1+Mill+Lane&patient_town=Leeds&patient_mobile_tel=07700+900123&nhs_number=943+476+5919&gender=M"...)
	return append(dst, "&referrer_name=Jane+Doe&referrer_gdc=123456&urgent=0&medical_history_text=Penicillin+allergy"...)
}

// formRoutes are those of the Dental Referrals API and of the pages behind it.
func formRoutes() []route {
	page := route{
		name: "page", title: "GET a page of a form", method: http.MethodGet, connections: 16, status: http.StatusOK, isPage: true,
		distinct: openCount, body: func(dst []byte, _ int) []byte { return dst },
		path: func(i int) string {
			return fmt.Sprintf("/referrals/%s%07d/sections/patient", formPrefix, patientCount+i+1)
		},
	}
	alone := page
	alone.name, alone.title, alone.connections = "firstbyte", "GET a page of a form, one connection", 1
	return []route{
		{
			name: "prepare", title: "POST prepare_form", method: http.MethodPost, connections: mostConnections, status: http.StatusOK, isForms: true,
			distinct: patientCount, body: appendPrepare, path: func(int) string { return "prepare_form" },
			leaves: counts{Referrals: 1, Steps: 1, HubEvents: 1},
		},
		{
			name: "status", title: "GET referral_status", method: http.MethodGet, connections: 16, status: http.StatusOK, isForms: true,
			distinct: patientCount, body: func(dst []byte, _ int) []byte { return dst },
			path: func(i int) string { return fmt.Sprintf("referral_status?urn=%s%07d", formPrefix, i+1) },
		},
		page, alone,
	}
}

// countForms counts what a prepared form leaves in the hub.
func (s *server) countForms(ctx context.Context, c *counts) error {
	return s.sample.registry.Hub.DB.Read(ctx, func(conn store.Conn) error {
		rows := conn.Query("SELECT (SELECT COUNT(*) FROM `referral`), (SELECT COUNT(*) FROM `referralevent`), (SELECT COUNT(*) FROM `auditevent`)")
		if rows.Next() {
			c.Referrals, c.Steps, c.HubEvents = rows.Int(0), rows.Int(1), rows.Int(2)
		}
		return rows.Close()
	})
}

// contentType is how a route's body is written.
func (r route) contentType() string {
	if r.isForms {
		return "application/x-www-form-urlencoded"
	}
	return "application/json"
}

// credentials are the header by which a route knows who asks.
func (r route) credentials() string {
	switch {
	case r.isPage:
		return "Cookie: bridgework=" + pageSession
	case r.isForms:
		return "Authorization: " + formAuthorization
	}
	return "Authorization: " + authorization
}
