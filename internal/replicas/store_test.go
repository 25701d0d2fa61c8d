package replicas_test

import (
	"context"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// place says where replicas keep their jobs: a kind of store, and its file or
// address.
type place struct{ kind, at string }

// The kinds of store.
const (
	onSQLite = "sqlite"
	onRedis  = "redis"
)

// open opens the store at the place.
func (p place) open(ctx context.Context) (storage.Store, func() error, error) {
	switch p.kind {
	case onSQLite:
		store, err := sqlite.Open(ctx, p.at, nil)
		if err != nil {
			return nil, nil, err
		}
		return store, store.Close, nil
	case onRedis:
		client := goredis.NewClient(&goredis.Options{Addr: p.at, ContextTimeoutEnabled: true})
		store, err := redis.New(ctx, client, nil)
		if err != nil {
			_ = client.Close()
			return nil, nil, err
		}
		return store, client.Close, nil
	}
	return nil, nil, fmt.Errorf("there is no store of kind %q", p.kind)
}
