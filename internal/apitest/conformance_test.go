package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// The conformance suite is derived from the declarations: it runs over every resource, and a new one
// is covered when it is declared.

// world is what every conformance test is given, so that every foreign key has a row to point to.
const world = `{
	"allergydef": [{"AllergyDefNum": 1, "Description": "Penicillin"}],
	"diseasedef": [{"DiseaseDefNum": 1, "DiseaseName": "COPD"}],
	"medication": [{"MedicationNum": 1, "MedName": "Metformin", "GenericNum": 1}],
	"patient": [
		{"PatNum": 1, "LName": "Smith", "FName": "John", "Guarantor": 1, "PriProv": 1, "BillingType": "Standard Account"},
		{"PatNum": 2, "LName": "Smith", "FName": "Jane", "Guarantor": 2, "PriProv": 1, "BillingType": "Standard Account"}
	],
	"referral": [{"ReferralNum": 1, "LName": "Davidson"}, {"ReferralNum": 2, "LName": "Bokish"}],
	"appointmenttype": [{"AppointmentTypeNum": 1, "AppointmentTypeName": "Exam", "Pattern": "/XX/"}],
	"clinic": [{"ClinicNum": 1, "Abbr": "Southside"}],
	"employer": [{"EmployerNum": 1, "EmpName": "My Credit Union"}],
	"operatory": [{"OperatoryNum": 1, "Abbrev": "OP-1"}, {"OperatoryNum": 2, "Abbrev": "OP-2"}],
	"procedurelog": [{"ProcNum": 1, "PatNum": 1}],
	"procedurecode": [{"CodeNum": 1, "ProcCode": "D0120", "Descript": "Check-up"}],
	"appointment": [{"AptNum": 1, "PatNum": 1}],
	"site": [{"SiteNum": 1, "Description": "School"}],
	"insplan": [{"PlanNum": 1}, {"PlanNum": 2}],
	"inssub": [{"InsSubNum": 1, "PlanNum": 1, "Subscriber": 1, "SubscriberID": "A1"}],
	"discountplan": [{"DiscountPlanNum": 1, "Description": "Gold"}],
	"recall": [{"RecallNum": 1, "PatNum": 1, "RecallTypeNum": 1}],
	"userod": [{"UserNum": 1, "UserName": "Lynda"}]
}`

// parentKeys are rows of the world, or stock rows, that a foreign key may be changed to.
var parentKeys = map[string]int64{
	"patient": 2, "referral": 2, "clinic": 1, "employer": 1, "procedurelog": 1, "provider": 2, "feesched": 53, "definition": 266,
	"discountplan": 1, "insplan": 2, "inssub": 1, "procedurecode": 1, "appointment": 1, "site": 1,
	"appointmenttype": 1, "operatory": 2, "userod": 1,
	"allergydef": 1, "diseasedef": 1, "medication": 1,
}

// minimal is the least that a POST needs where the rules ask for more than the required fields, and
// leaves room for every field to be changed alone.
var minimal = map[string]string{
	"allergies":      `{"PatNum": 1, "AllergyDefNum": 1}`,
	"allergydefs":    `{"Description": "Sample"}`,
	"diseasedefs":    `{"DiseaseName": "Sample"}`,
	"diseases":       `{"PatNum": 1, "DiseaseDefNum": 1}`,
	"medications":    `{"MedName": "Sample"}`,
	"medicationpats": `{"PatNum": "1", "MedicationNum": 1}`,

	"referrals":   `{"LName": "Sample", "NotPerson": "false"}`,
	"refattaches": `{"PatNum": 1, "ReferralNum": 1, "ReferralType": "RefTo"}`,
	"patients":    `{"LName": "Sample", "FName": "Sample"}`,
	"commlogs":    `{"PatNum": 1, "Note": "Sample"}`,
	"popups":      `{"PatNum": 1, "Description": "Sample"}`,

	"discountplansubs": `{"PatNum": 1, "DiscountPlanNum": 1}`,
	"inssubs":          `{"PlanNum": 1, "Subscriber": 1, "SubscriberID": "8645332"}`,
	"payments":         `{"PatNum": 1, "PayAmt": "12.50"}`,
	"procedurelogs":    `{"PatNum": 1, "ProcDate": "2021-04-01", "ProcStatus": "TP", "procCode": "D0120"}`,
	"patplans":         `{"PatNum": 1, "InsSubNum": 1}`,
	"appointments":     `{"PatNum": 1, "Op": 1, "AptDateTime": "2026-02-03 09:00:00"}`,
}

