package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/notify"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// endpoint is a developer's server that subscriptions are delivered to.
type endpoint struct {
	*httptest.Server
	answer atomic.Int64 // the status that it answers

	mu    sync.Mutex
	calls []received
}

type received struct {
	header http.Header
	body   string
	rows   []map[string]any
}

func newEndpoint(t *testing.T) *endpoint {
	e := &endpoint{}
	e.answer.Store(http.StatusOK)
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := int(e.answer.Load()) // before the test knows of the call, and may say another one
		body, _ := io.ReadAll(r.Body)
		call := received{header: r.Header, body: string(body)}
		if err := json.Unmarshal(body, &call.rows); err != nil {
			t.Errorf("a call's body is no array of rows: %v", err)
		}
		e.mu.Lock()
		e.calls = append(e.calls, call)
		e.mu.Unlock()
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(e.Close)
	return e
}

// wait returns the calls when there are n, and fails when that takes too long.
func (e *endpoint) wait(t *testing.T, n int) []received {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		e.mu.Lock()
		calls := e.calls
		e.mu.Unlock()
		if len(calls) >= n {
			return calls
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d calls have come, want %d", len(calls), n)
		}
	}
}

// quiet fails when more than n calls have come a while later.
func (e *endpoint) quiet(t *testing.T, n int) {
	t.Helper()
	time.Sleep(150 * time.Millisecond)
	if calls := e.wait(t, n); len(calls) > n {
		t.Errorf("%d calls have come, want %d", len(calls), n)
	}
}

// deliver runs a notifier for as long as the test.
func deliver(t *testing.T, practices *practice.Registry, log io.Writer) {
	t.Helper()
	allowLoopback(t, practices)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		notify.New(practices, slog.New(slog.NewTextHandler(log, nil)), 10*time.Millisecond).Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-ended })
}

