package od

// first is the first of the rows that a search has found, nil when there is none.
func first[T any](found []*T, err error) (*T, error) {
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
