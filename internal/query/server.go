package query

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query/builtin"
	"github.com/bridgework-dental/bridgework/internal/query/rewrite"
	store "github.com/bridgework-dental/bridgework/internal/store/mysql"
)

// serverOf finds the connections to a practice's schema; they end with the database.
func (r *Room) serverOf(db *store.DB) (*sql.DB, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.servers[db]; s != nil {
		return s, nil
	}
	connector, err := db.Reader(r.options.User, r.options.Password, r.limits.Time+5*time.Second)
	if err != nil {
		return nil, err
	}
	s := sql.OpenDB(connector)
	s.SetMaxIdleConns(2)
	s.SetConnMaxIdleTime(time.Minute)
	s.SetMaxOpenConns(16)
	r.servers[db] = s
	db.BeforeClose(func() {
		r.mu.Lock()
		delete(r.servers, db)
		r.mu.Unlock()
		s.Close()
	})
	return s, nil
}

// runServer runs a plan on a server: the trees as they were understood, written out anew, and never the
// caller's text. A command without temporary tables runs in a transaction that the server keeps from
// writing; one with them runs with the rights that the user has.
func (r *Room) runServer(ctx context.Context, db *store.DB, plan *rewrite.Command, sink Sink) error {
	server, err := r.serverOf(db)
	if err != nil {
		return err
	}
	c, err := server.Conn(ctx)
	if err != nil {
		return translateServer(err)
	}
	defer c.Close()
	keep := false
	defer func() {
		if !keep {
			// Tables and variables of the command's own end with the connection.
			_ = c.Raw(func(any) error { return driver.ErrBadConn })
		}
	}()
	var id int64
	if err := c.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&id); err != nil {
		return translateServer(err)
	}
	// The end of a context closes the connection; the server would go on until it wants to answer.
	stop := context.AfterFunc(ctx, func() { kill(server, id) })
	defer stop()
	now := r.options.Clock()
	_, offset := now.Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	prepare := []string{
		fmt.Sprintf("SET timestamp = %d, time_zone = '%c%02d:%02d'", now.Unix(), sign, offset/3600, offset/60%60),
		fmt.Sprintf("SET max_statement_time = %.3f", r.limits.Time.Seconds()),
	}
	if !plan.Temporary {
		prepare = append(prepare, "START TRANSACTION READ ONLY")
	}
	for _, s := range prepare {
		if _, err := c.ExecContext(ctx, s); err != nil && !isUnknownVariable(err) {
			return translateServer(err)
		}
	}
	reusable := !plan.Temporary
	for i := range plan.Steps {
		step := &plan.Steps[i]
		reusable = reusable && step.Quiet
		switch {
		case i == plan.Answer && step.Native == "":
			err = giveRows(step, sink)
		case i == plan.Answer:
			err = serverAnswer(ctx, c, step, sink)
		case step.Native != "" && !step.Quiet:
			_, err = c.ExecContext(ctx, nativeText(step))
		}
		if err != nil {
			return translateServer(err)
		}
	}
	if plan.Answer < 0 {
		err = sink.Columns(nil)
	}
	if reusable && err == nil {
		_, err = c.ExecContext(ctx, "ROLLBACK")
		keep = err == nil
	}
	return err
}

// kill ends what a connection runs.
func kill(server *sql.DB, id int64) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, _ = server.ExecContext(ctx, fmt.Sprintf("KILL %d", id)) // it may have ended by itself
}

// nativeText is a step's statement with the catalogue's rows in the place of information_schema's.
func nativeText(step *rewrite.Step) string {
	text := step.Native
	for _, table := range []string{"tables", "columns"} {
		if mark := "`" + rewrite.InformationMark + table + "`"; strings.Contains(text, mark) {
			text = strings.ReplaceAll(text, mark, rewrite.InformationTable(table, Schema))
		}
	}
	return text
}

func serverAnswer(ctx context.Context, c *sql.Conn, step *rewrite.Step, sink Sink) error {
	return c.Raw(func(raw any) error {
		rows, err := raw.(driver.QueryerContext).QueryContext(ctx, nativeText(step), nil)
		if err != nil {
			return err
		}
		defer rows.Close()
		if err := sink.Columns(step.Columns); err != nil {
			return err
		}
		values := make([]driver.Value, len(rows.Columns()))
		if len(values) != len(step.Columns) {
			return fmt.Errorf("query: the server answers %d columns, and %d were understood", len(values), len(step.Columns))
		}
		cells := make([]Cell, len(values))
		for {
			switch err := rows.Next(values); {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return err
			}
			for i, v := range values {
				cells[i].take(v, step.Columns[i].Type)
			}
			if err := sink.Row(cells); err == ErrEnough {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
}

// take keeps a value of the driver's as the server printed it.
func (cell *Cell) take(v driver.Value, t rewrite.Type) {
	cell.Null = v == nil
	cell.Text = cell.Text[:0]
	switch v := v.(type) {
	case []byte:
		cell.Text = append(cell.Text, v...)
	case string:
		cell.Text = append(cell.Text, v...)
	case int64:
		cell.Text = strconv.AppendInt(cell.Text, v, 10)
	case uint64:
		cell.Text = strconv.AppendUint(cell.Text, v, 10)
	case float32:
		cell.Text = append(cell.Text, builtin.FormatFloat(float64(v))...)
	case float64:
		if t.Kind == rewrite.Double && t.Scale < 31 {
			cell.Text = strconv.AppendFloat(cell.Text, v, 'f', t.Scale, 64)
			break
		}
		cell.Text = append(cell.Text, builtin.FormatDouble(v)...)
	}
}

func isUnknownVariable(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && e.Number == 1193 // MySQL knows no max_statement_time; our own timer ends it
}

// translateServer turns the server's errors into faults. What it says of a statement is about what the
// caller sent.
func translateServer(err error) error {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Number {
	case 1142, 1143, 1227, 1044, 1370, 1792: // no right, or a transaction that only reads
		return fault.Wrap(fault.Forbidden, err, "Query is not read-only or is not executing on temporary tables")
	case 1969, 3024, 1317: // max_statement_time, max_execution_time, killed
		return ErrTime
	case 1114, 1021:
		return fault.Wrap(fault.Invalid, err, "The temporary tables of the query are larger than allowed")
	case 1040, 1203, 1226:
		return fault.Wrap(fault.Busy, err, "The database server is busy; try again")
	}
	return fault.Wrap(fault.Invalid, err, fmt.Sprintf("The database server refuses the statement (error %d)", e.Number))
}
