package document

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// Login is how a caller logs in to an SFTP server. It is used for one call, and neither stored nor logged.
type Login struct {
	User string
	// Password is the password, or a private key in PEM without a passphrase.
	Password string
}

// Site is an open session with an SFTP server. Its errors are faults of the field SftpAddress, SftpUsername or
// SftpPassword. One transfer runs at a time.
type Site struct {
	shelf   *Shelf
	egress  Egress
	address Address
	login   Login
	ctx     context.Context

	client *sftp.Client
	ssh    *ssh.Client
	conn   *idleConn
	stop   func()   // what belongs to the connection
	left   []string // temporary files that a cut connection has left there
}

// The field of the caller's that a fault is of.
const (
	fieldAddress  = "SftpAddress"
	fieldUser     = "SftpUsername"
	fieldPassword = "SftpPassword"
)

// loginTime is how long a server may take from the connection to the end of the login.
const loginTime = 20 * time.Second

// attempts is how often a connection is tried, or a transfer that can be repeated.
const attempts = 3

// DialSite opens a session. A server that cannot be reached is tried again; one that turns the login down, or
// whose key has changed, is not. ctx ends the session at once.
func (s *Shelf) DialSite(ctx context.Context, egress Egress, address Address, login Login) (*Site, error) {
	site := &Site{shelf: s, egress: egress, address: address, login: login, ctx: ctx}
	return site, site.connect()
}

// Put writes a file to an SFTP server: write is called once, with what becomes the file. It is for callers that
// make a file as they send it.
func (s *Shelf) Put(ctx context.Context, egress Egress, address Address, login Login, write func(io.Writer) error) error {
	site, err := s.DialSite(ctx, egress, address, login)
	if err != nil {
		return err
	}
	defer site.Close()
	return site.put(address.Path, write)
}

func (s *Site) connect() error {
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			select {
			case <-time.After(time.Duration(attempt*attempt) * 250 * time.Millisecond):
			case <-s.ctx.Done():
				return s.ctx.Err()
			}
		}
		if err = s.connectOnce(); err == nil || !isPassing(err) {
			return err
		}
	}
	return err
}

// passing is a failure of the network, that may be gone the next time.
type passing struct{ error }

func (p passing) Unwrap() error { return p.error }

func isPassing(err error) bool {
	var p passing
	return errors.As(err, &p)
}

func (s *Site) connectOnce() (err error) {
	conn, err := s.egress.Dial(s.ctx, "tcp", s.address.hostPort())
	if err != nil {
		return s.unreachable(err)
	}
	idle := &idleConn{Conn: conn, idle: s.shelf.Room.options.Idle}
	stop := context.AfterFunc(s.ctx, func() { conn.Close() })
	// A server that says something now and then is not silent, and must let the user in all the same.
	late := time.AfterFunc(loginTime, func() { conn.Close() })
	defer late.Stop()
	defer func() {
		if err != nil {
			stop()
			conn.Close()
		}
	}()
	pinned, err := s.shelf.hostKey(s.ctx, s.address.hostPort())
	if err != nil {
		return err
	}
	config, met, err := s.config(pinned)
	if err != nil {
		return err
	}
	transport, channels, requests, err := ssh.NewClientConn(idle, s.address.hostPort(), config)
	if err != nil {
		return s.refused(err, pinned, *met)
	}
	client := ssh.NewClient(transport, channels, requests)
	if pinned == nil {
		if err := s.shelf.pin(s.ctx, s.address.hostPort(), *met); err != nil {
			return err
		}
	}
	files, err := sftp.NewClient(client, sftp.UseConcurrentWrites(true), sftp.UseConcurrentReads(true))
	if err != nil {
		return passing{invalid(fieldAddress, "%s: the server takes the login, and offers no SFTP", fieldAddress)}
	}
	stopProbing := s.probe(client)
	s.conn, s.ssh, s.client, s.stop = idle, client, files, func() { stop(); stopProbing() }
	return nil
}

// config has the login, and pins the host's key: where it is known, no other is asked for.
func (s *Site) config(pinned ssh.PublicKey) (*ssh.ClientConfig, *ssh.PublicKey, error) {
	met := new(ssh.PublicKey)
	config := &ssh.ClientConfig{
		User:          s.login.User,
		ClientVersion: "SSH-2.0-Bridgework",
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			*met = key
			if pinned != nil && string(key.Marshal()) != string(pinned.Marshal()) {
				return errOtherKey
			}
			return nil
		},
	}
	if pinned != nil {
		config.HostKeyAlgorithms = []string{pinned.Type()}
		if pinned.Type() == ssh.KeyAlgoRSA {
			config.HostKeyAlgorithms = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
		}
	}
	if strings.HasPrefix(strings.TrimSpace(s.login.Password), "-----BEGIN ") {
		signer, err := ssh.ParsePrivateKey([]byte(s.login.Password))
		if err != nil {
			return nil, nil, invalid(fieldPassword, "%s is no private key that can be read; it must be in PEM and have no passphrase", fieldPassword)
		}
		config.Auth = []ssh.AuthMethod{ssh.PublicKeys(signer)}
		return config, met, nil
	}
	config.Auth = []ssh.AuthMethod{
		ssh.Password(s.login.Password),
		ssh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range answers {
				answers[i] = s.login.Password
			}
			return answers, nil
		}),
	}
	return config, met, nil
}

