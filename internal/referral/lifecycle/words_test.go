package lifecycle

import "testing"

func TestAPatientReadsOfAWaitingListOnceThatItIsOne(t *testing.T) {
	for name, want := range map[string][2]string{
		"Southvale restorative waiting list": {"You are on the Southvale restorative waiting list. It cannot be contacted yet.", "On the Southvale restorative waiting list"},
		"West Yorkshire oral surgery":        {"You are on the waiting list of West Yorkshire oral surgery. They cannot be contacted yet.", "On the waiting list West Yorkshire oral surgery"},
	} {
		r := Referral{State: WaitingList, List: name}
		if got := r.TrackerText(false); got != want[0] {
			t.Errorf("a patient reads %q, not %q", got, want[0])
		}
		if got := (Event{Move: PutOnList, Data: Data{Name: name}}).TimelineText(); got != want[1] {
			t.Errorf("the timeline says %q, not %q", got, want[1])
		}
	}
}
