package form

import (
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// fieldFaults is what is wrong with the answer to one field.
func (s *Sheet) fieldFaults(f *Field) []Fault {
	if !s.shown[f.ID] {
		return nil
	}
	c := &checker{field: f}
	value := s.answers[f.ID]
	switch {
	case !value.IsEmpty():
		s.checkValue(c, value)
	case s.Required(f.ID):
		c.fault("", RuleMissing, "%s", f.missing())
	}
	return c.faults
}

// missing is what is said when the answer is missing.
func (f *Field) missing() string {
	if f.Missing != "" {
		return f.Missing
	}
	label := inner(f.Label)
	switch f.Kind {
	case Choice, IOTN:
		return "Choose: " + label
	case Choices, Teeth, History:
		return "Choose one or more: " + label
	case YesNo:
		return "Answer yes or no: " + label
	case Confirm:
		return "Tick to confirm: " + label
	case Files:
		return "Attach: " + label
	default:
		return "Enter " + label
	}
}

func (s *Sheet) checkValue(c *checker, value Value) {
	switch c.field.Kind.shape() {
	case shapeText:
		s.checkText(c, value.Text)
	case shapeList:
		c.list(value.List)
	case shapeParts:
		if c.field.Kind == History {
			c.history(value.Parts)
		} else {
			s.checkParts(c, value.Parts)
		}
	case shapeFiles:
		s.checkFiles(c, value.Files)
	}
}

func (s *Sheet) checkText(c *checker, text string) {
	f := c.field
	label := inner(f.Label)
	if strings.ContainsFunc(text, isUnprintable) || f.Kind != LongText && strings.ContainsAny(text, "\n\t") {
		c.sign("")
		return
	}
	switch length := utf8.RuneCountInString(text); {
	case length > f.maxLength():
		c.fault("", RuleLength, "Shorten %s to %d characters; it has %d", label, f.maxLength(), length)
		return
	case length < f.MinLength:
		c.fault("", RuleLength, "Write more about %s: at least %d characters", label, f.MinLength)
		return
	}
	var err error
	switch f.Kind {
	case Text:
		if f.pattern != nil && !f.pattern.MatchString(text) {
			c.fault("", RuleFormat, "%s", f.PatternText)
		}
	case Date:
		s.checkDate(c, text)
	case Choice:
		if _, ok := f.Option(text); !ok {
			c.fault("", RuleOption, "Choose one of the options: %s", label)
		}
	case YesNo:
		if text != "yes" && text != "no" {
			c.fault("", RuleOption, "Answer yes or no: %s", label)
		}
	case Confirm:
		if text != "yes" {
			c.fault("", RuleOption, "Tick to confirm, or leave it empty: %s", label)
		}
	case Integer, Decimal:
		c.number(text)
	case Phone:
		if _, err = dental.ParsePhone(text); err != nil {
			c.fault("", RuleFormat, "Enter %s with its area code, like 01632 960 001 or +44 7700 900 123", label)
		}
	case Email:
		if !isEmail(text) {
			c.fault("", RuleFormat, "Enter %s like name@example.com", label)
		}
	case Postcode:
		if _, err = dental.ParsePostcode(text); err != nil {
			c.fault("", RuleFormat, "Enter %s as a full UK postcode, like LS1 4AP", label)
		}
	case NHSNumber:
		if _, err = dental.ParseNHSNumber(text); err != nil {
			c.fault("", RuleFormat, "Check %s: it has ten digits, and the last one proves the others", label)
		}
	case GDCNumber:
		if _, err = dental.ParseGDCNumber(text); err != nil {
			c.fault("", RuleFormat, "Enter %s: three to six digits", label)
		}
	case IOTN:
		if _, err = dental.ParseIOTN(text); err != nil {
			c.fault("", RuleOption, "Choose a grade of the index, like 4a or 1: %s", label)
		}
	}
}

func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text {
		return false // a name before the address, or a comment
	}
	_, domain, _ := strings.Cut(text, "@")
	return strings.Count(text, "@") == 1 && strings.Contains(strings.Trim(domain, "."), ".")
}

