package web

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// Files that come in pieces: version 1.0.0 of the tus protocol (https://tus.io/protocols/resumable-upload), its core
// with the extensions creation, expiration and termination.
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,expiration,termination"
	tusPiece      = "application/offset+octet-stream"
)

// piecePatience is how long one request may take to bring its piece: 20 MiB over a line of 300 kbit/s.
const piecePatience = 10 * time.Minute

// tus is what all requests of the protocol have in common.
func tus(serve handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Tus-Resumable", tusVersion)
		if r.Header.Get("Tus-Resumable") != tusVersion {
			w.Header().Set("Tus-Version", tusVersion)
			writeJSON(w, http.StatusPreconditionFailed, map[string]string{"text": "Send Tus-Resumable: " + tusVersion})
			return nil
		}
		return serve(w, r)
	}
}

// describeUploads says what the server knows of the protocol.
func (s *Site) describeUploads(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h.Set("Tus-Resumable", tusVersion)
	h.Set("Tus-Version", tusVersion)
	h.Set("Tus-Extension", tusExtensions)
	h.Set("Tus-Max-Size", strconv.Itoa(referral.MaxFile))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// What a page says of a file in Upload-Metadata.
const (
	metaName  = "filename"
	metaField = "field"    // the question that it belongs to
	metaTaken = "taken_on" // of a radiograph: 31/01/2026
	metaView  = "view"     // of a radiograph: what it shows
)

// metadata reads Upload-Metadata: names with values in base64, between commas.
func metadata(header string) (url.Values, error) {
	values := make(url.Values)
	for pair := range strings.SplitSeq(header, ",") {
		name, encoded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return nil, fault.New(fault.Invalid, "Upload-Metadata must hold names, each with a space and its value in base64, between commas")
		}
		if name != "" {
			values.Set(name, string(value))
		}
	}
	return values, nil
}

// beginUpload makes a place for a file of a question.
func (s *Site) beginUpload(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openForm(r)
	if err != nil {
		return err
	}
	length, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	if err != nil || length < 0 {
		return fault.New(fault.Invalid, "Upload-Length must be the whole file's number of bytes")
	}
	given, err := metadata(r.Header.Get("Upload-Metadata"))
	if err != nil {
		return err
	}
	field, err := o.filesField(given.Get(metaField))
	if err != nil {
		return err
	}
	file := referral.NewFile{Name: given.Get(metaName), Kind: field.FileKind, TakenOn: given.Get(metaTaken)}
	note := map[string]string{metaName: file.Name, metaField: field.ID, metaView: given.Get(metaView)}
	arriving, err := s.desk.BeginFile(r.Context(), o.caller, o.filled.URN, file, length, note)
	if err != nil {
		return notTaken(file.Name, err)
	}
	tellArriving(w, arriving)
	w.Header().Set("Location", o.base+"/uploads/"+arriving.ID)
	w.WriteHeader(http.StatusCreated)
	return nil
}

// filesField finds the question that files are added to.
func (o *open) filesField(id string) (*form.Field, error) {
	if o.sheet == nil {
		return nil, fault.New(fault.Conflict, "Choose the form first")
	}
	if field, ok := o.filled.Type.Field(id); ok && field.Kind == form.Files {
		return field, nil
	}
	return nil, fault.New(fault.Invalid, "Upload-Metadata must name in %s a question of the form that asks for files", metaField)
}

// notTaken puts the reason for refusing a file as its page says it.
func notTaken(name string, err error) error {
	if f := fault.From(err); f.Kind == fault.Invalid || f.Kind == fault.TooLarge {
		return fault.Wrap(f.Kind, err, refusal(name, err))
	}
	return err
}

// tellArriving says how far an upload is, and until when it waits.
func tellArriving(w http.ResponseWriter, arriving referral.Arriving) {
	w.Header().Set("Upload-Offset", strconv.FormatInt(arriving.Offset, 10))
	if at, err := time.ParseInLocation("2006-01-02 15:04:05", arriving.ExpiresAt.String(), time.Local); err == nil {
		w.Header().Set("Upload-Expires", at.UTC().Format(http.TimeFormat))
	}
}

