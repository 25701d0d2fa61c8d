package memory_test

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// The benchmarks report x-floor: how many times as long the store takes as the
// least that could be done in its place, measured in turns with it. What a user
// does is measured through the service, not here.

// document is as large as a job's usually is.
var document = bytes.Repeat([]byte("0123456789abcde\n"), 96)

var sizes = []int{1_000, 100_000}

// BenchmarkCommit commits what the domain does: a job is created with a draft,
// or a published version, in its lists, and with its event in the journal.
func BenchmarkCommit(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("create/jobs=%d", size), func(b *testing.B) {
			store := filled(b, size)
			run(b, func(i int) func() error {
				return committing(store, creation(size+i))
			}, putFloor(size, 3))
		})
		b.Run(fmt.Sprintf("edit/jobs=%d", size), func(b *testing.B) {
			store := filled(b, size)
			revisions := make([]int64, size)
			run(b, func(i int) func() error {
				n := i * 7919 % size
				revisions[n]++
				c := change(benchJob(n), 2*size+i)
				c.Job.Revision = revisions[n]
				return committing(store, c)
			}, putFloor(size, 2))
		})
		b.Run(fmt.Sprintf("tick/jobs=%d", size), func(b *testing.B) {
			store := filled(b, size)
			revisions := make([]int64, size)
			run(b, func(i int) func() error {
				n := i * 7919 % size
				revisions[n]++
				return committing(store, tick(n, 2*size+i, revisions[n]))
			}, putFloor(size, 1))
		})
	}
}

// BenchmarkListJobs reads pages of 100 with their documents.
func BenchmarkListJobs(b *testing.B) {
	teams := []string{"team-1", "team-2", "team-3"}
	queries := []struct {
		name  string
		query storage.JobQuery
	}{
		{"all", storage.JobQuery{AllTeams: true}},
		{"teams", storage.JobQuery{TeamIDs: teams, Order: storage.ByKey, Descending: true}},
		{"cluster", storage.JobQuery{TeamIDs: teams, Scope: "c:1"}},
	}
	for _, q := range queries {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("%s/jobs=%d", q.name, size), func(b *testing.B) {
				store := filled(b, size)
				query := q.query
				query.OrganizationID, query.Limit = "acme", 100
				run(b, same(func() error {
					page, err := store.ListJobs(context.Background(), query)
					if err == nil && len(page.Jobs) != query.Limit {
						err = fmt.Errorf("%d jobs in the page", len(page.Jobs))
					}
					return err
				}), getFloor(size, query.Limit))
			})
		}
	}
}

// BenchmarkManyGrantSets lists 1,000 jobs that are granted to 100 of 150 teams
// each, as a member of all teams; the floor is the page of an administrator.
func BenchmarkManyGrantSets(b *testing.B) {
	store := memory.New()
	var teams []string
	for t := range 150 {
		teams = append(teams, fmt.Sprintf("team-%03d", t))
	}
	for n := range 1000 {
		c := change(benchJob(n), n)
		c.Job.TeamIDs, c.Job.Scopes, c.Job.KeyScopes = nil, nil, nil
		for t, team := range teams {
			if (t*7+n*13+t*n)%3 != 0 {
				c.Job.TeamIDs = append(c.Job.TeamIDs, team)
				c.Job.Scopes = append(c.Job.Scopes, "t:"+team)
			}
		}
		c.Job.KeyScopes = c.Job.Scopes
		if err := store.Commit(context.Background(), c); err != nil {
			b.Fatal(err)
		}
	}
	for _, scope := range []string{"", "t:team-007"} {
		for _, order := range []storage.JobOrder{storage.ByCreation, storage.ByKey} {
			b.Run(fmt.Sprintf("scope=%s/order=%d", scope, order), func(b *testing.B) {
				query := storage.JobQuery{OrganizationID: "acme", Scope: scope, Order: order, Limit: 100}
				list := func(query storage.JobQuery) error {
					page, err := store.ListJobs(context.Background(), query)
					sink = page
					return err
				}
				mine, all := query, query
				mine.TeamIDs, all.AllTeams = teams, true
				run(b, same(func() error { return list(mine) }), func(int) {
					if err := list(all); err != nil {
						b.Fatal(err)
					}
				})
			})
		}
	}
}

// sink keeps the compiler from leaving a floor out.
var sink any

