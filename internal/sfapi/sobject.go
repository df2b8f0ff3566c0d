package sfapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/intake"
	"github.com/bridgework-dental/bridgework/internal/referral/lifecycle"
)

// getRecord answers one record, with the fields that are asked for or all of them.
func (c *call) getRecord(ctx context.Context, name, text string) error {
	o := objects[name]
	if o == nil {
		return errNotThere
	}
	if err := c.allow(http.MethodGet, http.MethodHead); err != nil {
		return err
	}
	id, _, ok := intake.ParseID(text)
	if !ok {
		return refuse(http.StatusBadRequest, codeMalformed, fmt.Sprintf("Id: id value of incorrect type: %s", shown(text)), "Id")
	}
	var wanted []string
	if list := c.r.URL.Query().Get("fields"); list != "" {
		var unknown []problem
		for field := range strings.SplitSeq(list, ",") {
			if field = strings.TrimSpace(field); o.byName[field] == nil && !isCustom(field) {
				unknown = append(unknown, problem{fmt.Sprintf("No such column '%s' on sobject of type %s", shown(field), o.name), codeField, []string{field}})
			}
			wanted = append(wanted, field)
		}
		if unknown != nil {
			return &refusal{status: http.StatusBadRequest, problems: unknown}
		}
	}
	found, err := c.desk.Get(ctx, c.caller, name, id)
	if fault.Is(err, fault.NotFound) {
		return errNotThere
	}
	if err != nil {
		return err
	}
	if wanted != nil && !slices.Contains(wanted, "Id") {
		wanted = append(wanted, "Id")
	}
	writeJSON(c.w, http.StatusOK, c.show(o, found, wanted))
	return nil
}

// shownRecord is a record as JSON, the fields in their order.
type shownRecord struct {
	names  []string
	values []any
}

func (r *shownRecord) add(name string, value any) {
	r.names = append(r.names, name)
	r.values = append(r.values, value)
}

// MarshalJSON implements json.Marshaler.
func (r shownRecord) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range r.names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(name)
		value, err := json.Marshal(r.values[i])
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// show is a record with the wanted fields, nil for all.
func (c *call) show(o *object, found intake.Found, wanted []string) shownRecord {
	var r shownRecord
	version := "v" + versions[len(versions)-1].Version
	if c.path[1] != "latest" {
		version = c.path[1]
	}
	r.add("attributes", map[string]string{"type": o.name, "url": "/services/data/" + version + "/sobjects/" + o.name + "/" + found.ID.Full()})
	if wanted == nil {
		for _, f := range o.fields {
			wanted = append(wanted, f.name)
		}
		for _, name := range sorted(found.Fields) {
			if o.byName[name] == nil {
				wanted = append(wanted, name)
			}
		}
	}
	for _, name := range wanted {
		r.add(name, valueOf(o, found, name))
	}
	return r
}

// valueOf is a field's value: what was sent, or what follows from what became of the referral.
func valueOf(o *object, found intake.Found, name string) any {
	switch name {
	case "Id":
		return found.ID.Full()
	case "IsDeleted":
		return false
	case "CreatedDate":
		return moment(found.CreatedAt)
	case "LastModifiedDate", "SystemModstamp":
		return moment(found.ChangedAt)
	}
	if o == request {
		switch name {
		case "Name":
			return fmt.Sprintf("CSR-%08d", found.Num)
		case "Status":
			return status(found)
		case "IsAccepted":
			return found.Life.Meaning().IsAccepted
		}
	}
	value, sent := found.Fields[name]
	if f := o.byName[name]; !sent && f != nil && f.kind == boolValue {
		return false
	}
	if text, ok := value.(string); ok {
		if f := o.byName[name]; f != nil && f.kind == idValue {
			if id, _, ok := intake.ParseID(text); ok {
				return id.Full()
			}
		}
	}
	return value
}

// status is the word that was sent for as long as nothing was done with the referral; then what was done says it.
func status(found intake.Found) string {
	sent := found.Fields.Text("Status")
	begun, known := beginnings[sent]
	if !known {
		begun = lifecycle.Submitted // a word of the sender's own
	}
	if sent != "" && found.Life.State == begun {
		return sent
	}
	return found.Life.Meaning().Salesforce
}

// moment is a time as the platform writes it. Times of day are the server's own, as everywhere here; the platform writes
// UTC, and no zone is known to be the sender's.
func moment(at dental.DateTime) any {
	if at.IsNone() {
		return nil
	}
	return strings.Replace(at.String(), " ", "T", 1) + ".000+0000"
}
