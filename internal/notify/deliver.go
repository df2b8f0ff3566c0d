package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/practice"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
	"github.com/bridgework-dental/bridgework/internal/workclaim"
)

// rowsPerCall is the most that a call to an endpoint holds.
const rowsPerCall = 1000

// batch is one call's rows.
type batch struct {
	body  []byte // a JSON array
	rows  int
	stamp dental.DateTime // of the last row
	key   int64           // of the last row
}

// deliver sends a subscription everything that has changed since its place, and moves the place behind
// each call that was answered with 2xx. It looks at whole seconds that are over: a row that is changed
// later in the same second has the same stamp.
func (n *Notifier) deliver(ctx context.Context, num practice.Num, book *record.Book, claim *workclaim.Claim, s *od.Subscription) error {
	until, err := book.Settled(ctx)
	if err != nil {
		return err
	}
	plan := planOf(s.WatchTable)
	if plan == nil || !s.DateTimeStart.Before(until) {
		return nil
	}
	for {
		b, err := read(ctx, book, plan, s, until)
		if err != nil {
			return err
		}
		if b.rows > 0 {
			// Counted from the call's beginning, as the polling is, and not from its end.
			again := book.Clock().Add(max(time.Duration(s.PollingSeconds)*time.Second, Tick))
			if failed := n.call(ctx, num, book, s, b); failed != nil {
				n.wait(num, s, &again)
				return nil // it is logged, and the place is kept
			}
			n.wait(num, s, nil)
		}
		start, place := b.stamp, b.key
		if b.rows < rowsPerCall {
			start, place = until, 0
		}
		moved, err := move(ctx, book, claim, s, start, place)
		if err != nil || !moved || b.rows < rowsPerCall {
			return err
		}
	}
}

func planOf(watchTable string) *resource.Plan {
	for _, w := range od.Watchable {
		if w.Name == watchTable {
			return w.Resource.Plan()
		}
	}
	return nil
}

// read reads the next call's rows: those behind the place, by stamp and then by key, whose second is
// over.
func read(ctx context.Context, book *record.Book, plan *resource.Plan, s *od.Subscription, until dental.DateTime) (b batch, err error) {
	stamp, key := "r.`"+plan.StampColumn()+"`", "r.`"+plan.KeyColumn()+"`"
	behind := "(" + stamp + " > ? OR " + stamp + " = ? AND " + key + " > ?) AND " + stamp + " < ?"
	order := " ORDER BY " + stamp + ", " + key
	start := store.Text(s.DateTimeStart.String())
	args := []store.Value{start, start, store.Int(s.PlaceNum), store.Text(until.String()), store.Int(rowsPerCall)}
	// One state for both: a row that is changed in between would be announced and not sent.
	err = book.DB.Snapshot(ctx, func(c store.Conn) error {
		rows := c.Query("SELECT "+key+", "+stamp+" FROM `"+plan.Table+"` AS r WHERE "+behind+order+" LIMIT ?", args...)
		for rows.Next() {
			b.rows++
			b.key = rows.Int(0)
			b.stamp, _ = dental.ParseDateTime(string(rows.Text(1)))
		}
		if err := rows.Close(); err != nil || b.rows == 0 {
			return err
		}
		b.body, err = plan.AppendRows(nil, c, "WHERE "+behind+order+" LIMIT ?", &resource.Format{}, args...)
		return err
	})
	return b, err
}

// call sends a batch. Its error is what the log says: kinds and numbers, and nothing of the rows.
func (n *Notifier) call(ctx context.Context, num practice.Num, book *record.Book, s *od.Subscription, b batch) error {
	began := time.Now()
	status, err := n.post(ctx, book, s, b.body)
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("the endpoint answered %d", status)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	level, text := n.log.Debug, "delivered"
	if err != nil {
		level, text = n.log.Warn, "not delivered, tried again later"
	}
	level(text, "practice", num, "subscription", s.SubscriptionNum, "rows", b.rows, "took", time.Since(began), "error", err)
	return err
}

func (n *Notifier) post(ctx context.Context, book *record.Book, s *od.Subscription, body []byte) (status int, err error) {
	sealer, err := n.practices.Sealer()
	if err != nil {
		return 0, err
	}
	key, err := sealer.Open(s.SealedKey)
	if err != nil {
		return 0, fmt.Errorf("the customer key: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.EndPointUrl, bytes.NewReader(body))
	if err != nil {
		return 0, errAddress
	}
	request.Header.Set("Authorization", key) // bare, without a scheme (conventions §15)
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("Event-Type", "WatchTable: "+s.WatchTable)
	if s.Workstation != "" {
		request.Header.Set("Workstation", strings.Map(printable, s.Workstation))
	}
	egress, err := od.EgressOf(ctx, book)
	if err != nil {
		return 0, errors.New("the practice's setting EgressHosts cannot be read")
	}
	client := egress.Client()
	client.Timeout = patience
	// What an endpoint says about another one is not an order: rows go where the developer said.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		return 0, reason(err)
	}
	defer response.Body.Close()
	// Read to its end, as the endpoint expects it; not without end.
	io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	return response.StatusCode, nil
}

// move notes the new place, when the claim still holds and nobody has changed the subscription. It
// tells whether it did, and then s has the new place too.
func move(ctx context.Context, book *record.Book, claim *workclaim.Claim, s *od.Subscription, start dental.DateTime, place int64) (moved bool, err error) {
	err = book.DB.Write(ctx, func(tx store.Tx) error {
		if err := claim.Check(tx); err != nil {
			return err
		}
		moved, err = od.MoveSubscription(tx, s, start, place)
		return err
	})
	if moved && err == nil {
		s.DateTimeStart, s.PlaceNum = start, place
	}
	return moved, err
}
