package referral

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// workKeys is the column at which the keys of the order begin, after those of workColumns.
const workKeys = 20

// reading is how a list is read in an order.
type reading struct {
	ordering
	runs     []run
	isMerged bool // the runs are read beside each other; else one after the other
}

// pageSize is how many lines a page has, where as many are asked for.
func pageSize(count int) int {
	if count == 0 {
		return 25
	}
	return min(count, 100)
}

// statement is what reads a page of a run, after a place in it where it has one: columns, and after them the keys.
func (o ordering) statement(columns string, r run, after place, most int) (sql string, args []store.Value) {
	if after.num > 0 {
		behind := o.after(after)
		r = r.and(behind.where, behind.args...)
	}
	return columns + o.columns() + " FROM `referral` WHERE " + r.where + o.by() + " LIMIT ?", slices.Concat(o.args(), r.args, []store.Value{store.Int(most)})
}

// numColumn is what is read of a list that must be sorted: the less is carried along the quicker it is.
const numColumn = "SELECT `ReferralNum`"

// read reads up to as many lines of a run.
func (r *reading) read(c store.Conn, at int, of run, after place, most int, now dental.DateTime) (found []placed, err error) {
	if r.keys[0].has {
		sql, args := r.statement(workColumns, of, after, most)
		rows := c.Query(sql, args...)
		for rows.Next() {
			line := scanWork(rows, now)
			found = append(found, placed{line, place{at, line.Num, r.values(rows, workKeys)}})
		}
		return found, rows.Close()
	}
	sql, args := r.statement(numColumn, of, after, most)
	rows := c.Query(sql, args...)
	var nums []store.Value
	for rows.Next() {
		found = append(found, placed{place: place{at, rows.Int(0), r.values(rows, 1)}})
		nums = append(nums, store.Int(rows.Int(0)))
	}
	if err := rows.Close(); err != nil || len(nums) == 0 {
		return nil, err
	}
	lines := make(map[int64]WorkLine)
	rows = c.Query(workColumns+" FROM `referral` WHERE `ReferralNum` IN (?"+strings.Repeat(", ?", len(nums)-1)+")", nums...)
	for rows.Next() {
		line := scanWork(rows, now)
		lines[line.Num] = line
	}
	for i := range found {
		found[i].line = lines[found[i].place.num]
	}
	return found, rows.Close()
}

// placed is a line, and where it is in a list.
type placed struct {
	line  WorkLine
	place place
}

// page reads a page of a list after a place, and where the next one begins; "" where this is the end.
func (d *Desk) page(r *reading, c store.Conn, after place, count int, now dental.DateTime) (found []placed, next string, err error) {
	from := after.run
	if r.isMerged {
		from = 0
	}
	for i := from; i < len(r.runs) && (r.isMerged || len(found) <= count); i++ {
		most := count + 1
		if !r.isMerged {
			most -= len(found)
		}
		more, err := r.read(c, i, r.runs[i], after, most, now)
		if err != nil {
			return nil, "", err
		}
		if found = append(found, more...); !r.isMerged {
			after = place{}
		}
	}
	if r.isMerged {
		slices.SortFunc(found, r.compare)
	}
	if len(found) > count {
		found = found[:count]
		next, err = d.placeText(found[count-1].place, r.ordering)
	}
	return found, next, err
}

// compare orders lines of runs that are read beside each other, whose key is a moment.
func (o ordering) compare(a, b placed) int {
	order := cmp.Or(strings.Compare(a.place.values[0], b.place.values[0]), cmp.Compare(a.place.num, b.place.num))
	if o.descends {
		return -order
	}
	return order
}
