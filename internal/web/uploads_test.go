package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/web/webtest"
)

// tusHeader are the protocol's headers with more, given as name and value.
func tusHeader(more ...string) map[string]string {
	header := map[string]string{"Tus-Resumable": "1.0.0", "Sec-Fetch-Site": "same-origin", "Accept": "application/json", "Content-Type": ""}
	for i := 0; i < len(more); i += 2 {
		header[more[i]] = more[i+1]
	}
	return header
}

func meta(pairs ...string) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(all, ",")
}

// radiographMeta is what the page says of a radiograph.
func radiographMeta(name string) string {
	return meta("filename", name, "field", "radiographs", "taken_on", "20/10/2026", "view", "periapical")
}

// begin begins an upload, and is its address.
func (v *visitor) begin(urn string, length int, metadata string) string {
	v.t.Helper()
	got := v.do(http.MethodPost, "/referrals/"+urn+"/uploads", nil, tusHeader("Upload-Length", strconv.Itoa(length), "Upload-Metadata", metadata))
	if got.status != http.StatusCreated || got.header.Get("Location") == "" || got.header.Get("Tus-Resumable") != "1.0.0" || got.header.Get("Upload-Offset") != "0" {
		v.t.Fatalf("beginning an upload answers %d, %v: %s", got.status, got.header, got.body)
	}
	return got.header.Get("Location")
}

func (v *visitor) patch(path string, offset int, piece []byte) answer {
	v.t.Helper()
	return v.do(http.MethodPatch, path, bytes.NewReader(piece), tusHeader("Upload-Offset", strconv.Itoa(offset), "Content-Type", "application/offset+octet-stream"))
}

// wantsOffset asks where an upload is.
func (v *visitor) wantsOffset(path string, offset, length int) {
	v.t.Helper()
	got := v.do(http.MethodHead, path, nil, tusHeader())
	if got.status != http.StatusOK || got.header.Get("Upload-Offset") != strconv.Itoa(offset) || got.header.Get("Upload-Length") != strconv.Itoa(length) || got.header.Get("Cache-Control") != "no-store" {
		v.t.Fatalf("HEAD answers %d with offset %q of %q, want %d of %d", got.status, got.header.Get("Upload-Offset"), got.header.Get("Upload-Length"), offset, length)
	}
}

func filesOf(t *testing.T, house *webtest.House, urn string) []referral.File {
	t.Helper()
	filled, err := house.Desk.Form(t.Context(), house.Caller, urn)
	if err != nil {
		t.Fatal(err)
	}
	return filled.Files
}

// large is a picture of some hundred kilobytes.
func large(t *testing.T) []byte { return append(picture(t), bytes.Repeat([]byte{0}, 300_000)...) }

// arriving is how many uploads are not whole yet, on the disk.
func arriving(t *testing.T, house *webtest.House) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(house.Files, "tmp", "arrivals", "hub", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

// arrived is how many bytes of them have come.
func arrived(t *testing.T, house *webtest.House) (size int64) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(house.Files, "tmp", "arrivals", "hub", "*", "body"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if info, err := os.Stat(path); err == nil {
			size += info.Size()
		}
	}
	return size
}

// cutAfter fails after some bytes, as a line does that breaks.
type cutAfter struct {
	r    io.Reader
	left int
}

func (c *cutAfter) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, errors.New("the line is cut")
	}
	n, err := c.r.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

func TestABrokenUploadGoesOnWhereItWasAfterAnotherServerHasCome(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	body := large(t)
	path := v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, v.base+path, &cutAfter{bytes.NewReader(body), 100_000})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = int64(len(body))
	for name, value := range tusHeader("Upload-Offset", "0", "Content-Type", "application/offset+octet-stream") {
		r.Header.Set(name, value)
	}
	if response, err := v.client.Do(r); err == nil {
		response.Body.Close()
		t.Fatal("a cut line brought an answer")
	}
	if files := filesOf(t, house, urn); len(files) != 0 {
		t.Fatalf("half a file is to be seen: %v", files)
	}
	// Another process over the same storage, which remembers nothing.
	again, stop, err := house.Another("http://pages.example.org", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	server := httptest.NewServer(again)
	defer server.Close()
	v.base = server.URL // cookies know no ports
	got := v.do(http.MethodHead, path, nil, tusHeader())
	offset, err := strconv.Atoi(got.header.Get("Upload-Offset"))
	if err != nil || offset == 0 || offset > 100_000 {
		t.Fatalf("of 100000 bytes that were sent %q have come (%d)", got.header.Get("Upload-Offset"), got.status)
	}
	if got := v.patch(path, offset, body[offset:]); got.status != http.StatusNoContent || got.header.Get("Upload-Offset") != strconv.Itoa(len(body)) {
		t.Fatalf("the rest is answered %d: %s", got.status, got.body)
	}
	v.wantsOffset(path, len(body), len(body))
	files := filesOf(t, house, urn)
	sum := sha256.Sum256(body)
	if len(files) != 1 || string(files[0].Hash) != hex.EncodeToString(sum[:]) || files[0].Name != "tooth.jpg" || files[0].TakenOn.String() != "2026-10-20" || files[0].Kind != "radiograph" {
		t.Fatalf("the files are %+v", files)
	}
	v.get("/referrals/"+urn+"/sections/attachments").wants(t, http.StatusOK, "tooth.jpg", `value="periapical" selected`)
}

