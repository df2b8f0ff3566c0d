package od

import (
	"strings"
	"testing"
)

// header is an interchange header with the usual separators.
const header = "ISA*00*          *00*          *30*330989922      *29*AA0989922      *210526*0816*U*00401*000012145*0*P*:~"

func TestARemittanceTellsItsPayerAndItsPatients(t *testing.T) {
	const body = "GS*HP*330989922*AA0989922*20210526*0816*12145*X*004010X091A1~ST*835*112233~BPR*I*187.5*C*NON************20210526~" +
		"N1*PR*DELTA DENTAL~N1*PE*SMITH DENTAL~CLP*7722337*1*226*132**12*119932404007801~NM1*QC*1*SMITH*JOHN****MI*X~"
	for _, c := range []struct {
		name, text string
		want       remittance
	}{
		{"one patient", header + body + "SE*9*112233~", remittance{"112233", "DELTA DENTAL", "SMITH, JOHN"}},
		{"one patient of two claims", header + body + "NM1*QC*1*SMITH*JOHN~", remittance{"112233", "DELTA DENTAL", "SMITH, JOHN"}},
		{"two patients", header + body + "NM1*QC*1*SMITH*JANE~", remittance{"112233", "DELTA DENTAL", "(2)"}},
		{"a patient of one name", header + "ST*835*1~NM1*QC*1*CHER~", remittance{"1", "", "CHER"}},
		{"line breaks between segments", strings.ReplaceAll(header+body, "~", "~\r\n"), remittance{"112233", "DELTA DENTAL", "SMITH, JOHN"}},
		{"other separators", strings.NewReplacer("*", "|", "~", "\n").Replace(header + body), remittance{"112233", "DELTA DENTAL", "SMITH, JOHN"}},
		{"a mark before the header", "\ufeff" + header + body, remittance{"112233", "DELTA DENTAL", "SMITH, JOHN"}},
		{"two transaction sets have no one number", header + body + "ST*835*112234~", remittance{"", "DELTA DENTAL", "SMITH, JOHN"}},
		{"a header that is cut off", "ISA*00*          *00*          *30*330989922...", remittance{}},
		{"segments that end early", header + "ST*835~N1*PR~NM1*QC~", remittance{}},
	} {
		if got, err := readERA(c.text); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, c.want)
		}
	}
	if len(header) != isaLength {
		t.Errorf("the header has %d characters", len(header))
	}
}

func FuzzReadERA(f *testing.F) {
	f.Add(header + "ST*835*1~N1*PR*A~NM1*QC*1*B*C~")
	f.Add("ISA")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := readERA(text); err != nil && !strings.HasPrefix(err.Error(), "must be an X12") {
			t.Error(err)
		}
	})
}
