package od

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// FuzzDecode feeds bodies to the decoder of every resource that takes one: it never panics, says no
// more than it should, and gives rows that the rules can look at.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`, `"x"`, `{"LName":"Smith","PatNum":"15"}`, `{"lname":1,"LNAME":2}`, `{"Specialty":1,"specialty":"Surgery"}`,
		`{"Birthdate":"2021-02-30","Gender":"female","Premed":"True"}`, `{"Note":"\ud800","Telephone":null}`, `{"a":{"b":[1,2,{}]}}`,
		`{"PatNum":1e3}`, `{"PatNum":-0}`, "{\"Note\":\"\x00\"}", "\xff", strings.Repeat("[", 100),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		decodeAs(t, referrals, body)
		decodeAs(t, refAttaches, body)
		decodeAs(t, patients, body)
	})
}

func decodeAs[T any](t *testing.T, table *resource.Table[T], body []byte) {
	for _, mode := range []resource.Mode{resource.Creating, resource.Updating, resource.Importing} {
		in, err := table.Decode(body, mode)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("the decoder fails with %v", err)
			}
			if json.Valid(body) && utf8.Valid(body) && strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
				t.Errorf("an object is refused: %v", err)
			}
			continue
		}
		for _, field := range in.Faults {
			if table.Field(field.Name) == nil && mode != resource.Importing || !strings.HasPrefix(field.Text, field.Name+" ") || len(field.Text) > 200 {
				t.Errorf("a fault says %+v", field)
			}
		}
		var row T
		in.Apply(&row)
		table.Check(nil, &row)
	}
}

func TestKeysAreMatchedExactlyFirst(t *testing.T) {
	for body, want := range map[string]string{
		`{"FName":"exact","fname":"other"}`:           "exact",
		`{"fname":"folded"}`:                          "folded",
		`{"FNAME":"upper","fname":"lower"}`:           "upper", // in the order of the keys, to be the same each time
		`{"FName":null,"LName":"x"}`:                  "",
		`{"FName":"first","FName":"the last counts"}`: "the last counts",
	} {
		in, err := referrals.Decode([]byte(body), resource.Updating)
		if err != nil {
			t.Fatal(err)
		}
		var row Referral
		in.Apply(&row)
		if row.FName != want {
			t.Errorf("%s is read as %q, want %q", body, row.FName, want)
		}
	}
}

func TestTwoFieldsThatDifferOnlyInCaseAreNotMixedUp(t *testing.T) {
	in, err := referrals.Decode([]byte(`{"LName":"Smith","specialty":"Surgery"}`), resource.Creating)
	if err != nil || len(in.Faults) > 0 {
		t.Fatal(err, in.Faults)
	}
	if in.Has("Specialty") || in.Text("specialty") != "Surgery" {
		t.Error("specialty was taken for Specialty")
	}
	in, err = referrals.Decode([]byte(`{"LName":"Smith","SPECIALTY":"Surgery"}`), resource.Creating)
	if err != nil || in.Has("Specialty") || in.Has("specialty") {
		t.Errorf("a spelling that could be either was taken for one of the two: %v", err)
	}
}
