//go:build linux

// Command bench measures the server against what the machine allows: a handler that answers the
// same bytes from memory, and the same list through database/sql and encoding/json. Its numbers
// are ratios within one run; README.md has a run and says how to read it.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// settings are the command line.
type settings struct {
	quick         bool
	dir           string
	route         string
	cpuProfile    string
	allocsProfile string
	server        bool
}

func main() {
	var s settings
	flag.BoolVar(&s.quick, "quick", false, "measure for a sixth of the time; the ratios scatter more")
	flag.StringVar(&s.dir, "dir", "", "folder for the temporary databases, on the disk that is to be measured (default the system's)")
	flag.StringVar(&s.route, "route", "", "measure one route only: patient, list or post")
	flag.StringVar(&s.cpuProfile, "cpuprofile", "", "write a CPU profile of the server under -route to this file, and measure nothing")
	flag.StringVar(&s.allocsProfile, "allocsprofile", "", "the same for where the server allocates")
	flag.BoolVar(&s.server, "server", false, "be the measured server, in -dir (the benchmark starts it by itself)")
	flag.Parse()
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(s settings) (err error) {
	if s.server {
		return serve(s.dir)
	}
	measured, err := choose(s.route)
	if err != nil {
		return err
	}
	profiled := s.cpuProfile != "" || s.allocsProfile != ""
	if profiled && len(measured) != 1 {
		return errors.New("a profile is of one route; name it with -route")
	}
	dir, err := os.MkdirTemp(s.dir, "bridgework-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	progress("filling a practice: %d patients, %d referrals, %d refattaches", patientCount, referralCount, refAttachCount)
	c, err := start(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if profiled {
		return c.profile(measured[0], s)
	}
	slot := 4 * time.Second
	if s.quick {
		slot = 700 * time.Millisecond
	}
	return c.measure(measured, slot)
}

func choose(name string) ([]route, error) {
	all := routes()
	if name == "" {
		return all, nil
	}
	for i := range all {
		if all[i].name == name {
			return all[i : i+1], nil
		}
	}
	return nil, fmt.Errorf("there is no route %q", name)
}

// progress tells the person who waits; the table alone goes to standard output.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// child is the measured server, a process of its own: what the client allocates and collects is
// not mixed with what the server does.
type child struct {
	command *exec.Cmd
	stdin   io.Closer
	address netip.AddrPort
}

func start(dir string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.Command(self, "-server", "-dir", dir)
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	c := &child{command: command, stdin: stdin}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(errors.New("the server did not start"), c.stop())
	}
	c.address, err = netip.ParseAddrPort(strings.TrimSpace(line))
	if err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// stop ends the server: it ends by itself with its standard input.
func (c *child) stop() error {
	return errors.Join(c.stdin.Close(), c.command.Wait())
}

// get asks the server for what is not measured.
func (c *child) get(path string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, "http://"+c.address.String()+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", authorization)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, response.Status)
	}
	return body, err
}

func (c *child) getJSON(path string, target any) error {
	body, err := c.get(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, target)
}

// anonymousMemory is what the server holds that no file backs, in bytes.
func (c *child) anonymousMemory() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilobytes, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("the kernel does not tell RssAnon")
}

// profile writes what the server does, or where it allocates, while one route is under load.
func (c *child) profile(r route, s settings) error {
	const seconds = 10
	load := c.load(r, newSource(r, c.address, r.path))
	progress("profiling %s for %d seconds", r.title, seconds)
	path, file := fmt.Sprintf("%s?seconds=%d", profilePath, seconds), s.cpuProfile
	if file == "" {
		if _, err := load.run(seconds * time.Second); err != nil {
			return err
		}
		profile, err := c.get(allocsPath)
		if err != nil {
			return err
		}
		return os.WriteFile(s.allocsProfile, profile, 0o600)
	}
	type reply struct {
		profile []byte
		err     error
	}
	replies := make(chan reply, 1)
	go func() {
		profile, err := c.get(path)
		replies <- reply{profile, err}
	}()
	if _, err := load.run(seconds * time.Second); err != nil {
		return err
	}
	got := <-replies
	if got.err != nil {
		return got.err
	}
	return os.WriteFile(file, got.profile, 0o600)
}

func (c *child) load(r route, requests *source) *load {
	return &load{address: c.address, connections: r.connections, next: requests.next, status: r.status, refusal: r.refusal}
}

// checkPeer makes sure that the two servers of the list say the same.
func (c *child) checkPeer(r route) error {
	for _, i := range []int{0, r.distinct / 2, r.distinct - 1} {
		ours, err := c.get(r.path(i))
		if err != nil {
			return err
		}
		theirs, err := c.get(r.peer(i))
		if err != nil {
			return err
		}
		if !bytes.Equal(ours, theirs) {
			return fmt.Errorf("%s and %s answer differently:\n%.400s\n%.400s", r.path(i), r.peer(i), ours, theirs)
		}
	}
	return nil
}
