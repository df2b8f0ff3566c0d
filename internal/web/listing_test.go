package web

import "testing"

func TestWhatOneChoosesOfOptionsIsNotChosenForTheNext(t *testing.T) {
	all := []actOption{{Text: "Any"}, {Value: "open", Text: "Open"}, {Value: "closed", Text: "Closed"}}
	if one, other := choose("open", all...), choose("closed", all...); !one[1].IsChosen || one[2].IsChosen || !other[2].IsChosen || all[0].IsChosen || all[1].IsChosen || all[2].IsChosen {
		t.Errorf("%v and %v are chosen of %v", one, other, all)
	}
}
