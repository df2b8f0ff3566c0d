package apitest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/drapi"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
	"github.com/bridgework-dental/bridgework/internal/intake"
	"github.com/bridgework-dental/bridgework/internal/loop"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/sfapi"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"

	"github.com/bridgework-dental/bridgework/internal/record"
)

// site is a practice with what its programs sign in with, at each edge.
type site struct {
	practice.Practice
	chart, forms, client string
	v2                   *referral.Caller
}

// edges is one installation with its three edges: a practice that refers, one that treats, and the carrier between their
// charts and the hub.
type edges struct {
	t         *testing.T
	practices *practice.Registry
	desk      *referral.Desk
	carrier   *loop.Carrier
	forms     *referraltest.Fixture
	handlers  map[string]http.Handler // by the beginning of the path
	from, to  site
	source    string // in the referring chart, for the practice that treats
	urn       string // of the referral that is looked at
	request   string // the ClinicalServiceRequest that it is, where there is one
	attach    string // the attachment that it was sent of, where there is one
	mu        sync.Mutex
	now       time.Time
}

func newEdges(t *testing.T) *edges {
	t.Helper()
	e := &edges{t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	var err error
	check := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	e.practices, err = practice.Open(t.Context(), testdb.Chosen().Location(t), practice.Options{Clock: e.clock, Secret: testSecret})
	check()
	t.Cleanup(func() { e.practices.Close() })
	bodies, err := document.OpenFolder(t.TempDir())
	check()
	room := document.NewRoom(bodies, document.Options{})
	t.Cleanup(room.Close)
	hub := e.practices.Hub
	shelf := room.Shelf("hub", hub.DB, e.clock, func() (func(), error) { return func() {}, nil })
	forms, err := form.Builtin()
	check()
	e.desk = referral.New(hub, forms, shelf, referral.Options{BaseURL: "https://refer.example.org", Sealer: e.practices.Sealer})
	e.forms = &referraltest.Fixture{Desk: e.desk, Hub: hub, Shelf: shelf}
	e.carrier = loop.New(e.practices, e.desk, func(num practice.Num, book *record.Book) *document.Shelf {
		return odapi.ShelfOf(room, e.practices, num, book.DB, e.clock)
	}, quiet, loop.Tick)
	taken := intake.New(hub, e.desk)
	e.handlers = map[string]http.Handler{
		odapi.Prefix: odapi.New(e.practices, odapi.Options{Log: quiet}), drapi.Prefix: drapi.New(e.desk, drapi.Options{Log: quiet}),
		sfapi.Prefix: sfapi.New(taken, sfapi.Options{BaseURL: "https://refer.example.org"}),
	}
	for name, s := range map[string]*site{"Mill Lane Dental": &e.from, "St Clements Dental Suite": &e.to} {
		s.Practice, err = e.practices.Create(t.Context(), audit.Operator, name)
		check()
		_, secrets, err := e.practices.CreateKey(t.Context(), audit.Operator, s.Practice, "Test developer", Groups(), practice.Secrets{})
		if err != nil {
			t.Fatal(err)
		}
		s.chart = "ODFHIR " + secrets.DeveloperKey + "/" + secrets.CustomerKey
		key := referral.NewKey()
		s.v2, s.forms = e.forms.Caller(t, int64(s.Num), key), "Token token="+key
		client, secret, err := taken.CreateClient(t.Context(), audit.Operator, intake.NewClient{Practice: int64(s.Num)})
		if err != nil {
			t.Fatal(err)
		}
		s.client = url.Values{"grant_type": {"client_credentials"}, "client_id": {client.ID}, "client_secret": {secret}}.Encode()
	}
	e.source = text(e.do(e.from.chart, http.MethodPost, "/api/v1/referrals", `{"LName": "St Clements Dental Suite", "NotPerson": "true"}`)["ReferralNum"])
	book, release, err := e.practices.Lease(t.Context(), e.from.Num)
	check()
	defer release()
	var num int64
	fmt.Sscan(e.source, &num)
	err = hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
		return tx.Send("UPDATE `organisation` SET `IsTreating` = 1, `Name` = ? WHERE `OrganisationNum` = ?", store.Text(facts["provider"]), store.Int(int64(e.to.Num)))
	})
	check()
	err = od.SetNetworkSource(t.Context(), od.Desk{Book: book, Caller: audit.Operator}, dental.ReferralNum(num), int64(e.to.Num))
	check()
	return e
}

