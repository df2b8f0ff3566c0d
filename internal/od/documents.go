package od

import (
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Document is an image, a PDF or another file of a patient. Its content is in the room of package document.
type Document struct {
	// DocNum is the key.
	DocNum dental.DocNum `od:"key"`
	// Description is what the office sees.
	Description string `od:"server max=255"`
	// DateCreated is when the document was made, which may be before it came here.
	DateCreated dental.DateTime `od:"server"`
	// DocCategory is a definition of category 18.
	DocCategory dental.DefNum `od:"server fk=definition def=18"`
	// CategoryName is the name of DocCategory.
	CategoryName string `od:"calc name=docCategory"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"server fk=patient"`
	// FileName is the name of the file, which no other document of the patient has.
	FileName string `od:"server max=255"`
	// ImgType is "Document", "Radiograph", "Photo", "File" or "Attachment".
	ImgType dental.ImgType `od:"server"`
	// ToothNumbers are the teeth that are shown, "1,2,5".
	ToothNumbers string `od:"server max=255"`
	// DateTStamp is when the row was last changed.
	DateTStamp dental.DateTime `od:"stamp"`
	// ProvNum is the provider; 0 is none.
	ProvNum dental.ProvNum `od:"server fk=provider"`
	// PrintHeading tells that the office's heading is printed above the document.
	PrintHeading bool `od:"server"`
	// Note is the office's own, or says where the file is to be had; see fileOf.
	Note string `od:"hidden max=16900000"`
	// IsFlipped pictures are mirrored left to right.
	IsFlipped bool `od:"hidden"`
	// DegreesRotated is how far a picture is turned clockwise, after it was mirrored.
	DegreesRotated float64 `od:"hidden"`
	// CropX is the left edge of the part that is shown, in pixels of the picture.
	CropX int `od:"hidden"`
	// CropY is its upper edge.
	CropY int `od:"hidden"`
	// CropW is its width; 0 is the whole picture.
	CropW int `od:"hidden"`
	// CropH is its height.
	CropH int `od:"hidden"`
	// WindowingMin is the brightness that is shown as black.
	WindowingMin int `od:"hidden"`
	// WindowingMax is the brightness that is shown as white; 0 is 255.
	WindowingMax int `od:"hidden"`
	// MountItemNum is the place in a mount; 0 is none.
	MountItemNum dental.MountItemNum `od:"hidden"`
}

var documents = resource.Derive[Document](resource.Spec{
	Name: "Documents", Path: "documents", Thing: "Document", Table: "document",
	Get:      resource.Access{Group: resource.ReadAll, Since: "-"},
	Computed: []resource.Computed{resource.Lookup("docCategory", "DocCategory", "definition", "DefNum", "ItemName")},
}, nil)

// Documents serves images, PDFs and mounts (seed 002).
var Documents = &Rows[Document]{Table: documents, Actions: []*Action{
	listDocuments, uploadDocument, setDocumentByURL, uploadSftp, downloadSftp, downloadMount, makeThumbnails,
	getContent, getPreview, getDicom, listTransfers,
}}

// owner is the document as an owner of bodies.
func (d *Document) owner() document.Owner {
	return document.Owner{Table: "document", Num: int64(d.DocNum)}
}

// view is how the document's picture is shown.
func (d *Document) view() document.View {
	view := document.View{WindowingMin: d.WindowingMin, WindowingMax: d.WindowingMax, IsFlipped: d.IsFlipped, DegreesRotated: d.DegreesRotated}
	view.Crop.Min.X, view.Crop.Min.Y = d.CropX, d.CropY
	view.Crop.Max.X, view.Crop.Max.Y = d.CropX+d.CropW, d.CropY+d.CropH
	return view
}

// imagePath is the folder of a patient's images as Open Dental spells it, with a backslash at its end: the base
// path, the first letter of the patient's folder, and the folder. It is "" where files are kept in the
// database (notes.md §3).
func imagePath(c store.Conn, patient *Patient) (string, error) {
	folder := patient.ImageFolder
	if folder == "" {
		folder = imageFolder(patient) // a row from elsewhere, whose folder was never used
	}
	used, err := preferenceText(c, "AtoZfolderUsed")
	if err != nil || used == "0" {
		return "", err
	}
	base, err := preferenceText(c, "DocPath")
	if err != nil {
		return "", err
	}
	base, _, _ = strings.Cut(base, ";") // several folders may be named, for several networks
	path := ""
	if base = strings.TrimRight(base, `\`); base != "" {
		path = base + `\`
	}
	return path + strings.ToUpper(string([]rune(folder)[:1])) + `\` + folder + `\`, nil
}

// filePath is where Open Dental would show the file to be; "" where there is none yet.
func filePath(folder, fileName string) string {
	if folder == "" || fileName == "" {
		return ""
	}
	return folder + fileName
}

// preferenceText reads a setting, "" when it is absent.
func preferenceText(c store.Conn, name string) (string, error) {
	found, err := first(preferences.Find(c, "WHERE `PrefName` = ? LIMIT 1", store.Text(name)))
	if err != nil || found == nil {
		return "", err
	}
	return found.ValueString, nil
}
