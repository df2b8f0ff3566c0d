package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bridgework-dental/bridgework/internal/apitest"
	"github.com/bridgework-dental/bridgework/internal/store"
)

const davidson = `{"ReferralNum":1,"LName":"Davidson","FName":"Norm","MName":"","SSN":"123456789","UsingTIN":"true","Specialty":465,` +
	`"specialty":"Endodontics","ST":"OR","Telephone":"","Address":"163 Madison Loop","Address2":"","City":"Portland","Zip":"54698",` +
	`"Note":"","Phone2":"","IsHidden":"false","NotPerson":"false","Title":"DMD","EMail":"","PatNum":0,"IsDoctor":"true",` +
	`"DateTStamp":"2021-06-21 10:03:08","IsPreferred":"true","BusinessName":"","DisplayNote":"","isPatient":"false"}`

const facebookAd = `{"ReferralNum":2,"LName":"Facebook Ad","FName":"","MName":"","SSN":"","UsingTIN":"false","Specialty":0,` +
	`"specialty":"","ST":"","Telephone":"","Address":"","Address2":"","City":"","Zip":"","Note":"Ad active from 06/01/2021 to 09/01/2021",` +
	`"Phone2":"","IsHidden":"false","NotPerson":"true","Title":"","EMail":"","PatNum":0,"IsDoctor":"false",` +
	`"DateTStamp":"2021-07-21 11:03:08","IsPreferred":"true","BusinessName":"Facebook Ad","DisplayNote":"","isPatient":"false"}`

const beringer = `{"ReferralNum":3,"LName":"Beringer","FName":"Debbie","MName":"L","SSN":"111111111","UsingTIN":"false","Specialty":0,` +
	`"specialty":"","ST":"OR","Telephone":"5033635432","Address":"","Address2":"","City":"Salem","Zip":"","Note":"","Phone2":"",` +
	`"IsHidden":"false","NotPerson":"false","Title":"","EMail":"","PatNum":435,"IsDoctor":"false","DateTStamp":"2021-09-21 12:03:08",` +
	`"IsPreferred":"false","BusinessName":"","DisplayNote":"","isPatient":"true"}`

