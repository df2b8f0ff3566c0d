package store

import "strings"

// Key is a column by which a list is ordered, with what stands in it of the last row that was read. The last key of a list tells
// all rows apart.
type Key struct {
	Column   string
	Descends bool
	Last     Value
}

// OrderBy is the order of a list by its keys.
func OrderBy(keys []Key) string {
	all := make([]string, len(keys))
	for i, k := range keys {
		if all[i] = k.Column; k.Descends {
			all[i] += " DESC"
		}
	}
	return " ORDER BY " + strings.Join(all, ", ")
}

// Past is a condition that holds for the rows after the last one that was read. It is written out, because engines read less of an
// index by a comparison of rows, and none of them compares rows whose columns go both ways.
func Past(keys []Key) (condition string, args []Value) {
	for i := len(keys) - 1; i >= 0; i-- {
		k, sign := keys[i], " > ?"
		if k.Descends {
			sign = " < ?"
		}
		if condition == "" {
			condition, args = k.Column+sign, []Value{k.Last}
			continue
		}
		condition = "(" + k.Column + sign + " OR " + k.Column + " = ? AND " + condition + ")"
		args = append([]Value{k.Last, k.Last}, args...)
	}
	return condition, args
}
