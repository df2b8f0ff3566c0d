package sandbox_test

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// foreignKey is a line of testdata/foreignkeys.txt.
type foreignKey struct {
	table, column      string
	parent, parentKey  string // "" for a table that a practice does not have
	category           int64  // of a definition; 0 is any
	isCategoryRequired bool
}

func (k foreignKey) String() string { return k.table + "." + k.column }

// foreignKeys reads the list.
func foreignKeys(t *testing.T) []foreignKey {
	t.Helper()
	file, err := os.Open("testdata/foreignkeys.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var keys []foreignKey
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		var k foreignKey
		k.table, k.column, _ = strings.Cut(words[0], ".")
		if words[1] != "none" {
			k.parent, k.parentKey, _ = strings.Cut(words[1], ".")
		}
		if len(words) > 2 {
			k.category, err = strconv.ParseInt(words[2], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			k.isCategoryRequired = true
		}
		keys = append(keys, k)
	}
	if len(keys) < 250 {
		t.Fatalf("there are only %d foreign keys", len(keys))
	}
	return keys
}

// orphans are values of a foreign key that point to nothing, or to a definition of another list. An empty
// text is the 0 of keys that are texts; a coverage by a plan through a patient's own benefit is checked apart.
func orphans(t *testing.T, c store.Conn, k foreignKey) []string {
	t.Helper()
	if k.parent == "" {
		return query(t, c, 1, "SELECT `"+k.column+"` FROM `"+k.table+"` WHERE `"+k.column+"` <> 0 LIMIT 5")
	}
	sql := "SELECT c.`" + k.column + "` FROM `" + k.table + "` c LEFT JOIN `" + k.parent + "` p ON p.`" + k.parentKey + "` = c.`" + k.column + "`"
	if k.isCategoryRequired {
		sql += " AND p.`Category` = " + fmt.Sprint(k.category)
	}
	none := "0"
	if k.parentKey == "FieldName" {
		none = "''"
	}
	return query(t, c, 1, sql+" WHERE c.`"+k.column+"` <> "+none+" AND p.`"+k.parentKey+"` IS NULL LIMIT 5")
}

// eitherKeys point to one table or another, as a column beside them says.
var eitherKeys = []struct{ key, of, value, parent string }{
	{"deflink.FKey", "LinkType", "2", "appointmenttype.AppointmentTypeNum"},
	{"deflink.FKey", "LinkType", "3", "operatory.OperatoryNum"},
	{"deflink.FKey", "LinkType", "4", "definition.DefNum"},
	{"eservicelog.FKey", "KeyType", "0", "appointment.AptNum"},
	{"insverify.FKey", "VerifyType", "1", "insplan.PlanNum"},
	{"insverify.FKey", "VerifyType", "2", "patplan.PatPlanNum"},
	{"insverifyhist.FKey", "VerifyType", "1", "insplan.PlanNum"},
	{"insverifyhist.FKey", "VerifyType", "2", "patplan.PatPlanNum"},
}

func eitherOrphans(t *testing.T, c store.Conn) []string {
	t.Helper()
	var found []string
	for _, k := range eitherKeys {
		table, column, _ := strings.Cut(k.key, ".")
		parent, key, _ := strings.Cut(k.parent, ".")
		for _, value := range query(t, c, 1, "SELECT c.`"+column+"` FROM `"+table+"` c LEFT JOIN `"+parent+"` p ON p.`"+key+"` = c.`"+column+"`"+
			" WHERE c.`"+k.of+"` = "+k.value+" AND p.`"+key+"` IS NULL LIMIT 5") {
			found = append(found, k.key+" "+value)
		}
	}
	return found
}

func TestEveryForeignKeyPointsToARow(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 16} {
		read(t, sampleOf(t, seed), func(c store.Conn) {
			for _, k := range foreignKeys(t) {
				if found := orphans(t, c, k); len(found) > 0 {
					t.Errorf("seed %d: %s points to rows that are not there: %v", seed, k, found)
				}
			}
			if found := eitherOrphans(t, c); len(found) > 0 {
				t.Errorf("seed %d: rows that are not there: %v", seed, found)
			}
		})
	}
}

