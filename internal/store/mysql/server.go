// Package mysql keeps databases on a server that speaks MySQL's protocol: MariaDB, which the tests
// run on, and MySQL. A database is a schema of its own.
//
// Writes go through store.GroupCommit, as on SQLite. A batch begins by counting up the schema's
// fence, which lets one writer at a time through, also from several processes, and leaves its key in
// the same commit: a commit whose answer was lost is looked up by that key, and not guessed.
package mysql

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

// Options say how a server is used. The zero value is right for production.
type Options struct {
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
}

// Server is one database server with its pool of connections.
type Server struct {
	settings settings
	pool     *pool
	kind     kind
	options  Options
	// locksReach tells that a row's lock keeps every other writer out. On a Galera cluster it does not
	// reach the other nodes, and on TiDB a single statement takes none.
	locksReach bool
}

// settings are what an address says.
type settings struct {
	driver   *driver.Config
	secure   *tls.Config // nil is without TLS
	optional bool        // TLS, if the server has it
	patient  bool        // a server that is silent is waited for
	prefix   string      // of the schemas' names
}

// How long a server is waited for.
const (
	dialTimeout = 2 * time.Second
	// A statement of ours takes milliseconds. A server that is silent for this long is gone.
	silence = 30 * time.Second
)

// collation is what texts are compared by: without regard to case and accents, as Open Dental's own
// database does.
const collation = "utf8mb4_general_ci"

// Connect opens a server by its URL, mysql://user:password@host:3306/?tls=true or
// mysql://user@localhost/?socket=/run/mysqld/mysqld.sock, and checks that it is fit to be used.
func Connect(ctx context.Context, address string, options Options) (*Server, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	settings, err := parse(address)
	if err != nil {
		return nil, err
	}
	s := &Server{settings: settings, pool: newPool(settings), options: options}
	if err := s.check(ctx); err != nil {
		s.pool.close()
		return nil, s.explain(err)
	}
	return s, nil
}

// parse turns the URL into the driver's settings, with the reason beside each that is ours.
func parse(address string) (s settings, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "mysql" || u.User == nil || u.User.Username() == "" {
		// The address holds a password, so it is not said back.
		return s, errors.New("the database address must be mysql://USER:PASSWORD@HOST:PORT/ or mysql://USER:PASSWORD@localhost/?socket=PATH")
	}
	if s.prefix = strings.Trim(u.Path, "/"); s.prefix == "" {
		s.prefix = defaultPrefix
	}
	if !plainPrefix.MatchString(s.prefix) {
		return s, errors.New("the path of the database address is the prefix of the schemas' names: at most 30 letters, digits and underscores")
	}
	config := driver.NewConfig()
	s.driver = config
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.Net, config.Addr = "tcp", u.Host
	if u.Port() == "" {
		config.Addr += ":3306"
	}
	if err := s.setParameters(u); err != nil {
		return s, err
	}
	config.Collation = collation
	config.Logger = &driver.NopLogger{}                        // what goes wrong is returned, and said once by whoever asked
	config.ClientFoundRows = true                              // an update that changes nothing has found its row all the same
	config.Timeout, config.WriteTimeout = dialTimeout, silence // and wire sees to what is read
	// Held-back statements go to the server together with the next one, with their arguments in the
	// text; see conn.hold. Nobody but this package writes a statement.
	config.MultiStatements, config.InterpolateParams = true, true
	config.Params = map[string]string{
		"autocommit": "1",
		// A lock that is not had by then is a lost race, and the write is run again.
		"innodb_lock_wait_timeout": "5",
		// Our writes are checked before; what slips through is refused and not cut.
		"sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES'",
		// Stamps come from our clock alone; nothing may depend on the server's.
		"time_zone": "'+00:00'",
	}
	return s, nil
}

