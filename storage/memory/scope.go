package memory

import (
	"encoding/binary"
	"iter"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// jobEntry is an entry of a job in an order. It contains what is compared, so
// that a search need not read jobs. Most comparisons need only the rank, not
// the name.
type jobEntry struct {
	rank uint64
	name string
	job  *job
}

func jobBefore(a, b jobEntry) bool {
	if a.rank != b.rank {
		return a.rank < b.rank
	}
	return a.name < b.name
}

// jobAt returns an entry in an order. In the order of creation, the rank is the
// time and the name is the ID. In the order of keys, the rank is the beginning
// of the key and the name is the key.
func jobAt(order storage.JobOrder, at storage.JobPosition, j *job) jobEntry {
	if order == storage.ByCreation {
		// The sign bit is flipped, so that times before 1970 come first.
		return jobEntry{uint64(at.CreatedAt.UnixMicro()) ^ 1<<63, at.JobID, j}
	}
	var beginning [8]byte
	copy(beginning[:], at.Key)
	return jobEntry{binary.BigEndian.Uint64(beginning[:]), at.Key, j}
}

// list holds the jobs of a scope in one order, and how many of them each grant
// set has.
type list struct {
	entries *btree.BTreeG[jobEntry]
	sets    map[*grantSet]int
}

// count counts the jobs of some grant sets.
func (l *list) count(sets map[*grantSet]bool) (total int) {
	for set := range sets {
		total += l.sets[set]
	}
	return total
}

// listKey identifies a list of an organization. The scope of all jobs is empty.
type listKey struct {
	scope string
	order storage.JobOrder
}

// listsOf yields the lists in which a job stands.
func listsOf(r *storage.JobRecord) iter.Seq[listKey] {
	return func(yield func(listKey) bool) {
		if r == nil || !yield(listKey{"", storage.ByCreation}) || !yield(listKey{"", storage.ByKey}) {
			return
		}
		for _, scope := range r.Scopes {
			if !yield(listKey{scope, storage.ByCreation}) {
				return
			}
		}
		for _, scope := range r.KeyScopes {
			if !yield(listKey{scope, storage.ByKey}) {
				return
			}
		}
	}
}

// standsIn reports whether the job of a record stands in a list.
func standsIn(r *storage.JobRecord, key listKey) bool {
	scopes := r.Scopes
	if key.order == storage.ByKey {
		scopes = r.KeyScopes
	}
	_, found := slices.BinarySearch(scopes, key.scope)
	return found || key.scope == ""
}

// standIn yields the jobs that stand in a scope.
func (o *organization) standIn(scope string) iter.Seq[*job] {
	return func(yield func(*job) bool) {
		if l := o.lists[listKey{scope, storage.ByCreation}]; l != nil {
			l.entries.Scan(func(p jobEntry) bool { return yield(p.job) })
		}
	}
}

// reindex moves a job from the lists of its present record to those of another.
// Either record may be nil. Most commits change no list, or one.
func (o *organization) reindex(j *job, to *storage.JobRecord) {
	from := j.record
	same := from != nil && to != nil && from.Key == to.Key && slices.Equal(from.TeamIDs, to.TeamIDs)
	if same && slices.Equal(from.Scopes, to.Scopes) && slices.Equal(from.KeyScopes, to.KeyScopes) {
		return
	}
	for key := range listsOf(from) {
		if !same || !standsIn(to, key) {
			o.unlist(key, j)
		}
	}
	if !same {
		o.regrant(j, to)
	}
	for key := range listsOf(to) {
		if !same || !standsIn(from, key) {
			o.list(key, j, to)
		}
	}
}

// regrant updates a job's key and grant set.
func (o *organization) regrant(j *job, to *storage.JobRecord) {
	if j.record != nil {
		delete(o.byKey, j.record.Key)
		o.grants.remove(j)
	}
	if to != nil {
		o.byKey[to.Key] = j
		o.grants.add(j, to.TeamIDs)
	}
}

func position(r *storage.JobRecord) storage.JobPosition {
	return storage.JobPosition{CreatedAt: r.CreatedAt, Key: r.Key, JobID: r.JobID}
}

func (o *organization) list(key listKey, j *job, r *storage.JobRecord) {
	l := o.lists[key]
	if l == nil {
		l = &list{newTree(jobBefore), make(map[*grantSet]int)}
		o.lists[key] = l
	}
	l.entries.Set(jobAt(key.order, position(r), j))
	l.sets[j.granted]++
}

func (o *organization) unlist(key listKey, j *job) {
	l := o.lists[key]
	l.entries.Delete(jobAt(key.order, position(j.record), nil))
	if l.sets[j.granted]--; l.sets[j.granted] == 0 {
		delete(l.sets, j.granted)
	}
	if l.entries.Len() == 0 {
		delete(o.lists, key)
	}
}
