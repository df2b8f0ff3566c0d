package people

import (
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Colleague is a person with one of their roles.
type Colleague struct {
	Person          int64
	Name, Email     string
	Membership      Membership
	SeenAt          dental.DateTime // none where they never signed in
	HasSecondFactor bool            // an authenticator or a passkey
	IsDisabled      bool
	LockedUntil     dental.DateTime // after wrong tries; none where the account is not locked now
}

// The orders of the lists of people: what a Filter's Order can be. Invited and until are those of invitations alone, seen those of
// people alone.
const (
	ByName    = "name"
	ByRole    = "role"
	BySeen    = "seen"    // the latest first
	ByInvited = "invited" // the latest first
	ByUntil   = "until"
)

// What a Filter's SignIn can be.
const (
	WithPassword     = "password"
	WithSecondFactor = "two-factors"
)

// Filter says which people, or which invitations, are listed, and how. Its zero value is all of them by name.
type Filter struct {
	Search     string // parts of the name or the e-mail address, without regard to case and accents
	Role       lifecycle.Role
	InArea     bool // those whose role is for Area alone; with Area 0, those whose role is for all areas
	Area       int64
	SignIn     string // "" is any
	IsDisabled *bool  // nil is whether or not
	Order      string // "" is ByName
	IsReversed bool
	After      int64 // Next of the page before, with the same filter; 0 is the first page
	Count      int   // of lines; 0 is 50, at most 1,000
}

func (f *Filter) clean() error {
	if f.Order == "" {
		f.Order = ByName
	}
	if f.Count == 0 {
		f.Count = 50
	}
	if f.Count < 0 || f.Count > 1000 || f.After < 0 || !slices.Contains([]string{"", WithPassword, WithSecondFactor}, f.SignIn) {
		return fault.New(fault.Invalid, "There is no such part of the list; begin with the whole list")
	}
	return nil
}

// narrow is the condition of a list whose roles stand in one table and whose names in another one, or the same: what the list is of, what
// comes behind a page's keys, nil for the first one, each word of the search in the name or the e-mail address, the role and the area.
func (f *Filter) narrow(table, people, of string, args []store.Value, behind []store.Key) (where string, all []store.Value) {
	where, all = "WHERE "+of, args
	and := func(condition string, values ...store.Value) {
		where, all = where+" AND "+condition, append(all, values...)
	}
	if behind != nil {
		past, values := store.Past(behind)
		and(past, values...)
	}
	for word := range strings.FieldsSeq(f.Search) {
		and("("+people+".`NameFold` LIKE ? ESCAPE '!' OR "+people+".`EmailFold` LIKE ? ESCAPE '!')", store.Text(like(dental.Fold(word))), store.Text(like(foldEmail(word))))
	}
	if f.Role != "" {
		and(table+".`Role` = ?", store.Text(f.Role))
	}
	if f.InArea {
		and(table+".`AreaNum` = ?", store.Int(f.Area))
	}
	return where, all
}

// like is a pattern for LIKE with ESCAPE '!' that finds the text anywhere.
func like(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}

// errPlace is that a page begins after what is not in the list.
var errPlace = fault.New(fault.Invalid, "The list cannot go on from there; begin with its first page")

// ColleaguePage is a part of a list of people.
type ColleaguePage struct {
	Lines   []Colleague
	Next    int64 // for Filter.After; 0 when this is the end
	Waiting int   // how many invitations wait
}

const (
	colleagueWhat = "SELECT `p`.`PersonNum`, `p`.`Name`, `p`.`Email`, `m`.`MembershipNum`, `m`.`OrganisationNum`, `m`.`Role`, `m`.`AreaNum`, `p`.`TotpSecret`, `p`.`DisabledAt`, `p`.`SeenAt`, " +
		"(SELECT COUNT(*) FROM `passkey` AS `k` WHERE `k`.`PersonNum` = `p`.`PersonNum`), `p`.`NameFold`, `p`.`LockedUntil`, `p`.`FailedCount` "
	colleagueFrom    = "FROM `membership` AS `m` JOIN `person` AS `p` ON `p`.`PersonNum` = `m`.`PersonNum` "
	colleagueColumns = colleagueWhat + colleagueFrom
)

const (
	isOn      = "`m`.`EndedAt` = '0001-01-01 00:00:00'"
	hasSecond = "(`p`.`TotpSecret` <> '' OR EXISTS (SELECT 1 FROM `passkey` AS `k` WHERE `k`.`PersonNum` = `p`.`PersonNum`))"
	isEnabled = "`p`.`DisabledAt` = '0001-01-01 00:00:00'"
)

func scanColleague(r store.Row, now dental.DateTime) Colleague {
	c := Colleague{Person: r.Int(0), Name: string(r.Text(1)), Email: string(r.Text(2)),
		Membership:      Membership{Num: r.Int(3), Organisation: r.Int(4), Role: lifecycle.Role(r.Text(5)), Area: r.Int(6)},
		HasSecondFactor: len(r.Text(7)) > 0 || r.Int(10) > 0, IsDisabled: !dateTime(r.Text(8)).IsNone(), SeenAt: dateTime(r.Text(9))}
	if until := dateTime(r.Text(12)); locks(until, int(r.Int(13)), now) {
		c.LockedUntil = until
	}
	return c
}

// colleagueKeys are by what a list of people is ordered. last is the row that was read last, nil for none.
func colleagueKeys(f Filter, last store.Row) (keys []store.Key, err error) {
	text := func(col int) store.Value {
		if last == nil {
			return store.Null
		}
		return store.Text(string(last.Text(col)))
	}
	name := store.Key{Column: "`p`.`NameFold`", Last: text(11)}
	num := store.Key{Column: "`m`.`MembershipNum`"}
	if last != nil {
		num.Last = store.Int(last.Int(3))
	}
	switch f.Order {
	case ByName:
		name.Descends = f.IsReversed
		return []store.Key{name, num}, nil
	case ByRole:
		return []store.Key{{Column: "`m`.`Role`", Descends: f.IsReversed, Last: text(5)}, name, num}, nil
	case BySeen:
		return []store.Key{{Column: "`p`.`SeenAt`", Descends: !f.IsReversed, Last: text(9)}, name, num}, nil
	}
	return nil, fault.New(fault.Invalid, "People cannot be ordered by %q; they can by name, role or seen", f.Order)
}

// looksAfter refuses an organisation whose people are not the visitor's to look after.
func (r *Room) looksAfter(c store.Conn, v *Visitor, organisation int64) error {
	all, err := r.administered(c, v)
	if err == nil && !slices.Contains(all, organisation) {
		err = fault.New(fault.NotFound, "There is no such organisation")
	}
	return err
}

// Colleagues is a page of the people of an organisation whom the visitor looks after: a line for each role.
func (r *Room) Colleagues(ctx context.Context, v *Visitor, organisation int64, f Filter) (page ColleaguePage, err error) {
	if err := f.clean(); err != nil {
		return page, err
	}
	now := r.Now()
	err = r.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		page = ColleaguePage{}
		if err := r.looksAfter(c, v, organisation); err != nil {
			return err
		}
		if page.Lines, page.Next, err = colleagues(c, organisation, f, now); err != nil {
			return err
		}
		names, err := r.options.Names(c, []int64{organisation})
		if err != nil {
			return err
		}
		for i := range page.Lines {
			page.Lines[i].Membership.OrganisationName = names[organisation]
		}
		_, err = one(c, func(row store.Row) { page.Waiting = int(row.Int(0)) }, "SELECT COUNT(*) FROM `invitation` AS `i` WHERE "+waits, store.Int(organisation), store.Text(now.String()))
		return err
	})
	return page, err
}

