package od

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// patientSearch lists the search parameters of seed 002, each with its match rule. Texts match
// anywhere, without regard to case and accents.
func patientSearch() []resource.Filter {
	return []resource.Filter{
		resource.Contains("LName", "LNameFold"),
		resource.Contains("FName", "FNameFold"),
		{Param: "Phone", Expand: anyPhone},
		{Param: "Address", Read: addressPattern, Where: "r.`AddressFold` LIKE ? ESCAPE '!'"},
		withDefault(resource.Flag("hideInactive", "r.`PatStatus` <> 2", ""), "false"),
		resource.Contains("City", "CityFold"),
		resource.Contains("State", "StateFold"),
		resource.Contains("SSN", "SSN"),
		resource.Contains("ChartNumber", "ChartNumberFold"),
		foldEqual("BillingType", "r.`BillingType` IN (SELECT `DefNum` FROM `definition` WHERE `Category` = 4 AND `ItemNameFold` = ?)"),
		withDefault(resource.Flag("guarOnly", "r.`Guarantor` = r.`PatNum`", ""), "false"),
		// Deleted patients are never found; archived and deceased ones only when asked for.
		withDefault(resource.Flag("showArchived", "r.`PatStatus` <> 4", "r.`PatStatus` NOT IN (3, 4, 5)"), "false"),
		resource.EqualDate("Birthdate"),
		resource.EqualInt("SiteNum"),
		subscriberID(),
		resource.Contains("Email", "EmailFold"),
		resource.Contains("Country", "CountryFold"),
		{Param: "clinicNums", Expand: anyClinic},
		foldEqual("clinicAbbr", "r.`ClinicNum` IN (SELECT `ClinicNum` FROM `clinic` WHERE `AbbrFold` = ?)"),
		invoiceNumber(),
	}
}

func foldEqual(param, where string) resource.Filter {
	return resource.Filter{Param: param, Where: where, Read: func(text string) (store.Value, error) {
		return store.Text(dental.Fold(text)), nil
	}}
}

func subscriberID() resource.Filter {
	filter := resource.Contains("SubscriberId", "SubscriberIDFold")
	filter.Where = "r.`PatNum` IN (SELECT plan.`PatNum` FROM `patplan` AS plan JOIN `inssub` AS sub ON sub.`InsSubNum` = plan.`InsSubNum`" +
		" WHERE sub.`SubscriberIDFold` LIKE ? ESCAPE '!')"
	return filter
}

func invoiceNumber() resource.Filter {
	filter := resource.EqualInt("invoiceNumber")
	filter.Where = "r.`PatNum` IN (SELECT `PatNum` FROM `statement` WHERE `StatementNum` = ?)"
	return filter
}

// anyPhone compares digits with any of the three telephone numbers.
func anyPhone(text string) (string, []store.Value, error) {
	digits := dental.Digits(text)
	if digits == "" {
		return "", nil, errors.New("must contain a digit")
	}
	pattern := store.Text("%" + digits + "%")
	return "(r.`HmPhoneDigits` LIKE ? OR r.`WkPhoneDigits` LIKE ? OR r.`WirelessPhoneDigits` LIKE ?)",
		[]store.Value{pattern, pattern, pattern}, nil
}

// addressPattern takes punctuation and blanks for anything: "12 elm" finds "12-14 N. Elm St".
func addressPattern(text string) (store.Value, error) {
	words := strings.FieldsFunc(dental.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return store.Null, errors.New("must contain a letter or a digit")
	}
	return store.Text("%" + strings.Join(words, "%") + "%"), nil
}

// maxClinics bounds a list of clinics in a query.
const maxClinics = 100

func anyClinic(text string) (string, []store.Value, error) {
	var args []store.Value
	for word := range strings.SplitSeq(text, ",") {
		number, err := strconv.ParseInt(strings.TrimSpace(word), 10, 64)
		if err != nil || len(args) == maxClinics {
			return "", nil, errors.New("must be at most " + strconv.Itoa(maxClinics) + " whole numbers, separated by commas")
		}
		args = append(args, store.Int(number))
	}
	return "r.`ClinicNum` IN (?" + strings.Repeat(", ?", len(args)-1) + ")", args, nil
}

// deletedOnlyWhenAsked is the PatStatus filter of Patients GET Simple: without it, deleted patients
// are left out.
func deletedOnlyWhenAsked() resource.Filter {
	const anyButDeleted = "any but Deleted"
	byName := resource.EqualEnum("PatStatus", dental.PatStatus(0))
	return resource.Filter{Param: byName.Param, Default: anyButDeleted, Expand: func(text string) (string, []store.Value, error) {
		if text == anyButDeleted {
			return "r.`PatStatus` <> 4", nil, nil
		}
		value, err := byName.Read(text)
		return byName.Where, []store.Value{value}, err
	}}
}

// exactNamesFirst puts the patients whose names are wholly what was asked for before the others.
func exactNamesFirst(asked resource.Asked) (string, []store.Value) {
	var order []string
	var args []store.Value
	for _, param := range []string{"LName", "FName"} {
		if asked[param] != "" {
			order = append(order, "CASE WHEN r.`"+param+"Fold` = ? THEN 0 ELSE 1 END")
			args = append(args, store.Text(dental.Fold(asked[param])))
		}
	}
	if len(order) == 0 {
		return "", nil
	}
	return strings.Join(order, ", ") + ", r.`LNameFold`, r.`FNameFold`", args
}
