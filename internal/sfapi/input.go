package sfapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/intake"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

const (
	maxBody       = 4 << 20
	maxPerformers = 5 // seed 004
	maxDetails    = 200
	maxNotes      = 32000
)

// input is a call's body while it is read. Its problems are collected and told together.
type input struct {
	caller   *intake.Caller
	problems []problem
}

func (in *input) refuse(code, message string, fields ...string) {
	in.problems = append(in.problems, problem{Message: message, ErrorCode: code, Fields: fields})
}

// takeReferrals answers the referral call (seed 004).
func (c *call) takeReferrals(ctx context.Context) error {
	if err := c.allow(http.MethodPost); err != nil {
		return err
	}
	body, err := c.readBody()
	if err != nil {
		return err
	}
	taken, err := c.read(body)
	if err != nil {
		return err
	}
	ids, err := c.desk.Take(ctx, c.caller, *taken)
	if err != nil {
		return err
	}
	answer := struct {
		Error       *string  `json:"error"`
		ReferralIDs []string `json:"referralIds"`
	}{}
	for _, id := range ids {
		answer.ReferralIDs = append(answer.ReferralIDs, id.Full())
	}
	writeJSON(c.w, http.StatusCreated, answer)
	return nil
}

func (c *call) readBody() ([]byte, error) {
	if kind := c.r.Header.Get("Content-Type"); kind != "" {
		if media, _, err := mime.ParseMediaType(kind); err != nil || media != "application/json" {
			return nil, refuse(http.StatusUnsupportedMediaType, codeMedia, "The Content-Type must be application/json")
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, refuse(http.StatusRequestEntityTooLarge, codeTooLarge, fmt.Sprintf("The body is larger than %d MB", maxBody>>20))
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, codeParser, "The body ended early")
	}
	return body, nil
}

// read turns the body into a call, or says all that is wrong with it.
func (c *call) read(body []byte) (*intake.Call, error) {
	top, err := decode(body)
	if err != nil {
		return nil, err
	}
	in := &input{caller: c.caller}
	taken := &intake.Call{State: lifecycle.Draft, Priority: lifecycle.Routine}
	for _, name := range sorted(top) {
		switch name {
		case "patient", "referral", "requester", "performers", "referralDetails", "referralNotes", "shouldUseHighConfidenceMatch":
		default:
			in.refuse(codeParser, fmt.Sprintf("Unrecognized field %q", shown(name)))
		}
	}
	in.readPatient(top["patient"], taken)
	in.readReferral(top["referral"], taken)
	if value := top["requester"]; value != nil {
		if named, ok := in.party("requester", value); ok {
			taken.Requester = &named
		}
	}
	in.readPerformers(top["performers"], taken)
	in.readDetails(top["referralDetails"], taken)
	in.readNotes(top["referralNotes"], taken)
	switch match := top["shouldUseHighConfidenceMatch"].(type) {
	case nil:
	case bool:
		taken.MatchBest = match
	default:
		in.refuse(codeParser, "shouldUseHighConfidenceMatch must be true or false")
	}
	if len(in.problems) > 0 {
		return nil, &refusal{status: http.StatusBadRequest, problems: in.problems}
	}
	return taken, nil
}

// decode reads a JSON object; numbers stay as they were written.
func decode(body []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var top map[string]any
	err := decoder.Decode(&top)
	if err == nil {
		if _, more := decoder.Token(); more != io.EOF {
			err = errors.New("more than one value")
		}
	}
	if err == nil && top == nil {
		err = errors.New("null")
	}
	if err == nil {
		return top, nil
	}
	message := "Unexpected end-of-input: expected a JSON object"
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && syntax.Offset < int64(len(body)):
		line, column := position(body, syntax.Offset)
		message = fmt.Sprintf("Unexpected character at [line:%d, column:%d]", line, column)
	case errors.As(err, &kind), !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) && syntax == nil:
		message = "The body must be one JSON object"
	}
	return nil, refuse(http.StatusBadRequest, codeParser, message)
}

func position(body []byte, offset int64) (line, column int) {
	before := body[:offset]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, len(before) - bytes.LastIndexByte(before, '\n') - 1
}

// recordFields are the two members of a Record Fields Input.
type recordFields struct {
	id     string
	fields map[string]any
}

