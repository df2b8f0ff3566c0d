// Package directory knows who refers, triages and treats: organisations and their areas, the services that they offer, their
// clinicians, the waiting lists, and the rules by which an area's referrals are sent. It says which service can take a referral,
// and why the others cannot. It knows no HTTP and no referral beyond how many open ones each provider has.
//
// Every change is one commit of the hub with its entry in the trail, and carries the revision that was looked at: of two who
// change the same entry at once the second is told, and nothing is overwritten.
package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Room is the directory over the hub's database. It may be used by any number of goroutines.
type Room struct {
	hub    *record.Book
	titles map[string]string
}

// New makes a room over the hub. titles are the form types that there are, with what people call them; without any, every
// name of a form type is taken.
func New(hub *record.Book, titles map[string]string) *Room { return &Room{hub: hub, titles: titles} }

// Titles are the form types that there are, with what people call them. Read them only.
func (r *Room) Titles() map[string]string { return r.titles }

// Title is what people call a form type; one that is gone is called by its name.
func (r *Room) Title(formType string) string {
	if title, ok := r.titles[formType]; ok {
		return title
	}
	return formType
}

// Editor is an administrator, and what of the directory is theirs. The zero Editor may change nothing.
type Editor struct {
	Person       int64
	Organisation int64   // whose entry, services and clinicians they look after
	Areas        []int64 // of an administrator of a referral centre: those that they are responsible for
	IsCentre     bool    // they look after the organisations, lists and rules of Areas too, and after Areas themselves
	isOperator   bool
}

// Operator is the person at the command line, who may change everything.
var Operator = Editor{isOperator: true}

// MayChangeArea tells whether an area, its lists, its rules, and who lies in it, are theirs.
func (e Editor) MayChangeArea(area int64) bool {
	return e.isOperator || e.IsCentre && area != 0 && slices.Contains(e.Areas, area)
}

// MayChange tells whether an organisation's entry is theirs.
func (e Editor) MayChange(o Organisation) bool {
	return e.isOperator || o.Num != 0 && o.Num == e.Organisation || e.MayChangeArea(o.Area)
}

// MayAdd tells whether they may add organisations, or areas.
func (e Editor) MayAdd() bool { return e.isOperator || e.IsCentre && len(e.Areas) > 0 }

var (
	errNotTheirs = fault.New(fault.Forbidden, "Only an administrator of this organisation, or of the referral centre of its area, may change this")
	errNotCentre = fault.New(fault.Forbidden, "Only an administrator of the area's referral centre may change this")
	errChanged   = fault.New(fault.Conflict, "Somebody else has changed this since you opened it. Look at it again, and make your change anew")
)

func notFound(what string) error {
	return fault.New(fault.NotFound, "There is no such %s in the directory", what)
}

// one reads the one row that a statement finds, if it finds one.
func one(c store.Conn, scan func(store.Row), sql string, args ...store.Value) (found bool, err error) {
	rows := c.Query(sql, args...)
	if found = rows.Next(); found {
		scan(rows)
	}
	return found, rows.Close()
}

// read runs fn where all statements see the same state.
func (r *Room) read(ctx context.Context, fn func(store.Conn) error) error {
	return r.hub.DB.Snapshot(ctx, fn)
}

// column is a column and what it gets.
type column struct {
	name  string
	value store.Value
}

// insert writes a new row of a table and returns its number.
func insert(tx *record.Tx, table string, columns []column) (int64, error) {
	num, err := insertRow(tx, table, columns)
	if err != nil {
		return 0, err
	}
	return num, tx.Note(audit.Create, table, num, "")
}

// insertAs writes a new row whose number is among its columns.
func insertAs(tx *record.Tx, table string, num int64, columns []column) error {
	if _, err := insertRow(tx, table, columns); err != nil {
		return err
	}
	return tx.Note(audit.Create, table, num, "")
}

func insertRow(tx *record.Tx, table string, columns []column) (int64, error) {
	names, marks, values := make([]string, len(columns)), make([]string, len(columns)), make([]store.Value, len(columns))
	for i, c := range columns {
		names[i], marks[i], values[i] = "`"+c.name+"`", "?", c.value
	}
	return tx.Exec("INSERT INTO `"+table+"` ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", values...)
}

// update writes the columns in which new differs from old, with the next revision; where none differs nothing is written.
func update(tx *record.Tx, table, key string, num, rev int64, old, new []column) (changed bool, err error) {
	var set, names []string
	var values []store.Value
	for i, c := range new {
		if c.value != old[i].value {
			set, names, values = append(set, "`"+c.name+"` = ?"), append(names, c.name), append(values, c.value)
		}
	}
	if len(set) == 0 {
		return false, nil
	}
	if err := tx.Send("UPDATE `"+table+"` SET "+strings.Join(set, ", ")+", `Rev` = ? WHERE `"+key+"` = ?", append(values, store.Int(rev+1), store.Int(num))...); err != nil {
		return false, err
	}
	return true, tx.Note(audit.Update, table, num, strings.Join(names, ","))
}

// remove deletes a row.
func remove(tx *record.Tx, table, key string, num int64) error {
	if err := tx.Send("DELETE FROM `"+table+"` WHERE `"+key+"` = ?", store.Int(num)); err != nil {
		return err
	}
	return tx.Note(audit.Delete, table, num, "")
}
