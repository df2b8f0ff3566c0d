package drapi

import (
	"context"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/referral"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// root tells a client that its key is good.
func root(_ context.Context, c *call) error {
	c.body = append(c.body, `{"status":"success"}`...)
	return nil
}

// availableForms answers a bare list, as documented.
func availableForms(_ context.Context, c *call) error {
	c.body = append(c.body, '[')
	for i, name := range c.caller.Account.Forms {
		if i > 0 {
			c.body = append(c.body, ',')
		}
		c.body = resource.AppendText(c.body, []byte(name))
	}
	c.body = append(c.body, ']')
	return nil
}

func prepareForm(ctx context.Context, c *call) error {
	given, err := readPrefill(c)
	if err != nil {
		return err
	}
	made, err := c.server.desk.Prepare(ctx, c.caller, given)
	if err != nil {
		return err
	}
	c.body = append(c.body, `{"status":"success","prepared_form_url":`...)
	c.body = resource.AppendText(c.body, []byte(c.server.desk.URL("/prepared_forms/show/"+made.UUID)))
	c.urn(made.URN, made.PtGuid)
	return nil
}

func saveDraft(ctx context.Context, c *call) error {
	given, err := readPrefill(c)
	if err != nil {
		return err
	}
	made, err := c.server.desk.SaveDraft(ctx, c.caller, given)
	if err != nil {
		return err
	}
	c.body = append(c.body, `{"status":"success","draft_id":`...)
	c.body = strconv.AppendInt(c.body, made.Num, 10)
	c.urn(made.URN, made.PtGuid)
	return nil
}

// urn ends the answer of both. Without a patient identifier there is no ptguid at all.
func (c *call) urn(urn, ptguid string) {
	c.body = append(append(append(c.body, `,"urn":"`...), urn...), '"')
	if ptguid != "" {
		c.body = append(append(append(c.body, `,"ptguid":"`...), ptguid...), '"')
	}
	c.body = append(c.body, '}')
}

func referralStatus(ctx context.Context, c *call) error {
	text, err := query(c.request, "urn")
	if err != nil {
		return err
	}
	if text == "" {
		return parameterFault("urn", "is required: the URN that prepare_form or save_draft answered")
	}
	urn, ok := referral.ParseURN(text)
	if !ok {
		return parameterFault("urn", "must be ten letters and digits, such as TST0000001")
	}
	status, err := c.server.desk.Status(ctx, c.caller, urn)
	if err != nil {
		return err
	}
	c.body = append(c.body, `{"status":"success",`...)
	// The documents' table says referral_name where their example says referrer_name: this answer has both.
	c.status(&status, true)
	c.body = append(c.body, '}')
	return nil
}

func batchReferralStatus(ctx context.Context, c *call) error {
	count, err := countOf(c)
	if err != nil {
		return err
	}
	found, err := c.server.desk.Batch(ctx, c.caller, count)
	if err != nil {
		return err
	}
	c.statuses(found)
	return nil
}

func patientReferrals(ctx context.Context, c *call) error {
	ptguid, err := query(c.request, "ptguid")
	if err != nil {
		return err
	}
	if ptguid == "" {
		return parameterFault("ptguid", "is required: what prepare_form or save_draft answered for the patient_identifier")
	}
	count, err := countOf(c)
	if err != nil {
		return err
	}
	found, err := c.server.desk.OfPatient(ctx, c.caller, ptguid, count)
	if err != nil {
		return err
	}
	c.statuses(found)
	return nil
}

// mostStatuses is how many states are answered at once; a larger count is taken for it.
const mostStatuses = 100

func countOf(c *call) (int, error) {
	text, err := query(c.request, "count")
	if err != nil || text == "" {
		return mostStatuses, err
	}
	zero := true
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, parameterFault("count", "must be a whole number from 1 to %d", mostStatuses)
		}
		zero = zero && text[i] == '0'
	}
	if zero {
		return 0, parameterFault("count", "must be a whole number from 1 to %d", mostStatuses)
	}
	count, err := strconv.Atoi(text)
	if err != nil {
		return mostStatuses, nil // more digits than a number of this machine has
	}
	return min(count, mostStatuses), nil
}

func (c *call) statuses(found []referral.Status) {
	c.body = append(c.body, `{"status":"success","referral_data":[`...)
	for i := range found {
		if i > 0 {
			c.body = append(c.body, ',')
		}
		c.body = append(c.body, '{')
		c.status(&found[i], false)
		c.body = append(c.body, '}')
	}
	c.body = append(c.body, ']', '}')
}

// status writes the members of one referral's state.
func (c *call) status(s *referral.Status, both bool) {
	b := append(append(c.body, `"referral_urn":"`...), s.URN...)
	b = resource.AppendText(append(b, `","referral_status":`...), []byte(s.Text))
	b = resource.AppendText(append(b, `,"referrer_name":`...), []byte(s.ReferrerName))
	if both {
		b = resource.AppendText(append(b, `,"referral_name":`...), []byte(s.ReferrerName))
	}
	b = resource.AppendText(append(b, `,"referral_reason":`...), []byte(s.Reason))
	b = append(b, `,"referral_files":[`...)
	for i, file := range s.Files {
		if i > 0 {
			b = append(b, ',')
		}
		b = resource.AppendText(b, []byte(file))
	}
	c.body = append(b, ']')
}