// printed are requests and members of the rows that must come with them; "referralName" of the first
// refattach is that of its source, and not what seed 001 prints.
var printed = []struct{ path, want string }{
	{"/referrals/1", davidson},
	{"/referrals/2", facebookAd},
	{"/referrals/3", beringer},
	{"/referrals?Limit=3", "[" + davidson + "," + facebookAd + "," + beringer + "]"},
	{"/referrals/17", `{"LName":"Bokish","FName":"","MName":"","SSN":"","Specialty":0,"Telephone":"","Address":"","IsHidden":"false",
		"NotPerson":"false","Title":"","EMail":"","PatNum":0,"IsDoctor":"true","BusinessName":"","Note":"","DisplayNote":""}`},
	{"/referrals/325", `{"SSN":"11111","UsingTIN":"true","ST":"OR","Telephone":"5033635432","Address":"123 Gumtree Ln","Address2":"",
		"City":"Salem","Zip":"97304","Phone2":"(536)265-8587","IsHidden":"false","NotPerson":"false","EMail":"name@site.com","PatNum":0,
		"IsDoctor":"true","IsPreferred":"false","BusinessName":"Surgery Center","DisplayNote":"","isPatient":"false"}`},
	{"/refattaches?Limit=1", `[{"RefAttachNum":1,"ReferralNum":3,"referralName":"Debbie L Beringer","PatNum":25,"ItemOrder":0,
		"RefDate":"2022-01-05","ReferralType":"RefFrom","RefToStatus":"None","Note":"","IsTransitionOfCare":"false","ProcNum":0,
		"DateProcComplete":"0001-01-01","ProvNum":0,"DateTStamp":"2022-01-05 10:13:12"}]`},
	{"/refattaches?Offset=567&Limit=1", `[{"RefAttachNum":568,"ReferralNum":42,"referralName":"Steve N Stevens, DDS","PatNum":972,
		"ItemOrder":1,"RefDate":"2023-12-05","ReferralType":"RefTo","RefToStatus":"Scheduled","Note":"","ProcNum":1192,
		"DateProcComplete":"0001-01-01","ProvNum":8}]`},
	{"/refattaches?Offset=866&Limit=1", `[{"RefAttachNum":867}]`},
	{"/patients/Simple?LName=Smith&FName=John&ClinicNum=1", `[{"PatNum":1,"LName":"Smith","FName":"John","MiddleI":"","Preferred":"",
		"PatStatus":"Patient","Gender":"Male","Birthdate":"1976-05-24","SSN":"","Address":"123 Elm St","City":"Salem","State":"OR",
		"Zip":"97301","HmPhone":"","WkPhone":"(123) 456-7890","WirelessPhone":"","Guarantor":1,"Email":"name@web.com","PriProv":1,
		"priProvAbbr":"DOC1","secProvAbbr":"","BillingType":"Standard Account","ImageFolder":"SmithJohn1","ChartNumber":"","ClinicNum":1,
		"clinicAbbr":"Southside","siteDesc":"","DateTStamp":"2021-07-26 14:22:55"}]`},
	{"/patients/Simple?LName=Johnson&FName=Brody", `[{"PatNum":2,"LName":"Johnson","FName":"Brody","MiddleI":"","Preferred":"",
		"PatStatus":"Patient","Gender":"Male","Birthdate":"0001-01-01","SSN":"","Address":"","City":"","State":"","Zip":"","HmPhone":"",
		"WkPhone":"5035035030","WirelessPhone":"","Guarantor":2,"Email":"","PriProv":1,"priProvAbbr":"DOC1","secProvAbbr":"",
		"BillingType":"Standard Account","ImageFolder":"JohnsonBrody2","ChartNumber":"","ClinicNum":1,"clinicAbbr":"Southside",
		"siteDesc":"","DateTStamp":"2021-07-23 14:52:07"}]`},
	{"/patients/15", `{"PatNum":15,"LName":"Smith","FName":"John","MiddleI":"","Preferred":"","PatStatus":"Patient","Gender":"Male",
		"Birthdate":"1979-06-23","SSN":"352664588","Address":"125 Satin Heights","City":"San Jose","State":"CA","Zip":"05698",
		"HmPhone":"(536) 624-5871","WkPhone":"(536) 265-8587","WirelessPhone":"(536) 987-5621","Guarantor":15,"Email":"johns@hotmail.com",
		"priProvAbbr":"DOC1","secProvAbbr":"","BillingType":"Standard Account","ImageFolder":"SmithJohn15","ChartNumber":"","ClinicNum":0,
		"clinicAbbr":"","siteDesc":""}`},
	{"/patients/16", `{"PatNum":16,"LName":"Smith","FName":"Jane","MiddleI":"","Preferred":"","PatStatus":"Patient","Gender":"Female",
		"Birthdate":"1976-05-24","SSN":"632458956","Address":"125 Satin Heights","City":"San Jose","State":"CA","Zip":"97301",
		"HmPhone":"(536) 624-5871","WkPhone":"(536) 987-4822","WirelessPhone":"","Guarantor":16,"Email":"smithfam@yahoo.com",
		"priProvAbbr":"DOC1","secProvAbbr":"","BillingType":"Standard Account","ImageFolder":"SmithJane16","ChartNumber":"","ClinicNum":0,
		"clinicAbbr":"","siteDesc":""}`},
	{"/patients?LName=smi", `[{"PatNum":16},{"PatNum":1},{"PatNum":15}]`},
	{"/patients?LName=smi&FName=j&Birthdate=1976-05-24&hideInactive=true", `[{"PatNum":16},{"PatNum":1}]`},
	{"/patients?LName=zzz", `[]`},
	{"/patients/435", `{"LName":"Beringer","FName":"Debbie","MiddleI":"L","SSN":"111111111","State":"OR","City":"Salem",
		"HmPhone":"(503)363-5432","PatStatus":"Patient"}`},
	{"/patients/25", `{"PatNum":25,"PatStatus":"Patient"}`},
	{"/patients/50", `{"PatNum":50,"PatStatus":"Patient"}`},
	{"/patients/972", `{"PatNum":972,"PatStatus":"Patient"}`},
	{"/clinics", `[{"ClinicNum":1,"Abbr":"Southside"},{"ClinicNum":2},{"ClinicNum":3}]`},
	{"/providers?Limit=2", `[{"ProvNum":1,"Abbr":"DOC1","LName":"Albert","FName":"Brian","Suffix":"","IsSecondary":"false",
		"DateTStamp":"2021-08-04 08:33:01"},{"ProvNum":2,"Abbr":"HYG1","LName":"Jones","FName":"Tina","Suffix":"","IsSecondary":"true",
		"DateTStamp":"2021-08-15 13:18:51"}]`},
	{"/definitions?Category=35", `[{"DefNum":263,"ItemName":"General"},{"DefNum":264,"ItemName":"Hygienist"},
		{"DefNum":465,"ItemName":"Endodontics"},{"DefNum":266,"ItemName":"Pediatric"},{"DefNum":267,"ItemName":"Perio"},
		{"DefNum":268,"ItemName":"Prosth"},{"DefNum":269,"ItemName":"Ortho"},{"DefNum":270,"ItemName":"Denturist"},
		{"DefNum":272,"ItemName":"Surgery"},{"DefNum":271,"ItemName":"Assistant"},{"DefNum":273,"ItemName":"LabTech"},
		{"DefNum":274,"ItemName":"Pathology"},{"DefNum":275,"ItemName":"PublicHealth"},{"DefNum":276,"ItemName":"Radiology"}]`},
	{"/preferences?PrefName=PracticeTitle", `[{"PrefNum":5,"PrefName":"PracticeTitle","ValueString":"Demo Dental"}]`},
}

