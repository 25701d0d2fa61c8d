package main

import (
	"io"
	"regexp"
	"strings"
	"unicode"
)

// printable passes on what is written to a terminal, but for control characters
// that are not ctl's own: a message of a run may hold whatever its program wrote.
type printable struct{ io.Writer }

// ownColor is what paint writes.
var ownColor = regexp.MustCompile("\x1b\\[3[1-49]m")

func (p printable) Write(text []byte) (int, error) {
	var out strings.Builder
	rest := string(text)
	for rest != "" {
		at := ownColor.FindStringIndex(rest)
		if at == nil {
			at = []int{len(rest), len(rest)}
		}
		out.WriteString(strings.Map(visible, rest[:at[0]]))
		out.WriteString(rest[at[0]:at[1]])
		rest = rest[at[1]:]
	}
	if _, err := io.WriteString(p.Writer, out.String()); err != nil {
		return 0, err
	}
	return len(text), nil
}

// visible replaces control characters, and those that turn the direction of
// what follows.
func visible(r rune) rune {
	isTurn := r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	if r != '\n' && r != '\t' && (unicode.IsControl(r) || isTurn) {
		return '\ufffd'
	}
	return r
}
