package sfapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/intake"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/sfapi"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// org is an organisation with the records that the documents' samples name, and its clients.
type org struct {
	*referraltest.Fixture
	practice int64
	desk     *intake.Desk
	server   *sfapi.Server
	tokens   map[string]string // by the client's name: "", strict, open
	clients  map[string]int64
}

func newOrg(t testing.TB) *org {
	t.Helper()
	o := &org{Fixture: referraltest.New(t, referral.Options{}), tokens: make(map[string]string), clients: make(map[string]int64)}
	o.desk = intake.New(o.Hub, o.Desk)
	o.server = sfapi.New(o.desk, sfapi.Options{BaseURL: "https://refer.example.org"})
	o.practice = o.Practice(t, "County Hospital", "HOS")
	o.know(t, o.practice)
	for name, client := range map[string]intake.NewClient{
		"": {ID: "plain"}, "strict": {ID: "strict", StrictIDs: true}, "open": {ID: "open", OpenPicklists: true},
	} {
		client.Practice = o.practice
		o.tokens[name] = o.token(t, client)
		o.clients[name] = int64(len(o.clients) + 1)
	}
	return o
}

// know makes the samples' ids known.
func (o *org) know(t testing.TB, practice int64) {
	t.Helper()
	for object, ids := range map[string][]string{
		intake.Account:            {"005S7000001xLk1", "001RM000005bZVv"},
		intake.HealthcareProvider: {"0cmS70000004CAu", "0cmRM0000004nAg", "0cmRM0000000l2J", "0cmRM0000000tno"},
	} {
		for i, id := range ids {
			fields := intake.Fields{"Name": fmt.Sprintf("%s %d", object, i+1), "LastName": fmt.Sprintf("Sample %d", i+1)}
			if err := o.desk.Know(t.Context(), audit.Operator, practice, object, intake.ID(id), fields); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// token makes a client and lets it get a token over HTTP.
func (o *org) token(t testing.TB, client intake.NewClient) string {
	t.Helper()
	made, secret, err := o.desk.CreateClient(t.Context(), audit.Operator, client)
	if err != nil {
		t.Fatal(err)
	}
	w := o.do("", http.MethodPost, "/services/oauth2/token", "application/x-www-form-urlencoded",
		url.Values{"grant_type": {"client_credentials"}, "client_id": {made.ID}, "client_secret": {secret}}.Encode())
	var answer struct {
		Token string `json:"access_token"`
		Type  string `json:"token_type"`
		Base  string `json:"instance_url"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK || answer.Type != "Bearer" || answer.Base != "https://refer.example.org" {
		t.Fatalf("the token: %d %s", w.Code, w.Body)
	}
	return answer.Token
}

// here is the server as one that tells its clients the address by which they came.
func (o *org) here() *sfapi.Server { return sfapi.New(o.desk, sfapi.Options{}) }

func (o *org) do(token, method, path, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	o.server.ServeHTTP(w, r)
	return w
}

const referrals = "/services/data/v66.0/connect/health/referral-management/referrals"

func (o *org) post(t *testing.T, body string) (ids []string, w *httptest.ResponseRecorder) {
	t.Helper()
	w = o.do(o.tokens[""], http.MethodPost, referrals, "application/json", body)
	var answer struct {
		Error       any      `json:"error"`
		ReferralIDs []string `json:"referralIds"`
	}
	if w.Code == http.StatusCreated {
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Error != nil {
			t.Fatalf("%s", w.Body)
		}
	}
	return answer.ReferralIDs, w
}

// counts are how many records of each kind there are.
type counts struct{ Patients, Requests, Details, Referrals int64 }

func (o *org) counts(t *testing.T) (now counts) {
	t.Helper()
	err := o.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		for query, into := range map[string]*int64{
			"SELECT COUNT(*) FROM `intakepatient`": &now.Patients, "SELECT COUNT(*) FROM `intakerequest`": &now.Requests, "SELECT COUNT(*) FROM `referral`": &now.Referrals,
			"SELECT COUNT(*) FROM `intakerecord` WHERE `ObjectType` = 'ClinicalServiceRequestDetail'": &now.Details,
		} {
			rows := c.Query(query)
			if rows.Next() {
				*into = rows.Int(0)
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return now
}

type vector struct {
	Name    string
	Client  string
	Keep    string
	Creates *struct{ Patients, Requests, Details int64 }
	Request struct {
		Method, Path, Text string
		Body               json.RawMessage
		Anonymous          bool
	}
	Response struct {
		Status   int
		Count    int
		Body     any
		Superset map[string]any
		Contains any
		Errors   []struct {
			ErrorCode string
			Fields    []string
		}
	}
}

func TestVectorsHold(t *testing.T) {
	content, err := os.ReadFile("../../spec/vectors/salesforce/referrals.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(content, &vectors); err != nil {
		t.Fatal(err)
	}
	o := newOrg(t)
	kept := []string{"${2MB}", strings.Repeat("n", 2<<20)}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			named := strings.NewReplacer(kept...)
			before := o.counts(t)
			body := v.Request.Text
			if v.Request.Body != nil {
				body = named.Replace(string(v.Request.Body))
			}
			token := o.tokens[v.Client]
			if v.Request.Anonymous {
				token = ""
			}
			w := o.do(token, v.Request.Method, named.Replace(v.Request.Path), "application/json", body)
			if w.Code != v.Response.Status {
				t.Fatalf("%d %.500s", w.Code, w.Body)
			}
			if contentType := w.Header().Get("Content-Type"); contentType != "application/json;charset=UTF-8" {
				t.Errorf("the answer is %s", contentType)
			}
			var answer any
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatalf("%v: %s", err, w.Body)
			}
			v.compare(t, answer, named)
			if v.Keep != "" {
				id := answer.(map[string]any)["referralIds"].([]any)[0].(string)
				kept = append(kept, "${"+v.Keep+"}", id, "${"+v.Keep+"15}", id[:15])
			}
			if v.Creates != nil {
				after := o.counts(t)
				made := counts{after.Patients - before.Patients, after.Requests - before.Requests, after.Details - before.Details, after.Referrals - before.Referrals}
				if want := (counts{v.Creates.Patients, v.Creates.Requests, v.Creates.Details, v.Creates.Requests}); made != want {
					t.Errorf("%+v were made, want %+v", made, want)
				}
			}
		})
	}
}

func (v *vector) compare(t *testing.T, answer any, named *strings.Replacer) {
	t.Helper()
	if v.Response.Body != nil && !reflect.DeepEqual(answer, v.Response.Body) {
		t.Errorf("the answer is %v", answer)
	}
	if v.Response.Contains != nil && !slices.ContainsFunc(answer.([]any), func(element any) bool { return reflect.DeepEqual(element, v.Response.Contains) }) {
		t.Errorf("%v is not in %v", v.Response.Contains, answer)
	}
	for name, want := range v.Response.Superset {
		if text, ok := want.(string); ok {
			want = named.Replace(text)
		}
		if got := answer.(map[string]any)[name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if v.Response.Count > 0 {
		ids := answer.(map[string]any)["referralIds"].([]any)
		if len(ids) != v.Response.Count || answer.(map[string]any)["error"] != nil {
			t.Errorf("the answer is %v", answer)
		}
		for _, id := range ids {
			if parsed, misspelt, ok := intake.ParseID(id.(string)); !ok || misspelt || len(id.(string)) != 18 || parsed.Prefix() != "0lv" {
				t.Errorf("%v is no id of a request", id)
			}
		}
	}
	if v.Response.Errors == nil {
		return
	}
	var got, want []string
	for _, e := range answer.([]any) {
		problem := e.(map[string]any)
		if problem["message"] == "" {
			t.Error("a fault has no message")
		}
		fields, _ := problem["fields"].([]any)
		got = append(got, fmt.Sprint(problem["errorCode"], fields))
	}
	for _, e := range v.Response.Errors {
		want = append(want, fmt.Sprint(e.ErrorCode, e.Fields))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the faults are %v, want %v", got, want)
	}
}

func TestTheThreeLastSignsOfAnIDCheckItsCase(t *testing.T) {
	for in, want := range map[string]string{
		"0lvRM0000004C9A": "0lvRM0000004C9AYAU", "0lv000000000001": "0lv000000000001AAA", "a0BA0000000L2ZC": "a0BA0000000L2ZCMA0",
		"AAaAAbbBBBCcCCC": "AAaAAbbBBBCcCCC123", "70130000001tcyI": "70130000001tcyIAAQ",
	} {
		id, misspelt, ok := intake.ParseID(in)
		if !ok || misspelt || id.Full() != want {
			t.Errorf("%s is %s, want %s", in, id.Full(), want)
		}
		if _, misspelt, ok := intake.ParseID(want); !ok || misspelt {
			t.Errorf("%s is misspelt", want)
		}
	}
	if _, misspelt, ok := intake.ParseID("0cmRM0000004nAgDZc"); !ok || !misspelt {
		t.Error("a wrong ending is taken for a right one")
	}
	for _, bad := range []string{"", "0lv", "0lvRM0000004C9A-", "0lvRM0000004C9AYAU1", "0lvRM0000004C9é"} {
		if _, _, ok := intake.ParseID(bad); ok {
			t.Errorf("%q is taken for an id", bad)
		}
	}
}

const active = `{"patient":{"id":"001RM000005bZVvYAM"},"requester":{"id":"0cmS70000004CAuIAM"},"performers":[{"id":"0cmRM0000004nAgYAI"}],"referral":{"fields":{"Status":"Active","Priority":"Urgent","SourceSystem":%q,"SourceSystemIdentifier":%q}}}`

func TestTheSameCallOfASourceIsOneReferral(t *testing.T) {
	o := newOrg(t)
	body := fmt.Sprintf(active, "County EHR", "R-77")
	first, w := o.post(t, body)
	if len(first) != 1 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if again, w := o.post(t, body); !slices.Equal(again, first) {
				t.Errorf("again it is %v, not %v: %d %s", again, first, w.Code, w.Body)
			}
		})
	}
	all.Wait()
	if other, _ := o.post(t, fmt.Sprintf(active, "County EHR", "R-78")); slices.Equal(other, first) {
		t.Error("another identifier is the same referral")
	}
	if now := o.counts(t); now.Requests != 2 || now.Referrals != 2 {
		t.Errorf("there are %+v", now)
	}
	w = o.do(o.tokens[""], http.MethodGet, "/services/data/v66.0/query?q="+url.QueryEscape("select Id, SourceSystem from ClinicalServiceRequest where SourceSystemIdentifier = 'R-77' and SourceSystem='County EHR' limit 5"), "", "")
	if !strings.Contains(w.Body.String(), `"totalSize":1`) || !strings.Contains(w.Body.String(), first[0]) {
		t.Errorf("the query finds %s", w.Body)
	}
}

func TestTheSameCallSentAtOnceIsOneReferral(t *testing.T) {
	o := newOrg(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := make(map[string]bool)
	for range 8 {
		all.Go(func() {
			ids, w := o.post(t, fmt.Sprintf(active, "County EHR", "R-1"))
			mu.Lock()
			defer mu.Unlock()
			if len(ids) != 1 {
				t.Errorf("%d %s", w.Code, w.Body)
				return
			}
			seen[ids[0]] = true
		})
	}
	all.Wait()
	if now := o.counts(t); len(seen) != 1 || now.Referrals != 1 {
		t.Errorf("%d ids and %+v", len(seen), now)
	}
}

func TestAPatientIsFoundAgainBySureEvidenceOnly(t *testing.T) {
	o := newOrg(t)
	patients := func(match bool, fields string) (made int64, code string) {
		before := o.counts(t)
		_, w := o.post(t, fmt.Sprintf(`{"patient":{"fields":%s},"referral":{"fields":{}},"shouldUseHighConfidenceMatch":%t}`, fields, match))
		var problems []struct{ ErrorCode string }
		if json.Unmarshal(w.Body.Bytes(), &problems) == nil && len(problems) > 0 {
			code = problems[0].ErrorCode
		}
		after := o.counts(t)
		if code != "" && after != before {
			t.Errorf("%s, and %+v became %+v", code, before, after)
		}
		return after.Patients - before.Patients, code
	}
	for _, c := range []struct {
		name   string
		match  bool
		fields string
		made   int64
		code   string
	}{
		{"a new patient is made", true, `{"FirstName":"Joe","LastName":"Clark","PersonBirthdate":"1980-05-01","Phone":"0113 496 0001"}`, 1, ""},
		{"name and birth date are enough, whatever the case", true, `{"FirstName":"JOE","LastName":"clark","PersonBirthdate":"1980-05-01"}`, 0, ""},
		{"name and telephone are enough", true, `{"FirstName":"Joe","LastName":"Clark","Phone":"(0113) 4960001"}`, 0, ""},
		{"a name alone is not", true, `{"FirstName":"Joe","LastName":"Clark"}`, 1, ""},
		{"another birth date is another patient", true, `{"FirstName":"Joe","LastName":"Clark","PersonBirthdate":"1990-05-01","Phone":"0113 496 0001"}`, 1, ""},
		{"who does not want to match makes another one", false, `{"FirstName":"Joe","LastName":"Clark","PersonBirthdate":"1980-05-01"}`, 1, ""},
		{"two who fit equally well are told, and nothing is made", true, `{"FirstName":"Joe","LastName":"Clark","PersonBirthdate":"1980-05-01"}`, 0, "DUPLICATES_DETECTED"},
	} {
		if made, code := patients(c.match, c.fields); made != c.made || code != c.code {
			t.Errorf("%s: %d were made, %q", c.name, made, code)
		}
	}
}

func TestATokenEndsByTimeByRevocationAndWithItsClient(t *testing.T) {
	o := newOrg(t)
	alive := func(token string) bool {
		return o.do(token, http.MethodGet, "/services/data/v66.0/query?q=x", "", "").Code != http.StatusUnauthorized
	}
	if !alive(o.tokens[""]) || alive("00DA0!nobody") || alive("") {
		t.Fatal("tokens are not told apart")
	}
	if w := o.do("", http.MethodPost, "/services/oauth2/revoke", "application/x-www-form-urlencoded", url.Values{"token": {o.tokens[""]}}.Encode()); w.Code != http.StatusOK {
		t.Errorf("revoking: %d", w.Code)
	}
	if alive(o.tokens[""]) {
		t.Error("a revoked token is alive")
	}
	if err := o.desk.RevokeClient(t.Context(), audit.Operator, o.clients["strict"]); err != nil {
		t.Fatal(err)
	}
	if alive(o.tokens["strict"]) {
		t.Error("the token of a revoked client is alive")
	}
	if !alive(o.tokens["open"]) {
		t.Error("another client's token is not")
	}
	o.Pass(2*time.Hour + time.Second)
	if alive(o.tokens["open"]) {
		t.Error("a token is alive after its time")
	}
	for name, form := range map[string]url.Values{
		"invalid_client":         {"grant_type": {"client_credentials"}, "client_id": {"strict"}, "client_secret": {"wrong"}},
		"unsupported_grant_type": {"grant_type": {"password"}},
		"invalid_request":        {"client_id": {"strict"}},
	} {
		w := o.do("", http.MethodPost, "/services/oauth2/token", "application/x-www-form-urlencoded", form.Encode())
		if w.Code/100 != 4 || !strings.Contains(w.Body.String(), `"error":"`+name+`"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestAnotherOrganisationsRecordsAreNotThere(t *testing.T) {
	o := newOrg(t)
	ids, _ := o.post(t, fmt.Sprintf(active, "County EHR", "R-1"))
	other := o.token(t, intake.NewClient{ID: "other", Practice: o.Practice(t, "Another Hospital", "OTH")})
	if w := o.do(other, http.MethodGet, "/services/data/v66.0/sobjects/ClinicalServiceRequest/"+ids[0], "", ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "NOT_FOUND") {
		t.Errorf("its request: %d %s", w.Code, w.Body)
	}
	if w := o.do(other, http.MethodPost, referrals, "application/json", fmt.Sprintf(active, "County EHR", "R-1")); w.Code != http.StatusBadRequest || strings.Count(w.Body.String(), "INVALID_CROSS_REFERENCE_KEY") != 3 {
		t.Errorf("its patient and providers: %d %s", w.Code, w.Body)
	}
	if w := o.do(other, http.MethodGet, "/services/data/v66.0/query?q="+url.QueryEscape("SELECT Id FROM ClinicalServiceRequest WHERE SourceSystemIdentifier='R-1'"), "", ""); !strings.Contains(w.Body.String(), `"totalSize":0`) {
		t.Errorf("its source: %s", w.Body)
	}
}

// What is done with the referral here is what the sender reads.
func TestTheRequestFollowsTheReferral(t *testing.T) {
	o := newOrg(t)
	ids, w := o.post(t, fmt.Sprintf(active, "", ""))
	if len(ids) != 1 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	read := func() (status string, accepted bool) {
		var answer struct {
			Status     string
			IsAccepted bool
		}
		w := o.do(o.tokens[""], http.MethodGet, "/services/data/latest/sobjects/ClinicalServiceRequest/"+ids[0]+"?fields=Status,IsAccepted", "", "")
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		return answer.Status, answer.IsAccepted
	}
	if status, _ := read(); status != "Active" {
		t.Errorf("at first it is %s", status)
	}
	id, _, _ := intake.ParseID(ids[0])
	caller, err := o.desk.Authenticate(t.Context(), o.tokens[""])
	if err != nil {
		t.Fatal(err)
	}
	urn, err := o.desk.URN(t.Context(), caller, id)
	if err != nil || !strings.HasPrefix(urn, "HOS") {
		t.Fatalf("the URN is %q, %v", urn, err)
	}
	account, err := o.Desk.AccountOf(t.Context(), o.practice)
	if err != nil {
		t.Fatal(err)
	}
	status, err := o.Desk.Status(t.Context(), account, urn)
	if err != nil || status.Text != "Entered on System" || status.ReferrerName == "" {
		t.Errorf("the other dialect says %+v, %v", status, err)
	}
	for _, c := range []struct {
		step       lifecycle.Event
		role       lifecycle.Role
		status     string
		isAccepted bool
		text       string // what the Dental Referrals API says
	}{
		{lifecycle.Event{Move: lifecycle.Queue, Data: lifecycle.Data{FilesReady: true}}, lifecycle.System, "Active", false, "With Triage"},
		{lifecycle.Event{Move: lifecycle.RequestInfo, Reason: lifecycle.NoRadiograph, Public: "Please send a radiograph"}, lifecycle.Triager, "On-Hold", false, "Returned: More Information Required"},
		{lifecycle.Event{Move: lifecycle.Answer, Data: lifecycle.Data{Version: 2}}, lifecycle.Referrer, "Active", false, "With Triage"},
		{lifecycle.Event{Move: lifecycle.Allocate, Data: lifecycle.Data{Provider: 7, Name: "St Clements Dental Suite"}}, lifecycle.Triager, "Active", false, "Sent to: St Clements Dental Suite"},
		{lifecycle.Event{Move: lifecycle.Accept}, lifecycle.Provider, "Active", true, "Sent to: St Clements Dental Suite"},
		{lifecycle.Event{Move: lifecycle.Book, Data: lifecycle.Data{When: dental.DateTimeOf(o.Now()).AddSeconds(3600)}}, lifecycle.Provider, "Active", true, "Sent to: St Clements Dental Suite"},
		{lifecycle.Event{Move: lifecycle.Assess}, lifecycle.Provider, "Active", true, "Sent to: St Clements Dental Suite"},
		{lifecycle.Event{Move: lifecycle.Discharge, Data: lifecycle.Data{Outcome: lifecycle.TreatmentComplete, Summary: "The tooth is out"}}, lifecycle.Provider, "Completed", true, "Discharged: Treatment complete"},
	} {
		if c.step.Data.Provider != 0 {
			referraltest.Provider(t, o.Hub, c.step.Data.Provider, c.step.Data.Name)
		}
		life, err := o.Desk.Life(t.Context(), urn)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Desk.Append(t.Context(), referraltest.Actor(account, c.role, &life), urn, life.Seq, c.step); err != nil {
			t.Fatalf("%s: %v", c.step.Move, err)
		}
		if status, accepted := read(); status != c.status || accepted != c.isAccepted {
			t.Errorf("after %s it is %s, %t", c.step.Move, status, accepted)
		}
		if status, err := o.Desk.Status(t.Context(), account, urn); err != nil || status.Text != c.text {
			t.Errorf("after %s the other dialect says %q, %v", c.step.Move, status.Text, err)
		}
	}
}

func TestWhatIsUnderstoodOfAQueryIsAnsweredAndNothingElse(t *testing.T) {
	o := newOrg(t)
	for query, code := range map[string]string{
		"":                       "MALFORMED_QUERY",
		"DELETE FROM Account":    "MALFORMED_QUERY",
		"SELECT Id FROM Account": "MALFORMED_QUERY",
		"SELECT Id FROM Nope WHERE Id='001RM000005bZVv'":                    "INVALID_TYPE",
		"SELECT Nope FROM Account WHERE Id='001RM000005bZVv'":               "INVALID_FIELD",
		"SELECT Id FROM Account WHERE Id='001RM000005bZVv' OR Id='x'":       "MALFORMED_QUERY",
		"SELECT Id FROM Account WHERE Id='001RM000005bZVv' AND":             "MALFORMED_QUERY",
		"SELECT Id FROM Account WHERE Id=":                                  "MALFORMED_QUERY",
		"SELECT Id FROM Account WHERE SourceSystemIdentifier='1'":           "MALFORMED_QUERY",
		"SELECT Id FROM ClinicalServiceRequest WHERE SourceSystem='x'":      "MALFORMED_QUERY",
		"SELECT Id FROM Account WHERE Id='no id'":                           "INVALID_QUERY_FILTER_OPERATOR",
		"SELECT Id, Name FROM Account WHERE Id = '001RM000005bZVvYAM'":      "",
		"SELECT Id FROM Account WHERE Id = '001RM0000099999'":               "",
		"select id from HealthcareProvider where id = '0cmRM0000004nAgYAI'": "",
	} {
		w := o.do(o.tokens[""], http.MethodGet, "/services/data/v66.0/query?q="+url.QueryEscape(query), "", "")
		if code == "" && w.Code != http.StatusOK || code != "" && (w.Code != http.StatusBadRequest || !bytes.Contains(w.Body.Bytes(), []byte(code))) {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

func FuzzNoBodyIsAnsweredWithAnErrorOfOurs(f *testing.F) {
	f.Add(`{"patient":{"fields":{"LastName":"Clark"}},"referral":{"fields":{"Priority":"Routine"}}}`)
	f.Add(`{"patient":[{"id":"001RM000005bZVvYAM"}],"referral":{"fields":{}},"referralDetails":[{"detailType":"Insurance","fields":{"a":[1]}}]}`)
	f.Add(`[]`)
	f.Add(`{"performers":{}}`)
	o := newOrg(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := o.do(o.tokens[""], http.MethodPost, referrals, "application/json", body)
		if w.Code >= 500 || w.Code == 0 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		}
	})
}

// What a call says beside its fields is the beginning of the thread.
func TestInsuranceSiteReasonAndNotesBeginTheThread(t *testing.T) {
	o := newOrg(t)
	long := strings.Repeat("a long note ", 400)
	ids, w := o.post(t, fmt.Sprintf(`{"patient":{"id":"001RM000005bZVvYAM"},"referral":{"fields":{"Status":"Active","PatientInstruction":"Bring your glasses"}},"referralNotes":%q,"referralDetails":[
		{"detailType":"Insurance","detailRecordType":"Member Plan","fields":{"Name":"Aetna PPO","MemberNumber":"2345678"}},
		{"detailType":"Body Site","detailRecordType":"Health Condition","fields":{"Name":"Tooth","Code":"36"}},
		{"detailType":"Body Site","detailCodeId":"0hsRM000000043aYAA"},
		{"detailType":"Reason Reference","detailRecordType":"Health Condition","fields":{"Name":"Impacted tooth"}}]}`, long))
	if len(ids) != 1 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	caller, err := o.desk.Authenticate(t.Context(), o.tokens[""])
	if err != nil {
		t.Fatal(err)
	}
	id, _, _ := intake.ParseID(ids[0])
	urn, err := o.desk.URN(t.Context(), caller, id)
	if err != nil {
		t.Fatal(err)
	}
	account, err := o.Desk.AccountOf(t.Context(), o.practice)
	if err != nil {
		t.Fatal(err)
	}
	events, err := o.Desk.Events(t.Context(), account, urn)
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, e := range events[1:] {
		said += e.Public
	}
	want := "Insurance: Aetna PPO, member 2345678\nSite: lower left first molar (36, LL6)\nSite: record 0hsRM000000043aYAA\nReason: Impacted tooth\nFor the patient: Bring your glasses\n" + strings.TrimSpace(long)
	if said != want || len(events) != 4 {
		t.Errorf("%d events say %.400q", len(events), said)
	}
	status, err := o.Desk.Status(t.Context(), account, urn)
	if err != nil || status.Reason != "Impacted tooth" {
		t.Errorf("the other dialect says %+v, %v", status, err)
	}
}
