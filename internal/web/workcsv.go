package web

import (
	"context"
	"net/http"

	"github.com/bridgework-dental/bridgework/internal/referral"
)

// exportWork gives a worklist out as CSV, as it is filtered and ordered.
func (s *Site) exportWork(w http.ResponseWriter, r *http.Request) error {
	caller, list, a, err := s.openList(r)
	if err != nil {
		return err
	}
	return s.giveCSV(w, r, csvList{
		name:  list.name,
		heads: []string{"Reference", "Patient", "Date of birth", "Referred for", "Priority", "Referred by", "Status", "Whose turn", "Next step", "Due", "Overdue", "Last step", "Sent"},
		page: func(ctx context.Context, after string) (lines [][]string, next string, err error) {
			a.filter.After, a.filter.Count = after, 100
			page, err := list.read(s, ctx, caller, a)
			for _, one := range page.Lines {
				lines = append(lines, s.csvLine(one, caller.Role))
			}
			return lines, page.Next, err
		},
		note: func(ctx context.Context) error { return s.desk.NoteWorklist(ctx, caller, list.name+", as CSV") },
	})
}

func (s *Site) csvLine(line referral.WorkLine, role referral.Role) []string {
	row := s.workRow(line, role)
	late := "no"
	if row.IsLate {
		late = "yes"
	}
	return []string{row.URN, row.Patient, line.BirthDate.String(), row.Asked, row.Priority, row.From, row.State, row.Turn, row.Step, line.DueAt.String(), late, line.LastAt.String(), line.SubmittedAt.String()}
}
