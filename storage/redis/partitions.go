package redis

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// readPartitions runs a script over all partitions: once on one server, and on
// a cluster once for each partition, all in one round trip. keys are the keys
// of a partition.
func (s *Store) readPartitions(
	ctx context.Context, sc *script, keys func(p *partition) []string, args ...any,
) ([][]any, error) {
	groups := make([][]string, 0, len(s.partitions))
	for i := range s.partitions {
		groups = append(groups, keys(&s.partitions[i]))
	}
	if s.sharded {
		return s.readEach(ctx, sc, groups, args...)
	}
	var all []string
	for _, group := range groups {
		all = append(all, group...)
	}
	reply, err := s.readList(ctx, sc, all, args...)
	return [][]any{reply}, err
}

// readEach runs a script for each group of keys, on the server that has them.
func (s *Store) readEach(ctx context.Context, sc *script, groups [][]string, args ...any) ([][]any, error) {
	return await(ctx, func() ([][]any, error) {
		cmds := make([]*redis.Cmd, len(groups))
		pipe := s.client.Pipeline()
		for i, keys := range groups {
			cmds[i] = redis.NewCmd(ctx, sc.args(false, keys, args)...)
			_ = pipe.Process(ctx, cmds[i]) // this only queues the command
		}
		_, _ = pipe.Exec(ctx) // each command has its own error
		replies := make([][]any, len(groups))
		for i, cmd := range cmds {
			reply, err := cmd.Result()
			if missing(err) {
				reply, err = s.process(ctx, redis.NewCmd(ctx, sc.args(true, groups[i], args)...))
			}
			if err != nil {
				return nil, err
			}
			list, ok := reply.([]any)
			if !ok {
				return nil, errReply
			}
			replies[i] = list
		}
		return replies, nil
	})
}
