package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Definition is an entry of one of the practice's own lists, such as specialties or billing types.
type Definition struct {
	// DefNum is the key.
	DefNum dental.DefNum `od:"key"`
	// ItemName is what the list shows.
	ItemName string `od:"server max=255 fold=ItemNameFold"`
	// ItemValue has a meaning that depends on the category.
	ItemValue string `od:"server max=255"`
	// Category is the number of the list.
	Category int8 `od:"server"`
	// CategoryName is the name of the list, "ProviderSpecialties".
	CategoryName string `od:"calc name=category"`
	// IsHidden entries are no longer offered.
	IsHidden bool `od:"server name=isHidden"`
	// ItemOrder is the place in the list, from 0.
	ItemOrder int `od:"hidden"`
	// ItemColor is a signed ARGB number.
	ItemColor int32 `od:"hidden"`
}

var definitions = resource.Derive[Definition](resource.Spec{
	Name: "Definitions", Path: "definitions", Thing: "Definition", Table: "definition",
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.1"},
		Filters: []resource.Filter{
			resource.EqualInt("Category"),
			withDefault(resource.Flag("includeHidden", "", "r.`IsHidden` = 0"), "false"),
		},
		Order: "r.`Category`, r.`ItemOrder`",
	}},
	Computed: []resource.Computed{{
		Name: "category", Columns: []string{"r.`Category`"},
		Append: func(dst []byte, row store.Row, at int) []byte {
			names := dental.DefCat(0).Names()
			number := int(row.Int(at))
			if number < 0 || number >= len(names) {
				return append(dst, `""`...)
			}
			return resource.AppendText(dst, []byte(names[number]))
		},
	}},
}, nil)

// Definitions serves the practice's lists.
var Definitions = &Rows[Definition]{Table: definitions}

func withDefault(filter resource.Filter, value string) resource.Filter {
	filter.Default = value
	return filter
}

// firstDefinition is the entry of a category with an ItemValue, else the first of the category that is
// not hidden; 0 where there is none.
func firstDefinition(c store.Conn, category dental.DefCat, itemValue string) (dental.DefNum, error) {
	found, err := definitions.Find(c, "WHERE `Category` = ? AND `IsHidden` = 0"+
		" ORDER BY CASE WHEN `ItemValue` = ? THEN 0 ELSE 1 END, `ItemOrder`, `DefNum` LIMIT 1",
		store.Int(category), store.Text(itemValue))
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0].DefNum, nil
}

// findDefinition finds an entry of a category by its name: the whole name, without regard to case.
// thing is what the field is called when there is none.
func findDefinition(c store.Conn, category dental.DefCat, name, thing string) (dental.DefNum, error) {
	found, err := definitions.Find(c, "WHERE `Category` = ? AND `ItemNameFold` = ? ORDER BY `IsHidden`, `ItemOrder`, `DefNum` LIMIT 1",
		store.Int(category), store.Text(dental.Fold(name)))
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, fault.New(fault.NotFound, "%s not found", thing)
	}
	return found[0].DefNum, nil
}
