package odapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/query"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// queries is the path of callers' own SQL. It is no resource: it has no rows of its own.
const queries = "queries"

// queryMethod is a method of /queries.
type queryMethod struct {
	*resource.Action
	takes string
	do    func(ctx context.Context, c *call) (answer, error)
}

// command is what a method of /queries takes.
type command struct {
	// SqlCommand is SQL in MySQL's dialect. Line breaks in it may be sent as they are.
	SqlCommand string `od:"in!"`
}

// noFields is what is taken in the query of a method that has its fields in the body.
type noFields struct{}

var shortQueryPage = resource.DeriveAction[noFields](resource.Action{
	Method: http.MethodPut, Name: "ShortQuery", Paged: true, Access: resource.Access{Group: resource.Queries, Since: "21.2"},
})

var shortQueryBody = resource.DeriveAction[command](resource.Action{
	Method: http.MethodPut, Name: "ShortQuery", Paged: true, Access: resource.Access{Group: resource.Queries, Since: "21.2"},
	Answers: "the rows of the last result, as objects",
})

func queryMethods() []queryMethod {
	return []queryMethod{postMethod, {Action: shortQueryBody, takes: "SqlCommand; in the query Limit and Offset", do: shortQuery}}
}

// matchQuery finds the method of /queries.
func (s *Server) matchQuery(r route, segments []string) (route, error) {
	r.path = "/" + queries
	name := strings.Join(segments, "/")
	for _, m := range queryMethods() {
		if strings.EqualFold(name, m.Name) && m.Method == r.method {
			r.path = strings.TrimSuffix(r.path+"/"+m.Name, "/")
			r.access, r.do = m.Access, m.do
			return r, nil
		}
	}
	return r, fault.New(fault.NotFound, "This is not a method of queries; there are POST /queries and PUT /queries/ShortQuery")
}

// DescribeQueries prints the methods of /queries as `bridgework describe` prints those of a resource.
func DescribeQueries() string {
	var b strings.Builder
	b.WriteString("queries: callers' own SQL, read-only, in MySQL's dialect\n\nroutes\n")
	for _, m := range queryMethods() {
		fmt.Fprintf(&b, "  %-6s %s  %s, since %s; takes %s; answers %s\n", m.Method, strings.TrimSuffix("/"+queries+"/"+m.Name, "/"), m.Access.Group, m.Access.Since, m.takes, m.Answers)
	}
	return b.String()
}

// shortQuery runs a command and answers a page of its last result. The trail holds the command, whether
// it is run or refused.
func shortQuery(ctx context.Context, c *call) (answer, error) {
	page, err := c.queryPage()
	if err != nil {
		return answer{}, err
	}
	if err := c.readCommand(ctx); err != nil {
		return answer{}, err
	}
	if err := c.queries.Check(c.command); err != nil {
		return answer{}, err
	}
	if err := c.book.NoteCommand(ctx, c.caller, c.route.String(), c.command, nil); err != nil {
		return answer{}, err
	}
	rows := query.JSON{Limit: page.Limit, Offset: page.Offset, Out: c.buffer.bytes[:0]}
	if err := c.queries.Run(ctx, c.book.DB, c.key.Num, c.command, &rows); err != nil {
		return answer{}, err
	}
	c.buffer.bytes = rows.Finish()
	return answer{status: http.StatusOK, body: c.buffer.bytes}, nil
}

// queryPage reads Limit and Offset.
func (c *call) queryPage() (resource.Page, error) {
	asked, err := c.query()
	if err != nil {
		return resource.Page{}, err
	}
	in, page := shortQueryPage.DecodeQuery(asked, c.key.May(string(resource.Enterprise)))
	return page, fault.InvalidFields(in.Faults)
}

// readCommand reads the body.
func (c *call) readCommand(ctx context.Context) error {
	body, err := c.readBody(ctx)
	if err != nil {
		return err
	}
	in, err := shortQueryBody.DecodeBody(escapeBreaks(body))
	if err != nil {
		return err
	}
	if err := fault.InvalidFields(in.Faults); err != nil {
		return err
	}
	var sent command
	in.Apply(&sent)
	c.command = sent.SqlCommand
	return nil
}

// escapeBreaks writes line breaks and tabs within texts as JSON wants them: the documents' own examples
// send commands of several lines as they are (seed 002, Queries PUT ShortQuery).
func escapeBreaks(body []byte) []byte {
	inText, escaped, changed := false, false, false
	out := make([]byte, 0, len(body)+16)
	for _, b := range body {
		switch {
		case escaped:
			escaped = false
		case inText && b == '\\':
			escaped = true
		case b == '"':
			inText = !inText
		case inText && b < ' ':
			if word, known := map[byte]string{'\n': `\n`, '\r': `\r`, '\t': `\t`}[b]; known {
				out, changed = append(out, word...), true
				continue
			}
		}
		out = append(out, b)
	}
	if !changed {
		return body
	}
	return out
}
