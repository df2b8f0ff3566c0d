// Package people knows who signs in: persons, their passwords, second factors and passkeys, their sessions, and in which role they
// act for which organisation. It knows no pages, and of organisations only what Options tell it.
package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/seal"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Options are the choices of an operator, and what the wiring tells of organisations.
type Options struct {
	BaseURL string                       // where the pages are reached; passkeys belong to its host
	Sealer  func() (*seal.Sealer, error) // seals the secrets of second factors
	Idle    time.Duration                // how long a session outlives its last request; 0 is 30 minutes
	Lasts   time.Duration                // how long a session lasts at most; 0 is 12 hours

	// Found finds or makes, in the transaction that makes the first administrator, the organisation that they named; it may be called
	// again. nil finds one that there is.
	Found func(tx *record.Tx, name string) (organisation int64, err error)
	// Names are the names of organisations; nil asks the directory's tables, as those below do.
	Names func(c store.Conn, organisations []int64) (map[int64]string, error)
	// Kinds are what organisations are: by it their people have roles. One that there is not is not among them.
	Kinds func(c store.Conn, organisations []int64) (map[int64]Kinds, error)
	// Under are the organisations that a centre looks after in an area, 0 for all of its areas.
	Under func(c store.Conn, centre, area int64) ([]int64, error)
	// Areas are those of a centre.
	Areas func(c store.Conn, centre int64) ([]Area, error)

	cost cost // of a password's hash; the zero value is the one that is served with
}

// Room is the people of an installation.
type Room struct {
	hub       *record.Book
	options   Options
	hashing   chan struct{} // one place for each hash that may be computed at once
	decoy     string        // what the passwords of nobody are compared with
	addresses addresses     // that guess
	begins    addresses     // that begin to sign in by passkey
	strangers *rate.Limiter // of what is noted about them
	unnoted   unnoted
	passkeys  relyingParty
}

// Membership is a role of a person in an organisation.
type Membership struct {
	Num, Organisation int64
	OrganisationName  string
	Role              lifecycle.Role
	Area              int64 // 0 is all areas of the organisation
}

// Visitor is who a browser's session belongs to.
type Visitor struct {
	Person      int64
	Name, Email string
	Session     int64
	Acting      Membership   // what they act in
	Memberships []Membership // what they can act in
	Areas       []int64      // of which they act for a centre; none where they act for no centre
	RequestID   string
}

// At is the visitor of one request.
func (v *Visitor) At(requestID string) *Visitor {
	one := *v
	one.RequestID = requestID
	return &one
}

// IsAdministrator tells whether they act as one.
func (v *Visitor) IsAdministrator() bool { return v.Acting.Role == lifecycle.Administrator }

// audit is the visitor as the trail names them: never by name.
func (v *Visitor) audit() audit.Caller {
	return audit.Caller{Name: fmt.Sprintf("person %d", v.Person), RequestID: v.RequestID}
}

// From is where somebody comes from who is not known yet.
type From struct {
	Address   string // of the network; those who guess are held by it
	Browser   string // in words, for the list of sessions
	RequestID string
}

func (f From) audit() audit.Caller { return audit.Caller{RequestID: f.RequestID} }

// New opens the room.
func New(hub *record.Book, options Options) *Room {
	if options.Idle == 0 {
		options.Idle = 30 * time.Minute
	}
	if options.Lasts == 0 {
		options.Lasts = 12 * time.Hour
	}
	if options.cost == (cost{}) {
		options.cost = serving
	}
	if options.Found == nil {
		options.Found = organisationNamed
	}
	if options.Names == nil {
		options.Names = organisationNames
	}
	if options.Kinds == nil {
		options.Kinds = organisationKinds
	}
	if options.Under == nil {
		options.Under = organisationsUnder
	}
	if options.Areas == nil {
		options.Areas = areasOfCentre
	}
	return &Room{hub: hub, options: options, hashing: make(chan struct{}, mostHashes()), strangers: rate.NewLimiter(10, 1000), passkeys: relyingPartyOf(options.BaseURL),
		addresses: addresses{atOnce: addressTries, every: addressEvery}, begins: addresses{atOnce: addressBegins, every: beginEvery}, decoy: options.cost.decoy()}
}

