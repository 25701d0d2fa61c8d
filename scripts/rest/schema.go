package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func nameOf(s *schema) string { return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:] }

// variants are what the schema may be besides null, and whether it may be null.
func (s *schema) variants() (one *schema, nullable bool) {
	if len(s.AnyOf) == 2 {
		return s.AnyOf[0], true
	}
	kinds, _ := s.Type.([]any)
	return s, slices.Contains(kinds, any("null"))
}

// Nullable is yes where null is a value.
func (s *schema) Nullable() string {
	if _, nullable := s.variants(); nullable {
		return "yes"
	}
	return ""
}

// Kind is the type of a value.
func (p *page) Kind(s *schema) string {
	s, _ = s.variants()
	if s.Ref != "" {
		if named := p.Components.Schemas[nameOf(s)]; len(named.Properties) == 0 {
			return p.Kind(named)
		}
		return fmt.Sprintf("[%s](#%s)", nameOf(s), strings.ToLower(nameOf(s)))
	}
	kind, _ := s.Type.(string)
	if kinds, ok := s.Type.([]any); ok {
		kind, _ = kinds[0].(string)
	}
	switch {
	case kind == "array":
		return "list of " + p.Kind(s.Items)
	case s.Format == "date-time":
		return "time"
	case kind == "":
		return "any value"
	}
	return kind
}

// Rule is what a value must be beside its type.
func (p *page) Rule(s *schema) string {
	given := s.Default
	s, _ = s.variants()
	if s.Ref != "" {
		s = p.Components.Schemas[nameOf(s)]
	}
	var rules []string
	if s.Items != nil {
		if rule := p.Rule(s.Items); rule != "" {
			rules = append(rules, "each "+rule)
		}
	}
	if len(s.Enum) > 0 {
		rules = append(rules, "one of `"+strings.Join(s.Enum, "`, `")+"`")
	}
	rules = append(rules, between(s.Minimum, s.Maximum, ""), between(s.MinLength, s.MaxLength, " characters"), between(s.MinItems, nil, " items"),
		between(nil, s.MaxProperties, " members"))
	if s.Pattern != "" {
		rules = append(rules, "`"+s.Pattern+"`")
	}
	if given != nil {
		rules = append(rules, "default `"+strings.Trim(string(given), `"`)+"`")
	}
	return strings.Join(slices.DeleteFunc(rules, func(rule string) bool { return rule == "" }), "; ")
}

// between says a range, without the bound that is that of the type.
func between[N int | int64](least, most *N, of string) string {
	const int32Max = 1<<31 - 1
	switch {
	case least == nil && most == nil:
		return ""
	case most != nil && int64(*most) != int32Max && least != nil:
		return fmt.Sprintf("%d to %d%s", *least, *most, of)
	case least == nil:
		return "up to " + strconv.FormatInt(int64(*most), 10) + of
	case of != "" && *least == 1:
		return "not empty"
	}
	return "at least " + strconv.FormatInt(int64(*least), 10) + of
}

// Means is what a value means.
func (p *page) Means(s *schema) string {
	if s.Description == "" && s.Ref != "" {
		return p.Components.Schemas[nameOf(s)].Description
	}
	return s.Description
}

// ignored is what the document says of members that are taken and not looked at, so
// that an answer can be edited and sent back.
const ignored = "Accepted, and ignored."

// Taken are the members that are looked at.
func (s *schema) Taken() members {
	return slices.DeleteFunc(slices.Clone(s.Properties), func(m member) bool { return m.Schema.Description == ignored })
}

// Ignored are the names of the others.
func (s *schema) Ignored() (names []string) {
	for _, m := range s.Properties {
		if m.Schema.Description == ignored {
			names = append(names, m.Name)
		}
	}
	return names
}

// Needs is yes for a member that must be there.
func (s *schema) Needs(name string) string {
	if slices.Contains(s.Required, name) {
		return "yes"
	}
	return ""
}
