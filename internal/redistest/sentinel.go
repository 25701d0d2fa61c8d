package redistest

import (
	"context"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// MasterName is the name of the group's master.
const MasterName = "jobledger"

// Sentinels is a master with two replicas, watched by three Sentinels.
type Sentinels struct {
	// The first of Servers is the master at the start.
	Servers   []*Server
	Sentinels []*Server
}

// StartSentinels runs six processes, and waits until the Sentinels know the
// group and each other.
func StartSentinels(t testing.TB) *Sentinels {
	t.Helper()
	g := &Sentinels{Servers: []*Server{Start(t, "repl-diskless-sync-delay 0")}}
	master := g.Servers[0]
	for range 2 {
		g.Servers = append(g.Servers, Start(t, "repl-diskless-sync-delay 0", "replicaof 127.0.0.1 "+master.port()))
	}
	info := master.Client(t)
	Eventually(t, "the replicas are in step", func(ctx context.Context) bool {
		text, err := info.Info(ctx, "replication").Result()
		return err == nil && strings.Count(text, "state=online") == 2
	})
	for range 3 {
		g.Sentinels = append(g.Sentinels, launch(t, []string{"--sentinel"}, []string{
			"sentinel monitor " + MasterName + " 127.0.0.1 " + master.port() + " 2",
			"sentinel down-after-milliseconds " + MasterName + " 1000",
			"sentinel failover-timeout " + MasterName + " 3000",
		}))
	}
	for _, sentinel := range g.Sentinels {
		client := redis.NewSentinelClient(&redis.Options{Addr: sentinel.Addr})
		t.Cleanup(func() { _ = client.Close() })
		Eventually(t, "the Sentinel knows the group", func(ctx context.Context) bool {
			about, err := client.Master(ctx, MasterName).Result()
			return err == nil && about["num-slaves"] == "2" && about["num-other-sentinels"] == "2"
		})
	}
	return g
}

// Client returns a client of the group's master. It is closed when the test
// ends.
func (g *Sentinels) Client(t testing.TB) *redis.Client {
	options := &redis.FailoverOptions{MasterName: MasterName}
	for _, sentinel := range g.Sentinels {
		options.SentinelAddrs = append(options.SentinelAddrs, sentinel.Addr)
	}
	client := redis.NewFailoverClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}
