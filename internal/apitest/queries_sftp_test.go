package apitest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/document/sftptest"
)

// query sends a command whose result goes to a file on the SFTP server.
func (o *office) query(t *testing.T, command, path string, fields map[string]any) (status int, body string) {
	t.Helper()
	sent := map[string]any{
		"SqlCommand": command, "SftpAddress": o.address + "/" + path, "SftpUsername": o.user, "SftpPassword": o.password,
	}
	for name, value := range fields {
		sent[name] = value
	}
	w := o.Do(http.MethodPost, "/queries", marshal(t, sent))
	return w.Code, w.Body.String()
}

func TestTheResultOfAQueryIsAFileOnTheSFTPServer(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct{ name, command, path, want string }{
		{"folders are made", "SELECT PatNum, LName AS 'Last name' FROM patient", "reports/2026/smith.csv", "PatNum,Last name\r\n15,Smith\r\n"},
		{"a file is written anew", "SELECT 1 AS `a,b`, 'say \"so\"' AS c, NULL AS d", "reports/2026/smith.csv", "\"a,b\",c,d\r\n1,\"say \"\"so\"\"\",\r\n"},
		{"without rows it holds two letters", "SELECT PatNum FROM patient WHERE PatNum = -1", "empty.csv", "OK"},
	} {
		status, body := o.query(t, c.command, c.path, nil)
		if status != http.StatusCreated {
			t.Fatalf("%s: %d %s\n%s", c.name, status, body, o.sftp.Log())
		}
		if got := strings.ReplaceAll(string(o.sftp.Read(t, c.path)), "\r\n", "\n"); got != strings.ReplaceAll(c.want, "\r\n", "\n") {
			t.Errorf("%s: the file is %q, want %q", c.name, got, c.want)
		}
	}
}

func TestALongResultGoesToTheSFTPServerWhole(t *testing.T) {
	o := newOffice(t)
	const digits = "(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)"
	command := "SELECT a.d AS a, b.d AS b, c.d AS c, e.d AS e, f.d AS f FROM " + digits + " a, " + digits + " b, " + digits + " c, " + digits + " e, " + digits + " f"
	status, body := o.query(t, command, "long.csv", nil)
	if status != http.StatusCreated {
		t.Fatalf("%d %s\n%s", status, body, o.sftp.Log())
	}
	if lines := strings.Count(string(o.sftp.Read(t, "long.csv")), "\n"); lines != 100_001 {
		t.Errorf("the file has %d lines, want 100,001", lines)
	}
}

func TestAQueryThatIsRefusedLeavesNoFile(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct {
		name, command, path string
		fields              map[string]any
		status              int
		want                string
	}{
		{"a write", "DELETE FROM patient", "a.csv", nil, http.StatusUnauthorized, "read-only"},
		{"no SQL", "SELEKT 1", "a.csv", nil, http.StatusBadRequest, "SELEKT"},
		{"a wrong password", "SELECT 1", "a.csv", map[string]any{"SftpPassword": "another"}, http.StatusBadRequest, "SftpPassword"},
		{"no file's name", "SELECT 1", "folder/", nil, http.StatusBadRequest, "must end with the name of a file"},
		{"a way upwards", "SELECT 1", "../a.csv", nil, http.StatusBadRequest, "must not lead upwards"},
		{"a port that is none", "SELECT 1", "a.csv", map[string]any{"SftpPort": 70000}, http.StatusBadRequest, "SftpPort must be a number"},
		{"a port where nobody listens", "SELECT 1", "a.csv", map[string]any{"SftpPort": 1}, http.StatusBadRequest, "SftpAddress"},
		{"an error among the rows", "SELECT EXP(PatNum * 1000) + (SELECT 1 FROM patient AS p WHERE p.PatNum = patient.PatNum + nothing) FROM patient", "a.csv", nil, http.StatusBadRequest, "nothing"},
	} {
		status, body := o.query(t, c.command, c.path, c.fields)
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %s, want %d with %q", c.name, status, body, c.status, c.want)
		}
	}
	for _, name := range o.sftp.Names(t, "") {
		if strings.Contains(name, "csv") || name == "folder" {
			t.Errorf("there is %q", name)
		}
	}
	o.allow(t, "")
	if status, body := o.query(t, "SELECT 1", "a.csv", nil); status != http.StatusBadRequest || !strings.Contains(body, "do not allow") {
		t.Errorf("a host that the practice does not allow: %d %s", status, body)
	}
	for _, entry := range o.Trail(t) {
		if strings.Contains(entry.Detail, sftptest.Password) || strings.Contains(entry.Detail, o.address) {
			t.Errorf("the trail says %q", entry.Detail)
		}
	}
}
