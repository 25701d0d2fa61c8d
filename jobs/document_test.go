package jobs_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
)

// rewriting is a store that changes the documents of jobs as they are read.
type rewriting struct {
	storage.Store
	doc func([]byte) []byte
	// only is the job whose document is changed; empty for all.
	only string
}

func (r *rewriting) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	record, err := r.Store.Job(ctx, ref)
	if err == nil {
		r.rewrite(&record)
	}
	return record, err
}

func (r *rewriting) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	list, err := r.Store.FindJobs(ctx, query)
	for i := range list.Jobs {
		if !query.Brief && len(query.Keys) == 0 { // those are read for themselves
			r.rewrite(&list.Jobs[i].JobRecord)
		}
	}
	return list, err
}

func (r *rewriting) rewrite(record *storage.JobRecord) {
	if r.doc != nil && (r.only == "" || r.only == record.JobID) {
		record.Doc = r.doc(record.Doc)
	}
}

func TestDocumentsOfANewerFormatAreRefused(t *testing.T) {
	store := &rewriting{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	job := w.create("daily")
	store.doc = func(doc []byte) []byte {
		newer := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), protowire.EncodeZigZag(document.Format+1))
		return append(newer, doc...)
	}
	_, err := w.Job(w.ctx, w.Actor, job.ID)
	require.ErrorContains(t, err, "document of job "+job.ID+": format 3 was written by a newer version of this library")
	_, err = w.PublishVersion(w.ctx, w.Actor, job.ID, versions.Patch{})
	require.ErrorContains(t, err, "newer version", "and never overwritten")
}

func TestUnknownFieldsOfADocumentDoNotShow(t *testing.T) {
	store := &rewriting{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	job := w.create("daily")
	store.doc = func(doc []byte) []byte {
		doc = protowire.AppendTag(doc, 5000, protowire.BytesType)
		doc = protowire.AppendString(doc, "from the future")
		doc = protowire.AppendTag(doc, 5001, protowire.VarintType)
		return protowire.AppendVarint(doc, 7)
	}
	require.Equal(t, job, w.job(job.ID))
}

func TestDamagedDocumentsAreAnErrorAndNeverAPanic(t *testing.T) {
	store := &rewriting{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	job := w.create("daily", func(j *jobs.NewJob) { j.CronExpression = "@daily" })
	random := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 5000 {
		store.doc = func(doc []byte) []byte {
			doc = doc[:random.IntN(len(doc)+1)]
			for range random.IntN(4) {
				if len(doc) > 0 {
					doc[random.IntN(len(doc))] = byte(random.Uint32())
				}
			}
			return doc
		}
		if _, err := w.Job(w.ctx, w.Actor, job.ID); err != nil {
			refused++
		}
	}
	require.Positive(t, refused)
}
