package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExitCodes(t *testing.T) {
	s := newShell(t)
	s.ok("apply", "-f", s.file("nightly.yaml", nightly))
	for _, test := range []struct {
		line  string
		token string
		code  int
		says  string
	}{
		{"jobs list", "admin", exitOK, ""},
		{"jobs nonsense", "admin", exitUsage, "Run ctl --help"},
		{"jobs describe", "admin", exitUsage, "accepts 1 arg"},
		{"jobs list --nonsense", "admin", exitUsage, "unknown flag"},
		{"jobs list -o xml", "admin", exitUsage, "text, json or yaml"},
		{"jobs list --server localhost", "admin", exitUsage, "must be an http or https URL"},
		{"jobs describe nothing", "admin", exitNotFound, "ctl jobs list shows"},
		{"jobs describe nightly", "other", exitNotFound, "there is no such job: nightly"},
		{"jobs describe A1B2C3D4E5", "admin", exitNotFound, ""},
		{"jobs publish nightly", "admin", exitNotFound, "Begin one with ctl jobs edit"},
		{"jobs rollback nightly", "admin", exitError, "has no version before 1"},
		{"jobs pause nightly", "viewer", exitRefused, "more rights"},
		{"jobs pause nightly --until yesterday", "admin", exitError, "is no time"},
		{"jobs pause nightly --until -1h", "admin", exitRefused, "pausedUntil"},
		{"run nightly -p a=b", "admin", exitRefused, "parameters.a"},
		{"run nightly -p a", "admin", exitError, "NAME=VALUE"},
		{"jobs list", "nobody", exitRefused, "JOBLEDGER_TOKEN"},
		{"jobs list --server http://127.0.0.1:1", "admin", exitUnavailable, "Is the control plane running"},
		{"jobs list --status nonsense", "admin", exitRefused, "status"},
		{"copy a b", "admin", exitUsage, "organization"},
		{"copy /nowhere/a.db /nowhere/b.db --organization acme", "admin", exitError, "open FROM"},
		{"copy nonsense:a sqlite:b --organization acme", "admin", exitError, "is no store"},
	} {
		t.Run(test.line, func(t *testing.T) {
			s.env["JOBLEDGER_TOKEN"] = test.token
			_, errOut, code := s.run(strings.Fields(test.line)...)
			require.Equal(t, test.code, code, errOut)
			require.Contains(t, errOut, test.says)
		})
	}
}

func TestOutputForPrograms(t *testing.T) {
	s := newShell(t)
	s.ok("apply", "-f", s.file("nightly.yaml", nightly))
	for _, line := range []string{
		"jobs list", "jobs describe nightly", "jobs versions nightly", "run nightly", "runs list", "runs list nightly", "why nightly",
		"hold show", "export", "jobs pause nightly", "backfill nightly --from -48h --dry-run",
	} {
		out := s.ok(append(strings.Fields(line), "-o", "json")...)
		require.True(t, json.Valid([]byte(out)), "%s: %s", line, out)
		yaml := s.ok(append(strings.Fields(line), "-o", "yaml")...)
		documents, err := fromYAML(strings.NewReader(yaml))
		require.NoError(t, err, line)
		require.NotEmpty(t, documents, line)
	}
	for line := range strings.Lines(s.ok("events", "-o", "json")) {
		require.True(t, json.Valid([]byte(line)), line)
	}
}

func TestColors(t *testing.T) {
	s := newShell(t)
	s.ok("apply", "-f", s.file("nightly.yaml", nightly))
	require.NotContains(t, s.ok("jobs", "list"), "\x1b")
	s.terminal = true
	colored := s.ok("jobs", "list")
	require.Contains(t, colored, "\x1b[32mactive")
	s.env["NO_COLOR"] = "1"
	require.NotContains(t, s.ok("jobs", "list"), "\x1b")
}

