//go:build linux

package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"net/url"
	"runtime"
	"strconv"

	_ "modernc.org/sqlite" // database/sql's driver of the same engine
)

// peer answers the list of referrals as most Go services are written: database/sql, a struct per
// row, encoding/json. It does none of what surrounds the list in the product, such as keys and
// permissions, and prepares its statement once, which many services do not.
type peer struct {
	db   *sql.DB
	list *sql.Stmt
}

// referralRow is a row of the answer; the fields are in the API's order.
type referralRow struct {
	ReferralNum  int64  `json:"ReferralNum"`
	LName        string `json:"LName"`
	FName        string `json:"FName"`
	MName        string `json:"MName"`
	SSN          string `json:"SSN"`
	UsingTIN     string `json:"UsingTIN"`
	Specialty    int64  `json:"Specialty"`
	SpecialtyOf  string `json:"specialty"`
	ST           string `json:"ST"`
	Telephone    string `json:"Telephone"`
	Address      string `json:"Address"`
	Address2     string `json:"Address2"`
	City         string `json:"City"`
	Zip          string `json:"Zip"`
	Note         string `json:"Note"`
	Phone2       string `json:"Phone2"`
	IsHidden     string `json:"IsHidden"`
	NotPerson    string `json:"NotPerson"`
	Title        string `json:"Title"`
	EMail        string `json:"EMail"`
	PatNum       int64  `json:"PatNum"`
	IsDoctor     string `json:"IsDoctor"`
	DateTStamp   string `json:"DateTStamp"`
	IsPreferred  string `json:"IsPreferred"`
	BusinessName string `json:"BusinessName"`
	DisplayNote  string `json:"DisplayNote"`
	IsPatient    string `json:"isPatient"`
}

const peerSQL = "SELECT r.`ReferralNum`, r.`LName`, r.`FName`, r.`MName`, r.`SSN`, r.`UsingTIN`, r.`Specialty`," +
	" COALESCE(d.`ItemName`, ''), r.`ST`, r.`Telephone`, r.`Address`, r.`Address2`, r.`City`, r.`Zip`," +
	" COALESCE(r.`Note`, ''), r.`Phone2`, r.`IsHidden`, r.`NotPerson`, r.`Title`, r.`EMail`, r.`PatNum`," +
	" r.`IsDoctor`, r.`DateTStamp`, r.`IsPreferred`, r.`BusinessName`, r.`DisplayNote`" +
	" FROM `referral` AS r LEFT JOIN `definition` AS d ON d.`DefNum` = r.`Specialty`" +
	" ORDER BY r.`ReferralNum` LIMIT ? OFFSET ?"

// openPeer opens the file a second time, for reading only, with the settings of the product's
// own readers.
func openPeer(file string) (*peer, error) {
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
	list, err := db.Prepare(peerSQL)
	return &peer{db: db, list: list}, err
}

func (p *peer) close() error {
	p.list.Close()
	return p.db.Close()
}

// read reads a page into structs.
func (p *peer) read(ctx context.Context, limit, offset int) ([]referralRow, error) {
	rows, err := p.list.QueryContext(ctx, limit, offset)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make([]referralRow, 0, limit)
	for rows.Next() {
		var r referralRow
		var usingTIN, isHidden, notPerson, isDoctor, isPreferred bool
		err := rows.Scan(&r.ReferralNum, &r.LName, &r.FName, &r.MName, &r.SSN, &usingTIN, &r.Specialty,
			&r.SpecialtyOf, &r.ST, &r.Telephone, &r.Address, &r.Address2, &r.City, &r.Zip,
			&r.Note, &r.Phone2, &isHidden, &notPerson, &r.Title, &r.EMail, &r.PatNum,
			&isDoctor, &r.DateTStamp, &isPreferred, &r.BusinessName, &r.DisplayNote)
		if err != nil {
			return nil, err
		}
		r.UsingTIN, r.IsHidden, r.NotPerson = strconv.FormatBool(usingTIN), strconv.FormatBool(isHidden), strconv.FormatBool(notPerson)
		r.IsDoctor, r.IsPreferred = strconv.FormatBool(isDoctor), strconv.FormatBool(isPreferred)
		r.IsPatient = strconv.FormatBool(r.PatNum != 0)
		found = append(found, r)
	}
	return found, rows.Err()
}

// ServeHTTP implements http.Handler.
func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, err := strconv.Atoi(query.Get("Limit"))
	if err != nil {
		http.Error(w, "Limit", http.StatusBadRequest)
		return
	}
	offset, err := strconv.Atoi(query.Get("Offset"))
	if err != nil {
		http.Error(w, "Offset", http.StatusBadRequest)
		return
	}
	rows, err := p.read(r.Context(), limit, offset)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	body, err := json.Marshal(rows)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}
