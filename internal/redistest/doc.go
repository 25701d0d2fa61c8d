// Package redistest runs real Redis servers for tests: one, a cluster, or a
// group with Sentinels; and a proxy that cuts and stalls connections. All of it
// is on loopback, in temporary folders, and ends with the test, by process.
//
// Without a redis-server on PATH a test is skipped, and says so.
package redistest
