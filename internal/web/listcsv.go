package web

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// mostLines is how many lines a list has as CSV.
const mostLines = 20_000

// pageTime is how long a browser may take to get a page of an export.
const pageTime = 30 * time.Second

// csvList is a list that is given out as CSV.
type csvList struct {
	name  string // of the file, before the day
	heads []string
	// page reads a part of the list: the first one after "", and each other one after what the one before it ended with, which is
	// "" at the end of the list. A list that is at hand as a whole is one page.
	page func(ctx context.Context, after string) (lines [][]string, next string, err error)
	// note, where it is not nil, notes who has looked, before anything is given out.
	note func(ctx context.Context) error
}

// giveCSV gives a list out for spreadsheets, page by page, so that a long one is never held in memory. A fault of the first page
// is answered as that of any page is; after that what went out cannot be taken back, and is broken off.
func (s *Site) giveCSV(w http.ResponseWriter, r *http.Request, list csvList) error {
	lines, next, err := list.page(r.Context(), "")
	if err != nil {
		return err
	}
	if list.note != nil {
		if err := list.note(r.Context()); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("%s-%s.csv", list.name, s.desk.Today())))
	if r.Method == http.MethodHead {
		return nil
	}
	line := http.NewResponseController(w)
	_, _ = w.Write([]byte("\ufeff")) // by which spreadsheets know the encoding
	out := csv.NewWriter(w)
	out.UseCRLF = true
	_ = out.Write(list.heads)
	for written := 0; ; {
		for _, one := range lines {
			if written++; written > mostLines {
				_ = out.Write([]string{fmt.Sprintf("The list is longer than %d lines; filter it", mostLines)})
				out.Flush()
				return ignoreGone(out.Error())
			}
			_ = out.Write(defused(one)) // the writer keeps its error, which is looked at below
		}
		_ = line.SetWriteDeadline(time.Now().Add(pageTime)) // a writer that has no deadline needs none
		if out.Flush(); out.Error() != nil {
			return ignoreGone(out.Error())
		}
		if next == "" {
			return nil
		}
		if lines, next, err = list.page(r.Context(), next); err != nil {
			// Nobody is to take a part for the whole.
			s.options.Log.Error("an export was broken off", "request", requestID(r), "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

// defused keeps a spreadsheet from taking what somebody typed for a formula.
func defused(fields []string) []string {
	for i, text := range fields {
		if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
			fields[i] = "'" + text
		}
	}
	return fields
}
