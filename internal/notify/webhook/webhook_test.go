package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/notify/webhook"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/referraltest"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// received is a call as a receiver got it.
type received struct {
	header http.Header
	body   []byte
}

// receiver answers what it is told to, and keeps what it got.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	answer func(http.ResponseWriter, *http.Request)
}

func newReceiver(t testing.TB, answer func(http.ResponseWriter, *http.Request)) *receiver {
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		r.got = append(r.got, received{request.Header.Clone(), body})
		r.mu.Unlock()
		r.answer(w, request)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) calls() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received(nil), r.got...)
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// bench is a desk with a practice, and a sender that may call this machine.
type bench struct {
	*referraltest.Fixture
	caller *referral.Caller
	egress string
	hosts  map[string]string // names that lead to an address
	log    bytes.Buffer
	logMu  sync.Mutex
}

func (b *bench) Write(p []byte) (int, error) {
	b.logMu.Lock()
	defer b.logMu.Unlock()
	return b.log.Write(p)
}

func newBench(t testing.TB) *bench {
	b := &bench{Fixture: referraltest.New(t, referral.Options{PlainWebhooks: true}), egress: "127.0.0.1"}
	b.caller = b.Caller(t, b.Practice(t, "Bridge Street", "TST"), "")
	return b
}

func (b *bench) sender() *webhook.Sender {
	return webhook.New(b.Desk, b.Hub, webhook.Options{
		Egress: func(context.Context, int64) (document.Egress, error) {
			egress, err := document.ParseEgress(b.egress)
			return document.NewRoom(nil, document.Options{Hosts: b.hosts}).With(egress), err
		},
		Sealer: func() (*seal.Sealer, error) { return seal.New(referraltest.Secret) },
		Log:    slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug})), Tick: 5 * time.Millisecond,
	})
}

// run sends in the background until the test ends.
func run(t testing.TB, s *webhook.Sender) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(stop)
	return stop
}

// owe puts a call into the hub, as a submission's end does.
func (b *bench) owe(t testing.TB, id, address string) {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	err = b.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
		return tx.Send("INSERT INTO `webhookdelivery` (`DeliveryId`, `PracticeNum`, `ReferralNum`, `Version`, `Url`, `Host`, `Body`, `State`, `DueAt`) VALUES (?, ?, 0, 1, ?, ?, ?, 'pending', ?)",
			store.Text(id), store.Int(b.caller.Account.Practice), store.Text(address), store.Text(parsed.Host),
			store.Text(`{"urn":"TST0000001","files":["https://refer.example.org/documents/show/attachments/1/pdfs/original/TST0000001_AdultRestorativeForm.pdf"]}`), store.Int(b.Now().UnixMilli()))
	})
	if err != nil {
		t.Fatal(err)
	}
}

type state struct {
	state            string
	attempts, status int64
	due              time.Time
}

func (b *bench) state(t testing.TB, id string) (s state) {
	t.Helper()
	err := b.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `State`, `Attempts`, `LastStatus`, `DueAt` FROM `webhookdelivery` WHERE `DeliveryId` = ?", store.Text(id))
		if rows.Next() {
			s = state{string(rows.Text(0)), rows.Int(1), rows.Int(2), time.UnixMilli(rows.Int(3))}
		}
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// eventually waits until it is so.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("in vain waited for: " + what)
		}
	}
}

// quiet waits long enough for a sender to have looked a few times.
func quiet() { time.Sleep(60 * time.Millisecond) }

func TestMain(m *testing.M) {
	if diesIn != "" {
		fileAndDie()
	}
	testdb.Main(m)
}

