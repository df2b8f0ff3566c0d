package odapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/document"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/od"
	"github.com/bridgework-dental/bridgework/internal/query"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Destination is a file on an SFTP server, as a request names it.
type Destination struct {
	Address  string // the host and the whole path with the file's name: "sftp.example.com/me/Birthdays/Jun22.csv"
	Port     int    // 0 is the one of the address, else 22
	User     string
	Password string
}

// Sender writes files to SFTP servers.
type Sender interface {
	// Send makes the folders of a destination that are missing, and writes the file anew with what write
	// writes. An error of write's is returned as it is and leaves no file behind; one of the connection's
	// is a fault that the caller may see.
	Send(ctx context.Context, to Destination, write func(io.Writer) error) error
}

// siteSender sends as the practice's documents are sent: to the hosts that it allows, known by their keys.
type siteSender struct{ desk od.Desk }

// Send implements Sender.
func (s siteSender) Send(ctx context.Context, to Destination, write func(io.Writer) error) error {
	if s.desk.Files == nil {
		return errors.New("the server has no room for files")
	}
	address, err := document.ParseAddress("SftpAddress", to.Address)
	if err != nil {
		return err
	}
	if address.Path == "" || strings.HasSuffix(to.Address, "/") {
		return fault.InvalidFields([]fault.Field{{Name: "SftpAddress",
			Text: "SftpAddress must end with the name of a file, as in sftp.example.com/folder/file.csv"}})
	}
	if to.Port != 0 {
		address.Port = strconv.Itoa(to.Port)
	}
	egress, err := s.desk.Egress(ctx)
	if err != nil {
		return err
	}
	return s.desk.Files.Put(ctx, egress, address, document.Login{User: to.User, Password: to.Password}, write)
}

// sentQuery is what POST /queries takes.
type sentQuery struct {
	// SqlCommand is SQL in MySQL's dialect. Line breaks in it may be sent as they are.
	SqlCommand string `od:"in!"`
	// SftpAddress is the host with the whole path of the file.
	SftpAddress string `od:"in!"`
	// SftpUsername is the user, who must have the right to write there.
	SftpUsername string `od:"in!"`
	// SftpPassword is the user's password.
	SftpPassword string `od:"in!"`
	// SftpPort is the server's port. Default 22.
	SftpPort int `od:"in"`
	// IsAsync answers before the file is there. Added in 23.3.26. The file is written first all the same.
	IsAsync bool `od:"in"`
}

var sentQueryBody = resource.DeriveAction[sentQuery](resource.Action{
	Method: http.MethodPost, Access: resource.Access{Group: resource.Queries, Since: "21.1"}, Answers: "nothing",
})

var postMethod = queryMethod{
	Action: sentQueryBody, takes: "SqlCommand, SftpAddress, SftpUsername, SftpPassword, SftpPort", do: postQuery,
}

// postQuery runs a command and writes its last result as CSV to an SFTP server, row by row. The trail
// holds the command, and nothing of the destination.
func postQuery(ctx context.Context, c *call) (answer, error) {
	if err := c.noParameters(); err != nil {
		return answer{}, err
	}
	body, err := c.readBody(ctx)
	if err != nil {
		return answer{}, err
	}
	in, err := sentQueryBody.DecodeBody(escapeBreaks(body))
	if err != nil {
		return answer{}, err
	}
	var sent sentQuery
	in.Apply(&sent)
	c.command = sent.SqlCommand
	to := Destination{Address: sent.SftpAddress, Port: sent.SftpPort, User: sent.SftpUsername, Password: sent.SftpPassword}
	faults := in.Faults
	if to.Port < 0 || to.Port > 65535 {
		faults = append(faults, fault.Field{Name: "SftpPort", Text: "SftpPort must be a number from 1 to 65535"})
	}
	if err := fault.InvalidFields(faults); err != nil {
		return answer{}, err
	}
	if err := c.queries.Check(c.command); err != nil {
		return answer{}, err
	}
	if err := c.book.NoteCommand(ctx, c.caller, c.route.String(), c.command, nil); err != nil {
		return answer{}, err
	}
	sender := c.sender
	if sender == nil {
		sender = siteSender{c.desk()}
	}
	err = sender.Send(ctx, to, func(w io.Writer) error {
		rows := query.NewCSV(w)
		if err := c.queries.Run(ctx, c.book.DB, c.key.Num, c.command, rows); err != nil {
			return err
		}
		_, err := rows.Finish()
		return err
	})
	return answer{status: http.StatusCreated}, err
}