// samples are values for fields with rules of their own.
var samples = map[string]any{
	"referrals.SSN": "123456789", "referrals.Telephone": "5035550142", "referrals.ST": "OR",
	"patients.SSN": "123456789", "patients.BillingType": "Bad Debt - Precollections",
	"commlogs.CommType": "238",

	"patplans.Ordinal":   float64(1),
	"procedurelogs.Surf": "MOD", "procedurelogs.ToothNum": "4", "procedurelogs.ToothRange": "2,4-6", "procedurelogs.Prosthesis": "I",
	"procedurelogs.Priority": float64(146), "procedurelogs.Dx": float64(115),
	"payments.PayType": float64(69), "payments.ClinicNum": "1",
	// Complete, so that the second row is no second visit at the time of the first; a definition that stamps
	// no arrival; and a pattern as long as the one that it replaces.
	"appointments.AptStatus": "Complete", "appointments.Confirmed": 20.0, "appointments.UnschedStatus": 142.0,
	"appointments.Pattern": "XXXX", "appointments.PatternSecondary": "X///", "appointments.colorOverride": "1,2,3",
}

// settings are rows that a resource's methods need beyond the world.
var settings = map[string]string{"appointments": clinicsOn, "clinics": clinicsOn, "patients": clinicsOn, "payments": clinicsOn, "procedurelogs": clinicsOn}

const clinicsOn = `{"preference": [{"PrefNum": 65, "PrefName": "EasyNoClinics", "ValueString": "0"}]}`

// listed is what a row must be to stand in every list of its resource.
var listed = map[string]map[string]any{
	"appointments": {"AptStatus": "Scheduled", "Priority": "ASAP"},
}

// followers are the tables whose rows follow from a write of another table: its history, and its signals.
var followers = map[string][]string{
	"appointments": {"histappointment", "signalod"},
	"diseasedefs":  {"signalod"},
	"medications":  {"signalod"},
	"referrals":    {"signalod"},
}

// notTogether are fields that cannot be sent together with the others.
var notTogether = map[string][]string{
	"allergies":      {"defDescription"},
	"diseases":       {"diseaseDefName", "Note"},
	"medications":    {"genericName"},
	"medicationpats": {"medName"},
	"appointments":   {"IsNewPatient"}, // dates the patient's first visit
	"referrals":      {"PatNum", "specialty", "IsDoctor"},
	"refattaches":    {"referralName"},
	"patients":       {"SuperFamily", "FamFinUrgNote"},
	"commlogs":       {"commType"},
	"patplans":       {"PlanNum"},
	"procedurelogs":  {"priority", "provAbbr", "dxName", "Prognosis"},
	"payments":       {"isPatientPreferred", "isPrepayment", "procNums", "payPlanNum"},
}

// written are the change rows and the entries of the trail, without those that follow from others.
func written(t *testing.T, s *Server, plan *resource.Plan) (changes []Change, entries int) {
	t.Helper()
	for _, change := range s.Changes(t) {
		if !slices.Contains(followers[plan.Path], change.Table) {
			changes = append(changes, change)
		}
	}
	for _, entry := range s.Trail(t) {
		if !slices.Contains(followers[plan.Path], entry.Target) {
			entries++
		}
	}
	return changes, entries
}

// settle gives a world what a resource's methods need.
func settle(t *testing.T, s *Server, plan *resource.Plan) {
	t.Helper()
	if settings[plan.Path] == "" {
		return
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte(settings[plan.Path]), &given); err != nil {
		t.Fatal(err)
	}
	s.Give(t, given)
}

// alsoWrites are the rows that a POST of the minimal body writes beside its own.
var alsoWrites = map[string]int{
	"patplans": 1, // its verification
	"payments": 2, // unearned income, and the patient's balance
}

