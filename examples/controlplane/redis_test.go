package main

import (
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func TestAddresses(t *testing.T) {
	a, err := parseAddresses("//user:p%40ss@a:1,b:2,[::1]:3/main?db=4&pool_size=5")
	require.NoError(t, err)
	require.Equal(t, []string{"a:1", "b:2", "[::1]:3"}, a.hosts)
	require.Equal(t, "main", a.path)
	options, err := goredis.ParseFailoverURL(a.url(map[string][]string{"master_name": {a.path}}))
	require.NoError(t, err)
	require.Equal(t, []string{"a:1", "b:2", "::1:3"}[:2], options.SentinelAddrs[:2])
	require.Equal(t, "[::1]:3", options.SentinelAddrs[2])
	require.Equal(t, "main", options.MasterName)
	require.Equal(t, 4, options.DB)
	require.Equal(t, 5, options.PoolSize)
	require.Equal(t, "p@ss", options.SentinelPassword)
}

func TestStoresThatCannotBeMeant(t *testing.T) {
	for name, want := range map[string]string{
		"redis:":                          "needs a host and port",
		"redis:///0":                      "needs a host and port",
		"redis://:secret@a:x/0":           "needs a host and port",
		"redis://a:1/zero":                "must be the number of a database",
		"redis://a:1/0?colour=1":          "one of the options",
		"redis+sentinel://a:1":            "the path must be the master's name",
		"redis+sentinel://a:1/m/0":        "the path must be the master's name",
		"redis+sentinel://a:1,,b:2/m":     "needs a host and port",
		"redis+sentinel://a:1/m?db=x":     "one of the options",
		"redis+cluster://a:1/0":           "a cluster has no databases",
		"redis+cluster://a:1?password=%x": "malformed",
		"redis+cluster://a:1,b":           "one of the options",
	} {
		_, err := openStore(t.Context(), name)
		require.ErrorContains(t, err, want, name)
		require.Equal(t, 2, exitCode(err), name)
	}
}

func TestStoresAreShownWithoutPasswords(t *testing.T) {
	for name, want := range map[string]string{
		"memory":                                "memory",
		"sqlite:a@b?c.db":                       "sqlite:a@b?c.db",
		"redis://a:1/0":                         "redis://a:1/0",
		"redis://me:secret@a:1/0?db=1":          "redis://...@a:1/0?...",
		"redis://me:sec/ret@a:1/0":              "...",
		"redis+sentinel://a:1/m?password=s@cre": "...",
		"redis+sentinel://a:1/m?password=secr":  "redis+sentinel://a:1/m?...",
	} {
		require.Equal(t, want, shown(name))
	}
}
