package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"path"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// The documents and mounts of seed 002, with their keys where it prints them, and some others.

// Image categories, definitions of category 18. The examples call photos 47.
const (
	letters     dental.DefNum = 135
	bitewings   dental.DefNum = 179
	fullMouth   dental.DefNum = 180
	panos       dental.DefNum = 181
	stockPhotos dental.DefNum = 182
	photos      dental.DefNum = 47
)

// The mounts of the examples.
const (
	fourBitewings dental.MountNum = 15
	fullSeries    dental.MountNum = 20
)

const smithJohn dental.PatNum = 15

// bitewingPatient is the patient of the example of GET.
const bitewingPatient dental.PatNum = 101

func sampleDocuments() []*od.Document {
	rows := []*od.Document{
		{DocNum: 34, PatNum: bitewingPatient, Description: "Scanned image", FileName: "exampleimage.jpg", DocCategory: letters,
			DateCreated: moment("2021-04-08 08:12:21"), DateTStamp: moment("2021-04-18 11:45:01")},
		{DocNum: 389, PatNum: 1, Description: "Extraoral", FileName: "SmithJohn389.png", DocCategory: photos, ImgType: dental.ImgPhoto,
			DateCreated: moment("2021-03-02 10:15:00")},
		{DocNum: 408, PatNum: 16, Description: "Letter to the endodontist", FileName: "SmithJane408.pdf", DocCategory: letters,
			DateCreated: moment("2021-05-12 09:00:00")},
		{DocNum: 409, PatNum: 16, Description: "Panoramic", FileName: "SmithJane409.dcm", DocCategory: panos, ImgType: dental.ImgRadiograph,
			DateCreated: moment("2021-05-12 09:05:00")},
		{DocNum: 410, PatNum: 2, Description: "Referral form", FileName: "JohnsonBrody410.tif", DocCategory: letters,
			DateCreated: moment("2021-05-20 16:40:00")},
		{DocNum: 440, PatNum: smithJohn, Description: "Upper jaw", FileName: "SmithJohn440.gif", DocCategory: photos, ImgType: dental.ImgPhoto,
			DateCreated: moment("2021-05-25 14:00:00")},
		{DocNum: 441, PatNum: smithJohn, Description: "Lower jaw", FileName: "SmithJohn441.gif", DocCategory: photos, ImgType: dental.ImgPhoto,
			DateCreated: moment("2021-05-25 14:01:00")},
	}
	for i := range 4 {
		rows = append(rows, mounted(35, i, bitewingPatient, bitewings, 1, "2021-05-11 13:26:39"))
	}
	for i := range 18 {
		rows = append(rows, mounted(390, i, smithJohn, fullMouth, 5, "2021-05-18 10:30:00"))
	}
	for _, row := range rows {
		if row.DateTStamp.IsNone() {
			row.DateTStamp = row.DateCreated
		}
	}
	return rows
}

// mounted is the image at a place of a mount. Those of the lower jaw were taken upside down.
func mounted(first dental.DocNum, place int, patient dental.PatNum, category dental.DefNum, firstItem dental.MountItemNum, made string) *od.Document {
	num := first + dental.DocNum(place)
	row := &od.Document{
		DocNum: num, PatNum: patient, FileName: fmt.Sprintf("Sensor%d.png", num), DocCategory: category, ImgType: dental.ImgRadiograph,
		DateCreated: moment(made), MountItemNum: firstItem + dental.MountItemNum(place),
	}
	if category == fullMouth && place >= 9 {
		row.DegreesRotated = 180
	}
	return row
}

