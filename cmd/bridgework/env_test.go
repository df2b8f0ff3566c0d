package main

import (
	"os"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/store/testdb"
)

func TestMain(m *testing.M) {
	testdb.ForgetSettings()
	os.Exit(m.Run())
}
