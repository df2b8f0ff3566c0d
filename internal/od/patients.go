package od

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Patient is a person. A family is the patients with the same Guarantor.
type Patient struct {
	// PatNum is the key.
	PatNum dental.PatNum `od:"key"`
	// LName is the last name. In a PUT, "" leaves it as it is.
	LName string `od:"create! update max=100 fold=LNameFold"`
	// FName is the first name. In a PUT, "" leaves it as it is.
	FName string `od:"create! update max=100 fold=FNameFold"`
	// MiddleI is the middle name or initial.
	MiddleI string `od:"create update max=100"`
	// Preferred is the name to be called by.
	Preferred string `od:"create update max=100"`
	// PatStatus is "Patient", "NonPatient", "Inactive", "Archived", "Deceased" or "Prospective". Default "Patient".
	PatStatus dental.PatStatus `od:"create update but=Deleted"`
	// Gender is "Male", "Female", "Unknown" or "Other". Default "Unknown".
	Gender dental.Gender `od:"create update"`
	// Position is "Single", "Married", "Child", "Widowed" or "Divorced". Default "Single".
	Position dental.Position `od:"create update"`
	// Birthdate is "0001-01-01" when it is not known.
	Birthdate dental.Date `od:"create update"`
	// SSN has nine digits without dashes.
	SSN string `od:"create update max=100"`
	// Address is the street address.
	Address string `od:"create update max=100 fold=AddressFold"`
	// Address2 is its second line.
	Address2 string `od:"create update max=100"`
	// City of the address.
	City string `od:"create update max=100 fold=CityFold"`
	// State of the address, two capitals in the USA.
	State string `od:"create update max=100 fold=StateFold"`
	// Zip is the postal code.
	Zip string `od:"create update max=100"`
	// HmPhone is kept as it is punctuated.
	HmPhone string `od:"create update max=30 digits=HmPhoneDigits"`
	// WkPhone is kept as it is punctuated.
	WkPhone string `od:"create update max=30 digits=WkPhoneDigits"`
	// WirelessPhone is kept as it is punctuated.
	WirelessPhone string `od:"create update max=30 digits=WirelessPhoneDigits"`
	// Guarantor is the head of the family. Default the patient.
	Guarantor dental.PatNum `od:"create update fk=patient"`
	// Email is the e-mail address.
	Email string `od:"create update max=100 fold=EmailFold"`
	// EstBalance is the patient's own balance.
	EstBalance dental.Money `od:"server"`
	// PriProv is the primary provider. Default the clinic's, else the practice's.
	PriProv dental.ProvNum `od:"create update fk=provider"`
	// PriProvAbbr is the short name of the primary provider.
	PriProvAbbr string `od:"calc name=priProvAbbr"`
	// SecProv is the secondary provider, usually a hygienist; 0 is none.
	SecProv dental.ProvNum `od:"create update fk=provider"`
	// SecProvAbbr is the short name of the secondary provider.
	SecProvAbbr string `od:"calc name=secProvAbbr"`
	// FeeSched is the patient's own fee schedule; 0 leaves it to plan and provider.
	FeeSched dental.FeeSchedNum `od:"create update fk=feesched since=25.2.19"`
	// BillingTypeName is the name of a definition of category 4. Default the practice's default.
	BillingTypeName string `od:"calc in create update name=BillingType"`
	// ImageFolder is made of the name and the key.
	ImageFolder string `od:"server"`
	// FamFinUrgNote is the family's urgent financial note; only a guarantor has one.
	FamFinUrgNote string `od:"create update since=23.2.5"`
	// ChartNumber is another system's number, 15 characters at most. A PUT leaves it as it is.
	ChartNumber string `od:"create max=15 fold=ChartNumberFold"`
	// MedicaidID is the number of the state's programme.
	MedicaidID string `od:"create update max=20 since=24.4.13"`
	// BalTotal is the balance of the family, 0 unless the patient is the guarantor.
	BalTotal dental.Money `od:"server"`
	// EmployerNum is the employer; 0 is none.
	EmployerNum dental.EmployerNum `od:"create update fk=employer since=24.3.30"`
	// DateFirstVisit is the day of the first visit.
	DateFirstVisit dental.Date `od:"create update since=22.4.42"`
	// ClinicNum is the clinic; 0 is none.
	ClinicNum dental.ClinicNum `od:"create update fk=clinic"`
	// ClinicAbbr is the short name of the clinic.
	ClinicAbbr string `od:"calc name=clinicAbbr"`
	// Premed tells that medication is needed before treatment.
	Premed bool `od:"create update since=25.2.30"`
	// Ward of a hospital patient.
	Ward string `od:"create update max=255 since=24.1.12"`
	// PreferConfirmMethod is how to confirm appointments.
	PreferConfirmMethod dental.ContactMethod `od:"create update"`
	// PreferContactMethod is how to reach the patient.
	PreferContactMethod dental.ContactMethod `od:"create update"`
	// PreferRecallMethod is how to send recalls.
	PreferRecallMethod dental.ContactMethod `od:"create update since=22.2"`
	// Language is an ISO 639-2 code.
	Language string `od:"create update max=100"`
	// AdmitDate is when a hospital patient was admitted.
	AdmitDate dental.Date `od:"create update since=24.1.12"`
	// SiteDesc is the place where mobile care is given.
	SiteDesc string `od:"calc name=siteDesc"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// SuperFamily is the head of the super family; 0 is none.
	SuperFamily dental.PatNum `od:"create update fk=patient since=22.4.38"`
	// TxtMsgOk is "Unknown", "Yes" or "No".
	TxtMsgOk dental.YesNo `od:"create update"`
	// SecDateEntry is when the row was created.
	SecDateEntry dental.Date `od:"server"`
	// BillingType is the definition behind the name.
	BillingType dental.DefNum `od:"hidden fk=definition def=4"`
	// SiteNum is the place where mobile care is given; 0 is none.
	SiteNum dental.SiteNum `od:"hidden fk=site"`
	// Title stands before the name, "Mr".
	Title string `od:"hidden"`
	// Country of the address.
	Country string `od:"hidden fold=CountryFold"`
}

// patientListShape is a row of the patient list, as the search window shows it (seed 002, Patients
// GET multiple): the constants are what the documents print.
const patientListShape = "PatNum LName FName MiddleI Preferred PatStatus Gender=null Birthdate SSN Address Address2 City State Zip " +
	"HmPhone WkPhone WirelessPhone Guarantor=0 Email priProvAbbr secProvAbbr BillingType ImageFolder=null ChartNumber ClinicNum " +
	"clinicAbbr siteDesc TxtMsgOk"

var patients = resource.Derive(resource.Spec{
	Name: "Patients", Path: "patients", Thing: "Patient", Table: "patient",
	Get:    resource.Access{Group: resource.ReadAll, Since: "21.1"},
	Create: resource.Access{Group: resource.Patients, Since: "21.1"},
	Update: resource.Access{Group: resource.Patients, Since: "21.2"},
	Lists: []resource.List{
		{
			Access:  resource.Access{Group: resource.ReadAll, Since: "21.1"},
			Shape:   patientListShape,
			Filters: patientSearch(),
			Order:   "r.`LNameFold`, r.`FNameFold`",
			OrderBy: exactNamesFirst,
		},
		{
			Access: resource.Access{Group: resource.ReadAll, Since: "21.2"},
			Action: "Simple",
			Filters: []resource.Filter{
				resource.Contains("LName", "LNameFold"),
				resource.Contains("FName", "FNameFold"),
				resource.EqualDate("Birthdate"),
				resource.EqualInt("ClinicNum"),
				deletedOnlyWhenAsked(),
				resource.After("DateTStamp"),
				resource.EqualInt("PriProv"),
				resource.EqualEnum("Gender", dental.Gender(0)),
				resource.EqualEnum("Position", dental.Position(0)),
				resource.EqualInt("Guarantor"),
				resource.EqualInt("SuperFamily"),
				resource.EqualInt("EmployerNum"),
				resource.EqualInt("FeeSched"),
			},
			ServerDateTime: true,
		},
	},
	Computed: []resource.Computed{
		resource.Lookup("priProvAbbr", "PriProv", "provider", "ProvNum", "Abbr"),
		resource.Lookup("secProvAbbr", "SecProv", "provider", "ProvNum", "Abbr"),
		resource.Lookup("BillingType", "BillingType", "definition", "DefNum", "ItemName"),
		resource.Lookup("clinicAbbr", "ClinicNum", "clinic", "ClinicNum", "Abbr"),
		resource.Lookup("siteDesc", "SiteNum", "site", "SiteNum", "Description"),
	},
}, checkPatient)

// Patients serves the people of the practice (seed 002).
var Patients = &Rows[Patient]{Table: patients, OnCreate: createPatient, OnUpdate: updatePatient}

func checkPatient(old, new *Patient) []fault.Field {
	var faults []fault.Field
	if new.SSN != "" && (len(new.SSN) != 9 || !allDigits(new.SSN)) && (old == nil || old.SSN != new.SSN) {
		faults = append(faults, fault.Field{Name: "SSN", Text: "SSN must be nine digits without dashes"})
	}
	return faults
}

func createPatient(tx *record.Tx, in Body, p *Patient) error {
	p.LName, p.FName = capitalised(p.LName), capitalised(p.FName)
	if !in.Has("Gender") {
		p.Gender = dental.GenderUnknown
	}
	p.SecDateEntry = tx.At.Date()
	if err := resolveBillingType(tx, in, p); err != nil {
		return err
	}
	if err := defaultProvider(tx, in, p); err != nil {
		return err
	}
	if err := checkFamily(tx, in, nil, p); err != nil {
		return err
	}
	if err := refuseClinicIfOff(tx, p.ClinicNum); err != nil {
		return err
	}
	if in.Rules.RefuseDuplicatePatients {
		if err := refuseSamePatient(tx, p); err != nil {
			return err
		}
	}
	if err := record.Create(tx, patients, p); err != nil {
		return err
	}
	keyed := *p
	if keyed.Guarantor == 0 {
		keyed.Guarantor = p.PatNum
	}
	keyed.ImageFolder = imageFolder(p)
	return record.Update(tx, patients, p, &keyed)
}

func updatePatient(tx *record.Tx, in Body, old, new *Patient) error {
	if old.PatStatus == dental.PatStatusDeleted {
		return patients.NotFound()
	}
	// "" clears a text, except the two names (seed 002, Patients PUT).
	if strings.TrimSpace(new.LName) == "" {
		new.LName = old.LName
	}
	if strings.TrimSpace(new.FName) == "" {
		new.FName = old.FName
	}
	if err := resolveBillingType(tx, in, new); err != nil {
		return err
	}
	if err := checkFamily(tx, in, old, new); err != nil {
		return err
	}
	if new.ClinicNum != old.ClinicNum {
		if err := refuseClinicIfOff(tx, new.ClinicNum); err != nil {
			return err
		}
	}
	if err := record.Update(tx, patients, old, new); err != nil {
		return err
	}
	return updateSources(tx, new)
}

// refuseSamePatient refuses a patient who is there already, under the same name and birthdate and
// with one way to reach them in common.
func refuseSamePatient(tx *record.Tx, p *Patient) error {
	found, err := patients.Find(tx, "WHERE `LNameFold` = ? AND `FNameFold` = ? AND `Birthdate` = ? AND `PatStatus` <> 4 ORDER BY `PatNum`",
		store.Text(dental.Fold(p.LName)), store.Text(dental.Fold(p.FName)), store.Text(p.Birthdate.String()))
	if err != nil {
		return err
	}
	for _, other := range found {
		if shareContact(p, other) {
			return fault.New(fault.Conflict, "A patient with this name, birthdate and e-mail address or telephone number exists already")
		}
	}
	return nil
}

func shareContact(p, other *Patient) bool {
	if p.Email != "" && dental.Fold(p.Email) == dental.Fold(other.Email) {
		return true
	}
	for _, phone := range []string{p.HmPhone, p.WkPhone, p.WirelessPhone} {
		for _, theirs := range []string{other.HmPhone, other.WkPhone, other.WirelessPhone} {
			if digits := dental.Digits(phone); digits != "" && digits == dental.Digits(theirs) {
				return true
			}
		}
	}
	return false
}

// updateSources keeps the referral source that is this patient as the patient is.
func updateSources(tx *record.Tx, p *Patient) error {
	sources, err := referrals.Find(tx, "WHERE `PatNum` = ? ORDER BY `ReferralNum`", store.Int(p.PatNum))
	if err != nil {
		return err
	}
	for _, old := range sources {
		copied := *old
		copyPatient(&copied, p)
		if err := record.Update(tx, referrals, old, &copied); err != nil {
			return err
		}
	}
	return nil
}

// resolveBillingType turns the name that was sent, or the practice's default, into the definition.
func resolveBillingType(tx *record.Tx, in Body, p *Patient) error {
	if name := in.Text("BillingType"); name != "" {
		number, err := findDefinition(tx, dental.DefCatBillingTypes, name, "BillingType")
		p.BillingType = number
		return err
	}
	if p.BillingType != 0 {
		return nil
	}
	number, err := preferenceNum(tx, "PracticeDefaultBillType")
	p.BillingType = dental.DefNum(number)
	return err
}

// defaultProvider gives a new patient the clinic's provider, else the practice's.
func defaultProvider(tx *record.Tx, in Body, p *Patient) error {
	if in.Has("PriProv") {
		return nil
	}
	if p.ClinicNum != 0 {
		found, err := clinics.Find(tx, "WHERE `ClinicNum` = ?", store.Int(p.ClinicNum))
		if err != nil {
			return err
		}
		if len(found) > 0 && found[0].DefaultProv != 0 {
			p.PriProv = found[0].DefaultProv
			return nil
		}
	}
	number, err := preferenceNum(tx, "PracticeDefaultProv")
	p.PriProv = dental.ProvNum(number)
	return err
}

// checkFamily keeps families whole: a guarantor is the guarantor of itself, and leaves nobody behind.
func checkFamily(tx *record.Tx, in Body, old, p *Patient) error {
	var faults []fault.Field
	refuse := func(name, text string) { faults = append(faults, fault.Field{Name: name, Text: text}) }
	if in.Has("Guarantor") && in.Has("SuperFamily") && p.Guarantor != 0 && p.SuperFamily != 0 && familyChanges(old, p) {
		refuse("Guarantor", "Guarantor and SuperFamily cannot both be set")
	}
	isGuarantor := p.Guarantor == 0 || p.Guarantor == p.PatNum
	if p.FamFinUrgNote != "" && !isGuarantor && (old == nil || old.FamFinUrgNote != p.FamFinUrgNote) {
		refuse("FamFinUrgNote", "FamFinUrgNote can only be set for a guarantor")
	}
	if err := fault.InvalidFields(faults); err != nil {
		return err
	}
	if old != nil && old.Guarantor != p.Guarantor {
		if err := leaveFamily(tx, old); err != nil {
			return err
		}
		if p.Guarantor == 0 {
			p.Guarantor = p.PatNum
		}
	}
	if isGuarantor || old != nil && old.Guarantor == p.Guarantor {
		return nil
	}
	return joinFamily(tx, p.Guarantor)
}

func familyChanges(old, p *Patient) bool {
	return old == nil || old.Guarantor != p.Guarantor || old.SuperFamily != p.SuperFamily
}

// leaveFamily refuses a change of guarantor by a member who is not the guarantor (current page:
// only the guarantor's own row may change it), and by one who would leave members without one.
func leaveFamily(tx *record.Tx, old *Patient) error {
	if old.Guarantor != old.PatNum && old.Guarantor != 0 {
		return fault.InvalidFields([]fault.Field{{Name: "Guarantor", Text: "Guarantor can only be changed for a patient who is the guarantor"}})
	}
	rows := tx.Query("SELECT 1 FROM `patient` WHERE `Guarantor` = ? AND `PatNum` <> ? AND `PatStatus` <> 4 LIMIT 1",
		store.Int(old.PatNum), store.Int(old.PatNum))
	hasMembers := rows.Next()
	if err := rows.Close(); err != nil {
		return err
	}
	if hasMembers {
		return fault.InvalidFields([]fault.Field{{Name: "Guarantor", Text: "Guarantor cannot change while other patients have this patient as guarantor"}})
	}
	return nil
}

func joinFamily(tx *record.Tx, guarantor dental.PatNum) error {
	head, err := patients.Get(tx, int64(guarantor))
	if fault.Is(err, fault.NotFound) || err == nil && head.PatStatus == dental.PatStatusDeleted {
		return fault.New(fault.NotFound, "Guarantor not found")
	}
	if err != nil {
		return err
	}
	if head.Guarantor != head.PatNum {
		return fault.InvalidFields([]fault.Field{{Name: "Guarantor", Text: "Guarantor must be the guarantor of a family"}})
	}
	return nil
}

// livingPatient reads a patient; one that was deleted is not there.
func livingPatient(c store.Conn, number dental.PatNum) (*Patient, error) {
	p, err := patients.Get(c, int64(number))
	if err == nil && p.PatStatus == dental.PatStatusDeleted {
		return nil, patients.NotFound()
	}
	return p, err
}

var patientKey = resource.ParentIn("patient", "PatNum")

// requirePatient is NotFound when the patient does not exist or was deleted.
func requirePatient(c store.Conn, number dental.PatNum) error {
	return patientKey.MustExist(c, store.Int(number))
}

// imageFolder is the letters of the name and the key, "SmithJohn15" (notes.md §3).
func imageFolder(p *Patient) string {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, p.LName+p.FName)
	number := strconv.FormatInt(int64(p.PatNum), 10)
	return firstRunes(letters, 100-len(number)) + number
}

func capitalised(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}
