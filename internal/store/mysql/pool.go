package mysql

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"

	mysql "github.com/go-sql-driver/mysql"

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
	settings
	places chan struct{} // holds one for each connection that is in use

	mu     sync.Mutex
	idle   []*conn // the one used last is the last
	closed bool
}

func newPool(s settings) *pool {
	return &pool{settings: s, places: make(chan struct{}, maxConnections)}
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
	c, err := p.connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err = c.link.ExecContext(ctx, sessionSettings, nil); err == nil {
		err = c.use(ctx, schema)
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// connect has the driver greet the server over a wire of ours.
func (p *pool) connect(ctx context.Context) (*conn, error) {
	c := &conn{ctx: ctx, born: time.Now(), statements: make(map[string]statement)}
	config := p.driver.Clone()
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		raw, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.wire = newWire(raw, p.settings)
		return c.wire, nil
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	connected, err := connector.Connect(ctx)
	if err != nil {
		if c.wire != nil && c.wire.refusal != nil {
			err = c.wire.refusal // the driver knows only that it could not go on
		}
		return nil, err
	}
	c.link = connected.(link)
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
