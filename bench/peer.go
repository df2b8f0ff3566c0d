//go:build linux

package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // database/sql's driver of the same engine
)

// peer answers as most Go services are written: database/sql, a struct per row, encoding/json. It
// does none of what surrounds a request in the product, such as keys, permissions and the trail, and
// prepares its statements once, which many services do not.
type peer struct {
	db                                *sql.DB
	patient, referrals, insert, tally *sql.Stmt // the last two are nil where it only reads
	handler                           http.Handler
}

// openPeer opens the sample's practice a second time.
func openPeer(s *sample) (*peer, error) {
	if strings.HasPrefix(s.location, "mysql://") {
		return openPeerOnMariaDB(s.location, s.practice.Database)
	}
	return openPeerOnSQLite(filepath.Join(s.location, s.practice.Database))
}

// openPeerOnSQLite reads only, with the settings of the product's own readers.
func openPeerOnSQLite(file string) (*peer, error) {
	settings := url.Values{
		"mode":    {"ro"},
		"_pragma": {"busy_timeout(5000)", "cache_size(-2000)", "temp_store(MEMORY)", "mmap_size(1073741824)", "query_only(1)"},
	}
	db, err := sql.Open("sqlite", "file:"+file+"?"+settings.Encode())
	if err != nil {
		return nil, err
	}
	readers := max(2, runtime.GOMAXPROCS(0))
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return newPeer(db)
}

// openPeerOnMariaDB has a connection for each request of the most crowded route. It writes to a table
// of its own, a copy of the product's with its rows and indexes: neither slows the other down.
func openPeerOnMariaDB(address, schema string) (*peer, error) {
	db, err := openMariaDB(address, schema, mostConnections)
	if err != nil {
		return nil, err
	}
	for _, statement := range []string{
		"CREATE TABLE `bench_refattach` LIKE `refattach`",
		"INSERT INTO `bench_refattach` SELECT * FROM `refattach`",
	} {
		if _, err := db.Exec(statement); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	p, err := newPeer(db)
	if err != nil {
		return nil, err
	}
	if p.insert, err = db.Prepare(insertSQL); err == nil {
		p.tally, err = db.Prepare("SELECT COUNT(*) FROM `bench_refattach`")
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func newPeer(db *sql.DB) (p *peer, err error) {
	p = &peer{db: db}
	if p.patient, err = db.Prepare(patientSQL); err == nil {
		p.referrals, err = db.Prepare(referralsSQL)
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET " + peerPrefix + "patients/{PatNum}": p.servePatient,
		"GET " + peerPrefix + "referrals":         p.serveReferrals,
		"POST " + peerPrefix + "refattaches":      p.serveInsert,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := serve(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	p.handler = mux
	return p, nil
}

// count is how many rows the peer's own table has.
func (p *peer) count(ctx context.Context) (n int64, err error) {
	if p.tally == nil {
		return 0, nil
	}
	return n, p.tally.QueryRowContext(ctx).Scan(&n)
}

// close closes the pool, and with it the statements.
func (p *peer) close() error { return p.db.Close() }

func writeJSON(w http.ResponseWriter, status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
	return nil
}
