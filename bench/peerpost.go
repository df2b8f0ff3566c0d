//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// refAttachRow is a refattach as the API answers it; the fields are in its order.
type refAttachRow struct {
	RefAttachNum       int64  `json:"RefAttachNum"`
	ReferralNum        int64  `json:"ReferralNum"`
	ReferralName       string `json:"referralName"`
	PatNum             int64  `json:"PatNum"`
	ItemOrder          int    `json:"ItemOrder"`
	RefDate            string `json:"RefDate"`
	ReferralType       string `json:"ReferralType"`
	RefToStatus        string `json:"RefToStatus"`
	Note               string `json:"Note"`
	IsTransitionOfCare string `json:"IsTransitionOfCare"`
	ProcNum            int64  `json:"ProcNum"`
	DateProcComplete   string `json:"DateProcComplete"`
	ProvNum            int64  `json:"ProvNum"`
	DateTStamp         string `json:"DateTStamp"`
}

// withoutLookups is the row without what the product reads before it writes, and without what differs
// from one write to the next.
func (r refAttachRow) withoutLookups() refAttachRow {
	r.ReferralName, r.ItemOrder = "", 0
	r.RefAttachNum, r.DateTStamp = 0, ""
	return r
}

const insertSQL = "INSERT INTO `bench_refattach` (`ReferralNum`, `PatNum`, `ItemOrder`, `RefDate`, `RefType`," +
	" `RefToStatus`, `Note`, `IsTransitionOfCare`, `ProcNum`, `DateProcComplete`, `ProvNum`, `DateTStamp`)" +
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

var (
	referralTypes = dental.ReferralType(0).Names()
	refToStatuses = dental.RefToStatus(0).Names()
)

// serveInsert writes the row and answers it. That is the least a durable POST can do: it checks no
// patient, source or duplicate, looks up no name and no place in the patient's order, and leaves no
// trail.
func (p *peer) serveInsert(w http.ResponseWriter, r *http.Request) error {
	row := refAttachRow{
		ReferralType: "RefFrom", RefToStatus: "None", IsTransitionOfCare: "false",
		DateProcComplete: "0001-01-01", DateTStamp: time.Now().Format(time.DateTime),
	}
	if err := json.NewDecoder(r.Body).Decode(&row); err != nil {
		return err
	}
	direction, status := slices.Index(referralTypes, row.ReferralType), slices.Index(refToStatuses, row.RefToStatus)
	if direction < 0 || status < 0 {
		return fmt.Errorf("%q or %q is not known", row.ReferralType, row.RefToStatus)
	}
	result, err := p.insert.ExecContext(r.Context(), row.ReferralNum, row.PatNum, row.ItemOrder, row.RefDate, direction,
		status, row.Note, row.IsTransitionOfCare == "true", row.ProcNum, row.DateProcComplete, row.ProvNum, row.DateTStamp)
	if err != nil {
		return err
	}
	if row.RefAttachNum, err = result.LastInsertId(); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, row)
}
