package resource

import (
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// visit has a field of each kind that is answered.
type visit struct {
	VisitNum dental.AllergyNum   `od:"key hidden"`
	Note     string              `od:"server fold=NoteFold"`
	IsDone   bool                `od:"server"`
	Day      dental.Date         `od:"server"`
	At       dental.DateTime     `od:"stamp"`
	ChangeOn dental.DateTime     `od:"server day"`
	Status   dental.ProbStatus   `od:"server"`
	PatNum   dental.PatNum       `od:"server quoted"`
	Fee      dental.Money        `od:"server"`
	Start    dental.TimeOfDay    `od:"server"`
	Kind     dental.ReferralType `od:"hidden"`
}

func TestARowThatIsStoredNowhereIsAnsweredAsAStoredOne(t *testing.T) {
	visits := Derive[visit](Spec{Name: "Visits", Path: "visits", Thing: "Visit", Table: "visit"}, nil)
	at, err := dental.ParseDateTime("2021-02-03 04:05:06")
	if err != nil {
		t.Fatal(err)
	}
	row := &visit{Note: "line\nbreak", IsDone: true, Day: at.Date(), At: at, ChangeOn: at, Status: 2, PatNum: 15, Fee: 1250, Start: 3600}
	want := `{"Note":"line break","IsDone":"true","Day":"2021-02-03","At":"2021-02-03 04:05:06","ChangeOn":"2021-02-03",` +
		`"Status":"Inactive","PatNum":"15","Fee":12.5,"Start":"01:00:00"}`
	if got := string(visits.AppendRow(nil, row, &Format{BreaksAsSpaces: true})); got != want {
		t.Errorf("it is answered as\n%s, want\n%s", got, want)
	}
}
