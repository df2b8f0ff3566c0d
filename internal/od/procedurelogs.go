package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Procedurelog is a procedure of a patient: planned, done, or found.
type Procedurelog struct {
	// ProcNum is the key.
	ProcNum dental.ProcNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"create! fk=patient"`
	// AptNum is the appointment; 0 is none.
	AptNum dental.AptNum `od:"create fk=appointment"`
	// ProcDate is the day of the procedure.
	ProcDate dental.Date `od:"create!"`
	// ProcFee is the fee of one. Default that of the code in the fee schedule of the patient's primary
	// insurance, else of the patient, else of the provider.
	ProcFee dental.Money `od:"create quoted"`
	// Surf is the surfaces of the tooth, or the quadrant, sextant or arch.
	Surf string `od:"create max=10"`
	// ToothNum is the tooth in the universal notation, "4" or "A".
	ToothNum string `od:"create max=2"`
	// ToothRange is several teeth, "2,4-6".
	ToothRange string `od:"create max=100"`
	// Priority is a definition of category 20. Default the first.
	Priority dental.DefNum `od:"create fk=definition def=20"`
	// PriorityName is the name of the priority. It may be sent instead of Priority.
	PriorityName string `od:"calc in create name=priority"`
	// ProcStatus is "TP" planned, "C" complete, "EC" existing, "EO" existing by another, "R" referred out, "D"
	// deleted, "Cn" condition or "TPi" planned inactively; "D" and "TPi" are only answered.
	ProcStatus dental.ProcStatus `od:"create!"`
	// ProvNum is the provider. Default the appointment's, else the patient's, else the practice's.
	ProvNum dental.ProvNum `od:"create fk=provider"`
	// ProvAbbr is the provider's short name. It may be sent instead of ProvNum.
	ProvAbbr string `od:"calc in create name=provAbbr"`
	// Dx is a definition of category 16, the diagnosis. Default the first.
	Dx dental.DefNum `od:"create fk=definition def=16"`
	// DxName is the name of the diagnosis. It may be sent instead of Dx.
	DxName string `od:"calc in create name=dxName"`
	// PlannedAptNum is the planned appointment; 0 is none.
	PlannedAptNum dental.AptNum `od:"create fk=appointment"`
	// PlaceService is where the patient is treated. Default the preference DefaultProcedurePlaceService.
	PlaceService dental.PlaceOfService `od:"create since=25.2.21"`
	// Prosthesis is "I" for an initial one, "R" for a replacement. "No" and "" are none.
	Prosthesis string `od:"create since=25.2.21"`
	// DateOriginalProsth is the day of the prosthesis that is replaced.
	DateOriginalProsth dental.Date `od:"create since=25.2.21"`
	// ClaimNote is for the insurance.
	ClaimNote string `od:"create max=80 since=25.2.21"`
	// DateEntryC is when the status was set.
	DateEntryC dental.Date `od:"server"`
	// ClinicNum is the clinic. Default the appointment's, else the patient's.
	ClinicNum dental.ClinicNum `od:"create fk=clinic"`
	// CodeNum is the procedure's code. This or procCode must be sent.
	CodeNum dental.CodeNum `od:"create fk=procedurecode since=25.2.21"`
	// ProcCode is the code itself, "D0120".
	ProcCode string `od:"calc in create name=procCode"`
	// Descript is what the code stands for.
	Descript string `od:"calc name=descript"`
	// UnitQty is how many there are.
	UnitQty int `od:"server"`
	// BaseUnits are added to UnitQty for anesthesia.
	BaseUnits int `od:"server"`
	// DateTP is when the procedure was planned. Default ProcDate.
	DateTP dental.Date `od:"create since=25.2.21"`
	// SiteNum is the place of mobile care. Default the patient's.
	SiteNum dental.SiteNum `od:"create fk=site since=25.2.21"`
	// HideGraphics procedures are not drawn in the chart.
	HideGraphics bool `od:"server"`
	// CanadianTypeCodes are for claims in Canada.
	CanadianTypeCodes string `od:"server max=20"`
	// ProcTime is when the procedure began.
	ProcTime dental.TimeOfDay `od:"create since=25.2.21"`
	// ProcTimeEnd is when it ended.
	ProcTimeEnd dental.TimeOfDay `od:"create since=25.2.21"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// Prognosis is a definition of category 30; 0 is none.
	Prognosis dental.DefNum `od:"create fk=definition def=30 since=25.2.21"`
	// IsLocked procedures are not changed any more.
	IsLocked bool `od:"server"`
	// BillingNote is for the statement.
	BillingNote string `od:"create max=255 since=25.2.21"`
	// Discount is taken off the fee of a planned procedure.
	Discount dental.Money `od:"create since=25.2.21"`
	// IsDateProsthEst tells that DateOriginalProsth is an estimate.
	IsDateProsthEst bool `od:"create since=25.2.21"`
	// SecDateEntry is when the row was made.
	SecDateEntry dental.DateTime `od:"server"`
	// MedicalCode is the code for medical insurance.
	MedicalCode string `od:"hidden"`
	// RevCode is the code of the revenue.
	RevCode string `od:"hidden"`
	// IcdVersion is the version of the diagnostic codes.
	IcdVersion int `od:"hidden"`
	// DateComplete is when the procedure was completed.
	DateComplete dental.Date `od:"hidden"`
}

var procedureLogs = resource.Derive(resource.Spec{
	Name: "Procedurelogs", Path: "procedurelogs", Thing: "Procedure", Table: "procedurelog",
	Create: resource.Access{Group: resource.ProcedureLogs, Or: resource.AllOthers, Since: "21.3"},
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
		Filters: []resource.Filter{
			resource.EqualKey("PatNum", "patient"),
			resource.AfterOrDay("DateTStamp"),
			resource.EqualInt("AptNum"),
			resource.EqualInt("ClinicNum"),
			resource.EqualInt("PlannedAptNum"),
			resource.EqualEnum("ProcStatus", dental.ProcStatus(0)),
			resource.EqualInt("CodeNum"),
		},
		ServerDateTime: true,
	}},
	Computed: []resource.Computed{
		resource.Lookup("priority", "Priority", "definition", "DefNum", "ItemName"),
		resource.Lookup("provAbbr", "ProvNum", "provider", "ProvNum", "Abbr"),
		resource.Lookup("dxName", "Dx", "definition", "DefNum", "ItemName"),
		resource.Lookup("procCode", "CodeNum", "procedurecode", "CodeNum", "ProcCode"),
		resource.Lookup("descript", "CodeNum", "procedurecode", "CodeNum", "Descript"),
	},
}, checkProcedurelog)

// Procedurelogs serves the procedures of patients (seed 002).
var Procedurelogs = &Rows[Procedurelog]{Table: procedureLogs, OnCreate: createProcedurelog}
