//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// child is a measured server, a process of its own: what the client allocates and collects is not
// mixed with what the server does.
type child struct {
	command *exec.Cmd
	stdin   io.Closer
	address netip.AddrPort
}

// start starts a server that fills the location, and waits until it listens. It is killed when ctx
// ends.
func start(ctx context.Context, location string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, self, "-server", location)
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

// ask sends the server one request that is not measured.
func (c *child) ask(method, path string, body []byte, status int) ([]byte, error) {
	request, err := http.NewRequest(method, "http://"+c.address.String()+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answered, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != status {
		err = fmt.Errorf("%s: %s: %.400s", path, response.Status, answered)
	}
	return answered, err
}

func (c *child) get(path string) ([]byte, error) {
	return c.ask(http.MethodGet, path, nil, http.StatusOK)
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
