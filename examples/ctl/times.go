package main

import (
	"fmt"
	"time"
)

// layouts are how a time may be given; those without a zone are local.
var layouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// parseTime reads a time: RFC 3339, a local date with or without a time of day,
// or a duration from now, such as 36h, or -72h for three days ago.
func parseTime(flag, text string, now time.Time) (time.Time, error) {
	if text == "now" {
		return now, nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		return now.Add(d), nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	for _, layout := range layouts {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("--%s: %q is no time: give 2030-01-31T12:00:00Z, 2030-01-31, or a duration such as 36h or -72h", flag, text)
}

// times writes times in the zones that they came in.
func times(list []time.Time) []string {
	texts := make([]string, len(list))
	for i, at := range list {
		texts[i] = at.Format("Mon 2006-01-02 15:04 -07:00")
	}
	return texts
}