// oneAtATime are resources of which the world has room for one row: the next is refused as a duplicate.
var oneAtATime = map[string]string{
	"refattaches": "refattach", "patplans": "patplan", "discountplansubs": "discountplansub",
}

func newWorld(t *testing.T) *Server { return giveWorld(t, NewServer(t)) }

// newWorldPair is newWorld on both engines.
func newWorldPair(t *testing.T) *Server { return giveWorld(t, NewPair(t)) }

func giveWorld(t *testing.T, s *Server) *Server {
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte(world), &given); err != nil {
		t.Fatal(err)
	}
	s.Give(t, given)
	s.SetClock(t, "2026-01-02 03:04:05")
	return s
}

// sample makes a value for a field that differs from the one it has, as the API spells it.
func sample(path string, field *resource.Field, current any) any {
	if value, ok := samples[path+"."+field.Name]; ok {
		return value
	}
	switch field.Kind {
	case resource.KindBool:
		return map[bool]string{true: "false", false: "true"}[current == "true"]
	case resource.KindEnum:
		for _, name := range field.Names {
			if name != current && name != "Deleted" {
				return name
			}
		}
		return nil
	case resource.KindDate:
		return "2021-02-03"
	case resource.KindDateTime:
		return "2021-02-03 10:20:30"
	case resource.KindTime:
		return "10:20:30"
	case resource.KindMoney:
		if field.Quoted {
			return "12.50"
		}
		return 12.5
	case resource.KindInts:
		return []any{}
	case resource.KindInt:
		if field.Parent != nil {
			return float64(parentKeys[field.Parent.Table])
		}
		return float64(7)
	default:
		return strings.Repeat("S", min(3, max(field.Max, 1)))
	}
}

// eachResource runs a test for every resource that has a method.
func eachResource(t *testing.T, has func(*resource.Plan) bool, test func(*testing.T, *Server, od.Resource)) {
	for _, r := range od.All() {
		if has(r.Plan()) {
			t.Run(r.Plan().Path, func(t *testing.T) {
				t.Parallel()
				s := newWorldPair(t)
				if r.Plan().Path == "clinics" { // none are listed where they are off
					settle(t, s, r.Plan())
				}
				test(t, s, r)
			})
		}
	}
}

func creatable(p *resource.Plan) bool { return p.Create.Group != "" }
func updatable(p *resource.Plan) bool { return p.Update.Group != "" }

// made creates the minimal row and returns its object and its URL.
func made(t *testing.T, s *Server, plan *resource.Plan) (map[string]any, string) {
	t.Helper()
	settle(t, s, plan)
	w := s.Do(http.MethodPost, "/"+plan.Path, minimal[plan.Path])
	object := decodeObject(t, w.Body.Bytes())
	if w.Code != http.StatusCreated {
		t.Fatalf("POST /%s answers %d %s", plan.Path, w.Code, w.Body)
	}
	return object, fmt.Sprintf("/%s/%v", plan.Path, object[plan.KeyName()])
}

func decodeObject(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(body, &object); err != nil {
		t.Fatalf("not an object: %s", body)
	}
	return object
}

