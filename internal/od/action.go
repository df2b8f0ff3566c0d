package od

import (
	"context"
	"io"
	"net/url"
	"slices"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Action is a declared method with its function. Reading, Writing and Reaching make one.
type Action struct {
	*resource.Action
	// Reaches tells that the action reaches beyond the database.
	Reaches bool

	run func(ctx context.Context, plan *resource.Plan, desk Desk, sent Sent, dst []byte) (Answer, error)
}

// Answer is what an action comes to.
type Answer struct {
	// Body is JSON; none is no byte.
	Body []byte
	// Made is the key of a row that was made and that can be read at the resource's own path, else 0.
	Made int64
	// Location is where something was made that is no row, "" for none.
	Location string
	// NothingDone tells that a POST found nothing to do.
	NothingDone bool
	// Content is a file that is answered in place of Body, nil for none.
	Content *Content
}

// Content is a file for the caller.
type Content struct {
	Open      func(ctx context.Context) (io.ReadSeekCloser, error)
	MediaType string
	FileName  string
	Tag       string // differs whenever the content does
}

// Sent is what an edge has received for an action.
type Sent struct {
	Key   int64      // of the row, 0 for an action on the collection
	Query url.Values // of a GET
	Body  []byte     // of a POST or PUT
}

// Do runs an action of a resource and appends its answer, if any, to dst as JSON.
func (a *Action) Do(ctx context.Context, r Resource, desk Desk, sent Sent, dst []byte) (Answer, error) {
	return a.run(ctx, r.Plan(), desk, sent, dst)
}

// Call is one use of an action, as its function sees it.
type Call[In any] struct {
	Desk
	Key  int64 // of the row, which exists; 0 for an action on the collection
	In   In    // what was sent, each field of its type, and every foreign key points to a row
	Page resource.Page
	// Settled is the moment up to which an answer with serverDateTime is complete.
	Settled dental.DateTime
	// Answer is what the function sets beside the JSON that it appends.
	Answer

	input *resource.Input
}

// Has tells whether the caller sent a field, with a value of its type.
func (c *Call[In]) Has(name string) bool { return c.input.Has(name) }

// lacks tells whether the caller did not send a field at all; a value of a wrong type is a fault already.
func (c *Call[In]) lacks(name string) bool {
	return !c.Has(name) && !slices.ContainsFunc(c.input.Faults, func(f fault.Field) bool { return f.Name == name })
}

// Reading declares an action that changes nothing. check is a pure rule over what was sent, nil for
// none; its faults are answered together with those of the fields. do appends the answer to dst.
func Reading[In any](declared resource.Action, check func(*Call[In]) []fault.Field,
	do func(c store.Conn, call *Call[In], dst []byte) ([]byte, error)) *Action {
	action := resource.DeriveAction[In](declared)
	return &Action{action, false, func(ctx context.Context, plan *resource.Plan, desk Desk, sent Sent, dst []byte) (Answer, error) {
		call, err := decode[In](action, desk, sent)
		if err != nil {
			return Answer{}, err
		}
		if action.ServerDateTime {
			if call.Settled, err = desk.Book.Settled(ctx); err != nil {
				return Answer{}, err
			}
		}
		err = desk.Book.DB.Read(ctx, func(c store.Conn) error {
			if err := admit(c, action, plan, call, check); err != nil {
				return err
			}
			call.Body, err = do(c, call, dst)
			return err
		})
		return call.Answer, err
	}}
}

// Writing declares an action that changes rows. All that do writes, through package record, is one
// commit. do may be called again, so nothing in it touches the outside.
func Writing[In any](declared resource.Action, check func(*Call[In]) []fault.Field,
	do func(tx *record.Tx, call *Call[In], dst []byte) ([]byte, error)) *Action {
	action := resource.DeriveAction[In](declared)
	return &Action{action, false, func(ctx context.Context, plan *resource.Plan, desk Desk, sent Sent, dst []byte) (answer Answer, err error) {
		decoded, err := decode[In](action, desk, sent)
		if err != nil {
			return Answer{}, err
		}
		err = desk.write(ctx, func(tx *record.Tx) error {
			call := *decoded
			if err := admit(tx, action, plan, &call, check); err != nil {
				return err
			}
			call.Body, err = do(tx, &call, dst)
			answer = call.Answer
			return err
		})
		return answer, err
	}}
}

// Reaching declares an action that reaches beyond the database: files, other servers. do runs in no
// transaction, once; it opens those that it needs, and nothing from outside happens within one.
func Reaching[In any](declared resource.Action, check func(*Call[In]) []fault.Field,
	do func(ctx context.Context, call *Call[In], dst []byte) ([]byte, error)) *Action {
	action := resource.DeriveAction[In](declared)
	return &Action{action, true, func(ctx context.Context, plan *resource.Plan, desk Desk, sent Sent, dst []byte) (Answer, error) {
		call, err := decode[In](action, desk, sent)
		if err != nil {
			return Answer{}, err
		}
		err = desk.Book.DB.Read(ctx, func(c store.Conn) error { return admit(c, action, plan, call, check) })
		if err != nil {
			return Answer{}, err
		}
		call.Body, err = do(ctx, call, dst)
		return call.Answer, err
	}}
}

// decode reads the query of a GET or the body of a POST or PUT.
func decode[In any](action *resource.Action, desk Desk, sent Sent) (*Call[In], error) {
	call := &Call[In]{Desk: desk, Key: sent.Key}
	if action.Method == "GET" {
		call.input, call.Page = action.DecodeQuery(sent.Query, desk.Enterprise)
	} else {
		var err error
		if call.input, err = action.DecodeBody(sent.Body); err != nil {
			return nil, err
		}
	}
	call.input.Apply(&call.In)
	return call, nil
}

// admit looks for the row, then at all that was sent, then for the rows that it points to.
func admit[In any](c store.Conn, action *resource.Action, plan *resource.Plan, call *Call[In], check func(*Call[In]) []fault.Field) error {
	if row := action.Row(plan); row != nil {
		if err := row.MustExist(c, store.Int(call.Key)); err != nil {
			return err
		}
	}
	faults := call.input.Faults
	if check != nil {
		faults = append(faults[:len(faults):len(faults)], check(call)...)
	}
	if err := fault.InvalidFields(faults); err != nil {
		return err
	}
	return action.Form().CheckParents(c, nil, &call.In)
}
