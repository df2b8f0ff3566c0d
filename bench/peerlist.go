//go:build linux

package main

import (
	"context"
	"net/http"
	"strconv"
)

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

const referralsSQL = "SELECT r.`ReferralNum`, r.`LName`, r.`FName`, r.`MName`, r.`SSN`, r.`UsingTIN`, r.`Specialty`," +
	" COALESCE(d.`ItemName`, ''), r.`ST`, r.`Telephone`, r.`Address`, r.`Address2`, r.`City`, r.`Zip`," +
	" COALESCE(r.`Note`, ''), r.`Phone2`, r.`IsHidden`, r.`NotPerson`, r.`Title`, r.`EMail`, r.`PatNum`," +
	" r.`IsDoctor`, r.`DateTStamp`, r.`IsPreferred`, r.`BusinessName`, r.`DisplayNote`" +
	" FROM `referral` AS r LEFT JOIN `definition` AS d ON d.`DefNum` = r.`Specialty`" +
	" ORDER BY r.`ReferralNum` LIMIT ? OFFSET ?"

// read reads a page into structs.
func (p *peer) readReferrals(ctx context.Context, limit, offset int) ([]referralRow, error) {
	rows, err := p.referrals.QueryContext(ctx, limit, offset)
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

func (p *peer) serveReferrals(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	limit, err := strconv.Atoi(query.Get("Limit"))
	if err != nil {
		return err
	}
	offset, err := strconv.Atoi(query.Get("Offset"))
	if err != nil {
		return err
	}
	rows, err := p.readReferrals(r.Context(), limit, offset)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, rows)
}
