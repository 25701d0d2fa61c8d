package httpadapter

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parameter is a query parameter: how it is read, and how the OpenAPI document
// describes it.
type parameter struct {
	name   string
	about  string
	schema member
	// read returns the value of a text, or the rule that the text breaks.
	read func(text string) (value any, rule string)
}

// param is a parameter whose values have the type T.
type param[T any] struct {
	*parameter
	absent T
}

// of returns the parameter's value in the request.
func (p param[T]) of(x *exchange) T {
	if v, given := x.values[p.parameter]; given {
		return v.(T)
	}
	return p.absent
}

// given reports whether the request has the parameter.
func (p param[T]) given(x *exchange) bool {
	_, given := x.values[p.parameter]
	return given
}

func (p *parameter) base() *parameter { return p }

// asked is a parameter that a route takes.
type asked struct {
	*parameter
	origin origin
}

// parameters are the parameters that a route takes.
type parameters []asked

func from(o origin, list ...interface{ base() *parameter }) parameters {
	all := make(parameters, len(list))
	for i, p := range list {
		all[i] = asked{p.base(), o}
	}
	return all
}

func join(lists ...parameters) parameters { return slices.Concat(lists...) }

// The functions below make parameters, one for each kind.

// number is a whole number from least to most, both inclusive, written in
// digits. Absent is its value when it is not given.
func number(name string, least, most, absent int, about string) param[int] {
	rule := fmt.Sprintf("must be a whole number from %d to %d", least, most)
	return param[int]{&parameter{name, about, with(whole(least, most), "default", absent), func(text string) (any, string) {
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most || text[0] < '0' || text[0] > '9' {
			return nil, rule
		}
		return n, ""
	}}, absent}
}

// option is a name that a parameter may have, and the value of this name.
type option[T any] struct {
	name  string
	value T
}

// choice is one of several names. An absent parameter has the value of the
// first.
func choice[T any](name, about string, options ...option[T]) param[T] {
	names := make([]string, len(options))
	values := make(map[string]T, len(options))
	for i, o := range options {
		names[i], values[o.name] = o.name, o.value
	}
	schema := with(named(componentName(name), enum(names...)), "default", names[0])
	return param[T]{&parameter{name, about, schema, func(text string) (any, string) {
		v, known := values[text]
		if !known {
			return nil, "must be one of " + strings.Join(names, ", ")
		}
		return v, ""
	}}, options[0].value}
}

// oneOf is one of several names; "" when the parameter is absent.
func oneOf[S ~string](name, about string, names ...S) param[S] {
	options := make([]option[S], len(names))
	for i, n := range names {
		options[i] = option[S]{string(n), n}
	}
	p := choice(name, about, options...)
	delete(p.schema, "default")
	p.absent = ""
	return p
}

// flagged is true or false; false when the parameter is absent.
func flagged(name, about string) param[bool] {
	p := choice(name, about, option[bool]{"false", false}, option[bool]{"true", true})
	p.schema = with(flag(), "default", false)
	return p
}

// words is a text. Check returns the rule that the text breaks, or "".
func words(name, about string, schema member, check func(text string) string) param[string] {
	return param[string]{parameter: &parameter{name, about, schema, func(text string) (any, string) { return text, check(text) }}}
}

// several is a list of names, separated by commas, each at most once. In the
// OpenAPI document, the names are a component that is called like the Go type.
func several[S ~string](name, about string, names ...S) param[[]S] {
	rule := "must be names separated by commas, each once, of " + strings.Join(texts(names), ", ")
	one := named(reflect.TypeFor[S]().Name(), enum(texts(names)...))
	schema := with(with(array(one), "minItems", 1), "uniqueItems", true)
	return param[[]S]{parameter: &parameter{name, about, schema, func(text string) (any, string) {
		var list []S
		for part := range strings.SplitSeq(text, ",") {
			if !slices.Contains(names, S(part)) || slices.Contains(list, S(part)) {
				return nil, rule
			}
			list = append(list, S(part))
		}
		return list, ""
	}}}
}

// instant is a time in RFC 3339; the zero time when the parameter is absent.
func instant(name, about string) param[time.Time] {
	return param[time.Time]{parameter: &parameter{name, about, moment(), func(text string) (any, string) { return readTime(text) }}}
}

func (a asked) describe() member {
	described := parameterOf("query", a.name, a.origin, maps.Clone(a.schema))
	if a.about != "" {
		described["description"] = a.about
	}
	if a.schema["type"] == "array" {
		described["style"], described["explode"] = "form", false
	}
	return described
}
