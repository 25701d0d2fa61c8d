package jobs_test

import (
	stdjson "encoding/json"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
)

// fastest are the options that serve go-json-experiment best: zero fields are
// left out, as in our documents, and a config is passed through by the encoder.
var fastest = json.JoinOptions(
	json.OmitZeroStructFields(true),
	json.WithMarshalers(json.MarshalToFunc(func(e *jsontext.Encoder, raw stdjson.RawMessage) error {
		return e.WriteValue(jsontext.Value(raw))
	})),
	json.WithUnmarshalers(json.UnmarshalFromFunc(func(d *jsontext.Decoder, raw *stdjson.RawMessage) error {
		value, err := d.ReadValue()
		*raw = append((*raw)[:0], value...)
		return err
	})),
)

// BenchmarkDocument compares the codec with go-json-experiment on the same job
// of 1.5 KB, in turns: go test -run '^$' -bench Document ./jobs.
// The metric x-json is how many times as long JSON takes.
func BenchmarkDocument(b *testing.B) {
	service, actor, id := shelf(b)
	job, err := service.Job(b.Context(), actor, id)
	require.NoError(b, err)
	ledger := jobs.LedgerOf(job)
	record := storage.JobRecord{
		JobRef: storage.JobRef{OrganizationID: org, JobID: job.ID}, Key: job.Key, CreatedAt: job.CreatedAt, TeamIDs: job.TeamIDs(),
	}
	record.Doc, record.State = jobs.EncodeJob(ledger)
	text, err := json.Marshal(&job, fastest)
	require.NoError(b, err)
	b.Logf("document of %d bytes, JSON of %d", len(record.Doc)+len(record.State), len(text))

	decoded, err := jobs.DecodeJob(record)
	require.NoError(b, err)
	require.Empty(b, cmp.Diff(job, decoded))
	var parsed jobs.Job
	require.NoError(b, json.Unmarshal(text, &parsed, fastest))
	require.Empty(b, cmp.Diff(job, parsed))

	encode := func() { jobs.EncodeJob(ledger) }
	encodeJSON := func() { _, _ = json.Marshal(&job, fastest) }
	decode := func() { _, _ = jobs.DecodeJob(record) }
	decodeJSON := func() {
		var into jobs.Job
		_ = json.Unmarshal(text, &into, fastest)
	}
	b.Run("encode", func(b *testing.B) { inTurns(b, encode, encodeJSON) })
	b.Run("decode", func(b *testing.B) { inTurns(b, decode, decodeJSON) })
	b.Run("page", func(b *testing.B) { inTurns(b, repeated(100, decode), repeated(100, decodeJSON)) })
}

func repeated(n int, f func()) func() {
	return func() {
		for range n {
			f()
		}
	}
}

// inTurns measures b.N calls of ours, and as many of JSON's between them, so
// that what else the machine does falls on both.
func inTurns(b *testing.B, ours, theirs func()) {
	const turns = 20
	var spent, other time.Duration
	b.ReportAllocs()
	b.ResetTimer()
	for left, n := b.N, max(b.N/turns, 1); left > 0; left -= n {
		n = min(n, left)
		begin := time.Now()
		repeated(n, ours)()
		spent += time.Since(begin)
		b.StopTimer()
		begin = time.Now()
		repeated(n, theirs)()
		other += time.Since(begin)
		b.StartTimer()
	}
	b.ReportMetric(float64(other)/float64(spent), "x-json")
}
