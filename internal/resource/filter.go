package resource

import (
	"errors"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The filters that resources declare most. A resource that needs another writes its own Filter.

// EqualInt compares a number column.
func EqualInt(param string) Filter {
	return Filter{Param: param, Read: readInt, Where: "r.`" + param + "` = ?"}
}

// EqualKey compares a foreign key whose row must exist.
func EqualKey(param, table string) Filter {
	f := EqualInt(param)
	f.Parent = ParentIn(table, param)
	return f
}

// RequiredKey is EqualKey for a filter without which there is no list.
func RequiredKey(param, table string) Filter {
	f := EqualKey(param, table)
	f.Required = true
	return f
}

// EqualBool compares a column of 0 and 1.
func EqualBool(param string) Filter {
	return Filter{Param: param, Read: readBool, Where: "r.`" + param + "` = ?"}
}

// EqualMoney compares an amount.
func EqualMoney(param string) Filter {
	return Filter{Param: param, Where: "r.`" + param + "` = ?", Read: func(text string) (store.Value, error) {
		amount, err := dental.ParseMoney(text)
		return store.Float(amount.Float()), err
	}}
}

// EqualDate compares a date column.
func EqualDate(param string) Filter {
	return Filter{Param: param, Read: readDate, Where: "r.`" + param + "` = ?"}
}

// EqualText compares a text column as the database does, without regard to ASCII case.
func EqualText(param string) Filter {
	return Filter{Param: param, Read: readText, Where: "r.`" + param + "` = ?"}
}

// EqualEnum compares an enum column with the number of a member's name.
func EqualEnum(param string, enum dental.Enum) Filter {
	names := enum.Names()
	return Filter{Param: param, Where: "r.`" + param + "` = ?", Read: func(text string) (store.Value, error) {
		number := memberOf(names, text)
		if number < 0 {
			return store.Null, errors.New(mustBeOneOf(names))
		}
		return store.Int(number), nil
	}}
}

// After takes rows that were changed after a moment, strictly.
func After(param string) Filter {
	return Filter{Param: param, Read: readDateTime, Where: "r.`" + param + "` > ?"}
}

// AfterOrDay is After for the resources whose documents send a day alone: its midnight (seed 002,
// Appointments GET and Procedurelogs GET).
func AfterOrDay(param string) Filter {
	f := After(param)
	f.Read = func(text string) (store.Value, error) {
		if day, err := dental.ParseDate(text); err == nil {
			return store.Text(day.At(0).String()), nil
		}
		return readDateTime(text)
	}
	return f
}

// Contains takes rows whose folded text has the given text anywhere in it.
func Contains(param, foldColumn string) Filter {
	return Filter{Param: param, Where: "r.`" + foldColumn + "` LIKE ? ESCAPE '!'", Read: func(text string) (store.Value, error) {
		return store.Text("%" + escapeLike(dental.Fold(text)) + "%"), nil
	}}
}

// Flag takes one condition for "true" and another for "false".
func Flag(param, whereTrue, whereFalse string) Filter {
	return Filter{Param: param, Expand: func(text string) (string, []store.Value, error) {
		value, err := readBool(text)
		if err != nil {
			return "", nil, err
		}
		if value.AsInt() != 0 {
			return whereTrue, nil, nil
		}
		return whereFalse, nil, nil
	}}
}

func readInt(text string) (store.Value, error) {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return store.Null, errNotWhole
	}
	return store.Int(number), nil
}

func readBool(text string) (store.Value, error) {
	value, ok := parseBool(text)
	if !ok {
		return store.Null, errNotBool
	}
	return store.Bool(value), nil
}

func readDate(text string) (store.Value, error) {
	date, err := dental.ParseDate(text)
	if err != nil {
		return store.Null, errNotDate
	}
	return store.Text(date.String()), nil
}

func readDateTime(text string) (store.Value, error) {
	at, err := dental.ParseDateTime(text)
	if err != nil {
		return store.Null, errNotDateTime
	}
	return store.Text(at.String()), nil
}

func readText(text string) (store.Value, error) { return store.Text(text), nil }

// What is wrong with a value, as the end of a sentence that begins with the field's name.
var (
	errNotWhole    = errors.New("must be a whole number")
	errNotBool     = errors.New(`must be "true" or "false"`)
	errNotDate     = errors.New("format must be yyyy-MM-dd")
	errNotDateTime = errors.New("format must be yyyy-MM-dd HH:mm:ss")
	errTooEarly    = errors.New("cannot be before " + dental.Earliest.String())
	errNotTime     = errors.New("format must be HH:mm:ss")
	errNotText     = errors.New("must be text")
	errNotInts     = errors.New("must be an array of whole numbers")
	errNotNumber   = errors.New("must be a number")
)

// Where an enum has no member 0, its name is "" and is not offered.
func mustBeOneOf(names []string) string {
	return "must be one of " + strings.TrimPrefix(strings.Join(names, ", "), ", ")
}

// escapeLike makes text stand for itself in a LIKE pattern with ESCAPE '!'.
func escapeLike(text string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)
}

func parseBool(text string) (value, ok bool) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, true
	case strings.EqualFold(text, "false"):
		return false, true
	default:
		return false, false
	}
}

// memberOf finds a member of an enum without regard to case and blanks, since "In Person" is also
// printed as "InPerson" (seed 002 and the current page); -1 when there is none.
func memberOf(names []string, text string) int {
	text = strings.ReplaceAll(text, " ", "")
	for number, name := range names {
		if strings.EqualFold(strings.ReplaceAll(name, " ", ""), text) {
			return number
		}
	}
	return -1
}
