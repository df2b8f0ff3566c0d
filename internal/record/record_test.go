package record_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

// source is a referral source with as few columns as a test needs.
type source struct {
	ReferralNum dental.ReferralNum `od:"key"`
	LName       string             `od:"create! update max=100 fold=LNameFold"`
	Note        string             `od:"create update"`
	PatNum      dental.PatNum      `od:"create fk=patient"`
	DateTStamp  dental.DateTime    `od:"stamp"`
}

var sources = resource.Derive(resource.Spec{
	Name: "Referrals", Path: "referrals", Thing: "Referral", Table: "referral",
}, func(_, new *source) []fault.Field {
	if new.Note == "forbidden" {
		return []fault.Field{{Name: "Note", Text: "Note is forbidden"}}
	}
	return nil
})

func TestMain(m *testing.M) { testdb.Main(m) }

type fixture struct {
	*record.Book
	now time.Time
}

func newBook(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.Local)}
	clock := func() time.Time { return f.now }
	f.Book = &record.Book{DB: testdb.Open(t, clock, store.PracticeMigrations()), Clock: clock}
	return f
}

func (f *fixture) write(t *testing.T, fn func(*record.Tx) error) error {
	t.Helper()
	return f.Write(t.Context(), audit.Operator, fn)
}

// counts are the rows, change rows and entries that are stored.
func (f *fixture) counts(t *testing.T) (counts [3]int64) {
	t.Helper()
	err := f.DB.Read(t.Context(), func(c store.Conn) error {
		for i, table := range []string{"referral", "rowchange", "auditevent"} {
			rows := c.Query("SELECT COUNT(*) FROM `" + table + "`")
			rows.Next()
			counts[i] = rows.Int(0)
			if err := rows.Close(); err != nil {
				return err
			}
		}
		_, err := audit.Verify(c)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func (f *fixture) create(t *testing.T, row source) *source {
	t.Helper()
	if err := f.write(t, func(tx *record.Tx) error { return record.Create(tx, sources, &row) }); err != nil {
		t.Fatal(err)
	}
	return &row
}

func TestARowItsEntryAndItsChangeAreOneCommit(t *testing.T) {
	f := newBook(t)
	row := f.create(t, source{LName: "Bokish"})
	if row.ReferralNum != 1 || row.DateTStamp.String() != "2026-01-02 03:04:05" {
		t.Errorf("the row is %+v", row)
	}
	if got := f.counts(t); got != [3]int64{1, 1, 1} {
		t.Errorf("rows, changes and entries are %v", got)
	}
	undone := errors.New("undone")
	err := f.write(t, func(tx *record.Tx) error {
		if err := record.Create(tx, sources, &source{LName: "Smith"}); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) || f.counts(t) != [3]int64{1, 1, 1} {
		t.Errorf("after %v there are %v", err, f.counts(t))
	}
}

func TestAChangeThatIsNoneWritesNothing(t *testing.T) {
	f := newBook(t)
	old := f.create(t, source{LName: "Bokish", Note: "a"})
	f.now = f.now.Add(time.Hour)
	same := *old
	if err := f.write(t, func(tx *record.Tx) error { return record.Update(tx, sources, old, &same) }); err != nil {
		t.Fatal(err)
	}
	if same.DateTStamp != old.DateTStamp || f.counts(t) != [3]int64{1, 1, 1} {
		t.Errorf("the stamp is %s, rows, changes and entries are %v", same.DateTStamp, f.counts(t))
	}
	other := *old
	other.Note = "b"
	if err := f.write(t, func(tx *record.Tx) error { return record.Update(tx, sources, old, &other) }); err != nil {
		t.Fatal(err)
	}
	if other.DateTStamp == old.DateTStamp || f.counts(t) != [3]int64{1, 2, 2} {
		t.Errorf("the stamp is %s, rows, changes and entries are %v", other.DateTStamp, f.counts(t))
	}
}

func TestARowMadeInTwoStepsIsAnnouncedOnce(t *testing.T) {
	f := newBook(t)
	err := f.write(t, func(tx *record.Tx) error {
		row := source{LName: "Bokish"}
		if err := record.Create(tx, sources, &row); err != nil {
			return err
		}
		again := row
		again.Note = "made of the key"
		return record.Update(tx, sources, &row, &again)
	})
	if err != nil || f.counts(t) != [3]int64{1, 1, 1} {
		t.Errorf("%v, rows, changes and entries are %v", err, f.counts(t))
	}
}

func TestAForeignKeyMustPointToARow(t *testing.T) {
	f := newBook(t)
	err := f.write(t, func(tx *record.Tx) error { return record.Create(tx, sources, &source{LName: "Smith", PatNum: 7}) })
	if !fault.Is(err, fault.NotFound) || fault.From(err).Text != "Patient not found" {
		t.Errorf("the fault is %v", err)
	}
	if f.counts(t) != [3]int64{} {
		t.Errorf("rows, changes and entries are %v", f.counts(t))
	}
}

func TestARuleRefusesBeforeAnythingIsWritten(t *testing.T) {
	f := newBook(t)
	err := f.write(t, func(tx *record.Tx) error {
		return record.Create(tx, sources, &source{LName: "Smith", Note: "forbidden"})
	})
	if !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Name != "Note" {
		t.Errorf("the fault is %v", err)
	}
}

func TestStampsNeverGoBackWithTheClock(t *testing.T) {
	f := newBook(t)
	first := f.create(t, source{LName: "before the clock was turned back"})
	f.now = f.now.Add(-time.Hour)
	second := f.create(t, source{LName: "after"})
	if second.DateTStamp.Before(first.DateTStamp) {
		t.Errorf("a later row is stamped %s, an earlier one %s", second.DateTStamp, first.DateTStamp)
	}
}

func TestARefusalIsNotedByFieldAndNeverByValue(t *testing.T) {
	f := newBook(t)
	refused := fault.From(fault.InvalidFields([]fault.Field{{Name: "SSN", Text: "SSN is 123-45-6789"}, {Name: "Note", Text: "Note"}}))
	if err := f.Refuse(t.Context(), audit.Operator, "POST /referrals", 0, refused); err != nil {
		t.Fatal(err)
	}
	err := f.DB.Read(t.Context(), func(c store.Conn) error {
		entries, err := audit.List(c, 10)
		if len(entries) != 1 || entries[0].Detail != "invalid: SSN,Note" || entries[0].Target != "POST /referrals" || strings.Contains(entries[0].Detail, "6789") {
			t.Errorf("the trail has %+v", entries)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
