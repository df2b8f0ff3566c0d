package sfapi

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/intake"
)

// query answers the queries that intake clients read back with: SELECT fields FROM object WHERE Id = '…', and for requests
// WHERE SourceSystemIdentifier = '…', with SourceSystem if they like.
func (c *call) query(ctx context.Context) error {
	if err := c.allow(http.MethodGet, http.MethodHead); err != nil {
		return err
	}
	q, err := parseQuery(c.r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	var all []intake.Found
	if id, byID := q.where["Id"]; byID {
		parsed, _, ok := intake.ParseID(id)
		if !ok {
			return refuse(http.StatusBadRequest, "INVALID_QUERY_FILTER_OPERATOR", "Id: invalid ID field: "+shown(id), "Id")
		}
		found, err := c.desk.Get(ctx, c.caller, q.object.name, parsed)
		switch {
		case fault.Is(err, fault.NotFound):
		case err != nil:
			return err
		default:
			all = append(all, found)
		}
	} else if all, err = c.desk.BySource(ctx, c.caller, q.where["SourceSystem"], q.where["SourceSystemIdentifier"]); err != nil {
		return err
	}
	answer := struct {
		TotalSize int           `json:"totalSize"`
		Done      bool          `json:"done"`
		Records   []shownRecord `json:"records"`
	}{TotalSize: len(all), Done: true, Records: []shownRecord{}}
	for _, found := range all {
		answer.Records = append(answer.Records, c.show(q.object, found, q.fields))
	}
	writeJSON(c.w, http.StatusOK, answer)
	return nil
}

// parsedQuery is a query that can be answered.
type parsedQuery struct {
	object *object
	fields []string
	where  map[string]string
}

var (
	queryShape = regexp.MustCompile(`(?is)^\s*SELECT\s+(.+?)\s+FROM\s+([A-Za-z_]+)\s+WHERE\s+(.+?)\s*$`)
	condition  = regexp.MustCompile(`(?is)^\s*([A-Za-z_]+)\s*=\s*'((?:[^'\\]|\\.)*)'\s*(AND\s|$)`)
	limit      = regexp.MustCompile(`(?is)\s+LIMIT\s+[1-9][0-9]*\s*$`)
	escaped    = strings.NewReplacer(`\'`, `'`, `\"`, `"`, `\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t")
)

func malformed(format string, args ...any) error {
	return refuse(http.StatusBadRequest, codeQuery, fmt.Sprintf(format, args...))
}

const whatIsServed = "; this server answers SELECT fields FROM object WHERE Id = '…', and for ClinicalServiceRequest WHERE SourceSystemIdentifier = '…' [AND SourceSystem = '…']"

func parseQuery(text string) (*parsedQuery, error) {
	if strings.TrimSpace(text) == "" {
		return nil, malformed("A query is required in q")
	}
	parts := queryShape.FindStringSubmatch(limit.ReplaceAllString(text, ""))
	if parts == nil {
		return nil, malformed("unexpected token%s", whatIsServed)
	}
	var object *object
	for name, o := range objects {
		if strings.EqualFold(name, parts[2]) {
			object = o
		}
	}
	if object == nil {
		return nil, refuse(http.StatusBadRequest, "INVALID_TYPE", fmt.Sprintf("sObject type '%s' is not supported.", shown(parts[2])))
	}
	q := &parsedQuery{object: object, where: make(map[string]string)}
	for name := range strings.SplitSeq(parts[1], ",") {
		field := object.named(strings.TrimSpace(name))
		if field == "" {
			return nil, refuse(http.StatusBadRequest, codeField, fmt.Sprintf("No such column '%s' on entity '%s'.", shown(strings.TrimSpace(name)), object.name))
		}
		q.fields = append(q.fields, field)
	}
	for rest := parts[3]; rest != ""; {
		found := condition.FindStringSubmatch(rest)
		if found == nil {
			return nil, malformed("unexpected token in WHERE%s", whatIsServed)
		}
		name := object.named(found[1])
		if _, twice := q.where[name]; name == "" || twice || strings.HasSuffix(strings.ToUpper(strings.TrimSpace(found[3])), "AND") && len(rest) == len(found[0]) {
			return nil, malformed("unexpected token in WHERE%s", whatIsServed)
		}
		q.where[name] = escaped.Replace(found[2])
		rest = rest[len(found[0]):]
	}
	_, byID := q.where["Id"]
	_, bySource := q.where["SourceSystemIdentifier"]
	_, system := q.where["SourceSystem"]
	switch {
	case byID && len(q.where) == 1:
	case bySource && object == request && (len(q.where) == 1 || system && len(q.where) == 2):
	default:
		return nil, malformed("records cannot be found by these fields%s", whatIsServed)
	}
	return q, nil
}

// named is a field's name as the object spells it, "" where there is none.
func (o *object) named(name string) string {
	for _, f := range o.fields {
		if strings.EqualFold(f.name, name) {
			return f.name
		}
	}
	if isCustom(name) {
		return name
	}
	return ""
}
