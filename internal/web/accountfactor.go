package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"github.com/bridgework-dental/bridgework/internal/people"
)

type enrolmentBody struct {
	Faults []link
	Secret string // in groups of four
	QR     picture
	Code   input
}

// picture is a QR code as one path of an SVG: a square of so many dots.
type picture struct {
	Dots int
	Path string
}

// quiet is the margin that readers need, in dots.
const quiet = 4

// qrOf draws a text.
func qrOf(text string) (picture, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return picture{}, err
	}
	return picture{code.Bounds().Dx() + 2*quiet, pathOf(code)}, nil
}

func pathOf(code barcode.Barcode) string {
	var path strings.Builder
	box := code.Bounds()
	isDark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if !isDark(x, y) {
				continue
			}
			from := x
			for x < box.Max.X && isDark(x, y) {
				x++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from-box.Min.X+quiet, y-box.Min.Y+quiet, x-from, x-from)
		}
	}
	return path.String()
}

// beginSecondFactor makes a secret for an authenticator app.
func (s *Site) beginSecondFactor(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	if err := s.people.BeginSecondFactor(r.Context(), v, r.PostForm.Get("factor.current")); err != nil {
		return s.accountFails(w, r, v, "factor", err)
	}
	http.Redirect(w, r, "/account/second-factor", http.StatusSeeOther)
	return nil
}

// showEnrolment shows the secret, for the app to scan.
func (s *Site) showEnrolment(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	return s.enrolmentPage(w, r, http.StatusOK, v, nil)
}

func (s *Site) enrolmentPage(w http.ResponseWriter, r *http.Request, status int, v *people.Visitor, wrongs error) error {
	enrolment, err := s.people.Enrolment(r.Context(), v)
	if err != nil {
		return err
	}
	drawn, err := qrOf(enrolment.URI)
	if err != nil {
		return err
	}
	faults, wrong, _ := faultsOf(wrongs)
	var groups []string
	for at := 0; at < len(enrolment.Secret); at += 4 {
		groups = append(groups, enrolment.Secret[at:min(at+4, len(enrolment.Secret))])
	}
	return render(w, r, status, "enrolment", page{Title: "Set up an authenticator app", Narrow: true, Faulty: wrongs != nil, Body: enrolmentBody{Faults: faults, Secret: strings.Join(groups, " "), QR: drawn,
		Code: input{ID: "code", Label: "The six digits that the app shows", Type: "text", Complete: "one-time-code", Max: 10, Class: "short", Fault: wrong["code"]}}})
}

type codesBody struct {
	IsNew bool // they take the place of others
	Codes []string
}

// confirmSecondFactor turns the codes on, and shows the recovery codes, for once.
func (s *Site) confirmSecondFactor(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	codes, err := s.people.ConfirmSecondFactor(r.Context(), v, r.PostForm.Get("code"))
	if _, _, ok := faultsOf(err); ok {
		return s.enrolmentPage(w, r, http.StatusUnprocessableEntity, v, err)
	}
	if err != nil {
		return err
	}
	return render(w, r, http.StatusOK, "codes", page{Title: "Keep your recovery codes", Narrow: true, Body: codesBody{Codes: codes}})
}

// endSecondFactor turns the codes off.
func (s *Site) endSecondFactor(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	if err := s.people.EndSecondFactor(r.Context(), v, r.PostForm.Get("factor.current")); err != nil {
		return s.accountFails(w, r, v, "factor", err)
	}
	return accountDone(w, r, "factor-off")
}

// newRecoveryCodes makes recovery codes, and shows them, for once.
func (s *Site) newRecoveryCodes(w http.ResponseWriter, r *http.Request) error {
	v, err := s.posted(w, r)
	if err != nil {
		return err
	}
	codes, err := s.people.NewRecoveryCodes(r.Context(), v, r.PostForm.Get("codes.current"))
	if err != nil {
		return s.accountFails(w, r, v, "codes", err)
	}
	return render(w, r, http.StatusOK, "codes", page{Title: "Keep your recovery codes", Narrow: true, Body: codesBody{IsNew: true, Codes: codes}})
}
