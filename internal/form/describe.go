package form

import (
	"fmt"
	"strings"
)

// Describe is the type in words, as `bridgework form show` prints it: what is asked, when, and what an answer must be.
func (t *Type) Describe() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, version %s\n%s\n", t.Name, t.version, t.Title)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&out, "  %s: %s\n", name, text)
		}
	}
	line("for", t.Summary)
	line("referral reason", t.Reason)
	line("pathway", t.Pathway)
	line("triage", t.Triage)
	line("age", t.Age.describe())
	line("head line", strings.Join(t.Headline, ", "))
	for _, fixed := range t.Fixed {
		line("settled", fixed.ID+" is "+fixed.Value)
	}
	for i := range t.Sections {
		section := &t.Sections[i]
		fmt.Fprintf(&out, "\n%d. %s (%s)\n", i+1, section.Title, section.ID)
		line("printed as", strings.ReplaceAll(section.Document, "_", " "))
		line("asked when", section.ShownWhen.describe())
		for j := range section.Fields {
			section.Fields[j].describe(&out)
		}
		for _, d := range section.Derived {
			fmt.Fprintf(&out, "  = %s: %s, %s of %s\n", d.ID, d.Label, d.By, strings.Join(d.From, ", "))
		}
		describeRules(&out, section.Rules)
	}
	if len(t.Rules) > 0 {
		out.WriteString("\nRules of the whole form\n")
		describeRules(&out, t.Rules)
	}
	return out.String()
}

func (a *AgeRule) describe() string {
	switch {
	case a == nil:
		return ""
	case a.Min != nil && a.Below != nil:
		return fmt.Sprintf("from %d, below %d", *a.Min, *a.Below)
	case a.Min != nil:
		return fmt.Sprintf("from %d", *a.Min)
	default:
		return fmt.Sprintf("below %d", *a.Below)
	}
}

func describeRules(out *strings.Builder, rules []Rule) {
	for i := range rules {
		fmt.Fprintf(out, "  ! %s at %s when %s: %s\n", rules[i].Level, rules[i].Field, rules[i].When.describe(), rules[i].Text)
	}
}

func (f *Field) describe(out *strings.Builder) {
	mark := " "
	if f.Required {
		mark = "*"
	}
	fmt.Fprintf(out, "  %s %s (%s): %s\n", mark, f.ID, f.Kind, f.Label)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(out, "      %s: %s\n", name, text)
		}
	}
	line("shown when", f.ShownWhen.describe())
	line("required when", f.RequiredWhen.describe())
	line("help", f.Help)
	line("limits", strings.Join(f.limits(), ", "))
	line("default", f.Default)
	if f.Prefill != nil {
		line("filled from", strings.Join(f.Prefill.From, ", "))
	}
	for _, option := range f.Options {
		text := option.Label
		if option.Detail != "" {
			text += " (" + option.Detail + ")"
		}
		if option.Exclusive {
			text += " (alone)"
		}
		fmt.Fprintf(out, "      - %s: %s\n", option.ID, text)
	}
}

// limits are what an answer must be, in words.
func (f *Field) limits() []string {
	var limits []string
	add := func(when bool, format string, args ...any) {
		if when {
			limits = append(limits, fmt.Sprintf(format, args...))
		}
	}
	add(f.MinLength > 0, "at least %d characters", f.MinLength)
	add(f.MaxLength > 0, "at most %d characters", f.MaxLength)
	add(f.Pattern != "", "like %s", f.Pattern)
	if f.Min != nil {
		add(true, "from %s%s", decimal(*f.Min), unit(f))
	}
	if f.Max != nil {
		add(true, "to %s%s", decimal(*f.Max), unit(f))
	}
	add(f.NotFuture, "not in the future")
	add(f.NotPast, "not in the past")
	add(f.NotBefore != "", "not before %s", f.NotBefore)
	add(f.MinItems > 0, "at least %d", f.MinItems)
	add(f.MaxItems > 0, "at most %d", f.MaxItems)
	add(f.Dentition != "", "%s teeth", f.Dentition)
	add(f.FileKind != "", "of kind %s", f.FileKind)
	add(f.NeedView != "", "one of them %s", f.NeedView)
	add(f.NewestWithin > 0, "one not older than %d months", f.NewestWithin)
	return limits
}

func (c *Condition) describe() string {
	switch {
	case c == nil:
		return ""
	case c.Not != nil:
		return "not (" + c.Not.describe() + ")"
	case c.All != nil:
		return describeAll(c.All, " and ")
	case c.Any != nil:
		return describeAll(c.Any, " or ")
	case c.Answered != nil && *c.Answered:
		return c.Field + " is answered"
	case c.Answered != nil:
		return c.Field + " is not answered"
	case c.Is != "":
		return c.Field + " is " + c.Is
	case c.IsNot != "":
		return c.Field + " is not " + c.IsNot
	case c.In != nil:
		return c.Field + " is " + alternatives(c.In)
	case c.Contains != "":
		return c.Field + " has " + c.Contains
	case c.ContainsAny != nil:
		return c.Field + " has " + alternatives(c.ContainsAny)
	case c.AtLeast != nil:
		return c.Field + " is " + decimal(*c.AtLeast) + " or more"
	case c.AtMost != nil:
		return c.Field + " is " + decimal(*c.AtMost) + " or less"
	case c.Above != nil:
		return c.Field + " is above " + decimal(*c.Above)
	case c.Below != nil:
		return c.Field + " is below " + decimal(*c.Below)
	default:
		return fmt.Sprintf("%s is over %d months ago", c.Field, *c.MonthsAgoOver)
	}
}

func describeAll(conditions []Condition, between string) string {
	words := make([]string, len(conditions))
	for i := range conditions {
		words[i] = conditions[i].describe()
		if conditions[i].All != nil || conditions[i].Any != nil {
			words[i] = "(" + words[i] + ")"
		}
	}
	return strings.Join(words, between)
}
