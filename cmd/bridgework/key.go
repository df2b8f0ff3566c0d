package main

import (
	"context"
	"fmt"
	"slices"
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
	Practice     string   `help:"The practice that the key opens." required:"" placeholder:"NAME"`
	Developer    string   `help:"Who the key is for." required:"" placeholder:"NAME"`
	Permissions  []string `help:"Permission groups: ${groups}. Default all but Enterprise." placeholder:"GROUP,..."`
	DeveloperKey string   `help:"Keep a developer key that the client has already; default a new one. BRIDGEWORK_DEVELOPER_KEY_FILE names a file with it." secret:"" placeholder:"KEY"`
	CustomerKey  string   `help:"Keep a customer key that the client has already; default a new one. BRIDGEWORK_CUSTOMER_KEY_FILE names a file with it." secret:"" placeholder:"KEY"`
}

// Run makes a key.
func (cmd *keyCreateCmd) Run(ctx context.Context, con *console) error {
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
	key, secrets, err := practices.CreateKey(ctx, audit.Operator, p, cmd.Developer, groups,
		practice.Secrets{DeveloperKey: cmd.DeveloperKey, CustomerKey: cmd.CustomerKey})
	if err != nil {
		return err
	}
	if err := listKey(ctx, practices, key); err != nil {
		fmt.Fprintf(con.err, "The key is not in the practice's own list, table apikey: %v\n", err)
	}
	fmt.Fprintf(con.out, `Key %d for %s at %q. It is shown this once; only its hash is kept.

  Authorization: ODFHIR %s/%s
`, key.Num, cmd.Developer, p.Name, secrets.DeveloperKey, secrets.CustomerKey)
	return nil
}

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
	return table.Flush()
}

type keyRevokeCmd struct {
	dataFlag
	Num int64 `arg:"" help:"The key's number, from key list."`
}

// Run revokes a key.
func (cmd *keyRevokeCmd) Run(ctx context.Context, con *console) error {
	practices, err := cmd.open(ctx)
	if err != nil {
		return err
	}
	defer practices.Close()
	key, err := practices.RevokeKey(ctx, audit.Operator, cmd.Num)
	if err != nil {
		return err
	}
	if err := unlistKey(ctx, practices, key); err != nil {
		fmt.Fprintf(con.err, "The key is still in the practice's own list, table apikey: %v\n", err)
	}
	fmt.Fprintf(con.out, "Key %d is revoked.\n", cmd.Num)
	return nil
}
