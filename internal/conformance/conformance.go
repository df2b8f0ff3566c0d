// Package conformance says, criterion by criterion, how Bridgework stands to the functions for referrals of HL7's Dental Health
// Functional Profile, Release 2 (the ballot of 2025): orders for referral (CP.4.6), referral requests (CPS.1.4), and support for
// referrals (CPS.4.6.1 to CPS.4.6.3). The words are ours; the profile's own stand under its ids.
package conformance

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
)

// CSV is the whole list, with a head line.
//
//go:embed referral.csv
var CSV []byte

// Standing is how far a criterion is met.
type Standing string

// The standings.
const (
	Met        Standing = "met"
	Partly     Standing = "partly"
	NotOffered Standing = "not offered"
	OutOfScope Standing = "out of scope" // nothing of dentistry
)

// Criterion is one line of the profile.
type Criterion struct {
	ID       string // such as CP.4.6#01
	Level    string // SHALL, SHOULD or MAY; with " if" where it holds only for who offers referrals by computer, as Bridgework does
	Asks     string
	Standing Standing
	Where    string // how it is met, or what is missing; "" where Asks says it
	Test     string // that shows it; "" where nothing is offered
}

// Criteria reads the list.
func Criteria() ([]Criterion, error) {
	lines, err := csv.NewReader(bytes.NewReader(CSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("conformance: %w", err)
	}
	all := make([]Criterion, 0, len(lines)-1)
	for _, line := range lines[1:] {
		all = append(all, Criterion{line[0], line[1], line[2], Standing(line[3]), line[4], line[5]})
	}
	return all, nil
}
