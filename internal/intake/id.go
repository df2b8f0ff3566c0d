package intake

import "strings"

// ID is a Salesforce record id: fifteen letters and digits, of which the case counts. The first three say of which
// object it is.
type ID string

const (
	idLength     = 15
	base62       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	suffixLetter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
	ownInstance  = "A0" // the fourth and fifth sign of the ids that are made here
)

// ParseID reads an id of 15 signs, or of 18 with the three that check the case of the others. misspelt tells that
// those three do not fit; the id is the first 15 then all the same.
func ParseID(text string) (id ID, misspelt, ok bool) {
	if len(text) != idLength && len(text) != idLength+3 {
		return "", false, false
	}
	for i := range len(text) {
		if strings.IndexByte(base62, text[i]) < 0 {
			return "", false, false
		}
	}
	id = ID(text[:idLength])
	return id, len(text) > idLength && text != id.Full(), true
}

// Full is the id with the three signs that keep it apart from others when case is lost. Each stands for five
// signs: the bits of its number are those that are capital letters, the first one the lowest.
func (id ID) Full() string {
	full := []byte(id)
	for five := 0; five < idLength; five += 5 {
		number := 0
		for i := range 5 {
			if c := id[five+i]; c >= 'A' && c <= 'Z' {
				number |= 1 << i
			}
		}
		full = append(full, suffixLetter[number])
	}
	return string(full)
}

// Prefix says of which object the id is.
func (id ID) Prefix() string { return string(id[:3]) }

// makeID is the id of a record that was made here.
func makeID(object string, num int64) ID { return idOf(prefixes[object], num) }

func idOf(prefix string, num int64) ID {
	var digits [10]byte
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = base62[num%62]
		num /= 62
	}
	return ID(prefix + ownInstance + string(digits[:]))
}

// ownNum is the number behind an id that was made here.
func (id ID) ownNum() (num int64, ok bool) {
	if id[3:5] != ownInstance {
		return 0, false
	}
	for _, c := range []byte(id[5:]) {
		num = num*62 + int64(strings.IndexByte(base62, c))
	}
	return num, num > 0
}

// The objects whose records are kept.
const (
	Account            = "Account"
	HealthcareProvider = "HealthcareProvider"
	Request            = "ClinicalServiceRequest"
	Detail             = "ClinicalServiceRequestDetail"
)

// prefixes are the first three signs of the ids that are made here. That of a detail is documented nowhere.
var prefixes = map[string]string{Account: "001", HealthcareProvider: "0cm", Request: "0lv", Detail: "0lw"}

// partyPrefixes are the objects that may ask for a service or give it.
var partyPrefixes = map[string]string{"001": Account, "02i": "Asset", "0cm": HealthcareProvider}

// Belongs tells whether an id may be one of an object, by its prefix.
func (id ID) Belongs(object string) bool {
	if object == Party {
		_, ok := partyPrefixes[id.Prefix()]
		return ok
	}
	return prefixes[object] == id.Prefix()
}

// Party stands for any object that may ask for a service or give it.
const Party = "party"

// PartyObject is the object of which a party's record is kept.
func PartyObject(id ID) string {
	if object, ok := partyPrefixes[id.Prefix()]; ok && object != "Asset" {
		return object
	}
	return HealthcareProvider
}

// OrganisationID is the id of the organisation that a practice is, as an answer to a token names it.
func OrganisationID(practice int64) ID { return idOf("00D", practice) }

// UserID is the id of the user as which a client acts.
func UserID(client int64) ID { return idOf("005", client) }
