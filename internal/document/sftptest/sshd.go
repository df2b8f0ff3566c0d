// Package sftptest starts OpenSSH's own server for tests, with a configuration, keys and a user of its own, on a port
// of the loopback interface. It is not part of the program.
//
// The server takes passwords, and for that it must run as root with a user that the system knows. It gets a name
// space of its own, in which /etc/passwd and /etc/shadow have that user: the machine's files are not touched,
// and what is mounted there is gone with the server. Where name spaces are not to be had, a user is added to the
// machine for the time of the test.
package sftptest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	dice "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// The user of every server.
const (
	User     = "bwsftp"
	Password = "correct horse"
	userID   = 64123
)

// passwordHash is what crypt(3) makes of Password; no such hash opens anything outside a test.
const passwordHash = "$6$sandbox$mOY97/YRcRvqgtJPdgCpbBzXWNW4A0oXwQ6mFS3cnzkh4LBhSth/FJwJ9TDXFhE4Hi80ZtMuGkg7r5TwPVYpY0"

// Server is a running sshd.
type Server struct {
	// Address is 127.0.0.1:PORT, as an SftpAddress begins.
	Address string
	// Home is where the user's session begins.
	Home string
	// Full is a folder of Home on a disk of 1 MB; "" where there is none.
	Full string
	// Key is a private key in PEM that opens the user's account, too.
	Key string

	dir     string
	command *exec.Cmd
	log     *bytes.Buffer
}

// Start runs a server until the test ends. It skips the test, with the reason, where no server can be had:
// without root, or without Debian's openssh-server, which `make needs` installs.
func Start(t testing.TB) *Server {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("sshd takes passwords as root only")
	}
	program, err := exec.LookPath("sshd")
	if err != nil {
		if program = "/usr/sbin/sshd"; !exists(program) {
			t.Skip("there is no sshd; `make needs` installs it")
		}
	}
	s := &Server{log: new(bytes.Buffer)}
	// Not below the test's own folder, which only root may enter.
	if s.dir, err = os.MkdirTemp("", "bridgework-sftp-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(s.dir) })
	s.must(t, os.Chmod(s.dir, 0o755))
	s.Home = s.path("home")
	s.must(t, os.Mkdir(s.Home, 0o755))
	s.Full = filepath.Join(s.Home, "full")
	s.must(t, os.Mkdir(s.Full, 0o755))
	s.must(t, os.Chown(s.Home, userID, userID))
	s.must(t, os.MkdirAll("/run/sshd", 0o755)) // sshd asks for it, and makes it in no case
	s.writeKeys(t)
	s.NewHostKey(t)
	s.start(t, program)
	t.Cleanup(s.stop)
	return s
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (s *Server) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

// writeKeys makes the user's key.
func (s *Server) writeKeys(t testing.TB) {
	public, private := newKey(t)
	s.Key = private
	s.must(t, os.WriteFile(s.path("authorized_keys"), public, 0o644))
}

func newKey(t testing.TB) (public []byte, private string) {
	t.Helper()
	key, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(secret, "")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := ssh.NewPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return ssh.MarshalAuthorizedKey(parsed), string(pem.EncodeToMemory(block))
}

// NewHostKey gives the server another key from its next connection on: sshd reads it once, so it is started anew.
func (s *Server) NewHostKey(t testing.TB) {
	_, private := newKey(t)
	s.must(t, os.WriteFile(s.path("host_key"), []byte(private), 0o600))
	if s.command != nil {
		s.stop()
		s.start(t, s.command.Args[len(s.command.Args)-1])
	}
}

// freeAddress is one of this machine that nobody listens on now. Its port is below those that the kernel gives to connections, so that
// none of them takes it until sshd is there, or while it is started anew.
func freeAddress() string {
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+dice.IntN(20_000))
		if listener, err := net.Listen("tcp", address); err == nil {
			listener.Close()
			return address
		}
	}
}

