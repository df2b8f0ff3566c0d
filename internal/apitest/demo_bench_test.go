package apitest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkTheDemosStart starts a demo and reports medians: after how long it has answered a request, and for how long a
// processor has worked until then, and until the referral network is there too: `make bench-demo`.
func BenchmarkTheDemosStart(b *testing.B) {
	binary, err := Bridgework()
	if err != nil {
		b.Fatal(err)
	}
	var answers, worked, complete []time.Duration
	for b.Loop() {
		d, err := measureDemo(binary)
		if err != nil {
			b.Fatal(err)
		}
		answers, worked, complete = append(answers, d.answers), append(worked, d.worked), append(complete, d.complete)
	}
	for name, durations := range map[string][]time.Duration{"ms-to-answer": answers, "cpu-ms-to-answer": worked, "cpu-ms-to-network": complete} {
		slices.Sort(durations)
		b.ReportMetric(float64(durations[len(durations)/2].Milliseconds()), name)
	}
	b.ReportMetric(0, "ns/op")
}

// demoStart is how a demo's start went.
type demoStart struct {
	answers  time.Duration // from the start of the process until its first answer is read
	worked   time.Duration // of a processor until then
	complete time.Duration // of a processor until the network is told
}

var demoAddress = regexp.MustCompile(`http://127[0-9.:]+`)

func measureDemo(binary string) (d demoStart, err error) {
	command := exec.Command(binary, "demo", "--addr", "127.0.0.1:0")
	out, err := command.StdoutPipe()
	if err != nil {
		return d, err
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, command.Process.Signal(syscall.SIGTERM), drain(out), command.Wait()) }()
	lines := bufio.NewScanner(out)
	// until reads on to the line that holds a text.
	until := func(text string) (string, error) {
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) {
				return lines.Text(), nil
			}
		}
		return "", fmt.Errorf("the demo ends without saying %q: %w", text, errors.Join(lines.Err(), io.ErrUnexpectedEOF))
	}
	line, err := until("Open Dental API")
	if err != nil {
		return d, err
	}
	p := &process{base: demoAddress.FindString(line)}
	status, _, body, err := p.do(http.MethodGet, "/patients/1", "")
	if err != nil {
		return d, err
	}
	if status != http.StatusOK {
		return d, fmt.Errorf("the first patient is answered %d %s", status, body)
	}
	d.answers = time.Since(began)
	if d.worked, err = processorTime(command.Process.Pid); err != nil {
		return d, err
	}
	if _, err := until("The referral network is there"); err != nil {
		return d, err
	}
	d.complete, err = processorTime(command.Process.Pid)
	return d, err
}

func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// processorTime is for how long a process has worked so far.
func processorTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The program's name, in brackets, may hold spaces; user and system time are the 12th and 13th field behind it, in hundredths of a second.
	_, behind, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(behind)
	if len(fields) < 13 {
		return 0, fmt.Errorf("the kernel tells %q of a process", text)
	}
	ticks := 0
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}
