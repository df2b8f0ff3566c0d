package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// BenchmarkAPage is a page from the request to its last byte, with the session and the referral read from storage. A
// page is rendered wholly before it is sent, so that the first byte is as late as the last.
func BenchmarkAPage(b *testing.B) {
	house, err := webtest.Open(b.Context(), testdb.Chosen().Location(b), b.TempDir(), "http://pages.example.org", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		b.Fatal(err)
	}
	defer house.Close()
	given := webtest.Patient("03/03/1985")
	given["form_type"] = "AdultRestorativeForm"
	made, err := house.Desk.Prepare(b.Context(), house.Caller, referral.Prefill{Given: given})
	if err != nil {
		b.Fatal(err)
	}
	session, urn, err := house.Desk.Enter(b.Context(), made.UUID)
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range []string{"", "/sections/patient", "/sections/restorative_problem", "/sections/medical_history", "/check"} {
		b.Run("referral"+path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, "/referrals/"+urn+path, nil)
				r.AddCookie(&http.Cookie{Name: "bridgework", Value: session})
				w := httptest.NewRecorder()
				house.Site.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("the page is answered %d", w.Code)
				}
			}
		})
	}
}
