package apitest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/document/sftptest"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
)

// uploadBase64 sends a file along, and returns its object.
func uploadBase64(t *testing.T, s *Server, extension string, content []byte) map[string]any {
	t.Helper()
	w := s.Do(http.MethodPost, "/documents/Upload", marshal(t, map[string]any{
		"PatNum": 15, "rawBase64": base64.StdEncoding.EncodeToString(content), "extension": extension,
	}))
	if w.Code != http.StatusCreated || w.Header().Get("Location") != "" {
		t.Fatalf("Upload of a %s answers %d %s", extension, w.Code, w.Body)
	}
	return decodeObject(t, w.Body.Bytes())
}

func newClinic(t *testing.T) *Server {
	t.Helper()
	return given(t, "{"+smith+"}")
}

func TestAnUploadedFileIsServedInRangesAndSafely(t *testing.T) {
	s := newClinic(t)
	polyglot := append(file(t, ".jpg"), "<html><script>alert(1)</script></html>"...)
	made := uploadBase64(t, s, ".jpg", polyglot)
	if made["FileName"] != fmt.Sprintf("SmithJohn%v.jpg", made["DocNum"]) {
		t.Errorf("its name is %v", made["FileName"])
	}
	path := fmt.Sprintf("/documents/%v/content", made["DocNum"])
	w := s.Do(http.MethodGet, path, "")
	for name, want := range map[string]string{
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment; filename=" + made["FileName"].(string),
		"Accept-Ranges": "bytes", "Content-Length": fmt.Sprint(len(polyglot)),
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), polyglot) {
		t.Errorf("it answers %d with %d bytes", w.Code, w.Body.Len())
	}
	tag := w.Header().Get("ETag")
	for _, step := range []struct {
		header, value string
		status        int
		want          []byte
	}{
		{"Range", "bytes=0-9", http.StatusPartialContent, polyglot[:10]},
		{"Range", "bytes=-7", http.StatusPartialContent, polyglot[len(polyglot)-7:]},
		{"Range", "bytes=999999999-", http.StatusRequestedRangeNotSatisfiable, nil},
		{"If-None-Match", tag, http.StatusNotModified, []byte{}},
		{"If-None-Match", `"other"`, http.StatusOK, polyglot},
	} {
		r := newRequest(Authorization, http.MethodGet, path, "")
		r.Header.Set(step.header, step.value)
		got := s.serve(r)
		if got.Code != step.status || step.want != nil && !bytes.Equal(got.Body.Bytes(), step.want) {
			t.Errorf("with %s: %s it answers %d with %d bytes", step.header, step.value, got.Code, got.Body.Len())
		}
	}
	head := s.Do(http.MethodHead, path, "")
	if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") != fmt.Sprint(len(polyglot)) {
		t.Errorf("HEAD answers %d with %d bytes, and a length of %s", head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
	}
}

