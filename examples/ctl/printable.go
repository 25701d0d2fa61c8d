package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// shown is a text that a terminal can be given: it is one line, and the only
// control characters in it are the colours of [app.paint].
type shown string

// show makes a text printable. What has no picture of its own is written as in Go,
// such as \n or \x1b: control characters, line breaks, and what turns the direction
// of the text behind it. Everything that ctl prints for people goes through show,
// because a message of a run may hold whatever its program wrote.
func show(text string) shown {
	var out strings.Builder
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, rest[0])
		case strconv.IsGraphic(r):
			out.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToGraphic(r)
			out.WriteString(quoted[1 : len(quoted)-1])
		}
		rest = rest[size:]
	}
	return shown(out.String())
}

// showAll is what a format is filled with: texts are shown, numbers stay numbers.
func showAll(values []any) []any {
	all := make([]any, len(values))
	for i, value := range values {
		switch value.(type) {
		case shown, int, int32, int64:
			all[i] = value
		default:
			all[i] = show(fmt.Sprint(value))
		}
	}
	return all
}
