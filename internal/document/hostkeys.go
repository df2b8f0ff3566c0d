package document

import (
	"context"

	"golang.org/x/crypto/ssh"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// HostKey is the key by which a practice knows an SFTP server.
type HostKey struct {
	Host     string // with the port
	Key      ssh.PublicKey
	PinnedAt string
}

// Fingerprint is the key as ssh prints it, "SHA256:…".
func (k HostKey) Fingerprint() string { return ssh.FingerprintSHA256(k.Key) }

// HostKeys lists the servers that the practice knows.
func (s *Shelf) HostKeys(ctx context.Context) ([]HostKey, error) {
	return s.readHostKeys(ctx, "ORDER BY `Host`")
}

func (s *Shelf) readHostKeys(ctx context.Context, condition string, args ...store.Value) (found []HostKey, err error) {
	err = s.db.Read(ctx, func(c store.Conn) error {
		found = nil
		rows := c.Query("SELECT `Host`, `PublicKey`, `PinnedAt` FROM `sshhostkey` "+condition, args...)
		for rows.Next() {
			key, _, _, _, err := ssh.ParseAuthorizedKey(rows.Text(1))
			if err == nil { // else it is none of ours
				found = append(found, HostKey{Host: string(rows.Text(0)), Key: key, PinnedAt: string(rows.Text(2))})
			}
		}
		return rows.Close()
	})
	return found, err
}

// hostKey finds what a server is known by; nil when it is not known.
func (s *Shelf) hostKey(ctx context.Context, host string) (ssh.PublicKey, error) {
	found, err := s.readHostKeys(ctx, "WHERE `Host` = ?", store.Text(host))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0].Key, nil
}

// pin notes the key of a server that was met for the first time. Of two requests that meet it at once the first one's
// key counts.
func (s *Shelf) pin(ctx context.Context, host string, key ssh.PublicKey) error {
	err := s.db.Write(ctx, func(tx store.Tx) error {
		return tx.Send("INSERT INTO `sshhostkey` (`Host`, `PublicKey`, `PinnedAt`) VALUES (?, ?, ?)",
			store.Text(host), store.Text(string(ssh.MarshalAuthorizedKey(key))), store.Text(dental.DateTimeOf(s.clock()).String()))
	})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// ForgetHostKey makes a server unknown, so that its next key is pinned. It is fault.NotFound when it is not known.
func (s *Shelf) ForgetHostKey(ctx context.Context, host string) error {
	return s.db.Write(ctx, func(tx store.Tx) error {
		rows := tx.Query("SELECT 1 FROM `sshhostkey` WHERE `Host` = ?", store.Text(host))
		known := rows.Next()
		if err := rows.Close(); err != nil {
			return err
		}
		if !known {
			return fault.New(fault.NotFound, "The practice knows no SFTP server %s", host)
		}
		return tx.Send("DELETE FROM `sshhostkey` WHERE `Host` = ?", store.Text(host))
	})
}