func TestAnUploadInPiecesBecomesOneFile(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	body := large(t)
	path := v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	for at := 0; at < len(body); at += 90_000 {
		v.wantsOffset(path, at, len(body))
		if files := filesOf(t, house, urn); len(files) != 0 {
			t.Fatal("a file is to be seen before it is whole")
		}
		end := min(at+90_000, len(body))
		if got := v.patch(path, at, body[at:end]); got.status != http.StatusNoContent || got.header.Get("Upload-Offset") != strconv.Itoa(end) || got.header.Get("Upload-Expires") == "" {
			t.Fatalf("a piece is answered %d: %s", got.status, got.body)
		}
	}
	// The answer to the last piece may be lost: it is asked for, or sent, again.
	v.wantsOffset(path, len(body), len(body))
	if got := v.patch(path, len(body), nil); got.status != http.StatusNoContent {
		t.Errorf("nothing more is answered %d", got.status)
	}
	files := filesOf(t, house, urn)
	if len(files) != 1 {
		t.Fatalf("there are %d files", len(files))
	}
	// Taken off the form, it is no answer any more to whether it is there.
	if err := house.Desk.RemoveFile(t.Context(), house.Caller, urn, files[0].Num); err != nil {
		t.Fatal(err)
	}
	if got := v.do(http.MethodHead, path, nil, tusHeader()); got.status != http.StatusNotFound {
		t.Errorf("an upload whose file was removed is answered %d", got.status)
	}
}

func TestAPieceThatDoesNotFitIsRefusedAndChangesNothing(t *testing.T) {
	_, v, urn := opened(t, "EndodonticForm")
	body := large(t)
	path := v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	v.patch(path, 0, body[:1000]).wants(t, http.StatusNoContent)
	for _, offset := range []int{0, 999, 1001, len(body)} {
		v.patch(path, offset, body[:10]).wants(t, http.StatusConflict, "1000 bytes")
	}
	v.patch(path, 1000, append(bytes.Clone(body[1000:]), "more"...)).wants(t, http.StatusRequestEntityTooLarge)
	v.wantsOffset(path, 1000, len(body))
	piece := tusHeader("Upload-Offset", "1000", "Content-Type", "image/jpeg")
	v.do(http.MethodPatch, path, bytes.NewReader(body), piece).wants(t, http.StatusUnsupportedMediaType)
	piece["Content-Type"], piece["Tus-Resumable"] = "application/offset+octet-stream", "0.2.2"
	if got := v.do(http.MethodPatch, path, bytes.NewReader(body), piece); got.status != http.StatusPreconditionFailed || got.header.Get("Tus-Version") != "1.0.0" {
		t.Errorf("another version is answered %d", got.status)
	}
	piece["Tus-Resumable"], piece["Upload-Offset"] = "1.0.0", "-1"
	v.do(http.MethodPatch, path, bytes.NewReader(body), piece).wants(t, http.StatusUnprocessableEntity)
	v.wantsOffset(path, 1000, len(body))
}

func TestAnUploadIsRefusedBeforeItIsSent(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	for _, c := range []struct {
		name, length, metadata string
		status                 int
		text                   string
	}{
		{"larger than a file may be", strconv.Itoa(referral.MaxFile + 1), radiographMeta("a.jpg"), http.StatusRequestEntityTooLarge, "20 MiB"},
		{"empty", "0", radiographMeta("a.jpg"), http.StatusUnprocessableEntity, "empty"},
		{"without a length", "", radiographMeta("a.jpg"), http.StatusUnprocessableEntity, "Upload-Length"},
		{"a radiograph without its day", "9", meta("filename", "a.jpg", "field", "radiographs"), http.StatusUnprocessableEntity, "Enter the day"},
		{"a radiograph of the future", "9", meta("filename", "a.jpg", "field", "radiographs", "taken_on", "1/1/2030"), http.StatusUnprocessableEntity, "Enter the day"},
		{"a program", "9", meta("filename", "a.exe", "field", "radiographs", "taken_on", "1/1/2026"), http.StatusUnprocessableEntity, "a.exe was not taken"},
		{"for a question that takes none", "9", meta("filename", "a.jpg", "field", "patient_first_name"), http.StatusUnprocessableEntity, "asks for files"},
		{"with metadata that is none", "9", "filename ***", http.StatusUnprocessableEntity, "base64"},
	} {
		got := v.do(http.MethodPost, "/referrals/"+urn+"/uploads", nil, tusHeader("Upload-Length", c.length, "Upload-Metadata", c.metadata))
		if got.status != c.status || !strings.Contains(got.body, c.text) || got.header.Get("Location") != "" {
			t.Errorf("%s: %d, %s", c.name, got.status, got.body)
		}
	}
	if n := arriving(t, house); n != 0 {
		t.Errorf("%d uploads were begun", n)
	}
}

