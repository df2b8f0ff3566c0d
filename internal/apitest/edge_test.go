package apitest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

func (s *Server) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w
}

func request(method, path string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:30222"+path, body)
	r.Header.Set("Authorization", Authorization)
	return r
}

// answerText is the bare JSON string of a refusal.
func answerText(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var text string
	if err := json.Unmarshal(w.Body.Bytes(), &text); err != nil || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		t.Errorf("the answer is no JSON string: %s %s", w.Header().Get("Content-Type"), w.Body)
	}
	return text
}

func TestAnInvalidKeyIsUnauthorizedAndInTheHubsTrail(t *testing.T) {
	s := newWorld(t)
	for name, header := range map[string]string{
		"none":                "",
		"another scheme":      "Basic abc",
		"one half":            "ODFHIR NFF6i0KrXrxDkZHt",
		"an empty half":       "ODFHIR /VzkmZEaUWOjnQX2z",
		"a wrong half":        "ODFHIR NFF6i0KrXrxDkZHx/VzkmZEaUWOjnQX2z",
		"three parts":         "ODFHIR NFF6i0KrXrxDkZHt/VzkmZEaUWOjnQX2z/x",
		"keys without scheme": "NFF6i0KrXrxDkZHt/VzkmZEaUWOjnQX2z",
	} {
		before := len(hubTrail(t, s))
		w := s.DoAs(header, http.MethodGet, "/referrals", "")
		if w.Code != http.StatusUnauthorized || answerText(t, w) == "" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		trail := hubTrail(t, s)
		if len(trail) != before+1 || trail[0].Action != audit.Refuse || strings.Contains(trail[0].Detail+trail[0].Target, "NFF6") {
			t.Errorf("%s: the hub's trail ends with %+v", name, trail[0])
		}
	}
	if w := s.DoAs(strings.ToLower("ODFHIR")+" NFF6i0KrXrxDkZHt/VzkmZEaUWOjnQX2z", http.MethodGet, "/referrals", ""); w.Code != http.StatusOK {
		t.Errorf("the scheme in lower case: %d %s", w.Code, w.Body)
	}
}

