package builtin

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// jsonFunctions print as MariaDB does, with a blank after colons and commas, and leave what they cut out
// of a text as it was written there.
func jsonFunctions() []function {
	return []function{
		{name: "my_jsonvalid", args: 1, do: func(c *call) { c.setBool(json.Valid(c.text(0))) }},
		{name: "my_jsonextract", args: -1, do: func(c *call) {
			var found [][]byte
			several := c.n > 2
			for i := 1; i < c.n; i++ {
				values, wild, ok := jsonFind(c.text(0), string(c.text(i)))
				if !ok {
					c.setNull()
					return
				}
				several = several || wild
				found = append(found, values...)
			}
			switch {
			case len(found) == 0:
				c.setNull()
			case several:
				c.setText(append(append([]byte{'['}, bytes.Join(found, []byte(", "))...), ']'))
			default:
				c.setText(found[0])
			}
		}},
		{name: "my_jsonvalue", args: 2, do: func(c *call) {
			values, _, ok := jsonFind(c.text(0), string(c.text(1)))
			if !ok || len(values) == 0 || values[0][0] == '{' || values[0][0] == '[' || string(values[0]) == "null" {
				c.setNull()
				return
			}
			c.setText(jsonUnquote(values[0]))
		}},
		{name: "my_jsonquery", args: 2, do: func(c *call) {
			values, _, ok := jsonFind(c.text(0), string(c.text(1)))
			if !ok || len(values) == 0 || values[0][0] != '{' && values[0][0] != '[' {
				c.setNull()
				return
			}
			c.setText(values[0])
		}},
		{name: "my_jsonexists", args: 2, do: func(c *call) {
			values, _, ok := jsonFind(c.text(0), string(c.text(1)))
			c.setBool(ok && len(values) > 0)
		}},
		{name: "my_jsonunquote", args: 1, do: func(c *call) { c.setText(jsonUnquote(c.text(0))) }},
		{name: "my_jsonquote", args: 1, do: func(c *call) { c.setText(jsonQuote(c.text(0))) }},
		{name: "my_jsonlength", args: -1, do: func(c *call) {
			at := c.text(0)
			if c.n > 1 {
				values, _, ok := jsonFind(at, string(c.text(1)))
				if !ok || len(values) == 0 {
					c.setNull()
					return
				}
				at = values[0]
			}
			if !json.Valid(at) {
				c.setNull()
				return
			}
			c.setInt(int64(jsonLength(at)))
		}},
		{name: "my_jsonkeys", args: -1, do: func(c *call) {
			at := c.text(0)
			if c.n > 1 {
				values, _, ok := jsonFind(at, string(c.text(1)))
				if !ok || len(values) == 0 {
					c.setNull()
					return
				}
				at = values[0]
			}
			members, ok := jsonMembers(at)
			if !ok {
				c.setNull()
				return
			}
			out := []byte{'['}
			for i, m := range members {
				if i > 0 {
					out = append(out, ", "...)
				}
				out = append(out, jsonQuote([]byte(m.name))...)
			}
			c.setText(append(out, ']'))
		}},
		{name: "my_jsontype", args: 1, do: func(c *call) {
			t := bytes.TrimSpace(c.text(0))
			if !json.Valid(t) {
				c.setNull()
				return
			}
			switch t[0] {
			case '{':
				c.setString("OBJECT")
			case '[':
				c.setString("ARRAY")
			case '"':
				c.setString("STRING")
			case 't', 'f':
				c.setString("BOOLEAN")
			case 'n':
				c.setString("NULL")
			default:
				if bytes.ContainsAny(t, ".eE") {
					c.setString("DOUBLE")
					return
				}
				c.setString("INTEGER")
			}
		}},
		// my_jsonarray and my_jsonobject get each value as JSON already.
		{name: "my_jsonarray", args: -1, null: true, do: func(c *call) {
			out := []byte{'['}
			for i := range c.n {
				if i > 0 {
					out = append(out, ", "...)
				}
				out = append(out, c.text(i)...)
			}
			c.setText(append(out, ']'))
		}},
		{name: "my_jsonobject", args: -1, null: true, do: func(c *call) {
			out := []byte{'{'}
			for i := 0; i+1 < c.n; i += 2 {
				if i > 0 {
					out = append(out, ", "...)
				}
				out = append(out, jsonQuote(c.text(i))...)
				out = append(out, ": "...)
				out = append(out, c.text(i+1)...)
			}
			c.setText(append(out, '}'))
		}},
		// my_tojson(value, kind) makes JSON of a value: s a text, n a number, j JSON as it is.
		{name: "my_tojson", args: 2, null: true, do: func(c *call) {
			switch {
			case c.null(0):
				c.setString("null")
			case string(c.text(1)) == "s":
				c.setText(jsonQuote(c.text(0)))
			default:
				c.setText(c.text(0))
			}
		}},
		{name: "my_jsoncontains", args: 2, do: func(c *call) {
			var whole, part any
			if json.Unmarshal(c.text(0), &whole) != nil || json.Unmarshal(c.text(1), &part) != nil {
				c.setNull()
				return
			}
			c.setBool(jsonContains(whole, part))
		}},
	}
}

