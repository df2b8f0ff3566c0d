package od

import (
	"context"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/resource"
	"github.com/bridgework-dental/bridgework/internal/store"
)

// Transfer is a transfer of files that took longer than the request for it.
type Transfer struct {
	// TransferNum is the key.
	TransferNum dental.TransferNum `od:"key"`
	// Action is what was asked for, "UploadSftp".
	Action string `od:"server"`
	// State is "Running", "Done", "Failed", or "Interrupted" where the server was stopped meanwhile.
	State dental.TransferState `od:"server"`
	// SftpAddress is where the files go to or come from.
	SftpAddress string `od:"server column=Address"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"server"`
	// DocNum is the document that is sent, or that was made.
	DocNum dental.DocNum `od:"server"`
	// MountNum is the mount that is sent.
	MountNum dental.MountNum `od:"server"`
	// DateTimeStart is when the request was left behind.
	DateTimeStart dental.DateTime `od:"server"`
	// DateTimeEnd is when the transfer ended.
	DateTimeEnd dental.DateTime `od:"server"`
	// Problem says why it failed.
	Problem string `od:"server"`
}

var transfers = resource.Derive[Transfer](resource.Spec{Name: "Transfers", Path: "transfers", Thing: "Transfer", Table: "transfer"}, nil)

// TransferList is what GET /documents/Transfers takes.
type TransferList struct {
	// TransferNum is one transfer. Default all, the latest first.
	TransferNum dental.TransferNum `od:"in"`
}

var listTransfers = Reaching(resource.Action{
	Method: "GET", Name: "Transfers", Access: resource.Access{Group: resource.ReadAll, Since: "-"}, Paged: true,
	Answers: "an array of TransferNum, Action, State, SftpAddress, PatNum, DocNum, MountNum, DateTimeStart, DateTimeEnd, Problem",
}, nil, func(ctx context.Context, call *Call[TransferList], dst []byte) (answer []byte, err error) {
	if err := call.Files.FindInterrupted(ctx); err != nil {
		return dst, err
	}
	condition, args := "ORDER BY r.`TransferNum` DESC LIMIT ? OFFSET ?", []store.Value{}
	if call.Has("TransferNum") {
		condition, args = "WHERE r.`TransferNum` = ? "+condition, append(args, store.Int(call.In.TransferNum))
	}
	args = append(args, store.Int(call.Page.Limit), store.Int(call.Page.Offset))
	err = call.Book.DB.Read(ctx, func(c store.Conn) (err error) {
		answer, err = transfers.AppendRows(dst, c, condition, call.Format, args...)
		return err
	})
	if string(answer) == "[]" && call.Has("TransferNum") && err == nil {
		return dst, fault.New(fault.NotFound, "Transfer not found")
	}
	return answer, err
})