func hubTrail(t *testing.T, s *Server) (entries []audit.Entry) {
	t.Helper()
	err := s.Practices.Hub.DB.Read(t.Context(), func(c store.Conn) (err error) {
		entries, err = audit.List(c, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestAKeySeesOnlyItsOwnPractice(t *testing.T) {
	s := newWorld(t)
	other, err := s.Practices.Create(t.Context(), audit.Operator, "Other practice")
	if err != nil {
		t.Fatal(err)
	}
	_, secrets, err := s.Practices.CreateKey(t.Context(), audit.Operator, other, "Other", Groups(), practice.Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	w := s.DoAs("ODFHIR "+secrets.DeveloperKey+"/"+secrets.CustomerKey, http.MethodGet, "/patients/1", "")
	if w.Code != http.StatusNotFound || answerText(t, w) != "Patient not found" {
		t.Errorf("another practice's patient: %d %s", w.Code, w.Body)
	}
	w = s.DoAs("ODFHIR NFF6i0KrXrxDkZHt/"+secrets.CustomerKey, http.MethodGet, "/patients/1", "")
	if w.Code != http.StatusUnauthorized {
		t.Errorf("one practice's developer with another's customer key: %d %s", w.Code, w.Body)
	}
}

func TestPathsAreMatchedWithoutRegardToCaseAndSlashes(t *testing.T) {
	s := newWorld(t)
	for _, path := range []string{"/api/v1/patients/1", "/api/v1/Patients/1/", "/api/v1//PATIENTS//1", "/api/v1/patients/simple", "/api/v1/patients/SIMPLE"} {
		if w := s.send(request(http.MethodGet, path, nil)); w.Code != http.StatusOK {
			t.Errorf("GET %s answers %d %s", path, w.Code, w.Body)
		}
	}
}

func TestWhatIsNotThereIs404WhateverTheMethod(t *testing.T) {
	s := newWorld(t)
	for _, r := range []struct{ method, path string }{
		{"GET", "/"}, {"GET", "/nonsense"}, {"GET", "/patients/nonsense"}, {"GET", "/patients/1/nonsense"}, {"GET", "/refattaches/1"},
		{"DELETE", "/patients/1"}, {"DELETE", "/referrals"}, {"PUT", "/patients"}, {"POST", "/patients/1"}, {"POST", "/clinics"},
		{"PATCH", "/patients/1"}, {"OPTIONS", "/patients"}, {"GET", "/patients/99999999999999999999"}, {"POST", "/patients/Simple"},
	} {
		if w := s.Do(r.method, r.path, ""); w.Code != http.StatusNotFound || answerText(t, w) == "" {
			t.Errorf("%s %s answers %d %s", r.method, r.path, w.Code, w.Body)
		}
	}
}

func TestAContentTypeMayBeMissingButNotWrong(t *testing.T) {
	s := newWorld(t)
	for contentType, want := range map[string]int{
		"":                                  http.StatusCreated,
		"application/json":                  http.StatusCreated,
		"Application/JSON; charset=utf-8":   http.StatusCreated,
		"text/plain":                        http.StatusBadRequest,
		"application/x-www-form-urlencoded": http.StatusBadRequest,
		"nonsense;;":                        http.StatusBadRequest,
	} {
		r := request(http.MethodPost, "/api/v1/referrals", strings.NewReader(`{"LName":"Sample"}`))
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
		if w := s.send(r); w.Code != want {
			t.Errorf("Content-Type %q: %d %s", contentType, w.Code, w.Body)
		}
	}
	r := request(http.MethodGet, "/api/v1/referrals", nil)
	r.Header.Set("Content-Type", "text/plain")
	if w := s.send(r); w.Code != http.StatusOK {
		t.Errorf("a GET with another Content-Type: %d %s", w.Code, w.Body)
	}
}

func TestTheBodyLimitCountsCharacters(t *testing.T) {
	s := newWorld(t)
	const limit = 16_800_000
	body := func(note string, characters int) string {
		frame := `{"LName":"Sample","Ignored":""}`
		return strings.Replace(frame, `""`, `"`+strings.Repeat(note, characters-len(frame))+`"`, 1)
	}
	if w := s.Do(http.MethodPost, "/referrals", body("é", limit)); w.Code != http.StatusCreated {
		t.Errorf("a body of exactly the limit, twice as many bytes: %d %s", w.Code, w.Body)
	}
	before := len(s.Changes(t))
	for _, character := range []string{"a", "é"} {
		w := s.Do(http.MethodPost, "/referrals", body(character, limit+1))
		if w.Code != http.StatusBadRequest || answerText(t, w) != "The body is longer than 16.8 million characters" {
			t.Errorf("a body of one character more: %d %.200s", w.Code, w.Body)
		}
	}
	if len(s.Changes(t)) != before {
		t.Error("a body beyond the limit was written")
	}
}

func TestTheRequestIDIsTakenOverOrMade(t *testing.T) {
	s := newWorld(t)
	r := request(http.MethodGet, "/api/v1/referrals", nil)
	r.Header.Set("X-Request-Id", "from-the-proxy.1")
	if got := s.send(r).Header().Get("X-Request-Id"); got != "from-the-proxy.1" {
		t.Errorf("the id is %q", got)
	}
	for _, bad := range []string{"", "has blanks", strings.Repeat("x", 65), "new\nline"} {
		r.Header.Set("X-Request-Id", bad)
		if got := s.send(r).Header().Get("X-Request-Id"); got == bad || len(got) != 16 {
			t.Errorf("for %q the id is %q", bad, got)
		}
	}
	r = request(http.MethodPost, "/api/v1/referrals", strings.NewReader(`{}`))
	r.Header.Set("X-Request-Id", "refused-1")
	s.send(r)
	if trail := s.Trail(t); trail[0].Caller.RequestID != "refused-1" {
		t.Errorf("the trail has the id %q", trail[0].Caller.RequestID)
	}
}

func TestASlowRequestIsEndedWith504(t *testing.T) {
	s := newWorld(t)
	s.Handler = odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.DiscardHandler), Timeout: 30 * time.Millisecond})
	began, hold := make(chan struct{}), make(chan struct{})
	go s.Book.Write(t.Context(), audit.Operator, func(*record.Tx) error { close(began); <-hold; return nil })
	<-began
	time.AfterFunc(200*time.Millisecond, func() { close(hold) })
	w := s.Do(http.MethodPost, "/referrals", `{"LName":"Sample"}`)
	if w.Code != http.StatusGatewayTimeout || answerText(t, w) == "" {
		t.Errorf("a write behind one that hangs: %d %s", w.Code, w.Body)
	}
	s.Handler = odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.DiscardHandler)})
	if rows := listRows(t, s, "/referrals"); len(rows) != 2 {
		t.Errorf("a write that was answered with 504 before it began was made: %v", rows)
	}
}

