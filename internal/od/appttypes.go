package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// apptType is what a new appointment takes from its type. The zero value is no type.
type apptType struct {
	number dental.AppointmentTypeNum
	color  int32
	given  string // its own pattern, "" where it follows from the codes
	codes  string // comma-separated procedure codes
}

// findAppointmentType reads a type; one that does not exist is record's to refuse.
func findAppointmentType(c store.Conn, number dental.AppointmentTypeNum) (apptType, error) {
	var found apptType
	if number == 0 {
		return found, nil
	}
	rows := c.Query("SELECT `AppointmentTypeColor`, `Pattern`, `CodeStr` FROM `appointmenttype` WHERE `AppointmentTypeNum` = ?", store.Int(number))
	if rows.Next() {
		found = apptType{number, int32(rows.Int(0)), string(rows.Text(1)), string(rows.Text(2))}
	}
	return found, rows.Close()
}

// pattern is the type's own, else that of its procedures one after the other, else "/XX/".
func (t apptType) pattern(c store.Conn) (string, error) {
	if isPattern(t.given) {
		return cutPattern(t.given), nil
	}
	names := codeNames(t.codes)
	codes, err := findCodes(c, names)
	if err != nil {
		return "", err
	}
	var pattern strings.Builder
	for _, name := range names {
		if isPattern(codes[name].time) {
			pattern.WriteString(codes[name].time)
		}
	}
	if pattern.Len() > 0 {
		return cutPattern(pattern.String()), nil
	}
	return "/XX/", nil
}
