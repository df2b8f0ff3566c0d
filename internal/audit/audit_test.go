package audit_test

import (
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func openHub(t *testing.T) store.DB {
	t.Helper()
	return testdb.Open(t, nil, store.HubMigrations())
}

func write(t *testing.T, db store.DB, details ...string) {
	t.Helper()
	at, err := dental.ParseDateTime("2026-01-02 03:04:05")
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx store.Tx) error {
		head, err := audit.ReadHead(tx)
		for _, detail := range details {
			if err == nil {
				head, err = audit.Append(tx, head, audit.Entry{At: at, Caller: audit.Operator, Action: audit.Update, Target: "referral", TargetNum: 7, Detail: detail})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func verify(t *testing.T, db store.DB) (head audit.Head, err error) {
	t.Helper()
	err = db.Read(t.Context(), func(c store.Conn) error {
		head, err = audit.Verify(c)
		return err
	})
	return head, err
}

func TestAnUnbrokenTrailIsProven(t *testing.T) {
	db := openHub(t)
	if head, err := verify(t, db); err != nil || head.Num != 0 {
		t.Errorf("an empty trail: %v, %v", head, err)
	}
	write(t, db, "Note", "LName,FName")
	write(t, db, strings.Repeat("é", 5000))
	if head, err := verify(t, db); err != nil || head.Num != 3 {
		t.Errorf("three entries: %v, %v", head, err)
	}
}

func TestTheFirstBrokenLinkIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ tamper, want string }{
		"a changed detail":    {"UPDATE `auditevent` SET `Detail` = 'City' WHERE `AuditNum` = 2", "entry 2"},
		"a changed caller":    {"UPDATE `auditevent` SET `Caller` = 'nobody' WHERE `AuditNum` = 3", "entry 3"},
		"a changed time":      {"UPDATE `auditevent` SET `LoggedAt` = '2026-01-02 03:04:06' WHERE `AuditNum` = 1", "entry 1"},
		"a time that is none": {"UPDATE `auditevent` SET `LoggedAt` = '0000-00-00 00:00:00' WHERE `AuditNum` = 1", "entry 1"},
		"a missing entry":     {"DELETE FROM `auditevent` WHERE `AuditNum` = 2", "entry 2 is missing"},
		"a missing first":     {"DELETE FROM `auditevent` WHERE `AuditNum` = 1", "entry 1 is missing"},
		"an entry put in":     {"INSERT INTO `auditevent` SELECT 6, `LoggedAt`, `KeyNum`, `Caller`, `RequestID`, `Action`, `Target`, `TargetNum`, `Detail`, `PrevHash`, `Hash` FROM `auditevent` WHERE `AuditNum` = 5", "entry 6"},
		"another predecessor": {"UPDATE `auditevent` SET `PrevHash` = `Hash` WHERE `AuditNum` = 4", "entry 4"},
	} {
		t.Run(name, func(t *testing.T) {
			db := openHub(t)
			write(t, db, "a", "b", "c", "d", "e")
			if err := db.Write(t.Context(), func(tx store.Tx) error { _, err := tx.Exec(c.tamper); return err }); err != nil {
				t.Fatal(err)
			}
			if _, err := verify(t, db); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the fault is %v, want it to name %q", err, c.want)
			}
		})
	}
}

func TestNoTwoDifferentEntriesAreWrittenAlike(t *testing.T) {
	// Moving the border between two texts must change the hash, whatever the texts are.
	property := func(left, right string) bool {
		if left == "" {
			return true
		}
		cut := len(left) / 2
		for !utf8.RuneStart(left[cut]) { // a server takes whole characters only
			cut--
		}
		return hashOf(t, left, right) != hashOf(t, left[:cut], left[cut:]+right) || cut == len(left)
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 30}); err != nil {
		t.Error(err)
	}
}

func hashOf(t *testing.T, target, detail string) string {
	db := openHub(t)
	var head audit.Head
	err := db.Write(t.Context(), func(tx store.Tx) (err error) {
		head, err = audit.Append(tx, audit.Head{}, audit.Entry{Target: target, Detail: detail})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return head.Hash
}