func TestEdit(t *testing.T) {
	s := newShell(t)
	s.ok("apply", "-f", s.file("nightly.yaml", nightly))
	s.env["EDITOR"] = "true"
	require.Equal(t, "Nothing was changed.\n", s.ok("jobs", "edit", "nightly"))
	s.env["EDITOR"] = "sed -i s/0.3/0\\ 4/"
	require.Contains(t, s.ok("jobs", "edit", "nightly"), "ctl jobs publish nightly")
	require.Contains(t, s.ok("jobs", "diff", "nightly"), "/cronExpression\n    - 0 3 * * *\n    + 0 4 * * *\n")

	// What is refused is shown in the editor, above the text, and can be mended.
	s.env["VISUAL"] = s.file("editor.sh", `if grep -q '^# It was not saved' "$1"; then sed -i s/Nowhere/UTC/ "$1"; else sed -i s/UTC/Nowhere/ "$1"; fi
`)
	s.env["VISUAL"] = "sh " + s.env["VISUAL"]
	require.Equal(t, "Nothing was changed.\n", s.ok("jobs", "edit", "nightly"))
	s.env["VISUAL"] = "sed -i s/UTC/Nowhere/"
	_, errOut, code := s.run("jobs", "edit", "nightly")
	require.Equal(t, exitError, code)
	require.Contains(t, errOut, "cronTimezone")
	s.env["VISUAL"] = "sed -i '1i: : ['"
	_, errOut, _ = s.run("jobs", "edit", "nightly")
	require.Contains(t, errOut, "line ")
	s.env["VISUAL"] = "sed -i s/0.4/0\\ 5/"
	require.Contains(t, s.ok("jobs", "edit", "nightly", "--publish"), "version 2 is published and active")
}

func TestApplyAndExportAreARoundTrip(t *testing.T) {
	s := newShell(t)
	folder := t.TempDir()
	first := s.file("two.yaml", nightly+"---\n"+strings.Replace(nightly, "nightly", "Team ä/reports", 1))
	require.Contains(t, s.ok("apply", "-f", first), "2 created")
	s.ok("export", "-d", folder)
	require.Equal(t, "2 unchanged\n", s.ok("apply", "-f", folder))
	s.in = s.ok("export")
	require.Equal(t, "2 unchanged\n", s.ok("apply", "-f", "-"))
	s.in = s.ok("export", "-o", "json")
	require.Equal(t, "2 unchanged\n", s.ok("apply", "-f", "-"))
	require.Contains(t, s.ok("apply", "-f", s.file("one.yaml", nightly), "--prune", "--dry-run"), "deleted Team ä/reports")
	_, errOut, code := s.run("apply", "-f", s.file("wrong.yaml", strings.Replace(nightly, "0 3", "99 3", 1)))
	require.Equal(t, exitRefused, code)
	require.Contains(t, errOut, "cronExpression minute: 99")
	s.env["JOBLEDGER_TOKEN"] = "viewer"
	out, errOut, code := s.run("apply", "-f", s.file("changed.yaml", strings.Replace(nightly, "0 3", "0 4", 1)))
	require.Equal(t, exitRefused, code)
	require.Contains(t, errOut, "1 of 1 jobs were refused")
	require.Contains(t, out, "refused nightly")
}

func TestCompletion(t *testing.T) {
	s := newShell(t)
	s.ok("apply", "-f", s.file("two.yaml", nightly+"---\n"+strings.Replace(nightly, "nightly", "weekly", 1)))
	require.Contains(t, s.ok("__complete", "jobs", "describe", "ni"), "nightly\n")
	require.NotContains(t, s.ok("__complete", "jobs", "describe", "ni"), "weekly")
	require.Contains(t, s.ok("__complete", "jobs", "list", "--status", ""), "paused")
	require.Contains(t, s.ok("completion", "bash"), "__start_ctl")
}

func TestWhy(t *testing.T) {
	s := newShell(t)
	s.ok("apply", "-f", s.file("nightly.yaml", nightly))
	require.Contains(t, s.ok("why"), "All ran as scheduled")
	s.ok("run", "nightly", "--hold")
	s.ok("jobs", "pause", "nightly")
	s.ok("hold", "set", "--reason", "moving house")
	out := s.ok("why")
	require.Contains(t, out, "ada holds the organization: moving house")
	require.Contains(t, out, "the job is paused: no tick fires until ctl jobs resume nightly")
	require.Contains(t, out, "waits for ctl runs release")
}

func TestRuns(t *testing.T) {
	s := newShell(t)
	s.ok("apply", "-f", s.file("nightly.yaml", nightly))
	var run struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(s.ok("run", "nightly", "--hold", "-o", "json")), &run))
	require.Contains(t, s.ok("runs", "describe", "nightly", run.ID), "waits for ctl runs release")
	require.Contains(t, s.ok("runs", "release", "nightly", run.ID), "is ready")
	require.Contains(t, s.ok("runs", "cancel", "nightly", run.ID), "is cancelled")
	require.Contains(t, s.ok("runs", "retry", "nightly", run.ID), "follows run "+run.ID)
	require.Contains(t, s.ok("runs", "list", "nightly", "--status", "cancelled,failed"), run.ID)
	require.NotContains(t, s.ok("runs", "list", "--trigger", "manual", "--status", "pending"), run.ID)
	_, errOut, code := s.run("runs", "cancel", "nightly", run.ID)
	require.Equal(t, exitRefused, code, errOut)
}
