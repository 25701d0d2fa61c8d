package redis

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// The depth says how much of a job the functions in fetch.lua read.
const (
	wholeDepth = "1"
	// findDepth leaves out the documents, which addDocuments reads.
	findDepth = "0"
	// briefDepth leaves out the latest runs, too.
	briefDepth = "-"
	// planDepth reads nothing, and returns what to read; readPlanned reads it.
	planDepth = "p"
)

// wholePage is the most jobs that a script reads alone. Reading through Lua
// takes a server several times as long.
const wholePage = 8

// fetched are jobs that were read. Jobs that do not exist are left out.
type fetched struct {
	// indexes are the positions of the jobs in the list that was asked for.
	indexes        []int
	names, headers []any
	jobs           []storage.JobRecord
	// sizes are the bytes of the jobs' documents.
	sizes []int
}

// stored is what is stored of some jobs: the header, the document and the
// latest run of each, or only some of these.
type stored struct {
	names, headers, docs, runs []any
}

// newFetched reads the reply of the function fetch in fetch.lua.
func newFetched(organization, depth string, reply any) (*fetched, error) {
	lists := list(reply)
	if len(lists) != 4 {
		return nil, errReply
	}
	found := stored{list(lists[0]), list(lists[1]), list(lists[2]), list(lists[3])}
	return found.decode(organization, depth)
}

func (s *stored) decode(organization, depth string) (*fetched, error) {
	if len(s.headers) > len(s.names) {
		return nil, errReply
	}
	n := len(s.headers)
	f := &fetched{
		indexes: make([]int, 0, n), sizes: make([]int, 0, n),
		names: make([]any, 0, n), headers: make([]any, 0, n),
		jobs: make([]storage.JobRecord, 0, n),
	}
	for i, header := range s.headers {
		if header == nil {
			continue
		}
		job, size, err := s.job(organization, i)
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", job.JobID, err)
		}
		if depth == briefDepth {
			size, job.State = 0, nil
		}
		f.indexes, f.names, f.headers = append(f.indexes, i), append(f.names, s.names[i]), append(f.headers, header)
		f.jobs, f.sizes = append(f.jobs, job), append(f.sizes, size)
	}
	return f, nil
}

// job decodes job i, and returns the size of its documents.
func (s *stored) job(organization string, i int) (storage.JobRecord, int, error) {
	id, _, err := cutName(text(s.names[i]))
	ref := storage.JobRef{OrganizationID: organization, JobID: id}
	if err != nil {
		return storage.JobRecord{JobRef: ref}, 0, err
	}
	job, size, err := decodeHeader(ref, s.headers[i])
	size += len(job.State)
	if i < len(s.docs) {
		job.Doc = document(text(s.docs[i]))
	}
	if err == nil && i < len(s.runs) && s.runs[i] != nil {
		var latest storage.RunRecord
		latest, err = decodeRun(ref, job.LatestRunID, s.runs[i])
		job.LatestRun = &latest
		size += len(latest.Doc)
	}
	return job, size, err
}

func list(value any) []any {
	found, _ := value.([]any)
	return found
}

// end cuts the page where its documents have reached [storage.PageBytes].
func (f *fetched) end() {
	size := 0
	for i := range f.jobs {
		if size >= storage.PageBytes {
			f.jobs = f.jobs[:i]
			return
		}
		size += f.sizes[i]
	}
}

// keep removes the jobs that are not selected.
func (f *fetched) keep(selects func(*storage.JobRecord) bool) {
	jobs, sizes := f.jobs[:0], f.sizes[:0]
	for i := range f.jobs {
		if selects(&f.jobs[i]) {
			jobs, sizes = append(jobs, f.jobs[i]), append(sizes, f.sizes[i])
		}
	}
	f.jobs, f.sizes = jobs, sizes
}

// planned is the reply of the function plan in fetch.lua: jobs, the latest run
// of each, and the version of the index.
type planned struct {
	names   []any
	latest  []string
	version string
}

// newPlanned reads a plan, up to where the documents have reached
// [storage.PageBytes].
func newPlanned(reply any) (*planned, error) {
	lists := list(reply)
	if len(lists) != 3 {
		return nil, errReply
	}
	p := &planned{names: list(lists[0]), version: text(lists[2])}
	size := 0
	for _, value := range list(lists[1]) {
		if size >= storage.PageBytes {
			break
		}
		d := newDecoder(value)
		size += d.size()
		p.latest = append(p.latest, d.name())
		if d.err != nil {
			return nil, d.err
		}
	}
	if len(p.latest) > len(p.names) {
		return nil, errReply
	}
	p.names = p.names[:len(p.latest)]
	return p, nil
}

// readPlanned reads what was planned, all as of one state. It returns nil when
// the index, or a job's latest run, has changed meanwhile.
func (s *Store) readPlanned(ctx context.Context, organization string, p *planned) (*fetched, error) {
	n := len(p.names)
	fields := make([]any, 1, 1+3*n)
	fields[0] = "I"
	fields = appendFields(fields, p.names)
	for i, id := range p.latest {
		if id != "" {
			fields = append(fields, "r"+text(p.names[i])+id)
		}
	}
	values, err := s.readFields(ctx, organization, fields)
	if err != nil || text(values[0]) != p.version {
		return nil, err
	}
	found := stored{names: p.names, headers: values[1 : 1+n], docs: values[1+n : 1+2*n], runs: make([]any, n)}
	values = values[1+2*n:]
	for i, id := range p.latest {
		if id != "" {
			found.runs[i], values = values[0], values[1:]
		}
	}
	f, err := found.decode(organization, wholeDepth)
	for i := 0; err == nil && i < len(f.jobs); i++ {
		if f.jobs[i].LatestRunID != p.latest[f.indexes[i]] {
			return nil, nil
		}
	}
	return f, err
}

// appendFields appends the names of the fields of the jobs' headers and
// documents.
func appendFields(fields, names []any) []any {
	for _, letter := range []string{"j", "d"} {
		for _, name := range names {
			fields = append(fields, letter+text(name))
		}
	}
	return fields
}

// addDocuments reads the documents of jobs that were fetched without them. Same
// is false when a job has changed meanwhile.
func (s *Store) addDocuments(ctx context.Context, organization string, f *fetched) (same bool, err error) {
	n := len(f.jobs)
	if n == 0 {
		return true, nil
	}
	values, err := s.readFields(ctx, organization, appendFields(make([]any, 0, 2*n), f.names))
	if err != nil {
		return false, err
	}
	for i := range f.jobs {
		if text(values[i]) != text(f.headers[i]) {
			return false, nil
		}
		f.jobs[i].Doc = document(text(values[n+i]))
	}
	return true, nil
}

func (s *Store) readFields(ctx context.Context, organization string, fields []any) ([]any, error) {
	args := append([]any{"hmget", s.partition(organization).records(organization)}, fields...)
	replies, err := s.readTogether(ctx, args)
	if err != nil {
		return nil, err
	}
	if values := list(replies[0]); len(values) == len(fields) {
		return values, nil
	}
	return nil, errReply
}
