package od

import (
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Provider is a clinician of the practice.
type Provider struct {
	// ProvNum is the key.
	ProvNum dental.ProvNum `od:"key"`
	// Abbr is the short name that the program shows.
	Abbr string `od:"server max=255"`
	// LName is the last name.
	LName string `od:"server max=100"`
	// FName is the first name.
	FName string `od:"server max=100"`
	// MI is the middle initial.
	MI string `od:"server max=100 since=22.1"`
	// Suffix is the title behind the name, "DMD".
	Suffix string `od:"server max=100"`
	// FeeSched is the provider's fee schedule; 0 is none.
	FeeSched dental.FeeSchedNum `od:"server fk=feesched"`
	// Specialty is a definition of category 35.
	Specialty dental.DefNum `od:"server fk=definition def=35"`
	// SSN is the social security or tax number.
	SSN string `od:"server max=12"`
	// StateLicense is the number of the licence.
	StateLicense string `od:"server max=15"`
	// IsSecondary is true for hygienists.
	IsSecondary bool `od:"server"`
	// ProvColor is the provider's colour, "R,G,B".
	ProvColorText string `od:"calc name=provColor"`
	// IsHidden providers no longer work here.
	IsHidden bool `od:"server"`
	// UsingTIN tells that SSN holds a tax number.
	UsingTIN bool `od:"server"`
	// SigOnFile tells that a signature is on file.
	SigOnFile bool `od:"server"`
	// NationalProvID is the NPI.
	NationalProvID string `od:"server max=255"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// IsNotPerson tells that the provider is an organisation.
	IsNotPerson bool `od:"server"`
	// ProvStatus is "Active" or "Deleted".
	ProvStatus dental.ProvStatus `od:"server"`
	// IsHiddenReport leaves the provider out of reports.
	IsHiddenReport bool `od:"server"`
	// Birthdate of the provider.
	Birthdate dental.Date `od:"server"`
	// SchedNote is shown in schedules.
	SchedNote string `od:"server max=255"`
	// PreferredName is the name to be addressed by.
	PreferredName string `od:"server max=100"`
	// ProvColor is the signed ARGB number behind provColor.
	ProvColor int32 `od:"hidden"`
	// ItemOrder is the place in the list of providers.
	ItemOrder int `od:"hidden"`
}

var providers = resource.Derive[Provider](resource.Spec{
	Name: "Providers", Path: "providers", Thing: "Provider", Table: "provider",
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
		Filters: []resource.Filter{
			providersOfClinic(),
			resource.After("DateTStamp"),
		},
		ServerDateTime: true,
		Undated:        "ClinicNum",
		OneOf:          []string{"ClinicNum", "DateTStamp"},
	}},
	Computed: []resource.Computed{{
		Name: "provColor", Columns: []string{"r.`ProvColor`"}, Append: appendColor,
	}},
}, nil)

// Providers serves the practice's clinicians.
var Providers = &Rows[Provider]{Table: providers}

// providersOfClinic takes the providers who work here and are either not restricted to clinics or are to
// this one (seed 002, Providers GET). Clinic 0 is having none, to which a restriction is stored as -1.
func providersOfClinic() resource.Filter {
	filter := resource.EqualKey("ClinicNum", "clinic")
	filter.Where = "r.`IsHidden` = 0 AND r.`ProvStatus` = 0" +
		" AND (NOT EXISTS (SELECT 1 FROM `providercliniclink` AS l WHERE l.`ProvNum` = r.`ProvNum`)" +
		" OR EXISTS (SELECT 1 FROM `providercliniclink` AS l WHERE l.`ProvNum` = r.`ProvNum`" +
		" AND (l.`ClinicNum` = ? OR (l.`ClinicNum` = -1 AND ? = 0))))"
	return filter
}

// appendColor writes a signed ARGB number as "R,G,B".
func appendColor(dst []byte, row store.Row, at int) []byte {
	argb := uint32(row.Int(at))
	dst = append(dst, '"')
	dst = strconv.AppendUint(dst, uint64(argb>>16&0xff), 10)
	dst = append(dst, ',')
	dst = strconv.AppendUint(dst, uint64(argb>>8&0xff), 10)
	dst = append(dst, ',')
	dst = strconv.AppendUint(dst, uint64(argb&0xff), 10)
	return append(dst, '"')
}
