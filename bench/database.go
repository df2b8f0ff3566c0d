//go:build linux

package main

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// database is a private MariaDB of the benchmark: on a socket, durable at each commit, in a
// temporary folder.
type database struct {
	maria   *storetest.MariaDB
	pid     int
	version string
}

// startDatabase starts a MariaDB whose folder is made in dir, or where the system has temporary
// ones.
func startDatabase(dir string) (*database, error) {
	if dir != "" {
		// The server's folder goes where temporary ones go.
		if err := os.Setenv("TMPDIR", dir); err != nil {
			return nil, err
		}
	}
	maria, err := storetest.StartMariaDB()
	if err != nil {
		return nil, err
	}
	d := &database{maria: maria}
	if err := d.ask(); err != nil {
		maria.Remove()
		return nil, err
	}
	return d, nil
}

// ask asks the server who it is.
func (d *database) ask() error {
	db, err := openMariaDB(d.url(), "", 1)
	if err != nil {
		return err
	}
	defer db.Close()
	var pidFile string
	if err := db.QueryRow("SELECT VERSION(), @@pid_file").Scan(&d.version, &pidFile); err != nil {
		return err
	}
	text, err := os.ReadFile(pidFile)
	if err != nil {
		return err
	}
	d.pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
	return err
}

func (d *database) url() string { return d.maria.URL() }

func (d *database) remove() { d.maria.Remove() }

// cpu is what the server has spent so far.
func (d *database) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", d.pid))
	if err != nil {
		return 0, err
	}
	// The name of the program, in parentheses, may hold anything.
	_, numbers, found := strings.Cut(string(text), ") ")
	words := strings.Fields(numbers)
	const user, system = 14 - 3, 15 - 3 // proc_pid_stat(5) counts from 1, and the state is its third
	if !found || len(words) <= system {
		return 0, errors.New("the kernel does not tell what mariadbd has spent")
	}
	var ticks int
	for _, word := range []string{words[user], words[system]} {
		n, err := strconv.Atoi(word)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// openMariaDB opens a schema through database/sql, with the product's settings of a connection. As
// many connections as may be open are kept.
func openMariaDB(address, schema string, connections int) (*sql.DB, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	config := mysql.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.Net, config.Addr = "unix", u.Query().Get("socket")
	config.DBName = schema
	config.Collation = "utf8mb4_general_ci"
	config.ClientFoundRows = true
	config.Params = map[string]string{
		"sql_mode":  "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES'",
		"time_zone": "'+00:00'",
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}