func (c *checker) number(text string) {
	f := c.field
	label := inner(f.Label)
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !plainNumber.MatchString(text) {
		c.fault("", RuleFormat, "Enter %s as a number", label)
		return
	}
	if f.Kind == Integer && n != float64(int64(n)) {
		c.fault("", RuleFormat, "Enter %s as a whole number", label)
		return
	}
	low, high := f.Min != nil && n < *f.Min, f.Max != nil && n > *f.Max
	switch {
	case (low || high) && f.Min != nil && f.Max != nil:
		c.fault("", RuleRange, "Enter %s from %s to %s%s", label, decimal(*f.Min), decimal(*f.Max), unit(f))
	case low:
		c.fault("", RuleRange, "Enter %s of %s%s or more", label, decimal(*f.Min), unit(f))
	case high:
		c.fault("", RuleRange, "Enter %s of %s%s or less", label, decimal(*f.Max), unit(f))
	}
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func unit(f *Field) string {
	if f.Unit == "" {
		return ""
	}
	return " " + f.Unit
}

// oldest is how far back a date may lie: nobody who is treated was alive.
const oldest = 130

func (s *Sheet) checkDate(c *checker, text string) {
	f := c.field
	label := inner(f.Label)
	day, err := dental.ParseDate(text)
	if err != nil {
		c.fault("", RuleFormat, "Enter %s as day, month and year, like 31/01/2026", label)
		return
	}
	if day.Before(s.Day.AddMonths(-12*oldest)) || s.Day.AddMonths(12*oldest).Before(day) {
		c.fault("", RuleRange, "Check the year of %s", label)
		return
	}
	if f.NotFuture && s.Day.Before(day) {
		c.fault("", RuleRange, "Enter %s that is today or in the past", label)
	}
	if f.NotPast && day.Before(s.Day) {
		c.fault("", RuleRange, "Enter %s that is today or in the future", label)
	}
	if f.NotBefore == "" {
		return
	}
	other, ok := s.Type.Field(f.NotBefore)
	if earliest, err := dental.ParseDate(s.Answer(f.NotBefore).Text); ok && err == nil && day.Before(earliest) {
		c.fault("", RuleRange, "Enter %s that is not before %s", label, inner(other.Label))
	}
}

func (c *checker) count(n int) {
	f := c.field
	if n > f.maxItems() {
		c.fault("", RuleCount, "Choose at most %d: %s", f.maxItems(), inner(f.Label))
	}
	if n < f.MinItems {
		c.fault("", RuleCount, "Choose at least %d: %s", f.MinItems, inner(f.Label))
	}
}

func (c *checker) list(items []string) {
	f := c.field
	c.count(len(items))
	if f.Kind == Teeth {
		for _, item := range items {
			tooth, err := dental.ToothFDI(item)
			switch {
			case err != nil:
				c.fault("", RuleOption, "Choose teeth by their FDI number or Palmer's sign, like 16 or UR6: %s", inner(f.Label))
				return
			case f.Dentition == "permanent" && tooth.IsPrimary(), f.Dentition == "primary" && !tooth.IsPrimary():
				c.fault("", RuleOption, "Choose %s teeth only: %s", f.Dentition, inner(f.Label))
				return
			}
		}
		return
	}
	c.exclusive(items)
}

// exclusive checks that options exist, and that none stands beside one that excludes the others.
func (c *checker) exclusive(items []string) {
	for _, item := range items {
		option, ok := c.field.Option(item)
		if !ok {
			c.fault("", RuleOption, "Choose from the options: %s", inner(c.field.Label))
			return
		}
		if option.Exclusive && len(items) > 1 {
			c.fault("", RuleOption, "Choose %q alone, or the others without it: %s", option.Label, inner(c.field.Label))
			return
		}
	}
}

func (c *checker) history(ticked map[string]string) {
	ids := sortedKeys(ticked)
	c.exclusive(ids)
	for _, id := range ids {
		option, ok := c.field.Option(id)
		if !ok {
			continue // said already
		}
		detail := ticked[id]
		switch {
		case strings.ContainsFunc(detail, isUnprintable):
			c.sign(id)
		case utf8.RuneCountInString(detail) > c.field.maxLength():
			c.fault(id, RuleLength, "Shorten the details of %s to %d characters", inner(option.Label), c.field.maxLength())
		case option.Detail != "" && detail == "":
			c.fault(id, RuleMissing, "Give the details of %s: %s", inner(option.Label), inner(option.Detail))
		}
	}
}

// checkParts checks a grid or a scale: all of its parts are answered, or none.
func (s *Sheet) checkParts(c *checker, parts map[string]string) {
	f := c.field
	known := f.Parts()
	for _, part := range known {
		text, ok := parts[part.ID]
		switch {
		case !ok:
			c.fault(part.ID, RuleMissing, "Complete %s: %s", inner(f.Label), part.Label)
		case !s.isPart(f, part.ID, text):
			c.fault(part.ID, RuleOption, "%s: %s is %s", f.Label, part.Label, s.partWords(f))
		}
	}
	for _, id := range sortedKeys(parts) {
		if !slices.ContainsFunc(known, func(part Option) bool { return part.ID == id }) {
			c.fault("", RuleOption, "%s has a part that is not asked", f.Label)
		}
	}
}

func (s *Sheet) isPart(f *Field, part, text string) bool {
	switch f.Kind {
	case MDAS:
		return len(text) == 1 && text >= "1" && text <= "5"
	case CaseMix:
		_, ok := dental.CaseMixWeight(part, text)
		return ok
	}
	code, err := dental.ParseBPECode(text)
	score, _ := code.Score()
	return err == nil && (f.Kind == BPE || score <= s.highestSBPE())
}

// highestSBPE is the highest code of the simplified examination: under twelve years pockets are not probed for
// (British Society of Periodontology and British Society of Paediatric Dentistry).
func (s *Sheet) highestSBPE() int {
	if age, known := s.Age(); known && age < 12 {
		return 2
	}
	return 4
}

func (s *Sheet) partWords(f *Field) string {
	switch f.Kind {
	case MDAS:
		return "1 (not anxious) to 5 (extremely anxious)"
	case CaseMix:
		return "0, A, B or C"
	case SBPE:
		return fmt.Sprintf("0 to %d at this age, or -", s.highestSBPE())
	default:
		return "0 to 4, with * for a furcation, or -"
	}
}

func (s *Sheet) checkFiles(c *checker, files []File) {
	f := c.field
	c.count(len(files))
	seen := make(map[string]bool)
	for _, file := range files {
		for _, text := range []string{file.ID, file.Name} {
			if strings.ContainsFunc(text, isUnprintable) || utf8.RuneCountInString(text) > 255 {
				c.sign(file.ID)
			}
		}
		if file.ID == "" || seen[file.ID] {
			c.fault(file.ID, RuleFormat, "Attach each file once: %s", inner(f.Label))
		}
		seen[file.ID] = true
		if f.FileKind == Radiograph {
			s.checkExposure(c, file)
		}
	}
	if f.NeedView != "" && !slices.ContainsFunc(files, func(file File) bool { return file.View == f.NeedView }) {
		c.fault("", RuleMissing, "Attach a %s radiograph", f.NeedView)
	}
	if f.NewestWithin > 0 && !slices.ContainsFunc(files, s.takenWithin(f)) {
		c.fault("", RuleRange, "Attach a radiograph that is not older than %d months", f.NewestWithin)
	}
}

// takenWithin tells whether a file counts for newest_within_months: it shows what is asked for, and is new enough.
func (s *Sheet) takenWithin(f *Field) func(File) bool {
	return func(file File) bool {
		day, err := dental.ParseDate(file.TakenOn)
		return err == nil && !day.Before(s.Day.AddMonths(-f.NewestWithin)) && (f.NeedView == "" || file.View == f.NeedView)
	}
}

func (s *Sheet) checkExposure(c *checker, file File) {
	day, err := dental.ParseDate(file.TakenOn)
	switch {
	case file.TakenOn == "":
		c.fault(file.ID, RuleMissing, "Enter the day on which the radiograph was taken")
	case err != nil:
		c.fault(file.ID, RuleFormat, "Enter the day on which the radiograph was taken, like 31/01/2026")
	case s.Day.Before(day):
		c.fault(file.ID, RuleRange, "A radiograph was taken today or in the past")
	case day.Before(s.Day.AddMonths(-12 * oldest)):
		c.fault(file.ID, RuleRange, "Check the year in which the radiograph was taken")
	}
	if file.View != "" && !slices.Contains(viewIDs(), file.View) {
		c.fault(file.ID, RuleOption, "Choose what the radiograph shows")
	}
	if file.Quality != "" && file.Quality != "acceptable" && file.Quality != "not_acceptable" {
		c.fault(file.ID, RuleOption, "Choose whether the radiograph is acceptable")
	}
}
