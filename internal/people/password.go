package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// cost is what one hash takes.
type cost struct {
	memory uint32 // KiB
	time   uint32
	lanes  uint8
}

// serving is OWASP's choice for argon2id: 19 MiB, two passes, one lane.
var serving = cost{19 * 1024, 2, 1}

const (
	saltBytes = 16
	hashBytes = 32
)

// mostHashes is how many are computed at once: one for each core. Each takes 19 MiB, and more of them at once would not be faster.
func mostHashes() int { return runtime.GOMAXPROCS(0) }

// hash writes a password's hash with its cost, in the PHC format.
func (c cost) hash(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return c.spell(salt, c.key(password, salt))
}

// decoy is a hash that takes as long to compare with as another, and that no password is known to have.
func (c cost) decoy() string {
	random := make([]byte, saltBytes+hashBytes)
	rand.Read(random)
	return c.spell(random[:saltBytes], random[saltBytes:])
}

func (c cost) key(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.time, c.memory, c.lanes, hashBytes)
}

func (c cost) spell(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.lanes, base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// readHash takes a hash apart.
func readHash(text string) (c cost, salt, key []byte, ok bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.lanes); n != 3 || err != nil || c.time == 0 || c.lanes == 0 {
		return c, nil, nil, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return c, nil, nil, false
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	return c, salt, key, err == nil && len(key) == hashBytes
}

// Hash hashes a password, when it is its turn. Two people with one hash are seen to have one password.
func (r *Room) Hash(ctx context.Context, password string) (hash string, err error) {
	err = r.inTurn(ctx, func() { hash = r.options.cost.hash(password) })
	return hash, err
}

// matches compares a password with a hash, when it is its turn. isOld tells that the hash was made at another cost than today's.
func (r *Room) matches(ctx context.Context, password, hash string) (same, isOld bool, err error) {
	made, salt, key, ok := readHash(hash)
	if !ok {
		return false, false, fmt.Errorf("people: a stored password cannot be read")
	}
	err = r.inTurn(ctx, func() { same = subtle.ConstantTimeCompare(made.key(password, salt), key) == 1 })
	return same, made != r.options.cost, err
}

// inTurn runs what takes the memory of one hash.
func (r *Room) inTurn(ctx context.Context, run func()) error {
	select {
	case r.hashing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.hashing }()
	run()
	return nil
}

// The lengths of a password, in characters.
const (
	ShortestPassword = 12
	longestPassword  = 200
)

// leastScore is how hard a password must be to guess: 3 of 4 is "safely unguessable", 10^8 guesses and more.
const leastScore = 3

// about is what strangers know of whoever chooses a password.
type about struct {
	name, email   string
	organisations []string
}

// words are what a password must not hold.
func (a about) words() []string {
	var words []string
	for _, text := range append([]string{a.name, a.email}, a.organisations...) {
		for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) >= 4 {
				words = append(words, word)
			}
		}
	}
	return words
}

// examples are passphrases by which the world explains passphrases, without blanks: their words are far apart, and the list of words by
// which strength is reckoned does not know that they are known together.
var examples = []string{"correcthorsebatterystaple", "correctbatteryhorsestaple"}

func letterOrNot(r rune) rune {
	if unicode.IsLetter(r) {
		return r
	}
	return -1
}

// checkPassword says what is wrong with a password that somebody chooses.
func checkPassword(password string, a about) []fault.Field {
	refuse := func(text string) []fault.Field { return []fault.Field{{Name: "password", Text: text}} }
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return refuse("The password holds something that is no character")
	case length < ShortestPassword:
		return refuse(fmt.Sprintf("Choose a password of at least %d characters; a few words that do not belong together are good", ShortestPassword))
	case length > longestPassword:
		return refuse(fmt.Sprintf("The password can have at most %d characters", longestPassword))
	}
	folded := strings.ToLower(norm.NFKC.String(password))
	for _, word := range a.words() {
		if strings.Contains(folded, word) {
			return refuse("Choose a password without your name, your e-mail address or your organisation's name")
		}
	}
	if letters := strings.Map(letterOrNot, folded); slices.ContainsFunc(examples, func(example string) bool { return strings.Contains(letters, example) }) {
		return refuse("This password is a well-known example, which attackers try first; choose a few words of your own")
	}
	// What stands beyond is not looked at: the time to look grows with the square of the length.
	looked := folded
	if runes := []rune(folded); len(runes) > 64 {
		looked = string(runes[:64])
	}
	if zxcvbn.PasswordStrength(looked, a.words()).Score < leastScore {
		return refuse("This password is on the lists that attackers try first, or is soon guessed; choose a few words that do not belong together")
	}
	return nil
}