func colleagues(c store.Conn, organisation int64, f Filter, now dental.DateTime) (lines []Colleague, next int64, err error) {
	keys, err := colleagueKeys(f, nil)
	if err != nil {
		return nil, 0, err
	}
	var behind []store.Key
	if f.After != 0 {
		found, err := one(c, func(row store.Row) { keys, err = colleagueKeys(f, row) }, colleagueColumns+"WHERE `m`.`MembershipNum` = ? AND `m`.`OrganisationNum` = ?", store.Int(f.After), store.Int(organisation))
		if err != nil {
			return nil, 0, err
		}
		if !found {
			return nil, 0, errPlace
		}
		behind = keys
	}
	where, args := f.narrow("`m`", "`p`", "`m`.`OrganisationNum` = ? AND "+isOn, []store.Value{store.Int(organisation)}, behind)
	switch f.SignIn {
	case WithPassword:
		where += " AND NOT " + hasSecond
	case WithSecondFactor:
		where += " AND " + hasSecond
	}
	if f.IsDisabled != nil && *f.IsDisabled {
		where += " AND NOT " + isEnabled
	} else if f.IsDisabled != nil {
		where += " AND " + isEnabled
	}
	// Only the keys go through the sorting; the rest is read of the lines of the page alone.
	order := store.OrderBy(keys)
	rows := c.Query(colleagueWhat+"FROM (SELECT `m`.`MembershipNum` AS `Num` "+colleagueFrom+where+order+" LIMIT ?) AS `q` JOIN `membership` AS `m` ON `m`.`MembershipNum` = `q`.`Num` "+
		"JOIN `person` AS `p` ON `p`.`PersonNum` = `m`.`PersonNum`"+order, append(args, store.Int(f.Count+1))...)
	for rows.Next() {
		if len(lines) == f.Count {
			next = lines[len(lines)-1].Membership.Num
			break
		}
		lines = append(lines, scanColleague(rows, now))
	}
	return lines, next, rows.Close()
}

