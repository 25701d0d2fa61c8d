// Command asynq shows how an engine in other processes executes runs. The
// server has the ledger, its HTTP routes and a scheduler, and queues each run
// as an asynq task on Redis. Workers take the tasks, run them, and report over
// HTTP with the token of the dispatch.
//
//	go run . -mode server
//	go run . -mode worker
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
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, echo)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "asynq:", err)
		os.Exit(1)
	}
}

// settings are the command line.
type settings struct {
	mode, redis string
	// Of the server.
	addr, db, token string
	lease           time.Duration
	// Of a worker.
	server      string
	concurrency int
}

func parse(args []string, errs io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("asynq", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&s.mode, "mode", "", "server or worker")
	flags.StringVar(&s.redis, "redis", "127.0.0.1:6379", "the address of Redis")
	flags.StringVar(&s.addr, "addr", "127.0.0.1:8080", "server: where to listen")
	flags.StringVar(&s.db, "db", "jobledger.db", "server: the file of the ledger")
	flags.StringVar(&s.token, "token", "demo", "server: the Bearer token of members")
	flags.DurationVar(&s.lease, "lease", time.Minute, "server: how long a worker may be silent")
	flags.StringVar(&s.server, "server", "http://127.0.0.1:8080/api/v1", "worker: where to report")
	flags.IntVar(&s.concurrency, "concurrency", 4, "worker: how many runs at once")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 || s.lease <= 0 || s.concurrency <= 0 {
		return s, errors.New("there are no arguments beside flags, and lease and concurrency are above 0")
	}
	return s, nil
}

// run is the program.
func run(ctx context.Context, args []string, out, errs io.Writer, work Work) error {
	s, err := parse(args, errs)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(errs, nil))
	switch s.mode {
	case "server":
		return serve(ctx, s, out, logger)
	case "worker":
		client := redis.NewClient(&redis.Options{Addr: s.redis})
		defer func() { _ = client.Close() }() // no call is waiting
		fmt.Fprintf(out, "working for %s\n", s.server)
		return NewWorker(client, s.server, s.concurrency, logger, work).Run(ctx)
	}
	return fmt.Errorf("-mode is server or worker, not %q", s.mode)
}