func TestACreatedRowReadsBackAsItWasAnswered(t *testing.T) {
	eachResource(t, creatable, func(t *testing.T, s *Server, r od.Resource) {
		plan := r.Plan()
		full := decodeObject(t, []byte(minimal[plan.Path]))
		for i := range plan.Fields {
			field := &plan.Fields[i]
			if field.Create && full[field.Name] == nil && !slices.Contains(notTogether[plan.Path], field.Name) {
				full[field.Name] = sample(plan.Path, field, nil)
			}
		}
		settle(t, s, plan)
		least := marshal(t, decodeObject(t, []byte(minimal[plan.Path])))
		for _, body := range slices.Compact([]string{least, marshal(t, full)}) {
			before, trail := written(t, s, plan)
			w := s.Do(http.MethodPost, "/"+plan.Path, body)
			if w.Code != http.StatusCreated {
				t.Fatalf("POST %s answers %d %s", body, w.Code, w.Body)
			}
			object := decodeObject(t, w.Body.Bytes())
			for name, value := range decodeObject(t, []byte(body)) {
				if !cmp.Equal(object[name], value) {
					t.Errorf("%s is %v, and %v was sent", name, object[name], value)
				}
			}
			if plan.Get.Group != "" {
				again := s.Do(http.MethodGet, fmt.Sprintf("/%s/%v", plan.Path, object[plan.KeyName()]), "")
				if plan.ServerDateTime {
					ending := strings.TrimSuffix(w.Body.String(), "}") + `,"serverDateTime":`
					if !strings.HasPrefix(again.Body.String(), ending) {
						t.Errorf("GET answers %s, and POST answered %s", again.Body, w.Body)
					}
				} else if again.Body.String() != w.Body.String() {
					t.Errorf("GET answers %s, and POST answered %s", again.Body, w.Body)
				}
			}
			want := 1 + alsoWrites[plan.Path]
			if changes, entries := written(t, s, plan); len(changes)-len(before) != want || entries-trail != want {
				t.Errorf("a POST writes %d change rows and %d entries, want %d and %d", len(changes)-len(before), entries-trail, want, want)
			}
			if table := oneAtATime[plan.Path]; table != "" {
				s.Empty(t, table) // so that the full one is no duplicate
			}
		}
	})
}

