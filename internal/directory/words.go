package directory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// Word is one of a closed list: how it is stored, and what people read.
type Word struct{ ID, Text string }

// The closed lists of which services and rules choose.
var (
	// Tiers are the levels of care. A service for level 3 takes 3a and 3b too.
	Tiers = []Word{{"1", "Level 1"}, {"2", "Level 2"}, {"3", "Level 3"}, {"3a", "Level 3a"}, {"3b", "Level 3b"}}
	// Anaesthesia are the kinds that a service offers.
	Anaesthesia = []Word{{"local", "local anaesthesia"}, {"sedation", "sedation"}, {"general", "general anaesthesia"}}
	// Facilities are what a patient may need of the place.
	Facilities = []Word{{"hoist", "hoist"}, {"wheelchair", "wheelchair access"}, {"bariatric", "bariatric chair"}, {"cbct", "CBCT"},
		{"wheelchair_tipper", "wheelchair tipper"}, {"domiciliary", "visits at home"}, {"interpreter", "interpreter"}}
	// Priorities are the lifecycle's, the least urgent first.
	Priorities = []Word{{string(lifecycle.Routine), "routine"}, {string(lifecycle.Urgent), "urgent"}, {string(lifecycle.USC), "suspected cancer"}}
)

// oldest is the highest age that is understood.
const oldest = 150

// AnaesthesiaOf is the word for what a form's question for the anaesthesia was answered with; "" where it is none of them.
func AnaesthesiaOf(answer string) string {
	switch answer {
	case "local_anaesthetic", "local":
		return "local"
	case "inhalation_sedation", "iv_sedation", "sedation":
		return "sedation"
	case "general_anaesthetic", "general":
		return "general"
	}
	return ""
}

// wordOf is what people read for an id; an id that is none is its own word.
func wordOf(words []Word, id string) string {
	if i := slices.IndexFunc(words, func(w Word) bool { return w.ID == id }); i >= 0 {
		return words[i].Text
	}
	return id
}

// WordsOf are what people read for some ids.
func WordsOf(words []Word, ids []string) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = wordOf(words, id)
	}
	return texts
}

// list reads what is stored with commas between.
func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// AgesText says who is taken: "of every age", "from 18 years", "up to 15 years", "from 3 to 15 years".
func AgesText(from, to int) string {
	switch {
	case from == 0 && to == 0:
		return "of every age"
	case to == 0:
		return fmt.Sprintf("from %s", years(from))
	case from == 0:
		return fmt.Sprintf("up to %s", years(to))
	case from == to:
		return fmt.Sprintf("of %s", years(from))
	}
	return fmt.Sprintf("from %d to %s", from, years(to))
}

func years(n int) string {
	if n == 1 {
		return "1 year"
	}
	return fmt.Sprintf("%d years", n)
}

// isAge tells whether an age lies between two; to 0 is no end.
func isAge(age, from, to int) bool { return age >= from && (to == 0 || age <= to) }

// takesTier tells whether a level is among some. Level 3 is 3a and 3b.
func takesTier(tiers []string, tier string) bool {
	switch {
	case slices.Contains(tiers, tier):
		return true
	case tier == "3a" || tier == "3b":
		return slices.Contains(tiers, "3")
	case tier == "3":
		return slices.Contains(tiers, "3a") && slices.Contains(tiers, "3b")
	}
	return false
}
