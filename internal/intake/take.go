package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Named is a record that a call names by its id, or one that is to be made of fields.
type Named struct {
	Path   string // where it stands in the call: "performers[1]"
	ID     ID     // "" for one that is to be made
	Fields Fields
}

// Call is a referral as it comes in.
type Call struct {
	Patient    Named
	Requester  *Named
	Performers []Named // one referral each; none is one without a performer
	Request    Fields  // of the ClinicalServiceRequest
	Details    []Fields
	Notes      string
	MatchBest  bool // a patient without an id may be one who is known already
	State      lifecycle.State
	Priority   lifecycle.Priority
	Source     string // the system that the call comes from, and its own id there; "" is none
	SourceID   string
}

// Take makes the referrals of a call: the patient, the parties, and for each performer a request with its details and a
// referral, or nothing at all. A call of a source that was taken before is answered with what it made then.
func (d *Desk) Take(ctx context.Context, caller *Caller, call Call) (ids []ID, err error) {
	account, err := d.referrals.AccountOf(ctx, caller.Client.Practice)
	if err != nil {
		return nil, err
	}
	source := ""
	if call.Source != "" && call.SourceID != "" {
		source = hashOf(fmt.Sprint(caller.Client.Practice), call.Source, call.SourceID)
	}
	ids, err = d.takeOnce(ctx, caller, account, &call, source)
	if errors.Is(err, errRaced) { // on a server two may have looked at once; the other one's are there now
		ids, err = d.takeOnce(ctx, caller, account, &call, source)
	}
	return ids, err
}

// errRaced is the fault of a call that was sent twice at once.
var errRaced = fault.New(fault.Conflict, "The call is being taken already")

func (d *Desk) takeOnce(ctx context.Context, caller *Caller, account *referral.Caller, call *Call, source string) (ids []ID, err error) {
	err = d.hub.Write(ctx, caller.audit(), func(tx *record.Tx) error {
		t := taking{tx: tx, desk: d, account: account, practice: caller.Client.Practice, call: call, source: source}
		if ids, err = t.earlier(); err != nil || ids != nil {
			return err
		}
		ids, err = t.take()
		return err
	})
	return ids, err
}

// taking is a call within its transaction.
type taking struct {
	tx       *record.Tx
	desk     *Desk
	account  *referral.Caller
	practice int64
	call     *Call
	source   string
}

// earlier is what the same call of its source made, nil when it is the first. The row of the source makes two that come
// at once one after the other.
func (t *taking) earlier() (ids []ID, err error) {
	if t.source == "" {
		return nil, nil
	}
	rows := t.tx.Query("SELECT `RecordNum` FROM `intakerequest` WHERE `SourceHash` = ? ORDER BY `Place`", store.Text(t.source))
	for rows.Next() {
		ids = append(ids, makeID(Request, rows.Int(0)))
	}
	if err := rows.Close(); err != nil || ids != nil {
		return ids, err
	}
	_, err = t.tx.Exec("INSERT INTO `intakesource` (`SourceHash`, `PracticeNum`, `CreatedAt`) VALUES (?, ?, ?)",
		store.Text(t.source), store.Int(t.practice), store.Text(t.tx.At.String()))
	if fault.Is(err, fault.Conflict) {
		err = errRaced
	}
	return nil, err
}