func TestACallIsDeliveredSignedAndOnce(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t, status(http.StatusOK))
	b.owe(t, "call1", r.URL+"/hook?token=secret")
	run(t, b.sender())
	eventually(t, "the delivery", func() bool { return b.state(t, "call1").state == referral.DeliveryDelivered })
	quiet()
	got := r.calls()
	if len(got) != 1 {
		t.Fatalf("%d calls", len(got))
	}
	var payload map[string]any
	if err := json.Unmarshal(got[0].body, &payload); err != nil || len(payload) != 2 || payload["urn"] != "TST0000001" || len(payload["files"].([]any)) != 1 {
		t.Errorf("%s: %v", got[0].body, err)
	}
	header := got[0].header
	if header.Get("Content-Type") != "application/json" || header.Get("webhook-id") != "call1" {
		t.Error(header)
	}
	// As a receiver verifies it, with the secret that the operator has given it.
	sealer, err := seal.New(referraltest.Secret)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(webhook.Secret(sealer, b.caller.Account.Practice), "whsec_"))
	if err != nil || len(secret) < 24 {
		t.Fatal(len(secret), err)
	}
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.%s", header.Get("webhook-id"), header.Get("webhook-timestamp"), got[0].body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); header.Get("webhook-signature") != want {
		t.Errorf("the signature is %q, want %q", header.Get("webhook-signature"), want)
	}
	if other := webhook.Secret(sealer, 999); other == webhook.Secret(sealer, b.caller.Account.Practice) {
		t.Error("two practices share a secret")
	}
	b.logMu.Lock()
	defer b.logMu.Unlock()
	if said := b.log.String(); strings.Contains(said, "token=secret") || strings.Contains(said, "TST0000001") {
		t.Errorf("the log says too much: %s", said)
	}
}

func TestACallIsTriedAgainAfterAnHourFourHoursAndADayAndThenGivenUp(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t, status(http.StatusInternalServerError))
	b.owe(t, "call1", r.URL)
	run(t, b.sender())
	begun := b.Now()
	for attempt, at := range []time.Duration{0, time.Hour, 4 * time.Hour, 24 * time.Hour} {
		if attempt > 0 {
			b.Pass(begun.Add(at).Sub(b.Now()) - time.Second)
			quiet()
			if n := len(r.calls()); n != attempt {
				t.Fatalf("%d calls a second before attempt %d is due", n, attempt+1)
			}
			b.Pass(time.Second)
		}
		eventually(t, fmt.Sprintf("attempt %d at +%v", attempt+1, at), func() bool { return b.state(t, "call1").attempts == int64(attempt+1) })
	}
	if s := b.state(t, "call1"); s.state != referral.DeliveryDead || s.status != 500 {
		t.Errorf("%+v", s)
	}
	b.Pass(100 * time.Hour)
	quiet()
	got := r.calls()
	if len(got) != 4 {
		t.Fatalf("%d attempts", len(got))
	}
	for _, call := range got {
		if call.header.Get("webhook-id") != "call1" || !bytes.Equal(call.body, got[0].body) {
			t.Error("an attempt has another id or body")
		}
	}
	if got[0].header.Get("webhook-timestamp") == got[3].header.Get("webhook-timestamp") {
		t.Error("the attempts have one time")
	}
}

func TestOnlyTheStatus200CountsAndNoRedirectIsFollowed(t *testing.T) {
	b := newBench(t)
	elsewhere := newReceiver(t, status(http.StatusOK))
	codes := []int{201, 204, 301, 302, 307, 400, 404, 410, 503}
	for _, code := range codes {
		r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(code)
		})
		b.owe(t, fmt.Sprint("call", code), r.URL)
	}
	run(t, b.sender())
	for _, code := range codes {
		eventually(t, "an attempt", func() bool { return b.state(t, fmt.Sprint("call", code)).attempts == 1 })
		if s := b.state(t, fmt.Sprint("call", code)); s.state != referral.DeliveryPending || s.status != int64(code) || !s.due.Equal(b.Now().Add(time.Hour)) {
			t.Errorf("%d: %+v", code, s)
		}
	}
	if n := len(elsewhere.calls()); n != 0 {
		t.Errorf("%d redirects were followed", n)
	}
}