// Now is the room's clock.
func (r *Room) Now() dental.DateTime { return dental.DateTimeOf(r.hub.Clock()) }

// URL is the whole address of a link that this room makes.
func (r *Room) URL(path, token string) string { return r.options.BaseURL + path + token }

// activeMemberships are those of a person that have not ended, the oldest first.
func activeMemberships(c store.Conn, person int64) (memberships []Membership, err error) {
	rows := c.Query("SELECT `MembershipNum`, `OrganisationNum`, `Role`, `AreaNum` FROM `membership` WHERE `PersonNum` = ? AND `EndedAt` = '0001-01-01 00:00:00' ORDER BY `MembershipNum`", store.Int(person))
	for rows.Next() {
		memberships = append(memberships, Membership{Num: rows.Int(0), Organisation: rows.Int(1), Role: lifecycle.Role(rows.Text(2)), Area: rows.Int(3)})
	}
	return memberships, rows.Close()
}

// person is a row of the table.
type person struct {
	num                   int64
	name, email           string
	handle, hash          string
	totp, pending         string // sealed; "" for none
	totpLast              int64
	failed                int
	failedAt, lockedUntil dental.DateTime
	acting                int64
	disabledAt            dental.DateTime
}

const personColumns = "SELECT `PersonNum`, `Name`, `Email`, `Handle`, `PasswordHash`, `TotpSecret`, `TotpPending`, `TotpLast`, `FailedCount`, `FailedAt`, `LockedUntil`, `ActingNum`, `DisabledAt` FROM `person` "

func scanPerson(r store.Row) person {
	return person{num: r.Int(0), name: string(r.Text(1)), email: string(r.Text(2)), handle: string(r.Text(3)), hash: string(r.Text(4)), totp: string(r.Text(5)), pending: string(r.Text(6)),
		totpLast: r.Int(7), failed: int(r.Int(8)), failedAt: dateTime(r.Text(9)), lockedUntil: dateTime(r.Text(10)), acting: r.Int(11), disabledAt: dateTime(r.Text(12))}
}

func personByEmail(c store.Conn, email string) (p person, found bool, err error) {
	found, err = one(c, func(r store.Row) { p = scanPerson(r) }, personColumns+"WHERE `EmailFold` = ?", store.Text(foldEmail(email)))
	return p, found, err
}

// personOf is a person that there is: the session or the step that names it is a row with its number.
func personOf(c store.Conn, num int64) (p person, err error) {
	found, err := one(c, func(r store.Row) { p = scanPerson(r) }, personColumns+"WHERE `PersonNum` = ?", store.Int(num))
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no such person")
	}
	return p, err
}

// NewPerson is what makes a person without an invitation.
type NewPerson struct {
	Name, Email, Password string
	Hash                  string // of the password, where Room.Hash was asked for it already; "" is not yet
	Memberships           []Membership
}

