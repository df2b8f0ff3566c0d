package apitest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// process is the program itself, started by a test on a port that the kernel chose.
type process struct {
	command *exec.Cmd
	base    string
	errors  safeBuffer // what it has logged so far
	exited  chan struct{}
}

// served is the line that a program logs when it is ready.
var served = regexp.MustCompile(`msg=serving address=([0-9.:]+)\n`)

func TestMain(m *testing.M) { Main(m) }

// start runs a verb that serves and waits until it is ready.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startIn(t, nil, args...)
}

// startIn is start with variables added to the environment.
func startIn(t *testing.T, environment []string, args ...string) *process {
	t.Helper()
	binary, err := Bridgework()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{command: exec.Command(binary, append(args, "--addr", "127.0.0.1:0")...), exited: make(chan struct{})}
	p.command.Stderr = &p.errors
	p.command.Env = append(os.Environ(), environment...)
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.command.Wait(); close(p.exited) }()
	t.Cleanup(func() {
		p.command.Process.Kill()
		<-p.exited
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if found := served.FindStringSubmatch(p.errors.String()); found != nil {
			p.base = "http://" + found[1]
			return p
		}
		select {
		case <-p.exited:
			t.Fatalf("the program ended: %s", &p.errors)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("the program is not ready: %s", &p.errors)
		}
	}
}

// do sends a request with the documents' key.
func (p *process) do(method, path, body string) (int, http.Header, []byte, error) {
	r, err := http.NewRequest(method, p.base+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	r.Header.Set("Authorization", Authorization)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, response.Header, text, err
}

// wait returns the exit code, and fails when the program does not end in time.
func (p *process) wait(t *testing.T, limit time.Duration) int {
	t.Helper()
	select {
	case <-p.exited:
		return p.command.ProcessState.ExitCode()
	case <-time.After(limit):
		t.Fatalf("the program does not end within %s: %s", limit, &p.errors)
		return -1
	}
}

func TestNoAcknowledgedWriteIsLostWhenTheServerIsKilled(t *testing.T) {
	dir := dataFolder(t)
	acknowledged := make(map[int64]string)
	for round := range 4 {
		p := start(t, "serve", "--data", dir)
		var mu sync.Mutex
		var writers sync.WaitGroup
		for writer := range 8 {
			writers.Go(func() {
				for n := 0; ; n++ {
					note := fmt.Sprintf("%d.%d.%d", round, writer, n)
					status, _, body, err := p.do(http.MethodPost, "/referrals", fmt.Sprintf(`{"LName":"Storm","Note":%q}`, note))
					if err != nil {
						return // killed
					}
					var made struct{ ReferralNum int64 }
					if json.Unmarshal(body, &made) != nil || status != http.StatusCreated {
						t.Errorf("a write answers %d %s", status, body)
						return
					}
					mu.Lock()
					acknowledged[made.ReferralNum] = note
					mu.Unlock()
				}
			})
		}
		waitFor(t, "a storm of writes", func() bool { mu.Lock(); defer mu.Unlock(); return len(acknowledged) >= 30*(round+1) })
		time.Sleep(time.Duration(30*round) * time.Millisecond)
		if err := p.command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-p.exited
		writers.Wait()
	}
	binary, err := Bridgework()
	if err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command(binary, "verify", "--data", dir).CombinedOutput(); err != nil || strings.Count(string(output), "unbroken") != 2 {
		t.Errorf("verify: %v\n%s", err, output)
	}
	s := OpenServer(t, dir)
	stored := nothingIsLost(t, s, acknowledged)
	t.Logf("%d writes acknowledged over 4 kills, %d rows stored", len(acknowledged), stored)
}

// nothingIsLost compares the referrals that are stored with those that were acknowledged, by their
// notes, and returns how many there are.
func nothingIsLost(t *testing.T, s *Server, acknowledged map[int64]string) int {
	t.Helper()
	stored := make(map[int64]string)
	var changes, entries, signals int64
	err := s.Book.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT `ReferralNum`, `Note` FROM `referral`")
		for rows.Next() {
			stored[rows.Int(0)] = string(rows.Text(1))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		rows = c.Query("SELECT (SELECT COUNT(*) FROM `rowchange` WHERE `TableName` = 'referral')," +
			" (SELECT COUNT(*) FROM `auditevent` WHERE `Action` = 'create' AND `Target` = 'referral'), (SELECT COUNT(*) FROM `signalod`)")
		rows.Next()
		changes, entries, signals = rows.Int(0), rows.Int(1), rows.Int(2)
		return rows.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, note := range acknowledged {
		if stored[key] != note {
			t.Errorf("write %q was acknowledged as row %d, where now is %q", note, key, stored[key])
		}
	}
	// A row without its entry, or an entry without its row, would be half a write.
	if changes != int64(len(stored)) || entries != int64(len(stored)) || signals != int64(len(stored)) {
		t.Errorf("%d rows, %d change rows, %d entries, %d signals", len(stored), changes, entries, signals)
	}
	s.Trail(t) // and it is unbroken
	return len(stored)
}

func TestATerminatedServerDrainsAndExitsWithZero(t *testing.T) {
	p := start(t, "serve", "--data", dataFolder(t))
	if status, _, _, err := p.do(http.MethodGet, "/referrals", ""); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t, 20*time.Second); code != 0 {
		t.Errorf("the exit code is %d: %s", code, &p.errors)
	}
}

func TestARunningRequestIsAnsweredWhileDrainingAndASecondSignalEndsAtOnce(t *testing.T) {
	p := start(t, "serve", "--data", dataFolder(t))
	body := `{"LName":"Draining"}`
	conn, answers := p.begin(t, len(body))
	p.command.Process.Signal(syscall.SIGTERM)
	p.drains(t)
	if status, header, body, err := p.do(http.MethodGet, "/referrals", ""); err != nil || status != http.StatusTooManyRequests || header.Get("Retry-After") == "" {
		t.Errorf("a request that comes too late: %d %s %v", status, body, err)
	}
	fmt.Fprint(conn, body)
	response, err := http.ReadResponse(answers, nil)
	if err != nil || response.StatusCode != http.StatusCreated {
		t.Errorf("the running request: %v %v", response, err)
	}
	if code := p.wait(t, 20*time.Second); code != 0 {
		t.Errorf("the exit code is %d: %s", code, &p.errors)
	}

	p = start(t, "serve", "--data", dataFolder(t))
	p.begin(t, 100)
	p.command.Process.Signal(syscall.SIGTERM)
	p.drains(t)
	p.command.Process.Signal(syscall.SIGTERM)
	if code := p.wait(t, 8*time.Second); code == 0 {
		t.Error("a second signal ends the program as if it had drained")
	}
}

// begin sends the head of a request whose body is still on its way, which keeps the server from ending. It
// returns when the server waits for the body.
func (p *process) begin(t *testing.T, length int) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "POST /api/v1/referrals HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", Authorization, length)
	answers := bufio.NewReader(conn)
	response, err := http.ReadResponse(answers, nil)
	if err != nil || response.StatusCode != http.StatusContinue {
		t.Fatalf("the head of a request is answered %v %v", response, err)
	}
	return conn, answers
}