func TestAHostThatThePracticeDoesNotAllowIsNotCalled(t *testing.T) {
	b := newBench(t)
	b.egress = document.AnyHost // every public host: this machine is none
	r := newReceiver(t, status(http.StatusOK))
	b.owe(t, "call1", r.URL)
	run(t, b.sender())
	eventually(t, "an attempt", func() bool { return b.state(t, "call1").attempts == 1 })
	if s := b.state(t, "call1"); s.state != referral.DeliveryPending || s.status != 0 || len(r.calls()) != 0 {
		t.Errorf("%+v, %d calls", s, len(r.calls()))
	}
}

func TestAServerThatWasDownForADayLeavesAnHourBetweenTheAttempts(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t, status(http.StatusBadGateway))
	b.owe(t, "call1", r.URL)
	stop := run(t, b.sender())
	eventually(t, "the first attempt", func() bool { return b.state(t, "call1").attempts == 1 })
	stop()
	b.Pass(48 * time.Hour)
	run(t, b.sender())
	eventually(t, "the second attempt", func() bool { return b.state(t, "call1").attempts == 2 })
	quiet()
	if s := b.state(t, "call1"); s.attempts != 2 || !s.due.Equal(b.Now().Add(time.Hour)) {
		t.Errorf("%+v at %v", s, b.Now())
	}
}

// However far the clock is put back, while it is looked at or not, a call waits no longer than it would have, and its attempts stay apart.
func TestACallWaitsNoLongerBecauseTheClockWasPutBack(t *testing.T) {
	for name, isDown := range map[string]bool{"while calls are sent": false, "while the server was down": true} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			r := newReceiver(t, status(http.StatusInternalServerError))
			b.owe(t, "call1", r.URL)
			stop := run(t, b.sender())
			back := func(by time.Duration) {
				if isDown {
					stop()
				}
				b.Pass(-by)
				if isDown {
					stop = run(t, b.sender())
				}
			}
			for attempt, c := range []struct{ back, wait time.Duration }{{30 * time.Hour, time.Hour}, {40 * time.Minute, 3 * time.Hour}, {5 * time.Hour, 20 * time.Hour}} {
				eventually(t, fmt.Sprintf("attempt %d", attempt+1), func() bool { return b.state(t, "call1").attempts == int64(attempt+1) })
				back(c.back)
				eventually(t, fmt.Sprintf("the wait after attempt %d is %v, and not %v", attempt+1, c.wait, b.state(t, "call1").due.Sub(b.Now())), func() bool { return b.state(t, "call1").due.Equal(b.Now().Add(c.wait)) })
				b.Pass(c.wait - time.Second)
				quiet()
				if n := len(r.calls()); n != attempt+1 {
					t.Fatalf("%d calls before the wait after attempt %d is over", n, attempt+1)
				}
				b.Pass(time.Second)
			}
			eventually(t, "the last attempt", func() bool { return b.state(t, "call1").state == referral.DeliveryDead })
			if n := len(r.calls()); n != 4 {
				t.Errorf("%d attempts", n)
			}
		})
	}
}

