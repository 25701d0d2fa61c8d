// Command worker runs what the control plane asks it to run.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:9000", "where to listen")
	api := flag.String("api", "http://127.0.0.1:8080/api/v1", "the control plane's API")
	slots := flag.Int("slots", 4, "how many runs at once")
	flag.Parse()
	secret := os.Getenv("WORKER_SECRET")
	if secret == "" {
		log.Fatal("set WORKER_SECRET")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	w := newWorker(*api, *slots)
	server := &http.Server{Addr: *addr, Handler: w.routes(secret), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close() // takes no more runs
	}()
	log.Printf("the worker listens on http://%s", *addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	w.close(10 * time.Second)
}
