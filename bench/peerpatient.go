//go:build linux

package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// patientRow is a patient as the API answers it; the fields are in its order.
type patientRow struct {
	PatNum              int64       `json:"PatNum"`
	LName               string      `json:"LName"`
	FName               string      `json:"FName"`
	MiddleI             string      `json:"MiddleI"`
	Preferred           string      `json:"Preferred"`
	PatStatus           string      `json:"PatStatus"`
	Gender              string      `json:"Gender"`
	Position            string      `json:"Position"`
	Birthdate           string      `json:"Birthdate"`
	SSN                 string      `json:"SSN"`
	Address             string      `json:"Address"`
	Address2            string      `json:"Address2"`
	City                string      `json:"City"`
	State               string      `json:"State"`
	Zip                 string      `json:"Zip"`
	HmPhone             string      `json:"HmPhone"`
	WkPhone             string      `json:"WkPhone"`
	WirelessPhone       string      `json:"WirelessPhone"`
	Guarantor           int64       `json:"Guarantor"`
	Email               string      `json:"Email"`
	EstBalance          json.Number `json:"EstBalance"`
	PriProv             int64       `json:"PriProv"`
	PriProvAbbr         string      `json:"priProvAbbr"`
	SecProv             int64       `json:"SecProv"`
	SecProvAbbr         string      `json:"secProvAbbr"`
	FeeSched            int64       `json:"FeeSched"`
	BillingType         string      `json:"BillingType"`
	ImageFolder         string      `json:"ImageFolder"`
	FamFinUrgNote       string      `json:"FamFinUrgNote"`
	ChartNumber         string      `json:"ChartNumber"`
	MedicaidID          string      `json:"MedicaidID"`
	BalTotal            json.Number `json:"BalTotal"`
	EmployerNum         int64       `json:"EmployerNum"`
	DateFirstVisit      string      `json:"DateFirstVisit"`
	ClinicNum           int64       `json:"ClinicNum"`
	ClinicAbbr          string      `json:"clinicAbbr"`
	Premed              string      `json:"Premed"`
	Ward                string      `json:"Ward"`
	PreferConfirmMethod string      `json:"PreferConfirmMethod"`
	PreferContactMethod string      `json:"PreferContactMethod"`
	PreferRecallMethod  string      `json:"PreferRecallMethod"`
	Language            string      `json:"Language"`
	AdmitDate           string      `json:"AdmitDate"`
	SiteDesc            string      `json:"siteDesc"`
	DateTStamp          string      `json:"DateTStamp"`
	SuperFamily         int64       `json:"SuperFamily"`
	TxtMsgOk            string      `json:"TxtMsgOk"`
	SecDateEntry        string      `json:"SecDateEntry"`
}

const patientSQL = "SELECT " +
	"r.`PatNum`, r.`LName`, r.`FName`, r.`MiddleI`, r.`Preferred`, r.`PatStatus`, r.`Gender`, " +
	"r.`Position`, r.`Birthdate`, r.`SSN`, r.`Address`, r.`Address2`, r.`City`, r.`State`, r.`Zip`, " +
	"r.`HmPhone`, r.`WkPhone`, r.`WirelessPhone`, r.`Guarantor`, r.`Email`, r.`EstBalance`, r.`PriProv`, " +
	"COALESCE(p.`Abbr`, ''), r.`SecProv`, COALESCE(s.`Abbr`, ''), r.`FeeSched`, " +
	"COALESCE(b.`ItemName`, ''), r.`ImageFolder`, COALESCE(r.`FamFinUrgNote`, ''), r.`ChartNumber`, " +
	"r.`MedicaidID`, r.`BalTotal`, r.`EmployerNum`, r.`DateFirstVisit`, r.`ClinicNum`, " +
	"COALESCE(c.`Abbr`, ''), r.`Premed`, r.`Ward`, r.`PreferConfirmMethod`, r.`PreferContactMethod`, " +
	"r.`PreferRecallMethod`, r.`Language`, r.`AdmitDate`, COALESCE(t.`Description`, ''), r.`DateTStamp`, " +
	"r.`SuperFamily`, r.`TxtMsgOk`, r.`SecDateEntry`" +
	" FROM `patient` AS r" +
	" LEFT JOIN `provider` AS p ON p.`ProvNum` = r.`PriProv`" +
	" LEFT JOIN `provider` AS s ON s.`ProvNum` = r.`SecProv`" +
	" LEFT JOIN `definition` AS b ON b.`DefNum` = r.`BillingType`" +
	" LEFT JOIN `clinic` AS c ON c.`ClinicNum` = r.`ClinicNum`" +
	" LEFT JOIN `site` AS t ON t.`SiteNum` = r.`SiteNum`" +
	" WHERE r.`PatNum` = ?"

// The names of what is stored as a number.
var (
	patStatuses    = dental.PatStatus(0).Names()
	genders        = dental.Gender(0).Names()
	positions      = dental.Position(0).Names()
	contactMethods = dental.ContactMethod(0).Names()
	yesNo          = dental.YesNo(0).Names()
)

// readPatient reads one patient into a struct.
func (p *peer) readPatient(ctx context.Context, number int64) (*patientRow, error) {
	var r patientRow
	var status, gender, position, confirm, contact, recall, text int
	var premed bool
	var balance, total float64
	err := p.patient.QueryRowContext(ctx, number).Scan(
		&r.PatNum, &r.LName, &r.FName, &r.MiddleI, &r.Preferred, &status, &gender, &position,
		&r.Birthdate, &r.SSN, &r.Address, &r.Address2, &r.City, &r.State, &r.Zip, &r.HmPhone,
		&r.WkPhone, &r.WirelessPhone, &r.Guarantor, &r.Email, &balance, &r.PriProv, &r.PriProvAbbr,
		&r.SecProv, &r.SecProvAbbr, &r.FeeSched, &r.BillingType, &r.ImageFolder, &r.FamFinUrgNote,
		&r.ChartNumber, &r.MedicaidID, &total, &r.EmployerNum, &r.DateFirstVisit, &r.ClinicNum,
		&r.ClinicAbbr, &premed, &r.Ward, &confirm, &contact, &recall, &r.Language, &r.AdmitDate,
		&r.SiteDesc, &r.DateTStamp, &r.SuperFamily, &text, &r.SecDateEntry)
	if err != nil {
		return nil, err
	}
	r.PatStatus, r.Gender, r.Position = patStatuses[status], genders[gender], positions[position]
	r.PreferConfirmMethod, r.PreferContactMethod = contactMethods[confirm], contactMethods[contact]
	r.PreferRecallMethod, r.TxtMsgOk, r.Premed = contactMethods[recall], yesNo[text], strconv.FormatBool(premed)
	r.EstBalance, r.BalTotal = money(balance), money(total)
	return &r, nil
}

// money is an amount as the API writes it: encoding/json would leave the fraction of 0.0 out.
func money(amount float64) json.Number {
	text := strconv.FormatFloat(amount, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return json.Number(text)
}

func (p *peer) servePatient(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseInt(r.PathValue("PatNum"), 10, 64)
	if err != nil {
		return err
	}
	found, err := p.readPatient(r.Context(), number)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, found)
}