// allowLoopback lets every practice reach the tests' endpoints.
func allowLoopback(t *testing.T, practices *practice.Registry) {
	t.Helper()
	found, err := practices.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		book, release, err := practices.Lease(t.Context(), p.Num)
		if err != nil {
			continue // a test's own misfortune
		}
		err = od.SetEgress(t.Context(), book, audit.Operator, "127.0.0.1")
		release()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// atTheClock is a server with a patient, a source and a clock that stands at 10:00:00.
func atTheClock(t *testing.T) *Server {
	s := NewServer(t)
	s.SetClock(t, "2026-01-02 10:00:00")
	for _, body := range []string{`{"LName":"Smith","FName":"John"}`, `{"LName":"Doe","FName":"Jane"}`} {
		mustAnswer(t, s.Do(http.MethodPost, "/patients", body), http.StatusCreated)
	}
	return s
}

func mustAnswer(t *testing.T, w *httptest.ResponseRecorder, status int) string {
	t.Helper()
	if w.Code != status {
		t.Fatalf("the answer is %d %s, want %d", w.Code, w.Body, status)
	}
	return w.Body.String()
}

func subscribe(t *testing.T, s *Server, e *endpoint, table string) {
	t.Helper()
	mustAnswer(t, s.Do(http.MethodPost, "/subscriptions", fmt.Sprintf(`{"EndPointUrl":"%s/hook?secret=open-sesame","Workstation":"FRONTDESK","WatchTable":%q,"PollingSeconds":5}`, e.URL, table)), http.StatusCreated)
}

func TestARowThatChangesIsSentOnceAsItIsAnswered(t *testing.T) {
	s, e := atTheClock(t), newEndpoint(t)
	s.SetClock(t, "2026-01-02 10:00:01")
	subscribe(t, s, e, "patient")
	s.SetClock(t, "2026-01-02 10:00:03")
	mustAnswer(t, s.Do(http.MethodPut, "/patients/1", `{"City":"Salem"}`), http.StatusOK)
	deliver(t, s.Practices, io.Discard)
	e.quiet(t, 0) // the polling time has not come
	s.SetClock(t, "2026-01-02 10:00:06")
	call := e.wait(t, 1)[0]
	if want := "[" + mustAnswer(t, s.Do(http.MethodGet, "/patients/1", ""), http.StatusOK) + "]"; call.body != want {
		t.Errorf("sent is %s, want %s", call.body, want)
	}
	for name, want := range map[string]string{
		"Authorization": "VzkmZEaUWOjnQX2z", "Event-Type": "WatchTable: Patient", "Workstation": "FRONTDESK", "Content-Type": "application/json; charset=utf-8",
	} {
		if got := call.header.Get(name); got != want {
			t.Errorf("the header %s is %q, want %q", name, got, want)
		}
	}
	s.SetClock(t, "2026-01-02 10:00:20")
	e.quiet(t, 1)
	// The second in which it was looked last is not over until then.
	mustAnswer(t, s.Do(http.MethodPut, "/patients/2", `{"City":"Salem"}`), http.StatusOK)
	s.SetClock(t, "2026-01-02 10:00:30")
	if calls := e.wait(t, 2); len(calls[1].rows) != 1 || calls[1].rows[0]["PatNum"] != float64(2) {
		t.Errorf("the second call is %s", calls[1].body)
	}
	e.quiet(t, 2)
}

func TestAFailureKeepsThePlaceAndTheNextSuccessBringsAll(t *testing.T) {
	s, e := atTheClock(t), newEndpoint(t)
	var log safeBuffer
	subscribe(t, s, e, "Patient")
	e.answer.Store(http.StatusFound) // a redirect is not followed, and no success
	s.SetClock(t, "2026-01-02 10:00:01")
	mustAnswer(t, s.Do(http.MethodPut, "/patients/1", `{"City":"Salem"}`), http.StatusOK)
	s.SetClock(t, "2026-01-02 10:01:00")
	deliver(t, s.Practices, &log)
	e.wait(t, 1)
	e.quiet(t, 1)
	mustAnswer(t, s.Do(http.MethodPut, "/patients/2", `{"City":"Salem"}`), http.StatusOK)
	e.answer.Store(http.StatusInternalServerError)
	s.SetClock(t, "2026-01-02 10:02:00")
	e.wait(t, 2)
	e.answer.Store(http.StatusNoContent)
	s.SetClock(t, "2026-01-02 10:03:00")
	if rows := e.wait(t, 3)[2].rows; len(rows) != 2 {
		t.Errorf("after two failures %d rows are sent, want 2: %v", len(rows), rows)
	}
	e.quiet(t, 3)
	if text := log.String(); !strings.Contains(text, "the endpoint answered 302") || !strings.Contains(text, "the endpoint answered 500") ||
		strings.Contains(text, "sesame") || strings.Contains(text, "Salem") || strings.Contains(text, "VzkmZEaUWOjnQX2z") {
		t.Errorf("the log says %s", text)
	}
}

func TestManyRowsOfOneSecondComeInBoundedCallsAndNoneIsLost(t *testing.T) {
	s, e := atTheClock(t), newEndpoint(t)
	var many []string
	for n := range 2500 {
		many = append(many, fmt.Sprintf(`{"ReferralNum":%d,"LName":"Source","DateTStamp":"2026-01-02 10:00:02"}`, n+1))
	}
	s.Import(t, od.Referrals, many...)
	subscribe(t, s, e, "Referral")
	s.SetClock(t, "2026-01-02 10:00:10")
	e.answer.Store(http.StatusBadGateway)
	deliver(t, s.Practices, io.Discard)
	e.wait(t, 1)
	e.answer.Store(http.StatusOK)
	s.SetClock(t, "2026-01-02 10:00:20")
	calls := e.wait(t, 4)
	e.quiet(t, 4)
	next := 1.0
	for _, call := range calls[1:] {
		if len(call.rows) > 1000 {
			t.Errorf("a call holds %d rows", len(call.rows))
		}
		for _, row := range call.rows {
			if row["ReferralNum"] != next {
				t.Fatalf("row %v comes where %v was expected", row["ReferralNum"], next)
			}
			next++
		}
	}
	if next != 2501 {
		t.Errorf("%v rows have come, want 2500", next-1)
	}
}

// The clock runs, two notifiers compete as two processes do, and rows are written all the while.
func TestWhileRowsAreWrittenEachIsSentOnceByTwoNotifiers(t *testing.T) {
	s, e := atTheClock(t), newEndpoint(t)
	running, stop := context.WithCancel(t.Context())
	defer stop()
	var clock sync.WaitGroup
	begin := time.Now()
	clock.Go(func() { // ten seconds of the practice's in one
		for running.Err() == nil {
			at := time.Date(2026, 1, 2, 10, 0, 0, 0, time.Local).Add(10 * time.Since(begin))
			s.clock.Store(&at)
			time.Sleep(time.Millisecond)
		}
	})
	defer clock.Wait()
	defer stop()
	mustAnswer(t, s.Do(http.MethodPost, "/subscriptions", fmt.Sprintf(`{"EndPointUrl":%q,"WatchTable":"Referral","PollingSeconds":1}`, e.URL)), http.StatusCreated)
	deliver(t, s.Practices, io.Discard)
	deliver(t, s.Practices, io.Discard)
	written := 0
	for time.Since(begin) < 3*time.Second {
		mustAnswer(t, s.Do(http.MethodPost, "/referrals", `{"LName":"Source","NotPerson":"true"}`), http.StatusCreated)
		written++
	}
	count := func() (times map[any]int) {
		times = make(map[any]int)
		for _, call := range e.wait(t, 1) {
			for _, row := range call.rows {
				times[row["ReferralNum"]]++
			}
		}
		return times
	}
	for deadline := time.Now().Add(20 * time.Second); len(count()) < written && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
	}
	for num, times := range count() {
		if times != 1 {
			t.Errorf("referral %v was sent %d times", num, times)
		}
	}
	if got := len(count()); got != written {
		t.Errorf("%d of %d referrals were sent", got, written)
	}
}

