package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// clinicsAreOn tells whether the practice works with clinics.
func clinicsAreOn(c store.Conn) (bool, error) {
	off, err := preferenceNum(c, "EasyNoClinics")
	return off == 0, err
}

// requireClinicIfOn refuses a list without ClinicNum where the practice works with clinics (seed 002,
// Appointments GET ASAP: "Required only if Clinics are enabled").
func requireClinicIfOn(c store.Conn, asked resource.Asked) error {
	if asked["ClinicNum"] != "" {
		return nil
	}
	on, err := clinicsAreOn(c)
	if err != nil || !on {
		return err
	}
	return errClinicRequired
}

var errClinicRequired = fault.InvalidFields([]fault.Field{{Name: "ClinicNum", Text: "ClinicNum is required"}})

// refuseClinicIfOff refuses a clinic where the practice works without them: nobody would see it.
func refuseClinicIfOff(c store.Conn, clinic dental.ClinicNum) error {
	if clinic == 0 {
		return nil
	}
	on, err := clinicsAreOn(c)
	if err != nil || on {
		return err
	}
	return fault.InvalidFields([]fault.Field{{Name: "ClinicNum", Text: "ClinicNum must be 0 because this practice has turned clinics off"}})
}

// clinicOf is the operatory's clinic, else another; 0 where the practice works without clinics.
func clinicOf(tx *record.Tx, op dental.OperatoryNum, other dental.ClinicNum) (dental.ClinicNum, error) {
	on, err := clinicsAreOn(tx)
	if err != nil || !on {
		return 0, err
	}
	found, err := operatories.Find(tx, "WHERE `OperatoryNum` = ?", store.Int(op))
	if err == nil && len(found) > 0 && found[0].ClinicNum != 0 {
		return found[0].ClinicNum, nil
	}
	return other, err
}
