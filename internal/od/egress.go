package od

import (
	"context"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// egressPreference is the practice's setting of the hosts that this server may connect to for it; see
// document.ParseEgress. A practice that has none allows every public host.
const egressPreference = "EgressHosts"

// EgressSetting reads the setting.
func EgressSetting(c store.Conn) (string, error) {
	text, err := preferenceText(c, egressPreference)
	if err == nil && strings.TrimSpace(text) == "" {
		text = document.AnyHost
	}
	return text, err
}

// SetEgress changes the setting, after it was checked.
func SetEgress(ctx context.Context, book *record.Book, caller audit.Caller, setting string) error {
	if _, err := document.ParseEgress(setting); err != nil {
		return err
	}
	return book.Write(ctx, caller, func(tx *record.Tx) error {
		old, err := first(preferences.Find(tx, "WHERE `PrefName` = ? LIMIT 1", store.Text(egressPreference)))
		if err != nil {
			return err
		}
		if old == nil {
			return record.Create(tx, preferences, &Preference{PrefName: egressPreference, ValueString: setting})
		}
		changed := *old
		changed.ValueString = setting
		return record.Update(tx, preferences, old, &changed)
	})
}

// EgressOf is what the practice's setting allows. A setting that somebody else has written and that cannot be read
// allows nothing.
func EgressOf(ctx context.Context, book *record.Book) (document.Egress, error) {
	var setting string
	err := book.DB.Read(ctx, func(c store.Conn) (err error) {
		setting, err = EgressSetting(c)
		return err
	})
	if err != nil {
		return document.Egress{}, err
	}
	return document.ParseEgress(setting)
}

// Egress is EgressOf with the hosts that the operator has named.
func (d Desk) Egress(ctx context.Context) (document.Egress, error) {
	egress, err := EgressOf(ctx, d.Book)
	return d.Files.Room.With(egress), err
}
