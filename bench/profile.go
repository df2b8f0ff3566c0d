//go:build linux

package main

import (
	"fmt"
	"os"
	"time"
)

// profile writes what the server does, or where it allocates, while one route is under load.
func (b *bench) profile(r route, s settings) error {
	const seconds = 10
	w := byProduct
	if s.ofPeer {
		w = byPeer
	}
	t := b.twin(r, w)
	progress("profiling %s for %d seconds", t.title, seconds)
	path, file := fmt.Sprintf("%s?seconds=%d", profilePath, seconds), s.cpuProfile
	if file == "" {
		if _, err := t.load.run(seconds * time.Second); err != nil {
			return err
		}
		profile, err := t.server.get(allocsPath)
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
		profile, err := t.server.get(path)
		replies <- reply{profile, err}
	}()
	if _, err := t.load.run(seconds * time.Second); err != nil {
		return err
	}
	got := <-replies
	if got.err != nil {
		return got.err
	}
	return os.WriteFile(file, got.profile, 0o600)
}