// showUpload tells how much of an upload has come.
func (s *Site) showUpload(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if err != nil {
		return err
	}
	arriving, err := s.desk.ArrivingFile(r.Context(), caller, r.PathValue("urn"), r.PathValue("upload"))
	if err != nil {
		return err
	}
	if err := s.arrived(r, caller, arriving); err != nil {
		return err
	}
	tellArriving(w, arriving)
	w.Header().Set("Upload-Length", strconv.FormatInt(arriving.Length, 10))
	w.WriteHeader(http.StatusOK)
	return nil
}

// continueUpload takes the next piece of an upload.
func (s *Site) continueUpload(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if err != nil {
		return err
	}
	if r.Header.Get("Content-Type") != tusPiece {
		writeJSON(w, http.StatusUnsupportedMediaType, map[string]string{"text": "Send the bytes as " + tusPiece})
		return nil
	}
	offset, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || offset < 0 {
		return fault.New(fault.Invalid, "Upload-Offset must be where the bytes begin")
	}
	// What is no network connection has no deadline; what is, may take longer than a page, and is cut off where the
	// same upload goes on over another.
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(piecePatience))
	_ = connection.SetWriteDeadline(time.Now().Add(piecePatience + time.Minute))
	arriving, err := s.desk.ContinueFile(r.Context(), caller, r.PathValue("urn"), r.PathValue("upload"), offset,
		http.MaxBytesReader(w, r.Body, referral.MaxFile+1), func() { _ = connection.SetReadDeadline(time.Now()) })
	if err != nil {
		return notTaken(arriving.Note[metaName], err)
	}
	if err := s.arrived(r, caller, arriving); err != nil {
		return err
	}
	tellArriving(w, arriving)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// arrived notes in the answers what was said of a file that has just become one of the form.
func (s *Site) arrived(r *http.Request, caller *referral.Caller, arriving referral.Arriving) error {
	if !arriving.IsNew {
		return nil
	}
	// As the file itself: also when its sender went away with the last byte.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), s.options.Timeout)
	defer cancel()
	r = r.WithContext(ctx)
	o, err := s.reopen(r, caller, r.PathValue("urn"))
	if err != nil || o.sheet == nil {
		return err
	}
	field, err := o.filesField(arriving.Note[metaField])
	if err != nil {
		return nil // another form was chosen meanwhile, which asks for no such file
	}
	files := slices.Clone(o.filled.Answers[field.ID].Files)
	for i := range files {
		if files[i].ID == arriving.File.ID() {
			files[i].View = arriving.Note[metaView]
		}
	}
	_, err = s.desk.Keep(r.Context(), caller, o.filled.URN, o.filled.Rev, form.Answers{field.ID: form.Value{Files: files}})
	return err
}

// endUpload gives an upload up.
func (s *Site) endUpload(w http.ResponseWriter, r *http.Request) error {
	caller, err := s.atPractice(r)
	if err != nil {
		return err
	}
	if err := s.desk.GiveUpFile(r.Context(), caller, r.PathValue("urn"), r.PathValue("upload")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// overrideUpload is for what lies between and lets no PATCH or DELETE through: the protocol names the method in a header.
func (s *Site) overrideUpload(w http.ResponseWriter, r *http.Request) error {
	switch r.Header.Get("X-HTTP-Method-Override") {
	case http.MethodPatch:
		return s.continueUpload(w, r)
	case http.MethodDelete:
		return s.endUpload(w, r)
	case http.MethodHead:
		return s.showUpload(w, r)
	}
	return methodNotAllowed
}

// isPiece tells whether a request brings a piece of a file, which takes as long as its line does.
func isPiece(r *http.Request) bool { return r.Header.Get("Content-Type") == tusPiece }
