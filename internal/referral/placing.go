package referral

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/form"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Where a referral goes: what it needs of a place, whether a place takes it, and where an area's rules send it by themselves.

// Need is what a referral that the caller may see needs of a place. tier is the level of care, where somebody has said.
func (d *Desk) Need(ctx context.Context, caller *Caller, urn, tier string) (need directory.Need, err error) {
	err = d.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		r, err := seenRow(c, caller, urn)
		if err != nil {
			return err
		}
		need, err = d.needOf(c, r, tier)
		return err
	})
	return need, err
}

// needOf reads what was submitted last.
func (d *Desk) needOf(c store.Conn, r *row, tier string) (directory.Need, error) {
	need := directory.Need{Area: r.Area, FormType: r.FormType, Age: directory.UnknownAge, Priority: lifecycle.Priority(r.Priority), Tier: tier}
	if !r.BirthDate.IsNone() {
		need.Age = dental.AgeOn(r.BirthDate, d.Today())
	}
	f, err := d.readForm(c, r, d.now())
	if err != nil || f.Type == nil {
		return need, err
	}
	need.Anaesthesia = directory.AnaesthesiaOf(f.Answers["anaesthesia"].Text)
	need.Facilities = facilitiesOf(f.Answers)
	return need, nil
}

// The answers of the sections on access that ask something of the place, and what they ask.
var (
	mobility   = map[string]string{"wheelchair_user": "wheelchair", "wheelchair_tipper_needed": "wheelchair_tipper", "hoist_needed": "hoist", "bariatric": "bariatric"}
	accessible = []string{"mobility", "needs"}
)

func facilitiesOf(answers form.Answers) (facilities []string) {
	for _, id := range accessible {
		for _, option := range answers[id].List {
			if needed := mobility[option]; needed != "" && !slices.Contains(facilities, needed) {
				facilities = append(facilities, needed)
			}
		}
	}
	if answers["over_chair_weight"].Text == "yes" && !slices.Contains(facilities, "bariatric") {
		facilities = append(facilities, "bariatric")
	}
	return facilities
}

// place completes a step that sends a referral somewhere: the names are the directory's, and a place that does not take the
// referral is a Conflict that says why.
func (d *Desk) place(tx *record.Tx, r *row, step *lifecycle.Event) error {
	isToList := step.Move == lifecycle.PutOnList || step.Move == lifecycle.Propose && step.Data.List != 0
	switch step.Move {
	case lifecycle.Allocate, lifecycle.TakeOffList, lifecycle.Redirect, lifecycle.PutOnList, lifecycle.Propose:
	default:
		return nil
	}
	if isToList && step.Data.List == 0 || !isToList && step.Data.Provider == 0 {
		step.Data.Name = ""
		return nil // the lifecycle says what is missing
	}
	// First whether the step can be made at all: nobody learns of a place by a step that is not theirs.
	life, err := readLife(tx, r.Num)
	if err != nil {
		return err
	}
	rules, err := rulesOf(tx, r)
	if err != nil {
		return err
	}
	probe := *step
	probe.At, probe.Data.Name = tx.At, "a place"
	if _, err := life.Next(probe, rules); err != nil {
		return err
	}
	if isToList {
		return d.toList(tx, r, step)
	}
	return d.toProvider(tx, r, step)
}

func (d *Desk) toProvider(tx *record.Tx, r *row, step *lifecycle.Event) error {
	need, err := d.needOf(tx, r, step.Data.Tier)
	if err != nil {
		return err
	}
	target, err := directory.Target(tx, step.Data.Provider, step.Data.Service, need)
	if fault.Is(err, fault.NotFound) {
		return invalid("provider", "provider is not in the directory; choose one of it")
	}
	if err != nil {
		return err
	}
	if !target.Fits {
		return fault.New(fault.Conflict, "%s does not take this referral: it %s", target.Organisation.Name, strings.Join(target.WhyNot, ", and it "))
	}
	step.Data.Name = target.Organisation.Name
	return nil
}

func (d *Desk) toList(tx *record.Tx, r *row, step *lifecycle.Event) error {
	list, err := directory.ListOf(tx, step.Data.List)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && list.Area != r.Area:
		return invalid("list", "list is not one of this area; choose one of its waiting lists")
	case err != nil:
		return err
	}
	if not := list.WhyNot(r.FormType, d.forms.Titles()[r.FormType]); len(not) > 0 {
		return fault.New(fault.Conflict, "The waiting list %s %s", list.Name, strings.Join(not, ", and it "))
	}
	step.Data.Name = list.Name
	return nil
}

// begin takes the first step of a referral that has its documents: where a rule of its area sends it, or before the triagers where
// there are any.
func (d *Desk) begin(tx *record.Tx, r *row, ready bool) error {
	need, err := d.needOf(tx, r, "")
	if err != nil {
		return err
	}
	to, found, err := directory.AutoRoute(tx, need)
	if err != nil {
		return err
	}
	if found {
		_, err = makeStep(tx, r, lifecycle.Event{Move: lifecycle.AutoRoute, Role: lifecycle.System, ActorName: background.Name, Internal: "By the rule " + to.Rule,
			Data: lifecycle.Data{Provider: to.Organisation.Num, Service: to.Service.Num, Name: to.Organisation.Name}})
		return err
	}
	if d.options.Triage {
		_, err = makeStep(tx, r, lifecycle.Event{Move: lifecycle.Queue, Role: lifecycle.System, ActorName: background.Name, Data: lifecycle.Data{FilesReady: ready}})
	}
	return err
}

// setArea notes in whose area a referral lies: that of its referring practice, at the moment at which it is submitted.
func setArea(tx *record.Tx, r *row) error {
	r.Area = directory.Everywhere
	if _, err := one(tx, func(row store.Row) { r.Area = row.Int(0) }, "SELECT `AreaNum` FROM `organisation` WHERE `OrganisationNum` = ?", store.Int(r.Practice)); err != nil {
		return fmt.Errorf("area of practice %d: %w", r.Practice, err)
	}
	if r.Area == directory.Everywhere {
		return nil // as it is written
	}
	return tx.Send("UPDATE `referral` SET `AreaNum` = ? WHERE `ReferralNum` = ?", store.Int(r.Area), store.Int(r.Num))
}
