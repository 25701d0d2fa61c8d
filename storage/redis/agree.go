package redis

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
)

// layoutVersion is the version of the layout of keys and records. A release
// that changes the layout raises it. Version 1 was stored in another way, under
// another key.
const layoutVersion = 3

// agree makes sure that all processes that open the store use one layout and
// one number of partitions. The first process decides. Calling it again changes
// nothing, so it can be repeated.
//
// The decision is stored in a key of the store, and in each partition, where
// every commit checks it.
func (s *Store) agree(ctx context.Context, o Options) error {
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
	// The key of the store comes first: a process that asks for another number of
	// partitions is refused before it writes to one.
	for _, some := range [][]string{keys[:1], keys[1:]} {
		if err := s.agreeOnKeys(ctx, some); err != nil {
			return fmt.Errorf("agree on the layout: %w", err)
		}
	}
	return nil
}

// agreeOnKeys first reads the keys, and writes only those that are missing. So
// a server that is out of memory, and refuses writes, can still be opened for
// reading.
func (s *Store) agreeOnKeys(ctx context.Context, keys []string) error {
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

// checkLayout returns what is wrong with a stored layout that is not the
// store's.
func (s *Store) checkLayout(stored string) error {
	var version, partitions int
	if _, err := fmt.Sscanf(stored, "version %d, %d partitions", &version, &partitions); err != nil {
		if stored == "" {
			return errors.New("the server was emptied or has lost its data: open the store again")
		}
		return fmt.Errorf("the stored layout is %q", stored)
	}
	switch {
	case version > layoutVersion:
		return fmt.Errorf("the stored layout is version %d, and this release knows versions up to %d; use a newer release: %w",
			version, layoutVersion, storage.ErrOutdated)
	case version < layoutVersion:
		return fmt.Errorf("the stored layout is version %d, which this release cannot read", version)
	}
	return fmt.Errorf("the store was created with %d partitions, and this process asks for %d; "+
		"the number cannot be changed", partitions, len(s.partitions))
}

// refuseFirstLayout refuses data that a release before layout version 2 wrote.
func (s *Store) refuseFirstLayout(ctx context.Context, key string) error {
	format, err := s.readList(ctx, fieldsScript, []string{key}, "format")
	switch {
	case err != nil:
		return fmt.Errorf("agree on the layout: %w", err)
	case len(format) == 1 && format[0] != nil:
		return errors.New("the server has jobs of a release before layout version 2, which cannot be read; " +
			"use another prefix, or remove the old keys")
	}
	return nil
}
