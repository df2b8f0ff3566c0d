package odapi

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The methods of the API, one function each.

func list(ctx context.Context, c *call) (answer, error) {
	query, err := c.query()
	if err != nil {
		return answer{}, err
	}
	plan := c.route.resource.Plan()
	question, err := plan.Ask(c.route.list, query, c.key.May(string(resource.Enterprise)))
	if err != nil {
		return answer{}, err
	}
	settled, err := c.settled(ctx, plan.Lists[c.route.list].ServerDateTime)
	if err != nil {
		return answer{}, err
	}
	err = c.book.DB.Read(ctx, func(conn store.Conn) error {
		c.buffer.bytes, err = plan.AppendList(c.buffer.bytes[:0], conn, question, settled, &c.format)
		return err
	})
	return answer{status: http.StatusOK, body: c.buffer.bytes}, err
}

// settled is the moment that an answer with serverDateTime gives. It is taken before the rows are
// read: what is written meanwhile is newer.
func (c *call) settled(ctx context.Context, told bool) (dental.DateTime, error) {
	if !told {
		return dental.DateTime{}, nil
	}
	return c.book.Settled(ctx)
}

func get(ctx context.Context, c *call) (answer, error) {
	if err := c.noParameters(); err != nil {
		return answer{}, err
	}
	plan := c.route.resource.Plan()
	settled, err := c.settled(ctx, plan.ServerDateTime)
	if err != nil {
		return answer{}, err
	}
	err = c.book.DB.Read(ctx, func(conn store.Conn) (err error) {
		c.buffer.bytes, err = plan.AppendGet(c.buffer.bytes[:0], conn, c.route.key, settled, &c.format)
		return err
	})
	return answer{status: http.StatusOK, body: c.buffer.bytes}, err
}

func create(ctx context.Context, c *call) (answer, error) {
	if err := c.noParameters(); err != nil {
		return answer{}, err
	}
	body, err := c.readBody(ctx)
	if err != nil {
		return answer{}, err
	}
	key, made, err := c.route.resource.Create(ctx, c.desk(), body, c.buffer.bytes[:0])
	if err != nil {
		return answer{}, err
	}
	c.buffer.bytes = made
	a := answer{status: http.StatusCreated, body: made}
	// "No location header … because we don't support GET single" (seed 002, PatPlans POST).
	if plan := c.route.resource.Plan(); plan.Get.Group != "" && key != 0 {
		a.location = location(c.request, plan, key)
	}
	return a, nil
}

func update(ctx context.Context, c *call) (answer, error) {
	if err := c.noParameters(); err != nil {
		return answer{}, err
	}
	body, err := c.readBody(ctx)
	if err != nil {
		return answer{}, err
	}
	changed, err := c.route.resource.Update(ctx, c.desk(), c.route.key, body, c.buffer.bytes[:0])
	if err != nil {
		return answer{}, err
	}
	c.buffer.bytes = changed
	return answer{status: http.StatusOK, body: changed}, nil
}

func remove(ctx context.Context, c *call) (answer, error) {
	if err := c.noParameters(); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK}, c.route.resource.Delete(ctx, c.desk(), c.route.key)
}

// act runs a declared action.
func act(ctx context.Context, c *call) (answer, error) {
	sent := od.Sent{Key: c.route.key}
	var err error
	if c.route.method == http.MethodGet {
		sent.Query, err = c.query()
	} else if err = c.noParameters(); err == nil {
		sent.Body, err = c.readBody(ctx)
	}
	if err != nil {
		return answer{}, err
	}
	done, err := c.route.act.Do(ctx, c.route.resource, c.desk(), sent, c.buffer.bytes[:0])
	if err != nil {
		return answer{}, err
	}
	if done.Body != nil {
		c.buffer.bytes = done.Body
	}
	a := answer{status: http.StatusOK, body: done.Body, location: done.Location, content: done.Content}
	if c.route.method == http.MethodPost && !done.NothingDone {
		a.status = http.StatusCreated
	}
	if plan := c.route.resource.Plan(); done.Made != 0 && plan.Get.Group != "" {
		a.location = location(c.request, plan, done.Made)
	}
	return a, nil
}

// sealKey seals the customer key that the request came with.
func (c *call) sealKey() (string, error) {
	sealer, err := c.practices.Sealer()
	if err != nil {
		return "", err
	}
	return sealer.Seal(c.customer), nil
}

// desk is where the caller writes.
func (c *call) desk() od.Desk {
	return od.Desk{
		Book: c.book, Caller: c.caller, Rules: c.rules, Format: &c.format,
		Enterprise: c.key.May(string(resource.Enterprise)), SealKey: c.sealKey, Files: c.files(),
	}
}

// query reads the parameters and takes the two date formats, which every GET knows, out of them.
func (c *call) query() (url.Values, error) {
	if c.request.URL.RawQuery == "" {
		return nil, nil
	}
	query, err := url.ParseQuery(c.request.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.Invalid, "The query is not percent-encoded as it must be")
	}
	if c.route.method != http.MethodGet {
		return query, nil
	}
	for _, format := range []struct {
		param  string
		target **resource.DateFormat
	}{
		{"DateFormatString", &c.format.Date},
		{"DateTimeFormatString", &c.format.DateTime},
	} {
		var patterns []string
		for name, values := range query {
			if strings.EqualFold(name, format.param) {
				patterns = append(patterns, values...)
				delete(query, name)
			}
		}
		if len(patterns) > 1 {
			return nil, fault.InvalidFields([]fault.Field{{Name: format.param, Text: format.param + " is given more than once"}})
		}
		if len(patterns) == 0 || patterns[0] == "" {
			continue
		}
		if *format.target, err = resource.ParseDateFormat(patterns[0], time.Local); err != nil {
			return nil, fault.InvalidFields([]fault.Field{{Name: format.param, Text: format.param + " " + err.Error()}})
		}
	}
	return query, nil
}

// noParameters refuses parameters that the method does not know.
func (c *call) noParameters() error {
	query, err := c.query()
	if err != nil || len(query) == 0 {
		return err
	}
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, bounded(name))
	}
	slices.Sort(names)
	return fault.New(fault.Invalid, "%s is not a parameter of this method", strings.Join(names, ", "))
}
