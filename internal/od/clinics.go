package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Clinic is a site of the practice.
type Clinic struct {
	// ClinicNum is the key; elsewhere 0 means no clinic.
	ClinicNum dental.ClinicNum `od:"key"`
	// Description is the full name.
	Description string `od:"server max=255"`
	// Address is the street address.
	Address string `od:"server max=255"`
	// Address2 is the second line of the address.
	Address2 string `od:"server max=255"`
	// City of the address.
	City string `od:"server max=255"`
	// State of the address.
	State string `od:"server max=255"`
	// Zip is the postal code.
	Zip string `od:"server max=255"`
	// BillingAddress is where claims say that bills come from.
	BillingAddress string `od:"server max=255"`
	// BillingAddress2 is its second line.
	BillingAddress2 string `od:"server max=255"`
	// BillingCity is its city.
	BillingCity string `od:"server max=255"`
	// BillingState is its state.
	BillingState string `od:"server max=255"`
	// BillingZip is its postal code.
	BillingZip string `od:"server max=255"`
	// PayToAddress is where payments go.
	PayToAddress string `od:"server max=255"`
	// PayToAddress2 is its second line.
	PayToAddress2 string `od:"server max=255"`
	// PayToCity is its city.
	PayToCity string `od:"server max=255"`
	// PayToState is its state.
	PayToState string `od:"server max=255"`
	// PayToZip is its postal code.
	PayToZip string `od:"server max=255"`
	// Phone has ten digits.
	Phone string `od:"server max=255"`
	// Abbr is the short name.
	Abbr string `od:"server max=255 fold=AbbrFold"`
	// IsHidden clinics are not answered, and none is when the practice has turned clinics off.
	IsHidden bool `od:"server"`
	// ItemOrder is the place in the list of clinics.
	ItemOrder int `od:"hidden"`
	// DefaultProv is the provider of new patients of the clinic; 0 leaves it to the practice.
	DefaultProv dental.ProvNum `od:"hidden fk=provider"`
}

var clinics = resource.Derive[Clinic](resource.Spec{
	Name: "Clinics", Path: "clinics", Thing: "Clinic", Table: "clinic",
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
		// An empty list is how a client learns that the practice uses no clinics (current page).
		Where: "r.`IsHidden` = 0 AND COALESCE((SELECT MIN(`ValueString`) FROM `preference` WHERE `PrefName` = 'EasyNoClinics'), '0') <> '1'",
		Order: "CASE WHEN (SELECT MIN(`ValueString`) FROM `preference` WHERE `PrefName` = 'ClinicListIsAlphabetical') = '1'" +
			" THEN r.`AbbrFold` ELSE '' END, r.`ItemOrder`",
	}},
}, nil)

// Clinics serves the practice's sites.
var Clinics = &Rows[Clinic]{Table: clinics}
