package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/store"
)

// Query is an action: a command of a caller's own SQL was run.
const Query Action = "query"

// commandMark begins, in an entry's detail, the hash of a command. What follows it ends with a blank or
// the detail.
const commandMark = "command sha256:"

// CommandDetail is the detail of an entry whose command is kept beside it: the chain of the trail covers
// the command by its hash. more is what else there is to say, "" for nothing.
func CommandDetail(command, more string) string {
	detail := commandMark + hashOf(command)
	if more != "" {
		detail += " " + more
	}
	return detail
}

func hashOf(command string) string {
	sum := sha256.Sum256([]byte(command))
	return hex.EncodeToString(sum[:])
}

// AppendCommand keeps the command of an entry.
func AppendCommand(tx store.Tx, num int64, command string) error {
	return tx.Send("INSERT INTO `auditcommand` (`AuditNum`, `Command`) VALUES (?, ?)", store.Int(num), store.Text(command))
}

// commandHash is the hash that a detail holds, "" for none.
func commandHash(detail string) string {
	rest, found := strings.CutPrefix(detail, commandMark)
	if !found {
		return ""
	}
	hash, _, _ := strings.Cut(rest, " ")
	return hash
}

// verifyCommands finds a command that is not as it was written, or missing; hashes are those of the
// trail, by entry.
func verifyCommands(c store.Conn, hashes map[int64]string) error {
	if len(hashes) == 0 {
		return nil
	}
	rows := c.Query("SELECT `AuditNum`, `Command` FROM `auditcommand` ORDER BY `AuditNum`")
	var broken error
	for rows.Next() {
		num := rows.Int(0)
		if hashes[num] != hashOf(string(rows.Text(1))) && broken == nil {
			broken = fmt.Errorf("the command of entry %d is not as it was written", num)
		}
		delete(hashes, num)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if broken == nil {
		for num := range hashes {
			return fmt.Errorf("the command of entry %d is missing", num)
		}
	}
	return broken
}
