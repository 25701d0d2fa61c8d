// Command controlplane keeps the jobs and decides what runs when.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/httpadapter/console"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"

	"example.com/nightly/wire"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "where to listen")
	worker := flag.String("worker", "http://127.0.0.1:9000", "the worker's URL")
	lease := flag.Duration("lease", time.Minute, "how long a worker may be silent")
	webhook := flag.String("webhook", "", "the URL that is told of failed runs and missed ticks")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *worker, *webhook, *lease); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, addr, worker, webhook string, lease time.Duration) error {
	memberToken, workerSecret := os.Getenv("MEMBER_TOKEN"), os.Getenv("WORKER_SECRET")
	if memberToken == "" || workerSecret == "" {
		return errors.New("set MEMBER_TOKEN and WORKER_SECRET")
	}
	store, err := sqlite.Open(ctx, "jobs.db", nil)
	if err != nil {
		return err
	}
	defer store.Close()

	hooks, counts, err := metrics()
	if err != nil {
		return err
	}
	service := jobs.NewService(store, &jobs.Options{
		Logger:      slog.New(slog.NewTextHandler(os.Stderr, nil)),
		CheckConfig: checkConfig,
		Hooks:       hooks,
		Runs:        jobs.RunOptions{Lease: lease},
	})
	scheduler := jobs.NewScheduler(service, &dispatcher{worker: worker, secret: workerSecret}, nil)
	mux := routes(ctx, service, memberToken)
	mux.Handle("/metrics", counts)
	if webhook != "" {
		n := &notifier{service: service, url: webhook, secret: os.Getenv("WEBHOOK_SECRET"), file: "webhook.place"}
		go n.follow(ctx)
	}
	return serve(ctx, addr, mux, scheduler)
}

// checkConfig says which configs are valid, and what type of job they make.
// This program knows one: {"report": {"table": "sales"}}.
func checkConfig(config json.RawMessage) (versions.JobType, error) {
	var known struct{ Report struct{ Table string } }
	if err := json.Unmarshal(config, &known); err != nil {
		return "", err
	}
	if known.Report.Table == "" {
		return "", versions.FieldErrors{{Field: "config.report.table", Detail: "must name a table"}}
	}
	return "report", nil
}

// routes are the REST API and the console.
func routes(ctx context.Context, service *jobs.Service, memberToken string) *http.ServeMux {
	authenticate := func(r *http.Request) (teams.Actor, error) {
		if !wire.Shows(r, memberToken) {
			return teams.Actor{}, teams.ErrUnauthenticated
		}
		return teams.Actor{OrganizationID: "acme", MemberID: "ann", AllTeams: teams.Admin}, nil
	}
	api := httpadapter.New(service, authenticate, &httpadapter.Options{Prefix: "/api/v1", Closing: ctx.Done()})
	mux := http.NewServeMux()
	mux.Handle("/api/v1/", api)
	mux.Handle("/console/", console.New(&console.Options{Prefix: "/console", API: "/api/v1"}))
	return mux
}

// serve works until ctx ends.
func serve(ctx context.Context, addr string, handler http.Handler, scheduler *jobs.Scheduler) error {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	server := &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	group.Go(func() { _ = scheduler.Run(ctx) }) // it returns nil when ctx ends
	group.Go(func() {
		<-ctx.Done()
		grace, end := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer end()
		_ = server.Shutdown(grace)
	})
	log.Printf("the control plane listens on http://%s", addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
