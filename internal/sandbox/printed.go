package sandbox

import (
	"slices"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
)

// examplePatients are the further patients whom the examples of seed 002 change. They are living patients of
// families of their own.
var examplePatients = []dental.PatNum{11, 12, 13, 17, 19, 20, 21, 41, 46, 56, 61, 67, 71, 74, 101, 234, 261}

// livesAlone tells whether a patient is one whom an example is about.
func livesAlone(num dental.PatNum) bool { return isShown(num) || slices.Contains(examplePatients, num) }

// isQuiet tells whether nothing is drawn for a patient beyond what the documents print, so that their
// examples find what they expect. 71 and 46 are those whose recalls an example changes.
func isQuiet(num dental.PatNum) bool {
	return num != 71 && num != 46 && (isPrinted(num) || livesAlone(num))
}

// provider is a row by its key.
func (p *practice) provider(num dental.ProvNum) *od.Provider { return p.providers[num-1] }

func itoa(n int) string { return strconv.Itoa(n) }

// clockTime is a time of day, of minutes.
func clockTime(minutes int) string {
	two := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	return two(minutes/60) + ":" + two(minutes%60) + ":00"
}
