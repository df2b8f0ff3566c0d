package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/referral"
)

// mostLines is how many lines a list has as CSV.
const mostLines = 20_000

// pageTime is how long a browser may take to get a page of an export.
const pageTime = 30 * time.Second

// exportWork gives a list out as CSV, as it is filtered: page by page, so that a long one is never held in memory.
func (s *Site) exportWork(w http.ResponseWriter, r *http.Request) error {
	caller, list, a, err := s.openList(r)
	if err != nil {
		return err
	}
	a.filter.After, a.filter.Count = "", 100
	page, err := list.read(s, r.Context(), caller, a)
	if err != nil {
		return err
	}
	if err := s.desk.NoteWorklist(r.Context(), caller, list.name+", as CSV"); err != nil {
		return err
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
	_ = out.Write([]string{"Reference", "Patient", "Date of birth", "Referred for", "Priority", "Referred by", "Status", "Whose turn", "Next step", "Due", "Overdue", "Last step", "Sent"})
	for written := 0; ; {
		for _, one := range page.Lines {
			if written++; written > mostLines {
				_ = out.Write([]string{fmt.Sprintf("The list is longer than %d lines; filter it", mostLines)})
				out.Flush()
				return ignoreGone(out.Error())
			}
			_ = out.Write(defused(s.csvLine(one, caller.Role))) // the writer keeps its error, which is looked at below
		}
		_ = line.SetWriteDeadline(time.Now().Add(pageTime)) // a writer that has no deadline needs none
		if out.Flush(); out.Error() != nil {
			return ignoreGone(out.Error())
		}
		if page.Next == "" {
			return nil
		}
		a.filter.After = page.Next
		if page, err = list.read(s, r.Context(), caller, a); err != nil {
			// What went out cannot be taken back: it is broken off, so that nobody takes a part for the whole.
			s.options.Log.Error("an export was broken off", "request", requestID(r), "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

func (s *Site) csvLine(line referral.WorkLine, role referral.Role) []string {
	row := s.workRow(line, role)
	late := "no"
	if row.IsLate {
		late = "yes"
	}
	return []string{row.URN, row.Patient, line.BirthDate.String(), row.Asked, row.Priority, row.From, row.State, row.Turn, row.Step, line.DueAt.String(), late, line.LastAt.String(), line.SubmittedAt.String()}
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
