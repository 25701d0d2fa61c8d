package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/teams"
)

// organization is the only organization of this example.
const organization = "demo"

// serve runs the control plane until the context ends: the ledger in a file,
// its HTTP routes, and a scheduler that dispatches to asynq.
func serve(ctx context.Context, s settings, out io.Writer, logger *slog.Logger) error {
	store, err := sqlite.Open(ctx, s.db, nil)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // acknowledged commits are durable already
	client := redis.NewClient(&redis.Options{Addr: s.redis})
	defer func() { _ = client.Close() }() // no call is waiting
	if err := client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("reach Redis at %s: %w", s.redis, err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.addr)
	if err != nil {
		return err
	}
	service := jobs.NewService(store, &jobs.Options{Logger: logger, Runs: jobs.RunOptions{Lease: s.lease}})
	dispatcher := NewDispatcher(client, service)
	fmt.Fprintf(out, "listening on http://%s/api/v1\n", listener.Addr())
	return serveAll(ctx, listener, handler(service, s.token, ctx.Done()), jobs.NewScheduler(service, dispatcher, nil))
}

// serveAll runs the HTTP server and the scheduler until the context ends.
func serveAll(ctx context.Context, listener net.Listener, h http.Handler, scheduler *jobs.Scheduler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() { _ = scheduler.Run(ctx) }) // it returns nil
	group.Go(func() {
		<-ctx.Done()
		last, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer stop()
		_ = server.Shutdown(last) // clients notice when a request is cut off
	})
	err := server.Serve(listener)
	cancel()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// handler is the API. Members send the one token of this example. Workers send
// the token of their dispatch, which the route of reports checks itself.
// Streams of events end when closing is closed.
func handler(service *jobs.Service, token string, closing <-chan struct{}) http.Handler {
	authenticate := func(r *http.Request) (teams.Actor, error) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || given != token {
			return teams.Actor{}, teams.ErrUnauthenticated
		}
		return teams.System(organization), nil
	}
	mux := http.NewServeMux()
	mux.Handle("/api/v1/", httpadapter.New(service, authenticate, &httpadapter.Options{Prefix: "/api/v1", Closing: closing}))
	return mux
}
