package odapi

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

func TestSmoke(t *testing.T) {
	reg, err := practice.Open(t.TempDir(), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer reg.Close()
	p, err := reg.Create(context.Background(), audit.Operator, "A")
	if err != nil {
		t.Fatal(err)
	}
	var groups []string
	for _, g := range resource.Groups() {
		groups = append(groups, string(g))
	}
	_, _, err = reg.CreateKey(context.Background(), audit.Operator, p, "Dev", groups, practice.Secrets{DeveloperKey: "NFF6i0KrXrxDkZHt", CustomerKey: "VzkmZEaUWOjnQX2z"})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(New(reg, Options{Log: slog.Default()}))
	defer srv.Close()
	do := func(method, path, body string) {
		req, _ := http.NewRequest(method, srv.URL+"/api/v1"+path, strings.NewReader(body))
		req.Header.Set("Authorization", "ODFHIR NFF6i0KrXrxDkZHt/VzkmZEaUWOjnQX2z")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		fmt.Println(method, path, body, "->", resp.StatusCode, resp.Header.Get("Location"), string(b))
	}
	do("POST", "/patients", `{"LName":"Smith","FName":"Jane"}`)
	do("POST", "/referrals", `{"LName":"Smith","FName":"John","specialty":"surgery"}`)
	do("POST", "/referrals", `{"LName":"smith","PatNum":1}`)
	do("POST", "/refattaches", `{"PatNum":"1","referralName":"Google"}`)
	do("POST", "/refattaches", `{"PatNum":"1","referralName":"Google"}`)
	do("PUT", "/refattaches/1", `{"refdate":"2021-01-05","Note":"a\r\nb"}`)
	do("GET", "/refattaches?DateFormatString=MM/dd/yyyy", ``)
	do("GET", "/patients?LName=smi", ``)
	do("GET", "/patients/Simple", ``)
	do("GET", "/referrals?foo=1&Limit=-1", ``)
	do("GET", "/providers?ClinicNum=0", ``)
	do("GET", "/definitions?Category=4", ``)
	do("DELETE", "/refattaches/1", ``)
	do("POST", "/referrals", `{"Telephone":"12","ST":"ORE","IsDoctor":"maybe"}`)
}
