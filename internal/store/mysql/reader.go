package mysql

import (
	"database/sql/driver"
	"time"

	mysql "github.com/go-sql-driver/mysql"
)

// Reader makes connections to the schema for callers' own SQL, which package query has understood and
// written anew: one statement at a time, no strictness, and, where user is not "", as a user of the server
// with fewer rights. silence is how long a statement may take.
func (d *DB) Reader(user, password string, silence time.Duration) (driver.Connector, error) {
	config := d.server.settings.driver.Clone()
	config.TLS, config.AllowFallbackToPlaintext = d.server.settings.secure, d.server.settings.optional
	if user != "" {
		config.User, config.Passwd = user, password
	}
	config.DBName = d.schema
	config.MultiStatements, config.InterpolateParams = false, false
	config.ReadTimeout = silence
	config.Params = map[string]string{
		"autocommit": "1",
		// As Open Dental's own servers are set up: what does not fit is cut, and bare columns may be selected.
		"sql_mode":             "''",
		"group_concat_max_len": "1048576",
	}
	return mysql.NewConnector(config)
}

// BeforeClose has fn called when the database is closed: who has opened connections beside this
// package's closes them there.
func (d *DB) BeforeClose(fn func()) {
	d.ending.Lock()
	defer d.ending.Unlock()
	d.endings = append(d.endings, fn)
}
