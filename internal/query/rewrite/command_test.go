package rewrite

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Parsers are used again: what one has read for a caller must stay that caller's, whoever asks next.
func TestEachOfManyCommandsAtTheSameTimeIsReadAsItsOwn(t *testing.T) {
	var callers sync.WaitGroup
	for caller := range 8 {
		callers.Go(func() {
			own := fmt.Sprintf("caller%d", caller)
			for range 2000 {
				command, err := Compile(fmt.Sprintf("SELECT '%s' AS a; SELECT LENGTH('it''s \\'%s') AS `b``b`", own, own), Options{})
				if err != nil {
					t.Error(err)
					return
				}
				if len(command.Steps) != 2 || !strings.Contains(command.Steps[0].Native, own) || !strings.Contains(command.Steps[1].Native, own) {
					t.Errorf("%s is given %+v", own, command.Steps)
					return
				}
			}
		})
	}
	callers.Wait()
}

// Aggregates and windows where there can be none are refused in MySQL's and MariaDB's words, or by the name of what is not supported.
func TestAggregatesAndWindowsAreRefusedWhereTheyCannotStand(t *testing.T) {
	const group, window = "Invalid use of group function", "Window function is allowed only in SELECT list and ORDER BY clause"
	for command, want := range map[string]string{
		"SELECT 1 FROM (SELECT 1 AS a) t WHERE MIN(a) > 1":                                             group,
		"SELECT 1 FROM (SELECT 1 AS a) t WHERE a = (SELECT MIN(a) FROM0t)":                             group,
		"SELECT 1 FROM (SELECT 1 AS a) t WHERE a = (SELECT MIN(t.a) FROM (SELECT 2 AS b) u)":           group,
		"SELECT 1 FROM (SELECT 1 AS a) t JOIN (SELECT 2 AS b) u ON b = (SELECT MIN(t.a))":              group,
		"SELECT 1 FROM (SELECT 1 AS a) t GROUP BY MIN(a)":                                              group,
		"SELECT 1 FROM (SELECT 1 AS a) t GROUP BY (SELECT MIN(t.a))":                                   group,
		"SELECT MAX(MIN(a)) FROM (SELECT 1 AS a) t":                                                    group,
		"SELECT MAX((SELECT MIN(t.a))) FROM (SELECT 1 AS a) t":                                         group,
		"SELECT MIN(a) AS m FROM (SELECT 1 AS a) t GROUP BY m":                                         "Can't group on 'm'",
		"SELECT MIN(a) AS m FROM (SELECT 1 AS a) t GROUP BY 1":                                         "Can't group on 'm'",
		"SELECT MIN(ROW_NUMBER() OVER ()) FROM (SELECT 1 AS a) t":                                      window,
		"SELECT 1 FROM (SELECT 1 AS a) t WHERE ROW_NUMBER() OVER () > 1":                               window,
		"SELECT 1 FROM (SELECT 1 AS a) t GROUP BY ROW_NUMBER() OVER ()":                                window,
		"SELECT ROW_NUMBER() OVER () AS r FROM (SELECT 1 AS a) t HAVING r > 1":                         window,
		"SELECT a FROM (SELECT 1 AS a) t ORDER BY MIN(a)":                                              "An aggregate in the ORDER BY of a SELECT without groups is not supported",
		"SELECT 1 FROM (SELECT 1 AS a) t HAVING MIN(a) > 0":                                            "HAVING where nothing is grouped, and no aggregate is selected, is not supported",
		"SELECT (SELECT MIN(t.a)), COUNT(*) FROM (SELECT 1 AS a) t ORDER BY MIN(a)":                    "",
		"SELECT a, SUM(COUNT(*)) OVER () FROM (SELECT 1 AS a) t GROUP BY a HAVING (SELECT MIN(t.a))>0": "",
		"SELECT MAX((SELECT MIN(b) FROM (SELECT 2 AS b) u WHERE b > t.a)) FROM (SELECT 1 AS a) t":      "",
	} {
		got := ""
		if _, err := Compile(command, Options{}); err != nil {
			got = fault.From(err).Text
		}
		if got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
}
