package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Signalod tells the practice's programs that something they have read is no longer true.
type Signalod struct {
	// SignalNum is the key.
	SignalNum dental.SignalNum `od:"key"`
	// DateViewing is the day of the appointment book that has changed; "0001-01-01" where it is no day.
	DateViewing dental.Date `od:"server"`
	// SigDateTime is when the change was.
	SigDateTime dental.DateTime `od:"server"`
	// FKey is the key of the row that FKeyType names; 0 is none.
	FKey int64 `od:"server"`
	// FKeyType says of which table FKey is a key: "Operatory", "Provider", … or "Undefined".
	FKeyType string `od:"server max=255"`
	// IType says what has changed: "Appointment", "Referral", "Medications", "Diseases", "ApiSubscriptions".
	IType dental.SignalType `od:"server"`
	// RemoteRole says from where the signal was sent.
	RemoteRole dental.RemoteRole `od:"server"`
	// MsgValue is a text that belongs to the signal.
	MsgValue string `od:"server"`
}

var signalods = resource.Derive[Signalod](resource.Spec{
	Name: "Signalods", Path: "signalods", Thing: "Signalod", Table: "signalod",
	Lists: []resource.List{{
		Access:         resource.Access{Group: resource.ReadAll, Since: "21.2"},
		Filters:        []resource.Filter{requiredSigDateTime()},
		ServerDateTime: true,
	}},
}, nil)

// Signalods serves the signals (seed 002). Whatever changes an appointment or a cached table writes them.
var Signalods = &Rows[Signalod]{Table: signalods}

// requiredSigDateTime refuses a list without it in the document's own words.
func requiredSigDateTime() resource.Filter {
	filter := resource.After("SigDateTime")
	filter.Required, filter.Missing = true, "SigDateTime Required"
	return filter
}

// cached are the tables that the practice's programs read once and keep, and the signal that tells them to
// read again.
var cached = map[string]dental.SignalType{
	"apisubscription": dental.SignalAPISubscriptions,
	"diseasedef":      dental.SignalDiseases,
	"medication":      dental.SignalMedications,
	"referral":        dental.SignalReferral,
}

// signalCaches writes the signals of the tables that the transaction has changed.
func signalCaches(tx *record.Tx) error {
	for _, table := range tx.Touched() {
		kind, ok := cached[table]
		if !ok {
			continue
		}
		if err := record.Create(tx, signalods, &Signalod{SigDateTime: tx.At, FKeyType: "Undefined", IType: kind}); err != nil {
			return err
		}
	}
	return nil
}

// signalDay tells that an operatory's appointments of a day have changed.
func signalDay(tx *record.Tx, day dental.Date, op dental.OperatoryNum) error {
	return record.Create(tx, signalods, &Signalod{
		DateViewing: day, SigDateTime: tx.At, FKey: int64(op), FKeyType: "Operatory", IType: dental.SignalAppointment,
	})
}
