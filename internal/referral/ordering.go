package referral

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The orders of the lists, by which each is named in a filter; with "-" before it it is the other way round.
const (
	ByPatient  = "patient"  // the patient's family name and then the given one, A to Z, without regard to case and accents; of those of the same name by the date of birth
	ByForm     = "form"     // the form's title, A to Z, and behind those what has none
	ByPriority = "priority" // the most urgent first
	ByStatus   = "status"   // as a referral's states follow one another
	ByTurn     = "turn"     // whose turn it is, as TurnOf says it, A to Z
	ByPractice = "practice" // the referring practice's name, A to Z
	ByDue      = "due"      // due first
	ByLast     = "last"     // in which something was done last first
	BySent     = "sent"     // sent last first
	ByCreated  = "created"  // begun last first
)

// ordering is an order of a list: by its first key, where that is equal by the next one, and then by the referral's number. It is
// the same order on every engine: what is compared is a number, a moment, or a folded text by its bytes.
type ordering struct {
	name     string // in filters and places
	keys     []sortKey
	descends bool // by the first key
}

// isDown tells whether a key descends. The number is the key behind the last, and goes with that one.
func (o ordering) isDown(key int) bool {
	if key = min(key, len(o.keys)-1); key == 0 {
		return o.descends
	}
	return o.keys[key].down
}

// sortKey is an expression of a referral's row.
type sortKey struct {
	sql  string
	args []store.Value
	kind keyKind
	has  bool // an index has its order
	down bool // behind another key: it descends
}

type keyKind int

const (
	asMoment keyKind = iota
	asText
	asNumber
)

// moment is a column that holds a moment, in an order that an index has.
func moment(column string) sortKey { return sortKey{sql: "`" + column + "`", has: true} }

// sorted is a column that holds a moment, in an order that is made by sorting: a list is not to be read by an index that has this
// order and holds the closed referrals too.
func sorted(column string) sortKey { return sortKey{sql: "COALESCE(`" + column + "`, `CreatedAt`)"} }

// ranked is a column's place among values; what is none of them comes behind.
func ranked[T ~string](column string, values []T) sortKey {
	sql := "CASE `" + column + "`"
	var args []store.Value
	for i, value := range values {
		sql += " WHEN ? THEN " + strconv.Itoa(i)
		args = append(args, store.Text(value))
	}
	return sortKey{sql: sql + " ELSE " + strconv.Itoa(len(values)) + " END", args: args, kind: asNumber}
}

var (
	patientKey  = sortKey{sql: "`PatientFold`", kind: asText}
	priorityKey = ranked("Priority", []lifecycle.Priority{lifecycle.USC, lifecycle.Urgent, lifecycle.Routine})
	stateKey    = ranked("State", lifecycle.States())
	practiceKey = sortKey{sql: "(SELECT p.`NameFold` FROM `practice` AS p WHERE p.`PracticeNum` = `referral`.`PracticeNum`)", kind: asText}
)

// turnNames are what those are called whose turn it is, where they have no name of their own.
var turnNames = map[Role]string{lifecycle.Referrer: "The referrer", lifecycle.Triager: "Triage", lifecycle.Approver: "A second person", lifecycle.Administrator: "The referral centre",
	lifecycle.Provider: "The provider", lifecycle.System: "The server"}

const ownTurn = "You"

// TurnOf says to a reader of a role whose turn it is: a provider's by its organisation's name, whom one calls.
func (l *WorkLine) TurnOf(reader Role) string {
	switch {
	case l.Party.Role == reader:
		return ownTurn
	case l.PartyName != "":
		return l.PartyName
	}
	return turnNames[l.Party.Role]
}

// turnKey is what TurnOf says, folded.
func turnKey(reader Role) sortKey {
	key := sortKey{sql: "CASE `PartyRole`", kind: asText}
	for _, role := range []Role{lifecycle.Provider, lifecycle.Triager, lifecycle.Referrer, lifecycle.Administrator, lifecycle.Approver, lifecycle.System} { // most have the turn of the first
		name := turnNames[role]
		if role == reader {
			name = ownTurn
		}
		key.args = append(key.args, store.Text(role), store.Text(dental.Fold(name)))
		if role == lifecycle.Provider && role != reader {
			key.sql += " WHEN ? THEN COALESCE((SELECT o.`NameFold` FROM `organisation` AS o WHERE o.`OrganisationNum` = `referral`.`PartyNum` AND o.`NameFold` <> ''), ?)"
			continue
		}
		key.sql += " WHEN ? THEN ?"
	}
	key.sql += " ELSE '' END"
	return key
}

// formKey has the forms in the order of their titles.
func (d *Desk) formKey() sortKey { return ranked("FormType", d.formsByTitle()) }

func (d *Desk) formsByTitle() []string {
	titles, names := d.forms.Titles(), d.forms.Names()
	slices.SortStableFunc(names, func(a, b string) int { return strings.Compare(dental.Fold(titles[a]), dental.Fold(titles[b])) })
	return names
}

// keysOf are the keys of an order that no index has, and whether it begins with the greatest. Where many are equal, then is what
// decides. A reader is called by their role.
func (d *Desk) keysOf(name string, reader Role, then sortKey) (keys []sortKey, descends bool) {
	switch name {
	case ByPatient:
		return []sortKey{patientKey}, false
	case ByForm:
		return []sortKey{d.formKey(), then}, false
	case ByPriority:
		return []sortKey{priorityKey, then}, false
	case ByStatus:
		return []sortKey{stateKey, then}, false
	case ByTurn:
		return []sortKey{turnKey(reader), then}, false
	case ByPractice:
		return []sortKey{practiceKey, then}, false
	case ByCreated:
		return []sortKey{sorted("CreatedAt")}, true
	case ByDue:
		return []sortKey{sorted("DueAt")}, false
	case ByLast:
		return []sortKey{sorted("LastAt")}, true
	case BySent:
		return []sortKey{sorted("SubmittedAt")}, true
	}
	return nil, false
}

