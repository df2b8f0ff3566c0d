package sandbox

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// The rows that the Open Dental documents print, with their keys. What the documents leave open is
// filled in so that it fits the rest.

// printedPatients are the patients of seed 002, and the one who is a referral source in seed 000.
func printedPatients() []*od.Patient {
	printed := []*od.Patient{
		{
			PatNum: 1, LName: "Smith", FName: "John", Gender: dental.GenderMale, Birthdate: day("1976-05-24"),
			Address: "123 Elm St", City: "Salem", State: "OR", Zip: "97301", WkPhone: "(123) 456-7890", Email: "name@web.com",
			ClinicNum: 1, DateTStamp: moment("2021-07-26 14:22:55"),
		},
		{
			PatNum: 2, LName: "Johnson", FName: "Brody", Gender: dental.GenderMale, WkPhone: "5035035030",
			ClinicNum: 1, DateTStamp: moment("2021-07-23 14:52:07"),
		},
		{
			PatNum: 15, LName: "Smith", FName: "John", Gender: dental.GenderMale, Birthdate: day("1979-06-23"), SSN: "352664588",
			Address: "125 Satin Heights", City: "San Jose", State: "CA", Zip: "05698",
			HmPhone: "(536) 624-5871", WkPhone: "(536) 265-8587", WirelessPhone: "(536) 987-5621", Email: "johns@hotmail.com",
			DateTStamp: moment("2021-07-26 14:22:55"),
		},
		{
			PatNum: 16, LName: "Smith", FName: "Jane", Gender: dental.GenderFemale, Birthdate: day("1976-05-24"), SSN: "632458956",
			Address: "125 Satin Heights", City: "San Jose", State: "CA", Zip: "97301",
			HmPhone: "(536) 624-5871", WkPhone: "(536) 987-4822", Email: "smithfam@yahoo.com",
			DateTStamp: moment("2021-07-26 14:22:55"),
		},
		{
			PatNum: 435, LName: "Beringer", FName: "Debbie", MiddleI: "L", Gender: dental.GenderFemale, Birthdate: day("1968-03-11"),
			SSN: "111111111", City: "Salem", State: "OR", HmPhone: "(503)363-5432", ClinicNum: 1,
			DateTStamp: moment("2021-09-21 12:03:08"),
		},
	}
	for _, p := range printed {
		p.Guarantor, p.PriProv, p.BillingType, p.ImageFolder = p.PatNum, 1, standardAccount, imageFolder(p)
		p.SecDateEntry = enteredOn(p.PatNum)
		p.DateFirstVisit = p.SecDateEntry
	}
	return printed
}

// The patients whom examples of seed 001 are about. They are living patients, and what the examples
// attach to them is not attached yet.
const (
	firstPatient     dental.PatNum = 25  // of the first refattach
	freePatient      dental.PatNum = 50  // of the examples of POST
	scheduledPatient dental.PatNum = 972 // of the refattach that PUT changes
)

// isShown tells whether a patient is one of these.
func isShown(num dental.PatNum) bool {
	return num == firstPatient || num == freePatient || num == scheduledPatient
}

// isPrinted tells whether a patient is one of printedPatients.
func isPrinted(num dental.PatNum) bool {
	return num == 1 || num == 2 || num == 15 || num == 16 || num == 435
}

// printedProvider turns a provider into the one that seed 002 prints with that key. HYG2 is printed
// as not secondary, although a hygienist is.
func printedProvider(p *od.Provider) {
	print := func(lname, fname, stamp string, isSecondary bool) {
		p.LName, p.FName, p.MI, p.Suffix, p.DateTStamp, p.IsSecondary = lname, fname, "", "", moment(stamp), isSecondary
	}
	switch p.ProvNum {
	case 1:
		print("Albert", "Brian", "2021-08-04 08:33:01", false)
	case 2:
		print("Jones", "Tina", "2021-08-15 13:18:51", true)
	case 6:
		print("Thomason", "Shirley", "2021-07-25 10:20:21", false)
	}
}

// The referral sources of the examples.
const (
	davidson   dental.ReferralNum = 1
	facebookAd dental.ReferralNum = 2
	beringer   dental.ReferralNum = 3
	bokish     dental.ReferralNum = 17
	stevens    dental.ReferralNum = 42 // printed by his name alone, in seed 001
	smithers   dental.ReferralNum = 325
)

// printedSource is the referral source that seed 000 prints with a key, or nil. 325 is as it is
// before the example of PUT; its own name is given by the caller.
func printedSource(num dental.ReferralNum) *od.Referral {
	switch num {
	case davidson:
		return &od.Referral{
			ReferralNum: num, LName: "Davidson", FName: "Norm", SSN: "123456789", UsingTIN: true, Specialty: endodontics,
			ST: "OR", Address: "163 Madison Loop", City: "Portland", Zip: "54698", Title: "DMD", IsDoctor: true, IsPreferred: true,
			DateTStamp: moment("2021-06-21 10:03:08"),
		}
	case facebookAd:
		return &od.Referral{
			ReferralNum: num, LName: "Facebook Ad", Note: "Ad active from 06/01/2021 to 09/01/2021", NotPerson: true,
			IsPreferred: true, BusinessName: "Facebook Ad", DateTStamp: moment("2021-07-21 11:03:08"),
		}
	case beringer:
		return &od.Referral{
			ReferralNum: num, LName: "Beringer", FName: "Debbie", MName: "L", SSN: "111111111", ST: "OR", Telephone: "5033635432",
			City: "Salem", PatNum: 435, DateTStamp: moment("2021-09-21 12:03:08"),
		}
	case bokish:
		return &od.Referral{ReferralNum: num, LName: "Bokish", IsDoctor: true, DateTStamp: moment("2021-07-12 09:41:20")}
	case smithers:
		return &od.Referral{
			ReferralNum: num, SSN: "11111", UsingTIN: true, Specialty: general, ST: "OR", Telephone: "5033635432",
			Address: "123 Gumtree Ln", City: "Salem", Zip: "97304", Phone2: "(536)265-8587", Title: "DMD", EMail: "name@site.com",
			IsDoctor: true, BusinessName: "Surgery Center", DateTStamp: moment("2021-06-21 10:03:08"),
		}
	default:
		return nil
	}
}

// examplesAttach tells whether an example attaches a patient to a source, which it then must not be
// attached to before (seed 001, RefAttaches POST, and the vectors made of it).
func examplesAttach(patient dental.PatNum, source dental.ReferralNum) bool {
	return isShown(patient) && (source == facebookAd || source == beringer || source == bokish)
}

// The refattaches of the examples of seed 001, GET and PUT.
const (
	firstAttachment     dental.RefAttachNum = 1
	scheduledAttachment dental.RefAttachNum = 568
	scheduledProcedure  dental.ProcNum      = 1192
)

func printedFirstAttachment() *od.RefAttach {
	return &od.RefAttach{
		RefAttachNum: firstAttachment, ReferralNum: beringer, PatNum: firstPatient, RefDate: day("2022-01-05"),
		ReferralType: dental.RefFrom, DateTStamp: moment("2022-01-05 10:13:12"),
	}
}

func printedScheduledAttachment() *od.RefAttach {
	return &od.RefAttach{
		RefAttachNum: scheduledAttachment, ReferralNum: stevens, PatNum: scheduledPatient, ItemOrder: 1, RefDate: day("2023-12-05"),
		ReferralType: dental.RefTo, RefToStatus: dental.RefToScheduled, ProcNum: scheduledProcedure, ProvNum: 8,
		DateTStamp: moment("2023-12-07 11:43:15"),
	}
}
