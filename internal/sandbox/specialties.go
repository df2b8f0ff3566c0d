package sandbox

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
)

// The provider specialties, definitions of category 35. The documents' examples number two of them
// otherwise than a new database does: Endodontics is 465 and Surgery is 272 (seed 000).
const (
	general     dental.DefNum = 263
	hygienist   dental.DefNum = 264
	pediatric   dental.DefNum = 266
	perio       dental.DefNum = 267
	prosth      dental.DefNum = 268
	ortho       dental.DefNum = 269
	denturist   dental.DefNum = 270
	surgery     dental.DefNum = 272
	pathology   dental.DefNum = 274
	radiology   dental.DefNum = 276
	endodontics dental.DefNum = 465
)

// The keys of a new database.
const (
	stockEndodontics = 265
	stockSurgery     = 271
	stockAssistant   = 272
)

// renumberSpecialties gives the specialties the documents' numbers. No stock row points to one that
// moves.
func renumberSpecialties(tx *record.Tx) error {
	table := od.Definitions.Table
	old, err := table.Get(tx, stockEndodontics)
	if err != nil {
		return err
	}
	if err := record.Delete(tx, table, old); err != nil {
		return err
	}
	moved := *old
	moved.DefNum = endodontics
	if err := record.Import(tx, table, []*od.Definition{&moved}); err != nil {
		return err
	}
	return swapDefinitions(tx, stockSurgery, stockAssistant)
}

// swapDefinitions exchanges what two definitions say.
func swapDefinitions(tx *record.Tx, a, b int64) error {
	table := od.Definitions.Table
	first, err := table.Get(tx, a)
	if err != nil {
		return err
	}
	second, err := table.Get(tx, b)
	if err != nil {
		return err
	}
	asSecond, asFirst := *second, *first
	asSecond.DefNum, asFirst.DefNum = first.DefNum, second.DefNum
	if err := record.Update(tx, table, first, &asSecond); err != nil {
		return err
	}
	return record.Update(tx, table, second, &asFirst)
}
