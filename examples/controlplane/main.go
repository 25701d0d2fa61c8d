// Command controlplane is a whole job control plane in one process: the
// Jobs API over HTTP, the console at /, a scheduler and workers, on the store that
// a flag names.
//
//	go run ./examples/controlplane
//
// starts it with a demo organization on a durable SQLite file, two weeks of history,
// and a sample database for its jobs to read. It prints the address of the console,
// and curl lines to try the API with.
// Organizations and data of your own come from files:
//
//	go run ./examples/controlplane -config organizations.json -data sales.db -results out
//
// A SQL job's statements are executed on that database, and the rows of the
// last one written as CSV into the folder of results.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/jobledger/jobledger/examples/controlplane/internal/child"
	"github.com/jobledger/jobledger/examples/controlplane/internal/contain"
	"github.com/jobledger/jobledger/examples/controlplane/internal/sqlchild"
)

func main() {
	child.Main(parts)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once: nobody waits for a shutdown twice.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", withoutArguments(err, os.Args[1:]))
	}
	os.Exit(exitCode(err))
}

// parts are what this program is in processes of its own: see package child.
var parts = map[string]func() int{sqlchild.Part: sqlchild.Main, contain.Part: contain.Main}

// usageError is a command line that cannot be meant.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode is 2 for a wrong command line, as the flag package has it, and 1
// for everything else that went wrong.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	return 1
}

// run is the program: it serves and works until ctx ends, then shuts down: it
// takes no more requests, begins no more runs, lets those that run end, and
// closes the store.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	s, err := parseArgs(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(stderr, nil))

	config, err := loadConfig(s.config)
	if err != nil {
		return err
	}
	webhooks, err := newWebhooks(s, logger)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, "-addr", s.addr) // first: a port in use leaves no files behind
	if err != nil {
		return err
	}
	defer listener.Close()
	metrics, err := newMetricsPage(ctx, s.metrics)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, s.store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()

	runner, err := s.runner(ctx, logger)
	if err != nil {
		return err
	}
	plane := newPlane(store, planeOptions{config: config, hooks: metrics.hooksOf(), logger: logger, base: s.base, documentedOnly: s.documentedOnly, closing: ctx.Done(), worker: runner.run, workers: s.workers, results: runner.results, webhooks: webhooks})

	url := baseURL(listener.Addr(), s.base)
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	s.announce(stdout, url)
	stopMetrics := metrics.begin(ctx, fail, stdout, logger)
	stopWork := plane.begin(ctx, fail, func() error {
		if s.config == "" {
			warnOfDemo(ctx, logger, listener.Addr())
			if err := beginDemo(ctx, stdout, store, config.directory, demoSettings{url: url, history: s.history}); err != nil {
				return err
			}
		}
		fmt.Fprint(stdout, s.runs.describe())
		fmt.Fprintln(stdout, "Jobs run now; Ctrl-C ends it.")
		return nil
	})
	err = serve(ctx, listener, mount(s, plane.api, plane.roots), logger)
	stopWork()
	stopMetrics()
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

// runner makes what runs jobs. The demo gets a sample database for them.
func (s *settings) runner(ctx context.Context, logger *slog.Logger) (*runner, error) {
	if s.config == "" {
		if err := ensureSample(ctx, &s.runs); err != nil {
			return nil, err
		}
	}
	r, err := newRunner(ctx, s.runs, logger)
	if err != nil {
		return nil, err
	}
	return r, keepApart(s.store, s.runs.data)
}

// announce says where to find what.
func (s settings) announce(stdout io.Writer, url string) {
	if s.showsConsole() {
		fmt.Fprintf(stdout, "Open %s/ to see everything.\n", strings.TrimSuffix(url, s.base))
	}
	fmt.Fprintf(stdout, "jobledger listens on %s, jobs are kept in %s.\n", url, shown(s.store))
}
