package redis_test

import (
	"context"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
)

// The client is the caller's. These options suit a cluster; see docs/redis.md.
func ExampleNew() { //nolint:testableexamples // it needs the cluster that it names
	client := goredis.NewClusterClient(&goredis.ClusterOptions{
		Addrs:                      []string{"10.0.0.1:6379", "10.0.0.2:6379", "10.0.0.3:6379"},
		ContextTimeoutEnabled:      true,
		ClusterStateReloadInterval: time.Second,
	})
	defer func() { _ = client.Close() }()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	store, err := redis.New(ctx, client, nil)
	if err != nil {
		fmt.Println(err) // says what is wrong with the servers
		return
	}
	at := time.Now()
	ref := storage.JobRef{OrganizationID: "acme", JobID: "job-1"}
	err = store.Commit(ctx, storage.Change{
		JobRef: ref, OperationID: "create job-1", At: at,
		Job: &storage.JobRecord{JobRef: ref, Key: "nightly-report", CreatedAt: at, Doc: []byte(`{}`)},
	})
	fmt.Println(err)
}

// What is wrong with the options is said before any server is asked.
func ExampleNew_options() {
	client := goredis.NewClient(&goredis.Options{Addr: "10.0.0.1:6379"})
	defer func() { _ = client.Close() }()
	_, err := redis.New(context.Background(), client, &redis.Options{Partitions: 1000})
	fmt.Println(err)
	// Output: redis: open store: the number of partitions is 1000; it must be 1 to 256
}
