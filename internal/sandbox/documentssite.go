package sandbox

import (
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"path"
	"sync"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// The SFTP site of the documents' examples, which name it as a developer would his own.
const (
	SiteHost     = "MySftpSite"
	SiteUser     = "myUsername"
	SitePassword = "myPassword"
)

// Site is an SFTP site that keeps its files in memory, so that the examples that send and fetch files work as they are
// printed. It listens on the loopback interface; the login opens nothing else.
type Site struct {
	// Address is where it listens.
	Address string

	listener net.Listener
	files    sftp.Handlers
	sessions sync.WaitGroup
	mu       sync.Mutex
	open     map[net.Conn]bool
}

// siteKey is the site's own: it is known to everybody, as the password is.
var siteKey = sync.OnceValues(func() (ssh.Signer, error) {
	return ssh.NewSignerFromKey(ed25519.NewKeyFromSeed([]byte("the key of a site for samples  ,")))
})

// NewSite starts a site with the file that the example of UploadSftp fetches.
func NewSite() (*Site, error) {
	key, err := siteKey()
	if err != nil {
		return nil, err
	}
	config := &ssh.ServerConfig{PasswordCallback: func(login ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		if login.User() != SiteUser || string(password) != SitePassword {
			return nil, errors.New("it is " + SiteUser + " with " + SitePassword)
		}
		return nil, nil
	}}
	config.AddHostKey(key)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Site{Address: listener.Addr().String(), listener: listener, files: sftp.InMemHandler(), open: make(map[net.Conn]bool)}
	s.sessions.Go(func() { s.serve(config) })
	if err := s.Write(SiteUser+"/Documents/SmithJRadiograph.png", SampleFile(".png", "SmithJRadiograph")); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends the site and its sessions.
func (s *Site) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	for conn := range s.open {
		conn.Close()
	}
	s.mu.Unlock()
	s.sessions.Wait()
	return err
}

func (s *Site) serve(config *ssh.ServerConfig) {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.open[conn] = true
		s.mu.Unlock()
		s.sessions.Go(func() {
			s.session(conn, config)
			conn.Close()
			s.mu.Lock()
			delete(s.open, conn)
			s.mu.Unlock()
		})
	}
}

func (s *Site) session(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		if offered.ChannelType() != "session" {
			offered.Reject(ssh.UnknownChannelType, "only sessions")
			continue
		}
		channel, asked, err := offered.Accept()
		if err != nil {
			return
		}
		go func() {
			for request := range asked {
				request.Reply(request.Type == "subsystem" && len(request.Payload) > 4 && string(request.Payload[4:]) == "sftp", nil)
			}
		}()
		server := sftp.NewRequestServer(channel, s.files)
		server.Serve()
		server.Close()
	}
}

// client talks to the site's files without a network.
func (s *Site) client(do func(*sftp.Client) error) error {
	near, far := net.Pipe()
	server := sftp.NewRequestServer(far, s.files)
	var served sync.WaitGroup
	served.Go(func() { server.Serve() })
	defer served.Wait()
	defer near.Close()
	client, err := sftp.NewClientPipe(near, near)
	if err != nil {
		return err
	}
	return do(client)
}

// Write puts a file there.
func (s *Site) Write(name string, content []byte) error {
	return s.client(func(c *sftp.Client) error {
		if err := c.MkdirAll(path.Dir(name)); err != nil {
			return err
		}
		file, err := c.Create(name)
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		return errors.Join(err, file.Close())
	})
}

// Read reads a file from there.
func (s *Site) Read(name string) (content []byte, err error) {
	err = s.client(func(c *sftp.Client) error {
		file, err := c.Open(name)
		if err != nil {
			return err
		}
		content, err = io.ReadAll(file)
		return errors.Join(err, file.Close())
	})
	return content, err
}