func TestAnUploadThatIsWrongIsRefusedAndStoresNothing(t *testing.T) {
	s := given(t, `{"patient": [{"PatNum": 15, "LName": "Smith", "FName": "John", "Guarantor": 15},
		{"PatNum": 16, "LName": "Gone", "FName": "Pat", "Guarantor": 16, "PatStatus": "Deleted"}]}`)
	picture := base64.StdEncoding.EncodeToString(file(t, ".png"))
	for name, step := range map[string]struct {
		sent   map[string]any
		status int
		want   string
	}{
		"bad base64":             {map[string]any{"rawBase64": "errGEreRi3fWWtB+gWWEgg..."}, 400, "rawBase64 is not valid base64"},
		"base64 cut off":         {map[string]any{"rawBase64": picture[:41]}, 400, "rawBase64 is not valid base64"},
		"an empty body":          {map[string]any{"rawBase64": ""}, 400, "rawBase64 is required"},
		"an empty file":          {map[string]any{"rawBase64": "===="}, 400, "rawBase64 is not valid base64"},
		"an unknown extension":   {map[string]any{"extension": ".exe"}, 400, "extension must end with an extension that is allowed"},
		"no extension":           {map[string]any{"extension": nil}, 400, "extension is required"},
		"another content":        {map[string]any{"extension": ".jpg"}, 400, "extension says that the file is .jpg, and its content is .png"},
		"a deleted patient":      {map[string]any{"PatNum": 16}, 404, "Patient not found"},
		"no patient":             {map[string]any{"PatNum": 999}, 404, "Patient not found"},
		"another list's entry":   {map[string]any{"DocCategory": 40}, 404, "DocCategory not found"},
		"an unknown category":    {map[string]any{"docCategory": "Nothing"}, 404, "docCategory not found"},
		"teeth that are none":    {map[string]any{"ToothNumbers": "5-99"}, 400, "ToothNumbers must be teeth, such as 1,2,5-8"},
		"a day long ago":         {map[string]any{"DateCreated": "1779-01-01 00:00:00"}, 400, "DateCreated cannot be before 1880-01-01"},
		"several faults at once": {map[string]any{"extension": ".exe", "ToothNumbers": "x", "ImgType": "Film"}, 400, "ImgType must be one of Document, Radiograph, Photo, File, Attachment; ToothNumbers must be teeth, such as 1,2,5-8; extension must end"},
	} {
		t.Run(name, func(t *testing.T) {
			body := map[string]any{"PatNum": 15, "rawBase64": picture, "extension": ".png"}
			for field, value := range step.sent {
				body[field] = value
			}
			w := s.Do(http.MethodPost, "/documents/Upload", marshal(t, body))
			if w.Code != step.status || !strings.HasPrefix(w.Body.String(), `"`+step.want) {
				t.Errorf("it answers %d %s, want %d %q", w.Code, w.Body, step.status, step.want)
			}
		})
	}
	if changes := s.Changes(t); len(changes) > 0 {
		t.Errorf("changes are %v", changes)
	}
	report, err := s.Shelf().Check(t.Context())
	if err != nil || report.Files+report.Unneeded > 0 {
		t.Errorf("files were stored: %+v, %v", report, err)
	}
}

func TestTheFieldsOfADocumentAreKept(t *testing.T) {
	s := newClinic(t)
	w := s.Do(http.MethodPost, "/documents/Upload", marshal(t, map[string]any{
		"PatNum": "15", "rawBase64": "QSBub3RlLg", "extension": "TXT", "docCategory": "panos", "Description": "A note", "ImgType": "File",
		"DateCreated": "2020-02-03 04:05:06", "ToothNumbers": "1, 2,5-8,a-c", "ProvNum": 2, "PrintHeading": "true",
	}))
	want := `{"DocNum":1,"Description":"A note","DateCreated":"2020-02-03 04:05:06","DocCategory":181,"docCategory":"Panos","PatNum":15,` +
		`"FileName":"SmithJohn1.txt","ImgType":"File","ToothNumbers":"1,2,5,6,7,8,A,B,C","DateTStamp":"2026-01-02 03:04:05","ProvNum":2,"PrintHeading":"true"}`
	if w.Code != http.StatusCreated || w.Body.String() != want {
		t.Errorf("it answers %d %s, want %s", w.Code, w.Body, want)
	}
	if got := s.Do(http.MethodGet, "/documents/1", ""); got.Body.String() != want {
		t.Errorf("GET answers %s", got.Body)
	}
}

// webServer is the place of a file that SetByUrl names.
func webServer(t *testing.T, s *Server, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	if err := od.SetEgress(t.Context(), s.Book, audit.Operator, "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	return server.URL
}

func TestAFileThatIsElsewhereIsFetchedWhenSomebodyFirstAsksForIt(t *testing.T) {
	s := newClinic(t)
	asked := 0
	content := file(t, ".png")
	url := webServer(t, s, func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Write(content)
	})
	must(t, s, http.MethodPost, "/documents/SetByUrl", marshal(t, map[string]any{"PatNum": 15, "url": url + "/image.php?id=1"}))
	if got := s.Do(http.MethodGet, "/documents?PatNum=15", "").Body.String(); asked != 0 || !strings.Contains(got, `"filePath":""`) ||
		!strings.Contains(got, `"Note":"_download_:`+url+`/image.php?id=1"`) {
		t.Errorf("before, it was asked for %d times, and the list is %s", asked, got)
	}
	for range 2 {
		w := s.Do(http.MethodGet, "/documents/1/content", "")
		if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), content) || w.Header().Get("Content-Type") != "image/png" {
			t.Fatalf("it answers %d %.100s", w.Code, w.Body)
		}
	}
	if got := s.Do(http.MethodGet, "/documents?PatNum=15", "").Body.String(); asked != 1 || !strings.Contains(got, `"filePath":"S\\SmithJohn15\\SmithJohn1.png"`) ||
		!strings.Contains(got, `"Note":""`) {
		t.Errorf("after, it was asked for %d times, and the list is %s", asked, got)
	}
}

