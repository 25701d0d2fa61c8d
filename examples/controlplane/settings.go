package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jobledger/jobledger/examples/controlplane/internal/sqlchild"
)

// settings are the command line.
type settings struct {
	addr   string
	store  string
	config string
	base   string
	// metrics is the address of the metrics; empty for none.
	metrics string
	// documentedOnly leaves out what jobledger adds to the documented API.
	documentedOnly bool
	runs           runSettings
	workers        int
	// console serves the web page, and history gives a new demo two weeks of it.
	console bool
	history bool
	webhook webhookSettings
}

// What runs may use unless flags say otherwise.
var (
	defaultLongest = time.Hour
	defaultLimits  = sqlchild.Limits{Value: 16 << 20, Rows: 1_000_000, Bytes: 256 << 20, Memory: 64 << 20}
)

// runSettings say what the runs of jobs may do.
type runSettings struct {
	// data is the database of SQL jobs; empty for none.
	data string
	// writable lets SQL jobs change it.
	writable bool
	// results is the folder for what runs write.
	results string
	// python lets Python jobs run.
	python bool
	// longest is how long any run may take.
	longest time.Duration
	// limits are what a SQL job may use.
	limits sqlchild.Limits
}

// parseArgs reads the command line. What cannot be meant is a usageError.
func parseArgs(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := s.flags(io.Discard) // The errors of the flag package repeat arguments.
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stderr)
			flags.Usage()
			return s, err
		}
		return s, usageError{fmt.Errorf("%w; -help lists the flags", err)}
	}
	if flags.NArg() > 0 {
		return s, usageError{errors.New("unexpected argument behind the flags: everything is a flag")}
	}
	if err := s.check(); err != nil {
		return s, usageError{err}
	}
	return s, nil
}

func (s *settings) flags(stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet("controlplane", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:8080", "`host:port` to listen on; port 0 takes a free one")
	flags.StringVar(&s.store, "store", "sqlite:jobledger.db", "where jobs are kept: `"+storeUsage()+"`")
	flags.StringVar(&s.config, "config", "", "JSON `file` with organizations and tokens; without it, a demo organization")
	flags.StringVar(&s.base, "base", "/api/v1", "`path` under which the API is served")
	flags.StringVar(&s.metrics, "metrics", "", "`host:port` to serve metrics for Prometheus on, at /metrics, to everybody who reaches it; without it there are none")
	flags.BoolVar(&s.console, "console", true, "serve the console, a web page, at /; it needs a -base, and does not work with -documented-only")
	flags.BoolVar(&s.history, "history", true, "give the demo two weeks of history when the store is new")
	flags.BoolVar(&s.documentedOnly, "documented-only", false, "serve the documented API alone, without what jobledger adds to it")
	flags.StringVar(&s.runs.data, "data", "", "SQLite database `file` that the SQL jobs of all organizations read; without it SQL jobs fail, except that the demo makes a sample")
	flags.BoolVar(&s.runs.writable, "data-writable", false, "let SQL jobs change the database that -data names")
	flags.StringVar(&s.runs.results, "results", "jobledger-results", "`folder` for what runs write, and nothing else; it is made if it does not exist. The files of a run are removed with the run")
	flags.BoolVar(&s.runs.python, "allow-python", false, "let Python jobs run, with all rights of this process")
	flags.DurationVar(&s.runs.longest, "max-time", defaultLongest, "the longest `time` that a run may take, also if its job has no timeout")
	flags.Int64Var(&s.runs.limits.Rows, "max-rows", defaultLimits.Rows, "how many rows a SQL job may return")
	flags.Int64Var(&s.runs.limits.Bytes, "max-bytes", defaultLimits.Bytes, "how many bytes of CSV a SQL job may write")
	flags.IntVar(&s.runs.limits.Value, "max-value", defaultLimits.Value, "how many bytes a text or BLOB of a SQL job may have")
	flags.Int64Var(&s.runs.limits.Memory, "max-memory", defaultLimits.Memory, "how many bytes of memory SQLite may use for one SQL job")
	flags.IntVar(&s.workers, "workers", 4, "how many runs run at once; one of several organizations never has more than half of them")
	flags.StringVar(&s.webhook.url, "webhook", "", "`URL` that is told of failed runs and missed ticks; it needs a secret")
	flags.StringVar(&s.webhook.secretFile, "webhook-secret-file", "", "`file` with the key that signs webhooks, whsec_ and base64; without it, the environment variable "+webhookSecretVariable)
	flags.StringVar(&s.webhook.place, "webhook-place", "", "`file` that keeps what was sent; by default beside the file of the store, else jobledger.webhook")
	return flags
}

// check finds what no flag's own type finds.
func (s *settings) check() error {
	base, err := cleanBase(s.base)
	if err != nil {
		return err
	}
	s.base = base
	switch {
	case s.workers < 1:
		return fmt.Errorf("-workers %d: must be at least 1", s.workers)
	case s.runs.writable && s.runs.data == "":
		return errors.New("-data-writable: needs -data")
	case s.runs.longest <= 0:
		return errors.New("-max-time: must be above 0")
	case s.runs.limits.Rows < 1 || s.runs.limits.Bytes < 1 || s.runs.limits.Value < 1:
		return errors.New("-max-rows, -max-bytes, -max-value: must be at least 1")
	case s.runs.limits.Memory < 1<<20:
		return errors.New("-max-memory: must be at least 1 MiB")
	case s.runs.results == "":
		return errors.New("-results: must name a folder")
	}
	return nil
}

// cleanBase returns the base path without a slash at its end; the root is the
// empty string.
func cleanBase(base string) (string, error) {
	base = strings.TrimRight(base, "/")
	if base != "" && base[0] != '/' {
		return "", fmt.Errorf("-base %q: must begin with /", base)
	}
	for segment := range strings.SplitSeq(strings.TrimPrefix(base, "/"), "/") {
		if base != "" && !plainSegment(segment) {
			return "", fmt.Errorf("-base %q: may hold only letters, digits and - . _ between its slashes", base)
		}
	}
	return base, nil
}

// plainSegment reports whether a path segment reads the same in a URL, in a
// pattern of a mux and in a shell.
func plainSegment(s string) bool {
	if s == "" || s == "." || s == ".." {
		return false
	}
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._") == ""
}
