package directory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// field is a column of one kind of entry: how it is written, and how it is read. set says what is wrong, or "".
type field[T any] struct {
	column string
	of     string // the field's name in a fault
	get    func(*T) string
	set    func(*T, string) string
}

func textField[T any](column, of string, at func(*T) *string) field[T] {
	return field[T]{column, of, func(t *T) string { return *at(t) }, func(t *T, cell string) string { *at(t) = cell; return "" }}
}

func boolField[T any](column, of string, at func(*T) *bool) field[T] {
	return field[T]{column, of, func(t *T) string { return yesNo(*at(t)) }, func(t *T, cell string) string {
		switch strings.ToLower(cell) {
		case "yes", "y", "true", "1":
			*at(t) = true
		case "no", "n", "false", "0", "":
			*at(t) = false
		default:
			return fmt.Sprintf("%q is neither yes nor no; write one of them", clip(cell))
		}
		return ""
	}}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func numberField[T any](column, of string, at func(*T) *int) field[T] {
	return field[T]{column, of, func(t *T) string { return strconv.Itoa(*at(t)) }, func(t *T, cell string) string {
		n, err := strconv.Atoi(cell)
		if err != nil && cell != "" {
			return fmt.Sprintf("%q is no whole number; write digits only", clip(cell))
		}
		*at(t) = n
		return ""
	}}
}

// listField has semicolons between its items.
func listField[T any](column, of string, at func(*T) *[]string) field[T] {
	return field[T]{column, of, func(t *T) string { return strings.Join(*at(t), "; ") }, func(t *T, cell string) string {
		*at(t) = items(cell)
		return ""
	}}
}

func items(cell string) (all []string) {
	for item := range strings.SplitSeq(cell, ";") {
		if item = strings.TrimSpace(item); item != "" && !slices.Contains(all, item) {
			all = append(all, item)
		}
	}
	return all
}

// organisationFields are an organisation's columns. The area stands there by its name.
func (x *index) organisationFields() []field[Organisation] {
	return []field[Organisation]{
		textField("Name", "Name", func(o *Organisation) *string { return &o.Name }),
		textField("Address", "Address", func(o *Organisation) *string { return &o.Address }),
		textField("Phone", "Phone", func(o *Organisation) *string { return &o.Phone }),
		textField("Email", "Email", func(o *Organisation) *string { return &o.Email }),
		textField("Website", "Website", func(o *Organisation) *string { return &o.Website }),
		textField("Hours", "Hours", func(o *Organisation) *string { return &o.Hours }),
		boolField("Refers", "IsReferring", func(o *Organisation) *bool { return &o.IsReferring }),
		boolField("Treats", "IsTreating", func(o *Organisation) *bool { return &o.IsTreating }),
		boolField("Centre", "IsCentre", func(o *Organisation) *bool { return &o.IsCentre }),
		{"Area", "AreaNum", func(o *Organisation) string { return x.areaNames[o.Area] }, func(o *Organisation, cell string) string {
			num, ok := x.areas[fold(cell)]
			if !ok {
				return fmt.Sprintf("There is no area %q; write the name of one that there is", clip(cell))
			}
			o.Area = num
			return ""
		}},
		boolField("Active", "IsActive", func(o *Organisation) *bool { return &o.IsActive }),
	}
}

func (x *index) serviceFields() []field[Service] {
	return []field[Service]{
		textField("Name", "Name", func(s *Service) *string { return &s.Name }),
		textField("Hours", "Hours", func(s *Service) *string { return &s.Hours }),
		listField("Forms", "FormTypes", func(s *Service) *[]string { return &s.FormTypes }),
		numberField("Youngest", "MinAge", func(s *Service) *int { return &s.MinAge }),
		numberField("Oldest", "MaxAge", func(s *Service) *int { return &s.MaxAge }),
		listField("Levels", "Tiers", func(s *Service) *[]string { return &s.Tiers }),
		listField("Anaesthesia", "Anaesthesia", func(s *Service) *[]string { return &s.Anaesthesia }),
		listField("Facilities", "Facilities", func(s *Service) *[]string { return &s.Facilities }),
		numberField("Capacity", "Capacity", func(s *Service) *int { return &s.Capacity }),
		numberField("Wait", "WaitDays", func(s *Service) *int { return &s.WaitDays }),
		boolField("Open", "IsOpen", func(s *Service) *bool { return &s.IsOpen }),
	}
}

// clinicianFields are a clinician's columns. The services stand there by their names, which only the organisation's tell apart.
func (x *index) clinicianFields() []field[Clinician] {
	return []field[Clinician]{
		textField("Name", "Name", func(c *Clinician) *string { return &c.Name }),
		boolField("Active", "IsActive", func(c *Clinician) *bool { return &c.IsActive }),
		textField("GDC", "GdcNumber", func(c *Clinician) *string { return &c.GDC }),
		{"Services", "Services", func(c *Clinician) string {
			names := make([]string, len(c.Services))
			for i, num := range c.Services {
				names[i] = x.services[num].Name
			}
			return strings.Join(names, "; ")
		}, func(c *Clinician, cell string) string {
			c.Services = nil
			for _, item := range items(cell) {
				num, ok := x.serviceNamed(c.Organisation, item)
				if !ok {
					return fmt.Sprintf("The organisation has no service %q; write the name of one that it has", clip(item))
				}
				c.Services = append(c.Services, num)
			}
			slices.Sort(c.Services)
			c.Services = slices.Compact(c.Services)
			return ""
		}},
	}
}
