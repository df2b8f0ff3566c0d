package loop

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// Patients finds patients of the referrer's own chart by the beginnings of their names, or by number: at most 25. That somebody has
// looked is noted in the practice's trail. It is NotFound for an organisation without a chart here.
func (c *Carrier) Patients(ctx context.Context, caller *referral.Caller, text string) (found []referral.PatientMatch, err error) {
	err = c.atOwnChart(ctx, caller, 0, func(desk od.Desk) error {
		all, err := od.FindPatients(ctx, desk, text)
		for _, p := range all {
			found = append(found, referral.PatientMatch{Num: int64(p.PatNum), First: p.FName, Last: p.LName, Birthdate: p.Birthdate})
		}
		return err
	})
	return found, err
}

// Prefill is what a form begins with that is about a patient of the referrer's own chart, by the names of the Dental Referrals API's
// parameters.
func (c *Carrier) Prefill(ctx context.Context, caller *referral.Caller, patient int64) (given map[string]string, err error) {
	err = c.atOwnChart(ctx, caller, patient, func(desk od.Desk) error {
		p, err := od.ReadChartPatient(ctx, desk, dental.PatNum(patient))
		if err != nil {
			return err
		}
		given = prefillOf(p)
		return nil
	})
	return given, err
}

// atOwnChart works at the chart of who refers, and notes that in its trail.
func (c *Carrier) atOwnChart(ctx context.Context, caller *referral.Caller, patient int64, fn func(od.Desk) error) error {
	if caller.Role != lifecycle.Referrer {
		return fault.New(fault.Forbidden, "Patients of a chart are the referring practice's to see")
	}
	book, release, err := c.practices.Lease(ctx, practice.Num(caller.Account.Practice))
	if err != nil {
		return err
	}
	defer release()
	who := audit.Caller{Name: caller.Name, RequestID: caller.RequestID}
	if err := book.Write(ctx, who, func(tx *record.Tx) error { return tx.Note(audit.View, "patient", patient, "for a referral") }); err != nil {
		return err
	}
	return fn(od.Desk{Book: book, Caller: who})
}

func prefillOf(p od.ChartPatient) map[string]string {
	given := map[string]string{
		"patient_first_name": p.FName, "patient_last_name": p.LName, "patient_address_line_1": p.Address, "patient_address_line_2": p.Address2, "patient_town": p.City,
		"patient_postcode": p.Zip, "patient_email": p.Email, "patient_mobile_tel": p.WirelessPhone, "patient_home_tel": p.HmPhone, "patient_work_tel": p.WkPhone,
		"medical_history_drugs": strings.Join(p.Medications, "\n"), "medical_history_text": historyOf(p),
	}
	if !p.Birthdate.IsNone() {
		text := p.Birthdate.String()
		given["patient_dob"] = text[8:10] + "/" + text[5:7] + "/" + text[:4]
	}
	switch p.Gender {
	case dental.GenderMale:
		given["gender"] = "M"
	case dental.GenderFemale:
		given["gender"] = "F"
	}
	for name, value := range given {
		if strings.TrimSpace(value) == "" {
			delete(given, name)
		}
	}
	return given
}

func historyOf(p od.ChartPatient) string {
	var lines []string
	if len(p.Problems) > 0 {
		lines = append(lines, "Problems: "+strings.Join(p.Problems, ", "))
	}
	if len(p.Allergies) > 0 {
		lines = append(lines, "Allergies: "+strings.Join(p.Allergies, ", "))
	}
	return strings.Join(lines, "\n")
}
