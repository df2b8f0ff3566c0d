package web

import (
	"net/http/httptest"
	"os"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
)

func TestPreview(t *testing.T) {
	out := os.Getenv("PREVIEW")
	if out == "" {
		t.Skip("temporary")
	}
	day := dental.DateAt(2026, 11, 2)
	catalog, _ := form.Builtin()
	os.MkdirAll(out+"/assets", 0o755)
	for _, a := range assets {
		os.MkdirAll(out+a.href[:len("/assets/xxxxxxxxxxxx")], 0o755)
		os.WriteFile(out+a.href, a.body, 0o644)
	}
	for _, name := range catalog.Names() {
		typ, _ := catalog.Current(name)
		full, err := formtest.Complete(typ, day, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range []string{"full", "bad"} {
			answers := full
			if state == "bad" {
				answers = typ.Start(nil, nil)
				answers["patient_dob"] = form.Value{Text: "31/02/2010"}
				answers["problems"] = form.Value{List: []string{"tooth_wear"}}
				answers["bpe"] = form.Value{Parts: map[string]string{"UR": "3"}}
				answers["mh_conditions"] = form.Value{Parts: map[string]string{"heart": ""}}
			}
			sheet := typ.Fill(answers, day)
			for i := range typ.Sections {
				section := &typ.Sections[i]
				var faults []form.Fault
				if state == "bad" {
					faults = sheet.SectionFaults(section.ID)
				}
				body := sectionPage(sheet, section, "/referrals/TST0000001", faults, nil)
				w := httptest.NewRecorder()
				err := render(w, httptest.NewRequest("GET", "/", nil), 200, "section", page{Title: section.Title, Practice: "Northside Dental", About: &about{Form: typ.Title, URN: "TST0000001", Patient: patientOf(sheet)}, Body: body})
				if err != nil {
					t.Fatal(err)
				}
				os.WriteFile(out+"/"+name+"-"+section.ID+"-"+state+".html", w.Body.Bytes(), 0o644)
			}
		}
	}
}