// Create makes a person as an accepted invitation does, with the same checks.
func (r *Room) Create(ctx context.Context, caller audit.Caller, given NewPerson) (num int64, err error) {
	given.Name, given.Email = strings.TrimSpace(given.Name), strings.TrimSpace(given.Email)
	faults := checkPerson(given.Name, given.Email)
	var organisations []string
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		asked := slices.Clone(given.Memberships)
		err := r.named(c, asked)
		for _, m := range asked {
			organisations = append(organisations, m.OrganisationName)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, m := range given.Memberships {
		if !slices.Contains(Roles(), m.Role) {
			faults = append(faults, errRole)
		}
	}
	faults = append(faults, checkPassword(given.Password, about{given.Name, given.Email, organisations})...)
	if err := fault.InvalidFields(faults); err != nil {
		return 0, err
	}
	hash := given.Hash
	if hash == "" {
		if hash, err = r.Hash(ctx, given.Password); err != nil {
			return 0, err
		}
	}
	handle := newHandle()
	err = r.hub.Write(ctx, caller, func(tx *record.Tx) error {
		if num, err = insertPerson(tx, given.Name, given.Email, handle, hash); err != nil {
			return err
		}
		for _, m := range given.Memberships {
			if err := r.checkRole(tx, m); err != nil {
				return err
			}
			if err := r.checkArea(tx, m); err != nil {
				return err
			}
			if _, err := insertMembership(tx, num, m); err != nil {
				return err
			}
		}
		return nil
	})
	return num, err
}

func insertPerson(tx *record.Tx, name, email, handle, hash string) (int64, error) {
	num, err := tx.Exec("INSERT INTO `person` (`Name`, `NameFold`, `Email`, `EmailFold`, `Handle`, `PasswordHash`, `PasswordAt`, `CreatedAt`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		store.Text(name), store.Text(foldName(name)), store.Text(email), store.Text(foldEmail(email)), store.Text(handle), store.Text(hash), store.Text(tx.At.String()), store.Text(tx.At.String()))
	if fault.Is(err, fault.Conflict) {
		return 0, fault.New(fault.Conflict, "There is an account with this e-mail address already")
	}
	if err != nil {
		return 0, err
	}
	return num, tx.Note(audit.Create, "person", num, "")
}

// insertMembership gives a role; one that the person has already stays as it is.
func insertMembership(tx *record.Tx, person int64, m Membership) (int64, error) {
	had, err := activeMemberships(tx, person)
	if err != nil {
		return 0, err
	}
	for _, h := range had {
		if h.Organisation == m.Organisation && h.Role == m.Role && h.Area == m.Area {
			return h.Num, nil
		}
	}
	num, err := tx.Exec("INSERT INTO `membership` (`PersonNum`, `OrganisationNum`, `Role`, `AreaNum`, `CreatedAt`) VALUES (?, ?, ?, ?, ?)",
		store.Int(person), store.Int(m.Organisation), store.Text(m.Role), store.Int(m.Area), store.Text(tx.At.String()))
	if err != nil {
		return 0, err
	}
	return num, tx.Note(audit.Create, "membership", num, string(m.Role))
}

// checkArea refuses an area that is not the organisation's.
func (r *Room) checkArea(c store.Conn, m Membership) error {
	if m.Area == 0 {
		return nil
	}
	areas, err := r.options.Areas(c, m.Organisation)
	if err == nil && !slices.ContainsFunc(areas, func(a Area) bool { return a.Num == m.Area }) {
		err = fault.InvalidFields([]fault.Field{{Name: "area", Text: "Choose one of the organisation's areas, or all of them"}})
	}
	return err
}

var errRole = fault.Field{Name: "role", Text: "Choose a role: referrer, provider, triager, approver or administrator"}

// checkPerson says what is wrong with a name and an e-mail address.
func checkPerson(name, email string) (faults []fault.Field) {
	if unprintable := strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }); name == "" || unprintable || utf8.RuneCountInString(name) > 100 {
		faults = append(faults, fault.Field{Name: "name", Text: "Enter the name, in at most 100 characters"})
	}
	if !isEmail(email) {
		faults = append(faults, fault.Field{Name: "email", Text: "Enter the e-mail address, like name@example.org"})
	}
	return faults
}

func isEmail(email string) bool {
	address, err := mail.ParseAddress(email)
	return err == nil && address.Address == email && len(email) <= 254 && strings.Contains(email[strings.LastIndexByte(email, '@'):], ".")
}

// foldEmail is by what an address is found. Addresses that differ in case alone are one person's.
func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// foldName is by what a name is searched and ordered. It is never empty: that is a name which is not folded yet. Letters that are
// taken apart by folding can make it longer than the name; it is cut to its column.
func foldName(name string) string {
	const longest = 255
	fold := []rune(dental.Fold(name))
	if len(fold) == 0 {
		return " "
	}
	return string(fold[:min(len(fold), longest)])
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// one reads the first row of a result.
func one(c store.Conn, scan func(store.Row), sql string, args ...store.Value) (found bool, err error) {
	rows := c.Query(sql, args...)
	if found = rows.Next(); found {
		scan(rows)
	}
	return found, rows.Close()
}

func dateTime(text []byte) dental.DateTime {
	at, _ := dental.ParseDateTime(string(text))
	return at
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func ints(nums []int64) []store.Value {
	values := make([]store.Value, len(nums))
	for i, num := range nums {
		values[i] = store.Int(num)
	}
	return values
}

// SameEmail tells whether two addresses are one person's.
func SameEmail(a, b string) bool { return foldEmail(a) == foldEmail(b) }
