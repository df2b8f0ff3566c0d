package referral_test

import (
	"strconv"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