func TestTheThrottleAnswers429AndWhenToComeAgain(t *testing.T) {
	s := newWorld(t)
	s.Handler = odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.DiscardHandler), Throttle: true})
	_, reader, err := s.Practices.CreateKey(t.Context(), audit.Operator, s.Practice, "Reader", []string{"ReadAll"}, practice.Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	for authorization, want := range map[string]string{
		Authorization: "1",
		"ODFHIR " + reader.DeveloperKey + "/" + reader.CustomerKey: "5",
	} {
		if w := s.DoAs(authorization, http.MethodGet, "/clinics", ""); w.Code != http.StatusOK {
			t.Errorf("the first request: %d %s", w.Code, w.Body)
		}
		w := s.DoAs(authorization, http.MethodGet, "/clinics", "")
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != want || answerText(t, w) == "" {
			t.Errorf("the second request: %d, Retry-After %s, want %s: %s", w.Code, w.Header().Get("Retry-After"), want, w.Body)
		}
	}
}

func TestServerDateTimeLosesNoRowOfTheSameSecond(t *testing.T) {
	s := newWorld(t)
	s.SetClock(t, "2026-01-02 03:04:05")
	first := listRows(t, s, "/patients/Simple?PatStatus=Patient")
	synced := first[0]["serverDateTime"].(string)
	// Later in the same second.
	if w := s.Do(http.MethodPut, "/patients/2", `{"City":"Salem"}`); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	rows := listRows(t, s, "/patients/Simple?DateTStamp="+strings.ReplaceAll(synced, " ", "%20"))
	if !slices.ContainsFunc(rows, func(row map[string]any) bool { return row["PatNum"] == float64(2) }) {
		t.Errorf("the change in the second of the first sync is lost: %v", rows)
	}
}

func TestServerDateTimeWaitsForAWriteThatRuns(t *testing.T) {
	s := newWorld(t)
	s.SetClock(t, "2026-01-02 03:04:05")
	began, hold, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- s.Book.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
			close(began)
			<-hold
			_, err := tx.Exec("UPDATE `patient` SET `City` = 'Salem', `DateTStamp` = ? WHERE `PatNum` = 2", store.Text(tx.At.String()))
			return err
		})
	}()
	<-began
	s.SetClock(t, "2026-01-02 03:05:00")
	synced := listRows(t, s, "/patients/Simple")[0]["serverDateTime"].(string)
	close(hold)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	rows := listRows(t, s, "/patients/Simple?DateTStamp="+strings.ReplaceAll(synced, " ", "%20"))
	if !slices.ContainsFunc(rows, func(row map[string]any) bool { return row["PatNum"] == float64(2) }) {
		t.Errorf("a row that was stamped before and committed after the sync at %s is lost", synced)
	}
}

func TestLineBreaksAreKeptUnlessTheOperatorWantsSpaces(t *testing.T) {
	s := newWorld(t)
	s.Do(http.MethodPut, "/referrals/1", `{"Note":"first\r\nsecond"}`)
	if got := s.Do(http.MethodGet, "/referrals/1", "").Body.String(); !strings.Contains(got, `"first\r\nsecond"`) {
		t.Errorf("the note comes back as %s", got)
	}
	s.Handler = odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.DiscardHandler), BreaksAsSpaces: true})
	if got := s.Do(http.MethodGet, "/referrals/1", "").Body.String(); !strings.Contains(got, `"first second"`) {
		t.Errorf("with the switch the note comes back as %s", got)
	}
}

