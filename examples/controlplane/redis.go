package main

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage/redis"
)

// redisPatience is how long a server may take to answer when the program starts.
const redisPatience = 15 * time.Second

// redisStore is a store whose Close also closes the client.
type redisStore struct {
	*redis.Store
	client io.Closer
}

func (s redisStore) Close() error { return s.client.Close() }

// newRedis opens the store on a client. If that fails, it closes the client.
func newRedis(ctx context.Context, client goredis.UniversalClient) (closableStore, error) {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	store, err := redis.New(ctx, client, nil)
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return redisStore{store, client}, nil
}

// openRedis opens //HOST:PORT/DB: one server, as go-redis names it.
func openRedis(ctx context.Context, rest string) (closableStore, error) {
	a, err := parseAddresses(rest)
	if err != nil {
		return nil, err
	}
	if _, err := strconv.ParseUint(a.path, 10, 16); err != nil && a.path != "" {
		return nil, usageError{errors.New("what follows the address must be the number of a database, as in redis://host:6379/0")}
	}
	options, err := goredis.ParseURL("redis:" + rest)
	if err != nil {
		return nil, errOptions
	}
	options.ContextTimeoutEnabled = true
	return newRedis(ctx, goredis.NewClient(options))
}

// openSentinel opens //HOST:PORT,HOST:PORT/MASTER?db=N. The addresses are those of
// Sentinels, which say what server is now the master of that name.
func openSentinel(ctx context.Context, rest string) (closableStore, error) {
	a, err := parseAddresses(rest)
	if err != nil {
		return nil, err
	}
	if a.path == "" || strings.Contains(a.path, "/") {
		return nil, usageError{errors.New("the path must be the master's name, as in redis+sentinel://host:26379/mymaster")}
	}
	options, err := goredis.ParseFailoverURL(a.url(url.Values{"master_name": {a.path}}))
	if err != nil {
		return nil, errOptions
	}
	options.ContextTimeoutEnabled = true
	return newRedis(ctx, goredis.NewFailoverClient(options))
}

// openCluster opens //HOST:PORT,HOST:PORT: the cluster that these servers belong to.
// The list need not be complete.
func openCluster(ctx context.Context, rest string) (closableStore, error) {
	a, err := parseAddresses(rest)
	if err != nil {
		return nil, err
	}
	if a.path != "" {
		return nil, usageError{errors.New("a cluster has no databases: nothing may follow the addresses but options")}
	}
	options, err := goredis.ParseClusterURL(a.url(nil))
	if err != nil {
		return nil, errOptions
	}
	options.ContextTimeoutEnabled = true
	options.ClusterStateReloadInterval = time.Second // After a master has died, the default would be a minute.
	return newRedis(ctx, goredis.NewClusterClient(options))
}

// errOptions replaces the error of go-redis about a URL that it cannot read. That
// error repeats parts of the URL, and might show a password that has a / or a ? in it.
var errOptions = usageError{errors.New("one of the options after ? is not known to go-redis, or has a value that it cannot have; " +
	"in a user's name or a password, write what is no letter or digit as %XX")}

// addresses are the parts of a URL with several hosts.
type addresses struct {
	user  string // with its @, if there is one
	hosts []string
	path  string
	query url.Values
}

// parseAddresses reads what follows the colon of a scheme.
func parseAddresses(rest string) (addresses, error) {
	var a addresses
	rest, ok := strings.CutPrefix(rest, "//")
	rest, query, _ := strings.Cut(rest, "?")
	hosts, path, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(hosts, '@'); at >= 0 {
		a.user, hosts = hosts[:at+1], hosts[at+1:]
	}
	a.hosts, a.path = strings.Split(hosts, ","), path
	for _, host := range a.hosts {
		ok = ok && host != "" && host[0] != ':' && checkHost(host) == nil
	}
	if _, err := url.Parse("redis://" + a.user + "host"); err != nil || !ok {
		return a, usageError{errors.New("needs a host and port after //; in a user's name or a password, write what is no letter or digit as %XX")}
	}
	var err error
	if a.query, err = url.ParseQuery(query); err != nil {
		return a, usageError{errors.New("the options after ? are malformed")}
	}
	return a, nil
}

// checkHost checks a host, with or without a port.
func checkHost(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		_, port, err = net.SplitHostPort(text + ":1")
	}
	if err != nil {
		return err
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err
}

// url returns the URL for go-redis: there, all hosts but the first are options.
func (a addresses) url(more url.Values) string {
	options := url.Values{}
	maps.Copy(options, a.query)
	maps.Copy(options, more)
	options["addr"] = append(options["addr"], a.hosts[1:]...)
	return "redis://" + a.user + a.hosts[0] + "?" + options.Encode()
}