func TestAFileThatIsElsewhereAndCannotBeHadIsExplained(t *testing.T) {
	s := newClinic(t)
	url := webServer(t, s, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone.png":
			w.WriteHeader(http.StatusNotFound)
		case "/other.png":
			w.Write([]byte("<html></html>"))
		case "/cut.png":
			w.Header().Set("Content-Length", "1000")
			w.Write([]byte("begun"))
		case "/empty.png":
		case "/away.png":
			http.Redirect(w, r, "http://127.0.0.2:1/a.png", http.StatusFound)
		}
	})
	for i, step := range []struct{ path, want string }{
		{url + "/gone.png", "The document's file cannot be fetched: its server answers 404"},
		{url + "/other.png", "url says that the file is .png, and its content is a web page"},
		{url + "/cut.png", "The document's file cannot be fetched: its server cannot be reached, or broke off"},
		{url + "/empty.png", "The file is empty"},
		{url + "/away.png", "The document's file cannot be fetched: this practice's settings do not allow its host"},
		{"http://169.254.169.254/latest/meta-data", "The document's file cannot be fetched: this practice's settings do not allow its host"},
		{"http://127.0.0.1:1/a.png", "The document's file cannot be fetched: its server cannot be reached, or broke off"},
	} {
		must(t, s, http.MethodPost, "/documents/SetByUrl", marshal(t, map[string]any{"PatNum": 15, "url": step.path}))
		w := s.Do(http.MethodGet, fmt.Sprintf("/documents/%d/content", i+1), "")
		if w.Code != http.StatusBadRequest || !strings.HasPrefix(w.Body.String(), `"`+step.want) {
			t.Errorf("%s answers %d %s, want %q", step.path, w.Code, w.Body, step.want)
		}
	}
	for url, want := range map[string]string{
		"ftp://example.com/a.png": "url must begin with http:// or https:// and name a host", "http:///a.png": "url must begin with",
		"https://user:secret@example.com/a.png": "url must not contain a user name or a password", "javascript:alert(1)": "url must begin with",
	} {
		w := s.Do(http.MethodPost, "/documents/SetByUrl", marshal(t, map[string]any{"PatNum": 15, "url": url}))
		if w.Code != http.StatusBadRequest || !strings.HasPrefix(w.Body.String(), `"`+want) {
			t.Errorf("%s answers %d %s", url, w.Code, w.Body)
		}
	}
}

func TestANoteThatHoldsTheFileBecomesOne(t *testing.T) {
	content := file(t, ".gif")
	for i, note := range []string{"_rawBase64_.gif_", "_rawBase64_:.gif_"} {
		s := given(t, fmt.Sprintf(`{%s, "document": [{"DocNum": 7, "PatNum": 15, "Note": %q}]}`, smith, note+base64.StdEncoding.EncodeToString(content)))
		w := s.Do(http.MethodGet, "/documents/7/content", "")
		if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), content) {
			t.Errorf("%d: it answers %d with %d bytes", i, w.Code, w.Body.Len())
		}
		if got := s.Do(http.MethodGet, "/documents/7", "").Body.String(); !strings.Contains(got, `"FileName":"SmithJohn7.gif"`) {
			t.Errorf("%d: it is %s", i, got)
		}
	}
}