func (t *taking) take() ([]ID, error) {
	patient, requester, performers, err := t.people()
	if err != nil {
		return nil, err
	}
	var ids []ID
	for place, performer := range performers {
		id, err := t.request(place, patient, requester, performer)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// people finds or makes everybody whom the call names. All who are not there are told at once.
func (t *taking) people() (patient Record, requester *Record, performers []*Record, err error) {
	var faults []fault.Field
	named := func(n Named, object string) (found Record) {
		if err != nil {
			return Record{}
		}
		if n.ID != "" {
			found, err = find(t.tx, t.practice, n.ID, object)
			if fault.Is(err, fault.NotFound) {
				faults = append(faults, fault.Field{Name: n.Path + ".id", Text: n.Path + ".id: invalid cross reference id"})
				err = nil
			}
			return found
		}
		if object == Account {
			return t.patient(n, &err)
		}
		found, err = insert(t.tx, t.practice, Account, "", n.Fields)
		return found
	}
	patient = named(t.call.Patient, Account)
	if t.call.Requester != nil {
		found := named(*t.call.Requester, Party)
		requester = &found
	}
	seen := make(map[ID]bool)
	for _, n := range t.call.Performers {
		if found := named(n, Party); n.ID == "" || !seen[n.ID] {
			performers = append(performers, &found)
			seen[n.ID] = true
		}
	}
	if performers == nil {
		performers = []*Record{nil}
	}
	if err == nil && len(faults) > 0 {
		err = &fault.Fault{Kind: fault.NotFound, Text: "A record that the call names does not exist", Fields: faults}
	}
	return patient, requester, performers, err
}

// patient is the one who is known already, where the call wants to look, or a new one.
func (t *taking) patient(n Named, err *error) (found Record) {
	if t.call.MatchBest {
		num, known, failed := match(t.tx, t.practice, n.Fields)
		if *err = failed; failed != nil {
			return Record{}
		}
		if known {
			found, *err = find(t.tx, t.practice, makeID(Account, num), Account)
			if fault.Is(*err, fault.NotFound) { // the organisation has an id of its own for the patient
				_, *err = one(t.tx, func(r store.Row) { found, *err = scanRecord(r) }, recordColumns+"WHERE `RecordNum` = ?", store.Int(num))
			}
			return found
		}
	}
	if found, *err = insert(t.tx, t.practice, Account, "", n.Fields); *err == nil {
		*err = indexPatient(t.tx, t.practice, found)
	}
	return found
}

// request makes one request with its details, and the referral that it is.
func (t *taking) request(place int, patient Record, requester, performer *Record) (ID, error) {
	fields := make(Fields, len(t.call.Request)+3)
	for name, value := range t.call.Request {
		fields[name] = value
	}
	fields["PatientId"] = patient.ID.Full()
	referrer := ""
	if requester != nil {
		fields["RequesterId"] = requester.ID.Full()
		referrer = nameOf(requester.Fields)
	}
	if performer != nil {
		fields["PerformerId"] = performer.ID.Full()
	}
	request, err := insert(t.tx, t.practice, Request, "", fields)
	if err != nil {
		return "", err
	}
	person := identityOf(patient.Fields)
	num, err := t.desk.referrals.TakeIn(t.tx, t.account, referral.Intake{
		Origin: "salesforce", State: t.call.State, Priority: t.call.Priority, ReferrerName: referrer, Reason: t.reason(),
		First: patient.Fields.Text("FirstName"), Last: patient.Fields.Text("LastName"), BirthDate: person.birth,
		Given: given(patient.Fields, person, referrer, t.call.Priority, summary(t.call)), Says: summary(t.call),
	})
	if err != nil {
		return "", err
	}
	if err := t.tx.Send("INSERT INTO `intakerequest` (`RecordNum`, `PracticeNum`, `ReferralNum`, `PatientNum`, `Notes`, `SourceHash`, `SourceIdHash`, `Place`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		store.Int(request.Num), store.Int(t.practice), store.Int(num), store.Int(patient.Num), store.Text(t.call.Notes), store.Text(t.source), store.Text(hashOf(t.call.SourceID)), store.Int(place)); err != nil {
		return "", err
	}
	for _, detail := range t.call.Details {
		own := make(Fields, len(detail)+1)
		for name, value := range detail {
			own[name] = value
		}
		own["ClinicalServiceRequestId"] = request.ID.Full()
		if _, err := insert(t.tx, t.practice, Detail, "", own); err != nil {
			return "", err
		}
	}
	return request.ID, t.tx.Note(audit.Create, "intakerequest", request.Num, "")
}

// reason is what the referral is for, as far as the details say it in words.
func (t *taking) reason() string {
	for _, kind := range []string{"Reason Reference", "Body Site"} {
		at := slices.IndexFunc(t.call.Details, func(f Fields) bool { return f.Text("DetailType") == kind && nameOf(f) != "" })
		if at >= 0 {
			return nameOf(t.call.Details[at])
		}
	}
	return "Clinical service request"
}

// nameOf is what a record is called.
func nameOf(fields Fields) string {
	name := fields.Text("Name")
	if name == "" {
		name = strings.TrimSpace(fields.Text("FirstName") + " " + fields.Text("LastName"))
	}
	if len([]rune(name)) > 255 {
		name = string([]rune(name)[:255])
	}
	return name
}

// given is what a form begins with. A patient's date of birth is written as the form's own API writes it.
func given(patient Fields, person identity, referrer string, priority lifecycle.Priority, note string) map[string]string {
	all := map[string]string{
		"patient_first_name": patient.Text("FirstName"), "patient_last_name": patient.Text("LastName"), "patient_email": patient.Text("PersonEmail"),
		"patient_phone_number": patient.Text("Phone"), "patient_mobile_tel": patient.Text("PersonMobilePhone"), "patient_home_tel": patient.Text("PersonHomePhone"),
		"patient_address_line_1": patient.Text("PersonMailingStreet"), "patient_town": patient.Text("PersonMailingCity"),
		"patient_postcode": patient.Text("PersonMailingPostalCode"), "referrer_name": referrer, "note": note,
	}
	if !person.birth.IsNone() {
		day := person.birth.String()
		all["patient_dob"] = day[8:] + "/" + day[5:7] + "/" + day[:4]
	}
	if priority != lifecycle.Routine {
		all["urgent"] = "1"
	}
	for name, value := range all {
		if value == "" {
			delete(all, name)
		}
	}
	return all
}