func TestAnUploadWhoseContentIsRefusedIsGivenUp(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	page := []byte("<html><script>alert(1)</script></html>")
	path := v.begin(urn, len(page), radiographMeta("tooth.jpg"))
	v.patch(path, 0, page).wants(t, http.StatusUnprocessableEntity, "tooth.jpg was not taken", "not what its name says")
	if got := v.do(http.MethodHead, path, nil, tusHeader()); got.status != http.StatusNotFound {
		t.Errorf("it is answered %d afterwards", got.status)
	}
	if files, n := filesOf(t, house, urn), arriving(t, house); len(files) != 0 || n != 0 {
		t.Errorf("%d files and %d uploads are left", len(files), n)
	}
}

func TestAnUploadBelongsToItsSessionAndItsForm(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	body := large(t)
	path := v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	v.patch(path, 0, body[:5]).wants(t, http.StatusNoContent)
	second := prepare(t, house, "EndodonticForm")
	colleague := &visitor{t, v.base, newBrowser(t)}
	colleague.open(second)
	stranger := &visitor{t, v.base, newBrowser(t)}
	session, err := house.Stranger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stranger.client.Jar.SetCookies(&url.URL{Scheme: "http", Host: strings.TrimPrefix(v.base, "http://")}, []*http.Cookie{{Name: "bridgework", Value: session, Path: "/"}})
	id := path[strings.LastIndex(path, "/"):]
	v.open(prepare(t, house, "EndodonticForm")) // another session in the same browser
	for name, c := range map[string]struct {
		who  *visitor
		path string
	}{
		"another session of the practice": {colleague, path}, "another practice": {stranger, path}, "another form": {colleague, "/referrals/" + second.URN + "/uploads" + id},
		"one that never was": {colleague, "/referrals/" + second.URN + "/uploads/" + strings.Repeat("A", 26)},
		"a path":             {colleague, "/referrals/" + second.URN + "/uploads/..%2f..%2fhub%2f"},
	} {
		for _, method := range []string{http.MethodHead, http.MethodPatch, http.MethodDelete} {
			header := tusHeader("Upload-Offset", "5", "Content-Type", "application/offset+octet-stream")
			if got := c.who.do(method, c.path, bytes.NewReader(body[5:]), header); got.status != http.StatusNotFound {
				t.Errorf("%s %s is answered %d", method, name, got.status)
			}
		}
	}
	if n := arriving(t, house); n != 1 {
		t.Errorf("%d uploads are left, want 1", n)
	}
}

func TestAnUploadIsGivenUpByItsSenderOrAfterADay(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	body := large(t)
	path := v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	v.do(http.MethodDelete, path, nil, tusHeader()).wants(t, http.StatusNoContent)
	v.do(http.MethodPost, path, nil, tusHeader("X-HTTP-Method-Override", "DELETE")).wants(t, http.StatusNotFound)
	path = v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	v.patch(path, 0, body[:5]).wants(t, http.StatusNoContent)
	house.Pass(23 * time.Hour)
	if ended, err := house.Desk.Tidy(t.Context()); ended != 0 || err != nil || arriving(t, house) != 1 {
		t.Fatalf("before its day is over %d are ended, %v", ended, err)
	}
	house.Pass(time.Hour)
	v.open(prepare(t, house, "EndodonticForm"))
	if ended, err := house.Desk.Tidy(t.Context()); ended != 1 || err != nil || arriving(t, house) != 0 {
		t.Fatalf("after its day %d are ended, %v", ended, err)
	}
}

func TestUploadsThatAreBegunAreBoundedAndTheOldestGivesWay(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	var paths []string
	for i := range referral.MaxFiles + 1 {
		paths = append(paths, v.begin(urn, 9, radiographMeta(fmt.Sprintf("%d.jpg", i))))
		house.Pass(time.Second)
	}
	if n := arriving(t, house); n != referral.MaxFiles {
		t.Errorf("%d uploads wait", n)
	}
	if got := v.do(http.MethodHead, paths[0], nil, tusHeader()); got.status != http.StatusNotFound {
		t.Errorf("the oldest is answered %d", got.status)
	}
	v.wantsOffset(paths[1], 0, 9)
}

