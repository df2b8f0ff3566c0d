package od

import (
	"context"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// newDocument is what every way to make a document has in common.
type newDocument struct {
	Document
	category string // the name of DocCategory, where that was not sent
	usual    string // the name of the category where such documents are usually kept; "" is none
	hasDate  bool
}

// firstDocument is the earliest day that is no slip of the hand.
var firstDocument, _ = dental.ParseDate("1880-01-01")

// documentFaults are those of the fields that every way to make a document takes.
func documentFaults(teeth string, made dental.DateTime) []fault.Field {
	var faults []fault.Field
	if !made.Date().IsNone() && made.Date().Before(firstDocument) {
		faults = append(faults, fault.Field{Name: "DateCreated", Text: "DateCreated cannot be before 1880-01-01"})
	}
	if strings.TrimSpace(teeth) == "" {
		return faults
	}
	if expanded, ok := dental.ExpandTeeth(teeth); !ok || len(expanded) > 255 {
		faults = append(faults, fault.Field{Name: "ToothNumbers", Text: "ToothNumbers must be teeth, such as 1,2,5-8"})
	}
	return faults
}

// insert adds the row in the transaction. A FileName that is only an extension gets the patient's name and the
// key before it.
func (n *newDocument) insert(tx *record.Tx) (*Document, error) {
	patient, err := livingPatient(tx, n.PatNum)
	if err != nil {
		return nil, err
	}
	row := n.Document
	if row.DocCategory, err = n.docCategory(tx); err != nil {
		return nil, err
	}
	if !n.hasDate {
		row.DateCreated = tx.At
	}
	if strings.TrimSpace(row.ToothNumbers) != "" {
		row.ToothNumbers, _ = dental.ExpandTeeth(row.ToothNumbers)
	}
	if strings.HasPrefix(row.FileName, ".") {
		row.FileName = ""
	} else if row.FileName, err = freeName(tx, n.PatNum, row.FileName); err != nil {
		return nil, err
	}
	if err := record.Create(tx, documents, &row); err != nil {
		return nil, err
	}
	if row.FileName == "" && n.FileName != "" {
		named := row
		if named.FileName, err = generatedName(tx, patient, row.DocNum, n.FileName); err != nil {
			return nil, err
		}
		return &named, record.Update(tx, documents, &row, &named)
	}
	return &row, nil
}

// check refuses what insert would refuse, before a file is received for it.
func (n *newDocument) check(ctx context.Context, desk Desk) error {
	return desk.Book.DB.Read(ctx, func(c store.Conn) error {
		_, err := n.docCategory(c)
		return err
	})
}

// docCategory is what was sent, by key or by name, else the practice's own default, else what is usual for such a document, else the
// first of the category.
func (n *newDocument) docCategory(c store.Conn) (dental.DefNum, error) {
	if n.DocCategory != 0 {
		return n.DocCategory, nil
	}
	if n.category != "" {
		return findDefinition(c, imageCategories, n.category, "docCategory")
	}
	chosen, err := preferenceNum(c, "ImageCategoryDefault")
	if err != nil {
		return 0, err
	}
	if chosen != 0 {
		found, err := definitions.Find(c, "WHERE `DefNum` = ? AND `Category` = ?", store.Int(chosen), store.Int(imageCategories))
		if err != nil || len(found) > 0 {
			return dental.DefNum(chosen), err
		}
	}
	found, err := first(definitions.Find(c, "WHERE `Category` = ? AND `IsHidden` = 0 ORDER BY CASE WHEN `ItemNameFold` = ? THEN 0 ELSE 1 END, `ItemOrder`, `DefNum` LIMIT 1",
		store.Int(imageCategories), store.Text(dental.Fold(n.usual))))
	if err != nil || found == nil {
		return 0, err
	}
	return found.DefNum, nil
}

// imageCategories is the list that documents are sorted by.
const imageCategories dental.DefCat = 18

// generatedName is the name of a file that came without one, "SmithJohn440.gif" (notes.md §3).
func generatedName(c store.Conn, patient *Patient, num dental.DocNum, extension string) (string, error) {
	return freeName(c, patient.PatNum, lettersOf(patient)+strconv.FormatInt(int64(num), 10)+extension)
}

// lettersOf are the letters of a patient's name, as in the patient's folder.
func lettersOf(patient *Patient) string {
	return strings.TrimRight(imageFolder(patient), "0123456789")
}

// freeName is a name that no other document of the patient has.
func freeName(c store.Conn, patient dental.PatNum, name string) (string, error) {
	taken := make(map[string]bool)
	rows := c.Query("SELECT `FileName` FROM `document` WHERE `PatNum` = ?", store.Int(patient))
	for rows.Next() {
		taken[strings.ToLower(string(rows.Text(0)))] = true
	}
	if err := rows.Close(); err != nil {
		return "", err
	}
	return document.FreeName(name, func(name string) bool { return taken[strings.ToLower(name)] }), nil
}

// keep stores a received body and the row that needs it, and answers the row. The row commits after the body is
// durable.
func (n *newDocument) keep(ctx context.Context, desk Desk, received *document.Received,
	answer func(tx *record.Tx, row *Document) error) error {
	return desk.Files.Keep(ctx, []*document.Received{received}, func() error {
		return desk.Book.Write(ctx, desk.Caller, func(tx *record.Tx) error {
			row, err := n.insert(tx)
			if err != nil {
				return err
			}
			if err := received.Use(tx, row.owner(), document.File); err != nil {
				return err
			}
			return answer(tx, row)
		})
	})
}

// appendDocument answers a document as its GET does.
func appendDocument(dst []byte, c store.Conn, row *Document, format *resource.Format) ([]byte, error) {
	return documents.AppendOne(dst, c, int64(row.DocNum), format)
}
