package apitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/document/sftptest"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// The SFTP endpoints against OpenSSH's own server.

// office is a server with a patient whose practice may reach the loopback interface, and an sshd there.
type office struct {
	*Server
	sftp *sftptest.Server
	// address is what an SftpAddress begins with; a test may put a proxy there.
	address, user, password string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{sftp: sftptest.Start(t), user: sftptest.User, password: sftptest.Password}
	o.Server = given(t, "{"+smith+`, "preference": [{"PrefNum": 3, "PrefName": "DocPath", "ValueString": "\\\\server\\OpenDentImages"}]}`)
	o.address = o.sftp.Address
	o.allow(t, "127.0.0.1")
	return o
}

func (o *office) allow(t *testing.T, setting string) {
	t.Helper()
	if err := od.SetEgress(t.Context(), o.Book, audit.Operator, setting); err != nil {
		t.Fatal(err)
	}
}

// post sends an action with the login and an address on the SFTP server.
func (o *office) post(t *testing.T, action, path string, fields map[string]any) (status int, header http.Header, body string) {
	t.Helper()
	sent := map[string]any{"SftpAddress": o.address + "/" + path, "SftpUsername": o.user, "SftpPassword": o.password}
	for name, value := range fields {
		sent[name] = value
	}
	w := o.Do(http.MethodPost, "/documents/"+action, marshal(t, sent))
	return w.Code, w.Header(), w.Body.String()
}

// upload brings a file in and returns its DocNum.
func (o *office) upload(t *testing.T, name string, content []byte) int {
	t.Helper()
	o.sftp.Write(t, "in/"+name, content)
	status, _, body := o.post(t, "UploadSftp", "in/"+name, map[string]any{"PatNum": 15})
	var made struct{ DocNum int }
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != http.StatusCreated {
		t.Fatalf("UploadSftp of %s answers %d %s\n%s", name, status, body, o.sftp.Log())
	}
	return made.DocNum
}

// refused sends an action and wants a refusal that has a text in it, and nothing changed.
func (o *office) refused(t *testing.T, action, path string, fields map[string]any, wantStatus int, want string) {
	t.Helper()
	before := len(o.Changes(t))
	status, _, body := o.post(t, action, path, fields)
	if status != wantStatus || !strings.Contains(body, want) {
		t.Errorf("%s of %s answers %d %s, want %d with %q", action, path, status, body, wantStatus, want)
	}
	if after := o.Changes(t); len(after) != before {
		t.Errorf("%s was refused, and changed %v", action, after[before:])
	}
}