func TestWhoGoesOnWithAnUploadInterruptsTheConnectionThatHangs(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	body := large(t)
	path := v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	// A connection whose other end is gone without a word: it brings some bytes and then nothing.
	reader, writer := io.Pipe()
	hanging := make(chan struct{})
	go func() {
		defer close(hanging)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, v.base+path, reader)
		if err != nil {
			return
		}
		for name, value := range tusHeader("Upload-Offset", "0", "Content-Type", "application/offset+octet-stream") {
			r.Header.Set(name, value)
		}
		if response, err := v.client.Do(r); err == nil {
			response.Body.Close()
		}
	}()
	if _, err := writer.Write(body[:1000]); err != nil {
		t.Fatal(err)
	}
	for arrived(t, house) != 1000 {
		time.Sleep(5 * time.Millisecond)
	}
	begun := time.Now()
	v.wantsOffset(path, 1000, len(body))
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("the other connection was waited for, %v", took)
	}
	v.patch(path, 1000, body[1000:]).wants(t, http.StatusNoContent)
	writer.Close()
	<-hanging
	if files := filesOf(t, house, urn); len(files) != 1 || files[0].Size != int64(len(body)) {
		t.Errorf("the files are %+v", files)
	}
}

func TestWhatTheServerKnowsOfTheProtocolIsTold(t *testing.T) {
	_, v, urn := opened(t, "EndodonticForm")
	got := v.do(http.MethodOptions, "/referrals/"+urn+"/uploads", nil, nil)
	if got.status != http.StatusNoContent || got.header.Get("Tus-Version") != "1.0.0" || got.header.Get("Tus-Extension") != "creation,expiration,termination" || got.header.Get("Tus-Max-Size") != "20971520" {
		t.Errorf("OPTIONS answers %d, %v", got.status, got.header)
	}
	path := v.begin(urn, 10, radiographMeta("tooth.jpg"))
	foreign := tusHeader("Upload-Offset", "0", "Content-Type", "application/offset+octet-stream", "Sec-Fetch-Site", "cross-site")
	v.do(http.MethodPatch, path, strings.NewReader("12345"), foreign).wants(t, http.StatusForbidden)
	v.wantsOffset(path, 0, 10)
}

func TestAProcessThatEndsBeforeItNotesTheFileAddsItOnce(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	body := large(t)
	path := v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	place := filepath.Join(house.Files, "tmp", "arrivals", "hub", path[strings.LastIndex(path, "/")+1:])
	about, err := os.ReadFile(filepath.Join(place, "about.json"))
	if err != nil {
		t.Fatal(err)
	}
	// It ended when the last byte had come: whoever asks for the upload finds it whole, and a file.
	if err := os.WriteFile(filepath.Join(place, "body"), body, 0o600); err != nil {
		t.Fatal(err)
	}
	v.wantsOffset(path, len(body), len(body))
	first := filesOf(t, house, urn)
	// It ended between the file's row and the note that the upload has become it.
	for name, content := range map[string][]byte{"body": body, "about.json": about} {
		if err := os.WriteFile(filepath.Join(place, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v.wantsOffset(path, len(body), len(body))
	if files := filesOf(t, house, urn); len(first) != 1 || len(files) != 1 || files[0].Num != first[0].Num {
		t.Errorf("the files are %+v, and were %+v", files, first)
	}
}

func TestWhatWasLeftWhileAnUploadWasBegunIsSwept(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	v.begin(urn, 10, radiographMeta("tooth.jpg"))
	left := filepath.Join(house.Files, "tmp", "arrivals", "hub", "LEFT")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, age := range []time.Duration{0, 25 * time.Hour} {
		at := time.Now().Add(-age)
		if err := os.Chtimes(left, at, at); err != nil {
			t.Fatal(err)
		}
		if _, err := house.Desk.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 1, false: 2}[age > 0]; arriving(t, house) != want {
			t.Errorf("at an age of %v there are %d, want %d", age, arriving(t, house), want)
		}
	}
}

func TestWhatWasSaidOfAFileIsKeptWhenItsSenderGoesWithTheLastByte(t *testing.T) {
	house, v, urn := opened(t, "EndodonticForm")
	body := large(t)
	path := v.begin(urn, len(body), radiographMeta("tooth.jpg"))
	host := strings.TrimPrefix(v.base, "http://")
	line, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(line, "PATCH %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: %d\r\n\r\n",
		path, host, v.client.Jar.Cookies(&url.URL{Scheme: "http", Host: host})[0], len(body))
	if _, err := line.Write(body); err != nil {
		t.Fatal(err)
	}
	line.Close()
	for arrived(t, house) != 0 || len(filesOf(t, house, urn)) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	v.wantsOffset(path, len(body), len(body))
	for begun := time.Now(); files(t, house, urn)[0].View != "periapical"; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("the file says %+v", files(t, house, urn))
		}
	}
}
