package directory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of a file that is imported.
const (
	MaxCSV     = 1 << 20 // in bytes
	MaxCSVRows = 2000
)

// csvColumns are the columns of a file, in the order in which it is written; docs/directory.md describes them.
var csvColumns = []string{"Kind", "Number", "Organisation", "Name", "Address", "Phone", "Email", "Website", "Hours", "Refers", "Treats", "Centre", "Area", "Active",
	"Forms", "Youngest", "Oldest", "Levels", "Anaesthesia", "Facilities", "Capacity", "Wait", "Open", "GDC", "Services"}

// CSVFault is something that is wrong with a file: where, and what to do.
type CSVFault struct {
	Line   int    // from 1; 0 is the file as a whole
	Column string // "" is the line as a whole
	Text   string
}

// String is the fault in one line.
func (f CSVFault) String() string {
	switch {
	case f.Line == 0:
		return f.Text
	case f.Column == "":
		return fmt.Sprintf("line %d: %s", f.Line, f.Text)
	}
	return fmt.Sprintf("line %d, %s: %s", f.Line, f.Column, f.Text)
}

// csvRow is a line of a file: its cells by column, of those columns that the file has.
type csvRow struct {
	line  int
	cells map[string]string
}

var bom = []byte("\xef\xbb\xbf")

// parseCSV reads a file: UTF-8 with or without a byte order mark, with line ends of any kind, with commas, semicolons or tabs
// between the cells. The first line names the columns, in any order and case.
func parseCSV(file []byte) (rows []csvRow, faults []CSVFault) {
	if len(file) > MaxCSV {
		return nil, []CSVFault{{Text: fmt.Sprintf("The file has more than %d MB; import it in parts", MaxCSV>>20)}}
	}
	file = bytes.TrimPrefix(file, bom)
	if !utf8.Valid(file) {
		return nil, []CSVFault{{Line: invalidLine(file), Text: "This is not UTF-8; save the file as “CSV UTF-8”"}}
	}
	file = bytes.ReplaceAll(bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	reader := csv.NewReader(bytes.NewReader(file))
	reader.FieldsPerRecord, reader.Comma = -1, separator(file)
	var columns []string
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, append(faults, unreadable(err))
		}
		line, _ := reader.FieldPos(0)
		if columns == nil {
			if columns, faults = header(record, line); len(faults) > 0 {
				return nil, faults
			}
			continue
		}
		if !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue
		}
		if len(rows) == MaxCSVRows {
			return nil, []CSVFault{{Line: line, Text: fmt.Sprintf("The file has more than %d entries; import it in parts", MaxCSVRows)}}
		}
		row := csvRow{line, make(map[string]string, len(columns))}
		for i := range min(len(record), len(columns)) {
			row.cells[columns[i]] = rearm(strings.TrimSpace(record[i]))
		}
		beyond := record[min(len(record), len(columns)):]
		switch {
		case len(record) < len(columns):
			faults = append(faults, CSVFault{Line: line, Text: fmt.Sprintf("The line has %d cells, and there are %d columns; an empty cell needs its separator too", len(record), len(columns))})
		case slices.ContainsFunc(beyond, func(cell string) bool { return strings.TrimSpace(cell) != "" }):
			faults = append(faults, CSVFault{Line: line, Text: fmt.Sprintf("The line has %d cells, and there are %d columns; put text that has the separator in it in quotes", len(record), len(columns))})
		}
		rows = append(rows, row)
	}
	if columns == nil {
		return nil, []CSVFault{{Text: "The file is empty; its first line names the columns: " + strings.Join(csvColumns, ",")}}
	}
	if len(rows) == 0 && len(faults) == 0 {
		faults = []CSVFault{{Text: "The file has no entries under its first line"}}
	}
	return rows, faults
}

// separator is what stands between the cells: the first line tells.
func separator(file []byte) rune {
	first, _, _ := bytes.Cut(bytes.TrimLeft(file, "\n"), []byte("\n"))
	for _, sign := range []rune{',', ';', '\t'} {
		if bytes.ContainsRune(first, sign) {
			return sign
		}
	}
	return ','
}

func invalidLine(file []byte) int {
	line := 1
	for len(file) > 0 {
		r, size := utf8.DecodeRune(file)
		if r == utf8.RuneError && size == 1 {
			return line
		}
		if r == '\n' {
			line++
		}
		file = file[size:]
	}
	return line
}

// unreadable says in plain words what the reader stumbled over.
func unreadable(err error) CSVFault {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return CSVFault{Text: "The file cannot be read as CSV"}
	}
	if errors.Is(at.Err, csv.ErrBareQuote) || errors.Is(at.Err, csv.ErrQuote) {
		return CSVFault{Line: at.StartLine, Text: "A quotation mark is not closed, or stands within a cell; in quoted text a quotation mark is written twice"}
	}
	return CSVFault{Line: at.StartLine, Text: "The line cannot be read as CSV"}
}

func header(record []string, line int) (columns []string, faults []CSVFault) {
	for _, cell := range record {
		i := slices.IndexFunc(csvColumns, func(c string) bool { return strings.EqualFold(c, strings.TrimSpace(cell)) })
		switch {
		case i < 0:
			faults = append(faults, CSVFault{line, clip(strings.TrimSpace(cell)), "There is no such column; those that there are: " + strings.Join(csvColumns, ", ")})
		case slices.Contains(columns, csvColumns[i]):
			faults = append(faults, CSVFault{line, csvColumns[i], "The column stands there twice; take one away"})
		default:
			columns = append(columns, csvColumns[i])
		}
	}
	for _, needed := range []string{"Kind", "Name"} {
		if len(faults) == 0 && !slices.Contains(columns, needed) {
			faults = append(faults, CSVFault{line, needed, "The column is missing; no entry goes without it"})
		}
	}
	return columns, faults
}

// begins are the signs with which a cell is a formula to a spreadsheet.
const begins = "=+-@\t\r＝＋－＠"

// isFormula tells whether a cell is one, after any number of the mark that says it is none.
func isFormula(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	return rest != "" && strings.ContainsRune(begins, firstRune(rest))
}

func firstRune(text string) rune { r, _ := utf8.DecodeRuneInString(text); return r }

// disarm writes a cell that no spreadsheet runs: what begins like a formula gets an apostrophe before it.
func disarm(cell string) string {
	if isFormula(cell) {
		return "'" + cell
	}
	return cell
}

// rearm reads what disarm wrote.
func rearm(cell string) string {
	if strings.HasPrefix(cell, "'") && isFormula(cell) {
		return cell[1:]
	}
	return cell
}

// writeCSV writes rows as parseCSV reads them: with a byte order mark, without which a spreadsheet takes accents for something
// else.
func writeCSV(w io.Writer, rows []map[string]string) error {
	if _, err := w.Write(bom); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(csvColumns); err != nil {
		return err
	}
	for _, row := range rows {
		record := make([]string, len(csvColumns))
		for i, column := range csvColumns {
			record[i] = disarm(row[column])
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
