package document

import "os"

// Bodies are those of the room.
func (r *Room) Bodies() Bodies { return r.bodies }

// Spool is the received file.
func (r *Received) Spool() *os.File {
	r.kept = true
	return r.spool
}

// DicomPicture makes a preview of a file.
var DicomPicture = dicomPicture
