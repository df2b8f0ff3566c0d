package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

func TestAReferralIsBegunOfAPatientOfTheChart(t *testing.T) {
	n := newNetwork(t)
	chart := &charts{patients: []referral.PatientMatch{{Num: 4, First: "Joe", Last: "Clark"}}, prefill: map[string]string{"patient_first_name": "Joe", "patient_last_name": "Clark", "patient_dob": "01/05/1980",
		"patient_email": "no address", "medical_history_drugs": "Warfarin", "gender": "M"}}
	n.server.Config.Handler = n.WithCharts(chart)
	v := n.as(n.Referrer)
	v.get("/work/new").wants(t, http.StatusOK, "Find the patient in your chart", "Adult restorative dentistry", "Begin with an empty form")
	v.get("/work/new?q=cla").wants(t, http.StatusOK, "Joe Clark", "Patient 4", `value="cla"`)
	v.post("/work/new", url.Values{"q": {"cla"}, "patient": {"4"}}).wants(t, http.StatusUnprocessableEntity, "Choose the form", "Joe Clark", `href="#form"`)
	v.post("/work/new", url.Values{"form": {"AdultRestorativeForm"}, "patient": {"5"}}).wants(t, http.StatusNotFound)
	made := v.post("/work/new", url.Values{"form": {"AdultRestorativeForm"}, "patient": {"4"}})
	at := made.header.Get("Location")
	if made.status != http.StatusSeeOther || !strings.HasPrefix(at, "/referrals/") {
		t.Fatalf("beginning answers %d to %q", made.status, at)
	}
	v.get(at).wants(t, http.StatusOK, "sections completed", "Joe Clark")
	filled, err := n.Desk.Form(t.Context(), n.Referrer, strings.TrimPrefix(at, "/referrals/"))
	if err != nil || filled.Answers[form.LastName].Text != "Clark" || filled.Answers[form.BirthDate].Text != "1980-05-01" {
		t.Errorf("the draft begins with %+v, %v", filled.Answers, err)
	}
	v.post("/work/new", url.Values{"day": {"31"}, "month": {"2"}, "year": {"1980"}}).wants(t, http.StatusUnprocessableEntity, "There are 2 things to put right", "Choose the form", "Enter the patient’s date of birth", `value="31"`)
	empty := v.post("/work/new", url.Values{"form": {"EndodonticForm"}, "day": {"3"}, "month": {"2"}, "year": {"1980"}})
	v.get(empty.header.Get("Location")).wants(t, http.StatusOK, "Patient not named yet")
	n.as(n.Clinician).get("/work/new").wants(t, http.StatusForbidden)
	n.as(n.Triager).post("/work/new", url.Values{"form": {"EndodonticForm"}}).wants(t, http.StatusForbidden)
}

func TestWhatWasChosenAndTypedIsKeptWhenAPatientIsSearchedFor(t *testing.T) {
	n := newNetwork(t)
	n.server.Config.Handler = n.WithCharts(&charts{patients: []referral.PatientMatch{{Num: 4, First: "Joe", Last: "Clark"}}, prefill: map[string]string{"patient_dob": "01/05/1980"}})
	v := n.as(n.Referrer)
	v.get("/work/new").wants(t, http.StatusOK, `<select id="form"`, `name="do" value="search"`)
	const chosen = `value="EndodonticForm" selected`
	for name, typed := range map[string]url.Values{
		"the button":                      {"do": {"search"}, "q": {" cla"}},
		"Enter, first":                    {"do": {"enter"}, "q": {"cla"}, "searched": {""}},
		"Enter, once more":                {"do": {"enter"}, "q": {"cla"}, "searched": {"cla"}},
		"Enter, of somebody else of them": {"do": {"enter"}, "q": {"cla"}, "searched": {"mo"}},
	} {
		typed.Set("form", "EndodonticForm")
		asked := v.post("/work/new", typed)
		at := asked.header.Get("Location")
		if asked.status != http.StatusSeeOther || at != "/work/new?form=EndodonticForm&q=cla" {
			t.Fatalf("%s: a search answers %d and leads to %q", name, asked.status, at)
		}
		v.get(at).wants(t, http.StatusOK, "Joe Clark", chosen, `id="q" name="q" type="search" autocomplete="off" maxlength="100" value="cla"`)
	}
	// A date of birth is kept too, in no address.
	v.post("/work/new", url.Values{"do": {"search"}, "q": {"cla"}, "form": {"EndodonticForm"}, "day": {"3"}, "month": {"2"}, "year": {"1980"}}).
		wants(t, http.StatusOK, "Joe Clark", chosen, `value="cla"`, `value="1980"`)
	// The other way round: whom one has found stays when the form is missing, and with it one begins.
	v.post("/work/new", url.Values{"q": {"cla"}, "searched": {"cla"}, "patient": {"4"}}).wants(t, http.StatusUnprocessableEntity, "Choose the form", "Joe Clark", `value="cla"`)
	for name, typed := range map[string]url.Values{
		"a patient":             {"q": {"cla"}, "searched": {"cla"}, "patient": {"4"}},
		"a date and Enter":      {"do": {"enter"}, "q": {"cla"}, "searched": {"cla"}, "day": {"3"}, "month": {"2"}, "year": {"1980"}},
		"a date and the button": {"q": {"mo"}, "searched": {"cla"}, "day": {"3"}, "month": {"2"}, "year": {"1980"}},
	} {
		typed.Set("form", "EndodonticForm")
		if made := v.post("/work/new", typed); !strings.HasPrefix(made.header.Get("Location"), "/referrals/") {
			t.Errorf("%s: beginning answers %d to %q", name, made.status, made.header.Get("Location"))
		}
	}
}

func TestAnOrganisationThatIsNoPracticeOfTheServerIsToldWhyItCannotRefer(t *testing.T) {
	n := newNetwork(t)
	o, err := n.Directory.SaveOrganisation(t.Context(), audit.Operator, directory.Operator, directory.Organisation{Name: "Hill Road Dental", IsReferring: true, Area: directory.Everywhere, IsActive: true})
	if err != nil {
		t.Fatal(err)
	}
	who, err := n.Join(t.Context(), "Hana", o.Num, lifecycle.Referrer)
	if err != nil {
		t.Fatal(err)
	}
	v := n.as(who)
	told := []string{"Hill Road Dental stands in the directory", "bridgework practice create"}
	page := v.get("/work/new")
	page.wants(t, http.StatusOK, told...)
	if strings.Contains(page.body, `<select id="form"`) {
		t.Error("there is a form to choose")
	}
	v.post("/work/new", url.Values{"form": {"EndodonticForm"}, "day": {"3"}, "month": {"2"}, "year": {"1980"}}).wants(t, http.StatusUnprocessableEntity, told...)
}
