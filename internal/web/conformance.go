package web

import (
	"net/http"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/conformance"
)

// conformanceBody is how the server stands to the field's profile.
type conformanceBody struct {
	Counts    []countOf
	Functions []functionOf
}

type countOf struct {
	Standing string
	Count    int
}

type functionOf struct {
	ID, Title string
	Criteria  []criterionOf
}

type criterionOf struct {
	conformance.Criterion
	IsMet, IsPartly bool
}

// functionTitles are what the profile's functions are about.
var functionTitles = [][2]string{
	{"CP.4.6", "Referrals that go out"}, {"CPS.1.4", "Referrals that come in"}, {"CPS.4.6.1", "The process of referral"}, {"CPS.4.6.2", "Recommendations to refer"}, {"CPS.4.6.3", "Referral by computer"},
}

// showConformance shows to everybody which criteria of the field's profile are met, and which test shows it.
func (s *Site) showConformance(w http.ResponseWriter, r *http.Request) error {
	all, err := conformance.Criteria()
	if err != nil {
		return err
	}
	body := conformanceBody{}
	for _, standing := range []conformance.Standing{conformance.Met, conformance.Partly, conformance.NotOffered, conformance.OutOfScope} {
		count := countOf{Standing: string(standing)}
		for _, c := range all {
			if c.Standing == standing {
				count.Count++
			}
		}
		body.Counts = append(body.Counts, count)
	}
	for _, title := range functionTitles {
		function := functionOf{ID: title[0], Title: title[1]}
		for _, c := range all {
			if strings.HasPrefix(c.ID, function.ID+"#") {
				function.Criteria = append(function.Criteria, criterionOf{c, c.Standing == conformance.Met, c.Standing == conformance.Partly})
			}
		}
		body.Functions = append(body.Functions, function)
	}
	return render(w, r, http.StatusOK, "conformance", page{Title: "Conformance", Body: body})
}

// exportConformance gives the list out as CSV.
func (s *Site) exportConformance(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="conformance.csv"`)
	_, err := w.Write(conformance.CSV)
	return ignoreGone(err)
}
