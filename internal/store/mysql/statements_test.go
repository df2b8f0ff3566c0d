package mysql

import (
	"testing"

	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// BenchmarkAMessage measures what one message to the server costs with each kind of statement that a
// POST is made of. It is where the limit of a POST on a server comes from.
func BenchmarkAMessage(b *testing.B) {
	server := connect(b, storetest.Shared(b).URL(), nil)
	schema := storetest.NewSchema()
	openSchema(b, server, schema, store.PracticeMigrations())
	query := func(c *conn, text string, args ...store.Value) error {
		rows := c.Query(text, args...)
		for rows.Next() {
		}
		return rows.Close()
	}
	const insert = "INSERT INTO `rowchange` (`ChangedAt`, `AuditNum`, `TableName`, `RowNum`, `Kind`, `ColumnNames`) VALUES (?, 1, 'refattach', 1, 'create', '')"
	at := store.Text("2026-01-02 03:04:05")
	for _, message := range []struct {
		name string
		send func(c *conn) error
	}{
		{"nothing", func(c *conn) error { return query(c, "SELECT 1") }},
		{"nothing along with a held-back nothing", func(c *conn) error { c.hold("DO 0"); return query(c, "SELECT 1") }},
		{"a row by its key", func(c *conn) error {
			return query(c, "SELECT `LName` FROM `patient` WHERE `PatNum` = ?", store.Int(1))
		}},
		{"whether two rows exist", func(c *conn) error {
			return query(c, "SELECT EXISTS (SELECT 1 FROM `patient` WHERE `PatNum` = ?), EXISTS (SELECT 1 FROM `referral` WHERE `ReferralNum` = ?)", store.Int(1), store.Int(1))
		}},
		{"a new row", func(c *conn) error { _, err := c.Exec(insert, at); return err }},
		{"nothing along with a held-back new row", func(c *conn) error { c.hold(insert, at); return query(c, "SELECT 1") }},
	} {
		b.Run(message.name, func(b *testing.B) {
			err := server.with(b.Context(), schema, func(c *conn) error {
				if err := c.execText("START TRANSACTION"); err != nil {
					return err
				}
				for b.Loop() {
					if err := message.send(c); err != nil {
						return err
					}
				}
				return c.execText("ROLLBACK")
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
