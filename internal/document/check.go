package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Report is what Check finds.
type Report struct {
	Files    int   // that rows need
	Bytes    int64 // of these
	Unneeded int   // files that no row needs; Sweep removes them in time
	Problems []string
}

// Check reads every body that a row needs, and proves that it is what it was when it came.
func (s *Shelf) Check(ctx context.Context) (Report, error) {
	var report Report
	needed := make(map[Hash]int64)
	// Before the bodies are listed: what comes meanwhile is neither missing nor unneeded.
	begun := time.Now()
	err := s.db.Read(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT `Sha256`, MAX(`Size`) FROM `bodyuse` GROUP BY `Sha256`")
		for rows.Next() {
			needed[Hash(rows.Text(0))] = rows.Int(1)
		}
		return rows.Close()
	})
	if err != nil {
		return report, err
	}
	for hash, size := range needed {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		report.Files++
		report.Bytes += size
		if problem := s.checkBody(ctx, hash, size); problem != "" {
			report.Problems = append(report.Problems, string(hash)+" "+problem)
		}
	}
	err = s.Room.bodies.Each(ctx, s.name, func(hash Hash, keptAt time.Time) error {
		if _, ok := needed[hash]; !ok && keptAt.Before(begun) {
			report.Unneeded++
		}
		return nil
	})
	return report, err
}

func (s *Shelf) checkBody(ctx context.Context, hash Hash, size int64) (problem string) {
	body, err := s.Open(ctx, hash)
	if fault.Is(err, fault.NotFound) {
		return "is missing"
	}
	if err != nil {
		return fmt.Sprintf("cannot be opened: %v", err)
	}
	defer body.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, body)
	switch {
	case err != nil:
		return fmt.Sprintf("cannot be read: %v", err)
	case n != size || hex.EncodeToString(sum.Sum(nil)) != string(hash):
		return "is damaged"
	default:
		return ""
	}
}
