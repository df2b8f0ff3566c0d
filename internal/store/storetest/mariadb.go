package storetest

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

// MariaDB is a private server: its own data folder, a socket, no network.
type MariaDB struct {
	dir       string
	arguments []string
	command   *exec.Cmd
	exited    chan struct{}
}

var (
	shared     *MariaDB
	sharedErr  error
	sharedOnce sync.Once
	schemas    atomic.Int64
)

// Shared is the server of a test run, started when it is first asked for. It is an error, and not a
// reason to skip, that it is not installed: `make needs` installs it.
func Shared(t testing.TB) *MariaDB {
	t.Helper()
	// The tables of hundreds of schemas share one file: each in a file of its own, most of them empty, they take several
	// times the memory that the folder is in.
	sharedOnce.Do(func() { shared, sharedErr = start(memoryDir(), "--innodb-file-per-table=OFF") })
	if sharedErr != nil {
		t.Fatal(sharedErr)
	}
	return shared
}

// StopShared ends the server of the test run; TestMain calls it.
func StopShared() {
	if shared != nil {
		shared.Remove()
	}
}

// NewSchema is a name that no other test has.
func NewSchema() string { return fmt.Sprintf("bridgework_%d_%d", os.Getpid(), schemas.Add(1)) }

// memoryDir is a folder in memory where there is one: a schema per test is hundreds of files, which a
// disk takes four times as long for. The end of a process, however hard, loses nothing there either.
func memoryDir() string {
	const shared = "/dev/shm"
	probe, err := os.MkdirTemp(shared, "bridgework-probe-")
	if err != nil {
		return ""
	}
	os.Remove(probe)
	return shared
}

// StartMariaDB installs a server into a folder of its own, on disk, and starts it. The
// arguments are added to the server's own.
func StartMariaDB(arguments ...string) (*MariaDB, error) { return start("", arguments...) }

func start(parent string, arguments ...string) (*MariaDB, error) {
	if _, err := exec.LookPath("mariadbd"); err != nil {
		return nil, errors.New("mariadbd is not installed; `make needs` installs Debian's mariadb-server-core")
	}
	dir, err := os.MkdirTemp(parent, "bridgework-mariadb-")
	if err != nil {
		return nil, err
	}
	m := &MariaDB{dir: dir, arguments: arguments}
	if err := m.install(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	if err := m.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return m, nil
}

// URL is the server's address as Connect takes it.
func (m *MariaDB) URL() string { return m.Location("") }

// Location is the server's address with a prefix for the schemas' names.
func (m *MariaDB) Location(prefix string) string {
	return "mysql://bridgework:bridgework@localhost/" + prefix + "?socket=" + url.QueryEscape(m.socket())
}

func (m *MariaDB) socket() string { return filepath.Join(m.dir, "mysqld.sock") }
func (m *MariaDB) data() string   { return filepath.Join(m.dir, "data") }

// Schemas are the schemas whose names begin with a prefix.
func (m *MariaDB) Schemas(prefix string) []string {
	found, err := filepath.Glob(filepath.Join(m.data(), prefix+"*"))
	if err != nil {
		return nil
	}
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	return found
}

// as runs a program as the server's own user: as root it refuses to run.
func (m *MariaDB) as(program string, args ...string) *exec.Cmd {
	command := exec.Command(program, args...)
	command.Dir = m.dir
	command.Env = append(os.Environ(), "HOME="+m.dir, "TMPDIR="+m.dir)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 {
		command.SysProcAttr.Credential = m.owner()
	}
	return command
}

func (m *MariaDB) owner() *syscall.Credential {
	found, err := user.Lookup("mysql")
	if err != nil {
		found, err = user.Lookup("nobody") // without Debian's service there is no user of its own
	}
	if err != nil {
		return nil
	}
	var uid, gid uint32
	fmt.Sscan(found.Uid, &uid)
	fmt.Sscan(found.Gid, &gid)
	return &syscall.Credential{Uid: uid, Gid: gid}
}

func (m *MariaDB) install() error {
	if os.Getuid() == 0 {
		owner := m.owner()
		if owner == nil {
			return errors.New("there is neither a user mysql nor nobody, and mariadbd does not run as root")
		}
		if err := os.Chown(m.dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	output, err := m.as("mariadb-install-db", "--no-defaults", "--datadir="+m.data(), "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve").CombinedOutput()
	if err != nil {
		return fmt.Errorf("mariadb-install-db: %w\n%s", err, output)
	}
	const account = "CREATE USER IF NOT EXISTS bridgework@localhost IDENTIFIED BY 'bridgework';\nGRANT ALL ON `bridgework%`.* TO bridgework@localhost;\n"
	return os.WriteFile(filepath.Join(m.dir, "account.sql"), []byte(account), 0o644)
}

// Start starts the server and waits until it takes connections.
func (m *MariaDB) Start() error {
	log, err := os.OpenFile(filepath.Join(m.dir, "mariadbd.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	m.command = m.as("mariadbd", append([]string{"--no-defaults", "--datadir=" + m.data(), "--socket=" + m.socket(), "--pid-file=" + filepath.Join(m.dir, "pid"),
		"--skip-networking", "--init-file=" + filepath.Join(m.dir, "account.sql"), "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=64M",
		"--innodb-flush-log-at-trx-commit=1", "--max-connections=500", "--skip-name-resolve", "--tmpdir=" + m.dir}, m.arguments...)...)
	m.command.Stdout, m.command.Stderr = log, log
	if err := m.command.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	m.exited = exited
	go func(command *exec.Cmd) { command.Wait(); close(exited) }(m.command)
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if m.answers() {
			return nil
		}
		select {
		case <-exited:
			text, _ := os.ReadFile(filepath.Join(m.dir, "mariadbd.log"))
			return fmt.Errorf("mariadbd ended:\n%s", text)
		default:
		}
	}
	return errors.New("mariadbd does not start within a minute")
}

func (m *MariaDB) answers() bool {
	config := mysql.NewConfig()
	config.User, config.Passwd, config.Net, config.Addr = "bridgework", "bridgework", "unix", m.socket()
	config.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return false
	}
	pool := sql.OpenDB(connector)
	defer pool.Close()
	return pool.Ping() == nil
}

// Kill ends the server as a crash does, and waits until it is gone.
func (m *MariaDB) Kill() {
	m.command.Process.Kill()
	<-m.exited
}

// Remove ends the server and removes its folder.
func (m *MariaDB) Remove() {
	m.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-m.exited:
	case <-time.After(20 * time.Second):
		m.Kill()
	}
	os.RemoveAll(m.dir)
}
