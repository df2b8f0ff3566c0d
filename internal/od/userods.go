package od

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Userod is somebody who signs in to the practice's program: a provider, an employee, both or neither.
// The columns of the password are no fields, so that no answer can hold them.
type Userod struct {
	// UserNum is the key.
	UserNum dental.UserNum `od:"key"`
	// UserName is the name to sign in with.
	UserName string `od:"server max=255"`
	// UserGroupNums are the user's groups, in ascending order.
	UserGroupNums []int64 `od:"calc name=userGroupNums since=22.4.24"`
	// EmployeeNum is the employee; 0 is none.
	EmployeeNum dental.EmployeeNum `od:"server fk=employee"`
	// EmployeeName is the employee's first and last name.
	EmployeeName string `od:"calc name=employeeName"`
	// ProviderNum is the provider; 0 is none.
	ProviderNum dental.ProvNum `od:"server fk=provider column=ProvNum"`
	// ProviderName is the provider's full name, with the suffix: "Lynda Larson, DMD".
	ProviderName string `od:"calc name=providerName"`
	// ClinicNum is the clinic that the user starts with; 0 is none.
	ClinicNum dental.ClinicNum `od:"server fk=clinic"`
	// EmailAddress is the user's own.
	EmailAddress string `od:"calc name=emailAddress"`
	// IsHidden users can no longer sign in.
	IsHidden bool `od:"server"`
	// UserNumCEMT is the user in the Central Enterprise Management Tool; 0 for a user of this practice alone.
	UserNumCEMT int64 `od:"server since=25.1.10"`
	// IsPasswordResetRequired asks for a new password at the next start.
	IsPasswordResetRequired bool `od:"server since=22.4.24"`
}

var userods = resource.Derive[Userod](resource.Spec{
	Name: "Userods", Path: "userods", Thing: "User", Table: "userod",
	Lists: []resource.List{{
		Access: resource.Access{Group: resource.ReadAll, Since: "21.3"},
		Filters: []resource.Filter{
			withDefault(resource.Flag("includeHidden", "", "r.`IsHidden` = 0"), "false"),
			withDefault(resource.Flag("includeCEMT", "", "r.`UserNumCEMT` = 0"), "false"),
		},
	}},
	Computed: []resource.Computed{
		{
			Name:    "userGroupNums",
			Columns: []string{"(SELECT GROUP_CONCAT(a.`UserGroupNum`) FROM `usergroupattach` AS a WHERE a.`UserNum` = r.`UserNum`)"},
			Append:  appendNumbers,
		},
		{
			Name:    "employeeName",
			Join:    "LEFT JOIN `employee` AS e ON e.`EmployeeNum` = r.`EmployeeNum`",
			Columns: []string{"e.`FName`", "e.`LName`"},
			Append:  func(dst []byte, row store.Row, at int) []byte { return appendPersonName(dst, row, at, 2) },
		},
		{
			Name:    "providerName",
			Join:    "LEFT JOIN `provider` AS p ON p.`ProvNum` = r.`ProvNum`",
			Columns: []string{"p.`FName`", "p.`LName`", "p.`Suffix`"},
			Append:  func(dst []byte, row store.Row, at int) []byte { return appendPersonName(dst, row, at, 3) },
		},
		{
			Name: "emailAddress",
			Columns: []string{"(SELECT m.`EmailUsername` FROM `emailaddress` AS m WHERE m.`UserNum` = r.`UserNum`" +
				" ORDER BY m.`EmailAddressNum` LIMIT 1)"},
		},
	},
}, nil)

// Userods serves the users (seed 002).
var Userods = &Rows[Userod]{Table: userods}

// appendNumbers writes a comma-separated list of numbers as an array, in ascending order.
func appendNumbers(dst []byte, row store.Row, at int) []byte {
	var numbers []int64
	for text := range strings.SplitSeq(string(row.Text(at)), ",") {
		if number, err := strconv.ParseInt(text, 10, 64); err == nil {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	dst = append(dst, '[')
	for i, number := range numbers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, number, 10)
	}
	return append(dst, ']')
}

// appendPersonName writes "FName LName, Suffix" from two or three cells, without the parts that are empty.
func appendPersonName(dst []byte, row store.Row, at, cells int) []byte {
	name := strings.TrimSpace(string(row.Text(at)) + " " + string(row.Text(at+1)))
	if cells > 2 && name != "" && len(row.Text(at+2)) > 0 {
		name += ", " + string(row.Text(at+2))
	}
	return resource.AppendText(dst, []byte(name))
}
