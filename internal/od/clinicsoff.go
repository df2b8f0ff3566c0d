package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// usesClinics tells whether the practice has turned clinics on.
func usesClinics(c store.Conn) (bool, error) {
	off, err := preferenceNum(c, "EasyNoClinics")
	return off == 0, err
}

// refuseClinicWhenOff refuses a clinic that was sent to a practice that has turned clinics off.
func refuseClinicWhenOff(c store.Conn, clinic dental.ClinicNum) error {
	if clinic == 0 {
		return nil
	}
	on, err := usesClinics(c)
	if err != nil || on {
		return err
	}
	return fault.InvalidFields([]fault.Field{{Name: "ClinicNum",
		Text: "ClinicNum must be 0 because this practice has turned clinics off"}})
}
