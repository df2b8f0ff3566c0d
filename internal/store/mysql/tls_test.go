package mysql

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/store/storetest"
)

// certificate writes a certificate for localhost that signs itself, and its key.
func certificate(t *testing.T, dir string) (certificateFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		// For the server's own account to read; it is worth nothing after the test.
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("certificate.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", keyDER)
}

func TestAConnectionIsEncryptedAndTheServerIsKnownByItsCertificate(t *testing.T) {
	dir, err := os.MkdirTemp("", "bridgework-tls-") // t.TempDir is closed to the server's account
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	certificateFile, keyFile := certificate(t, dir)
	maria, err := storetest.StartMariaDB("--ssl-cert="+certificateFile, "--ssl-key="+keyFile)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(maria.Remove)
	ca := "&ca=" + url.QueryEscape(certificateFile)
	for parameters, encrypted := range map[string]bool{"": false, "&tls=skip-verify": true, "&tls=preferred": true, "&tls=true" + ca: true} {
		server := connect(t, maria.URL()+parameters, nil)
		err := server.with(t.Context(), "", func(c *conn) error {
			rows := c.Query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
			rows.Next()
			if cipher := string(rows.Text(1)); (cipher != "") != encrypted {
				t.Errorf("with %q the cipher is %q", parameters, cipher)
			}
			return rows.Close()
		})
		if err != nil {
			t.Error(err)
		}
	}
	elsewhere := strings.Replace(maria.URL(), "@localhost", "@127.0.0.1", 1)
	for _, address := range []string{maria.URL() + "&tls=true", elsewhere + "&tls=true" + ca} {
		if _, err := Connect(t.Context(), address, Options{}); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("a certificate that proves nothing: %v", err)
		}
	}
}

func TestAParameterOfTheAddressThatIsNoneIsRefused(t *testing.T) {
	for _, parameters := range []string{"&tls=yes", "&tls=", "&ca=/etc/hostname", "&tls=true&ca=/no/such/file", "&tls=true&ca=/etc/hostname", "&charset=latin1"} {
		if _, err := Connect(t.Context(), storetest.Shared(t).URL()+parameters, Options{}); err == nil || strings.Contains(err.Error(), "bridgework:bridgework") {
			t.Errorf("%s: %v", parameters, err)
		}
	}
}
