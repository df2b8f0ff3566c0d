package dental

// Dates in JSON documents that are stored, and in other texts, are written as String writes them; "" is none.

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsNone() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (t DateTime) MarshalText() ([]byte, error) {
	if t.IsNone() {
		return nil, nil
	}
	return []byte(t.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *DateTime) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*t = DateTime{}
		return nil
	}
	*t, err = ParseDateTime(string(text))
	return err
}
