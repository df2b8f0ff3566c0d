// Package sandbox knows the sample data of a demo: a made-up dental practice that is drawn from a
// seed, with the rows that the Open Dental documents print at the keys they print them with.
//
// All of it is relative to one constant day, so that the same seed gives the same rows and ids on
// any day. The people are made up; their telephone numbers, e-mail addresses and social security
// numbers belong to nobody.
package sandbox

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// Sample is sample data that is not written yet. The same seed gives the same rows and ids, on any day.
type Sample struct{ *practice }

// Draw makes the sample data of a seed; it touches nothing.
func Draw(seed uint64) Sample { return Sample{draw(seed)} }

// Write fills a new practice with the sample.
func (s Sample) Write(ctx context.Context, book *record.Book) error {
	return book.Write(ctx, audit.Operator, s.write)
}

// Seed fills a new practice with the sample data of a seed.
func Seed(ctx context.Context, book *record.Book, seed uint64) error {
	return Draw(seed).Write(ctx, book)
}

// practice is the sample data before it is written. Rows are in the order of their keys.
type practice struct {
	clinics     []*od.Clinic
	providers   []*od.Provider
	employers   []employer
	sites       []site
	patients    []*od.Patient // PatNum n is at n-1
	subscribers []subscriber
	plans       []insurancePlan // PlanNum n is at n-1
	primary     map[dental.PatNum]primaryCoverage
	visits      []*visit // AptNum n is at n-1
	aged        map[dental.PatNum]*aging
	sources     []*od.Referral // ReferralNum n is at n-1
	procedures  []*procedure   // ProcNum n is at n-1
	attachments []*od.RefAttach
	sheets      []*sheet // of the tables that have no field above
}

// The parts of the practice, each with dice of its own.
const (
	partHouse = iota + 1
	partPeople
	partInsurance
	partSources
	partAttachments
	partProcedures
	partVisits
	partPlans
	partAccounts
	partRecalls
	partClinical
	partContacts
)

// draw makes the practice of a seed.
func draw(seed uint64) *practice {
	p := &practice{}
	p.drawHouse(newDice(seed, partHouse))
	p.drawPeople(newDice(seed, partPeople))
	p.drawInsurance(newDice(seed, partInsurance))
	p.drawSources(newDice(seed, partSources))
	referred := p.drawAttachments(newDice(seed, partAttachments))
	p.drawVisits(newDice(seed, partVisits))
	p.drawProcedures(newDice(seed, partProcedures), referred)
	p.drawCoverage()
	p.fileStaff()
	p.fileReasons()
	p.drawChairs()
	p.drawClinicPreferences()
	p.drawSchedules()
	p.drawPlans(newDice(seed, partPlans))
	p.fileSubscribers()
	p.fileProcedures()
	p.fileVisits()
	p.drawAccounts(newDice(seed, partAccounts))
	p.drawRecalls(newDice(seed, partRecalls))
	p.drawClinical(newDice(seed, partClinical))
	p.drawContacts(newDice(seed, partContacts))
	return p
}

// write is one transaction. It changes nothing in p: the transaction may run again.
func (p *practice) write(tx *record.Tx) error {
	steps := []func(*record.Tx) error{
		renumberSpecialties,
		addDefinitions,
		p.writeHouse,
		p.writePeople,
		p.writeSources,
		p.writeAttachments,
		p.writeSheets,
		p.writeAging,
		p.writeDocuments,
	}
	for _, step := range steps {
		if err := step(tx); err != nil {
			return err
		}
	}
	return nil
}

func (p *practice) writePeople(tx *record.Tx) error {
	return record.Import(tx, od.Patients.Table, p.patients)
}

func (p *practice) writeSources(tx *record.Tx) error {
	return record.Import(tx, od.Referrals.Table, p.sources)
}

func (p *practice) writeAttachments(tx *record.Tx) error {
	return record.Import(tx, od.RefAttaches.Table, p.attachments)
}