// drains waits until the server tells that it takes no more requests.
func (p *process) drains(t *testing.T) {
	t.Helper()
	waitFor(t, "draining to begin", func() bool {
		response, err := http.Get(p.base + "/readyz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusServiceUnavailable
	})
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited for %s in vain", what)
		}
	}
}

func TestASecondServerOnTheSameFolderIsRefused(t *testing.T) {
	dir := dataFolder(t)
	start(t, "serve", "--data", dir)
	binary, err := Bridgework()
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(binary, "serve", "--data", dir, "--addr", "127.0.0.1:0").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !strings.Contains(string(output), "another bridgework is serving") {
		t.Errorf("%v: %s", err, output)
	}
}

func TestAKeyThatIsRevokedBesideARunningServerIsRefusedAtOnce(t *testing.T) {
	dir := dataFolder(t)
	p := start(t, "serve", "--data", dir)
	if status, _, _, err := p.do(http.MethodGet, "/referrals", ""); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	binary, err := Bridgework()
	if err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command(binary, "key", "revoke", "--data", dir, "1").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if status, _, body, err := p.do(http.MethodGet, "/referrals", ""); err != nil || status != http.StatusUnauthorized {
		t.Errorf("the revoked key: %d %s %v", status, body, err)
	}
}

func TestTheDemoRemovesItsTemporaryFolder(t *testing.T) {
	temporary := t.TempDir()
	p := startIn(t, []string{"TMPDIR=" + temporary}, "demo")
	if found, _ := filepath.Glob(filepath.Join(temporary, "bridgework-demo-*")); len(found) != 1 {
		t.Fatalf("the demo's folder is %v", found)
	}
	p.command.Process.Signal(os.Interrupt)
	if code := p.wait(t, 20*time.Second); code != 0 {
		t.Errorf("the exit code is %d: %s", code, &p.errors)
	}
	if found, _ := filepath.Glob(filepath.Join(temporary, "bridgework-demo-*")); len(found) != 0 {
		t.Errorf("left behind is %v", found)
	}
}

func TestADemoThatWasBrokenOffIsFinishedAndOneThatWasKeptIsLeft(t *testing.T) {
	binary, err := Bridgework()
	if err != nil {
		t.Fatal(err)
	}
	for _, after := range []time.Duration{30, 60, 90, 120} {
		dir := t.TempDir()
		first := exec.Command(binary, "demo", "--data", dir, "--addr", "127.0.0.1:0")
		if err := first.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after * time.Millisecond)
		first.Process.Kill()
		first.Wait()
		p := start(t, "demo", "--data", dir)
		if status, _, body, err := p.do(http.MethodGet, "/referrals/1", ""); err != nil || status != http.StatusOK {
			t.Errorf("killed after %d ms, the demo then answers %d %s %v", after, status, body, err)
		}
		p.command.Process.Signal(syscall.SIGTERM)
		p.wait(t, 20*time.Second)
	}
	// A practice of somebody's own is not taken for a demo.
	dir := t.TempDir()
	if output, err := exec.Command(binary, "practice", "create", "--data", dir, "Northside").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, output)
	}
	output, err := exec.Command(binary, "demo", "--data", dir, "--addr", "127.0.0.1:0").CombinedOutput()
	if err == nil || !strings.Contains(string(output), "give the demo a place of its own") {
		t.Errorf("a demo on another's data: %v %s", err, output)
	}
}