func jsonQuote(t []byte) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(string(t)) != nil {
		return []byte(`""`)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

func jsonUnquote(t []byte) []byte {
	var text string
	if len(t) > 1 && t[0] == '"' && json.Unmarshal(t, &text) == nil {
		return []byte(text)
	}
	return t
}

type jsonMember struct {
	name  string
	value json.RawMessage
}

// jsonMembers reads an object in its order.
func jsonMembers(t []byte) ([]jsonMember, bool) {
	decoder := json.NewDecoder(bytes.NewReader(t))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	var members []jsonMember
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		text, ok := name.(string)
		var m jsonMember
		if !ok || decoder.Decode(&m.value) != nil {
			return nil, false
		}
		m.name = text
		members = append(members, m)
	}
	return members, true
}

func jsonElements(t []byte) ([]json.RawMessage, bool) {
	var elements []json.RawMessage
	if len(t) == 0 || t[0] != '[' || json.Unmarshal(t, &elements) != nil {
		return nil, false
	}
	return elements, true
}

func jsonLength(t []byte) int {
	t = bytes.TrimSpace(t)
	if members, ok := jsonMembers(t); ok {
		return len(members)
	}
	if elements, ok := jsonElements(t); ok {
		return len(elements)
	}
	return 1
}

// jsonFind follows a path such as $.a[0].b, $.* or $[*]; wild tells that it may find several.
func jsonFind(t []byte, path string) (found [][]byte, wild, ok bool) {
	t = bytes.TrimSpace(t)
	if !json.Valid(t) || !strings.HasPrefix(path, "$") {
		return nil, false, false
	}
	found = [][]byte{t}
	path = path[1:]
	for path != "" {
		var next [][]byte
		switch {
		case path[0] == '.':
			name, rest, good := jsonName(path[1:])
			if !good {
				return nil, false, false
			}
			path = rest
			wild = wild || name == "*"
			for _, at := range found {
				members, _ := jsonMembers(at)
				for _, m := range members {
					if m.name == name || name == "*" {
						next = append(next, bytes.TrimSpace(m.value))
					}
				}
			}
		case path[0] == '[':
			end := strings.IndexByte(path, ']')
			if end < 0 {
				return nil, false, false
			}
			index := strings.TrimSpace(path[1:end])
			path = path[end+1:]
			n, err := strconv.Atoi(index)
			if err != nil && index != "*" {
				return nil, false, false
			}
			wild = wild || index == "*"
			for _, at := range found {
				elements, isArray := jsonElements(at)
				if !isArray && n == 0 && index != "*" {
					next = append(next, at)
				}
				for i, e := range elements {
					if i == n && err == nil || index == "*" {
						next = append(next, bytes.TrimSpace(e))
					}
				}
			}
		default:
			return nil, false, false
		}
		found = next
	}
	return found, wild, true
}

func jsonName(path string) (name, rest string, ok bool) {
	if strings.HasPrefix(path, `"`) {
		end := strings.IndexByte(path[1:], '"')
		if end < 0 {
			return "", "", false
		}
		return path[1 : end+1], path[end+2:], true
	}
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		end = len(path)
	}
	return path[:end], path[end:], end > 0
}

func jsonContains(whole, part any) bool {
	switch p := part.(type) {
	case map[string]any:
		w, ok := whole.(map[string]any)
		if !ok {
			break
		}
		for k, v := range p {
			inner, there := w[k]
			if !there || !jsonContains(inner, v) {
				return false
			}
		}
		return true
	case []any:
		w, ok := whole.([]any)
		if !ok {
			return false
		}
		for _, v := range p {
			if !jsonContains(w, v) {
				return false
			}
		}
		return true
	}
	if w, ok := whole.([]any); ok {
		for _, v := range w {
			if jsonContains(v, part) {
				return true
			}
		}
		return false
	}
	if _, isObject := part.(map[string]any); isObject {
		return false
	}
	return whole == part
}
