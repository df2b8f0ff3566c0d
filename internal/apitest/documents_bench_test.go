package apitest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// A gigabyte in and out, against io.Copy to a file that is synced: `make bench-documents`. It takes a minute and some
// gigabytes of disk, so the default suite leaves it out.
const gigabyte = 1 << 30

// maxGrowth is what the process, client included, may grow by at its peak.
const maxGrowth = 64 << 20

// pages is a text file of a gigabyte that repeats after 1 MB.
func pages() io.Reader {
	page := make([]byte, 1<<20)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range page {
		page[i] = "abcdefghijklmnopqrstuvwxyz \n"[random.IntN(28)]
	}
	return io.LimitReader(&repeated{page: page}, gigabyte)
}

type repeated struct {
	page []byte
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.page[r.at:])
	r.at = (r.at + n) % len(r.page)
	return n, nil
}

// resident reads a line of /proc/self/status in bytes.
func resident(t *testing.T, name string) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("there is no /proc here to read the memory from")
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	t.Fatalf("there is no %s", name)
	return 0
}

// measure returns how long something takes, and by how much the process grows at its peak.
func measure(t *testing.T, do func() error) (took time.Duration, growth int64) {
	t.Helper()
	syscall.Sync() // what was written before is not waited for here
	debug.FreeOSMemory()
	before := resident(t, "RssAnon")
	stop, peak := make(chan struct{}), make(chan int64)
	go func() {
		most := before
		for ticker := time.NewTicker(2 * time.Millisecond); ; {
			select {
			case <-ticker.C:
				most = max(most, resident(t, "RssAnon"))
			case <-stop:
				ticker.Stop()
				peak <- most
				return
			}
		}
	}()
	began := time.Now()
	err := do()
	took = time.Since(began)
	close(stop)
	if growth = <-peak - before; err != nil {
		t.Fatal(err)
	}
	return took, growth
}

// copyToFile is what everything is compared with.
func copyToFile(path string, source io.Reader) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	defer file.Close()
	// Without a buffer of its own os.File takes 32 KB at a time; both sides of the comparison get a larger one.
	if _, err := io.CopyBuffer(struct{ io.Writer }{file}, struct{ io.Reader }{source}, make([]byte, 256<<10)); err != nil {
		return err
	}
	return file.Sync()
}

