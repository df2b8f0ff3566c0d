// Package slots finds the free time in an appointment book. It is pure: intervals in, intervals out, in
// minutes, with no clock, no calendar and no storage.
package slots

import (
	"cmp"
	"slices"
)

// Grid is the step of the book in minutes: one character of an appointment's pattern.
const Grid = 5

// Span is a half-open interval of minutes.
type Span struct{ From, To int32 }

// Shift is a time in which a provider works in some operatories, in the office's order.
type Shift struct {
	Span
	Ops []int64
}

// Slot is free time of a provider in an operatory.
type Slot struct {
	Span
	Prov, Op int64
}

// Book holds the time that is taken. Make one with Take, and call Free after the last Take.
type Book struct {
	byOp, byProv map[int64]*taken
}

type taken struct {
	spans   []Span
	settled bool // sorted, and no two of them touch
}

// TakeOp takes a time in an operatory, for a blockout.
func (b *Book) TakeOp(op int64, span Span) { take(&b.byOp, op, span) }

// TakeProv takes a time of a provider, wherever it is.
func (b *Book) TakeProv(prov int64, span Span) { take(&b.byProv, prov, span) }

func take(all *map[int64]*taken, key int64, span Span) {
	if span.From >= span.To || key == 0 {
		return
	}
	if *all == nil {
		*all = make(map[int64]*taken)
	}
	t := (*all)[key]
	if t == nil {
		t = new(taken)
		(*all)[key] = t
	}
	t.spans, t.settled = append(t.spans, span), false
}

// settle sorts the spans and joins those that overlap or touch, so that they can be searched.
func (t *taken) settle() []Span {
	if t == nil {
		return nil
	}
	if !t.settled {
		t.spans, t.settled = Union(t.spans), true
	}
	return t.spans
}

// Union sorts spans and joins those that overlap or touch. It reuses the slice.
func Union(spans []Span) []Span {
	byStart := func(a, b Span) int { return cmp.Compare(a.From, b.From) }
	if !slices.IsSortedFunc(spans, byStart) {
		slices.SortFunc(spans, byStart)
	}
	joined := spans[:0]
	for _, span := range spans {
		if last := len(joined) - 1; last >= 0 && span.From <= joined[last].To {
			joined[last].To = max(joined[last].To, span.To)
		} else if span.From < span.To {
			joined = append(joined, span)
		}
	}
	return joined
}

// Wish is what is looked for.
type Wish struct {
	Prov int64
	// Op answers only time in this operatory; 0 answers the first in which the provider works then.
	Op int64
	// Length is the least length in minutes; anything below Grid means Grid.
	Length int32
	// After is the earliest start.
	After int32
}

// Free appends the free gaps of a provider who works in shifts. A gap is free in all operatories in which
// the provider works at that time, and the provider has nothing else; its ends lie on the grid. Gaps are
// whole: two that touch in the same operatory are one. They come in order of time.
func (b *Book) Free(dst []Slot, shifts []Shift, wish Wish) []Slot {
	length := max(wish.Length, Grid)
	ofProv := b.byProv[wish.Prov].settle()
	first := len(dst)
	var busy []Span
	for _, part := range parts(shifts) {
		op := part.Ops[0]
		if wish.Op != 0 {
			if !slices.Contains(part.Ops, wish.Op) {
				continue
			}
			op = wish.Op
		}
		part.From = max(part.From, wish.After)
		busy = appendWithin(busy[:0], ofProv, part.Span)
		for _, each := range part.Ops {
			busy = appendWithin(busy, b.byOp[each].settle(), part.Span)
		}
		from := part.From
		for _, span := range Union(busy) {
			dst = appendGap(dst, first, Slot{Span{from, span.From}, wish.Prov, op})
			from = max(from, span.To)
		}
		dst = appendGap(dst, first, Slot{Span{from, part.To}, wish.Prov, op})
	}
	kept := dst[:first]
	for _, slot := range dst[first:] {
		slot.From, slot.To = roundUp(slot.From, Grid), slot.To-slot.To%Grid
		if slot.To-slot.From >= length {
			kept = append(kept, slot)
		}
	}
	return kept
}

// appendGap adds a gap, or lengthens the last one that it touches.
func appendGap(dst []Slot, first int, gap Slot) []Slot {
	if gap.From >= gap.To {
		return dst
	}
	if last := len(dst) - 1; last >= first && dst[last].To == gap.From && dst[last].Op == gap.Op {
		dst[last].To = gap.To
		return dst
	}
	return append(dst, gap)
}

// appendWithin appends those of sorted spans that overlap a span.
func appendWithin(dst, spans []Span, within Span) []Span {
	at, _ := slices.BinarySearchFunc(spans, within.From, func(s Span, from int32) int {
		if s.To <= from {
			return -1
		}
		return 1
	})
	for ; at < len(spans) && spans[at].From < within.To; at++ {
		dst = append(dst, spans[at])
	}
	return dst
}

// parts cuts shifts at each other's ends, so that in each part the operatories are the same throughout:
// those of all shifts that cover it, in the order in which they are given.
func parts(shifts []Shift) []Shift {
	open := make([]Shift, 0, len(shifts))
	for _, shift := range shifts {
		if shift.From < shift.To && len(shift.Ops) > 0 {
			open = append(open, shift)
		}
	}
	slices.SortStableFunc(open, func(a, b Shift) int { return cmp.Compare(a.From, b.From) })
	var cut []Shift
	for from := 0; from < len(open); {
		// A cluster is a run of shifts that overlap; most are alone.
		to, end := from+1, open[from].To
		for to < len(open) && open[to].From < end {
			end = max(end, open[to].To)
			to++
		}
		if to == from+1 {
			cut = append(cut, open[from])
		} else {
			cut = appendParts(cut, open[from:to])
		}
		from = to
	}
	return cut
}

func appendParts(cut, cluster []Shift) []Shift {
	var edges []int32
	for _, shift := range cluster {
		edges = append(edges, shift.From, shift.To)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	for i := 1; i < len(edges); i++ {
		part := Shift{Span: Span{edges[i-1], edges[i]}}
		for _, shift := range cluster {
			if shift.From >= part.To || shift.To <= part.From {
				continue
			}
			for _, op := range shift.Ops {
				if !slices.Contains(part.Ops, op) {
					part.Ops = append(part.Ops, op)
				}
			}
		}
		if len(part.Ops) > 0 {
			cut = append(cut, part)
		}
	}
	return cut
}

// Tile appends the starts at which visits of a length fit into a gap, one behind the other: the first on a
// multiple of step, and each next one on a multiple of step at or after the end of the one before.
func Tile(dst []Slot, gap Slot, length, step int32) []Slot {
	length, step = max(length, Grid), max(step, Grid)
	for from := roundUp(gap.From, step); from+length <= gap.To; from = roundUp(from+length, step) {
		dst = append(dst, Slot{Span{from, from + length}, gap.Prov, gap.Op})
	}
	return dst
}

func roundUp(minute, step int32) int32 {
	if rest := minute % step; rest > 0 {
		return minute + step - rest
	}
	return minute
}
