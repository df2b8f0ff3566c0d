//go:build linux

package main

import "fmt"

// engine is what the product keeps its data in, and what it must come to there.
type engine struct {
	name          string // on the command line
	base          string // what the ratios are to, in the table
	needsDatabase bool   // a database server of its own is started
	targets       []target
}

// target is a route with the ways of answering it that are compared, and its goals.
type target struct {
	name string // of the route
	// ways begin with the product and end with the one that the ratios are to.
	ways []way

	floor     float64 // of the last way's requests per second; 0 is no goal
	maxTime   float64 // of the last way's time for a request; 0 is no goal
	maxAllocs float64 // per request; 0 is no goal
	maxCPU    float64 // of the server, in milliseconds per request; 0 is no goal
}

// way is one way of answering a route.
type way int

const (
	byProduct way = iota // the API itself, on the engine
	bySQLite             // the API on SQLite, when that is not the engine
	byPeer               // database/sql and encoding/json, on the same database
	byStatic             // the same bytes from memory
)

func engines() []engine {
	return []engine{
		{
			name: "sqlite", base: "static",
			targets: []target{
				{name: "patient", ways: []way{byProduct, byStatic}, floor: 0.40},
				{name: "list", ways: []way{byProduct, byPeer, byStatic}, floor: 0.12, maxAllocs: 60},
				{name: "post", ways: []way{byProduct, byStatic}, floor: 0.12},
				{name: "day", ways: []way{byProduct, byStatic}},
				{name: "slots", ways: []way{byProduct, byStatic}, maxCPU: 5},
				{name: "procedures", ways: []way{byProduct, byStatic}},
				{name: "prepare", ways: []way{byProduct, byStatic}, floor: 0.15},
				{name: "status", ways: []way{byProduct, byStatic}, floor: 0.40},
				{name: "page", ways: []way{byProduct, byStatic}},
				{name: "firstbyte", ways: []way{byProduct, byStatic}},
			},
		},
		{
			name: "mariadb", base: "bare", needsDatabase: true,
			targets: []target{
				{name: "patient", ways: []way{byProduct, bySQLite, byPeer}, floor: 1},
				{name: "list", ways: []way{byProduct, bySQLite, byPeer}, floor: 1.5},
				{name: "post", ways: []way{byProduct, bySQLite, byPeer}, maxTime: 1.3},
				// A lone write has nobody to share its commit with: it is shown, and has no goal.
				{name: "single", ways: []way{byProduct, bySQLite, byPeer}},
			},
		},
	}
}

func chooseEngine(name string) (engine, error) {
	for _, e := range engines() {
		if e.name == name {
			return e, nil
		}
	}
	return engine{}, fmt.Errorf("there is no engine %q", name)
}

// choose is the target of one route, or all when name is "".
func (e engine) choose(name string) ([]target, error) {
	if name == "" {
		return e.targets, nil
	}
	for i := range e.targets {
		if e.targets[i].name == name {
			return e.targets[i : i+1], nil
		}
	}
	return nil, fmt.Errorf("%s has no route %q", e.name, name)
}

func (t target) route() route { return routes()[t.name] }