func TestAGigabyteInAndOut(t *testing.T) {
	if os.Getenv("DOCUMENT_BENCH") == "" {
		t.Skip("it takes a minute; `make bench-documents` runs it")
	}
	o := newOffice(t)
	dir := t.TempDir()
	growths := make(map[string]int64)
	speeds := make(map[string][]float64)
	note := func(name string, took time.Duration, growth int64) {
		speeds[name] = append(speeds[name], gigabyte/took.Seconds()/1e6)
		growths[name] = max(growths[name], growth)
	}
	files := filepath.Join(dir, "documents")
	bodies, err := document.OpenFolder(files)
	if err != nil {
		t.Fatal(err)
	}
	o.ServeFiles(t, document.NewRoom(bodies, document.Options{}))
	server := httptest.NewServer(o.Handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{ReadBufferSize: 256 << 10}}
	owner := document.Owner{Table: "document", Num: 1}
	o.Import(t, od.Documents, `{"DocNum": 1, "PatNum": 15, "FileName": "large.txt"}`)
	var stored string // the file of the body itself: another one might have to be read from the disk
	twin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, stored) }))
	defer twin.Close()
	for round := range 9 {
		plain, _ := measure(t, func() error { return copyToFile(filepath.Join(dir, "plain"), pages()) })
		note("io.Copy to a synced file", plain, 0)
		var hash document.Hash
		up, growth := measure(t, func() (err error) {
			hash, err = o.keepGigabyte(t, owner)
			return err
		})
		note("upload into the room", up, growth)
		stored = filepath.Join(files, "practice-1", string(hash[:2]), string(hash))
		copyOut := func() {
			copied, _ := measure(t, func() error {
				file, err := os.Open(stored)
				if err != nil {
					return err
				}
				defer file.Close()
				return copyToFile(filepath.Join(dir, "copied"), file)
			})
			note("io.Copy of a file to a synced file", copied, 0)
		}
		if round%2 == 0 {
			copyOut() // the twins take turns in who comes first
		}
		out, growth := measure(t, func() error {
			body, err := o.Shelf().Open(t.Context(), hash)
			if err != nil {
				return err
			}
			defer body.Close()
			return copyToFile(filepath.Join(dir, "out"), body)
		})
		note("download out of the room to a synced file", out, growth)
		if round%2 == 1 {
			copyOut()
		}
		get := func(url string) func() error {
			return func() error {
				request, err := http.NewRequest(http.MethodGet, url, nil)
				if err != nil {
					return err
				}
				request.Header.Set("Authorization", Authorization)
				response, err := client.Do(request)
				if err != nil {
					return err
				}
				defer response.Body.Close()
				return copyToFile(filepath.Join(dir, "down"), response.Body)
			}
		}
		bare, _ := measure(t, get(twin.URL))
		note("http.ServeFile over loopback to a synced file", bare, 0)
		down, growth := measure(t, get(server.URL+"/api/v1/documents/1/content"))
		note("GET content over loopback to a synced file", down, growth)
		// The next upload must store it again.
		err := o.Book.DB.Write(t.Context(), func(tx store.Tx) error { return document.Drop(tx, owner) })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Shelf().Sweep(t.Context(), -time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(o.sftp.Home, "large.txt")
	if file, err := os.Create(path); err != nil {
		t.Fatal(err)
	} else if _, err := io.Copy(file, pages()); err != nil {
		t.Fatal(err)
	} else if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	post := func(action, path string, fields map[string]any) func() error {
		return func() error {
			if status, _, body := o.post(t, action, path, fields); status != http.StatusCreated {
				return fmt.Errorf("%s answers %d %s", action, status, body)
			}
			return nil
		}
	}
	took, growth := measure(t, post("UploadSftp", "large.txt", map[string]any{"PatNum": 15}))
	note("UploadSftp from OpenSSH's server", took, growth)
	took, growth = measure(t, post("DownloadSftp", "out/", map[string]any{"DocNum": 2}))
	note("DownloadSftp to OpenSSH's server", took, growth)

	// The best of the rounds: what else runs on the machine only ever takes away.
	var table bytes.Buffer
	for _, row := range []struct{ name, twin string }{
		{"io.Copy to a synced file", ""}, {"upload into the room", "io.Copy to a synced file"},
		{"io.Copy of a file to a synced file", ""}, {"download out of the room to a synced file", "io.Copy of a file to a synced file"},
		{"http.ServeFile over loopback to a synced file", ""},
		{"GET content over loopback to a synced file", "http.ServeFile over loopback to a synced file"},
		{"UploadSftp from OpenSSH's server", ""}, {"DownloadSftp to OpenSSH's server", ""},
	} {
		best, ratio := slices.Max(speeds[row.name]), ""
		if row.twin != "" {
			of := best / slices.Max(speeds[row.twin])
			ratio = fmt.Sprintf("%.2f", of)
			if of < 0.7 {
				t.Errorf("%s is at %s of %s, and the goal is 0.7", row.name, ratio, row.twin)
			}
		}
		slices.Sort(speeds[row.name])
		fmt.Fprintf(&table, "| %s | %.0f MB/s | %.0f MB/s | %s | %d MB |\n", row.name, best, speeds[row.name][len(speeds[row.name])/2], ratio, growths[row.name]>>20)
		if growths[row.name] > maxGrowth {
			t.Errorf("%s makes the process grow by %d MB", row.name, growths[row.name]>>20)
		}
	}
	t.Logf("1 GB: best, median, ratio of the bests, growth\n%s", table.String())
}

// keepGigabyte receives and keeps the pages.
func (o *office) keepGigabyte(t *testing.T, owner document.Owner) (document.Hash, error) {
	received, err := o.Shelf().Receive(t.Context(), pages(), document.MaxBody)
	if err != nil {
		return "", err
	}
	defer received.Close()
	if err := received.Settle("name", "large.txt"); err != nil {
		return "", err
	}
	return received.Hash, o.Shelf().Keep(t.Context(), []*document.Received{received}, func() error {
		return o.Book.DB.Write(t.Context(), func(tx store.Tx) error { return received.Use(tx, owner, document.File) })
	})
}