// run measures operations, and their floor in turns of 64. To make the i-th
// operation ready, and the floor, are no part of ns/op.
func run(b *testing.B, ready func(i int) func() error, floor func(i int)) {
	b.ReportAllocs()
	var each, floors time.Duration
	n := 0
	for b.Loop() {
		operation := ready(n)
		began := time.Now()
		if err := operation(); err != nil {
			b.Fatal(err)
		}
		each += time.Since(began)
		if n++; n%64 == 0 {
			began = time.Now()
			for i := range 64 {
				floor(n - 64 + i)
			}
			floors += time.Since(began)
		}
	}
	b.ReportMetric(float64(each)/float64(n), "ns/op")
	if floors > 0 {
		b.ReportMetric(float64(each)/float64(n)/(float64(floors)/float64(n/64*64)), "x-floor")
	}
}

// same is ready with the same operation each time.
func same(operation func() error) func(int) func() error {
	return func(int) func() error { return operation }
}

func committing(store *memory.Store, c storage.Change) func() error {
	return func() error { return store.Commit(context.Background(), c) }
}

// putFloor puts copies of so many documents into a map.
func putFloor(size, documents int) func(int) {
	kept := make(map[storage.JobRef][][]byte, size)
	refs := benchRefs(size)
	return func(i int) {
		copies := make([][]byte, documents)
		for d := range copies {
			copies[d] = bytes.Clone(document)
		}
		kept[refs[i*7919%size]] = copies
	}
}

// getFloor gets copies of so many documents from a map.
func getFloor(size, count int) func(int) {
	kept := make(map[storage.JobRef][]byte, size)
	refs := benchRefs(size)
	for _, ref := range refs {
		kept[ref] = bytes.Clone(document)
	}
	return func(i int) {
		for k := range count {
			sink = bytes.Clone(kept[refs[(i+k)*7919%size]])
		}
	}
}

func benchRefs(size int) []storage.JobRef {
	refs := make([]storage.JobRef, size)
	for n := range refs {
		refs[n] = benchRef(n)
	}
	return refs
}

func benchRef(n int) storage.JobRef {
	return storage.JobRef{OrganizationID: "acme", JobID: "job-" + strconv.Itoa(n)}
}

// benchJob is the n-th job: its key stands anywhere in the order of keys, and
// it has one of 20 grant sets.
func benchJob(n int) storage.JobRecord {
	teams := []string{"team-" + strconv.Itoa(n%5), "team-" + strconv.Itoa(5+n%4)}
	scopes := []string{"c:" + strconv.Itoa(n%2), "t:" + teams[0], "t:" + teams[1]}
	return storage.JobRecord{
		JobRef:    benchRef(n),
		Key:       strconv.Itoa(n*7919%10_007) + "-" + strconv.Itoa(n),
		CreatedAt: start.Add(time.Duration(n) * time.Millisecond),
		TeamIDs:   teams,
		Scopes:    scopes,
		KeyScopes: scopes,
		WakeAt:    start.Add(time.Duration(n) * time.Millisecond),
		Doc:       document,
		State:     document[:200],
	}
}

// change writes a job, and its event.
func change(r storage.JobRecord, operation int) storage.Change {
	at := start.Add(time.Duration(operation) * time.Millisecond)
	return storage.Change{
		JobRef:      r.JobRef,
		OperationID: storage.NewOperationID(at),
		At:          at,
		Job:         &r,
		Events:      []storage.EventRecord{{Doc: document[:300]}},
	}
}

// creation writes a new job with a published version.
func creation(n int) storage.Change {
	c := change(benchJob(n), n)
	c.AddVersions = []storage.VersionRecord{{JobRef: c.JobRef, Number: 1, Doc: document}}
	return c
}

// tick settles a tick of a job: its document stays.
func tick(n, operation int, revision int64) storage.Change {
	c := change(benchJob(n), operation)
	c.Job.Doc, c.Job.Revision, c.Job.WakeAt = nil, revision, c.At.Add(time.Hour)
	id := strconv.FormatInt(revision, 10)
	c.Job.LatestRunID = id
	c.PutRuns = []storage.RunRecord{{
		JobRef: c.JobRef, ID: id, Number: revision, CreatedAt: c.At, ReadyAt: c.At, DeadlineAt: c.At.Add(time.Hour), Doc: document[:600],
	}}
	c.PutTicks = []storage.TickRecord{{JobRef: c.JobRef, NominalAt: c.At, Doc: document[:100]}}
	c.TrimTicks = c.At.Add(-time.Minute)
	return c
}

// filled returns a store with so many jobs.
func filled(b *testing.B, size int) *memory.Store {
	b.Helper()
	store := memory.New()
	for n := range size {
		if err := store.Commit(context.Background(), creation(n)); err != nil {
			b.Fatal(err)
		}
	}
	return store
}
