package referraltest

import (
	"context"
	"testing"

	"github.com/bridgework-dental/bridgework/internal/audit"
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/directory"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Enter puts an organisation into a hub's directory, with no services: it takes what comes. Num 0 is a new number. One that is
// there already is left as it is.
func Enter(ctx context.Context, hub *record.Book, o directory.Organisation) (num int64, err error) {
	err = hub.Write(ctx, audit.Operator, func(tx *record.Tx) error {
		if num = o.Num; num != 0 {
			rows := tx.Query("SELECT 1 FROM `organisation` WHERE `OrganisationNum` = ?", store.Int(num))
			there := rows.Next()
			if err := rows.Close(); err != nil || there {
				return err
			}
		}
		columns, values := "", ""
		args := []store.Value{store.Text(o.Name), store.Text(dental.Fold(o.Name)), store.Text(o.Address), store.Text(o.Phone), store.Bool(o.IsReferring), store.Bool(o.IsTreating), store.Bool(o.IsCentre)}
		if num != 0 {
			columns, values, args = ", `OrganisationNum`", ", ?", append(args, store.Int(num))
		}
		made, err := tx.Exec("INSERT INTO `organisation` (`Name`, `NameFold`, `Address`, `Phone`, `IsReferring`, `IsTreating`, `IsCentre`"+columns+") VALUES (?, ?, ?, ?, ?, ?, ?"+values+")", args...)
		if num == 0 {
			num = made
		}
		return err
	})
	return num, err
}

// Provider puts an organisation into the directory that treats. A number 0 is a new one.
func Provider(t testing.TB, hub *record.Book, num int64, name string) int64 {
	t.Helper()
	num, err := Enter(t.Context(), hub, directory.Organisation{Num: num, Name: name, IsTreating: true})
	if err != nil {
		t.Fatal(err)
	}
	return num
}

// Centre puts a referral centre into the directory, which is responsible for an area: the one that everything lies in at first, or
// another one, which is made.
func Centre(t testing.TB, hub *record.Book, name string, area int64) (num int64) {
	t.Helper()
	num, err := Enter(t.Context(), hub, directory.Organisation{Name: name, IsCentre: true})
	if err == nil {
		err = hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) error {
			if area == directory.Everywhere {
				return tx.Send("UPDATE `area` SET `CentreNum` = ? WHERE `AreaNum` = ?", store.Int(num), store.Int(area))
			}
			return tx.Send("INSERT INTO `area` (`AreaNum`, `Name`, `NameFold`, `CentreNum`, `Targets`, `Holidays`) VALUES (?, ?, ?, ?, '', '')",
				store.Int(area), store.Text(name), store.Text(dental.Fold(name)), store.Int(num))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return num
}

// List is a waiting list of the area that everything lies in at first.
func List(t testing.TB, hub *record.Book, name string) (num int64) {
	t.Helper()
	if err := hub.Write(t.Context(), audit.Operator, func(tx *record.Tx) (err error) {
		num, err = tx.Exec("INSERT INTO `waitinglist` (`AreaNum`, `Name`, `NameFold`, `IsOpen`) VALUES (1, ?, ?, 1)", store.Text(name), store.Text(dental.Fold(name)))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return num
}
