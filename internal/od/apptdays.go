package od

import (
	"errors"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// onDays are the filters date, dateStart and dateEnd of the appointment lists (seed 002, Appointments GET
// multiple). Where one end of a range is not sent, it is open.
func onDays() []resource.Filter {
	on := func(param, where string, ends ...int) resource.Filter {
		return resource.Filter{Param: param, Expand: func(text string) (string, []store.Value, error) {
			day, err := dental.ParseDate(text)
			if err != nil {
				return "", nil, errors.New("format must be yyyy-MM-dd")
			}
			var args []store.Value
			for _, second := range ends {
				args = append(args, store.Text(day.At(second).String()))
			}
			return where, args, nil
		}}
	}
	const lastSecond = 24*60*60 - 1
	return []resource.Filter{
		on("date", "r.`AptDateTime` >= ? AND r.`AptDateTime` <= ?", 0, lastSecond),
		on("dateStart", "r.`AptDateTime` >= ?", 0),
		on("dateEnd", "r.`AptDateTime` <= ?", lastSecond),
	}
}

// checkDays refuses ranges that contradict themselves.
func checkDays(asked resource.Asked) []fault.Field {
	day := func(name string) dental.Date {
		date, _ := dental.ParseDate(asked[name])
		return date
	}
	return daysFaults(day("date"), day("dateStart"), day("dateEnd"))
}

// daysFaults is the rule of a day and a range, of which only one can be asked for.
func daysFaults(day, start, end dental.Date) []fault.Field {
	var faults []fault.Field
	if !day.IsNone() && !start.IsNone() {
		faults = append(faults, fault.Field{Name: "dateStart", Text: "date and dateStart cannot be used together"})
	}
	if !day.IsNone() && !end.IsNone() {
		faults = append(faults, fault.Field{Name: "dateEnd", Text: "date and dateEnd cannot be used together"})
	}
	if !start.IsNone() && !end.IsNone() && end.Before(start) {
		faults = append(faults, fault.Field{Name: "dateEnd", Text: "dateEnd must not be before dateStart"})
	}
	for _, each := range []struct {
		name string
		date dental.Date
	}{{"date", day}, {"dateStart", start}, {"dateEnd", end}} {
		if each.date.IsTooEarly() {
			faults = append(faults, fault.Field{Name: each.name, Text: each.name + " cannot be before " + dental.Earliest.String()})
		}
	}
	return faults
}
