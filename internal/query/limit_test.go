package query

import (
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

func TestAServersOwnClockEndsACommandWithTheSameWordsAsOurs(t *testing.T) {
	room := New(Options{Limits: Limits{Time: 300 * time.Millisecond}})
	for _, number := range []uint16{1969, 3024, 1317} {
		err := room.explain(t.Context(), translateServer(&driver.MySQLError{Number: number}))
		if !fault.Is(err, fault.Busy) || !strings.Contains(err.Error(), "longer than 300ms") {
			t.Errorf("error %d: %v", number, err)
		}
	}
}
