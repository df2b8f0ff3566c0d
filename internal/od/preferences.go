package od

import (
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Preference is a setting of the practice.
type Preference struct {
	// PrefNum is the key.
	PrefNum dental.PrefNum `od:"key"`
	// PrefName is the setting's name.
	PrefName string `od:"server max=255"`
	// ValueString is its value; booleans are "0" and "1".
	ValueString string `od:"server"`
}

var preferences = resource.Derive[Preference](resource.Spec{
	Name: "Preferences", Path: "preferences", Thing: "Preference", Table: "preference",
	Lists: []resource.List{{
		Access:  resource.Access{Group: resource.ReadAll, Since: "21.1"},
		Filters: []resource.Filter{resource.EqualText("PrefName")},
	}},
}, nil)

// Preferences serves the practice's settings.
var Preferences = &Rows[Preference]{Table: preferences}

// preferenceNum reads a setting that holds a number, 0 when it is absent or holds none.
func preferenceNum(c store.Conn, name string) (int64, error) {
	found, err := preferences.Find(c, "WHERE `PrefName` = ? LIMIT 1", store.Text(name))
	if err != nil || len(found) == 0 {
		return 0, err
	}
	number, _ := strconv.ParseInt(found[0].ValueString, 10, 64)
	return number, nil
}
