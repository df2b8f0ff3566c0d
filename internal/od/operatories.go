package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Operatory is a column of the appointment book: a chair, as a rule.
type Operatory struct {
	// OperatoryNum is the key.
	OperatoryNum dental.OperatoryNum `od:"key"`
	// OpName is the full name.
	OpName string `od:"server max=255"`
	// Abbrev is the short name that the book shows.
	Abbrev string `od:"server max=255"`
	// ItemOrder is the place in the list of operatories, from 0.
	ItemOrder int `od:"server"`
	// IsHidden operatories are no longer used.
	IsHidden bool `od:"server"`
	// ProvDentist is the dentist who works here unless a schedule says otherwise; 0 is none.
	ProvDentist dental.ProvNum `od:"server fk=provider"`
	// ProvHygienist is the hygienist who works here unless a schedule says otherwise; 0 is none.
	ProvHygienist dental.ProvNum `od:"server fk=provider"`
	// IsHygiene tells that appointments here are the hygienist's.
	IsHygiene bool `od:"server"`
	// ClinicNum is the clinic; 0 is none.
	ClinicNum dental.ClinicNum `od:"server fk=clinic"`
	// SetProspective makes patients with an appointment here prospective ones.
	SetProspective bool `od:"server"`
	// IsWebSched offers the operatory for recalls that patients book themselves.
	IsWebSched bool `od:"server"`
	// OperatoryType is a definition of category 55; 0 is none.
	OperatoryType dental.DefNum `od:"server fk=definition def=55"`
	// OperatoryTypeName is the name of the type.
	OperatoryTypeName string `od:"calc name=operatoryType"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp hidden"`
}

var operatories = resource.Derive[Operatory](resource.Spec{
	Name: "Operatories", Path: "operatories", Thing: "Operatory", Table: "operatory",
	Lists: []resource.List{{
		Access:  resource.Access{Group: resource.ReadAll, Since: "21.1"},
		Filters: []resource.Filter{resource.EqualKey("ClinicNum", "clinic")},
	}},
	Computed: []resource.Computed{
		resource.Lookup("operatoryType", "OperatoryType", "definition", "DefNum", "ItemName"),
	},
}, nil)

// Operatories serves the columns of the appointment book (seed 002).
var Operatories = &Rows[Operatory]{Table: operatories}
