package rewrite

import (
	"fmt"
	"strings"
	"sync"
	"testing"
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
