package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// bridgework runs a command line as the shell would, and returns what it prints.
func bridgework(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errors := bridgework(t, args...)
	if code != exitDone {
		t.Fatalf("bridgework %s exits with %d: %s", strings.Join(args, " "), code, errors)
	}
	return out
}

func TestHelpNamesEveryVerbAndTheVariables(t *testing.T) {
	for _, args := range [][]string{nil, {"--help"}} {
		out := mustRun(t, args...)
		for _, verb := range []string{"serve", "demo", "practice create", "practice list", "key create", "key list", "key revoke", "migrate", "verify", "describe", "form list", "form check", "form show", "version"} {
			if !strings.Contains(out, verb) {
				t.Errorf("bridgework %v does not mention %q:\n%s", args, verb, out)
			}
		}
	}
	out := mustRun(t, "serve", "--help")
	for _, text := range []string{"--data", "./data", "127.0.0.1:30222", "$BRIDGEWORK_ADDR", "--throttle"} {
		if !strings.Contains(out, text) {
			t.Errorf("serve --help does not mention %q:\n%s", text, out)
		}
	}
}

func TestAMistypedWordIsAnsweredWithASuggestion(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"serv"}, `"serve"`},
		{[]string{"pratice", "list"}, `"practice"`},
		{[]string{"demo", "--sed", "2"}, `"--seed"`},
		{[]string{"demo", "--adr=x"}, `"--addr"`},
		{[]string{"form", "chek"}, `"check"`},
		{[]string{"form", "list", "--form", "x"}, `"--forms"`},
	} {
		code, _, errors := bridgework(t, c.args...)
		if code != exitUsage || !strings.Contains(errors, "did you mean") || !strings.Contains(errors, c.want) {
			t.Errorf("bridgework %v exits with %d: %s", c.args, code, errors)
		}
	}
}

func TestAPracticeAndAKeyAreMadeListedAndRevoked(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "Northside Dental")
	if out := mustRun(t, "practice", "list", "--data", dir); !strings.Contains(out, "Northside Dental") {
		t.Errorf("the list is %s", out)
	}
	out := mustRun(t, "key", "create", "--data", dir, "--practice", "northside dental", "--developer", "My client", "--permissions", "readall,AllOthers")
	shown := regexp.MustCompile(`Authorization: ODFHIR ([A-Za-z0-9]{16})/([A-Za-z0-9]{16})`).FindStringSubmatch(out)
	if shown == nil {
		t.Fatalf("no key is shown: %s", out)
	}
	list := mustRun(t, "key", "list", "--data", dir)
	if !strings.Contains(list, "ReadAll,AllOthers") || strings.Contains(list, shown[1]) || strings.Contains(list, shown[2]) {
		t.Errorf("the list is %s", list)
	}
	mustRun(t, "key", "revoke", "--data", dir, "1")
	if code, _, errors := bridgework(t, "key", "revoke", "--data", dir, "1"); code != exitFailure || !strings.Contains(errors, "was revoked") {
		t.Errorf("revoked twice: %d %s", code, errors)
	}
	if out := mustRun(t, "verify", "--data", dir); strings.Count(out, "unbroken") != 2 {
		t.Errorf("verify prints %s", out)
	}
}

func TestWhatCannotBeDoneIsExplained(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "A")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a practice of the same name": {[]string{"practice", "create", "--data", dir, "a"}, "There is a practice of this name already"},
		"a key for no practice":       {[]string{"key", "create", "--data", dir, "--practice", "B", "--developer", "D"}, "There is no practice named"},
		"an unknown group":            {[]string{"key", "create", "--data", dir, "--practice", "A", "--developer", "D", "--permissions", "Everything"}, "the groups are ReadAll"},
		"an unknown resource":         {[]string{"describe", "patient"}, " patients, "},
		"a short key":                 {[]string{"key", "create", "--data", dir, "--practice", "A", "--developer", "D", "--customer-key", "short"}, "at least 16 characters"},
	} {
		if code, _, errors := bridgework(t, c.args...); code != exitFailure || !strings.Contains(errors, c.want) {
			t.Errorf("%s: exits with %d: %s", name, code, errors)
		}
	}
}