func (s *Server) start(t testing.TB, program string) {
	if s.Address == "" {
		s.Address = freeAddress()
	}
	_, port, _ := net.SplitHostPort(s.Address)
	s.must(t, os.WriteFile(s.path("sshd_config"), []byte(strings.Join([]string{
		"Port " + port, "ListenAddress 127.0.0.1", "HostKey " + s.path("host_key"), "PidFile none",
		"AuthorizedKeysFile " + s.path("authorized_keys"), "StrictModes no", "UsePAM no", "PasswordAuthentication yes",
		"KbdInteractiveAuthentication no", "PermitRootLogin no", "AllowUsers " + User, "LogLevel VERBOSE",
		"Subsystem sftp internal-sftp", "ForceCommand internal-sftp", "MaxStartups 100", "UseDNS no",
	}, "\n")+"\n"), 0o600))
	script := s.prepare(t) + `exec "$1" -D -e -f "$0"`
	s.command = exec.Command("/bin/sh", "-ec", script, s.path("sshd_config"), program)
	s.command.Stderr = s.log
	s.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if canUnshare() {
		s.command.SysProcAttr.Unshareflags = syscall.CLONE_NEWNS
	}
	s.must(t, s.command.Start())
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", s.Address)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("sshd does not listen: %s", s.log)
		}
	}
}

// prepare is what is done in the server's name space before it starts.
func (s *Server) prepare(t testing.TB) string {
	account := fmt.Sprintf("%s:x:%d:%d::%s:/bin/sh\n", User, userID, userID, s.Home)
	shadow := fmt.Sprintf("%s:%s:19000:0:99999:7:::\n", User, passwordHash)
	if !canUnshare() {
		s.Full = ""
		addUser(t, s.Home)
		return ""
	}
	for name, line := range map[string]string{"passwd": account, "shadow": shadow} {
		own, err := os.ReadFile("/etc/" + name)
		s.must(t, err)
		s.must(t, os.WriteFile(s.path(name), append(own, line...), 0o644))
	}
	return fmt.Sprintf("mount --bind %s /etc/passwd; mount --bind %s /etc/shadow; mount -t tmpfs -o size=1m,uid=%d,gid=%d tmpfs %s; ",
		s.path("passwd"), s.path("shadow"), userID, userID, s.Full)
}

// canUnshare tells whether this machine gives a process name spaces of its own.
var canUnshare = sync.OnceValue(func() bool {
	command := exec.Command("/bin/sh", "-c", "mount --bind /etc/passwd /etc/passwd")
	command.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	return command.Run() == nil
})

// addUser adds the user to the machine until the test ends.
func addUser(t testing.TB, home string) {
	command := exec.Command("useradd", "--no-create-home", "--home-dir", home, "--uid", fmt.Sprint(userID), "--password", passwordHash, "--shell", "/bin/sh", User)
	if said, err := command.CombinedOutput(); err != nil && !strings.Contains(string(said), "already exists") {
		t.Skipf("there are neither name spaces nor users to be had here: %s", said)
	}
	t.Cleanup(func() {
		_ = exec.Command("userdel", User).Run()
	})
}

func (s *Server) stop() {
	if s.command.ProcessState != nil {
		return
	}
	// The sessions, too: they are of the server's process group.
	err := syscall.Kill(-s.command.Process.Pid, syscall.SIGKILL)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		panic(err)
	}
	_ = s.command.Wait()
}

// Log is what the server has said so far.
func (s *Server) Log() string { return s.log.String() }

// Write puts a file of the user's below Home.
func (s *Server) Write(t testing.TB, name string, content []byte) {
	t.Helper()
	path := filepath.Join(s.Home, name)
	for dir := filepath.Dir(path); dir != s.Home; dir = filepath.Dir(dir) {
		defer func() { s.must(t, os.Chown(dir, userID, userID)) }()
	}
	s.must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	s.must(t, os.WriteFile(path, content, 0o644))
	s.must(t, os.Chown(path, userID, userID))
}

// Read reads a file below Home.
func (s *Server) Read(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s.Home, name))
	s.must(t, err)
	return content
}

// Names lists what is in a folder below Home.
func (s *Server) Names(t testing.TB, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(s.Home, folder))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	s.must(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// ReadOnly makes a folder below Home that the user may not write.
func (s *Server) ReadOnly(t testing.TB, folder string) {
	t.Helper()
	path := filepath.Join(s.Home, folder)
	s.must(t, os.MkdirAll(path, 0o755))
	s.must(t, os.Chown(path, 0, 0))
}
