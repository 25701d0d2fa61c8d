package main

import (
	"errors"
	"strconv"
	"strings"
)

// shown is the name of a store as it may be shown. Of a URL that cannot be read
// that is its kind only: the password may be anywhere in it.
func shown(name string) string {
	scheme, rest, _ := strings.Cut(name, ":")
	switch scheme {
	case "memory", "sqlite":
		return name
	}
	a, err := parseAddresses(rest)
	_, behind, _ := strings.Cut(strings.TrimPrefix(rest, "//"), "/")
	_, options, _ := strings.Cut(rest, "?")
	if err != nil || strings.Contains(behind+options, "@") || !knownScheme(scheme) {
		return hidden
	}
	name = scheme + "://"
	if a.user != "" {
		name += hidden + "@"
	}
	name += strings.Join(a.hosts, ",")
	if a.path != "" {
		name += "/" + a.path
	}
	if len(a.query) > 0 {
		name += "?" + hidden
	}
	return name
}

// hidden stands for what is not shown.
const hidden = "..."

func knownScheme(scheme string) bool {
	for _, kind := range stores {
		if kind.scheme == scheme {
			return true
		}
	}
	return false
}

// withoutArguments is an error that repeats no argument which may hold a password:
// URLs are for -store, but people mistake one flag for another.
func withoutArguments(err error, args []string) error {
	text := err.Error()
	for _, arg := range args {
		if !strings.Contains(arg, "@") && !strings.Contains(arg, "://") {
			continue
		}
		plain := strings.TrimLeft(arg, "-")
		name, value, _ := strings.Cut(plain, "=")
		for _, part := range []string{arg, plain, value, name} { // the flag package repeats any of them
			if strings.Trim(part, "abcdefghijklmnopqrstuvwxyz-") != "" { // is no flag's name
				text = strings.ReplaceAll(strings.ReplaceAll(text, strconv.Quote(part), hidden), part, hidden)
			}
		}
	}
	return errors.New(text)
}
