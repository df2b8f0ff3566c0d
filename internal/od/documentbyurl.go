package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/record"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// DocumentByURL is what POST /documents/SetByUrl takes.
type DocumentByURL struct {
	// PatNum is the patient.
	PatNum dental.PatNum `od:"in! fk=patient"`
	// URL is where the file is to be had: http or https, without a password.
	URL string `od:"in! max=2000 name=url"`
	// DocCategory is a definition of category 18. Default the practice's, else the first.
	DocCategory dental.DefNum `od:"in fk=definition def=18"`
	// CategoryName is the name of the definition, where DocCategory is not sent.
	CategoryName string `od:"in max=255 name=docCategory"`
	// Description is what the office sees.
	Description string `od:"in max=255"`
	// ImgType is "Document", "Radiograph", "Photo", "File" or "Attachment". Default "Document".
	ImgType dental.ImgType `od:"in"`
	// ToothNumbers are the teeth that are shown, "1,2,5-8".
	ToothNumbers string `od:"in max=255 since=23.1.35"`
	// DateCreated is when the document was made. Default now.
	DateCreated dental.DateTime `od:"in since=24.2.32"`
	// ProvNum is the provider. Default 0, none.
	ProvNum dental.ProvNum `od:"in fk=provider since=24.2.32"`
	// PrintHeading tells that the office's heading is printed above the document. Default "false".
	PrintHeading bool `od:"in since=24.2.32"`
}

// setDocumentByURL reaches nowhere by itself: the file is fetched when somebody first asks for it.
var setDocumentByURL = Writing(resource.Action{
	Method: "POST", Name: "SetByUrl", Access: resource.Access{Group: resource.AllOthers, Since: "21.1"},
	Answers: "the document",
}, checkByURL, func(tx *record.Tx, call *Call[DocumentByURL], dst []byte) ([]byte, error) {
	made := newDocument{category: call.In.CategoryName, hasDate: call.Has("DateCreated"), Document: Document{
		PatNum: call.In.PatNum, DocCategory: call.In.DocCategory, Description: call.In.Description, ImgType: call.In.ImgType,
		DateCreated: call.In.DateCreated, ToothNumbers: call.In.ToothNumbers, ProvNum: call.In.ProvNum,
		PrintHeading: call.In.PrintHeading, Note: noteDownload + ":" + call.In.URL,
	}}
	row, err := made.insert(tx)
	if err != nil {
		return dst, err
	}
	return appendDocument(dst, tx, row, call.Format)
})

func checkByURL(call *Call[DocumentByURL]) []fault.Field {
	faults := documentFaults(call.In.ToothNumbers, call.In.DateCreated)
	if call.Has("url") && call.In.URL != "" {
		if err := document.CheckURL("url", call.In.URL); err != nil {
			faults = append(faults, fault.From(err).Fields...)
		}
	}
	return faults
}