// setParameters reads what stands behind the question mark.
func (s *settings) setParameters(u *url.URL) error {
	query := u.Query()
	for name := range query {
		value := query.Get(name)
		switch {
		case name == "socket":
			s.driver.Net, s.driver.Addr = "unix", value
		case name == "tls" && value == "true":
			roots, err := authorities(query.Get("ca"))
			if err != nil {
				return err
			}
			s.secure = &tls.Config{RootCAs: roots, ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
		case name == "tls" && (value == "skip-verify" || value == "preferred"):
			// Encrypted, and whoever answers is believed to be the server: the operator asks for that by name.
			s.secure = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
			s.optional = value == "preferred"
		case name == "ca" && query.Get("tls") == "true":
		default:
			return fmt.Errorf("%q is not a parameter of the database address that can be used so; there are socket=PATH, tls=true, tls=skip-verify, tls=preferred, and ca=PATH along with tls=true", name)
		}
	}
	return nil
}

// authorities reads the certificates of those who may vouch for a server; nil are the system's.
func authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the certificate that ca names cannot be read: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s, which ca names, holds no PEM certificate", path)
	}
	return roots, nil
}

// defaultPrefix begins the schemas' names where the address has no path.
const defaultPrefix = "bridgework"

var plainPrefix = regexp.MustCompile(`^[A-Za-z0-9_]{1,30}$`)

// Prefix begins the names of the schemas that belong to this installation: the path of the address.
func (s *Server) Prefix() string { return s.settings.prefix }

// check refuses a server that would answer differently, in words that say what to do.
func (s *Server) check(ctx context.Context) error {
	return s.with(ctx, "", func(c *conn) error {
		rows := c.Query("SELECT VERSION(), @@default_storage_engine")
		var version, engine string
		if rows.Next() {
			version, engine = string(rows.Text(0)), string(rows.Text(1))
		}
		if err := rows.Close(); err != nil {
			return err
		}
		s.kind = kindOf(version)
		if oldest := s.kind.oldest(); numberOf(version) < oldest {
			return fmt.Errorf("the database server is %s %s; Bridgework needs %.1f or later", s.kind, version, oldest)
		}
		if engine != "InnoDB" {
			return fmt.Errorf("the database server makes %s tables, which have no transactions; set default_storage_engine=InnoDB", engine)
		}
		s.locksReach = s.kind == mySQL
		if s.kind == mariaDB {
			rows := c.Query("SELECT @@wsrep_on")
			s.locksReach = rows.Next() && rows.Int(0) == 0
			return rows.Close()
		}
		return nil
	})
}

// with calls fn with a connection that uses the schema.
func (s *Server) with(ctx context.Context, schema string, fn func(*conn) error) error {
	c, err := s.pool.take(ctx, schema)
	if err != nil {
		return err
	}
	defer s.pool.give(c)
	c.ctx = ctx
	return fn(c)
}

// numberOf reads 10.11 of "10.11.14-MariaDB" as a number whose order is that of the versions: minor
// numbers up to 99 count as hundredths.
func numberOf(version string) float64 {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return 0
	}
	major, _ := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[1])
	if minor < 10 {
		return float64(major) + float64(minor)/10
	}
	return float64(major) + 0.9 + float64(minor)/1000
}

// explain turns errors of the server into what the operator can do about them.
func (s *Server) explain(err error) error {
	var lost lostConnection
	switch {
	case hasCode(err, codeAccessDenied, codeAccessDeniedPlugin):
		return fmt.Errorf("the database server refuses the user or the password: %w", err)
	case hasCode(err, codeNoRight, codeNoTableRight, codeNoSpecialRight):
		return fmt.Errorf("the database user lacks a right; it needs ALL PRIVILEGES on `%s%%`.*: %w", s.settings.prefix, err)
	case errors.As(err, &lost):
		return fmt.Errorf("the database server cannot be reached: %w", err)
	}
	return err
}

// Close closes the pool. Every database that was opened must be closed before.
func (s *Server) Close() error { return s.pool.close() }