func marshal(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryFieldThatMayBeUpdatedChangesAlone(t *testing.T) {
	eachResource(t, updatable, func(t *testing.T, s *Server, r od.Resource) {
		plan := r.Plan()
		for i := range plan.Fields {
			field := &plan.Fields[i]
			if !field.Update || field.Hidden {
				continue
			}
			t.Run(field.Name, func(t *testing.T) {
				s := newWorldPair(t)
				old, url := made(t, s, plan)
				value := sample(plan.Path, field, old[field.Name])
				before, _ := written(t, s, plan)
				s.SetClock(t, "2026-01-02 03:04:06")
				w := s.Do(http.MethodPut, url, marshal(t, map[string]any{field.Name: value}))
				if w.Code != http.StatusOK {
					t.Fatalf("PUT %s %v answers %d %s", field.Name, value, w.Code, w.Body)
				}
				got := decodeObject(t, w.Body.Bytes())
				for name := range got {
					switch {
					case name == field.Name:
						if !cmp.Equal(got[name], value) {
							t.Errorf("%s is %v, want %v", name, got[name], value)
						}
					case plan.Field(name).Stamp:
						if got[name] != "2026-01-02 03:04:06" {
							t.Errorf("the stamp is %v", got[name])
						}
					case strings.ToUpper(name[:1])+name[1:] == field.Name, name == "referralName", strings.HasSuffix(name, "Abbr"):
						// the name of what a key points to follows the key
					case !cmp.Equal(got[name], old[name]):
						t.Errorf("%s changes from %v to %v along with %s", name, old[name], got[name], field.Name)
					}
				}
				changes, _ := written(t, s, plan)
				if changes = changes[len(before):]; len(changes) != 1 || len(changes[0].Columns) != 1 {
					t.Errorf("changes are %v, want one of one column", changes)
				}
				all := len(s.Changes(t))
				// The same PUT again changes nothing and announces nothing.
				s.SetClock(t, "2026-01-02 03:04:07")
				again := s.Do(http.MethodPut, url, marshal(t, map[string]any{field.Name: value}))
				if again.Code != http.StatusOK || again.Body.String() != w.Body.String() || len(s.Changes(t)) != all {
					t.Errorf("the same PUT again answers %d %s, and there are %d changes more", again.Code, again.Body, len(s.Changes(t))-all)
				}
			})
		}
	})
}

func TestAPutOfNothingOrOfReadOnlyFieldsChangesNothing(t *testing.T) {
	eachResource(t, updatable, func(t *testing.T, s *Server, r od.Resource) {
		plan := r.Plan()
		old, url := made(t, s, plan)
		readOnly := map[string]any{"NoSuchField": 1, plan.KeyName(): 4711}
		for i := range plan.Fields {
			if field := &plan.Fields[i]; !field.Update && !field.Hidden {
				readOnly[field.Name] = "forged"
			}
		}
		before, trail := len(s.Changes(t)), len(s.Trail(t))
		for _, body := range []string{`{}`, marshal(t, readOnly)} {
			w := s.Do(http.MethodPut, url, body)
			if w.Code != http.StatusOK || !cmp.Equal(decodeObject(t, w.Body.Bytes()), old) {
				t.Errorf("PUT %s answers %d %s", body, w.Code, w.Body)
			}
		}
		if len(s.Changes(t)) != before || len(s.Trail(t)) != trail {
			t.Errorf("nothing was changed, and %d changes and %d entries were written", len(s.Changes(t))-before, len(s.Trail(t))-trail)
		}
	})
}

func TestAValueOfAWrongTypeIsRefusedByName(t *testing.T) {
	eachResource(t, updatable, func(t *testing.T, s *Server, r od.Resource) {
		plan := r.Plan()
		_, url := made(t, s, plan)
		for i := range plan.Fields {
			field := &plan.Fields[i]
			if !field.Update || field.Hidden {
				continue
			}
			before, trail := len(s.Changes(t)), len(s.Trail(t))
			wrong := 0
			for _, value := range wrongValues(field) {
				wrong++
				w := s.Do(http.MethodPut, url, fmt.Sprintf(`{%q: %s}`, field.Name, value))
				var text string
				if err := json.Unmarshal(w.Body.Bytes(), &text); err != nil || w.Code != http.StatusBadRequest || !strings.HasPrefix(text, field.Name+" ") {
					t.Errorf("PUT %s %.40s answers %d %s", field.Name, value, w.Code, w.Body)
				}
			}
			if len(s.Changes(t)) != before || len(s.Trail(t)) != trail+wrong {
				t.Errorf("%s: %d changes and %d entries for %d refusals", field.Name, len(s.Changes(t))-before, len(s.Trail(t))-trail, wrong)
			}
		}
	})
}

// wrongValues are JSON values that a field must refuse.
func wrongValues(field *resource.Field) []string {
	switch field.Kind {
	case resource.KindBool:
		return []string{`"maybe"`, `2`, `[]`}
	case resource.KindEnum:
		return []string{`"Nonsense"`, `0`, `{}`, `""`}
	case resource.KindDate:
		return []string{`"2021-02-30"`, `"02/03/2021"`, `20210203`, `"2021-02-03 10:00:00"`}
	case resource.KindInt:
		return []string{`"abc"`, `1.5`, `""`, `99999999999999999999`, `[1]`}
	case resource.KindDateTime:
		return []string{`"2021-02-30 10:00:00"`, `"2021-02-03"`, `20210203`, `"2021-02-03 10:00"`}
	case resource.KindTime:
		return []string{`"25:00:00"`, `"10:00"`, `100000`, `true`}
	case resource.KindMoney:
		return []string{`"abc"`, `"1.234"`, `1e3`, `"12,50"`, `[1]`, `""`}
	case resource.KindInts:
		return []string{`"abc"`, `[1.5]`, `{}`, `[[1]]`}
	default:
		values := []string{`5`, `["a"]`, `true`, `"a\u0000b"`}
		if field.Max > 0 && !field.In {
			values = append(values, `"`+strings.Repeat("é", field.Max+1)+`"`)
		}
		return values
	}
}

func TestARowThatIsNotThereIsNotFound(t *testing.T) {
	for _, r := range od.All() {
		s := newWorldPair(t)
		for _, route := range od.Routes(r) {
			if !strings.Contains(route.Path, "{") {
				continue
			}
			for _, key := range []string{"999999", "-1", "0"} {
				w := s.Do(route.Method, strings.Replace(route.Path, "{"+r.Plan().KeyName()+"}", key, 1), bodyOf(route.Method))
				want := `"` + thingOf(r, route) + ` not found"`
				if w.Code != http.StatusNotFound || w.Body.String() != want {
					t.Errorf("%s %s with key %s answers %d %s, want 404 %s", route.Method, route.Path, key, w.Code, w.Body, want)
				}
			}
		}
	}
}

// bodyOf is the emptiest body that a method may have.
func bodyOf(method string) string {
	if method == http.MethodGet || method == http.MethodDelete {
		return ""
	}
	return "{}"
}

// thingOf is what the row of a route is called: that of an action may be another table's.
func thingOf(r od.Resource, route resource.Route) string {
	for _, action := range r.Acts() {
		if action.OnRow && action.Path(r.Plan()) == route.Path {
			return action.Row(r.Plan()).Thing
		}
	}
	return r.Plan().Thing
}

func TestAnActionNamesAllThatItLacksAndAllThatIsWrong(t *testing.T) {
	for _, r := range od.All() {
		for _, action := range r.Acts() {
			if action.OnRow {
				continue // there is no row; the resource's own vectors show it
			}
			form := action.Form()
			if len(form.Fields) == 0 {
				continue // it takes nothing that could be wrong
			}
			s := newWorld(t)
			wrong := make(map[string]any)
			for i := range form.Fields {
				if field := &form.Fields[i]; field.Kind != resource.KindText {
					wrong[field.Name] = "nonsense"
				}
			}
			path := action.Path(r.Plan())
			w := s.Do(action.Method, path, marshal(t, wrong))
			if action.Method == http.MethodGet {
				query := make(url.Values)
				for name, value := range wrong {
					query.Set(name, fmt.Sprint(value))
				}
				w = s.Do(action.Method, path+"?"+query.Encode(), "")
			}
			var text string
			if err := json.Unmarshal(w.Body.Bytes(), &text); err != nil || w.Code != http.StatusBadRequest {
				t.Errorf("%s %s with nonsense answers %d %s", action.Method, path, w.Code, w.Body)
			}
			for i := range form.Fields {
				field := &form.Fields[i]
				if (field.Required || wrong[field.Name] != nil) && !strings.Contains("; "+text, "; "+field.Name+" ") {
					t.Errorf("%s %s with nonsense answers %q, and does not name %s", action.Method, path, text, field.Name)
				}
			}
			if changes := s.Changes(t); len(changes) > 0 {
				t.Errorf("%s %s with nonsense changes %v", action.Method, path, changes)
			}
		}
	}
}

func TestPagesAreWholeAndDoNotOverlap(t *testing.T) {
	eachResource(t, func(p *resource.Plan) bool { return len(p.Lists) > 0 }, func(t *testing.T, s *Server, r od.Resource) {
		plan := r.Plan()
		const first = 100_000
		var many []string
		for key := first; key < first+250; key++ {
			row := map[string]any{plan.KeyName(): key}
			maps.Copy(row, listed[plan.Path])
			for _, list := range plan.Lists {
				for _, filter := range list.Filters {
					if filter.Required {
						row[filter.Param] = required(filter, "2021-02-03 10:20:31")
					}
				}
			}
			many = append(many, marshal(t, row))
		}
		s.Import(t, r, many...)
		for _, list := range plan.Lists {
			path := "/" + strings.Trim(plan.Path+"/"+list.Action, "/") + query(list)
			seen := make(map[any]bool)
			for offset := 0; ; offset += 100 {
				rows := listRows(t, s, fmt.Sprintf("%s&Offset=%d", path, offset))
				for _, row := range rows {
					if key := row[plan.KeyName()]; seen[key] {
						t.Errorf("%s: row %v is on two pages", path, key)
					}
					seen[row[plan.KeyName()]] = true
				}
				if len(rows) < 100 {
					break
				}
			}
			if len(seen) < 250 {
				t.Errorf("%s: the pages have %d rows, want at least 250", path, len(seen))
			}
			for limit, want := range map[string]int{"0": 0, "1": 1, "99": 99, "100": 100, "101": 100, "1000000": 100, "": 100} {
				if rows := listRows(t, s, path+"&Limit="+limit); len(rows) != want {
					t.Errorf("%s: Limit=%s answers %d rows, want %d", path, limit, len(rows), want)
				}
			}
			if rows := listRows(t, s, path+"&Offset=1000000"); len(rows) != 0 {
				t.Errorf("%s: a page beyond the end has %d rows", path, len(rows))
			}
			for _, bad := range []string{"Limit=-1", "Offset=-1", "Limit=ten", "Offset=1.5", "Limit=99999999999999999999", "NoSuch=1"} {
				if w := s.Do(http.MethodGet, path+"&"+bad, ""); w.Code != http.StatusBadRequest {
					t.Errorf("%s?%s answers %d %s", path, bad, w.Code, w.Body)
				}
			}
		}
	})
}

// query begins a list's query with the parameters without which there is no list.
func query(list resource.List) string {
	query := make(url.Values)
	for _, filter := range list.Filters {
		if filter.Required {
			query.Set(filter.Param, fmt.Sprint(required(filter, "2021-02-03 10:20:30")))
		}
	}
	return "?" + query.Encode()
}

// required is a value of a parameter without which there is no list: a row of the world, or a moment.
func required(filter resource.Filter, moment string) any {
	if filter.Parent == nil {
		return moment
	}
	return parentKeys[filter.Parent.Table]
}

func listRows(t *testing.T, s *Server, path string) []map[string]any {
	t.Helper()
	w := s.Do(http.MethodGet, path, "")
	var rows []map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &rows); err != nil || w.Code != http.StatusOK {
		t.Fatalf("GET %s answers %d %s", path, w.Code, w.Body)
	}
	return rows
}

