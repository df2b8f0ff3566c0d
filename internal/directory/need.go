package directory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// Need is what is known of a referral when it is asked where it can go.
type Need struct {
	Area        int64 // whose rules are asked
	FormType    string
	Age         int // in whole years; UnknownAge where it is not known
	Priority    lifecycle.Priority
	Tier        string   // "" where nobody has said
	Anaesthesia string   // "" where none is asked for
	Facilities  []string // what the place must have
}

// UnknownAge is the age of a patient whose date of birth is not known.
const UnknownAge = -1

// whyNot says in plain words why a service cannot take what is needed, each a clause that goes on after its name: "takes patients
// from 18 years". What is not known of the need is no reason. open is how many open referrals the service has.
func (s Service) whyNot(need Need, title string, open int) (reasons []string) {
	add := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
	if !s.IsOpen {
		add("is closed for new referrals")
	}
	if need.FormType != "" && !slices.Contains(s.FormTypes, need.FormType) {
		reasons = append(reasons, notOnForm(title))
	}
	if need.Age >= 0 && !isAge(need.Age, s.MinAge, s.MaxAge) {
		add("takes patients %s", AgesText(s.MinAge, s.MaxAge))
	}
	if need.Tier != "" && len(s.Tiers) > 0 && !takesTier(s.Tiers, need.Tier) {
		add("takes no referrals of level %s", need.Tier)
	}
	if need.Anaesthesia != "" && !slices.Contains(s.Anaesthesia, need.Anaesthesia) {
		add("takes no %s", wordOf(Anaesthesia, need.Anaesthesia))
	}
	var missing []string
	for _, facility := range need.Facilities {
		if !slices.Contains(s.Facilities, facility) {
			missing = append(missing, wordOf(Facilities, facility))
		}
	}
	if len(missing) > 0 {
		add("has no %s", strings.Join(missing, ", no "))
	}
	if s.isFull(open) {
		add("is full: %d of %d", open, s.Capacity)
	}
	return reasons
}

// notOnForm says that referrals on a form are not taken, by what people call it; "" is not known.
func notOnForm(title string) string {
	if title == "" {
		return "does not take this kind of referral"
	}
	return "takes no referrals on the form " + title
}

func (s Service) isFull(open int) bool { return s.Capacity > 0 && open >= s.Capacity }

// isSure tells whether enough is known of a need for it to be sent without anybody looking at it.
func (s Service) isSure(need Need) bool {
	return need.FormType != "" && (need.Age >= 0 || s.MinAge == 0 && s.MaxAge == 0)
}
