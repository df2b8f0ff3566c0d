package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make a key; it is shown once."`
	List   keyListCmd   `cmd:"" help:"List the keys, without their secrets."`
	Revoke keyRevokeCmd `cmd:"" help:"Revoke a key, also for a running server."`
}

type keyCreateCmd struct {
	dataFlag
	formsFlag
	Practice        string   `help:"The practice that the key opens." required:"" placeholder:"NAME"`
	DentalReferrals bool     `help:"Make a key of the Dental Referrals API and not of the Open Dental API."`
	FormTypes       []string `help:"The form types that a Dental Referrals key may use, in the order in which they are listed. Default all." placeholder:"FORM,..."`
	Key             string   `help:"Keep a Dental Referrals key that the client has already; default a new one. BRIDGEWORK_KEY_FILE names a file with it." secret:"" placeholder:"KEY"`
	Developer       string   `help:"Who the key is for; an Open Dental key needs it." placeholder:"NAME"`
	Permissions     []string `help:"Permission groups: ${groups}. Default all but Enterprise." placeholder:"GROUP,..."`
	DeveloperKey    string   `help:"Keep a developer key that the client has already; default a new one. BRIDGEWORK_DEVELOPER_KEY_FILE names a file with it." secret:"" placeholder:"KEY"`
	CustomerKey     string   `help:"Keep a customer key that the client has already; default a new one. BRIDGEWORK_CUSTOMER_KEY_FILE names a file with it." secret:"" placeholder:"KEY"`
}

// Run makes a key.
func (cmd *keyCreateCmd) Run(ctx context.Context, con *console) error {
	if err := cmd.check(); err != nil {
		return err
	}
	groups, err := permissionGroups(cmd.Permissions)
	if err != nil {
		return err
	}
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	p, err := practices.Find(ctx, cmd.Practice)
	if err != nil {
		return err
	}
	if cmd.DentalReferrals {
		return cmd.createReferralKey(ctx, con, practices, p)
	}
	key, secrets, err := practices.CreateKey(ctx, audit.Operator, p, cmd.Developer, groups,
		practice.Secrets{DeveloperKey: cmd.DeveloperKey, CustomerKey: cmd.CustomerKey})
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, `Key %d for %s at %q. It is shown this once; only its hash is kept.

  Authorization: ODFHIR %s/%s
`, key.Num, cmd.Developer, p.Name, secrets.DeveloperKey, secrets.CustomerKey)
	return nil
}

// check refuses flags that belong to the other kind of key.
func (cmd *keyCreateCmd) check() error {
	openDental := len(cmd.Permissions) > 0 || cmd.DeveloperKey != "" || cmd.CustomerKey != ""
	switch {
	case cmd.DentalReferrals && openDental:
		return fault.New(fault.Invalid, "--permissions, --developer-key and --customer-key belong to keys of the Open Dental API, and not to --dental-referrals")
	case !cmd.DentalReferrals && (len(cmd.FormTypes) > 0 || cmd.Key != ""):
		return fault.New(fault.Invalid, "--form-types and --key belong to --dental-referrals")
	case !cmd.DentalReferrals && cmd.Developer == "":
		return fault.New(fault.Invalid, "--developer is missing: who the key is for")
	}
	return nil
}

func (cmd *keyCreateCmd) createReferralKey(ctx context.Context, con *console, practices *practice.Registry, p practice.Practice) error {
	desk, err := deskOf(practices, cmd.formsFlag)
	if err != nil {
		return err
	}
	made, key, err := desk.CreateKey(ctx, audit.Operator, int64(p.Num), cmd.Key, cmd.FormTypes)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, `Key %s%d for %q. It is shown this once; only its hash is kept.

  Authorization: Token token=%s
`, referralKeys, made.Num, p.Name, key)
	return nil
}

// referralKeys is what stands before the numbers of Dental Referrals keys, which are counted by themselves.
const referralKeys = "dr"

// permissionGroups checks the names that were given, in any case; none is every group but Enterprise.
func permissionGroups(names []string) ([]string, error) {
	if len(names) == 0 {
		return everyGroupBut(resource.Enterprise), nil
	}
	var groups []string
	for _, name := range names {
		at := slices.IndexFunc(resource.Groups(), func(g resource.Group) bool { return strings.EqualFold(string(g), strings.TrimSpace(name)) })
		if at < 0 {
			return nil, fault.New(fault.Invalid, "%q is not a permission group; the groups are %s", name, strings.Join(everyGroupBut(""), ", "))
		}
		if group := string(resource.Groups()[at]); !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	}
	return groups, nil
}

func everyGroupBut(without resource.Group) []string {
	var groups []string
	for _, group := range resource.Groups() {
		if group != without {
			groups = append(groups, string(group))
		}
	}
	return groups
}

type keyListCmd struct{ dataFlag }

// Run lists the keys.
func (cmd *keyListCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	keys, err := practices.Keys(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NUM\tPRACTICE\tDEVELOPER\tCREATED\tREVOKED\tPERMISSIONS")
	for _, key := range keys {
		revoked := "-"
		if !key.RevokedAt.IsNone() {
			revoked = key.RevokedAt.String()
		}
		fmt.Fprintf(table, "%d\t%d\t%s\t%s\t%s\t%s\n", key.Num, key.Practice, key.Developer, key.CreatedAt, revoked, strings.Join(key.Permissions, ","))
	}
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		return err
	}
	forms, err := desk.Keys(ctx)
	if err != nil {
		return err
	}
	for _, key := range forms {
		revoked := "-"
		if !key.RevokedAt.IsNone() {
			revoked = key.RevokedAt.String()
		}
		fmt.Fprintf(table, "%s%d\t%d\t%s\t%s\t%s\t%s\n", referralKeys, key.Num, key.Practice, "Dental Referrals "+key.Beginning+"…", key.CreatedAt, revoked,
			cmp.Or(strings.Join(key.Forms, ","), "all forms"))
	}
	return table.Flush()
}

type keyRevokeCmd struct {
	dataFlag
	Num string `arg:"" help:"The key's number, from key list."`
}

// Run revokes a key.
func (cmd *keyRevokeCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	if err := cmd.revoke(ctx, practices); err != nil {
		return err
	}
	fmt.Fprintf(con.out, "Key %s is revoked.\n", cmd.Num)
	return nil
}

func (cmd *keyRevokeCmd) revoke(ctx context.Context, practices *practice.Registry) error {
	digits, isReferrals := strings.CutPrefix(cmd.Num, referralKeys)
	num, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "%q is no key's number; `bridgework key list` shows them", cmd.Num)
	}
	if !isReferrals {
		return practices.RevokeKey(ctx, audit.Operator, num)
	}
	desk, err := deskOf(practices, formsFlag{})
	if err != nil {
		return err
	}
	return desk.RevokeKey(ctx, audit.Operator, num)
}
