package sfapi_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/intake"
)

// A standard client library, which knows nothing of this server, drives the intake from end to end.
func TestAStandardClientLibraryDrivesTheIntake(t *testing.T) {
	if os.Getenv("JSFORCE") == "" {
		t.Skip("jsforce comes from the npm registry; `make clients` installs it and runs this")
	}
	o := newOrg(t)
	o.token(t, intake.NewClient{Practice: o.practice, ID: "demo", Secret: "demo"})
	server := httptest.NewServer(o.here())
	defer server.Close()
	command := exec.CommandContext(t.Context(), "node", "drive.mjs")
	command.Dir = "../../test/salesforce"
	command.Env = append(os.Environ(), "BASE="+server.URL)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