// A new column that is a key belongs into the list: this finds the columns whose names say so.
func TestTheListOfForeignKeysIsComplete(t *testing.T) {
	t.Parallel()
	listed := make(map[string]bool)
	for _, k := range foreignKeys(t) {
		listed[k.String()] = true
	}
	for _, k := range eitherKeys {
		listed[k.key] = true
	}
	for _, notAKey := range strings.Fields("apisubscription.KeyNum apisubscription.PlaceNum claim.CanadianReferralProviderNum claim.OrigRefNum" +
		" claim.CanadaTransRefNum clinic.MedLabAccountNum etrans.TransSetNum insplan.GroupNum payment.CheckNum procedurecode.GTypeNum" +
		" procedurelog.ToothNum provider.CanadianOfficeNum provider.DEANum") {
		listed[notAKey] = true
	}
	parents := make(map[string]bool)
	for _, k := range foreignKeys(t) {
		parents[k.parentKey] = true
	}
	ours := map[string]bool{"auditevent": true, "rowchange": true, "workclaim": true, "bodyuse": true, "transfer": true, "networksource": true, "networkreferral": true, "networkletter": true, "networkpaper": true}
	for _, step := range store.PracticeMigrations() {
		for _, statement := range step.Statements {
			rest, isTable := strings.CutPrefix(statement, "CREATE TABLE `")
			table, rest, _ := strings.Cut(rest, "`")
			if !isTable || ours[table] {
				continue
			}
			for line := range strings.SplitSeq(rest, "\n") {
				column, isColumn := strings.CutPrefix(strings.TrimSpace(line), "`")
				column, kind, _ := strings.Cut(column, "`")
				if isColumn && (strings.HasSuffix(column, "Num") || parents[column]) && !strings.Contains(kind, "PRIMARY KEY") && !listed[table+"."+column] &&
					column != "FieldName" {
					t.Errorf("%s.%s is not in testdata/foreignkeys.txt", table, column)
				}
			}
		}
	}
}

// Each foreign key is broken once, and the check of it has to say so.
func TestABrokenForeignKeyIsNamed(t *testing.T) {
	t.Parallel()
	broken := 0
	change(t, sample(t), func(tx store.Tx) {
		for _, k := range foreignKeys(t) {
			key := keyOf(t, k.table)
			first := query(t, tx, 1, "SELECT MIN(`"+key+"`) FROM `"+k.table+"`")[0]
			if first == "" {
				continue // it has no rows
			}
			set := "987654"
			if k.parentKey == "FieldName" {
				set = "'No such field'"
			}
			if _, err := tx.Exec("UPDATE `" + k.table + "` SET `" + k.column + "` = " + set + " WHERE `" + key + "` = " + first); err != nil {
				t.Logf("%s cannot hold a number that large", k)
				continue
			}
			broken++
			if len(orphans(t, tx, k)) == 0 {
				t.Errorf("%s is broken, and nobody says so", k)
			}
		}
	})
	if broken < 230 {
		t.Errorf("only %d foreign keys were broken", broken)
	}
}

var keyed = regexp.MustCompile("(?m)^\\s*`(\\w+)` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY")

// keyOf is the key of a table.
func keyOf(t *testing.T, table string) string {
	t.Helper()
	for _, step := range store.PracticeMigrations() {
		for _, statement := range step.Statements {
			if strings.HasPrefix(statement, "CREATE TABLE `"+table+"`") {
				if found := keyed.FindStringSubmatch(statement); found != nil {
					return found[1]
				}
			}
		}
	}
	t.Fatalf("%s has no key", table)
	return ""
}
