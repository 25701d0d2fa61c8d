// Command controlplane is a whole job control plane in one process: the
// documented Jobs API over HTTP, on the store that a flag names.
//
//	go run ./examples/controlplane
//
// starts it with a demo organization on a durable SQLite file, and prints curl
// lines to try it with. Organizations of your own come from a file:
//
//	go run ./examples/controlplane -config organizations.json
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

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once: nobody waits for a shutdown twice.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
	}
	os.Exit(exitCode(err))
}

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

// settings are the command line.
type settings struct {
	addr   string
	store  string
	config string
	base   string
}

func parseArgs(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("controlplane", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:8080", "`host:port` to listen on; port 0 takes a free one")
	flags.StringVar(&s.store, "store", "sqlite:jobledger.db", "where jobs are kept: `"+storeUsage()+"`")
	flags.StringVar(&s.config, "config", "", "JSON `file` with organizations and tokens; without it, a demo organization")
	flags.StringVar(&s.base, "base", "/api/v1", "`path` under which the API is served")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return s, err
		}
		return s, usageError{err}
	}
	if flags.NArg() > 0 {
		return s, usageError{fmt.Errorf("unexpected argument %q: everything is a flag", flags.Arg(0))}
	}
	base, err := cleanBase(s.base)
	if err != nil {
		return s, usageError{err}
	}
	s.base = base
	return s, nil
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

// run is the program: it serves until ctx ends, then shuts down.
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
	store, err := openStore(ctx, s.store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()

	service := jobs.NewService(store, &jobs.Options{
		Directory: config.directory,
		Logger:    logger,
		Observer:  logChanges(logger),
	})
	api := httpadapter.New(service, config.authenticate, &httpadapter.Options{Logger: logger, Prefix: s.base})

	listener, err := listen(ctx, s.addr)
	if err != nil {
		return err
	}
	url := baseURL(listener.Addr(), s.base)
	if s.config == "" {
		warnOfDemo(ctx, logger, listener.Addr())
		if err := printDemo(ctx, stdout, store, config.directory, url); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	fmt.Fprintf(stdout, "jobledger listens on %s, jobs are kept in %s; Ctrl-C ends it\n", url, s.store)
	return serve(ctx, listener, mount(s.base, api), logger)
}

// logChanges is an observer that writes a line for each change of a job.
func logChanges(logger *slog.Logger) func(context.Context, jobs.Event) {
	return func(ctx context.Context, e jobs.Event) {
		logger.InfoContext(ctx, string(e.Operation),
			slog.String("organization", e.Actor.OrganizationID),
			slog.String("member", e.Actor.MemberID),
			slog.String("job", e.JobID),
			slog.String("key", e.JobKey),
			slog.Int("from", e.FromVersion),
			slog.Int("to", e.ToVersion))
	}
}
