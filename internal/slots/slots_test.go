package slots

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const hour = 60

func at(from, to int32) Span { return Span{from, to} }

func TestFreeTimeIsWhatTheScheduleLeaves(t *testing.T) {
	day := []Shift{{at(8*hour, 12*hour), []int64{1, 2}}}
	type block struct {
		op, prov int64
		span     Span
	}
	for _, c := range []struct {
		name   string
		shifts []Shift
		taken  []block
		wish   Wish
		want   []Slot
	}{
		{"an empty day is one slot in the first operatory", day, nil, Wish{Prov: 1}, []Slot{{at(480, 720), 1, 1}}},
		{"no shift is no slot", nil, nil, Wish{Prov: 1}, nil},
		{"a shift without operatories is no slot", []Shift{{at(480, 720), nil}}, nil, Wish{Prov: 1}, nil},
		{"an appointment in one operatory takes the time in all", day, []block{{op: 2, span: at(540, 600)}}, Wish{Prov: 1},
			[]Slot{{at(480, 540), 1, 1}, {at(600, 720), 1, 1}}},
		{"the provider's own appointment elsewhere takes the time", day, []block{{prov: 1, span: at(540, 600)}}, Wish{Prov: 1},
			[]Slot{{at(480, 540), 1, 1}, {at(600, 720), 1, 1}}},
		{"another provider's appointment in a strange operatory takes nothing", day, []block{{op: 3, prov: 2, span: at(540, 600)}}, Wish{Prov: 1},
			[]Slot{{at(480, 720), 1, 1}}},
		{"an appointment that ends when the shift begins takes nothing", day, []block{{op: 1, span: at(420, 480)}}, Wish{Prov: 1},
			[]Slot{{at(480, 720), 1, 1}}},
		{"an appointment over both ends takes all", day, []block{{op: 1, span: at(0, 1440)}}, Wish{Prov: 1}, nil},
		{"appointments that overlap are taken once", day, []block{{op: 1, span: at(540, 600)}, {op: 2, span: at(570, 630)}, {op: 1, span: at(545, 550)}}, Wish{Prov: 1},
			[]Slot{{at(480, 540), 1, 1}, {at(630, 720), 1, 1}}},
		{"slots lie on the grid, inside the free time", day, []block{{op: 1, span: at(483, 601)}}, Wish{Prov: 1}, []Slot{{at(605, 720), 1, 1}}},
		{"what is shorter than the wish is left out", day, []block{{op: 1, span: at(500, 690)}}, Wish{Prov: 1, Length: 25}, []Slot{{at(690, 720), 1, 1}}},
		{"what is as long as the wish is kept", day, []block{{op: 1, span: at(500, 720)}}, Wish{Prov: 1, Length: 20}, []Slot{{at(480, 500), 1, 1}}},
		{"nothing begins before the earliest start", day, nil, Wish{Prov: 1, After: 601}, []Slot{{at(605, 720), 1, 1}}},
		{"the operatory that is asked for is named", day, nil, Wish{Prov: 1, Op: 2}, []Slot{{at(480, 720), 1, 2}}},
		{"an operatory in which the provider does not work has no slot", day, nil, Wish{Prov: 1, Op: 3}, nil},
		{"shifts that touch are one slot", []Shift{{at(600, 720), []int64{1}}, {at(480, 600), []int64{1}}}, nil, Wish{Prov: 1}, []Slot{{at(480, 720), 1, 1}}},
		{"shifts that overlap are one slot", []Shift{{at(480, 660), []int64{1}}, {at(600, 720), []int64{1}}}, nil, Wish{Prov: 1}, []Slot{{at(480, 720), 1, 1}}},
		{"a change of the operatory begins a new slot", []Shift{{at(480, 600), []int64{1}}, {at(600, 720), []int64{2}}}, nil, Wish{Prov: 1},
			[]Slot{{at(480, 600), 1, 1}, {at(600, 720), 1, 2}}},
		{"an operatory counts only while the provider works there", []Shift{{at(480, 720), []int64{1}}, {at(600, 660), []int64{2}}},
			[]block{{op: 2, span: at(480, 630)}}, Wish{Prov: 1}, []Slot{{at(480, 600), 1, 1}, {at(630, 720), 1, 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var book Book
			for _, b := range c.taken {
				book.TakeOp(b.op, b.span)
				book.TakeProv(b.prov, b.span)
			}
			if diff := cmp.Diff(c.want, book.Free(nil, c.shifts, c.wish)); diff != "" {
				t.Errorf("(-want, +got):\n%s", diff)
			}
		})
	}
}

func TestVisitsAreTiledOnTheStep(t *testing.T) {
	for _, c := range []struct {
		name         string
		gap          Span
		length, step int32
		want         []Span
	}{
		{"half hours from eight to half past nine", at(480, 570), 30, 10, []Span{at(480, 510), at(510, 540), at(540, 570)}},
		{"the first start is rounded up", at(483, 550), 30, 10, []Span{at(490, 520), at(520, 550)}},
		{"a visit that is no multiple of the step", at(480, 540), 25, 10, []Span{at(480, 505), at(510, 535)}},
		{"a gap that is too short", at(480, 500), 25, 5, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []Span
			for _, slot := range Tile(nil, Slot{c.gap, 1, 2}, c.length, c.step) {
				got = append(got, slot.Span)
				if slot.Prov != 1 || slot.Op != 2 {
					t.Errorf("the slot is %+v", slot)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want, +got):\n%s", diff)
			}
		})
	}
}