var errOtherKey = errors.New("the host's key is another than the pinned one")

func (s *Site) unreachable(err error) error {
	var dns *net.DNSError
	switch {
	case errors.Is(err, errNotAllowed):
		return invalid(fieldAddress, "%s: this practice's settings do not allow to connect to %s", fieldAddress, s.address.Host)
	case errors.As(err, &dns) && dns.IsNotFound:
		return invalid(fieldAddress, "%s: there is no host %s", fieldAddress, s.address.Host)
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	default:
		return passing{s.fail(err, "%s: %s cannot be reached", fieldAddress, s.address.hostPort())}
	}
}

// fail is a fault of the address whose cause is kept for the log.
func (s *Site) fail(err error, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &fault.Fault{Kind: fault.Invalid, Text: text, Fields: []fault.Field{{Name: fieldAddress, Text: text}}, Err: err}
}

// refused explains a handshake that failed.
func (s *Site) refused(err error, pinned, met ssh.PublicKey) error {
	var negotiation *ssh.AlgorithmNegotiationError
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case errors.Is(err, errOtherKey):
		return s.fail(err, "%s: the key of %s has changed: it was %s and is %s. If this is right, the operator of this server can forget the old one with `bridgework practice hostkeys --forget %s`",
			fieldAddress, s.address.hostPort(), ssh.FingerprintSHA256(pinned), ssh.FingerprintSHA256(met), s.address.hostPort())
	case errors.As(err, &negotiation) && pinned != nil:
		return s.fail(err, "%s: the key of %s has changed: it was %s, and the server has no such kind of key any more. If this is right, the operator of this server can forget the old one with `bridgework practice hostkeys --forget %s`",
			fieldAddress, s.address.hostPort(), ssh.FingerprintSHA256(pinned), s.address.hostPort())
	case errors.As(err, &negotiation):
		return s.fail(err, "%s: the server speaks no kind of SSH that is safe", fieldAddress)
	case met != nil && strings.Contains(err.Error(), "unable to authenticate"):
		// The library has no error of its own for a login that was turned down.
		return invalid(fieldPassword, "%s: the server does not let %s in with this %s", fieldUser, "the user", fieldPassword)
	default:
		return passing{s.fail(err, "%s: %s broke the connection off before the login", fieldAddress, s.address.hostPort())}
	}
}

// Close ends the session. It does not wait for a server that does not answer.
func (s *Site) Close() {
	if s.client == nil {
		return
	}
	s.stop()
	s.conn.SetDeadline(time.Now().Add(time.Second))
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.client.Close()
		s.ssh.Close()
	}()
	select {
	case <-closed:
	case <-time.After(2 * time.Second):
	}
	s.conn.Close()
	s.client = nil
}

// PutFile writes a file from its beginning, and again over a new connection when the old one was cut.
func (s *Site) PutFile(remote string, source io.ReadSeeker) error {
	return s.repeatedly(func() error {
		if _, err := source.Seek(0, io.SeekStart); err != nil {
			return err
		}
		return s.put(remote, func(w io.Writer) error {
			_, err := io.CopyBuffer(w, onlyReader{source}, make([]byte, bufferSize))
			return err
		})
	})
}

// onlyReader hides that a file could write itself, so that the buffer is used.
type onlyReader struct{ io.Reader }

// repeatedly runs a transfer that can be repeated.
func (s *Site) repeatedly(transfer func() error) error {
	for attempt := 1; ; attempt++ {
		err := transfer()
		if err == nil || !isPassing(err) || attempt == attempts || s.ctx.Err() != nil {
			return err
		}
		s.Close()
		if err := s.connect(); err != nil {
			return err
		}
		for _, temporary := range s.left {
			s.client.Remove(temporary) // it may be gone
		}
		s.left = nil
	}
}

// put writes to a temporary name beside the file, and renames it when it is whole.
func (s *Site) put(remote string, write func(io.Writer) error) (err error) {
	folder := path.Dir(remote)
	if folder != "." && folder != "/" {
		if err := s.client.MkdirAll(folder); err != nil {
			return s.explain(err, "make the folder")
		}
	}
	temporary := path.Join(folder, ".bridgework-"+rand.Text()[:12]+".part")
	file, err := s.client.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY)
	if err != nil {
		return s.explain(err, "write a file there")
	}
	defer func() {
		switch {
		case err == nil:
		case s.ctx.Err() == nil && !isPassing(err):
			s.client.Remove(temporary)
		default:
			s.left = append(s.left, temporary)
		}
	}()
	size, err := s.send(file, write)
	if err == nil && s.has("fsync@openssh.com") {
		err = s.explain(file.Sync(), "write the file")
	}
	if closed := file.Close(); err == nil {
		err = s.explain(closed, "write the file")
	}
	if err != nil {
		return err
	}
	info, err := s.client.Stat(temporary)
	if err != nil {
		return s.explain(err, "write the file")
	}
	if info.Size() != size {
		return s.fail(nil, "%s: the server has stored %d of %d bytes", fieldAddress, info.Size(), size)
	}
	if s.has("posix-rename@openssh.com") {
		return s.explain(s.client.PosixRename(temporary, remote), "replace the file")
	}
	if _, err := s.client.Stat(remote); err == nil {
		if err := s.client.Remove(remote); err != nil {
			return s.explain(err, "replace the file")
		}
	}
	return s.explain(s.client.Rename(temporary, remote), "replace the file")
}

