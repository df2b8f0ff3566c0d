package people

import "github.com/bridgework-dental/bridgework/internal/dental"

// Costing is the options with passwords at another cost, so that a test's do not take the time that they take to guess.
func (o Options) Costing(memory, time uint32) Options {
	o.cost = cost{memory, time, 1}
	return o
}

// CheckPassword is the texts of what is wrong with a password.
func CheckPassword(password, name, email string, organisations ...string) (texts []string) {
	for _, f := range checkPassword(password, about{name, email, organisations}) {
		texts = append(texts, f.Text)
	}
	return texts
}

// WaitAfter is for how many seconds the n-th wrong try in a row locks.
var WaitAfter = waitAfter

// None is no moment.
var None dental.DateTime

// MostHashes is how many hashes are computed at once.
var MostHashes = mostHashes
