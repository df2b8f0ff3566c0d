package od

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// apiKey is a key of the API as the practice's own list has it. What opens the key is kept nowhere, so that
// CustApiKey is always blank.
type apiKey struct {
	APIKeyNum  int64  `od:"key"`
	CustApiKey string `od:"server max=255"`
	DevName    string `od:"server max=255"`
}

var apiKeys = resource.Derive[apiKey](resource.Spec{
	Name: "API keys", Path: "apikeys", Thing: "API key", Table: "apikey",
}, nil)

// ListKey adds a key of the API to the practice's own list, which callers' SQL reads. A key that is there
// stays as it is.
func ListKey(ctx context.Context, desk Desk, num int64, developer string) error {
	return desk.write(ctx, func(tx *record.Tx) error {
		_, err := apiKeys.Get(tx, num)
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		return record.Create(tx, apiKeys, &apiKey{APIKeyNum: num, DevName: developer})
	})
}

// UnlistKey takes a key off the practice's list again. One that is not there is no fault.
func UnlistKey(ctx context.Context, desk Desk, num int64) error {
	return desk.write(ctx, func(tx *record.Tx) error {
		row, err := apiKeys.Get(tx, num)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return record.Delete(tx, apiKeys, row)
	})
}
