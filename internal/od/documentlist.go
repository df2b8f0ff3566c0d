package od

import (
	"bytes"
	"strconv"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// DocumentList is what GET /documents takes.
type DocumentList struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
}

var listDocuments = Reading(resource.Action{
	Method: "GET", Access: resource.Access{Group: resource.ReadAll, Since: "21.2"}, Paged: true, ServerDateTime: true,
	Answers: "an array of the patient's documents and mounts by DateCreated: DocNum, MountNum, filePath, Description, PatNum, Note, DateCreated, " +
		"docCategory, DocCategory, ToothNumbers, ProvNum, PrintHeading, DateTStamp, serverDateTime",
}, nil, func(c store.Conn, call *Call[DocumentList], dst []byte) ([]byte, error) {
	patient, err := patients.Get(c, int64(call.In.PatNum))
	if err != nil {
		return dst, err
	}
	folder, err := imagePath(c, patient)
	if err != nil {
		return dst, err
	}
	return appendDocuments(dst, c, call, folder)
})

// documentsOfPatient are documents that are in no mount, and mounts. Both are read by one statement, because a page
// has some of either.
const documentsOfPatient = "SELECT 0 AS `IsMount`, r.`DocNum` AS `Num`, r.`DateCreated` AS `Made`, r.`FileName`, r.`Description`, r.`Note`, d.`ItemName`," +
	" r.`DocCategory`, r.`ToothNumbers`, r.`ProvNum`, r.`PrintHeading`, r.`DateTStamp`" +
	" FROM `document` AS r LEFT JOIN `definition` AS d ON d.`DefNum` = r.`DocCategory` WHERE r.`PatNum` = ? AND r.`MountItemNum` = 0" +
	" UNION ALL SELECT 1, r.`MountNum`, r.`DateCreated`, '', r.`Description`, r.`Note`, d.`ItemName`, r.`DocCategory`, '', r.`ProvNum`, 0, r.`DateCreated`" +
	" FROM `mount` AS r LEFT JOIN `definition` AS d ON d.`DefNum` = r.`DocCategory` WHERE r.`PatNum` = ?" +
	" ORDER BY `Made`, `IsMount`, `Num` LIMIT ? OFFSET ?"

func appendDocuments(dst []byte, c store.Conn, call *Call[DocumentList], folder string) ([]byte, error) {
	// A second before, as in every list: what changes later in the same second has the same stamp.
	settled := appendMoment(nil, call.Settled.AddSeconds(-1), call.Format)
	patient := store.Int(call.In.PatNum)
	rows := c.Query(documentsOfPatient, patient, patient, store.Int(call.Page.Limit), store.Int(call.Page.Offset))
	dst = append(dst, '[')
	for isFirst := true; rows.Next(); isFirst = false {
		if !isFirst {
			dst = append(dst, ',')
		}
		dst = appendListedDocument(dst, rows, call, folder)
		dst = append(dst, `,"serverDateTime":`...)
		dst = append(append(dst, settled...), '}')
	}
	return append(dst, ']'), rows.Close()
}

func appendListedDocument(dst []byte, row store.Row, call *Call[DocumentList], folder string) []byte {
	isMount := row.Int(0) != 0
	docNum, mountNum := row.Int(1), int64(0)
	path, description := filePath(folder, string(row.Text(3))), string(row.Text(4))
	if isMount {
		docNum, mountNum = 0, row.Int(1)
		path, description = "", mountDescription(row.Text(2), description)
	}
	dst = strconv.AppendInt(append(dst, `{"DocNum":`...), docNum, 10)
	dst = strconv.AppendInt(append(dst, `,"MountNum":`...), mountNum, 10)
	dst = appendText(append(dst, `,"filePath":`...), []byte(path), call.Format)
	dst = appendText(append(dst, `,"Description":`...), []byte(description), call.Format)
	// The page prints these two as text (current page).
	dst = append(strconv.AppendInt(append(dst, `,"PatNum":"`...), int64(call.In.PatNum), 10), '"')
	dst = appendText(append(dst, `,"Note":`...), row.Text(5), call.Format)
	dst = appendStored(append(dst, `,"DateCreated":`...), row.Text(2), call.Format)
	dst = appendText(append(dst, `,"docCategory":`...), row.Text(6), call.Format)
	dst = strconv.AppendInt(append(dst, `,"DocCategory":`...), row.Int(7), 10)
	dst = appendText(append(dst, `,"ToothNumbers":`...), row.Text(8), call.Format)
	dst = append(strconv.AppendInt(append(dst, `,"ProvNum":"`...), row.Int(9), 10), '"')
	if isMount {
		return append(dst, `,"PrintHeading":"","DateTStamp":""`...)
	}
	dst = resource.AppendBool(append(dst, `,"PrintHeading":`...), row.Int(10) != 0)
	return appendStored(append(dst, `,"DateTStamp":`...), row.Text(11), call.Format)
}

// mountDescription begins with the day, " 5/11/2021: 4BW", as the document's example does, blank included.
func mountDescription(made []byte, description string) string {
	at, err := dental.ParseDateTime(string(made))
	if err != nil {
		return description
	}
	text := at.Date().String() // yyyy-MM-dd
	year, month, day := text[:4], text[5:7], text[8:10]
	return " " + trimZero(month) + "/" + trimZero(day) + "/" + year + ": " + description
}

func trimZero(number string) string {
	if number[0] == '0' {
		return number[1:]
	}
	return number
}

// appendText appends a JSON string as the engine appends a text field.
func appendText(dst, text []byte, format *resource.Format) []byte {
	if format.BreaksAsSpaces {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte(" ")), []byte("\n"), []byte(" "))
	}
	return resource.AppendText(dst, text)
}

// appendStored appends a datetime as it is stored.
func appendStored(dst, text []byte, format *resource.Format) []byte {
	if format.DateTime != nil {
		text = format.DateTime.Append(nil, text)
	}
	return resource.AppendText(dst, text)
}