// Colleague is a person of the organisation, by their number. It is NotFound where they have no role there.
func (r *Room) Colleague(ctx context.Context, v *Visitor, organisation, person int64) (found Colleague, err error) {
	err = r.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		if err := r.looksAfter(c, v, organisation); err != nil {
			return err
		}
		isThere, err := one(c, func(row store.Row) { found = scanColleague(row, r.Now()) }, colleagueColumns+"WHERE `m`.`OrganisationNum` = ? AND `p`.`PersonNum` = ? AND "+isOn+" ORDER BY `m`.`MembershipNum` LIMIT 1",
			store.Int(organisation), store.Int(person))
		if err == nil && !isThere {
			err = fault.New(fault.NotFound, "There is no such person here")
		}
		return err
	})
	return found, err
}

// Everyone are all people with all of their roles, by their names, for the operator.
func (r *Room) Everyone(ctx context.Context) (people []Colleague, err error) {
	now := r.Now()
	err = r.hub.DB.Read(ctx, func(c store.Conn) error {
		people = nil
		rows := c.Query(colleagueColumns + "WHERE " + isOn + " ORDER BY `p`.`NameFold`, `p`.`PersonNum`, `m`.`MembershipNum`")
		for rows.Next() {
			people = append(people, scanColleague(rows, now))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		var nums []int64
		for _, p := range people {
			if !slices.Contains(nums, p.Membership.Organisation) {
				nums = append(nums, p.Membership.Organisation)
			}
		}
		names, err := r.options.Names(c, nums)
		for i := range people {
			people[i].Membership.OrganisationName = names[people[i].Membership.Organisation]
		}
		return err
	})
	return people, err
}

// InvitationPage is a part of the invitations that wait.
type InvitationPage struct {
	Lines []Invitation
	Next  int64 // for Filter.After; 0 when this is the end
}

// waits is the condition of an invitation of an organisation that opens something still.
const waits = "`i`.`OrganisationNum` = ? AND `i`.`AcceptedAt` = '0001-01-01 00:00:00' AND `i`.`RevokedAt` = '0001-01-01 00:00:00' AND `i`.`ExpiresAt` > ?"

const waitingColumns = "SELECT `i`.`InvitationNum`, `i`.`OrganisationNum`, `i`.`Name`, `i`.`Email`, `i`.`Role`, `i`.`AreaNum`, `i`.`CreatedAt`, `i`.`ExpiresAt`, `i`.`AcceptedAt`, `i`.`RevokedAt`, `i`.`ResetNum`, `i`.`NameFold` FROM `invitation` AS `i` "

func invitationKeys(f Filter, last store.Row) (keys []store.Key, err error) {
	name, num := store.Key{Column: "`i`.`NameFold`"}, store.Key{Column: "`i`.`InvitationNum`"}
	role, until := store.Key{Column: "`i`.`Role`", Descends: f.IsReversed}, store.Key{Column: "`i`.`ExpiresAt`", Descends: f.IsReversed}
	if last != nil {
		name.Last, num.Last = store.Text(string(last.Text(11))), store.Int(last.Int(0))
		role.Last, until.Last = store.Text(string(last.Text(4))), store.Text(string(last.Text(7)))
	}
	switch f.Order {
	case ByName:
		name.Descends = f.IsReversed
		return []store.Key{name, num}, nil
	case ByRole:
		return []store.Key{role, name, num}, nil
	case ByUntil:
		return []store.Key{until, num}, nil
	case ByInvited: // they are numbered as they are made
		num.Descends = !f.IsReversed
		return []store.Key{num}, nil
	}
	return nil, fault.New(fault.Invalid, "Invitations cannot be ordered by %q; they can by name, role, invited or until", f.Order)
}

// Invitations is a page of those of an organisation that wait. Of a Filter they take Search, Role, InArea and the order.
func (r *Room) Invitations(ctx context.Context, v *Visitor, organisation int64, f Filter) (page InvitationPage, err error) {
	if err := f.clean(); err != nil {
		return page, err
	}
	keys, err := invitationKeys(f, nil)
	if err != nil {
		return page, err
	}
	now := r.Now()
	err = r.hub.DB.Snapshot(ctx, func(c store.Conn) error {
		page = InvitationPage{}
		if err := r.looksAfter(c, v, organisation); err != nil {
			return err
		}
		var behind []store.Key
		if f.After != 0 {
			found, err := one(c, func(row store.Row) { keys, err = invitationKeys(f, row) }, waitingColumns+"WHERE `i`.`InvitationNum` = ? AND `i`.`OrganisationNum` = ?", store.Int(f.After), store.Int(organisation))
			if err != nil {
				return err
			}
			if !found {
				return errPlace
			}
			behind = keys
		}
		where, args := f.narrow("`i`", "`i`", waits, []store.Value{store.Int(organisation), store.Text(now.String())}, behind)
		rows := c.Query(waitingColumns+where+store.OrderBy(keys)+" LIMIT ?", append(args, store.Int(f.Count+1))...)
		for rows.Next() {
			if len(page.Lines) == f.Count {
				page.Next = page.Lines[f.Count-1].Num
				break
			}
			page.Lines = append(page.Lines, scanInvitation(rows))
		}
		return rows.Close()
	})
	return page, err
}