func TestAFlagWinsOverAVariableAndThatOverTheFile(t *testing.T) {
	byFlag, byVariable, byFile := t.TempDir(), t.TempDir(), t.TempDir()
	for _, dir := range []string{byFlag, byVariable, byFile} {
		mustRun(t, "practice", "create", "--data", dir, filepath.Base(filepath.Dir(dir))+filepath.Base(dir))
	}
	config := filepath.Join(t.TempDir(), "bridgework.toml")
	writeFile(t, config, "data = '"+byFile+"'\n")
	listed := func(args ...string) string { return mustRun(t, append([]string{"practice", "list"}, args...)...) }
	if out := listed("--config", config); !strings.Contains(out, filepath.Base(byFile)+" ") {
		t.Errorf("by file: %s", out)
	}
	t.Setenv("BRIDGEWORK_CONFIG", config)
	if out := listed(); !strings.Contains(out, filepath.Base(byFile)+" ") {
		t.Errorf("by the file that a variable names: %s", out)
	}
	t.Setenv("BRIDGEWORK_DATA", byVariable)
	if out := listed(); !strings.Contains(out, filepath.Base(byVariable)+" ") {
		t.Errorf("by variable: %s", out)
	}
	if out := listed("--data", byFlag); !strings.Contains(out, filepath.Base(byFlag)+" ") {
		t.Errorf("by flag: %s", out)
	}
}

func TestASettingThatIsNoneIsRefused(t *testing.T) {
	config := filepath.Join(t.TempDir(), "bridgework.toml")
	for text, want := range map[string]string{
		"dat = 'x'":     `did you mean "data"?`,
		"data = ":       "not valid TOML",
		"nonsense = 1":  `"nonsense", which is not a setting`,
		"addr = 'x'\n[": "not valid TOML",
	} {
		writeFile(t, config, text)
		if code, _, errors := bridgework(t, "practice", "list", "--config", config); code != exitUsage || !strings.Contains(errors, want) {
			t.Errorf("%q: exits with %d: %s", text, code, errors)
		}
	}
	if code, _, errors := bridgework(t, "practice", "list", "--config", "no-such-file"); code != exitUsage || !strings.Contains(errors, "cannot be read") {
		t.Errorf("a file that is not there: %d %s", code, errors)
	}
}

func TestASecretMayStandInAFile(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "A")
	secret := filepath.Join(t.TempDir(), "customer-key")
	writeFile(t, secret, "VzkmZEaUWOjnQX2z\n")
	t.Setenv("BRIDGEWORK_CUSTOMER_KEY_FILE", secret)
	t.Setenv("BRIDGEWORK_DEVELOPER_KEY", "NFF6i0KrXrxDkZHt")
	if out := mustRun(t, "key", "create", "--data", dir, "--practice", "A", "--developer", "D"); !strings.Contains(out, "ODFHIR NFF6i0KrXrxDkZHt/VzkmZEaUWOjnQX2z") {
		t.Errorf("the key is not the one in the file: %s", out)
	}
	t.Setenv("BRIDGEWORK_CUSTOMER_KEY_FILE", secret+".missing")
	if code, _, errors := bridgework(t, "key", "create", "--data", dir, "--practice", "A", "--developer", "D"); code != exitUsage || !strings.Contains(errors, "cannot be read") {
		t.Errorf("a file that is not there: %d %s", code, errors)
	}
}

func TestVerifyNamesTheFirstBrokenLink(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "A")
	mustRun(t, "practice", "create", "--data", dir, "B")
	practices, err := practice.Open(t.Context(), dir, practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = practices.Hub.DB.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec("UPDATE `auditevent` SET `Caller` = 'nobody' WHERE `AuditNum` = 2")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := practices.Close(); err != nil {
		t.Fatal(err)
	}
	code, out, errors := bridgework(t, "verify", "--data", dir)
	if code != exitFailure || !strings.Contains(errors, "the trail of hub is broken: entry 2") || strings.Count(out, "unbroken") != 2 {
		t.Errorf("verify exits with %d: %s%s", code, out, errors)
	}
}

func TestMigrateSaysWhatItDid(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "A")
	if out := mustRun(t, "migrate", "--data", dir); !strings.Contains(out, "0 needed it") {
		t.Errorf("migrate prints %s", out)
	}
}

