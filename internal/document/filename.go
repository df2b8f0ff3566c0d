package document

import (
	"path"
	"strings"
	"unicode/utf8"
)

// maxFileName is the longest name that a document has, in characters, as its column has.
const maxFileName = 255

// CheckFileName refuses a name under which no file may be stored or sent out.
func CheckFileName(field, name string) error {
	switch {
	case name == "" || name == "." || name == ".." || strings.ContainsAny(name, `/\:*?"<>|`):
		return invalid(field, "%s must end with a file name without any of / \\ : * ? \" < > |", field)
	case strings.HasSuffix(name, " ") || strings.HasSuffix(name, ".") || strings.HasPrefix(name, " "):
		return invalid(field, "%s must end with a file name that neither begins nor ends with a blank, nor ends with a point", field)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !isFileRune(r) }):
		return invalid(field, "%s contains characters that no file name may have", field)
	case utf8.RuneCountInString(name) > maxFileName || len(name) > maxFileName:
		return invalid(field, "%s has a file name that is longer than %d bytes", field, maxFileName)
	}
	return nil
}

// FreeName is a name that no other file of the patient has, without regard to case: "x" is put before it until
// it is one.
func FreeName(name string, isTaken func(string) bool) string {
	for isTaken(name) {
		name = "x" + name
		if extension := path.Ext(name); len(name) > maxFileName { // keep the extension
			stem := strings.TrimSuffix(name, extension)
			for len(stem)+len(extension) > maxFileName {
				_, size := utf8.DecodeLastRuneInString(stem)
				stem = stem[:len(stem)-size]
			}
			name = stem + extension
		}
	}
	return name
}
