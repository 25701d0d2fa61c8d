package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
)

// Options change how [New] opens a store. The zero value and nil mean the
// defaults.
type Options struct {
	// Prefix begins the name of every key, so that stores can share a server.
	// The default is "jobledger". It must not contain { or }.
	Prefix string
	// Partitions is the number of parts into which the organizations are
	// divided: 1 to 256, and 16 by default. An organization is in one
	// partition, and a partition is in one hash slot of a cluster. So in a
	// cluster with more masters than partitions, some masters have nothing to
	// do. The first process that opens the store decides the number; it cannot
	// be changed later.
	Partitions int
	// SkipServerCheck leaves out the check of the server's version, role and
	// eviction policy, for providers that refuse the command INFO. You must
	// then make sure of them yourself: see [New].
	SkipServerCheck bool
}

const (
	defaultPrefix     = "jobledger"
	defaultPartitions = 16
	maxPartitions     = 256
)

// Store is a [storage.Store] on Redis. [New] makes one. It is safe for
// concurrent use. Any number of stores, in any number of processes, can share a
// server.
type Store struct {
	client     redis.UniversalClient
	partitions []partition
	// layout is what every partition must have stored as its layout; see agree.
	layout string
	teams  grantCache
	// sharded is true when partitions may be on different servers.
	sharded bool
}

var _ storage.Store = (*Store)(nil)

// New returns the store that the client connects to: one server, a master found
// by Sentinel, or a cluster. The caller keeps the client, and closes it when
// the store is no longer used.
//
// New checks the server, or each master of a cluster, and returns an error that
// says what is wrong. The server must be Redis 7.0 or newer, or Valkey in any
// version. It must be a master. Its maxmemory-policy must be noeviction, since
// with any other policy the server deletes single keys of data that belongs
// together.
//
// New also checks that the layout and the number of partitions are those with
// which the store was opened first. It returns [storage.ErrOutdated] when a
// newer release has raised the layout.
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
		return nil, fmt.Errorf("the prefix %q contains a brace", o.Prefix)
	case o.Partitions < 1 || o.Partitions > maxPartitions:
		return nil, fmt.Errorf("the number of partitions is %d; it must be 1 to %d", o.Partitions, maxPartitions)
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
	return s, s.agree(ctx, o)
}
