package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/httpadapter/console"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// mounts serves one job, and the console at several paths, until ctx ends.
func mounts(ctx context.Context) error {
	directory, actor, err := directory()
	if err != nil {
		return err
	}
	service := jobs.NewService(memory.New(), &jobs.Options{Directory: directory, CheckConfig: anyConfig})
	job, err := service.CreateJob(ctx, actor, jobs.NewJob{Key: "mounted", TeamIDs: []string{team}, Definition: versions.Definition{
		ClusterID: cluster, CronExpression: "0 3 * * *", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`),
	}})
	if err != nil {
		return fmt.Errorf("make the job: %w", err)
	}
	run, err := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{Hold: true})
	if err != nil {
		return fmt.Errorf("make the run: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: mounted(service, actor), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Printf("http://%s jobs/%s runs/%s\n", listener.Addr(), job.ID, run.ID)
	return server.Serve(listener)
}

// anyConfig takes what an embedder may: any members, and any numbers.
func anyConfig(json.RawMessage) (versions.JobType, error) { return versions.Python, nil }

// mounted is the API beside the console at the root, under prefixes, for a proxy
// that strips one, and for a viewer whom a cookie of the embedder's names.
func mounted(service *jobs.Service, actor teams.Actor) http.Handler {
	mux := http.NewServeMux()
	tokens := []console.Token{{Token: token, Name: "admin"}}
	at := func(prefix string, o console.Options) {
		o.Prefix = prefix
		handler := console.New(&o)
		mux.Handle(prefix+"/", handler)
		if prefix != "" {
			mux.Handle(prefix, handler) // or the mux leads to a path that a proxy has changed
		}
	}
	at("", console.Options{Tokens: tokens})
	at("/console", console.Options{Tokens: tokens})
	at("/a/b/console", console.Options{Tokens: tokens})
	at("/relative", console.Options{API: "../api/v1", Tokens: tokens})
	at("/cookie", console.Options{API: "/cookie-api", SignIn: console.ByEmbedder})
	byToken := func(r *http.Request) (teams.Actor, error) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			return teams.Actor{}, teams.ErrUnauthenticated
		}
		return actor, nil
	}
	byCookie := func(r *http.Request) (teams.Actor, error) {
		if cookie, err := r.Cookie("session"); err != nil || cookie.Value != token {
			return teams.Actor{}, teams.ErrUnauthenticated
		}
		return actor, nil
	}
	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", httpadapter.New(service, byToken, nil)))
	mux.Handle("/cookie-api/", http.StripPrefix("/cookie-api", httpadapter.New(service, byCookie, nil)))
	return mux
}
