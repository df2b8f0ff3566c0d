package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
)

// importBody is the page on which a file is chosen, and then what it changes is shown.
type importBody struct {
	Previewed bool
	Stale     bool // the directory has changed since the preview before this one
	File      string
	Digest    string
	Counts    string
	Lines     []importLine
	More      int // lines that are not shown
	Faults    []string
	MoreFault int
	MayImport bool
	Button    string
	Error     string
}

type importLine struct {
	Line    int
	What    string
	Kind    string
	Name    string
	Changes []directory.Change
	IsNew   bool
}

// The most that a page shows of a file.
const (
	mostImportLines  = 500
	mostImportFaults = 100
)

// mostImport bounds a request with a file: as a form's field each of its signs may take three.
const mostImport = 3*directory.MaxCSV + 64<<10

func (s *Site) showImport(w http.ResponseWriter, r *http.Request) error {
	v, err := s.administrator(r)
	if err != nil {
		return err
	}
	return render(w, r, http.StatusOK, "import", v.page("Import", importBody{}))
}

// previewImport shows what a file changes. It writes nothing.
func (s *Site) previewImport(w http.ResponseWriter, r *http.Request) error {
	v, err := s.administrator(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostImport)
	file, err := chosenFile(r)
	if err != nil {
		return err
	}
	if file == nil {
		p := v.page("Import", importBody{Error: "Choose a file first"})
		p.Faulty = true
		return render(w, r, http.StatusUnprocessableEntity, "import", p)
	}
	return s.showPreview(w, r, v, file, false)
}

// chosenFile reads the file of an upload; nil where none was chosen.
func chosenFile(r *http.Request) ([]byte, error) {
	upload, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, fault.New(fault.TooLarge, "The file has more than %d MB; import it in parts", directory.MaxCSV>>20)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "The file did not arrive whole; choose it again")
	}
	defer upload.Close()
	file, err := io.ReadAll(io.LimitReader(upload, directory.MaxCSV+1))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "The file did not arrive whole; choose it again")
	}
	if file == nil {
		file = []byte{}
	}
	return file, nil
}

func (s *Site) showPreview(w http.ResponseWriter, r *http.Request, v Visitor, file []byte, stale bool) error {
	preview, err := s.options.Directory.Preview(r.Context(), v.editor(), file)
	if err != nil {
		return err
	}
	body := importBody{Previewed: true, Stale: stale, Digest: preview.Digest}
	changes := 0
	for _, line := range preview.Lines {
		if line.What == directory.Unchanged {
			continue
		}
		if changes++; changes > mostImportLines {
			body.More++
			continue
		}
		shown := importLine{Line: line.Line, What: strings.ToUpper(line.What[:1]) + line.What[1:], Kind: line.Kind, Name: line.Name, Changes: line.Changes, IsNew: line.What == directory.Added}
		if line.Organisation != "" {
			shown.Name += ", " + line.Organisation
		}
		body.Lines = append(body.Lines, shown)
	}
	for i, f := range preview.Faults {
		if i == mostImportFaults {
			body.MoreFault = len(preview.Faults) - i
			break
		}
		text := f.String()
		body.Faults = append(body.Faults, strings.ToUpper(text[:1])+text[1:])
	}
	body.Counts = fmt.Sprintf("%d new, %d changed, %d unchanged", preview.Count(directory.Added), preview.Count(directory.Changed), preview.Count(directory.Unchanged))
	if body.MayImport = len(preview.Faults) == 0 && changes > 0; body.MayImport {
		body.File, body.Button = string(file), fmt.Sprintf("Import %d changes", changes)
		if changes == 1 {
			body.Button = "Import 1 change"
		}
	}
	status := http.StatusOK
	switch {
	case stale:
		status = http.StatusConflict
	case len(preview.Faults) > 0:
		status = http.StatusUnprocessableEntity
	}
	p := v.page("What the file changes", body)
	p.Faulty = len(preview.Faults) > 0
	return render(w, r, status, "import", p)
}

// importFile does what was previewed, or nothing.
func (s *Site) importFile(w http.ResponseWriter, r *http.Request) error {
	v, err := s.administrator(r)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostImport)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, err, "The file did not arrive whole; choose it again")
	}
	file := []byte(r.PostForm.Get("csv"))
	_, err = s.options.Directory.Import(r.Context(), v.auditCaller(r), v.editor(), file, r.PostForm.Get("digest"))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		return s.showPreview(w, r, v, file, true)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/directory?imported=1", http.StatusSeeOther)
	return nil
}
