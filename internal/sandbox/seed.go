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
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// Seed fills a new practice with sample data. The same seed gives the same rows and ids, on any day.
func Seed(ctx context.Context, book *record.Book, seed uint64) error {
	p := draw(seed)
	return book.Write(ctx, audit.Operator, p.write)
}

// practice is the sample data before it is written. Rows are in the order of their keys.
type practice struct {
	clinics     []*od.Clinic
	providers   []*od.Provider
	employers   []employer
	sites       []site
	patients    []*od.Patient // PatNum n is at n-1
	subscribers []subscriber
	statements  []statement
	sources     []*od.Referral // ReferralNum n is at n-1
	procedures  []*procedure   // ProcNum n is at n-1
	attachments []*od.RefAttach
}

// The parts of the practice, each with dice of its own.
const (
	partHouse = iota + 1
	partPeople
	partInsurance
	partSources
	partAttachments
	partProcedures
)

// draw makes the practice of a seed.
func draw(seed uint64) *practice {
	p := &practice{}
	p.drawHouse(newDice(seed, partHouse))
	p.drawPeople(newDice(seed, partPeople))
	p.drawInsurance(newDice(seed, partInsurance))
	p.drawSources(newDice(seed, partSources))
	referred := p.drawAttachments(newDice(seed, partAttachments))
	p.drawProcedures(newDice(seed, partProcedures), referred)
	return p
}

// write is one transaction. It changes nothing in p: the transaction may run again.
func (p *practice) write(tx *record.Tx) error {
	steps := []func(*record.Tx) error{
		renumberSpecialties,
		p.writeHouse,
		p.writePeople,
		p.writeInsurance,
		p.writeSources,
		p.writeProcedures,
		p.writeAttachments,
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
