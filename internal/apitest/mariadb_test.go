package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/odapi"
	"github.com/bridgework-dental/bridgework/internal/store/mysql"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// serverOnItsOwnMariaDB is a server whose database server the test may kill.
func serverOnItsOwnMariaDB(t *testing.T) (*Server, *storetest.MariaDB) {
	t.Helper()
	maria, err := storetest.StartMariaDB()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(maria.Remove)
	location := maria.Location(storetest.NewSchema())
	if err := makeTemplate(location); err != nil {
		t.Fatal(err)
	}
	s := OpenServer(t, location)
	s.SetClock(t, "2026-01-02 03:04:05")
	return s, maria
}

func TestADatabaseServerThatIsDownIsBusyAndRecovers(t *testing.T) {
	s, maria := serverOnItsOwnMariaDB(t)
	if w := s.Do(http.MethodGet, "/referrals", ""); w.Code != http.StatusOK {
		t.Fatalf("before: %d %s", w.Code, w.Body)
	}
	maria.Kill()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w := s.Do(method, "/referrals", map[string]string{http.MethodPost: `{"LName":"Sample"}`}[method])
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" || answerText(t, w) != "The database is not available; try again" {
			t.Errorf("%s while the server is down: %d %s", method, w.Code, w.Body)
		}
	}
	if err := maria.Start(); err != nil {
		t.Fatal(err)
	}
	if w := s.Do(http.MethodPost, "/referrals", `{"LName":"Sample"}`); w.Code != http.StatusCreated {
		t.Errorf("after it is back: %d %s", w.Code, w.Body)
	}
	if rows := listRows(t, s, "/referrals"); len(rows) != 1 {
		t.Errorf("there are %d referrals, want the one that was acknowledged", len(rows))
	}
}

func TestAPracticeWhoseSchemaWasDroppedTellsTheClientNothingAndTheOperatorWhat(t *testing.T) {
	s, maria := serverOnItsOwnMariaDB(t)
	var log bytes.Buffer
	s.Handler = odapi.New(s.Practices, odapi.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if w := s.Do(http.MethodGet, "/referrals", ""); w.Code != http.StatusOK {
		t.Fatalf("before: %d %s", w.Code, w.Body)
	}
	server, err := mysql.Connect(t.Context(), maria.URL(), mysql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.Drop(t.Context(), s.Practice.Database); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w := s.Do(method, "/referrals", map[string]string{http.MethodPost: `{"LName":"Sample"}`}[method])
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), s.Practice.Database) {
			t.Errorf("%s after the schema was dropped: %d %s", method, w.Code, w.Body)
		}
	}
	if !strings.Contains(log.String(), s.Practice.Database) {
		t.Errorf("the log does not name the schema: %s", log.String())
	}
}

func TestNoAcknowledgedWriteIsLostWhenMariaDBIsKilled(t *testing.T) {
	s, maria := serverOnItsOwnMariaDB(t)
	var mu sync.Mutex
	acknowledged := make(map[int64]string)
	var stop atomic.Bool
	var writers sync.WaitGroup
	for writer := range 8 {
		writers.Go(func() {
			for n := 0; !stop.Load(); n++ {
				note := fmt.Sprintf("%d.%d", writer, n)
				w := s.Do(http.MethodPost, "/referrals", fmt.Sprintf(`{"LName":"Storm","Note":%q}`, note))
				switch w.Code {
				case http.StatusCreated:
					var made struct{ ReferralNum int64 }
					if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
						t.Error(err)
					}
					mu.Lock()
					acknowledged[made.ReferralNum] = note
					mu.Unlock()
				case http.StatusTooManyRequests:
					time.Sleep(20 * time.Millisecond)
				default:
					t.Errorf("a write is answered %d %s", w.Code, w.Body)
				}
			}
		})
	}
	storm := func(count int) {
		t.Helper()
		waitFor(t, "a storm of writes", func() bool { mu.Lock(); defer mu.Unlock(); return len(acknowledged) >= count })
	}
	for kill := range 2 {
		storm(30 * (kill + 1))
		maria.Kill()
		if err := maria.Start(); err != nil {
			t.Fatal(err)
		}
	}
	storm(90)
	stop.Store(true)
	writers.Wait()
	stored := nothingIsLost(t, s, acknowledged)
	t.Logf("%d writes acknowledged over 2 kills, %d rows stored", len(acknowledged), stored)
}
