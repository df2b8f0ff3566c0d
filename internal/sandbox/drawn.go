package sandbox

import "github.com/bridgework-dental/bridgework/internal/dental"

// Names draws names of people who do not exist, for the sample data of other rooms. The same seed and part give the same
// names in the same order; each room has a part of its own, from 1.
type Names struct{ d dice }

// partOthers is where the dice of other rooms begin, far behind those of the practice's parts.
const partOthers = 1000

// NewNames are the names of a seed for a part of another room's data.
func NewNames(seed, part uint64) Names { return Names{newDice(seed, partOthers+part)} }

// First draws a first name.
func (n Names) First(gender dental.Gender) string { return n.d.firstName(gender) }

// Last draws a last name.
func (n Names) Last() string { return n.d.surname() }
