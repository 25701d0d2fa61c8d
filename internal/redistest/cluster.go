package redistest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// Cluster is a Redis Cluster: masters, each with one replica.
type Cluster struct {
	// Masters and Replicas are the processes at the start. Replicas[i] follows
	// Masters[i].
	Masters  []*Server
	Replicas []*Server
}

const (
	clusterMasters = 3
	clusterSlots   = 16384
)

// StartCluster runs a cluster of six processes, and waits until all of them
// agree on the cluster's state.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	settings := []string{
		"cluster-enabled yes", "cluster-node-timeout 1000", "cluster-config-file nodes.conf", "repl-diskless-sync-delay 0",
		"cluster-replica-validity-factor 0",
	}
	c := &Cluster{}
	for range clusterMasters {
		c.Masters = append(c.Masters, Start(t, settings...))
		c.Replicas = append(c.Replicas, Start(t, settings...))
	}
	all := append(append([]*Server{}, c.Masters...), c.Replicas...)
	for i, master := range c.Masters {
		low, high := i*clusterSlots/clusterMasters, (i+1)*clusterSlots/clusterMasters-1
		client := master.Client(t)
		must(t, client.ClusterAddSlotsRange(context.Background(), low, high).Err())
		must(t, client.Do(context.Background(), "cluster", "set-config-epoch", i+1).Err())
	}
	for _, server := range all[1:] {
		must(t, all[0].Client(t).ClusterMeet(context.Background(), "127.0.0.1", server.port()).Err())
	}
	for i, replica := range c.Replicas {
		client := replica.Client(t)
		id, err := c.Masters[i].Client(t).Do(context.Background(), "cluster", "myid").Text()
		must(t, err)
		Eventually(t, "the replica knows its master", func(ctx context.Context) bool {
			return client.ClusterReplicate(ctx, id).Err() == nil
		})
	}
	for _, server := range all {
		client := server.Client(t)
		Eventually(t, "the cluster agrees", func(ctx context.Context) bool { return agrees(ctx, client) })
	}
	return c
}

// agrees reports whether a server sees all slots served, and all replicas in
// step with their masters.
func agrees(ctx context.Context, client *redis.Client) bool {
	info, err1 := client.ClusterInfo(ctx).Result()
	shards, err2 := client.ClusterShards(ctx).Result()
	if err1 != nil || err2 != nil || !strings.Contains(info, "cluster_state:ok") || len(shards) != clusterMasters {
		return false
	}
	for _, shard := range shards {
		if len(shard.Nodes) != 2 {
			return false
		}
		for _, node := range shard.Nodes {
			if node.Health != "online" {
				return false
			}
		}
	}
	return true
}

// Client returns a client of the cluster. It is closed when the test ends.
func (c *Cluster) Client(t testing.TB, adjust ...func(*redis.ClusterOptions)) *redis.ClusterClient {
	options := &redis.ClusterOptions{}
	for _, server := range append(append([]*Server{}, c.Masters...), c.Replicas...) {
		options.Addrs = append(options.Addrs, server.Addr)
	}
	for _, f := range adjust {
		f(options)
	}
	client := redis.NewClusterClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// MasterOf returns the master that now serves the slot of a key. It returns an
// error when this is none of the processes that StartCluster started.
func (c *Cluster) MasterOf(ctx context.Context, client *redis.ClusterClient, key string) (*Server, error) {
	master, err := client.MasterForKey(ctx, key)
	if err != nil {
		return nil, err
	}
	for _, server := range append(append([]*Server{}, c.Masters...), c.Replicas...) {
		if server.Addr == master.Options().Addr {
			return server, nil
		}
	}
	return nil, fmt.Errorf("no process at %s", master.Options().Addr)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