func TestNoHealthDataAndNoSecretIsLogged(t *testing.T) {
	s := newWorld(t)
	var log strings.Builder
	s.Handler = odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	s.Do(http.MethodPost, "/patients", `{"LName":"Beringer","FName":"Debbie","SSN":"1112x"}`)
	s.Do(http.MethodGet, "/patients?LName=Beringer", "")
	s.Do(http.MethodGet, "/patients/Beringer", "")
	s.DoAs("ODFHIR Beringer/Beringer", http.MethodGet, "/Beringer", "")
	if lines := strings.Count(log.String(), "\n"); lines != 4 {
		t.Errorf("%d lines are logged, want one per request:\n%s", lines, log.String())
	}
	if strings.Contains(log.String(), "Beringer") || strings.Contains(log.String(), "1112") || strings.Contains(log.String(), "NFF6") {
		t.Errorf("the log says too much:\n%s", log.String())
	}
}

func TestADeletedPatientIsLeftAlone(t *testing.T) {
	s := newWorld(t)
	s.Give(t, map[string]json.RawMessage{
		"patient":   json.RawMessage(`[{"PatNum":9,"LName":"Gone","FName":"Long","Guarantor":9,"PatStatus":"Deleted"}]`),
		"refattach": json.RawMessage(`[{"RefAttachNum":9,"PatNum":9,"ReferralNum":1}]`),
	})
	for _, r := range []struct{ method, path, body string }{
		{"PUT", "/patients/9", `{"City":"Salem"}`},
		{"POST", "/refattaches", `{"PatNum":9,"ReferralNum":1}`},
		{"POST", "/referrals", `{"LName":"Gone","PatNum":9}`},
		{"PUT", "/refattaches/9", `{"Note":"x"}`},
		{"DELETE", "/refattaches/9", ""},
	} {
		if w := s.Do(r.method, r.path, r.body); w.Code != http.StatusNotFound || answerText(t, w) != "Patient not found" {
			t.Errorf("%s %s answers %d %s", r.method, r.path, w.Code, w.Body)
		}
	}
	if len(s.Changes(t)) != 0 {
		t.Errorf("changed was %v", s.Changes(t))
	}
}

func TestTheSamePatientIsRefusedOnlyWhenTheOperatorWantsIt(t *testing.T) {
	s := newWorld(t)
	same := `{"LName":"Beringer","FName":"Debbie","Birthdate":"1976-05-24","WirelessPhone":"503-363-5432"}`
	create := func(body string) int { return s.Do(http.MethodPost, "/patients", body).Code }
	for range 2 {
		if got := create(same); got != http.StatusCreated {
			t.Errorf("without the switch the same patient is answered %d", got)
		}
	}
	s.Handler = odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.DiscardHandler), Rules: od.Rules{RefuseDuplicatePatients: true}})
	for body, want := range map[string]int{
		same: http.StatusBadRequest,
		`{"LName":"BERINGER","FName":"debbie","Birthdate":"1976-05-24","HmPhone":"(503) 363-5432"}`: http.StatusBadRequest,
		`{"LName":"Beringer","FName":"Debbie","Birthdate":"1976-05-24"}`:                            http.StatusCreated,
		`{"LName":"Beringer","FName":"Debbie","Birthdate":"1976-05-25","HmPhone":"(503) 363-5432"}`: http.StatusCreated,
		`{"LName":"Beringer","FName":"Dora","Birthdate":"1976-05-24","HmPhone":"(503) 363-5432"}`:   http.StatusCreated,
	} {
		if got := create(body); got != want {
			t.Errorf("%s is answered %d, want %d", body, got, want)
		}
	}
}

func TestABodyThatDoesNotArriveInTimeIs504(t *testing.T) {
	s := newWorld(t)
	server := httptest.NewServer(odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.DiscardHandler), Timeout: 100 * time.Millisecond}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/v1/referrals HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Length: 100\r\n\r\n{", Authorization)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != http.StatusGatewayTimeout {
		t.Errorf("the answer is %v, %v", response, err)
	}
}