func TestEveryFilterIsBlankOrUnderstood(t *testing.T) {
	eachResource(t, func(p *resource.Plan) bool { return len(p.Lists) > 0 }, func(t *testing.T, s *Server, r od.Resource) {
		for _, list := range r.Plan().Lists {
			path := "/" + strings.Trim(r.Plan().Path+"/"+list.Action, "/") + query(list)
			all := s.Do(http.MethodGet, path, "").Body.String()
			for _, filter := range list.Filters {
				if filter.Required {
					continue
				}
				if blank := s.Do(http.MethodGet, path+"&"+filter.Param+"=", ""); blank.Body.String() != all {
					t.Errorf("%s?%s= answers %d %.80s, want what no filter answers", path, filter.Param, blank.Code, blank.Body)
				}
				if lower := s.Do(http.MethodGet, path+"&"+strings.ToLower(filter.Param)+"=", ""); lower.Code != http.StatusOK {
					t.Errorf("%s: %s in lower case answers %d %s", path, filter.Param, lower.Code, lower.Body)
				}
				w := s.Do(http.MethodGet, path+"&"+filter.Param+"=%27%22%25_!", "")
				if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
					t.Errorf("%s?%s= with odd characters answers %d %s", path, filter.Param, w.Code, w.Body)
				}
				if w.Code == http.StatusBadRequest && !strings.HasPrefix(w.Body.String(), `"`+filter.Param+" ") {
					t.Errorf("%s?%s= is refused with %s", path, filter.Param, w.Body)
				}
			}
		}
	})
}