// oracle finds the free time minute by minute, as slowly and plainly as can be.
func oracle(shifts []Shift, opTaken, provTaken map[int64][]Span, wish Wish, end int32) []Slot {
	covers := func(spans []Span, minute int32) bool {
		return slices.ContainsFunc(spans, func(s Span) bool { return s.From <= minute && minute < s.To })
	}
	opAt := func(minute int32) int64 {
		var ops []int64
		// Of shifts that overlap the one that begins first names the operatory.
		sorted := slices.Clone(shifts)
		slices.SortStableFunc(sorted, func(a, b Shift) int { return int(a.From - b.From) })
		for _, shift := range sorted {
			if shift.From <= minute && minute < shift.To {
				ops = append(ops, shift.Ops...)
			}
		}
		if len(ops) == 0 || minute < wish.After || covers(provTaken[wish.Prov], minute) {
			return 0
		}
		for _, op := range ops {
			if covers(opTaken[op], minute) {
				return 0
			}
		}
		if wish.Op == 0 {
			return ops[0]
		}
		if slices.Contains(ops, wish.Op) {
			return wish.Op
		}
		return 0
	}
	var found []Slot
	for minute := int32(0); minute < end; {
		op := opAt(minute)
		from := minute
		for minute++; minute < end && opAt(minute) == op; minute++ {
		}
		slot := Slot{at((from+Grid-1)/Grid*Grid, minute/Grid*Grid), wish.Prov, op}
		if op != 0 && slot.To-slot.From >= max(wish.Length, Grid) {
			found = append(found, slot)
		}
	}
	return found
}

func TestFreeTimeAgreesWithABruteForceSearch(t *testing.T) {
	const end = 600
	for seed := range uint64(3000) {
		dice := rand.New(rand.NewPCG(seed, 1))
		span := func() Span {
			from := dice.Int32N(end)
			return at(from, min(end, from+dice.Int32N(150)))
		}
		var shifts []Shift
		for range dice.IntN(5) {
			ops := []int64{1, 2, 3}
			dice.Shuffle(3, func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
			shifts = append(shifts, Shift{span(), ops[:dice.IntN(4)]})
		}
		var book Book
		opTaken, provTaken := make(map[int64][]Span), make(map[int64][]Span)
		for range dice.IntN(12) {
			op, prov, s := dice.Int64N(4)+1, dice.Int64N(3)+1, span()
			book.TakeOp(op, s)
			book.TakeProv(prov, s)
			opTaken[op], provTaken[prov] = append(opTaken[op], s), append(provTaken[prov], s)
		}
		wish := Wish{Prov: dice.Int64N(3) + 1, Op: dice.Int64N(4), Length: dice.Int32N(40), After: dice.Int32N(end)}
		got := book.Free(nil, shifts, wish)
		if diff := cmp.Diff(oracle(shifts, opTaken, provTaken, wish, end), got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("seed %d, shifts %v, wish %+v (-want, +got):\n%s", seed, shifts, wish, diff)
		}
		for _, slot := range got {
			for _, taken := range append(slices.Clone(opTaken[slot.Op]), provTaken[slot.Prov]...) {
				if taken.From < taken.To && taken.From < slot.To && slot.From < taken.To {
					t.Fatalf("seed %d: the slot %+v overlaps %+v", seed, slot, taken)
				}
			}
			for minute := slot.From; minute < slot.To; minute++ {
				if !slices.ContainsFunc(shifts, func(s Shift) bool {
					return s.From <= minute && minute < s.To && slices.Contains(s.Ops, slot.Op)
				}) {
					t.Fatalf("seed %d: minute %d of %+v lies in no open schedule", seed, minute, slot)
				}
			}
		}
	}
}

func BenchmarkFreeOverTwoWeeksTenProviders20000Appointments(b *testing.B) {
	dice := rand.New(rand.NewPCG(1, 1))
	type appointment struct {
		span     Span
		op, prov int64
	}
	var appointments []appointment
	for range 20_000 {
		from := dice.Int32N(14)*1440 + 480 + dice.Int32N(108)*5
		prov := dice.Int64N(10) + 1
		appointments = append(appointments, appointment{at(from, from+5+dice.Int32N(6)*5), prov + 10*dice.Int64N(2), prov})
	}
	slices.SortFunc(appointments, func(a, b appointment) int { return int(a.span.From - b.span.From) }) // as the store reads them
	shifts := make([]Shift, 0, 28)
	for day := range int32(14) {
		shifts = append(shifts, Shift{at(day*1440+480, day*1440+720), nil}, Shift{at(day*1440+780, day*1440+1020), nil})
	}
	b.ReportAllocs()
	for b.Loop() {
		var book Book
		for _, a := range appointments {
			book.TakeOp(a.op, a.span)
			book.TakeProv(a.prov, a.span)
		}
		var found []Slot
		for prov := int64(1); prov <= 10; prov++ {
			for i := range shifts {
				shifts[i].Ops = []int64{prov, prov + 10}
			}
			found = book.Free(found, shifts, Wish{Prov: prov})
		}
	}
}
