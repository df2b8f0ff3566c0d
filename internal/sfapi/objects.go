package sfapi

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/intake"
)

// valueKind is what a field holds.
type valueKind uint8

const (
	textValue valueKind = iota
	pickValue
	idValue
	dateValue
	dateTimeValue
	boolValue
	numberValue
	emailValue
)

// field is a field of an object, as the object's reference describes it.
type field struct {
	name     string
	kind     valueKind
	length   int      // of a text, in characters
	values   []string // of a picklist
	closed   bool     // the platform itself refuses other values
	readOnly bool
}

func text(name string, length int) field { return field{name: name, kind: textValue, length: length} }
func pick(name string, values ...string) field {
	return field{name: name, kind: pickValue, length: 40, values: values}
}
func id(name string) field        { return field{name: name, kind: idValue} }
func at(name string) field        { return field{name: name, kind: dateTimeValue} }
func yesNo(name string) field     { return field{name: name, kind: boolValue} }
func number(name string) field    { return field{name: name, kind: numberValue} }
func (f field) fixed() field      { f.readOnly = true; return f }
func (f field) restricted() field { f.closed = true; return f }

// object is an object of the platform, with its fields in the order in which a record shows them.
type object struct {
	name   string
	fields []field
	byName map[string]*field
}

func newObject(name string, fields ...field) *object {
	o := &object{name: name, fields: fields, byName: make(map[string]*field, len(fields))}
	for i := range fields {
		o.byName[fields[i].name] = &fields[i]
	}
	return o
}

// ofAll are the fields that every record has.
var ofAll = []field{
	id("OwnerId"), yesNo("IsDeleted").fixed(), at("CreatedDate").fixed(), id("CreatedById").fixed(), at("LastModifiedDate").fixed(), id("LastModifiedById").fixed(),
	at("SystemModstamp").fixed(), at("LastViewedDate").fixed(), at("LastReferencedDate").fixed(),
}

func with(fields ...field) []field { return append(fields, ofAll...) }

// The lengths of texts whose length no document gives.
const (
	lengthOfText = 255
	lengthOfArea = 32000
)

// request is ClinicalServiceRequest (spec salesforce.yaml, objects).
var request = newObject(intake.Request, with(
	id("Id").fixed(), text("Name", lengthOfText).fixed(), id("PatientId").fixed(),
	pick("Status", "Active", "Completed", "Draft", "Entered-in-Error", "On-Hold", "Revoked", "Unknown"),
	pick("Type", "Directive", "Filler-Order", "Instance-Order", "Option", "Order", "Original-Order", "Plan", "Proposal", "Reflex-Order"),
	pick("Priority", "ASAP", "Routine", "Stat", "Urgent"),
	text("PatientInstruction", lengthOfArea), id("RequesterId").fixed(), id("PerformerId").fixed(), id("PerformerTypeId"), id("BodySiteId"), id("CategoryId"),
	id("RequestCodeId"), id("ReasonCodeId"), id("FacilityCodeId"), id("FacilityId"), id("ConditionId"), id("DiagnosticReportId"), id("ObservationId"), id("EncounterId"),
	id("DiseaseInvestigationId"), id("CaseId"), id("OriginalRequestId"), id("ServiceRequestGroupIdentifierId"), at("DateSigned"), at("StartDate"), at("EndDate"),
	yesNo("HasPrerequisites"), id("PrerequisiteCodeId"), yesNo("IsAccepted").fixed(), yesNo("IsIgnored"), pick("QuantityType", "Range", "Ratio").restricted(),
	number("QuantityNumerator"), number("QuantityDenominator"), id("QuantityNumeratorUnitId"), text("SourceSystem", lengthOfText),
	text("SourceSystemIdentifier", lengthOfText), at("SourceSystemModified"), text("StatusReason", lengthOfText), number("ReferralScore"),
)...)

// account is Account as a person: a patient, or a party that is new.
var account = newObject(intake.Account, with(
	id("Id").fixed(), text("Name", lengthOfText), text("Salutation", 40), text("FirstName", 40), text("MiddleName", 40), text("LastName", 80), text("Suffix", 40),
	text("Phone", 40), text("PersonMobilePhone", 40), text("PersonHomePhone", 40), text("PersonOtherPhone", 40), text("Fax", 40),
	field{name: "PersonEmail", kind: emailValue, length: 80}, field{name: "PersonBirthdate", kind: dateValue}, text("PersonGenderIdentity", 40),
	text("PersonMailingStreet", lengthOfText), text("PersonMailingCity", 40), text("PersonMailingState", 80), text("PersonMailingPostalCode", 20),
	text("PersonMailingCountry", 80), text("BillingStreet", lengthOfText), text("BillingCity", 40), text("BillingState", 80), text("BillingPostalCode", 20),
	text("BillingCountry", 80), text("AccountNumber", 40), text("Description", lengthOfArea), text("Type", lengthOfText), id("RecordTypeId"), id("ParentId"),
	text("SourceSystem", lengthOfText), text("SourceSystemIdentifier", lengthOfText), at("SourceSystemModified"),
)...)

