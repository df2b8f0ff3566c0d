package form

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// plainNumber is a number as people write it, with a point or a comma.
var plainNumber = regexp.MustCompile(`^-?[0-9]{1,9}([.,][0-9]{1,6})?$`)

// Normalise brings an answer into its stored form: a date to yyyy-MM-dd, a postcode to capitals, teeth to FDI's
// notation and a chart's order, options to their order. What is not understood stays as it was typed, for the
// checks to name it and the page to show it again. Doing it twice changes nothing more.
func (f *Field) Normalise(value Value) Value {
	switch f.Kind.shape() {
	case shapeText:
		return Value{Text: f.normaliseText(tidy(value.Text))}
	case shapeList:
		return Value{List: f.normaliseList(value.List)}
	case shapeParts:
		return Value{Parts: f.normaliseParts(value.Parts)}
	case shapeFiles:
		return Value{Files: normaliseFiles(value.Files)}
	default:
		return Value{}
	}
}

func (f *Field) normaliseText(text string) string {
	var stored string
	var err error
	switch f.Kind {
	case Date:
		var day dental.Date
		day, err = dental.ParseDayFirst(text)
		stored = day.String()
	case NHSNumber:
		var number dental.NHSNumber
		number, err = dental.ParseNHSNumber(text)
		stored = string(number)
	case GDCNumber:
		stored, err = dental.ParseGDCNumber(text)
	case Postcode:
		stored, err = dental.ParsePostcode(text)
	case Phone:
		stored, err = dental.ParsePhone(text)
	case IOTN:
		var grade dental.IOTN
		grade, err = dental.ParseIOTN(text)
		stored = string(grade)
	case Integer, Decimal:
		stored = text
		if plainNumber.MatchString(text) {
			var n float64
			n, err = strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
			stored = strconv.FormatFloat(n+0, 'f', -1, 64) // adding makes -0 a plain 0
		}
	default:
		return text
	}
	if err != nil {
		return text
	}
	return stored
}

func (f *Field) normaliseList(list []string) []string {
	var items []string
	for _, item := range list {
		item = tidy(item)
		if f.Kind == Teeth {
			if tooth, err := dental.ToothPalmer(item); err == nil {
				item = tooth.FDI()
			}
		}
		if item != "" && !slices.Contains(items, item) {
			items = append(items, item)
		}
	}
	// What is not known goes last, in its own order.
	slices.SortStableFunc(items, func(a, b string) int { return f.place(a) - f.place(b) })
	return items
}

// chart is the place of each tooth in the order of a chart.
var chart = func() map[string]int {
	places := make(map[string]int)
	for i, tooth := range dental.Teeth() {
		places[tooth.FDI()] = i
	}
	return places
}()

func (f *Field) place(item string) int {
	if f.Kind == Teeth {
		if i, ok := chart[item]; ok {
			return i
		}
		return len(chart)
	}
	if i := slices.IndexFunc(f.Options, func(o Option) bool { return o.ID == item }); i >= 0 {
		return i
	}
	return len(f.Options)
}

func (f *Field) normaliseParts(parts map[string]string) map[string]string {
	tidied := make(map[string]string, len(parts))
	for _, id := range sortedKeys(parts) {
		text := tidy(parts[id])
		if f.Kind == CaseMix {
			text = strings.ToUpper(text)
		}
		// A ticked condition of a history may have nothing to tell; a sextant without a code is not answered.
		if text != "" || f.Kind == History {
			tidied[tidy(id)] = text
		}
	}
	if len(tidied) == 0 {
		return nil
	}
	return tidied
}

func normaliseFiles(files []File) []File {
	var tidied []File
	for _, file := range files {
		file = File{tidy(file.ID), tidy(file.Name), tidy(file.View), tidy(file.TakenOn), tidy(file.Quality)}
		if day, err := dental.ParseDayFirst(file.TakenOn); err == nil {
			file.TakenOn = day.String()
		}
		tidied = append(tidied, file)
	}
	return tidied
}

// Read takes an answer from a submitted page. Inputs are named by the field's id; the parts of an answer by
// "id.part", the detail of a ticked condition by "id.option", a date in three inputs by "id.day", "id.month" and
// "id.year". Files are not read from it: what is attached is the upload room's to say.
func (f *Field) Read(posted url.Values) Value {
	switch f.Kind.shape() {
	case shapeText:
		text := posted.Get(f.ID)
		if f.Kind == Date && text == "" {
			parts := []string{tidy(posted.Get(f.ID + ".day")), tidy(posted.Get(f.ID + ".month")), tidy(posted.Get(f.ID + ".year"))}
			if strings.Join(parts, "") != "" {
				text = strings.Join(parts, "/")
			}
		}
		return f.Normalise(Value{Text: text})
	case shapeList:
		list := posted[f.ID]
		if f.Kind == Teeth && len(list) == 1 {
			// One input where there is no picker: "UR6, 17 LLE".
			list = strings.FieldsFunc(list[0], func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' })
		}
		return f.Normalise(Value{List: list})
	case shapeParts:
		parts := make(map[string]string)
		if f.Kind == History {
			for _, id := range posted[f.ID] {
				parts[id] = posted.Get(f.ID + "." + id)
			}
		}
		for _, part := range f.Parts() {
			parts[part.ID] = posted.Get(f.ID + "." + part.ID)
		}
		return f.Normalise(Value{Parts: parts})
	default:
		return Value{}
	}
}