func TestADeadCallIsSentAgainWhenItIsAskedFor(t *testing.T) {
	b := newBench(t)
	code := http.StatusTeapot
	var mu sync.Mutex
	r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.WriteHeader(code)
	})
	b.hosts = map[string]string{"hooks.practice.example": r.Listener.Addr().String()}
	prepared, err := b.Desk.Prepare(t.Context(), b.caller, referraltest.Given("form_type", "ChildOralCareForm", "files_ready_webhook_url", "http://hooks.practice.example/ready"))
	if err != nil {
		t.Fatal(err)
	}
	b.Ready(t, b.Submit(t, b.caller, prepared.URN), "ChildOralCareForm", referral.AttachmentForm, referral.AttachmentHistory)
	deliveries := func() []referral.Delivery {
		found, err := b.Desk.Deliveries(t.Context(), b.caller, prepared.URN)
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		return found
	}
	run(t, b.sender())
	for attempt := int64(1); attempt <= 4; attempt++ {
		eventually(t, "an attempt", func() bool { return deliveries()[0].Attempts == attempt })
		if attempt < 4 {
			b.Pass(24 * time.Hour)
		}
	}
	dead := deliveries()[0]
	if dead.State != referral.DeliveryDead || dead.LastStatus != http.StatusTeapot {
		t.Fatalf("%+v", dead)
	}
	if all, err := b.Desk.DeadDeliveries(t.Context()); err != nil || len(all) != 1 || all[0].URN != prepared.URN || all[0].Attempts != 4 {
		t.Errorf("to the operator: %+v, %v", all, err)
	}
	mu.Lock()
	code = http.StatusOK
	mu.Unlock()
	if err := b.Desk.Resend(t.Context(), b.caller, dead.Num); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the delivery", func() bool { return deliveries()[0].State == referral.DeliveryDelivered })
	got := r.calls()
	if len(got) != 5 || got[4].header.Get("webhook-id") != got[0].header.Get("webhook-id") {
		t.Errorf("%d calls, the last with the id %q", len(got), got[len(got)-1].header.Get("webhook-id"))
	}
	var payload struct{ Files []string }
	if err := json.Unmarshal(got[4].body, &payload); err != nil || len(payload.Files) != 2 || !strings.HasSuffix(payload.Files[1], "/pdfs/original/"+prepared.URN+"_MH.pdf") {
		t.Errorf("%s: %v", got[4].body, err)
	}
}

func TestTwoServersSendACallOnce(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t, status(http.StatusOK))
	run(t, b.sender())
	run(t, b.sender())
	const calls = 60
	for n := range calls {
		b.owe(t, fmt.Sprint("call", n), r.URL)
	}
	eventually(t, "all deliveries", func() bool { return len(r.calls()) >= calls })
	quiet()
	if n := len(r.calls()); n != calls {
		t.Errorf("%d calls instead of %d", n, calls)
	}
}

// deliverAll owes twenty calls to each of 45 receivers that take a while, and to five more, where they are there, that never answer, and
// returns how long it took until the 45 had theirs.
func deliverAll(t testing.TB, withHanging bool) time.Duration {
	t.Helper()
	const hosts, hanging, perHost = 50, 5, 20
	b := newBench(t)
	release := make(chan struct{})
	defer close(release)
	var healthy []*receiver
	for n := range hosts {
		answer := func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(50 * time.Millisecond) // as a receiver does that is not on this machine
			w.WriteHeader(http.StatusOK)
		}
		if n < hanging {
			if !withHanging {
				continue
			}
			answer = func(_ http.ResponseWriter, r *http.Request) {
				select {
				case <-release:
				case <-r.Context().Done():
				}
			}
		}
		r := newReceiver(t, answer)
		if n >= hanging {
			healthy = append(healthy, r)
		}
		for call := range perHost {
			b.owe(t, fmt.Sprintf("host%dcall%d", n, call), r.URL)
		}
	}
	began := time.Now()
	stop := run(t, b.sender())
	eventually(t, "the healthy ones' deliveries", func() bool {
		for _, r := range healthy {
			if len(r.calls()) < perHost {
				return false
			}
		}
		return true
	})
	took := time.Since(began)
	stop()
	for _, r := range healthy {
		if n := len(r.calls()); n != perHost {
			t.Errorf("a healthy receiver got %d calls instead of %d", n, perHost)
		}
	}
	return took
}

func TestSlowReceiversHoldNoOthersUp(t *testing.T) { deliverAll(t, true) }

// The goal is that receivers which hang make it at most half as long again for the others.
func BenchmarkSlowReceivers(b *testing.B) {
	var without, with time.Duration
	for b.Loop() {
		without += deliverAll(b, false)
		with += deliverAll(b, true)
	}
	b.ReportMetric(with.Seconds()/without.Seconds(), "times-as-long")
}