func TestVersionAndDescribePrint(t *testing.T) {
	if out := mustRun(t, "version"); !strings.Contains(out, "bridgework 0.1.0") {
		t.Errorf("version prints %s", out)
	}
	if out := mustRun(t, "describe", "RefAttaches"); !strings.Contains(out, "DELETE  /refattaches/{RefAttachNum}") {
		t.Errorf("describe prints %s", out)
	}
	if out := mustRun(t, "describe"); !strings.Contains(out, "refattaches\nreferrals\n") {
		t.Errorf("describe without a name prints %s", out)
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// tamper changes the hub as someone does who can write its file.
func tamper(t *testing.T, dir, statement string) {
	t.Helper()
	practices, err := practice.Open(t.Context(), dir, practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer practices.Close()
	err = practices.Hub.DB.Write(t.Context(), func(tx store.Tx) error { _, err := tx.Exec(statement); return err })
	if err != nil {
		t.Fatal(err)
	}
}

func TestVerifyFindsATrailThatWasCutShort(t *testing.T) {
	for _, cut := range []string{"DELETE FROM `auditevent` WHERE `AuditNum` > 1", "DELETE FROM `auditevent`"} {
		dir := t.TempDir()
		mustRun(t, "practice", "create", "--data", dir, "A")
		mustRun(t, "practice", "create", "--data", dir, "B")
		tamper(t, dir, cut)
		if code, _, errors := bridgework(t, "verify", "--data", dir); code != exitFailure || !strings.Contains(errors, "is missing: the trail ends with") {
			t.Errorf("after %s verify exits with %d: %s", cut, code, errors)
		}
	}
}

func TestVerifyLooksAtEveryTrailWhateverItFinds(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "A")
	mustRun(t, "practice", "create", "--data", dir, "B")
	tamper(t, dir, "UPDATE `auditevent` SET `Caller` = 'nobody' WHERE `AuditNum` = 1")
	files, err := filepath.Glob(filepath.Join(dir, "practice-*.db"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	code, out, errors := bridgework(t, "verify", "--data", dir)
	if code != exitFailure || !strings.Contains(errors, "entry 1") || !strings.Contains(errors, "cannot be verified") || strings.Count(out, "unbroken") != 1 {
		t.Errorf("verify exits with %d: %s%s", code, out, errors)
	}
}

func TestAMistypedFolderIsNotMadeIntoAnInstallation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "typo")
	for _, args := range [][]string{{"verify"}, {"practice", "list"}, {"key", "list"}, {"migrate"}, {"key", "revoke", "1"}} {
		if code, _, errors := bridgework(t, append(args, "--data", dir)...); code != exitFailure || !strings.Contains(errors, "there is no Bridgework data in") {
			t.Errorf("%v exits with %d: %s", args, code, errors)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made")
	}
}

func TestAFileThatIsNotOursIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "hub.db"), strings.Repeat("not a database ", 100))
	if code, _, errors := bridgework(t, "practice", "list", "--data", dir); code != exitFailure || !strings.Contains(errors, "not a SQLite database") {
		t.Errorf("a file of text: %d %s", code, errors)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "hub.db")); err != nil || !strings.HasPrefix(string(text), "not a database") {
		t.Error("the file was changed")
	}
}

func TestNamesThatWouldNotPrintAreRefused(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"  ", "a\nb", "a\x1b[31m", strings.Repeat("é", 256)} {
		if code, _, errors := bridgework(t, "practice", "create", "--data", dir, name); code != exitFailure || !strings.Contains(errors, "printable characters") {
			t.Errorf("%q: %d %s", name, code, errors)
		}
	}
	mustRun(t, "practice", "create", "--data", dir, strings.Repeat("é", 255))
}

func TestAListInTheFileIsAList(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, "practice", "create", "--data", dir, "A")
	config := filepath.Join(t.TempDir(), "bridgework.toml")
	writeFile(t, config, "permissions = ['ReadAll', 'readall', 'AllOthers']\n")
	mustRun(t, "key", "create", "--data", dir, "--practice", "A", "--developer", "D", "--config", config)
	if out := mustRun(t, "key", "list", "--data", dir); !strings.Contains(out, " ReadAll,AllOthers\n") {
		t.Errorf("the key is %s", out)
	}
	writeFile(t, config, "data = ['a', 'b']\n")
	if code, _, errors := bridgework(t, "practice", "list", "--config", config); code != exitUsage || !strings.Contains(errors, "takes one value") {
		t.Errorf("a list for one value: %d %s", code, errors)
	}
}
