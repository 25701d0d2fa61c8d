// Package redistest runs real Redis servers for tests: a single one, a cluster,
// or a group with Sentinels. It also has a proxy that cuts and stalls
// connections. All processes listen on loopback only, keep their files in
// temporary folders, and end with the test.
//
// A test is skipped, and says so, when there is no redis-server on PATH.
package redistest