// token signs the referring organisation in: a token lasts two hours, and a referral longer.
func (e *edges) token() string {
	e.t.Helper()
	return "Bearer " + text(e.do("", http.MethodPost, "/services/oauth2/token", e.from.client)["access_token"])
}

func (e *edges) clock() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.now
}

func (e *edges) pass(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now = e.now.Add(d)
}

// text is a JSON value as one reads it.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return fmt.Sprint(int64(v))
	}
	return fmt.Sprint(value)
}

func (e *edges) ask(who, method, path, body string) []byte {
	e.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if body[0] == '{' {
			r.Header.Set("Content-Type", "application/json")
		}
	}
	if who != "" {
		r.Header.Set("Authorization", who)
	}
	w := httptest.NewRecorder()
	for prefix, handler := range e.handlers {
		if strings.HasPrefix(path, prefix) {
			handler.ServeHTTP(w, r)
		}
	}
	if w.Code != http.StatusOK && w.Code != http.StatusCreated {
		e.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

func (e *edges) do(who, method, path, body string) (answer map[string]any) {
	e.t.Helper()
	content := e.ask(who, method, path, body)
	if err := json.Unmarshal(content, &answer); err != nil {
		e.t.Fatalf("%s %s: %s: %v", method, path, content, err)
	}
	return answer
}

func (e *edges) list(who, path string) (rows []map[string]any) {
	e.t.Helper()
	content := e.ask(who, http.MethodGet, path, "")
	if err := json.Unmarshal(content, &rows); err != nil {
		e.t.Fatalf("%s: %s: %v", path, content, err)
	}
	return rows
}

// seen is what an edge has ever said of a referral, by place: "refattaches.Note".
type seen map[string][]string

func (s seen) add(place string, row map[string]any) {
	for name, value := range row {
		at := place + "." + name
		if said := text(value); !slices.Contains(s[at], said) {
			s[at] = append(s[at], said)
		}
	}
}

// anywhere tells whether a text was said at all.
func (s seen) anywhere(said string) bool {
	for _, values := range s {
		for _, value := range values {
			if strings.Contains(value, said) {
				return true
			}
		}
	}
	return false
}

// reading is what the four who can ask are told now, and what they were told before.
type reading struct {
	referrer, provider, v2, salesforce seen
	refToStatus                        map[string]string // now, by whose chart it is: "referrer", "provider"
	status, record                     string            // now
}

func newReading() *reading {
	return &reading{referrer: make(seen), provider: make(seen), v2: make(seen), salesforce: make(seen)}
}

// read carries what is owed, and asks every edge over HTTP.
func (e *edges) read(r *reading) {
	e.t.Helper()
	for range 2 {
		if err := e.carrier.Once(e.t.Context()); err != nil {
			e.t.Fatal(err)
		}
	}
	r.refToStatus = make(map[string]string)
	if e.attach != "" {
		e.readChart(e.from.chart, "RefTo", "referrer", r, r.referrer)
	}
	e.readChart(e.to.chart, "RefFrom", "provider", r, r.provider)
	answer := e.do(e.from.forms, http.MethodGet, "/react4r/v2/referral_status?urn="+e.urn, "")
	r.v2.add("referral_status", answer)
	r.status = text(answer["referral_status"])
	if e.request != "" {
		answer := e.do(e.token(), http.MethodGet, "/services/data/v66.0/sobjects/ClinicalServiceRequest/"+e.request, "")
		r.salesforce.add("ClinicalServiceRequest", answer)
		r.record = text(answer["Status"]) + " / " + text(answer["IsAccepted"])
	}
}

func (e *edges) readChart(who, kind, side string, r *reading, into seen) {
	e.t.Helper()
	rows := slices.DeleteFunc(e.list(who, "/api/v1/refattaches"), func(attach map[string]any) bool {
		return text(attach["ReferralType"]) != kind || side == "referrer" && text(attach["RefAttachNum"]) != e.attach
	})
	if len(rows) > 0 { // the one that is looked at is the last that came
		attach := slices.MaxFunc(rows, func(a, b map[string]any) int {
			return cmp.Compare(a["RefAttachNum"].(float64), b["RefAttachNum"].(float64))
		})
		into.add("refattaches", attach)
		r.refToStatus[side] = text(attach["RefToStatus"])
		patient := text(attach["PatNum"])
		into.add("patients", e.do(who, http.MethodGet, "/api/v1/patients/"+patient, ""))
		into.add("referrals", e.do(who, http.MethodGet, "/api/v1/referrals/"+text(attach["ReferralNum"]), ""))
		for _, line := range e.list(who, "/api/v1/commlogs?PatNum="+patient) {
			into.add("commlogs", line)
		}
		for _, document := range e.list(who, "/api/v1/documents?PatNum="+patient) {
			into.add("documents", document)
		}
	}
}

// step makes a move on the hub as somebody of a role.
func (e *edges) step(role lifecycle.Role, move lifecycle.Event) {
	e.t.Helper()
	life, err := e.desk.Life(e.t.Context(), e.urn)
	if err != nil {
		e.t.Fatal(err)
	}
	if _, err := e.desk.Append(e.t.Context(), referraltest.Actor(e.from.v2, role, &life), e.urn, life.Seq, move); err != nil {
		e.t.Fatalf("%s: %v", move.Move, err)
	}
}

// said are the fields that a call has, by their names, with values that are nobody else's.
type said map[string]string

func (g said) object(prefix string) string {
	fields := make(map[string]string)
	for name, value := range g {
		if own, ok := strings.CutPrefix(name, prefix); ok {
			fields[own] = value
		}
	}
	content, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return string(content)
}

// sendChart refers a patient in the referring practice's chart.
func (e *edges) sendChart(g said) {
	e.t.Helper()
	patient := text(e.do(e.from.chart, http.MethodPost, "/api/v1/patients", g.object("patients."))["PatNum"])
	attach := maps.Clone(g)
	attach["refattaches.PatNum"], attach["refattaches.ReferralNum"], attach["refattaches.ReferralType"] = patient, e.source, "RefTo"
	body := strings.NewReplacer(`"PatNum":"`+patient+`"`, `"PatNum":`+patient, `"ReferralNum":"`+e.source+`"`, `"ReferralNum":`+e.source, `"ProvNum":"1"`, `"ProvNum":1`).Replace(attach.object("refattaches."))
	e.attach = text(e.do(e.from.chart, http.MethodPost, "/api/v1/refattaches", body)["RefAttachNum"])
}

// sendForm prepares a form by the API, fills it in as the call has it, and submits it.
func (e *edges) sendForm(g said) {
	e.t.Helper()
	values := url.Values{"form_type": {"AdultRestorativeForm"}}
	for name, value := range g {
		values.Set(name, value)
	}
	values.Del("file")
	e.urn = text(e.do(e.from.forms, http.MethodPost, "/react4r/v2/prepare_form", values.Encode())["urn"])
	if _, err := e.desk.AddFormFile(e.t.Context(), e.from.v2, e.urn, referral.NewFile{Name: g["file"], Kind: "radiograph", TakenOn: e.desk.Today().String()}, bytes.NewReader(referraltest.Sample(".jpg"))); err != nil {
		e.t.Fatal(err)
	}
	e.forms.Complete(e.t, e.from.v2, e.urn)
	filled, err := e.desk.Form(e.t.Context(), e.from.v2, e.urn)
	if err != nil {
		e.t.Fatal(err)
	}
	own := make(form.Answers)
	for name, value := range g {
		if field, ok := filled.Type.Field(name); ok && len(field.Options) == 0 {
			own[name] = form.Value{Text: value}
		}
	}
	own[form.BirthDate] = form.Value{Text: "1981-02-03"}
	if g["urgent"] == "1" {
		own["care_type"] = form.Value{Text: "urgent"}
	}
	keep := func() {
		e.t.Helper()
		if _, err := e.desk.Keep(e.t.Context(), e.from.v2, e.urn, filled.Rev, own); err != nil {
			e.t.Fatal(err)
		}
		if filled, err = e.desk.Form(e.t.Context(), e.from.v2, e.urn); err != nil {
			e.t.Fatal(err)
		}
	}
	keep()
	clear(own)
	for _, wrong := range form.Check(filled.Type, filled.Answers, e.desk.Today()) { // what these answers ask for
		if field, ok := filled.Type.Field(wrong.Field); ok {
			own[field.ID] = formtest.Sample(filled.Type, field, e.desk.Today())
		}
	}
	keep()
	if _, err := e.desk.Submit(e.t.Context(), e.from.v2, e.urn, true); err != nil {
		e.t.Fatal(err)
	}
}

// sendRequest sends a ClinicalServiceRequest.
func (e *edges) sendRequest(g said) {
	e.t.Helper()
	body := fmt.Sprintf(`{"patient": {"fields": %s}, "requester": {"fields": %s}, "performers": [{"fields": %s}], "referral": {"fields": %s}, "referralNotes": %q,
		"referralDetails": [{"detailType": "Reason Reference", "detailRecordType": "Health Condition", "fields": %s}]}`,
		g.object("patient."), g.object("requester."), g.object("performers."), g.object("referral."), g["referralNotes"], g.object("referralDetails."))
	answer := e.do(e.token(), http.MethodPost, "/services/data/v66.0/connect/health/referral-management/referrals", body)
	e.request = answer["referralIds"].([]any)[0].(string)
}

// lossTable is docs/loss-table.md: the lines of each section, by their first cell.
func lossTable(t *testing.T) map[string]map[string][]string {
	t.Helper()
	content, err := os.ReadFile("../../docs/loss-table.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := make(map[string]map[string][]string)
	section := ""
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
			sections[section] = make(map[string][]string)
		}
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.Trim(strings.TrimSpace(cell), "`"))
		}
		if _, twice := sections[section][cells[0]]; twice {
			t.Errorf("%s: %s stands there twice", section, cells[0])
		}
		sections[section][cells[0]] = cells[1:]
	}
	return sections
}

