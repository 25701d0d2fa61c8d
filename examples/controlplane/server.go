package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/jobledger/jobledger/httpadapter/console"
)

// shutdownGrace is how long requests that are under way may take to end once
// the process was asked to stop.
const shutdownGrace = 10 * time.Second

// listen opens the address before anything is printed about it, so that what
// is printed is true: the port that was taken, and that it was free.
func listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	if strings.ContainsAny(addr, "@/") {
		return nil, usageError{errors.New(flag + ": must be host:port")} // It may be a URL with a password.
	}
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, usageError{fmt.Errorf("%s %q: must be host:port: %w", flag, addr, err)}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", flag, addr, err)
	}
	return listener, nil
}

// baseURL is where this machine reaches the API. An address that stands for
// all of the machine's is named by the loopback one, which can be pasted.
func baseURL(addr net.Addr, base string) string {
	host := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		host = net.JoinHostPort("localhost", fmt.Sprint(tcp.Port))
	}
	return "http://" + host + base
}

// mount puts the API under its base path, the console at the root, and what else
// there is at its own path, also with a slash at its end: the console would answer
// that with a page, and a probe would take it for a good sign.
func mount(s settings, api http.Handler, roots map[string]http.Handler) http.Handler {
	served := mountAPI(s, api)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if root := roots[strings.TrimRight(r.URL.Path, "/")]; root != nil {
			root.ServeHTTP(w, r)
			return
		}
		served.ServeHTTP(w, r)
	})
}

func mountAPI(s settings, api http.Handler) http.Handler {
	if s.base == "" {
		return api
	}
	mux := http.NewServeMux()
	mux.Handle(s.base+"/", http.StripPrefix(s.base, api))
	if s.showsConsole() {
		options := &console.Options{API: s.base}
		if s.config == "" {
			options.Tokens = demoTokens
		}
		mux.Handle("/", console.New(options))
	}
	return mux
}

// showsConsole reports whether the console is served: it is a client of the whole
// API, and has a path of its own beside it.
func (s settings) showsConsole() bool { return s.console && s.base != "" && !s.documentedOnly }

// documentPath is where the description of the API is, below its base path.
const documentPath = "/openapi.json"

// described answers documentPath with the document, for everyone: it tells
// nothing about any organization.
func described(api http.Handler, document []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != documentPath || r.Method != http.MethodGet && r.Method != http.MethodHead {
			api.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(document))
	})
}

// serve answers until ctx ends. Then it takes no new connections, lets the
// requests that are under way end, and cuts those that do not.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, logger *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	logger.Info("shutting down", slog.Duration("grace", shutdownGrace))
	// ctx has ended: what remains to be done gets a time of its own.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("shut down: %w", err), server.Close())
	}
	logger.Info("shut down")
	return nil
}
