package document

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginFlush asks the system to begin to write a part of a file to the disk, so that the sync at the end finds little
// left to do. It promises nothing, so its error is none.
func beginFlush(file *os.File, from, length int64) {
	_ = unix.SyncFileRange(int(file.Fd()), from, length, unix.SYNC_FILE_RANGE_WRITE)
}
