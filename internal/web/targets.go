package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/referral"
)

// Target is a provider's service as somebody chooses it to whom a referral is sent.
type Target struct {
	Organisation   int64
	Name           string
	Service        int64
	ServiceName    string
	Fits           bool     // it can be chosen
	IsSuggested    bool     // the area's rules suggest it
	WhyNot         []string // why not, where it does not fit
	Open, Capacity int      // the referrals that it has, and how many it takes at once; a capacity of 0 is no limit
}

func (t Target) value() string {
	return strconv.FormatInt(t.Organisation, 10) + "/" + strconv.FormatInt(t.Service, 10)
}

// note says how full it is.
func (t Target) note() string {
	words := fmt.Sprintf("%d open", t.Open)
	if t.Capacity > 0 {
		words = fmt.Sprintf("%d of %d open", t.Open, t.Capacity)
	}
	if t.ServiceName != "" {
		words = t.ServiceName + ", " + words
	}
	if t.IsSuggested {
		words += ", suggested"
	}
	return words
}

// listTarget begins the value of a waiting list among providers.
const listTarget = "list:"

// targetOptions are the providers that fit.
func targetOptions(on *scene) (all []actOption) {
	for _, t := range on.targets {
		if t.Fits {
			all = append(all, actOption{Value: t.value(), Text: t.Name, Note: t.note()})
		}
	}
	return all
}

// placeOptions are the providers and the waiting lists that fit.
func placeOptions(on *scene) []actOption {
	all := targetOptions(on)
	for _, list := range on.lists {
		all = append(all, actOption{Value: listTarget + numText(list.Num), Text: list.Name, Note: "waiting list"})
	}
	return all
}

func listOptions(on *scene) (all []actOption) {
	for _, list := range on.lists {
		all = append(all, actOption{Value: numText(list.Num), Text: list.Name})
	}
	return all
}

func numText(num int64) string { return strconv.FormatInt(num, 10) }

// unfit are the providers that cannot be chosen, with the reasons.
func unfit(targets []Target) (not []notNow) {
	for _, t := range targets {
		if t.Fits {
			continue
		}
		not = append(not, notNow{t.Name, strings.Join(t.WhyNot, ", ")})
	}
	return not
}

// places fills in where a referral can go, where one of its moves needs that.
func (s *Site) places(ctx context.Context, caller *referral.Caller, on *scene, c *referral.Case) error {
	return s.placesOf(ctx, caller, []*scene{on}, []*referral.Case{c})
}

// placesOf is places for several referrals: the directory is read once for all of them.
func (s *Site) placesOf(ctx context.Context, caller *referral.Caller, on []*scene, cases []*referral.Case) error {
	if s.options.Directory == nil {
		return nil
	}
	var needs []directory.Need
	var at []int
	for i, c := range cases {
		if !choosesAPlace(c) {
			continue
		}
		need, err := s.desk.Need(ctx, caller, c.URN, "")
		if err != nil {
			return err
		}
		needs, at = append(needs, need), append(at, i)
	}
	if len(needs) == 0 {
		return nil
	}
	candidates, err := s.options.Directory.CandidatesFor(ctx, needs)
	if err != nil {
		return err
	}
	lists := make(map[int64][]directory.List) // by area
	for n, i := range at {
		area := cases[i].Area
		if _, known := lists[area]; !known {
			if lists[area], err = s.options.Directory.Lists(ctx, area); err != nil {
				return err
			}
		}
		on[i].fillPlaces(cases[i], candidates[n], lists[area], s.options.Directory.Title(cases[i].FormType))
	}
	return nil
}

// choosesAPlace tells that one of a referral's moves wants a provider or a waiting list.
func choosesAPlace(c *referral.Case) bool {
	return slices.ContainsFunc(actKinds, func(k actKind) bool {
		return slices.ContainsFunc(k.fields, func(f fieldKind) bool { return f.kind == "target" || f.name == "list" }) && isPossible(c, k)
	})
}

// fillPlaces puts in what the directory has for a referral.
func (on *scene) fillPlaces(c *referral.Case, candidates []directory.Candidate, lists []directory.List, title string) {
	has := int64(0)
	if open := c.Life.Allocation(); open != nil {
		has = open.Provider
	}
	for _, found := range candidates {
		t := Target{Organisation: found.Organisation.Num, Name: found.Organisation.Name, Service: found.Service.Num, ServiceName: found.Service.Name, Fits: found.Fits,
			IsSuggested: found.IsSuggested, WhyNot: found.WhyNot, Open: found.Open, Capacity: found.Service.Capacity}
		if t.Organisation == has {
			t.Fits, t.WhyNot = false, []string{"has it already"}
		}
		on.targets = append(on.targets, t)
	}
	for _, list := range lists {
		if not := list.WhyNot(c.FormType, title); len(not) > 0 {
			on.notLists = append(on.notLists, unfitList{list.Num, notNow{list.Name, strings.Join(not, ", ")}})
			continue
		}
		on.lists = append(on.lists, list)
	}
}

func isPossible(c *referral.Case, k actKind) bool {
	for _, choice := range c.Choices {
		if choice.Move == k.move {
			return choice.WhyNot == ""
		}
	}
	return false
}
