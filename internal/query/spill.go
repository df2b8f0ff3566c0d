package query

import (
	"os"
	"strings"
)

// spilled is how many bytes SQLite's sorting and grouping have put into files that have no name any more,
// in all of this process. Where the system does not tell, it is 0, and only the time bounds them.
func spilled() int64 {
	const folder = "/proc/self/fd/"
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0
	}
	total := int64(0)
	for _, e := range entries {
		target, err := os.Readlink(folder + e.Name())
		// /var/tmp/#123 (deleted), or etilqs_… where the system cannot make a file without a name.
		if err != nil || !strings.HasSuffix(target, " (deleted)") || !strings.Contains(target, "/#") && !strings.Contains(target, "etilqs_") {
			continue
		}
		if info, err := os.Stat(folder + e.Name()); err == nil {
			total += info.Size()
		}
	}
	return total
}