// picture is a plainly made picture that tells its corners apart.
func picture(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{uint8(255 * x / width), uint8(255 * y / height), 120, 255}
			if x < width/4 && y < height/4 {
				c = color.RGBA{255, 0, 0, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

// file is a file of each allowed kind, by its extension.
func file(t *testing.T, extension string) []byte {
	t.Helper()
	var b bytes.Buffer
	m := picture(64, 48)
	var err error
	switch extension {
	case ".jpg", ".jpeg":
		err = jpeg.Encode(&b, m, nil)
	case ".png":
		err = png.Encode(&b, m)
	case ".gif":
		err = gif.Encode(&b, m, nil)
	case ".bmp":
		err = bmp.Encode(&b, m)
	case ".tif", ".tiff":
		err = tiff.Encode(&b, m, nil)
	case ".dcm":
		return document.MakeDicom(document.DicomSample{Name: "Smith^John", Birth: "19790623", Study: "20210511", Modality: "IO", Picture: m})
	case ".pdf":
		b.WriteString("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	case ".rtf":
		b.WriteString(`{\rtf1\ansi A letter.}`)
	case ".txt":
		b.WriteString("A note.\n")
	case ".csv":
		b.WriteString("a,b,c\n1,2,3\n4,5,6\n")
	case ".doc", ".xls":
		b.Write([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1})
		b.Write(make([]byte, 1500))
	case ".docx":
		return zipped(t, "[Content_Types].xml", "word/document.xml")
	case ".xlsx":
		return zipped(t, "[Content_Types].xml", "xl/workbook.xml")
	default:
		t.Fatalf("there is no sample of %s", extension)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAFileOfEachKindComesBackAsItWas(t *testing.T) {
	o := newOffice(t)
	for _, kind := range document.Kinds {
		for _, extension := range kind.Extensions {
			content := file(t, extension)
			num := o.upload(t, "Sample"+extension, content)
			got := o.Do(http.MethodGet, fmt.Sprintf("/documents/%d/content", num), "")
			if got.Code != http.StatusOK || !bytes.Equal(got.Body.Bytes(), content) || got.Header().Get("Content-Type") != kind.MediaType {
				t.Errorf("%s: content answers %d with %d bytes as %s", extension, got.Code, got.Body.Len(), got.Header().Get("Content-Type"))
			}
			status, header, body := o.post(t, "DownloadSftp", "out/", map[string]any{"DocNum": num})
			if status != http.StatusCreated || body != "" || header.Get("Location") != o.address+"/out/Sample"+extension {
				t.Errorf("%s: DownloadSftp answers %d %q at %s", extension, status, body, header.Get("Location"))
				continue
			}
			if !bytes.Equal(o.sftp.Read(t, "out/Sample"+extension), content) {
				t.Errorf("%s comes back as another file", extension)
			}
		}
	}
	for _, name := range o.sftp.Names(t, "out") {
		if strings.HasPrefix(name, ".") {
			t.Errorf("%s was left behind", name)
		}
	}
}

func TestAFileThatIsThereIsOverwritten(t *testing.T) {
	o := newOffice(t)
	num := o.upload(t, "a.txt", []byte("new"))
	o.sftp.Write(t, "deep/er/b.txt", []byte("an old one that is longer"))
	for range 2 {
		if status, _, body := o.post(t, "DownloadSftp", "deep/er/b.txt", map[string]any{"DocNum": num}); status != http.StatusCreated {
			t.Fatalf("it answers %d %s", status, body)
		}
	}
	if got := o.sftp.Read(t, "deep/er/b.txt"); string(got) != "new" {
		t.Errorf("the file is %q", got)
	}
}

func TestAPrivateKeyTakesThePlaceOfAPassword(t *testing.T) {
	o := newOffice(t)
	o.password = o.sftp.Key
	o.upload(t, "a.txt", []byte("text"))
	o.password = "-----BEGIN OPENSSH PRIVATE KEY-----\nnone\n-----END OPENSSH PRIVATE KEY-----\n"
	o.refused(t, "UploadSftp", "in/a.txt", map[string]any{"PatNum": 15}, 400, "SftpPassword is no private key that can be read")
}

func TestAWrongPasswordIsNamed(t *testing.T) {
	o := newOffice(t)
	num := o.upload(t, "a.txt", []byte("text"))
	o.password = "secret-that-is-wrong"
	for action, fields := range map[string]map[string]any{
		"UploadSftp": {"PatNum": 15}, "DownloadSftp": {"DocNum": num},
	} {
		o.refused(t, action, "in/a.txt", fields, 400, "the server does not let the user in with this SftpPassword")
	}
	for _, entry := range o.Trail(t) {
		if strings.Contains(fmt.Sprint(entry), o.password) {
			t.Errorf("the password is in the trail: %v", entry)
		}
	}
}

func TestAHostIsKnownByItsKeyFromTheFirstLoginOn(t *testing.T) {
	o := newOffice(t)
	o.password = "wrong"
	o.refused(t, "UploadSftp", "in/a.txt", map[string]any{"PatNum": 15}, 400, "SftpPassword")
	o.password = sftptest.Password
	if known, err := o.Shelf().HostKeys(t.Context()); err != nil || len(known) != 0 {
		t.Errorf("a server that let nobody in is known as %v: %v", known, err)
	}
	o.upload(t, "a.txt", []byte("text"))
	known, err := o.Shelf().HostKeys(t.Context())
	if err != nil || len(known) != 1 || known[0].Host != o.address {
		t.Fatalf("the known servers are %v: %v", known, err)
	}
	old := known[0].Fingerprint()
	o.sftp.NewHostKey(t)
	o.refused(t, "UploadSftp", "in/a.txt", map[string]any{"PatNum": 15}, 400, "the key of "+o.address+" has changed: it was "+old)
	if err := o.Shelf().ForgetHostKey(t.Context(), o.address); err != nil {
		t.Fatal(err)
	}
	o.upload(t, "b.txt", []byte("text"))
}

func TestWhatTheServerRefusesIsExplained(t *testing.T) {
	o := newOffice(t)
	num := o.upload(t, "a.txt", []byte("text"))
	o.sftp.ReadOnly(t, "closed")
	o.refused(t, "DownloadSftp", "closed/a.txt", map[string]any{"DocNum": num}, 400, "the user has no permission to write a file there")
	o.refused(t, "DownloadSftp", "closed/deeper/a.txt", map[string]any{"DocNum": num}, 400, "the user has no permission to make the folder")
	o.refused(t, "UploadSftp", "in/none.txt", map[string]any{"PatNum": 15}, 400, "there is no such file or folder on the server")
	o.sftp.Write(t, "in/folder.txt/x", nil)
	o.refused(t, "UploadSftp", "in/folder.txt", map[string]any{"PatNum": 15}, 400, "must be the full path of a file, and not of a folder")
	o.refused(t, "DownloadSftp", "a.txt", map[string]any{"DocNum": 999999}, 404, `"Document not found"`)
	o.refused(t, "DownloadSftp", "a.png", map[string]any{"MountNum": 999999}, 404, `"Mount not found"`)
	o.refused(t, "DownloadMount", "a/", map[string]any{"MountNum": 999999}, 404, `"Mount not found."`)
	o.refused(t, "Thumbnails", "a/", map[string]any{"PatNum": 999999}, 404, `"Patient not found"`)
}

func TestAFullDiskIsToldAndLeavesNothing(t *testing.T) {
	o := newOffice(t)
	if o.sftp.Full == "" {
		t.Skip("this machine gives no name spaces, and so no small disk")
	}
	o.sftp.Write(t, "in/large.txt", bytes.Repeat([]byte("large "), 1<<19))
	status, _, body := o.post(t, "UploadSftp", "in/large.txt", map[string]any{"PatNum": 15})
	if status != http.StatusCreated {
		t.Fatalf("it answers %d %s", status, body)
	}
	o.refused(t, "DownloadSftp", "full/large.txt", map[string]any{"DocNum": 1}, 400, "its disk may be full")
	// What was begun there is gone: a file that fits still does.
	small := o.upload(t, "small.txt", bytes.Repeat([]byte("small "), 1<<17))
	if status, _, body := o.post(t, "DownloadSftp", "full/small.txt", map[string]any{"DocNum": small}); status != http.StatusCreated {
		t.Errorf("a file that fits answers %d %s", status, body)
	}
}

func TestAConnectionThatIsCutInTheMiddleIsTakenUpAgain(t *testing.T) {
	o := newOffice(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	num := o.upload(t, "a.txt", content)
	proxy := sftptest.NewProxy(t, o.sftp.Address)
	o.address = proxy.Address
	for _, transfer := range []func() (int, http.Header, string){
		func() (int, http.Header, string) {
			return o.post(t, "DownloadSftp", "out/b.txt", map[string]any{"DocNum": num})
		},
		func() (int, http.Header, string) {
			return o.post(t, "UploadSftp", "in/a.txt", map[string]any{"PatNum": 15})
		},
	} {
		proxy.CutAfter.Store(100_000) // within the file
		proxy.Cuts.Store(1)
		before := proxy.Connections.Load()
		if status, _, body := transfer(); status != http.StatusCreated {
			t.Errorf("it answers %d %s", status, body)
		}
		if got := proxy.Connections.Load() - before; got != 2 {
			t.Errorf("%d connections were made, want 2", got)
		}
	}
	if !bytes.Equal(o.sftp.Read(t, "out/b.txt"), content) {
		t.Error("the file is another one")
	}
	if names := o.sftp.Names(t, "out"); len(names) != 1 {
		t.Errorf("there are %v", names)
	}
	proxy.Cuts.Store(1000)
	before := len(o.Changes(t))
	status, _, body := o.post(t, "DownloadSftp", "out/c.txt", map[string]any{"DocNum": num})
	if status != http.StatusBadRequest || !strings.Contains(body, "cut") && !strings.Contains(body, "broke") {
		t.Errorf("a line that is always cut answers %d %s", status, body)
	}
	if len(o.Changes(t)) != before {
		t.Error("a transfer that failed has changed rows")
	}
	for _, name := range o.sftp.Names(t, "out") {
		if name == "c.txt" {
			t.Error("half a file stands there under its name")
		}
	}
}

func TestAServerThatFallsSilentIsNotWaitedForForEver(t *testing.T) {
	o := newOffice(t)
	proxy := sftptest.NewProxy(t, o.sftp.Address)
	o.address = proxy.Address
	bodies, err := document.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o.ServeFiles(t, document.NewRoom(bodies, document.Options{Idle: 300 * time.Millisecond}))
	proxy.Delay.Store(int64(20 * time.Millisecond)) // slow, and not silent
	o.upload(t, "a.txt", []byte("text"))
	proxy.Silent.Store(true)
	began := time.Now()
	o.refused(t, "UploadSftp", "in/a.txt", map[string]any{"PatNum": 15}, 400, "broke the connection off before the login")
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAnAddressThatLeadsElsewhereIsRefused(t *testing.T) {
	o := newOffice(t)
	o.upload(t, "a.txt", []byte("text"))
	for path, want := range map[string]string{
		"../../etc/a.txt":            "SftpAddress must not lead upwards",
		"in/../../../etc/passwd.txt": "SftpAddress must not lead upwards",
		`in\a.txt`:                   "SftpAddress must have forward slashes",
		"in/a\u202etxt.exe":          "SftpAddress contains characters that no file name may have",
		"in/a\u0000.txt":             "SftpAddress contains a NUL character",
		"in/a.exe":                   "SftpAddress must end with an extension that is allowed",
		"in/" + strings.Repeat("a", 300) + ".txt": "SftpAddress has a part that is longer than 255 bytes",
	} {
		o.refused(t, "UploadSftp", path, map[string]any{"PatNum": 15}, 400, want)
		o.refused(t, "DownloadSftp", path, map[string]any{"DocNum": 1}, 400, want)
	}
	o.refused(t, "UploadSftp", "in/", map[string]any{"PatNum": 15}, 400, "SftpAddress must be the full path of a file")
	o.refused(t, "Thumbnails", "in/a.png", map[string]any{"PatNum": 15}, 400, "SftpAddress must be a folder")
	for setting, want := range map[string]string{
		"*":                            "this practice's settings do not allow to connect to 127.0.0.1",
		"sftp.example.com, 10.0.0.0/8": "this practice's settings do not allow to connect to 127.0.0.1",
	} {
		o.allow(t, setting)
		o.refused(t, "UploadSftp", "in/a.txt", map[string]any{"PatNum": 15}, 400, want)
	}
	o.allow(t, "*, 127.0.0.0/8")
	o.upload(t, "b.txt", []byte("text"))
	o.address = "localhost" + strings.TrimPrefix(o.address, "127.0.0.1")
	o.upload(t, "c.txt", []byte("text"))
	o.allow(t, "localhost")
	o.refused(t, "UploadSftp", "in/a.txt", map[string]any{"PatNum": 15}, 400, "settings do not allow to connect to localhost")
}

func TestALargeFileComesAndGoes(t *testing.T) {
	o := newOffice(t)
	content := bytes.Repeat([]byte("large file of text, "), 10<<20) // 200 MB
	num := o.upload(t, "large.txt", content)
	if status, _, body := o.post(t, "DownloadSftp", "out/", map[string]any{"DocNum": num}); status != http.StatusCreated {
		t.Fatalf("it answers %d %s", status, body)
	}
	if !bytes.Equal(o.sftp.Read(t, "out/large.txt"), content) {
		t.Error("it comes back as another file")
	}
}

// What is made while it is sent, as the answer of a long query is, comes through Put.
func TestAFileIsSentAsItIsMade(t *testing.T) {
	o := newOffice(t)
	bodies, err := document.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o.ServeFiles(t, document.NewRoom(bodies, document.Options{Idle: 300 * time.Millisecond}))
	egress, err := od.EgressOf(t.Context(), o.Book)
	if err != nil {
		t.Fatal(err)
	}
	put := func(path string, write func(io.Writer) error) error {
		address, err := document.ParseAddress("SftpAddress", o.address+"/"+path)
		if err != nil {
			t.Fatal(err)
		}
		return o.Shelf().Put(t.Context(), egress, address, document.Login{User: o.user, Password: o.password}, write)
	}
	var want bytes.Buffer
	err = put("made/rows.csv", func(w io.Writer) error {
		for row := range 200_000 {
			line := fmt.Sprintf("%d,Smith,John\n", row)
			want.WriteString(line)
			if _, err := io.WriteString(w, line); err != nil {
				return err
			}
			if row == 100_000 {
				time.Sleep(time.Second) // the query thinks for longer than a silent server is waited for
			}
		}
		return nil
	})
	if err != nil || !bytes.Equal(o.sftp.Read(t, "made/rows.csv"), want.Bytes()) {
		t.Errorf("%d bytes were made: %v", want.Len(), err)
	}
	broken := errors.New("the query broke off")
	err = put("made/broken.csv", func(w io.Writer) error {
		_, err := io.WriteString(w, "a,b\n")
		return errors.Join(err, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("a file that breaks off comes to %v", err)
	}
	if names := o.sftp.Names(t, "made"); len(names) != 1 {
		t.Errorf("there are %v", names)
	}
}
