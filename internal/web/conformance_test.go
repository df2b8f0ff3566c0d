package web_test

import (
	"net/http"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/conformance"
)

func TestEverybodyReadsHowTheServerStandsToTheFieldsProfile(t *testing.T) {
	_, server := newHouse(t)
	v := newVisitor(t, server)
	page := v.get("/conformance")
	page.wants(t, http.StatusOK, "Dental Health Functional Profile", "not offered")
	all, err := conformance.Criteria()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		page.wants(t, http.StatusOK, c.ID+"</th>", c.Test)
	}
	if copied := v.get("/conformance/csv"); copied.status != http.StatusOK || copied.body != string(conformance.CSV) {
		t.Errorf("the copy is answered %d with %d bytes", copied.status, len(copied.body))
	}
}
