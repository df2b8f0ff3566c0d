package loop

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// Matching is which patient of the caller's own chart a referral is linked to that came in, and who else may be meant, with the
// evidence. It is NotFound for a provider that has no chart here, and as long as its chart was not told.
func (c *Carrier) Matching(ctx context.Context, caller *referral.Caller, urn string) (m od.Matching, err error) {
	err = c.atChart(ctx, caller, urn, func(desk od.Desk, in od.Incoming) error {
		m, err = od.MatchingOf(ctx, desk, urn, in)
		return err
	})
	return m, err
}

// Relink links a referral to the patient of the caller's own chart whom a person has found to be meant.
func (c *Carrier) Relink(ctx context.Context, caller *referral.Caller, urn string, to dental.PatNum) error {
	return c.atChart(ctx, caller, urn, func(desk od.Desk, _ od.Incoming) error { return od.Relink(ctx, desk, urn, to) })
}

// atChart works at the chart of a provider who may see the referral.
func (c *Carrier) atChart(ctx context.Context, caller *referral.Caller, urn string, fn func(od.Desk, od.Incoming) error) error {
	if caller.Role != lifecycle.Provider {
		return fault.New(fault.Forbidden, "Whom a referral is linked to in a chart is the provider's to see")
	}
	about, err := c.desk.Patient(ctx, caller, urn)
	if err != nil {
		return err
	}
	book, release, err := c.practices.Lease(ctx, practice.Num(caller.Account.Practice))
	if err != nil {
		return err
	}
	defer release()
	desk := od.Desk{Book: book, Caller: audit.Caller{Name: caller.Name, RequestID: caller.RequestID}}
	return fn(desk, od.Incoming{URN: urn, First: about.First, Last: about.Last, Birthdate: about.Birthdate, Phone: phoneOf(about.Given), Email: about.Given["patient_email"]})
}

// phoneOf is the telephone number that a referral gives.
func phoneOf(given map[string]string) string {
	if phone := given["patient_phone_number"]; phone != "" {
		return phone
	}
	return given["patient_mobile_tel"]
}
