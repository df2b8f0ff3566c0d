package webhook_test

import "os"

var diesIn = os.Getenv("WEBHOOK_TEST_FOLDER")

func fileAndDie() {}
