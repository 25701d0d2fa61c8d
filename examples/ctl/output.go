package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// color is the number of an ANSI colour. All of them take as many bytes, so that
// a table with colours is aligned like one without.
type color string

const (
	red    color = "31"
	green  color = "32"
	yellow color = "33"
	blue   color = "34"
	plain  color = "39"
)

// colored is whether to use colours: on a terminal, unless NO_COLOR is set.
func (a *app) colored() bool { return a.terminal && a.env("NO_COLOR") == "" && a.env("TERM") != "dumb" }

// paint shows a text in a colour, where colours are used.
func (a *app) paint(c color, text string) shown {
	if !a.colored() {
		return show(text)
	}
	return shown("\x1b["+c+"m") + show(text) + "\x1b[39m"
}

// statusColor is the colour of a status, a verdict or an action.
func statusColor(status string) color {
	switch status {
	case "succeeded", "active", "fired", "created", "published", "run.succeeded":
		return green
	case "failed", "timeout", "refused", "deleted", "missed", "lost", "run.failed", "run.timeout", "job.deleted":
		return red
	case "cancelled", "paused", "skipped", "superseded", "coalesced", "updated":
		return yellow
	case "running", "starting", "pending", "ready":
		return blue
	}
	return plain
}

// print prints the answer: unchanged with -o json, as YAML, or as text.
func (a *app) print(body []byte, text func() error) error {
	switch a.format {
	case "json":
		var out bytes.Buffer
		if err := json.Indent(&out, body, "", "  "); err != nil {
			return fmt.Errorf("read the answer: %w", err)
		}
		out.WriteByte('\n')
		_, err := out.WriteTo(a.out)
		return err
	case "yaml":
		out, err := toYAML(body)
		if err != nil {
			return err
		}
		_, err = a.out.Write(out)
		return err
	}
	return text()
}

// printValue is print for a value that the command itself made.
func (a *app) printValue(value any, text func() error) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return a.print(body, text)
}

// say prints a line, whose values are shown.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintf(a.out, format+"\n", showAll(args)...)
}

// note prints a line for people to errOut, so that out has only data.
func (a *app) note(format string, args ...any) {
	_, _ = fmt.Fprintf(a.errOut, format+"\n", showAll(args)...)
}

// table prints rows below a header. A column whose header is in colored is
// painted by what it says.
func (a *app) table(header []string, rows [][]string) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	line := func(cells []string, isHeader bool) {
		painted := make([]string, len(cells))
		for i, cell := range cells {
			c := plain
			if !isHeader && states[header[i]] {
				c = statusColor(cell)
			}
			painted[i] = string(a.paint(c, cell))
		}
		_, _ = fmt.Fprintln(w, strings.Join(painted, "\t"))
	}
	line(header, true)
	for _, row := range rows {
		line(row, false)
	}
	return w.Flush()
}

// states are the headers of columns that hold states.
var states = map[string]bool{"STATUS": true, "LAST": true, "VERDICT": true, "ACTION": true, "KIND": true}

// when writes a time in the local zone; "-" for none.
func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

// dash writes "-" for nothing.
func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// facts prints lines of a name and a value, and leaves out empty ones.
func (a *app) facts(pairs ...any) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	pairs = showAll(pairs)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != shown("") && pairs[i+1] != shown("-") {
			_, _ = fmt.Fprintf(w, "%s\t%s\n", pairs[i], pairs[i+1])
		}
	}
	return w.Flush()
}
