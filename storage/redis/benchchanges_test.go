package redis_test

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
)

// filledStore is a store with so many jobs, and what is known of them.
type filledStore struct {
	store   *redis.Store
	client  *goredis.Client
	size    int
	created int
	changes int
	busy    *busy
	// of each job
	revisions []int64
	numbers   []int64
	// open are the runs that have not ended.
	open []storage.RunRecord
}

func newFilledStore(store *redis.Store, client *goredis.Client, size int) *filledStore {
	return &filledStore{
		store: store, client: client, size: size, created: size,
		revisions: make([]int64, size), numbers: make([]int64, size),
	}
}

// creations are the changes that make the first jobs.
func (s *filledStore) creations(count int) []storage.Change {
	var all []storage.Change
	for n := range count {
		all = append(all, s.creation(n))
		s.revisions[n] = 1
	}
	return all
}

func (s *filledStore) creation(n int) storage.Change {
	job := benchJob(n)
	change := s.change(job)
	change.AddVersions = []storage.VersionRecord{{JobRef: job.JobRef, Number: 1, Doc: document}}
	return change
}

func (s *filledStore) create() storage.Change {
	s.created++
	return s.creation(s.created)
}

// next returns one of the first jobs, with its revision counted on.
func (s *filledStore) next() (int, storage.JobRecord) {
	n := s.changes * 7919 % s.size
	job := benchJob(n)
	job.Revision = s.revisions[n]
	s.revisions[n]++
	return n, job
}

// update changes a job's document and wake time.
func (s *filledStore) update() storage.Change {
	_, job := s.next()
	job.WakeAt = job.WakeAt.Add(time.Duration(s.changes) * time.Millisecond)
	return s.change(job)
}

// tick records a tick with its run, and leaves the document as it is.
func (s *filledStore) tick() storage.Change {
	n, job := s.next()
	s.numbers[n]++
	job.Doc = nil
	job.LatestRunID = fmt.Sprintf("01890000-0000-7000-8000-%012d", s.numbers[n])
	job.WakeAt = job.WakeAt.Add(time.Duration(s.changes) * time.Millisecond)
	change := s.change(job)
	change.PutRuns = []storage.RunRecord{{
		JobRef: job.JobRef, ID: job.LatestRunID, Number: s.numbers[n], CreatedAt: change.At,
		DeadlineAt: change.At.Add(time.Hour), Doc: document[:300],
	}}
	change.PutTicks = []storage.TickRecord{{JobRef: job.JobRef, NominalAt: change.At, Doc: document[:100]}}
	change.TrimTicks = start
	s.open = append(s.open, change.PutRuns[0])
	return change
}

// end ends a run. It makes runs when there are none.
func (s *filledStore) end() storage.Change {
	for len(s.open) == 0 {
		for range 100 {
			if err := s.store.Commit(ctx, s.tick()); err != nil {
				panic(err)
			}
		}
	}
	run := s.open[0]
	s.open = s.open[1:]
	change := s.change(storage.JobRecord{JobRef: run.JobRef})
	run.Revision, run.Outcome, run.DeadlineAt = 1, "succeeded", time.Time{}
	change.Job, change.PutRuns = nil, []storage.RunRecord{run}
	return change
}

func (s *filledStore) change(job storage.JobRecord) storage.Change {
	s.changes++
	at := start.Add(time.Duration(s.changes) * time.Millisecond)
	return storage.Change{
		JobRef: job.JobRef, OperationID: storage.NewOperationID(at), At: at, Job: &job,
		Events: []storage.EventRecord{{Doc: bytes.Repeat([]byte("e"), 200)}},
	}
}

func benchRef(n int) storage.JobRef { return ref(fmt.Sprintf("01890000-0000-7000-8000-%012d", n)) }

// benchJob is the n-th job: its key stands anywhere in the order of keys, and
// it has one of 20 grant sets.
func benchJob(n int) storage.JobRecord {
	teams := []string{"team-" + strconv.Itoa(n%5), "team-" + strconv.Itoa(5+n%4)}
	scopes := []string{"c:cluster-" + strconv.Itoa(n%2), "t:" + teams[0], "t:" + teams[1]}
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