// object reads what must be a Record Fields Input. A list of one is taken for its element, because the document's table
// prints the type as one.
func (in *input) object(path string, value any) (r recordFields, ok bool) {
	if list, isList := value.([]any); isList && len(list) == 1 {
		value = list[0]
	}
	members, isObject := value.(map[string]any)
	if !isObject {
		in.refuse(codeParser, path+" must be an object with id or fields")
		return r, false
	}
	ok = true
	for _, name := range sorted(members) {
		switch member := members[name]; name {
		case "id":
			if r.id, isObject = member.(string); !isObject && member != nil {
				in.refuse(codeParser, path+".id must be a string")
				ok = false
			}
		case "fields":
			if r.fields, isObject = member.(map[string]any); !isObject && member != nil {
				in.refuse(codeParser, path+".fields must be an object")
				ok = false
			}
		default:
			in.refuse(codeParser, fmt.Sprintf("Unrecognized field %q in %s", shown(name), path))
			ok = false
		}
	}
	return r, ok
}

// id reads a record id.
func (in *input) id(path, text string) (intake.ID, bool) {
	id, misspelt, ok := intake.ParseID(text)
	if !ok || misspelt && in.caller.Client.StrictIDs {
		in.refuse(codeMalformed, fmt.Sprintf("%s: id value of incorrect type: %s", path, shown(text)), path)
		return "", false
	}
	return id, true
}

// idOf reads the id of a record of an object.
func (in *input) idOf(object, path, text string) (intake.ID, bool) {
	id, ok := in.id(path, text)
	if ok && in.caller.Client.StrictIDs && !id.Belongs(object) {
		in.refuse(codeMalformed, fmt.Sprintf("%s: id value of incorrect type: %s", path, shown(text)), path)
		return "", false
	}
	return id, ok
}

func (in *input) readPatient(value any, taken *intake.Call) {
	if value == nil {
		in.refuse(codeInput, "patient is required: the id of a patient, or the fields of a new one", "patient")
		return
	}
	r, ok := in.object("patient", value)
	switch {
	case !ok:
	case r.id != "" && len(r.fields) > 0:
		in.refuse(codeInput, "patient must have either id or fields: a referral does not change a patient", "patient")
	case r.id != "":
		taken.Patient = intake.Named{Path: "patient"}
		taken.Patient.ID, _ = in.idOf(intake.Account, "patient.id", r.id)
	case len(r.fields) == 0:
		in.refuse(codeInput, "patient must have the id of a patient, or the fields of a new one", "patient")
	default:
		fields := in.check(account, r.fields, false)
		if strings.TrimSpace(fields.Text("LastName")) == "" && !in.named("LastName") {
			in.refuse(codeMissing, "Required fields are missing: [LastName]", "LastName")
		}
		taken.Patient = intake.Named{Path: "patient", Fields: fields}
	}
}

// named tells whether something is wrong with a field already.
func (in *input) named(name string) bool {
	return slices.ContainsFunc(in.problems, func(p problem) bool { return slices.Contains(p.Fields, name) })
}

// party reads a requester or a performer.
func (in *input) party(path string, value any) (named intake.Named, ok bool) {
	r, ok := in.object(path, value)
	switch {
	case !ok:
		return named, false
	case r.id != "" && len(r.fields) > 0:
		in.refuse(codeInput, path+" must have either id or fields", path)
		return named, false
	case r.id != "":
		id, ok := in.idOf(intake.Party, path+".id", r.id)
		return intake.Named{Path: path, ID: id}, ok
	case len(r.fields) == 0:
		in.refuse(codeInput, path+" must have an id, or the fields of a new account", path)
		return named, false
	}
	fields := in.check(account, r.fields, false)
	if fields.Text("Name") == "" && fields.Text("LastName") == "" {
		in.refuse(codeMissing, "Required fields are missing: [Name]", "Name")
		return named, false
	}
	return intake.Named{Path: path, Fields: fields}, true
}

func (in *input) readPerformers(value any, taken *intake.Call) {
	if value == nil {
		return
	}
	list, ok := value.([]any)
	if !ok {
		in.refuse(codeParser, "performers must be a list")
		return
	}
	if len(list) > maxPerformers {
		in.refuse(codeInput, fmt.Sprintf("performers must have at most %d elements", maxPerformers), "performers")
		return
	}
	for i, element := range list {
		if named, ok := in.party(fmt.Sprintf("performers[%d]", i), element); ok {
			taken.Performers = append(taken.Performers, named)
		}
	}
}

func (in *input) readNotes(value any, taken *intake.Call) {
	notes, ok := value.(string)
	switch {
	case value == nil:
	case !ok:
		in.refuse(codeParser, "referralNotes must be a string")
	case len([]rune(notes)) > maxNotes:
		in.refuse(codeTooLong, fmt.Sprintf("referralNotes: data value too large (max length=%d)", maxNotes), "referralNotes")
	case strings.ContainsRune(notes, 0):
		in.refuse(codeType, "referralNotes: the character U+0000 is not allowed", "referralNotes")
	default:
		taken.Notes = notes
	}
}

