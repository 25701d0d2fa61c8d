package main

import (
	"encoding/json"
	"strings"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// sayChanges prints each changed value, before and after.
func (a *app) sayChanges(changes []client.Change) {
	for _, change := range changes {
		a.say("  %s", change.Path)
		from, to := linesOf(change.From), linesOf(change.To)
		begin, end := shared(from, to)
		a.sayLines(plain, " ", from[:begin])
		a.sayLines(red, "-", from[begin:len(from)-end])
		a.sayLines(green, "+", to[begin:len(to)-end])
		a.sayLines(plain, " ", from[len(from)-end:])
	}
}

func (a *app) sayLines(c color, sign string, lines []string) {
	for _, line := range lines {
		a.say("    %s", a.paint(c, sign+" "+line))
	}
}

// linesOf returns the lines of a value: of a text its own lines, of null none, and of
// any other value its JSON in one line.
func linesOf(value json.RawMessage) []string {
	if len(value) == 0 || string(value) == "null" {
		return nil
	}
	text := string(value)
	var decoded string
	if json.Unmarshal(value, &decoded) == nil && decoded != "" {
		text = decoded
	}
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

// shared counts the equal lines at the beginning and at the end of two texts.
func shared(from, to []string) (begin, end int) {
	most := min(len(from), len(to))
	for begin < most && from[begin] == to[begin] {
		begin++
	}
	for end < most-begin && from[len(from)-1-end] == to[len(to)-1-end] {
		end++
	}
	return begin, end
}
