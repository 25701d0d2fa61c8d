package redis

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
)

// layoutVersion is how the keys and records are laid out. A release that changes
// that raises it. Version 1 was laid out in another way, under a key of its own.
const layoutVersion = 3

// settle agrees with all processes that ever opened the store on its layout and
// the number of its partitions. Whoever is the first decides; asking twice
// changes nothing, so that it may be repeated like what only reads.
//
// What was agreed on stands in the store's own key, and in each partition, where
// every commit looks at it.
func (s *Store) settle(ctx context.Context, o Options) error {
	s.layout = fmt.Sprintf("version %d, %d partitions", layoutVersion, o.Partitions)
	meta := "{" + o.Prefix + "}"
	if err := s.refuseFirstLayout(ctx, meta+"meta"); err != nil {
		return err
	}
	keys := make([]string, 0, 1+len(s.partitions))
	keys = append(keys, meta+"layout")
	for i := range s.partitions {
		keys = append(keys, s.partitions[i].layout())
	}
	// The store's own key comes first: a process that asks for other partitions
	// is refused before it touches one.
	for _, some := range [][]string{keys[:1], keys[1:]} {
		if err := s.settleKeys(ctx, some); err != nil {
			return fmt.Errorf("agree on the layout: %w", err)
		}
	}
	return nil
}

// settleKeys is needed once only: a server that is out of memory refuses it, and
// can still be read from.
func (s *Store) settleKeys(ctx context.Context, keys []string) error {
	stored := make([]string, len(keys))
	_, err := await(ctx, func() (struct{}, error) {
		cmds := make([]*redis.StringCmd, len(keys))
		_, err := s.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for i, key := range keys {
				cmds[i] = pipe.Get(ctx, key)
			}
			return nil
		})
		if err != nil && !errors.Is(err, redis.Nil) {
			return struct{}{}, err
		}
		for i, cmd := range cmds {
			stored[i] = cmd.Val()
		}
		return struct{}{}, nil
	})
	for i := 0; err == nil && i < len(keys); i++ {
		if stored[i] == "" {
			var reply any
			reply, err = s.read(ctx, openScript, keys[i:i+1], s.layout)
			stored[i] = text(reply)
		}
		if err == nil && stored[i] != s.layout {
			err = s.checkLayout(stored[i])
		}
	}
	return err
}

// checkLayout says what is wrong with a stored layout that is not the store's.
func (s *Store) checkLayout(stored string) error {
	var version, partitions int
	if _, err := fmt.Sscanf(stored, "version %d, %d partitions", &version, &partitions); err != nil {
		if stored == "" {
			return errors.New("the server has been emptied, or has lost what it held: open the store anew")
		}
		return fmt.Errorf("the stored layout is %q", stored)
	}
	switch {
	case version > layoutVersion:
		return fmt.Errorf("the stored layout is version %d, and this release knows none above %d; use a newer one: %w",
			version, layoutVersion, storage.ErrOutdated)
	case version < layoutVersion:
		return fmt.Errorf("the stored layout is version %d, which this release cannot read", version)
	}
	return fmt.Errorf("the store was begun with %d partitions, and this process asks for %d; "+
		"the number cannot be changed", partitions, len(s.partitions))
}

// refuseFirstLayout refuses what a release before version 2 wrote.
func (s *Store) refuseFirstLayout(ctx context.Context, key string) error {
	format, err := s.readList(ctx, fieldsScript, []string{key}, "format")
	switch {
	case err != nil:
		return fmt.Errorf("agree on the layout: %w", err)
	case len(format) == 1 && format[0] != nil:
		return errors.New("the server holds jobs that a release before layout version 2 wrote, which cannot be read; " +
			"use another prefix, or remove the old keys")
	}
	return nil
}
