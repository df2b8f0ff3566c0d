package od

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// maxMany bounds the rows of one POST, as a page bounds those of one GET.
const maxMany = 100

// createMany makes a row of each element of an array, in one commit, and answers them as an array. The
// faults of all rows are told at once, each with the place of its row, from 1.
func (r *Rows[T]) createMany(ctx context.Context, desk Desk, body, dst []byte) ([]byte, error) {
	var bodies []json.RawMessage
	if err := json.Unmarshal(body, &bodies); err != nil {
		return nil, fault.New(fault.Invalid, "The body is not valid JSON")
	}
	if len(bodies) == 0 || len(bodies) > maxMany {
		return nil, fault.New(fault.Invalid, "The body must be a JSON object, or an array of 1 to %d of them", maxMany)
	}
	inputs := make([]*resource.Input, len(bodies))
	var faults []fault.Field
	for i := range bodies {
		in, err := r.Table.Decode(bodies[i], resource.Creating)
		if err != nil {
			return nil, err
		}
		inputs[i] = in
		if err := r.faults(in, nil, r.fresh(in)); err != nil {
			for _, field := range fault.From(err).Fields {
				field.Text += fmt.Sprintf(" (row %d)", i+1)
				faults = append(faults, field)
			}
		}
	}
	if err := fault.InvalidFields(faults); err != nil {
		return nil, err
	}
	var answer []byte
	err := desk.write(ctx, func(tx *record.Tx) error {
		answer = append(dst, '[')
		for i, in := range inputs {
			row := r.fresh(in)
			err := r.create(tx, Body{in, desk.Rules}, row)
			if err != nil {
				return err
			}
			if i > 0 {
				answer = append(answer, ',')
			}
			if answer, err = r.Table.AppendOne(answer, tx, r.Table.KeyOf(row), desk.Format); err != nil {
				return err
			}
		}
		answer = append(answer, ']')
		return nil
	})
	return answer, err
}