func TestADocumentOfAnotherPracticeIsNotThere(t *testing.T) {
	s := newClinic(t)
	made := uploadBase64(t, s, ".txt", []byte("of the first practice"))
	other, err := s.Practices.Create(t.Context(), audit.Operator, "Other practice")
	if err != nil {
		t.Fatal(err)
	}
	_, secrets, err := s.Practices.CreateKey(t.Context(), audit.Operator, other, "Other", Groups(), practice.Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	key := "ODFHIR " + secrets.DeveloperKey + "/" + secrets.CustomerKey
	for _, path := range []string{"", "/content", "/Preview", "/Dicom"} {
		w := s.DoAs(key, http.MethodGet, fmt.Sprintf("/documents/%v%s", made["DocNum"], path), "")
		if w.Code != http.StatusNotFound || w.Body.String() != `"Document not found"` {
			t.Errorf("%s answers %d %s", path, w.Code, w.Body)
		}
	}
	w := s.DoAs(key, http.MethodPost, "/documents/DownloadSftp", `{"DocNum": 1, "SftpAddress": "127.0.0.1/a.txt", "SftpUsername": "u", "SftpPassword": "p"}`)
	if w.Code != http.StatusNotFound || w.Body.String() != `"Document not found"` {
		t.Errorf("DownloadSftp answers %d %s", w.Code, w.Body)
	}
}

func TestADicomFileTellsItsHeaderAndShowsItself(t *testing.T) {
	s := newClinic(t)
	made := uploadBase64(t, s, ".dcm", file(t, ".dcm"))
	path := fmt.Sprintf("/documents/%v", made["DocNum"])
	want := `{"PatientName":"Smith^John","PatientBirthDate":"1979-06-23","StudyDate":"2021-05-11","Modality":"IO","Rows":48,"Columns":64,"WindowCenter":0,"WindowWidth":0}`
	if got := s.Do(http.MethodGet, path+"/Dicom", "").Body.String(); got != want {
		t.Errorf("the header is %s", got)
	}
	w := s.Do(http.MethodGet, path+"/Preview?size=32", "")
	shown, err := png.Decode(w.Body)
	if err != nil || w.Header().Get("Content-Type") != "image/png" || shown.Bounds() != image.Rect(0, 0, 32, 24) {
		t.Errorf("the preview is %v, %v", w.Header(), err)
	}
	note := uploadBase64(t, s, ".txt", []byte("text"))
	for path, want := range map[string]string{"Preview": "Document has no preview", "Dicom": "Document is no DICOM file"} {
		if w := s.Do(http.MethodGet, fmt.Sprintf("/documents/%v/%s", note["DocNum"], path), ""); w.Code != http.StatusNotFound || w.Body.String() != `"`+want+`"` {
			t.Errorf("%s of a text answers %d %s", path, w.Code, w.Body)
		}
	}
}

// series gives an office a mount of six places with four images, mirrored and turned, and one that lies beside it.
func (o *office) series(t *testing.T) {
	t.Helper()
	o.Import(t, od.Mounts, `{"MountNum": 20, "PatNum": 15, "DateCreated": "2021-05-11 13:26:39", "Description": "FMX", "Width": 640, "Height": 440, "ColorBack": -14671840}`)
	for i := range 6 {
		o.Import(t, od.MountItems, fmt.Sprintf(`{"MountItemNum": %d, "MountNum": 20, "Xpos": %d, "Ypos": %d, "ItemOrder": %d, "Width": 200, "Height": 200}`,
			i+1, 10+210*(i%3), 10+210*(i/3), i+1))
	}
	o.Import(t, od.MountItems, `{"MountItemNum": 7, "MountNum": 20, "ItemOrder": -1, "Width": 200, "Height": 200}`)
	for i, extension := range []string{".png", ".jpg", ".dcm", ".tif", ".gif"} {
		num := o.upload(t, fmt.Sprintf("image%d%s", i, extension), file(t, extension))
		item := []int{1, 2, 3, 5, 7}[i]
		must(t, o.Server, http.MethodGet, fmt.Sprintf("/documents/%d", num), "")
		o.exec(t, fmt.Sprintf("UPDATE `document` SET `MountItemNum` = %d, `IsFlipped` = %d, `DegreesRotated` = %d WHERE `DocNum` = %d", item, i%2, []int{0, 0, 90, 180, 0}[i], num))
	}
}

func TestAMountIsSentAsOnePictureOrAsItsImages(t *testing.T) {
	o := newOffice(t)
	o.series(t)
	for _, name := range []string{"FMX.png", "FMX.jpg", "FMX.gif", "FMX.bmp", "FMX.tif"} {
		status, header, body := o.post(t, "DownloadSftp", "mounts/"+name, map[string]any{"MountNum": 20})
		if status != http.StatusCreated || body != "" || header.Get("Location") != o.address+"/mounts/"+name {
			t.Errorf("%s answers %d %s at %s", name, status, body, header.Get("Location"))
		}
	}
	if status, header, _ := o.post(t, "DownloadSftp", "mounts/", map[string]any{"MountNum": 20}); status != 201 || header.Get("Location") != o.address+"/mounts/SmithJohnMount20.jpg" {
		t.Errorf("without a name it is saved at %s", header.Get("Location"))
	}
	o.refused(t, "DownloadSftp", "mounts/FMX.pdf", map[string]any{"MountNum": 20}, 400, "SftpAddress ends with .pdf, and a mount is sent as a picture")
	o.refused(t, "DownloadSftp", "a.png", map[string]any{}, 400, "DocNum or MountNum is required")
	o.refused(t, "DownloadSftp", "a.png", map[string]any{"DocNum": 1, "MountNum": 20}, 400, "MountNum and DocNum cannot be sent together")
	o.refused(t, "DownloadSftp", "a.gif", map[string]any{"DocNum": 1}, 400, "SftpAddress ends with .gif, and the document is a .png file")
	content := o.sftp.Read(t, "mounts/FMX.png")
	leave(t, "api-mount.png", content)
	mount, err := png.Decode(bytes.NewReader(content))
	if err != nil || mount.Bounds() != image.Rect(0, 0, 640, 440) {
		t.Fatalf("the mount is %v: %v", mount, err)
	}
	background := color.RGBA{32, 32, 32, 255}
	for at, isRed := range map[image.Point]bool{{20, 45}: true, {405, 45}: true, {110, 300}: false, {530, 300}: false, {402, 380}: false} {
		r, g, b, _ := mount.At(at.X, at.Y).RGBA()
		if (r>>8 > 200 && g>>8 < 60 && b>>8 < 60) != isRed {
			t.Errorf("at %v the mount is %v", at, mount.At(at.X, at.Y))
		}
	}
	if mount.At(110, 300) != background {
		t.Errorf("an empty place is %v", mount.At(110, 300))
	}
	status, _, body := o.post(t, "DownloadMount", "images/", map[string]any{"MountNum": 20})
	if want := `[{"DocNum":1,"FileName":"image0.png"},{"DocNum":2,"FileName":"image1.jpg"},{"DocNum":3,"FileName":"image2.dcm"},{"DocNum":4,"FileName":"image3.tif"},{"DocNum":5,"FileName":"image4.gif"}]`; status != 201 || body != want {
		t.Errorf("DownloadMount answers %d %s", status, body)
	}
	if !bytes.Equal(o.sftp.Read(t, "images/image3.tif"), file(t, ".tif")) {
		t.Error("an image comes back as another one")
	}
	// None of them is a document of the list, nor a thumbnail.
	if got := o.Do(http.MethodGet, "/documents?PatNum=15", "").Body.String(); !strings.HasPrefix(got, `[{"DocNum":0,"MountNum":20,"filePath":"","Description":" 5/11/2021: FMX","PatNum":"15",`) || strings.Contains(got, "image0") {
		t.Errorf("the list is %s", got)
	}
	status, _, body = o.post(t, "Thumbnails", "small/", map[string]any{"PatNum": 15})
	if status != http.StatusOK || body != `"No documents could be made into thumbnails."` {
		t.Errorf("Thumbnails answers %d %s", status, body)
	}
}

func TestAMountWithoutImagesSaysSo(t *testing.T) {
	o := newOffice(t)
	o.Import(t, od.Mounts, `{"MountNum": 15, "PatNum": 15, "Width": 100, "Height": 100}`, `{"MountNum": 16, "PatNum": 15}`)
	status, _, body := o.post(t, "DownloadMount", "images/", map[string]any{"MountNum": 15})
	if status != http.StatusOK || body != `"No mount images could be downloaded."` {
		t.Errorf("it answers %d %s", status, body)
	}
	if status, _, body := o.post(t, "DownloadSftp", "empty.png", map[string]any{"MountNum": 15}); status != http.StatusCreated {
		t.Errorf("the empty picture answers %d %s", status, body)
	}
	o.refused(t, "DownloadSftp", "none.png", map[string]any{"MountNum": 16}, 400, "The picture has no pixels")
	if o.sftp.Names(t, "images") != nil {
		t.Error("a folder was made for nothing")
	}
}

func TestThumbnailsAreMadeOnceAndSentUnderTheImagesNames(t *testing.T) {
	o := newOffice(t)
	status, _, body := o.post(t, "Thumbnails", "small/", map[string]any{"PatNum": 15})
	if status != http.StatusNotFound || body != `"No documents exist for this patient"` {
		t.Errorf("without documents it answers %d %s", status, body)
	}
	o.upload(t, "letter.txt", []byte("text"))
	status, _, body = o.post(t, "Thumbnails", "small/", map[string]any{"PatNum": 15})
	if status != http.StatusOK || body != `"No documents could be made into thumbnails."` {
		t.Errorf("without images it answers %d %s", status, body)
	}
	for _, extension := range []string{".jpg", ".png", ".gif", ".bmp", ".tif", ".dcm", ".pdf"} {
		o.upload(t, "image"+extension, file(t, extension))
	}
	want := `[{"DocNum":2,"FileName":"image.jpg"},{"DocNum":3,"FileName":"image.png"},{"DocNum":4,"FileName":"image.gif"},{"DocNum":5,"FileName":"image.bmp"},{"DocNum":6,"FileName":"image.tif"}]`
	for range 2 {
		status, _, body = o.post(t, "Thumbnails", "small/", map[string]any{"PatNum": 15})
		if status != http.StatusCreated || body != want {
			t.Errorf("it answers %d %s", status, body)
		}
	}
	sheet := image.NewRGBA(image.Rect(0, 0, 5*110, 100))
	for i, extension := range []string{".jpg", ".png", ".gif", ".bmp", ".tif"} {
		content := o.sftp.Read(t, "small/image"+extension)
		small, err := document.Decode(bytes.NewReader(content), document.KindOf(extension))
		if err != nil || small.Bounds().Dx() != 100 || small.Bounds().Dy() != 100 {
			t.Errorf("%s: %v", extension, err)
			continue
		}
		for y := range 100 {
			for x := range 100 {
				sheet.Set(110*i+x, y, small.At(small.Bounds().Min.X+x, small.Bounds().Min.Y+y))
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, sheet); err != nil {
		t.Fatal(err)
	}
	leave(t, "api-thumbnails.png", b.Bytes())
	report, err := o.Shelf().Check(t.Context())
	if err != nil || report.Files != 8+5 || len(report.Problems) > 0 {
		t.Errorf("there are %+v: %v", report, err)
	}
}

// leave writes a picture to look at where DOCUMENT_TEST_ATLAS says.
func leave(t *testing.T, name string, content []byte) {
	t.Helper()
	if dir := os.Getenv("DOCUMENT_TEST_ATLAS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestATransferThatTakesLongerThanARequestGoesOn(t *testing.T) {
	o := newOffice(t)
	o.sftp.Write(t, "in/a.txt", []byte("text"))
	bodies, err := document.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o.ServeFiles(t, document.NewRoom(bodies, document.Options{Patience: 50 * time.Millisecond}))
	proxy := sftptest.NewProxy(t, o.sftp.Address)
	proxy.Delay.Store(int64(30 * time.Millisecond))
	o.address = proxy.Address
	status, _, body := o.post(t, "UploadSftp", "in/a.txt", map[string]any{"PatNum": 15})
	if status != http.StatusGatewayTimeout || !strings.Contains(body, "GET /documents/Transfers?TransferNum=1 tells how far it is") {
		t.Fatalf("it answers %d %s", status, body)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		w := o.Do(http.MethodGet, "/documents/Transfers?TransferNum=1", "")
		if strings.Contains(w.Body.String(), `"State":"Done"`) {
			var rows []map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &rows); err != nil || rows[0]["DocNum"] != 1.0 || rows[0]["SftpAddress"] != o.address+"/in/a.txt" || rows[0]["Action"] != "UploadSftp" {
				t.Errorf("it is %s", w.Body)
			}
			if strings.Contains(w.Body.String(), o.user) || strings.Contains(w.Body.String(), o.password) {
				t.Errorf("the login is in %s", w.Body)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it stays %s", w.Body)
		}
	}
	if got := o.Do(http.MethodGet, "/documents/1/content", "").Body.String(); got != "text" {
		t.Errorf("the file is %q", got)
	}
	if w := o.Do(http.MethodGet, "/documents/Transfers?TransferNum=9", ""); w.Code != http.StatusNotFound {
		t.Errorf("a transfer that is not there answers %d %s", w.Code, w.Body)
	}
}

func TestNoLoginIsLoggedOrStored(t *testing.T) {
	o := newOffice(t)
	o.upload(t, "a.txt", []byte("text"))
	o.user, o.password = "someone-with-a-name", "a-secret-of-theirs"
	o.refused(t, "DownloadSftp", "a.txt", map[string]any{"DocNum": 1}, 400, "SftpPassword")
	for table, rows := range o.Rows(t) {
		for _, row := range rows {
			if strings.Contains(row, o.password) || strings.Contains(row, o.user) || strings.Contains(row, sftptest.Password) {
				t.Errorf("%s keeps %s", table, row)
			}
		}
	}
}