func TestAMethodNeedsItsPermission(t *testing.T) {
	s := newWorldPair(t)
	for _, r := range od.All() {
		for _, route := range od.Routes(r) {
			without := slices.DeleteFunc(Groups(), func(group string) bool {
				return group == string(route.Access.Group) || group == string(route.Access.Or)
			})
			key := s.CreateKey(t, "Without "+string(route.Access.Group), without, practice.Secrets{})
			trail := len(s.Trail(t))
			path := strings.ReplaceAll(route.Path, "{"+r.Plan().KeyName()+"}", "1")
			w := s.DoAs(key, route.Method, path, "{}")
			want := fmt.Sprintf(`"The developer key does not have the %s permission"`, route.Access.Group)
			if w.Code != http.StatusUnauthorized || w.Body.String() != want {
				t.Errorf("%s %s answers %d %s, want 401 %s", route.Method, route.Path, w.Code, w.Body, want)
			}
			if got := s.Trail(t); len(got) != trail+1 || got[0].Action != audit.Refuse {
				t.Errorf("%s %s: the refusal is not in the trail", route.Method, route.Path)
			}
		}
	}
}

func TestEveryResourceIsCovered(t *testing.T) {
	for _, r := range od.All() {
		if plan := r.Plan(); creatable(plan) && !slices.Contains(slices.Collect(maps.Keys(minimal)), plan.Path) {
			t.Errorf("%s can be created, and the conformance suite has no minimal body for it", plan.Path)
		}
	}
}