func sampleMounts() ([]*od.Mount, []*od.MountItem) {
	mounts := []*od.Mount{
		{MountNum: fourBitewings, PatNum: bitewingPatient, DocCategory: bitewings, DateCreated: moment("2021-05-11 13:26:39"), Description: "4BW",
			Note: "Bitewings", Width: 1100, Height: 320, ColorBack: -16777216},
		{MountNum: fullSeries, PatNum: smithJohn, DocCategory: fullMouth, DateCreated: moment("2021-05-18 10:30:00"), Description: "FMX",
			Width: 1630, Height: 450, ColorBack: -16777216},
	}
	var items []*od.MountItem
	place := func(mount dental.MountNum, order, x, y, width, height int) {
		items = append(items, &od.MountItem{
			MountItemNum: dental.MountItemNum(len(items) + 1), MountNum: mount, ItemOrder: order, Xpos: x, Ypos: y, Width: width, Height: height,
		})
	}
	for i := range 4 {
		place(fourBitewings, i+1, 10+i*272, 60, 264, 200)
	}
	for i := range 18 {
		place(fullSeries, i+1, 10+(i%9)*180, 10+(i/9)*220, 170, 210)
	}
	return mounts, items
}

func (p *practice) writeDocuments(tx *record.Tx) error {
	if err := swapDefinitions(tx, int64(photos), int64(stockPhotos)); err != nil {
		return err
	}
	if err := setDocPath(tx); err != nil {
		return err
	}
	mounts, items := sampleMounts()
	if err := record.Import(tx, od.Mounts.Table, mounts); err != nil {
		return err
	}
	if err := record.Import(tx, od.MountItems.Table, items); err != nil {
		return err
	}
	return record.Import(tx, od.Documents.Table, sampleDocuments())
}

// setDocPath names the folder that the examples print.
func setDocPath(tx *record.Tx) error {
	table := od.Preferences.Table
	found, err := table.Find(tx, "WHERE `PrefName` = 'DocPath'")
	if err != nil || len(found) == 0 {
		return err
	}
	named := *found[0]
	named.ValueString = `\\server\OpenDentImages`
	return record.Update(tx, table, found[0], &named)
}

// SeedFiles puts the files of the sample documents into the practice's shelf, those that are not there. It is done after
// Seed, and again at each start: a demo's files may be kept elsewhere than its rows.
func SeedFiles(ctx context.Context, book *record.Book, shelf *document.Shelf) error {
	var missing []*document.Received
	defer func() {
		for _, received := range missing {
			received.Close()
		}
	}()
	var owners []document.Owner
	for _, row := range sampleDocuments() {
		owner := document.Owner{Table: "document", Num: int64(row.DocNum)}
		if isThere, err := hasFile(ctx, book, shelf, owner); err != nil || isThere {
			if err != nil {
				return err
			}
			continue
		}
		words := fmt.Sprint(row.DocNum)
		received, err := shelf.Receive(ctx, bytes.NewReader(SampleFile(path.Ext(row.FileName), words)), document.MaxBody)
		if err != nil {
			return err
		}
		missing, owners = append(missing, received), append(owners, owner)
		if err := received.Settle("FileName", row.FileName); err != nil {
			return err
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return shelf.Keep(ctx, missing, func() error {
		return book.DB.Write(ctx, func(tx store.Tx) error {
			for i, received := range missing {
				if err := received.Use(tx, owners[i], document.File); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// hasFile tells whether a document's file is there; one that was deleted meanwhile needs none.
func hasFile(ctx context.Context, book *record.Book, shelf *document.Shelf, owner document.Owner) (is bool, err error) {
	var body document.Body
	isRow := false
	err = book.DB.Read(ctx, func(c store.Conn) (err error) {
		rows := c.Query("SELECT 1 FROM `document` WHERE `DocNum` = ?", store.Int(owner.Num))
		isRow = rows.Next()
		if err := rows.Close(); err != nil {
			return err
		}
		body, is, err = document.Of(c, owner, document.File)
		return err
	})
	if err != nil || !isRow || !is {
		return !isRow, err
	}
	file, err := shelf.Open(ctx, body.Hash)
	if err != nil {
		return false, nil // the sample is the same bytes again
	}
	return true, file.Close()
}