func TestASubscriptionOfAPracticeThatNobodyAsksForIsFoundAfterAStart(t *testing.T) {
	location := dataFolder(t)
	e := newEndpoint(t)
	func() {
		s := OpenServer(t, location)
		s.SetClock(t, "2026-01-02 10:00:00")
		subscribe(t, s, e, "Referral")
		s.SetClock(t, "2026-01-02 10:00:01")
		mustAnswer(t, s.Do(http.MethodPost, "/referrals", `{"LName":"Source","NotPerson":"true"}`), http.StatusCreated)
	}()
	at := time.Date(2026, 1, 2, 10, 5, 0, 0, time.Local)
	practices, err := practice.Open(t.Context(), location, practice.Options{Clock: func() time.Time { return at }, Secret: testSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { practices.Close() })
	deliver(t, practices, io.Discard)
	if rows := e.wait(t, 1)[0].rows; len(rows) != 1 {
		t.Errorf("%d rows are sent, want 1", len(rows))
	}
}

func TestASubscriptionThatHasEndedOrWasDeletedSendsNothing(t *testing.T) {
	s, e := atTheClock(t), newEndpoint(t)
	subscribe(t, s, e, "Patient")
	subscribe(t, s, e, "Patient")
	mustAnswer(t, s.Do(http.MethodPut, "/subscriptions/1", `{"DateTimeStop":"2026-01-02 10:00:05"}`), http.StatusOK)
	mustAnswer(t, s.Do(http.MethodDelete, "/subscriptions/2", ""), http.StatusOK)
	s.SetClock(t, "2026-01-02 10:00:01")
	mustAnswer(t, s.Do(http.MethodPut, "/patients/1", `{"City":"Salem"}`), http.StatusOK)
	s.SetClock(t, "2026-01-02 10:01:00")
	deliver(t, s.Practices, io.Discard)
	e.quiet(t, 0)
}

func TestWithoutASecretOnADatabaseServerASubscriptionIsRefused(t *testing.T) {
	practices, err := practice.Open(t.Context(), testdb.MariaDB.Location(t), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer practices.Close()
	if _, err := practices.Sealer(); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "--secret") {
		t.Errorf("without a secret: %v", err)
	}
}

// safeBuffer may be read while it is written.
type safeBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

// Write implements io.Writer.
func (b *safeBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(text)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

func TestAnEndpointWithinThePracticesNetworkMustBeAllowed(t *testing.T) {
	s, e := atTheClock(t), newEndpoint(t)
	mustAnswer(t, s.Do(http.MethodPost, "/subscriptions", fmt.Sprintf(`{"EndPointUrl":%q,"WatchTable":"Patient","PollingSeconds":1,"DateTimeStart":"2026-01-02 09:00:00"}`, e.URL)), http.StatusCreated)
	var log safeBuffer
	deliver(t, s.Practices, &log)
	if err := od.SetEgress(t.Context(), s.Book, audit.Operator, "*"); err != nil {
		t.Fatal(err)
	}
	s.SetClock(t, "2026-01-02 10:00:10")
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(log.String(), "the practice's settings do not allow the endpoint's host"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the log says %s", log.String())
		}
	}
	e.quiet(t, 0)
	allowLoopback(t, s.Practices)
	s.SetClock(t, "2026-01-02 10:00:20")
	e.wait(t, 1)
}
