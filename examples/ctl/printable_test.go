package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/versions"
)

func TestWhatHasNoPictureIsEscaped(t *testing.T) {
	require.Equal(t, shown(`\x1b[31mred \x1b]0;title\a \r\n\t\u009b1m \u202ereversed\u2069 \u2028 \x9b`+" ü 東京 \\n"),
		show("\x1b[31mred \x1b]0;title\a \r\n\t\u009b1m \u202ereversed\u2069 \u2028 \x9b ü 東京 \\n"))
}

// hostile is what a tenant may write into texts.
const hostile = "\x1b[31mred\x1b[39m\x1b]0;title\a\r\n\t\v\f\x7f\u009b1m\u202e\u2066\u2028end"

// ownColors are the colours that ctl itself uses.
var ownColors = regexp.MustCompile("\x1b\\[3[1-49]m")

// written puts a text behind all texts of an answer that people wrote.
func written(text string) func([]byte) []byte {
	var change func(name string, value any) any
	change = func(name string, value any) any {
		switch v := value.(type) {
		case map[string]any:
			if _, isRun := v["statusMessage"]; isRun { // nobody works on it
				v["status"], v["statusMessage"] = "failed", "no disk"
			}
			for name := range v {
				v[name] = change(name, v[name])
			}
		case []any:
			for i := range v {
				v[i] = change(name, v[i])
			}
		case string:
			isName := strings.HasSuffix(strings.ToLower(name), "id") || strings.HasSuffix(name, "arker") || name == "jobKey" || name == "status"
			if _, err := time.Parse(time.RFC3339, v); err != nil && !isName {
				return v + text
			}
		}
		return value
	}
	return func(body []byte) []byte {
		var answer any
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		if decoder.Decode(&answer) != nil {
			return body
		}
		changed, err := json.Marshal(change("", answer))
		if err != nil {
			panic(err) // it was JSON
		}
		return changed
	}
}

// Whatever the texts of tenants hold, what ctl prints for people is the same lines
// in the same colours, and JSON has the texts as they are.
func TestTextsOfTenantsCannotDriveTheTerminal(t *testing.T) {
	w := jobstest.New(t, nil)
	job := w.Create(jobs.NewJob{Key: "nightly", TeamIDs: []string{"DATA"}, Definition: versions.Definition{
		CronExpression: "0 3 * * *", Description: "sums", Parameters: map[string]string{"day": "today"},
	}})
	w.Engine.Fail("nightly", time.Second, "no disk")
	_, err := w.CreateRun(t.Context(), w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	w.Advance(30 * time.Hour)
	s := newShellOn(t, w.Service)
	run := w.Runs("nightly").Last().ID
	s.env["EDITOR"] = "sed -i s/sums/sums\\ up/"
	s.ok("jobs", "edit", "nightly")
	s.ok("hold", "set", "--reason", "moving house")
	for _, line := range []string{
		"jobs list", "jobs describe nightly", "jobs versions nightly", "jobs diff nightly", "runs list", "runs list nightly",
		"runs describe nightly " + run, "why --since -200000h", "events", "hold show", "run nightly --wait", "runs cancel nightly " + run,
		"jobs rollback nightly 9", "runs list --status nonsense", "jobs pause nightly --until -1h",
		"apply -f " + s.file("nightly.yaml", strings.Replace(nightly, "0 3", "99 3", 1)),
	} {
		t.Run(strings.SplitN(line, " /", 2)[0], func(t *testing.T) {
			for _, s.terminal = range []bool{false, true} {
				both := func(text string) string {
					s.answers = written(text)
					out, errOut, _ := s.run(strings.Fields(line)...)
					return out + errOut
				}
				tame, got := both("tame"), both(hostile)
				require.Contains(t, tame, "tame", "there is a text of a tenant")
				for _, r := range ownColors.ReplaceAllString(got, "") {
					require.True(t, r == '\n' || strconv.IsGraphic(r), "%q in %q", r, got)
				}
				if !strings.HasPrefix(line, "jobs describe") && !strings.HasPrefix(line, "jobs diff") { // they show texts line by line
					require.Equal(t, ownColors.FindAllString(tame, -1), ownColors.FindAllString(got, -1))
					require.Equal(t, strings.Count(tame, "\n"), strings.Count(got, "\n"), got)
				}
			}
		})
	}
	var described struct{ StatusMessage string }
	require.NoError(t, json.Unmarshal([]byte(s.ok("runs", "describe", "nightly", run, "-o", "json")), &described))
	require.Equal(t, "no disk"+hostile, described.StatusMessage)
}

func TestErrorsAreOneLine(t *testing.T) {
	var out strings.Builder
	a := &app{errOut: &out, env: func(string) string { return "" }}
	a.complain(errors.New("a" + hostile))
	require.Equal(t, 1, strings.Count(out.String(), "\n"))
	require.NotContains(t, out.String(), "\x1b")
}