// checkSection holds a section of the table to what was seen: of each field that was given, and of no other, it says whether
// it is kept as it was, mapped to what mapped says, or lost, and where it would be; mapped may say what stands there then.
func checkSection(t *testing.T, section string, rows map[string][]string, g said, mapped map[string]string, there seen) {
	t.Helper()
	for name := range g {
		if rows[name] == nil {
			t.Errorf("%s: the table does not say what becomes of %s", section, name)
		}
	}
	for name, row := range rows {
		value, ok := g[name]
		if !ok || len(row) != 3 {
			t.Errorf("%s: %s is not tried here, or has no three cells", section, name)
			continue
		}
		fate, place := row[0], row[1]
		exact := fate == "kept" && place != "commlogs.Note" && place != "referral_status.referral_status"
		has := func(want string) bool {
			return slices.ContainsFunc(there[place], func(one string) bool { return one == want || !exact && strings.Contains(one, want) })
		}
		switch fate {
		case "kept":
			if !has(value) {
				t.Errorf("%s: %s is not kept in %s: %q, want %q", section, name, place, there[place], value)
			}
		case "mapped":
			if want, ok := mapped[name]; !ok || !has(want) || want == value {
				t.Errorf("%s: %s is not mapped in %s: %q, want %q", section, name, place, there[place], want)
			}
		case "lost":
			if place == "" && there.anywhere(value) || place != "" && (there[place] == nil || has(value)) {
				t.Errorf("%s: %s is not lost: %q", section, name, value)
			}
			if want, ok := mapped[name]; ok && !has(want) {
				t.Errorf("%s: where %s would be is %q, want %q", section, name, there[place], want)
			}
		default:
			t.Errorf("%s: %s is %q", section, name, fate)
		}
	}
}

// lastURN reads the URN of the referral that came in last: a draft stands in no list of the API.
func lastURN(urn *string) func(store.Conn) error {
	return func(c store.Conn) error {
		rows := c.Query("SELECT `Urn` FROM `referral` ORDER BY `ReferralNum` DESC LIMIT 1")
		if rows.Next() {
			*urn = string(rows.Text(0))
		}
		return rows.Close()
	}
}
