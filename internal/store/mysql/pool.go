package mysql

import (
	"context"
	"database/sql/driver"
	"slices"
	"sync"
	"time"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

// The bounds of a server's pool.
const (
	maxConnections = 64
	maxIdleTime    = 5 * time.Minute
	// No connection is kept for longer, so that a server that joins behind a balancer gets some.
	maxLifetime = 30 * time.Minute
)

// pool holds a server's connections. Each remembers which schema it used last and what it has
// prepared there, and serves that schema again if it can: database/sql's pool knows no such
// preference, and a change of schema costs a message, and one for each statement.
type pool struct {
	connector driver.Connector
	places    chan struct{} // holds one for each connection that is in use

	mu     sync.Mutex
	idle   []*conn // the one used last is the last
	closed bool
}

func newPool(connector driver.Connector) *pool {
	return &pool{connector: connector, places: make(chan struct{}, maxConnections)}
}

// take returns a connection that uses the schema, "" for none, until it is given back.
func (p *pool) take(ctx context.Context, schema string) (*conn, error) {
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Busy, ctx.Err(), "The database is busy; try again")
	}
	c, err := p.find(ctx, schema)
	if err != nil {
		<-p.places
		return nil, translateError(err)
	}
	return c, nil
}

func (p *pool) find(ctx context.Context, schema string) (*conn, error) {
	for {
		c := p.pick(schema)
		if c == nil {
			return p.open(ctx, schema)
		}
		// The server may have closed it while it lay here.
		if c.link.ResetSession(ctx) == nil {
			err := c.use(ctx, schema)
			if err != nil {
				c.close()
			}
			return c, err
		}
		c.close()
	}
}

// pick takes an idle connection: one of the same schema, or, when no more may be opened, the one
// that was unused for longest.
func (p *pool) pick(schema string) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for at, c := range slices.Backward(p.idle) {
		if c.schema == schema {
			p.idle = slices.Delete(p.idle, at, at+1)
			return c
		}
	}
	if len(p.places)+len(p.idle) <= maxConnections {
		return nil
	}
	c := p.idle[0]
	p.idle = slices.Delete(p.idle, 0, 1)
	return c
}

// sessionSettings are what every connection is set to, beyond the driver's own settings: a server may have
// other defaults.
const sessionSettings = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"

func (p *pool) open(ctx context.Context, schema string) (*conn, error) {
	raw, err := p.connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c := &conn{link: raw.(link), ctx: ctx, born: time.Now(), statements: make(map[string]statement)}
	if _, err = c.link.ExecContext(ctx, sessionSettings, nil); err == nil {
		err = c.use(ctx, schema)
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// give takes a connection back; one that is of no use any more is closed.
func (p *pool) give(c *conn) {
	c.reset()
	c.used = time.Now()
	var old []*conn
	p.mu.Lock()
	if p.closed || c.spoiled || !c.link.IsValid() || c.used.Sub(c.born) > maxLifetime {
		old = append(old, c)
	} else {
		p.idle = append(p.idle, c)
	}
	for len(p.idle) > 0 && c.used.Sub(p.idle[0].used) > maxIdleTime {
		old = append(old, p.idle[0])
		p.idle = slices.Delete(p.idle, 0, 1)
	}
	p.mu.Unlock()
	for _, c := range old {
		c.close()
	}
	<-p.places
}

// close closes what is idle, and what is given back from now on.
func (p *pool) close() error {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		c.close()
	}
	return nil
}