// beginnings are the states in which a referral may come in, by its Status; the others are what becomes of one here.
var beginnings = map[string]lifecycle.State{"": lifecycle.Draft, "Draft": lifecycle.Draft, "Active": lifecycle.Submitted, "Unknown": lifecycle.Submitted}

// priorities as lifecycle.md §4 maps them. A suspected cancer is not told apart from other haste by these words, so none is
// taken for one.
var priorities = map[string]lifecycle.Priority{"": lifecycle.Routine, "Routine": lifecycle.Routine, "Urgent": lifecycle.Urgent, "ASAP": lifecycle.Urgent, "Stat": lifecycle.Urgent}

func (in *input) readReferral(value any, taken *intake.Call) {
	if value == nil {
		in.refuse(codeInput, "referral is required: the fields of the ClinicalServiceRequest", "referral")
		return
	}
	r, ok := in.object("referral", value)
	if !ok {
		return
	}
	if r.id != "" {
		in.refuse(codeInput, "referral must have fields and no id: it is made by this call", "referral")
	}
	fields := in.check(request, r.fields, false)
	status := fields.Text("Status")
	state, ok := beginnings[status]
	if !ok && slices.Contains(request.byName["Status"].values, status) {
		in.refuse(codeInput, "Status: a referral comes in as Draft, Active or Unknown; the other values follow from what is done with it", "Status")
	} else if !ok {
		state = lifecycle.Submitted // a word of the sender's own
	}
	if fields.Text("Type") == "" {
		fields["Type"] = "Order"
	}
	priority, ok := priorities[fields.Text("Priority")]
	if !ok {
		priority = lifecycle.Routine
	}
	if fields["HasPrerequisites"] == true && fields["PrerequisiteCodeId"] != nil {
		in.refuse(codeInput, "PrerequisiteCodeId must not be set where HasPrerequisites is true", "PrerequisiteCodeId")
	}
	taken.Request, taken.State, taken.Priority = fields, state, priority
	taken.Source, taken.SourceID = fields.Text("SourceSystem"), fields.Text("SourceSystemIdentifier")
}

func (in *input) readDetails(value any, taken *intake.Call) {
	if value == nil {
		return
	}
	list, ok := value.([]any)
	if _, single := value.(map[string]any); single {
		list, ok = []any{value}, true
	}
	if !ok {
		in.refuse(codeParser, "referralDetails must be a list")
		return
	}
	if len(list) > maxDetails {
		in.refuse(codeInput, fmt.Sprintf("referralDetails must have at most %d elements", maxDetails), "referralDetails")
		return
	}
	for i, element := range list {
		if fields, ok := in.readDetail(fmt.Sprintf("referralDetails[%d]", i), element); ok {
			taken.Details = append(taken.Details, fields)
		}
	}
}

// readDetail reads one Referral Detail Input. The fields of its own record stay beside those of the detail.
func (in *input) readDetail(path string, value any) (intake.Fields, bool) {
	members, ok := value.(map[string]any)
	if !ok {
		in.refuse(codeParser, path+" must be an object")
		return nil, false
	}
	before := len(in.problems)
	given := make(map[string]any)
	var own map[string]any
	for _, name := range sorted(members) {
		member := members[name]
		switch name {
		case "detailType":
			given["DetailType"] = member
		case "detailRecordType":
			given["DetailRecordType"] = member
		case "detailRecordId":
			given["DetailRecordId"] = member
		case "detailCodeId":
			given["DetailCodeId"] = member
		case "fields":
			if own, ok = member.(map[string]any); !ok && member != nil {
				in.refuse(codeParser, path+".fields must be an object")
			}
		default:
			in.refuse(codeParser, fmt.Sprintf("Unrecognized field %q in %s", shown(name), path))
		}
	}
	if given["DetailType"] == nil || given["DetailType"] == "" {
		in.refuse(codeInput, path+".detailType is required", "detailType")
	}
	if given["DetailRecordId"] == nil && given["DetailCodeId"] == nil && len(own) == 0 {
		in.refuse(codeInput, path+" must have detailRecordId, detailCodeId or fields", path)
	}
	if len(own) > 0 && given["DetailRecordType"] == nil {
		in.refuse(codeInput, path+".detailRecordType is required where fields are sent: it says of which object they are", "detailRecordType")
	}
	fields := in.check(detail, given, false)
	for name := range detail.byName {
		if _, clash := own[name]; clash && name != "Name" {
			in.refuse(codeField, fmt.Sprintf("No such column '%s' on sobject of type %v", name, given["DetailRecordType"]), name)
			delete(own, name)
		}
	}
	for name, value := range in.check(detail, own, true) {
		fields[name] = value
	}
	return fields, len(in.problems) == before
}
