package intake

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// summary says in words what a call says of the referral beside its fields: what insurance there is, which tooth, why, and the
// sender's notes. It is the first thing in the referral's thread, and the note in the chart of the practice that treats.
func summary(call *Call) string {
	var lines []string
	for _, d := range call.Details {
		if line := detailLine(d); line != "" {
			lines = append(lines, line)
		}
	}
	if text := strings.TrimSpace(call.Request.Text("PatientInstruction")); text != "" {
		lines = append(lines, "For the patient: "+text)
	}
	if text := strings.TrimSpace(call.Notes); text != "" {
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

// detailLine is a detail in words. One that only names a record of the sender's is said by its id.
func detailLine(d Fields) string {
	what := nameOf(d)
	for _, code := range []string{"Code", "CodeValue", "Description"} {
		if what == "" {
			what = d.Text(code)
		}
	}
	if what == "" {
		for _, name := range []string{"DetailRecordId", "DetailCodeId"} {
			if id := d.Text(name); id != "" {
				what = "record " + id
			}
		}
	}
	switch d.Text("DetailType") {
	case "Insurance":
		if number := d.Text("MemberNumber"); number != "" {
			what += ", member " + number
		}
		if group := d.Text("GroupNumber"); group != "" {
			what += ", group " + group
		}
		return "Insurance: " + what
	case "Body Site":
		return "Site: " + siteWords(what, d.Text("Code"))
	case "Reason Reference":
		return "Reason: " + what
	}
	if what == "" {
		return ""
	}
	return d.Text("DetailType") + ": " + what
}

// siteWords names a tooth in each notation, where the text or the code is one; else it is the text.
func siteWords(texts ...string) string {
	for _, text := range texts {
		text = strings.TrimSpace(strings.TrimPrefix(strings.ToLower(text), "tooth "))
		for _, read := range []func(string) (dental.Tooth, error){dental.ToothFDI, dental.ToothPalmer, dental.ToothWords} {
			for _, spelt := range []string{text, strings.ToUpper(text)} {
				if tooth, err := read(spelt); err == nil {
					return tooth.Words() + " (" + tooth.FDI() + ", " + tooth.Palmer() + ")"
				}
			}
		}
	}
	return texts[0]
}
