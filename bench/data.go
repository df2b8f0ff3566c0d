//go:build linux

package main

import (
	"context"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// How much data the practice has: that of a demo.
const (
	patientCount   = 2000
	referralCount  = 340
	refAttachCount = 3000
)

// The keys of the one client; the documents' own examples.
const (
	developerKey  = "NFF6i0KrXrxDkZHt"
	customerKey   = "VzkmZEaUWOjnQX2z"
	authorization = "ODFHIR " + developerKey + "/" + customerKey
)

// sample is a filled location with one practice.
type sample struct {
	registry *practice.Registry
	practice practice.Practice
	location string // a data folder, or a database server's address
}

// fill makes a practice and a key in a data folder or on a database server.
func fill(ctx context.Context, location string) (*sample, error) {
	// A database server has no secret of its own.
	registry, err := practice.Open(ctx, location, practice.Options{Secret: "seals nothing but what the benchmark makes up"})
	if err != nil {
		return nil, err
	}
	p, err := registry.Create(ctx, audit.Operator, "Bench")
	if err != nil {
		return nil, err
	}
	var groups []string
	for _, group := range resource.Groups() {
		// An enterprise key would get pages of 1,000 rows.
		if group != resource.Enterprise {
			groups = append(groups, string(group))
		}
	}
	_, _, err = registry.CreateKey(ctx, audit.Operator, p, "Bench", groups, practice.Secrets{DeveloperKey: developerKey, CustomerKey: customerKey})
	if err != nil {
		return nil, err
	}
	book, release, err := registry.Lease(ctx, p.Num)
	if err != nil {
		return nil, err
	}
	defer release()
	err = book.Write(ctx, audit.Operator, func(tx *record.Tx) error {
		if err := record.Import(tx, od.Patients.Table, patients(tx.At)); err != nil {
			return err
		}
		if err := record.Import(tx, od.Referrals.Table, referrals(tx.At)); err != nil {
			return err
		}
		return record.Import(tx, od.RefAttaches.Table, refAttaches(tx.At))
	})
	if err == nil {
		err = fillOffice(ctx, book)
	}
	return &sample{registry: registry, practice: p, location: location}, err
}

// The words that rows are made of. Their lengths are what matters.
var (
	lastNames  = []string{"Abernathy", "Castellanos", "Ng", "O'Brien", "Petrov", "Smith", "van der Meer", "Wójcik", "Yamaguchi", "Zimmerman"}
	firstNames = []string{"Alexandra", "Bo", "Christopher", "Dana", "Elżbieta", "Finn", "Guadalupe"}
	streets    = []string{"Aspen Court SE", "Lancaster Drive NE", "Main Street", "Old Mill Stream Road", "12th Avenue"}
	cities     = []string{"Salem", "Portland", "Keizer", "Independence", "Silverton"}
)

func pick(words []string, n int) string { return words[n%len(words)] }

// Numbers of the stock rows that every practice begins with.
const (
	standardAccount = 40 // billing type
	firstSpecialty  = 263
	specialtyCount  = 8
	doctor          = 1
	hygienist       = 2
)

func patients(at dental.DateTime) []*od.Patient {
	rows := make([]*od.Patient, patientCount)
	for i := range rows {
		last, first := pick(lastNames, i), pick(firstNames, i/7)
		number := dental.PatNum(i + 1)
		rows[i] = &od.Patient{
			PatNum: number, LName: last, FName: first, MiddleI: "J", Preferred: first[:2],
			Gender: dental.Gender(i % 3), Position: dental.Position(i % 5),
			Birthdate: at.Date().AddDays(-365*20 - i*9), SSN: fmt.Sprintf("%09d", 100000000+i*7919),
			Address: fmt.Sprintf("%d %s", 100+i, pick(streets, i)), Address2: "Apt 4", City: pick(cities, i),
			State: "OR", Zip: fmt.Sprintf("97%03d", i%1000),
			HmPhone: fmt.Sprintf("(503)555-%04d", i), WirelessPhone: fmt.Sprintf("(971)555-%04d", i),
			Guarantor: number, Email: fmt.Sprintf("patient%d@example.com", i), EstBalance: dental.Money(i % 40 * 12_50),
			PriProv: doctor, SecProv: hygienist, BillingType: standardAccount,
			ImageFolder: fmt.Sprintf("%s%s%d", last, first, number), ChartNumber: fmt.Sprintf("C%06d", i),
			DateFirstVisit: at.Date().AddDays(-i), Language: "eng", DateTStamp: at,
			TxtMsgOk: dental.YesNo(i % 3), SecDateEntry: at.Date().AddDays(-i),
		}
	}
	return rows
}

func referrals(at dental.DateTime) []*od.Referral {
	rows := make([]*od.Referral, referralCount)
	for i := range rows {
		last := pick(lastNames, i)
		rows[i] = &od.Referral{
			ReferralNum: dental.ReferralNum(i + 1), LName: last, FName: pick(firstNames, i/3), MName: "Q",
			SSN: fmt.Sprintf("%09d", 200000000+i*7919), UsingTIN: i%2 == 0,
			Specialty: dental.DefNum(firstSpecialty + i%specialtyCount), ST: "OR", Telephone: fmt.Sprintf("503555%04d", i),
			Address: fmt.Sprintf("%d %s", 200+i, pick(streets, i)), Address2: "Suite 210", City: pick(cities, i),
			Zip: fmt.Sprintf("97%03d", i%1000), Note: "Prefers digital radiographs; closed on Fridays.",
			Phone2: fmt.Sprintf("(971)555-%04d", i), Title: "DMD", EMail: fmt.Sprintf("office%d@example.com", i),
			IsDoctor: true, DateTStamp: at, IsPreferred: i%5 == 0,
			BusinessName: pick(cities, i) + " Dental Specialists", DisplayNote: "Send the perio chart along.",
		}
	}
	return rows
}

func refAttaches(at dental.DateTime) []*od.RefAttach {
	rows := make([]*od.RefAttach, refAttachCount)
	for i := range rows {
		rows[i] = &od.RefAttach{
			RefAttachNum: dental.RefAttachNum(i + 1), ReferralNum: dental.ReferralNum(i*7%referralCount + 1),
			PatNum: dental.PatNum(i%patientCount + 1), ItemOrder: i / patientCount, RefDate: at.Date().AddDays(-i % 900),
			ReferralType: dental.ReferralType(i % 2), Note: "Second opinion on the lower left molar.", DateTStamp: at,
		}
	}
	return rows
}
