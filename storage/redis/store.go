package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
)

// Options are what [New] can be told. The zero value, or nil, is the default.
type Options struct {
	// Prefix begins the name of every key, so that stores can share a server;
	// "jobledger" by default. It holds neither of the characters { and }.
	Prefix string
	// Partitions is into how many parts the organizations are divided, from 1
	// to 256; 16 by default. An organization is wholly in one of them, and each
	// is in one hash slot of a cluster: so a cluster of more masters than
	// partitions leaves some of them idle. It is settled when the first process
	// opens the store, and cannot be changed afterwards.
	Partitions int
	// SkipServerCheck leaves out the questions about the server's version, role
	// and eviction policy, for providers that refuse the command INFO. Whoever
	// sets it has made sure of them: see [New].
	SkipServerCheck bool
}

const (
	defaultPrefix     = "jobledger"
	defaultPartitions = 16
	maxPartitions     = 256
)

// Store is a [storage.Store] on Redis. Any number of them may share a server, in
// any number of processes.
type Store struct {
	client     redis.UniversalClient
	partitions []partition
	// layout is what every partition says of itself; see settle.
	layout string
	// teams remembers the teams of grant sets, which never change.
	teams grantCache
	// sharded says that partitions may be on different servers.
	sharded bool
}

var _ storage.Store = (*Store)(nil)

// New returns the store that client leads to: to one server, to a master found
// by Sentinel, or to a cluster. The client stays the caller's, who closes it
// when the store is no longer used.
//
// It asks the server, and each master of a cluster, whether it can be trusted
// with the data, and returns an error that says what is wrong if not: Redis
// 7.0 or newer, or Valkey, of whatever version; a master; and the
// maxmemory-policy noeviction, as any other has the server throw away keys that
// belong together one by one. Then it settles the format and the number of
// partitions with those who opened the store before, and refuses to differ.
func New(ctx context.Context, client redis.UniversalClient, options *Options) (*Store, error) {
	s, err := open(ctx, client, options)
	if err != nil {
		return nil, fmt.Errorf("redis: open store: %w", err)
	}
	return s, nil
}

func open(ctx context.Context, client redis.UniversalClient, options *Options) (*Store, error) {
	o := Options{}
	if options != nil {
		o = *options
	}
	if o.Prefix == "" {
		o.Prefix = defaultPrefix
	}
	if o.Partitions == 0 {
		o.Partitions = defaultPartitions
	}
	switch {
	case client == nil:
		return nil, errors.New("there is no client")
	case strings.ContainsAny(o.Prefix, "{}"):
		return nil, fmt.Errorf("the prefix %q holds a brace", o.Prefix)
	case o.Partitions < 1 || o.Partitions > maxPartitions:
		return nil, fmt.Errorf("%d partitions; there can be 1 to %d", o.Partitions, maxPartitions)
	}
	if _, ring := client.(*redis.Ring); ring {
		return nil, errors.New("a ring moves keys when a server fails, and with them half of the data; use a cluster")
	}
	s := &Store{client: client, partitions: newPartitions(o.Prefix, o.Partitions)}
	_, s.sharded = client.(masters)
	if !o.SkipServerCheck {
		if err := s.checkServers(ctx); err != nil {
			return nil, err
		}
	}
	return s, s.settle(ctx, o)
}
