package form_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/form/formtest"
)

var day = dental.DateAt(2026, 11, 2)

func shipped(t testing.TB) []*form.Type {
	t.Helper()
	catalog, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var types []*form.Type
	for _, name := range catalog.Names() {
		current, err := catalog.Current(name)
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, current)
	}
	return types
}

func TestEightTypesAreShippedTwoOfThemTheContracts(t *testing.T) {
	catalog, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"AdultRestorativeForm", "ChildOralCareForm", "EndodonticForm", "MinorOralSurgeryForm", "OrthodonticForm", "PeriodontalForm", "SpecialCareSedationForm", "UrgentSuspectedCancerForm"}
	if got := catalog.Names(); !slices.Equal(got, want) {
		t.Errorf("shipped are %v", got)
	}
}

func TestEveryShippedTypeAsksWhereImagesAreThatAreHeldElsewhere(t *testing.T) {
	for _, typ := range shipped(t) {
		answers, err := formtest.Complete(typ, day, false)
		if err != nil {
			t.Fatal(err)
		}
		answers["images_elsewhere"] = form.Value{Text: "Leeds Dental Institute, study 1.2.826.0.1.3680043.2.1125.1"}
		if _, asks := typ.Field("images_elsewhere"); !asks || len(form.Check(typ, answers, day)) > 0 {
			t.Errorf("%s asks: %t; faults: %v", typ.Name, asks, form.Check(typ, answers, day))
		}
	}
}

func TestEveryShippedTypeCanBeCompletedAndAsksForEachRequiredAnswer(t *testing.T) {
	for _, typ := range shipped(t) {
		for _, all := range []bool{false, true} {
			answers, err := formtest.Complete(typ, day, all)
			if err != nil {
				t.Errorf("with all %t: %v", all, err)
				continue
			}
			if faults := form.CheckDraft(typ, answers); len(faults) > 0 {
				t.Errorf("%s: as a draft: %v", typ.Name, faults)
			}
			sheet := typ.Fill(answers, day)
			for _, state := range sheet.States() {
				if state.State != form.Complete && state.State != form.NotNeeded && (all || !optional(sheet, state.Section)) {
					t.Errorf("%s, all %t: the section %s is %s: %v", typ.Name, all, state.Section.ID, state.State, state.Faults)
				}
			}
			removed := 0
			for id := range answers {
				if !sheet.Required(id) {
					continue
				}
				removed++
				without := answers.Clone()
				delete(without, id)
				faults := form.Check(typ, without, day)
				if !slices.ContainsFunc(faults, func(f form.Fault) bool {
					return f.Field == id && f.Rule == form.RuleMissing && f.Text != ""
				}) {
					t.Errorf("%s without %s: %v", typ.Name, id, faults)
				}
			}
			if removed < 20 {
				t.Errorf("%s requires %d answers only", typ.Name, removed)
			}
		}
	}
}

func optional(sheet *form.Sheet, section *form.Section) bool {
	return !slices.ContainsFunc(section.Fields, func(f form.Field) bool { return sheet.Required(f.ID) })
}

func TestWhatIsAcceptedSurvivesStorageAndStaysAccepted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	types := shipped(t)
	accepted := 0
	for range 2000 {
		typ := types[random.IntN(len(types))]
		answers := formtest.Random(typ, day, random)
		sheet := typ.Fill(answers, day)
		faults := sheet.Faults()
		settled := sheet.Settled()
		stored, err := settled.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, lost, err := typ.Decode(stored)
		if err != nil || len(lost) > 0 || !reflect.DeepEqual(again, settled) {
			t.Fatalf("%s: %s is decoded as %v, lost %v, %v", typ.Name, stored, again, lost, err)
		}
		if faultsAgain := form.Check(typ, again, day); !reflect.DeepEqual(faultsAgain, faults) {
			t.Fatalf("%s: %s\nfaults were %v\nand are     %v", typ.Name, stored, faults, faultsAgain)
		}
		if len(faults) == 0 {
			accepted++
		}
	}
	if accepted < 100 {
		t.Errorf("%d of 2000 are accepted: too few to prove anything", accepted)
	}
	t.Logf("%d of 2000 accepted", accepted)
}

func TestAVersionIsReadBackFromItsCanonicalForm(t *testing.T) {
	catalog, err := form.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range shipped(t) {
		again, err := catalog.Keep(typ.Canonical())
		if err != nil {
			t.Errorf("%s: %v", typ.Name, err)
			continue
		}
		if again.Version() != typ.Version() || again.Describe() != typ.Describe() {
			t.Errorf("%s has version %s, and read back %s", typ.Name, typ.Version(), again.Version())
		}
		if answers, err := formtest.Complete(again, day, true); err != nil {
			t.Errorf("%s read back: %v, %v", typ.Name, answers, err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := form.Builtin(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	typ := shipped(b)[0]
	answers, err := formtest.Complete(typ, day, true)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		form.Check(typ, answers, day)
	}
}