// provider is HealthcareProvider, as far as intake clients read it back.
var provider = newObject(intake.HealthcareProvider, with(
	id("Id").fixed(), text("Name", lengthOfText), id("AccountId"), id("PractitionerId"), text("ProviderType", lengthOfText), text("ProviderClass", lengthOfText),
	text("Status", 40), text("SourceSystem", lengthOfText), text("SourceSystemIdentifier", lengthOfText),
)...)

// detail is ClinicalServiceRequestDetail. What its own record holds, a member plan's number say, is of many objects, and
// kept as it is sent.
var detail = newObject(intake.Detail, with(
	id("Id").fixed(), text("Name", lengthOfText), id("ClinicalServiceRequestId").fixed(),
	pick("DetailType", "Based On", "Body Site", "Insurance", "Reason Reference", "Request Facility", "Specimen"),
	pick("DetailRecordType", "Care Observation", "Care Plan", "Care Registered Device", "Care Specialty", "Clinical Service Request", "Diagnostic Summary",
		"Health Condition", "Healthcare Facility", "Medication Request", "Member Plan", "Work Type"),
	id("DetailRecordId"), id("DetailCodeId"),
)...)

var objects = map[string]*object{intake.Request: request, intake.Account: account, intake.HealthcareProvider: provider, intake.Detail: detail}

func isCustom(name string) bool {
	return strings.HasSuffix(name, "__c") && len(name) > 3 && len(name) <= 60
}

// check judges the fields of a record that is to be made, and adds what is wrong to the problems of the call. What
// is left is kept: names as the object spells them, values as they were sent.
func (in *input) check(o *object, given map[string]any, open bool) intake.Fields {
	kept := make(intake.Fields, len(given))
	for _, name := range sorted(given) {
		value := given[name]
		known := o.byName[name]
		switch {
		case known == nil && !isCustom(name) && !open:
			in.refuse(codeField, fmt.Sprintf("No such column '%s' on sobject of type %s", name, o.name), name)
			continue
		case known != nil && known.readOnly:
			in.refuse(codeReadOnly, "Unable to create/update fields: "+name+". Please check the security settings of this field and verify that it is read/write for your profile or permission set", name)
			continue
		case value == nil:
			continue
		}
		if known == nil {
			known = &field{name: name, kind: textValue, length: lengthOfArea}
			switch value.(type) {
			case bool:
				known.kind = boolValue
			case json.Number:
				known.kind = numberValue
			}
		}
		if in.checkValue(known, value) {
			kept[name] = value
		}
	}
	return kept
}

func sorted(given map[string]any) []string {
	names := make([]string, 0, len(given))
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checkValue tells whether a value may stand in a field.
func (in *input) checkValue(f *field, value any) bool {
	written, isText := value.(string)
	wrongType := func(kind string) bool {
		in.refuse(codeType, fmt.Sprintf("%s: value not of required type: %s", f.name, kind), f.name)
		return false
	}
	switch f.kind {
	case boolValue:
		if _, ok := value.(bool); !ok {
			return wrongType("boolean")
		}
		return true
	case numberValue:
		if _, ok := value.(json.Number); !ok {
			return wrongType("number")
		}
		return true
	}
	if !isText {
		return wrongType("string")
	}
	if strings.ContainsRune(written, 0) {
		in.refuse(codeType, f.name+": the character U+0000 is not allowed", f.name)
		return false
	}
	switch f.kind {
	case idValue:
		_, ok := in.id(f.name, written)
		return ok
	case dateValue:
		if day, err := dental.ParseDate(written); err != nil || day.IsTooEarly() {
			return wrongType("date, yyyy-MM-dd")
		}
		return true
	case dateTimeValue:
		if !isMoment(written) {
			return wrongType("dateTime, 2026-11-02T09:30:00.000Z")
		}
		return true
	case emailValue:
		if address, err := mail.ParseAddress(written); err != nil || address.Address != written {
			in.refuse("INVALID_EMAIL_ADDRESS", f.name+": invalid email address", f.name)
			return false
		}
	case pickValue:
		if !slices.Contains(f.values, written) && (f.closed || !in.caller.Client.OpenPicklists) {
			in.refuse(codePicklist, fmt.Sprintf("%s: bad value for restricted picklist field: %s", f.name, shown(written)), f.name)
			return false
		}
	}
	if length := len([]rune(written)); length > f.length {
		in.refuse(codeTooLong, fmt.Sprintf("%s: data value too large (max length=%d)", f.name, f.length), f.name)
		return false
	}
	return true
}

// shown is a value as an answer repeats it: a picklist's word, and not what somebody put in its place.
func shown(value string) string {
	if runes := []rune(value); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return value
}

func isMoment(text string) bool {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.000-0700", "2006-01-02T15:04:05-0700"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}