func TestAFloodOfStrangersIsCountedAndNotAllNoted(t *testing.T) {
	s := newWorld(t)
	before := len(hubTrail(t, s))
	const flood = 1300
	for range flood {
		s.DoAs("ODFHIR 0123456789abcdef/0123456789abcdef", http.MethodGet, "/patients/1", "")
	}
	time.Sleep(200 * time.Millisecond)
	s.DoAs("ODFHIR 0123456789abcdef/0123456789abcdef", http.MethodPut, "/patients/7", "")
	trail := hubTrail(t, s)
	if noted := len(trail) - before; noted < 900 || noted > flood-100 {
		t.Errorf("%d of %d attempts are noted one by one", noted, flood)
	}
	if last := trail[0]; last.Target != "PUT /patients/{key}" || last.TargetNum != 7 || !strings.Contains(last.Detail, "more that are not noted") {
		t.Errorf("the last entry is %+v", last)
	}
}

func TestTheUseOfARevokedKeyIsNotedUnderItsNumber(t *testing.T) {
	s := newWorld(t)
	if _, err := s.Practices.RevokeKey(t.Context(), audit.Operator, 1); err != nil {
		t.Fatal(err)
	}
	if w := s.Do(http.MethodGet, "/patients/1", ""); w.Code != http.StatusUnauthorized {
		t.Fatalf("the revoked key: %d", w.Code)
	}
	if last := hubTrail(t, s)[0]; last.Caller.KeyNum != 1 || last.Target != "GET /patients/{key}" || last.TargetNum != 1 {
		t.Errorf("the entry is %+v", last)
	}
}

func TestAFilterThatIsTooLongIsRefused(t *testing.T) {
	s := newWorld(t)
	for _, param := range []string{"LName", "Address", "Phone", "clinicNums"} {
		w := s.Do(http.MethodGet, "/patients?"+param+"="+strings.Repeat("1", 51000), "")
		if w.Code != http.StatusBadRequest || answerText(t, w) != param+" is longer than 2000 characters" {
			t.Errorf("%s: %d %.100s", param, w.Code, w.Body)
		}
	}
}

func TestANameOfBlanksIsNone(t *testing.T) {
	s := newWorld(t)
	for _, r := range []struct{ method, path, body, want string }{
		{"POST", "/referrals", `{"LName":" "}`, "LName is required"},
		{"POST", "/patients", `{"LName":"\t","FName":" "}`, "LName is required; FName is required"},
		{"POST", "/refattaches", `{"PatNum":1,"referralName":" "}`, "ReferralNum or referralName is required"},
		{"PUT", "/referrals/1", `{"LName":" "}`, "LName cannot be blank"},
	} {
		if w := s.Do(r.method, r.path, r.body); w.Code != http.StatusBadRequest || answerText(t, w) != r.want {
			t.Errorf("%s %s %s: %d %s", r.method, r.path, r.body, w.Code, w.Body)
		}
	}
}

func TestOnlyAFewLargeBodiesAreInMemoryAtATime(t *testing.T) {
	s := newWorld(t)
	server := httptest.NewServer(odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.DiscardHandler), Timeout: 20 * time.Second}))
	defer server.Close()
	const size = 3 << 20
	open := func() net.Conn {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /api/v1/referrals HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", Authorization, size)
		if answered, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answered.StatusCode != http.StatusContinue {
			t.Fatalf("the head of a large body is answered %v %v", answered, err)
		}
		return conn
	}
	hold := []net.Conn{open(), open()}
	body := `{"LName":"Large","Ignored":"` + strings.Repeat("x", size) + `"}`
	post := func(body string) int {
		r, err := http.NewRequest(http.MethodPost, server.URL+"/api/v1/referrals", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", Authorization)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	if got := post(`{"LName":"Small"}`); got != http.StatusCreated {
		t.Errorf("a small body beside them: %d", got)
	}
	time.AfterFunc(300*time.Millisecond, func() { hold[0].Close() })
	began := time.Now()
	if got := post(body); got != http.StatusCreated || time.Since(began) < 200*time.Millisecond {
		t.Errorf("a large body beside two others: %d after %s", got, time.Since(began))
	}
	hold[1].Close()
}
