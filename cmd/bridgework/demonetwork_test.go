package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/sandbox/network"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// place is where a test's demo is kept, on the engine that the run is for: a location, and the flags that name it.
func place(t *testing.T) (location string, flags []string) {
	location = testdb.Chosen().Location(t)
	if testdb.EngineOf(location) == testdb.MariaDB {
		return location, []string{"--database", location}
	}
	return location, []string{"--data", location}
}

func TestWhatTheDemosChartAttachesGoesToThePracticeThatItsSourceIs(t *testing.T) {
	_, flags := place(t)
	out, stop := begin(t, "demo", flags...)
	defer stop()
	out.awaits(t, "goes to "+network.Treating.Name)
	out.awaits(t, `"RefTo"`)
	base := out.base(t)
	ask := func(authorization, path, body string) string {
		t.Helper()
		method := http.MethodGet
		if body != "" {
			method = http.MethodPost
		}
		request, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", authorization)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode >= 300 {
			t.Fatalf("%s is answered %d %s %v", path, response.StatusCode, answer, err)
		}
		return string(answer)
	}
	printed := regexp.MustCompile(`-d '(\{"PatNum".*\})'`).FindStringSubmatch(out.String())
	if printed == nil {
		t.Fatalf("it prints %s", out)
	}
	ask("ODFHIR "+demoDeveloperKey+"/"+demoCustomerKey, "/api/v1/refattaches", printed[1])
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		answer := ask("Token token="+demoReferralsKey, "/react4r/v2/batch_referral_status", "")
		if strings.Contains(answer, "Sent to: "+network.Treating.Name) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the practice's list is %s", answer)
		}
	}
	for _, s := range network.SignIns {
		if s.Also() != "" && !strings.Contains(out.String(), "the "+string(s.Role)+" also works for "+s.Also()) {
			t.Errorf("that the %s works for %s is not said: %s", s.Role, s.Also(), out)
		}
	}
}

func referralsIn(t *testing.T, dir string) (count int64) {
	t.Helper()
	practices, err := practice.Open(t.Context(), dir, practice.Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer practices.Close()
	if err := practices.Hub.DB.Read(t.Context(), func(c store.Conn) error {
		rows := c.Query("SELECT COUNT(*) FROM `referral`")
		rows.Next()
		count = rows.Int(0)
		return rows.Close()
	}); err != nil {
		t.Fatal(err)
	}
	return count
}

func TestTheDemoHoldsANetworkAndASignInForEachRole(t *testing.T) {
	dir, flags := place(t)
	out, stop := begin(t, "demo", flags...)
	defer stop()
	out.awaits(t, "The referral network is there")
	out.awaits(t, "provider@demo.example")
	for _, s := range network.SignIns {
		if !regexp.MustCompile(string(s.Role) + ` +` + regexp.QuoteMeta(s.Email) + ` +` + regexp.QuoteMeta(s.Where)).MatchString(out.String()) {
			t.Errorf("%s is not told how to sign in: %s", s.Role, out)
		}
	}
	address := regexp.MustCompile(`http://(127[0-9.:]+)/sign-in`).FindStringSubmatch(out.String())
	if address == nil || !strings.Contains(out.String(), network.Password) {
		t.Fatalf("it prints %s", out)
	}
	// What the documents' examples promise stays so.
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address[1]+"/react4r/v2/prepare_form",
		strings.NewReader(url.Values{"form_type": {"AdultRestorativeForm"}, "patient_dob": {"10/10/2000"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token token="+demoReferralsKey)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(body), "TST0000001") {
		t.Errorf("the first form is answered %d %s %v", response.StatusCode, body, err)
	}
	stop()
	if out := mustRun(t, append([]string{"verify"}, flags...)...); strings.Count(out, "unbroken") != 1+len(network.Practices) {
		t.Errorf("verify prints %s", out)
	}
	if got := referralsIn(t, dir); got != 401 {
		t.Errorf("there are %d referrals", got)
	}

	out, stop = begin(t, "demo", flags...)
	defer stop()
	out.awaits(t, "the sample data that was kept")
	out.awaits(t, "provider@demo.example")
	stop()
	if got := referralsIn(t, dir); got != 401 {
		t.Errorf("a demo that was kept has %d referrals", got)
	}
}

func TestADemoThatWasBrokenOffGetsItsNetworkWhenItGoesOn(t *testing.T) {
	dir, flags := place(t)
	out, stop := begin(t, "demo", flags...)
	out.awaits(t, "Ctrl-C ends the demo") // and while the network is written
	stop()
	if got := referralsIn(t, dir); got != 0 && got != 400 { // 400 where it was faster than the end
		t.Errorf("half a network is there: %d referrals", got)
	}
	out, stop = begin(t, "demo", flags...)
	out.awaits(t, "The referral network is there")
	stop()
	if got := referralsIn(t, dir); got != 400 {
		t.Errorf("there are %d referrals", got)
	}
}

func TestADemoOfAnEarlierDayHasNoNetwork(t *testing.T) {
	dir, flags := place(t)
	out, stop := begin(t, "demo", append(flags, "--now", "2024-05-06 08:00:00")...)
	out.awaits(t, "Ctrl-C ends the demo")
	stop()
	if got := referralsIn(t, dir); got != 0 || strings.Contains(out.String(), "sign-in") {
		t.Errorf("there are %d referrals: %s", got, out)
	}
}
