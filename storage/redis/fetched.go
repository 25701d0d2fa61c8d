package redis

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/storage"
)

// How much of a job the function fetch in fetch.lua reads.
const (
	wholeDepth = "1"
	// pageDepth leaves out the documents, which addDocuments reads.
	pageDepth = "0"
	// briefDepth leaves out the latest runs, too.
	briefDepth = "-"
)

// wholePage is up to how many jobs are read by a script alone. A server spends
// several times as long on a document that passes through Lua.
const wholePage = 8

// fetched are jobs that the function fetch in fetch.lua returned; those that do
// not exist are left out.
type fetched struct {
	// places are where the jobs stood in what was asked for.
	places         []int
	names, headers []any
	jobs           []storage.JobRecord
	// sizes are those of the jobs' documents.
	sizes []int
}

// newFetched reads what fetch returned to a given depth.
func newFetched(organization, depth string, reply any) (*fetched, error) {
	lists := list(reply)
	if len(lists) != 5 {
		return nil, errReply
	}
	names, headers, documents := list(lists[0]), list(lists[1]), list(lists[2])
	runs, places := list(lists[3]), list(lists[4])
	if len(headers) > len(names) || len(runs) > len(places) {
		return nil, errReply
	}
	f := &fetched{
		places: make([]int, 0, len(headers)), sizes: make([]int, 0, len(headers)),
		names: make([]any, 0, len(headers)), headers: make([]any, 0, len(headers)),
		jobs: make([]storage.JobRecord, 0, len(headers)),
	}
	for i, header := range headers {
		if header == nil {
			continue
		}
		id, _, err := cutName(text(names[i]))
		if err != nil {
			return nil, err
		}
		r, size, err := decodeHeader(storage.JobRef{OrganizationID: organization, JobID: id}, header)
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", id, err)
		}
		if depth == briefDepth {
			size, r.State = 0, nil
		}
		if i < len(documents) {
			r.Doc = cutMark(text(documents[i]))
		}
		for len(runs) > 0 && count(places[0])-1 < i {
			runs, places = runs[1:], places[1:]
		}
		if len(runs) > 0 && count(places[0])-1 == i && runs[0] != nil {
			latest, err := decodeRun(r.JobRef, r.LatestRunID, runs[0])
			if err != nil {
				return nil, fmt.Errorf("job %s: %w", id, err)
			}
			r.LatestRun = &latest
			size += len(latest.Doc)
		}
		f.places, f.names, f.headers = append(f.places, i), append(f.names, names[i]), append(f.headers, header)
		f.jobs, f.sizes = append(f.jobs, r), append(f.sizes, size+len(r.State))
	}
	return f, nil
}

// list returns a list of a reply.
func list(value any) []any {
	found, _ := value.([]any)
	return found
}

// end cuts a page where its documents have reached [storage.PageBytes].
func (f *fetched) end() {
	size := 0
	for i := range f.jobs {
		if size >= storage.PageBytes {
			f.names, f.headers, f.jobs = f.names[:i], f.headers[:i], f.jobs[:i]
			return
		}
		size += f.sizes[i]
	}
}

// addDocuments reads the documents of jobs that were fetched without them, and
// reports whether each is the one that the job had then.
func (s *Store) addDocuments(ctx context.Context, organization string, f *fetched) (same bool, err error) {
	n := len(f.jobs)
	if n == 0 {
		return true, nil
	}
	args := make([]any, 0, 2+n)
	args = append(args, "hmget", s.partition(organization).records(organization))
	for i := range f.jobs {
		args = append(args, "d"+text(f.names[i]))
	}
	reply, err := await(ctx, func() (any, error) { return s.process(ctx, redis.NewCmd(ctx, args...)) })
	if err != nil {
		return false, err
	}
	docs := list(reply)
	if len(docs) != n {
		return false, errReply
	}
	for i := range f.jobs {
		header, doc := text(f.headers[i]), text(docs[i])
		if !strings.HasPrefix(doc, header[headerMark:headerMark+markSize]) {
			return false, nil
		}
		f.jobs[i].Doc = cutMark(doc)
	}
	return true, nil
}
