package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// documents are what [Service.Apply] was given. They are kept encoded, as in a
// store, to save memory.
type documents struct {
	list  []keptDocument
	byKey map[string]int
}

type keptDocument struct {
	key string
	// dependsOn are the keys that the job depends on.
	dependsOn []string
	doc       []byte
}

// maxFaults bounds how many faults one call returns.
const maxFaults = 1000

// readDocuments reads all documents and checks their values.
func (s *Service) readDocuments(ctx context.Context, all iter.Seq2[NewJob, error]) (*documents, error) {
	d := &documents{byKey: map[string]int{}}
	var errs versions.FieldErrors
	for job, err := range all {
		at := len(d.list)
		faults, isFields := errors.AsType[versions.FieldErrors](err)
		var jobType versions.JobType
		if err == nil || isFields && job.Key != "" {
			job.TeamIDs = distinct(job.TeamIDs)
			job.endPause(s.now())
			var more versions.FieldErrors
			jobType, err = s.validateNew(ctx, &job)
			more, isFields = errors.AsType[versions.FieldErrors](err)
			faults = append(faults, more...)
		}
		if err != nil && !isFields {
			return nil, err
		}
		for _, f := range faults {
			errs.Add(strings.TrimSuffix(fmt.Sprintf("jobs[%d].%s", at, f.Field), "."), f.Detail)
		}
		if first, again := d.byKey[job.Key]; again && job.Key != "" {
			errs.Add(fmt.Sprintf("jobs[%d].jobKey", at), fmt.Sprintf("is the same as that of jobs[%d]", first))
		}
		if len(errs) >= maxFaults {
			errs = append(errs[:maxFaults], versions.FieldError{Field: "jobs", Detail: "may have more faults: the check stopped here"})
			return nil, errs
		}
		d.add(job, jobType, errs == nil)
	}
	return d, errs.Err()
}

// endPause makes a document describe an active job when its PausedUntil has passed,
// so that the document may be applied again at any time.
func (j *NewJob) endPause(now time.Time) {
	if l := (ledger{Job: Job{Status: j.Status, PausedUntil: canonical(j.PausedUntil)}}); l.pauseOver(now) {
		j.Status, j.PausedUntil = Active, time.Time{}
	}
}

// add notes a document. It keeps the document's content only while no fault was
// found.
func (d *documents) add(job NewJob, jobType versions.JobType, keep bool) {
	if _, again := d.byKey[job.Key]; !again {
		d.byKey[job.Key] = len(d.list)
	}
	kept := keptDocument{key: job.Key}
	if keep {
		l := ledger{Job: Job{
			Status: job.Status, PausedUntil: canonical(job.PausedUntil), Labels: job.Labels,
			Version: versions.Version{Definition: job.Definition, JobType: jobType},
		}}
		for _, id := range slices.Sorted(slices.Values(job.TeamIDs)) {
			l.Grants = append(l.Grants, teams.Grant{TeamID: id})
		}
		kept.dependsOn, kept.doc = slices.Clone(job.DependsOn), bytes.Clone(encodeJobDoc(&l)) // without spare capacity
	}
	d.list = append(d.list, kept)
}

// take returns the job that a document describes, and frees the document.
func (d *documents) take(at int) (ledger, error) {
	kept := &d.list[at]
	l := ledger{Job: Job{Key: kept.key}}
	err := jobDocument.Decode(kept.doc, &l)
	kept.doc = nil
	return l, err
}

// newJob returns what [Service.CreateJob] makes this job from.
func (l *ledger) newJob() NewJob {
	return NewJob{
		Definition: l.Version.Definition, Key: l.Key, Status: l.Status, PausedUntil: l.PausedUntil,
		TeamIDs: l.TeamIDs(), Labels: l.Labels,
	}
}

// order returns an order in which each job comes after its dependencies. A cycle is
// a [versions.FieldErrors].
func (d *documents) order() ([]int, error) {
	order, cycle := dependencyOrder(len(d.list), func(at int) []string { return d.list[at].dependsOn }, d.byKey)
	if cycle == nil {
		return order, nil
	}
	const most = 10 // jobs of a cycle that the error names
	var keys []string
	for _, at := range cycle[:min(most, len(cycle))] {
		keys = append(keys, fmt.Sprintf("%q", d.list[at].key))
	}
	if len(cycle) > most {
		keys = append(keys, fmt.Sprintf("%d more", len(cycle)-most))
	}
	return nil, versions.FieldErrors{{
		Field:  fmt.Sprintf("jobs[%d].dependsOn", cycle[0]),
		Detail: fmt.Sprintf("must not lead back to the job itself: %s, %q", strings.Join(keys, ", "), d.list[cycle[0]].key),
	}}
}

// dependencyOrder returns an order of n things in which each comes after its
// dependencies; otherwise it keeps the given order. If there is a cycle, it returns
// that instead, in the order of dependence. It ignores keys that byKey does not
// know.
func dependencyOrder(n int, dependsOn func(int) []string, byKey map[string]int) (order, cycle []int) {
	const (
		unseen = iota
		open
		done
	)
	state := make([]byte, n)
	next := make([]int, n) // the dependency to follow next
	order = make([]int, 0, n)
	for root := range n {
		if state[root] != unseen {
			continue
		}
		state[root] = open
		path := []int{root}
		for len(path) > 0 {
			at := path[len(path)-1]
			keys := dependsOn(at)
			if next[at] == len(keys) {
				state[at] = done
				order, path = append(order, at), path[:len(path)-1]
				continue
			}
			to, known := byKey[keys[next[at]]]
			next[at]++
			switch {
			case !known || state[to] == done:
			case state[to] == open:
				return nil, path[slices.Index(path, to):]
			default:
				state[to] = open
				path = append(path, to)
			}
		}
	}
	return order, nil
}