func (s *Site) has(extension string) bool {
	_, has := s.client.HasExtension(extension)
	return has
}

// send connects what is written with the many writes that are under way at a time. An error of write comes back as it
// is, and one of the server explained.
func (s *Site) send(file *sftp.File, write func(io.Writer) error) (size int64, err error) {
	reader, writer := io.Pipe()
	var made error
	var all sync.WaitGroup
	all.Go(func() {
		// What is made row by row does not pay for each row's way through the pipe.
		buffered := bufio.NewWriterSize(writer, bufferSize)
		if made = write(buffered); made == nil {
			made = buffered.Flush()
		}
		if made == nil {
			writer.Close()
		} else {
			writer.CloseWithError(errNotMade)
		}
	})
	size, err = file.ReadFromWithConcurrency(reader, 64)
	reader.CloseWithError(errNotSent)
	all.Wait()
	switch {
	case err != nil && !errors.Is(err, errNotMade):
		return size, s.explain(err, "write the file")
	case made != nil:
		return size, made
	default:
		return size, nil
	}
}

var (
	errNotMade = errors.New("the file could not be made")
	errNotSent = errors.New("the file could not be sent")
)

// GetFile reads a file of at most limit bytes. read is called with its content and reads all of it; when the connection
// was cut it is called again, from the beginning.
func (s *Site) GetFile(remote string, limit int64, read func(r io.Reader) error) error {
	return s.repeatedly(func() error {
		file, err := s.client.Open(remote)
		if err != nil {
			return s.explain(err, "open the file")
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return s.explain(err, "open the file")
		}
		if info.IsDir() {
			return invalid(fieldAddress, "%s must be the full path of a file, and not of a folder", fieldAddress)
		}
		if info.Size() > limit {
			return fault.New(fault.TooLarge, "The file is longer than %d bytes", limit)
		}
		reader, writer := io.Pipe()
		var all sync.WaitGroup
		var sent error
		all.Go(func() {
			_, sent = file.WriteTo(writer)
			if sent == nil {
				writer.Close()
			} else {
				writer.CloseWithError(errNotSent)
			}
		})
		counted := &counter{source: reader}
		err = read(counted)
		reader.CloseWithError(errNotMade)
		all.Wait()
		switch {
		case sent != nil && !errors.Is(sent, errNotMade):
			return s.explain(sent, "read the file")
		case err != nil:
			return err
		case counted.n != info.Size():
			return passing{s.fail(nil, "%s: the server has sent %d of %d bytes", fieldAddress, counted.n, info.Size())}
		default:
			return nil
		}
	})
}

type counter struct {
	source io.Reader
	n      int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.source.Read(p)
	c.n += int64(n)
	return n, err
}

// probe asks the server now and then whether it is there, so that one that is silent because nothing is asked of it
// is told from one that is gone.
func (s *Site) probe(client *ssh.Client) (stop func()) {
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(s.shelf.Room.options.Idle / 3)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				// Any answer will do, and so will a refusal.
				if _, _, err := client.SendRequest("keepalive@openssh.com", true, nil); err != nil {
					return
				}
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}

// explain makes a fault of what a server says, or of its silence. doing is what it was asked to do.
func (s *Site) explain(err error, doing string) error {
	var status *sftp.StatusError
	switch {
	case err == nil:
		return nil
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case errors.Is(err, os.ErrNotExist):
		return s.fail(err, "%s: there is no such file or folder on the server", fieldAddress)
	case errors.Is(err, os.ErrPermission):
		return s.fail(err, "%s: the user has no permission to %s", fieldAddress, doing)
	case errors.As(err, &status):
		return s.fail(err, "%s: the server could not %s; its disk may be full, or the name one that it does not take", fieldAddress, doing)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return passing{s.fail(err, "%s: the server was silent for %s", fieldAddress, s.shelf.Room.options.Idle)}
	case errors.Is(err, sftp.ErrSSHFxConnectionLost), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return passing{s.fail(err, "%s: the connection was cut before the server could %s", fieldAddress, doing)}
	default:
		return s.fail(err, "%s: the server could not %s", fieldAddress, doing)
	}
}

// idleConn ends a connection over which nothing comes or goes for a while.
type idleConn struct {
	net.Conn
	idle time.Duration
}

// Read implements net.Conn.
func (c *idleConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn.
func (c *idleConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
