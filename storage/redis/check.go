package redis

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// oldestMajor is the first major version of Redis in which a script can declare
// flags. Without them, a server that is out of memory may execute half of a
// script.
const oldestMajor = 7

// masters is a client of a cluster.
type masters interface {
	ForEachMaster(ctx context.Context, fn func(ctx context.Context, client *redis.Client) error) error
}

// checkServers checks every server that can be written to.
func (s *Store) checkServers(ctx context.Context) error {
	_, err := await(ctx, func() (struct{}, error) {
		if cluster, ok := s.client.(masters); ok {
			return struct{}{}, cluster.ForEachMaster(ctx, func(ctx context.Context, master *redis.Client) error {
				if err := checkServer(ctx, master, true); err != nil {
					return fmt.Errorf("master %s: %w", master.Options().Addr, err)
				}
				return nil
			})
		}
		return struct{}{}, checkServer(ctx, s.client, false)
	})
	return err
}

func checkServer(ctx context.Context, client redis.Cmdable, sharded bool) error {
	facts := make(map[string]string)
	for _, section := range []string{"server", "memory", "replication"} {
		info, err := client.Info(ctx, section).Result()
		if err != nil {
			return fmt.Errorf("read the server's INFO (if the provider refuses this command, "+
				"see Options.SkipServerCheck): %w", err)
		}
		readFacts(facts, info)
	}
	if err := checkVersion(facts); err != nil {
		return err
	}
	if mode := facts["redis_mode"]; mode == "cluster" && !sharded {
		return errors.New("the server is part of a cluster; use a cluster client")
	}
	if role := facts["role"]; role != "master" {
		return fmt.Errorf("the server is a %s; the store needs the master", role)
	}
	switch policy := facts["maxmemory_policy"]; policy {
	case "noeviction":
		return nil
	case "":
		return errors.New("the server does not report its maxmemory-policy; " +
			"make sure that it is noeviction and see Options.SkipServerCheck")
	default:
		return fmt.Errorf("the server's maxmemory-policy is %s, which deletes data when memory is short; "+
			"set it to noeviction", policy)
	}
}

// checkVersion accepts every version of Valkey. Valkey began as Redis 7.2, and
// reports 7.2 as its Redis version.
func checkVersion(facts map[string]string) error {
	if facts["valkey_version"] != "" {
		return nil
	}
	version := facts["redis_version"]
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return fmt.Errorf("the server's version is %q; the store needs Redis 7.0 or newer, or Valkey", version)
	}
	if n < oldestMajor {
		return fmt.Errorf("the server is Redis %s; the store needs Redis 7.0 or newer, or Valkey", version)
	}
	return nil
}

// readFacts reads the lines "name:value" of INFO.
func readFacts(facts map[string]string, info string) {
	lines := bufio.NewScanner(strings.NewReader(info))
	for lines.Scan() {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok {
			facts[name] = strings.TrimSpace(value)
		}
	}
}
