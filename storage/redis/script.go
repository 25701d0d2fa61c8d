package redis

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/redis/go-redis/v9"
)

// The scripts that read, sweep, and agree on the layout; for commits see parts.go.
// Each is put together from the files that it needs.
//
// No script has the flag allow-oom, so a server that is out of memory refuses a script
// that writes before it runs, and a change as a whole. Scripts that only read declare
// this with a flag, and such a server still runs them.
var (
	openScript    = newScript("", luaFile("open"))
	sweepScript   = newScript("", luaFile("layout"), luaFile("sweep"))
	trimScript    = newScript("", luaFile("layout"), luaFile("trim"))
	workScript    = newScript(readOnly, luaFile("work"))
	findScript    = newScript(readOnly, luaFile("fetch"), luaFile("find"))
	pageScript    = newScript(readOnly, luaFile("fetch"), luaFile("place"), luaFile("page"))
	mergedScript  = newScript(readOnly, luaFile("fetch"), luaFile("merge"), luaFile("merged"))
	namedScript   = newScript(readOnly, luaFile("fetch"), luaFile("named"))
	visibleScript = newScript(readOnly, luaFile("visible"))
	setsScript    = newScript(readOnly, luaFile("sets"))
	countsScript  = newScript(readOnly, luaFile("counts"))
	standsScript  = newScript(readOnly, luaFile("standing"))
	fieldsScript  = newScript(readOnly, luaFile("fields"))
	detailsScript = newScript(readOnly, luaFile("whole"), luaFile("details"))
	runsScript    = newScript(readOnly, luaFile("merge"), luaFile("whole"), luaFile("runs"))
	dueScript     = newScript(readOnly, luaFile("merge"), luaFile("due"))
	eventsScript  = newScript(readOnly, luaFile("whole"), luaFile("events"))
)

const readOnly = " flags=no-writes"

// script is a Lua script, and the name under which a server caches it.
type script struct {
	source string
	sha    string
}

// newScript joins parts after the line that tells a server the script's flags.
// With this line, a server also refuses keys of other slots.
func newScript(flags string, parts ...string) *script {
	source := "#!lua" + flags + "\n" + strings.Join(parts, "\n")
	sum := sha1.Sum([]byte(source))
	return &script{source: source, sha: hex.EncodeToString(sum[:])}
}

// args are the arguments of the command that runs the script: EVALSHA, or with
// whole EVAL, which contains the source.
func (sc *script) args(whole bool, keys []string, args []any) []any {
	all := make([]any, 0, 3+len(keys)+len(args))
	if whole {
		all = append(all, "eval", sc.source)
	} else {
		all = append(all, "evalsha", sc.sha)
	}
	all = append(all, len(keys))
	for _, key := range keys {
		all = append(all, key)
	}
	return append(all, args...)
}

// read runs a script that only reads, so that the client may repeat it. It
// returns when the context ends, whatever the client's options are.
//
// It uses EVALSHA, never EVALSHA_RO: a cluster client that may read from
// replicas would send EVALSHA_RO to a replica, which may be behind.
func (s *Store) read(ctx context.Context, sc *script, keys []string, args ...any) (any, error) {
	return await(ctx, func() (any, error) {
		reply, err := s.process(ctx, redis.NewCmd(ctx, sc.args(false, keys, args)...))
		if missing(err) {
			reply, err = s.process(ctx, redis.NewCmd(ctx, sc.args(true, keys, args)...))
		}
		return reply, err
	})
}

func (s *Store) readList(ctx context.Context, sc *script, keys []string, args ...any) ([]any, error) {
	reply, err := s.read(ctx, sc, keys, args...)
	if err != nil {
		return nil, err
	}
	list, ok := reply.([]any)
	if !ok {
		return nil, errReply
	}
	return list, nil
}

// readTogether runs commands that only read as one transaction, which a cluster
// client sends to a master. The replies do not pass through Lua, which looks at
// each byte.
func (s *Store) readTogether(ctx context.Context, commands ...[]any) ([]any, error) {
	return await(ctx, func() ([]any, error) {
		cmds := make([]*redis.Cmd, len(commands))
		_, err := s.client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			for i, command := range commands {
				cmds[i] = pipe.Do(ctx, command...)
			}
			return nil
		})
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
		replies := make([]any, len(cmds))
		for i, cmd := range cmds {
			if err := cmd.Err(); err != nil && !errors.Is(err, redis.Nil) {
				return nil, err
			}
			replies[i] = cmd.Val()
		}
		return replies, nil
	})
}

// process runs a command. A null reply is not an error.
func (s *Store) process(ctx context.Context, cmd *redis.Cmd) (any, error) {
	if err := s.client.Process(ctx, cmd); err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	return cmd.Val(), nil
}

// missing reports whether a server does not have a script. This happens after a
// restart, a failover or SCRIPT FLUSH.
func missing(err error) bool { return redis.HasErrorPrefix(err, "NOSCRIPT") }