// parseOrder is an order's column, and whether it is the other way round.
func parseOrder(order string) (name string, isReversed bool) {
	name, isReversed = strings.CutPrefix(order, "-")
	return name, isReversed
}

func errNoOrder(order string) error {
	return fault.New(fault.Invalid, "The list cannot be ordered by %q", order)
}

// by is the order as a statement has it that reads columns.
func (o ordering) by() string {
	way := func(key int) string {
		if o.isDown(key) {
			return " DESC"
		}
		return ""
	}
	sql := " ORDER BY "
	for i := range o.keys {
		sql += keyName(i) + way(i) + ", "
	}
	return sql + "`ReferralNum`" + way(len(o.keys))
}

// args are the values of the keys' expressions, once.
func (o ordering) args() (args []store.Value) {
	for _, key := range o.keys {
		args = append(args, key.args...)
	}
	return args
}

// columns are the keys as columns of what is read, after others.
func (o ordering) columns() (sql string) {
	for i, key := range o.keys {
		sql += ", " + key.sql + " AS " + keyName(i)
	}
	return sql
}

func keyName(i int) string { return "`Key" + strconv.Itoa(i) + "`" }

// values are the keys of a row in which they are the columns from first on.
func (o ordering) values(r store.Row, first int) (values []string) {
	for i, key := range o.keys {
		switch key.kind {
		case asNumber:
			values = append(values, strconv.FormatInt(r.Int(first+i), 10))
		case asMoment:
			values = append(values, dateTime(r.Text(first+i)).String())
		default:
			values = append(values, string(r.Text(first+i)))
		}
	}
	return values
}

// after is the condition that keeps what comes behind a place.
func (o ordering) after(p place) run {
	beyond := func(key int) string {
		if o.isDown(key) {
			return " < ?"
		}
		return " > ?"
	}
	behind := run{"`ReferralNum`" + beyond(len(o.keys)), []store.Value{store.Int(p.num)}}
	for i, key := range slices.Backward(o.keys) {
		value := store.Text(p.values[i])
		if key.kind == asNumber {
			n, _ := strconv.ParseInt(p.values[i], 10, 64) // parsePlace has looked
			value = store.Int(n)
		}
		args := append(slices.Clone(key.args), value)
		if key.has { // the first part is the range of the index, the second what was shown of its first moment
			behind = run{key.sql + beyond(i)[:2] + "= ? AND (" + key.sql + beyond(i) + " OR " + behind.where + ")", slices.Concat(args, args, behind.args)}
			continue
		}
		behind = run{"(" + key.sql + beyond(i) + " OR " + key.sql + " = ? AND " + behind.where + ")", slices.Concat(args, args, behind.args)}
	}
	return behind
}

// place is where a page begins: after a referral of a run, which had these keys.
type place struct {
	run    int
	num    int64 // 0 is the beginning
	values []string
}

// placeText is a place in an address; the order that it is of is named in it. What was ordered by as text, a patient's name, is
// sealed: addresses stand in the logs of proxies and in browsers' histories.
func (d *Desk) placeText(p place, o ordering) (string, error) {
	parts := []string{o.name, strconv.Itoa(p.run), strconv.FormatInt(p.num, 10)}
	for i, value := range p.values {
		if o.keys[i].kind == asText {
			sealer, err := d.sealer()
			if err != nil {
				return "", err
			}
			value = sealer.Seal(sealedPlace + value)
		}
		parts = append(parts, value)
	}
	return strings.Join(parts, "/"), nil
}

// sealedPlace is before what is sealed of a place: what is sealed for something else is none.
const sealedPlace = "place in a list: "

// parsePlace reads a place that a page of the order ended with.
func (d *Desk) parsePlace(text string, o ordering) (p place, err error) {
	if text == "" {
		return place{}, nil
	}
	noPage := fault.New(fault.Invalid, "There is no such page; begin with the first one")
	parts := strings.Split(text, "/")
	if len(parts) < 3 {
		return p, noPage
	}
	if parts[0] != o.name {
		return p, fault.New(fault.Invalid, "This page is of a list in another order; begin with the first page")
	}
	if len(parts) != 3+len(o.keys) {
		return p, noPage
	}
	if p.run, err = strconv.Atoi(parts[1]); err != nil || p.run < 0 {
		return p, noPage
	}
	if p.num, err = strconv.ParseInt(parts[2], 10, 64); err != nil || p.num < 1 {
		return p, noPage
	}
	for i, key := range o.keys {
		value := parts[3+i]
		switch key.kind {
		case asNumber:
			_, err = strconv.ParseInt(value, 10, 64)
		case asMoment:
			var at dental.DateTime
			at, err = dental.ParseDateTime(value)
			value = at.String()
		default:
			sealer, broken := d.sealer()
			if broken != nil {
				return p, broken
			}
			var isOurs bool
			if value, err = sealer.Open(value); err == nil {
				if value, isOurs = strings.CutPrefix(value, sealedPlace); !isOurs {
					return p, noPage
				}
			}
		}
		if err != nil {
			return p, noPage
		}
		p.values = append(p.values, value)
	}
	return p, nil
}
