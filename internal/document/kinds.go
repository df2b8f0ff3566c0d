package document

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Kind is a kind of file that is allowed.
type Kind struct {
	// Name is how it is noted, and its usual extension without the dot.
	Name string
	// Extensions are those that a file of this kind may have, in lower case.
	Extensions []string
	// MediaType is what a body of this kind is sent as.
	MediaType string
	// found are the media types that its content may be found to be.
	found []string
	// IsPicture kinds have thumbnails and can be part of a mount: the documents' "standard image files".
	IsPicture bool
}

// Kinds are the files that are allowed, here and nowhere else. What a browser would run, HTML or SVG, is
// not among them.
var Kinds = []*Kind{
	{Name: "jpg", Extensions: []string{".jpg", ".jpeg"}, MediaType: "image/jpeg", found: []string{"image/jpeg"}, IsPicture: true},
	{Name: "png", Extensions: []string{".png"}, MediaType: "image/png", found: []string{"image/png"}, IsPicture: true},
	{Name: "gif", Extensions: []string{".gif"}, MediaType: "image/gif", found: []string{"image/gif"}, IsPicture: true},
	{Name: "bmp", Extensions: []string{".bmp"}, MediaType: "image/bmp", found: []string{"image/bmp"}, IsPicture: true},
	{Name: "tif", Extensions: []string{".tif", ".tiff"}, MediaType: "image/tiff", found: []string{"image/tiff"}, IsPicture: true},
	{Name: "dcm", Extensions: []string{".dcm"}, MediaType: "application/dicom", found: []string{"application/dicom"}},
	{Name: "pdf", Extensions: []string{".pdf"}, MediaType: "application/pdf", found: []string{"application/pdf"}},
	{Name: "doc", Extensions: []string{".doc"}, MediaType: "application/msword",
		found: []string{"application/msword", "application/x-ole-storage"}},
	{Name: "docx", Extensions: []string{".docx"}, MediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		found: []string{"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}},
	{Name: "xls", Extensions: []string{".xls"}, MediaType: "application/vnd.ms-excel",
		found: []string{"application/vnd.ms-excel", "application/x-ole-storage"}},
	{Name: "xlsx", Extensions: []string{".xlsx"}, MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		found: []string{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}},
	{Name: "rtf", Extensions: []string{".rtf"}, MediaType: "text/rtf", found: []string{"text/rtf"}},
	{Name: "txt", Extensions: []string{".txt"}, MediaType: "text/plain",
		found: []string{"text/plain", "text/csv", "text/tab-separated-values", "application/json"}},
	{Name: "csv", Extensions: []string{".csv"}, MediaType: "text/csv",
		found: []string{"text/csv", "text/plain", "text/tab-separated-values"}},
}

// kindNamed finds a kind by its name; nil for one that is no longer allowed.
func kindNamed(name string) *Kind {
	for _, kind := range Kinds {
		if kind.Name == name {
			return kind
		}
	}
	return nil
}

// KindOf finds the kind of a file's name by its extension; nil when it is not allowed.
func KindOf(fileName string) *Kind {
	extension := strings.ToLower(path.Ext(fileName))
	for _, kind := range Kinds {
		if slices.Contains(kind.Extensions, extension) {
			return kind
		}
	}
	return nil
}

// Extension is the one that a file of this kind gets when it has none.
func (k *Kind) Extension() string { return k.Extensions[0] }

// kindFound finds the kind that a content is; of several with the same content, the first.
func kindFound(found *mimetype.MIME) *Kind {
	for _, kind := range Kinds {
		if kind.fits(found) {
			return kind
		}
	}
	return nil
}

func (k *Kind) fits(found *mimetype.MIME) bool { return slices.ContainsFunc(k.found, found.Is) }

// allowed lists the extensions.
func allowed() string {
	var all []string
	for _, kind := range Kinds {
		all = append(all, kind.Extensions...)
	}
	return strings.Join(all, ", ")
}

// CheckExtension refuses a file's name whose extension is not allowed. field is what the caller calls it.
func CheckExtension(field, fileName string) error {
	if KindOf(fileName) != nil {
		return nil
	}
	return invalid(field, "%s must end with an extension that is allowed: %s", field, allowed())
}

// Settle decides what a received body is: the content must be of the kind that the name says. A
// mismatch is refused with both named. A name without an extension takes the content's.
func (r *Received) Settle(field, fileName string) error {
	named := KindOf(fileName)
	if named == nil && path.Ext(fileName) == "" {
		named = kindFound(r.found)
	}
	if named == nil {
		return CheckExtension(field, fileName)
	}
	if !named.fits(r.found) {
		content := "no kind of file that is allowed"
		if found := kindFound(r.found); found != nil {
			content = found.Extension()
		} else if r.found.Is("text/html") {
			content = "a web page"
		}
		return invalid(field, "%s says that the file is %s, and its content is %s", field, named.Extension(), content)
	}
	r.Kind = named
	return nil
}

// invalid is a fault of one field.
func invalid(field, format string, args ...any) error {
	return fault.InvalidFields([]fault.Field{{Name: field, Text: fmt.Sprintf(format, args...)}})
}
