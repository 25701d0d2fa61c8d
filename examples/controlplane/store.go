package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// closableStore is a store with a Close method.
type closableStore interface {
	storage.Store
	io.Closer
}

// stores are the kinds that -store may name. To add a backend, add a row.
var stores = []struct {
	scheme string
	// usage is how the kind is written on the command line.
	usage string
	// open gets what follows the colon of the scheme.
	open func(ctx context.Context, rest string) (closableStore, error)
}{
	{"memory", "memory", openMemory},
	{"sqlite", "sqlite:PATH", openSQLite},
	{"redis", "redis://HOST:PORT/DB", openRedis},
	{"redis+sentinel", "redis+sentinel://HOST:PORT,HOST:PORT/MASTER?db=N", openSentinel},
	{"redis+cluster", "redis+cluster://HOST:PORT,HOST:PORT", openCluster},
}

// storeUsage lists all kinds for the usage text of -store.
func storeUsage() string {
	usages := make([]string, len(stores))
	for i, kind := range stores {
		usages[i] = kind.usage
	}
	return strings.Join(usages, " | ")
}

// openStore opens what -store names.
func openStore(ctx context.Context, name string) (closableStore, error) {
	scheme, rest, _ := strings.Cut(name, ":")
	for _, kind := range stores {
		if kind.scheme != scheme {
			continue
		}
		store, err := kind.open(ctx, rest)
		if err != nil {
			return nil, fmt.Errorf("-store %q: %w", shown(name), err)
		}
		return store, nil
	}
	return nil, usageError{fmt.Errorf("-store: no such kind of store; there are: %s", storeUsage())}
}

// unclosed is a store that needs no closing.
type unclosed struct{ storage.Store }

func (unclosed) Close() error { return nil }

func openMemory(_ context.Context, rest string) (closableStore, error) {
	if rest != "" {
		return nil, usageError{errors.New("memory takes nothing after its name")}
	}
	return unclosed{memory.New()}, nil
}

func openSQLite(ctx context.Context, path string) (closableStore, error) {
	if path == "" {
		return nil, usageError{errors.New("sqlite needs the path of a file, as in sqlite:jobledger.db")}
	}
	return sqlite.Open(ctx, path, nil)
}

// sqlitePath is the file of the store; empty if -store does not name a file.
func sqlitePath(name string) (path string, ok bool) { return strings.CutPrefix(name, "sqlite:") }