func TestTheDocumentsRowsAreAsPrinted(t *testing.T) {
	t.Parallel()
	s := sample(t)
	for _, example := range printed {
		w := s.Do(http.MethodGet, example.path, "")
		if w.Code != http.StatusOK {
			t.Errorf("%s answers %d %s", example.path, w.Code, w.Body)
			continue
		}
		var got, want any
		decode(t, w.Body.String(), &got)
		decode(t, example.want, &want)
		if diff := cmp.Diff(want, asMuchOf(got, want)); diff != "" {
			t.Errorf("%s (-want, +got):\n%s", example.path, diff)
		}
	}
	if got := s.Do(http.MethodGet, "/referrals/1", "").Body.String(); got != davidson {
		t.Errorf("/referrals/1 answers %s, want %s", got, davidson)
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// asMuchOf leaves of an answer the members that are wanted.
func asMuchOf(got, want any) any {
	switch want := want.(type) {
	case []any:
		rows, ok := got.([]any)
		if !ok || len(rows) != len(want) {
			return got
		}
		left := make([]any, len(rows))
		for i := range rows {
			left[i] = asMuchOf(rows[i], want[i])
		}
		return left
	case map[string]any:
		row, ok := got.(map[string]any)
		if !ok {
			return got
		}
		left := make(map[string]any)
		for name := range want {
			if value, ok := row[name]; ok {
				left[name] = value
			}
		}
		return left
	default:
		return got
	}
}

// The examples that write find the rows as they expect them.
func TestTheDocumentsWritesWork(t *testing.T) {
	t.Parallel()
	s := sample(t)
	for _, example := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{http.MethodPut, "/referrals/325", `{"LName":"Smithers","FName":"Jonathan","MName":"C","Title":"DDS","Specialty":272,"Note":"Out on Thursdays"}`,
			http.StatusOK, `{"LName":"Smithers","FName":"Jonathan","MName":"C","Specialty":272,"specialty":"Surgery","Title":"DDS","Note":"Out on Thursdays"}`},
		{http.MethodPut, "/refattaches/568", `{"ReferralNum":17,"ReferralType":"RefTo","RefToStatus":"Complete","DateProcComplete":"2023-12-14"}`,
			http.StatusOK, `{"RefAttachNum":568,"ReferralNum":17,"referralName":"Bokish","PatNum":972,"ItemOrder":1,"ProcNum":1192,"ProvNum":8}`},
		{http.MethodPost, "/refattaches", `{"PatNum":50,"ReferralNum":2}`, http.StatusCreated, `{"RefAttachNum":3001,"PatNum":50}`},
		{http.MethodPost, "/refattaches", `{"PatNum":50,"ReferralNum":2,"ReferralType":"RefTo","RefToStatus":"InTreatment"}`, http.StatusCreated, `{"RefAttachNum":3002}`},
		{http.MethodPost, "/refattaches", `{"PatNum":50,"referralName":"Google"}`, http.StatusCreated, `{"ReferralNum":341,"referralName":"Google"}`},
		{http.MethodPost, "/referrals", `{"LName":"Yellow Pages"}`, http.StatusCreated, `{"ReferralNum":342}`},
		{http.MethodPost, "/referrals", `{"LName":"Smith","FName":"John","specialty":"Surgery"}`, http.StatusCreated, `{"ReferralNum":343,"Specialty":272}`},
		{http.MethodPost, "/patients", `{"LName":"Smith","FName":"Jane"}`, http.StatusCreated, `{"PatNum":2001,"Guarantor":2001,"PriProv":1}`},
	} {
		w := s.Do(example.method, example.path, example.body)
		if w.Code != example.status {
			t.Errorf("%s %s answers %d %s", example.method, example.path, w.Code, w.Body)
			continue
		}
		var got, want any
		decode(t, w.Body.String(), &got)
		decode(t, example.want, &want)
		if diff := cmp.Diff(want, asMuchOf(got, want)); diff != "" {
			t.Errorf("%s %s %s (-want, +got):\n%s", example.method, example.path, example.body, diff)
		}
	}
	if w := s.Do(http.MethodDelete, "/refattaches/867", ""); w.Code != http.StatusOK {
		t.Errorf("DELETE /refattaches/867 answers %d %s", w.Code, w.Body)
	}
	// The same attachment as above, a second time.
	if w := s.Do(http.MethodPost, "/refattaches", `{"PatNum":972,"ReferralNum":17,"ReferralType":"RefTo"}`); w.Code != http.StatusBadRequest {
		t.Errorf("a second attachment answers %d %s", w.Code, w.Body)
	}
}

// A patient who is a source, and whose row is changed, is copied into the source; the sample's
// sources are copies already.
func TestASourceIsACopyOfItsPatient(t *testing.T) {
	t.Parallel()
	s := sample(t)
	for _, num := range sourcePatients(t, s) {
		if w := s.Do(http.MethodPut, "/patients/"+num, `{"Ward":"3"}`); w.Code != http.StatusOK {
			t.Errorf("PUT /patients/%s answers %d %s", num, w.Code, w.Body)
		}
	}
	for _, change := range s.Changes(t) {
		if change.Table == "referral" {
			t.Errorf("source %d is changed: %s", change.Key, strings.Join(change.Columns, ","))
		}
	}
}

func sourcePatients(t *testing.T, s *apitest.Server) (nums []string) {
	t.Helper()
	read(t, s, func(c store.Conn) {
		nums = query(t, c, 1, "SELECT `PatNum` FROM `referral` WHERE `PatNum` <> 0")
	})
	if len(nums) < 50 {
		t.Fatal(fmt.Sprint("only ", len(nums), " sources are patients"))
	}
	return nums
}
