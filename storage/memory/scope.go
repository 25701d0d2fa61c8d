package memory

import (
	"encoding/binary"
	"iter"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// place is where a job stands in an order. It holds what is compared, so that
// a search visits no job; and mostly it compares ranks, so that a search seldom
// visits a name.
type place struct {
	rank uint64
	name string
	job  *job
}

func placeBefore(a, b place) bool {
	if a.rank != b.rank {
		return a.rank < b.rank
	}
	return a.name < b.name
}

// placeAt is a place in an order: in that of creation by the time, then by the
// ID; in that of keys by the beginning of the key, then by all of it.
func placeAt(order storage.JobOrder, at storage.JobPosition, j *job) place {
	if order == storage.ByCreation {
		// The sign is flipped so that times before 1970 come first.
		return place{uint64(at.CreatedAt.UnixMicro()) ^ 1<<63, at.JobID, j}
	}
	var beginning [8]byte
	copy(beginning[:], at.Key)
	return place{binary.BigEndian.Uint64(beginning[:]), at.Key, j}
}

// list holds the jobs of a scope in one order, and how many of them each grant
// set has.
type list struct {
	places *btree.BTreeG[place]
	sets   map[*grantSet]int
}

// count counts the jobs that are in one of the grant sets.
func (l *list) count(sets map[*grantSet]bool) (total int) {
	for set := range sets {
		total += l.sets[set]
	}
	return total
}

// listKey names a list of an organization. The scope of all jobs is empty.
type listKey struct {
	scope string
	order storage.JobOrder
}

// listsOf yields the lists that a job stands in.
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

// standsIn reports whether a record puts its job in a list.
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
			l.places.Scan(func(p place) bool { return yield(p.job) })
		}
	}
}

// reindex moves a job from where its record puts it to where another does;
// either may be nil. Most commits change nothing that is indexed, or one scope.
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

// regrant moves a job to its key and grant set.
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
		l = &list{newTree(placeBefore), make(map[*grantSet]int)}
		o.lists[key] = l
	}
	l.places.Set(placeAt(key.order, position(r), j))
	l.sets[j.granted]++
}

func (o *organization) unlist(key listKey, j *job) {
	l := o.lists[key]
	l.places.Delete(placeAt(key.order, position(j.record), nil))
	if l.sets[j.granted]--; l.sets[j.granted] == 0 {
		delete(l.sets, j.granted)
	}
	if l.places.Len() == 0 {
		delete(o.lists, key)
	}
}
