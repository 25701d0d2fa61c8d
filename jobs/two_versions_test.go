package jobs_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// messages are those within a document, by the number of their field.
type messages map[protowire.Number]messages

// Numbers of fields that hold messages.
const (
	versionField    protowire.Number = 5
	grantField      protowire.Number = 8
	consumedField   protowire.Number = 7
	definitionField protowire.Number = 13
	retryField      protowire.Number = 13 // of a definition
)

var (
	versionMessages = messages{definitionField: {retryField: {}}}
	docMessages     = messages{versionField: versionMessages, grantField: {}}
	stateMessages   = messages{consumedField: {}}
)

// laterField is a field that a newer version of the library writes in every
// message, and this one does not know.
const laterField protowire.Number = 4000

// visit walks the fields of a document and of the messages within it. Edit gets
// the fields of each message, and returns what stands in their place.
func visit(doc []byte, within messages, path string, edit func(path string, fields [][]byte) [][]byte) []byte {
	var fields [][]byte
	for len(doc) > 0 {
		n, _, size := protowire.ConsumeField(doc)
		field := doc[:size]
		if inner, ok := within[n]; ok {
			_, _, tag := protowire.ConsumeTag(field)
			content, _ := protowire.ConsumeBytes(field[tag:])
			name := fmt.Sprintf("%s/%d", path, n)
			if n == grantField || n == consumedField {
				name += ":" + firstText(content)
			}
			content = visit(content, inner, name, edit)
			field = protowire.AppendBytes(protowire.AppendTag(nil, n, protowire.BytesType), content)
		}
		fields, doc = append(fields, field), doc[size:]
	}
	var out []byte
	for _, field := range edit(path, fields) {
		out = append(out, field...)
	}
	return out
}

// firstText tells messages of one field apart: it is the ID of a grant's team,
// or of an upstream.
func firstText(message []byte) string {
	_, _, tag := protowire.ConsumeTag(message)
	text, _ := protowire.ConsumeString(message[tag:])
	return text
}

func isLater(field []byte) bool {
	n, _, _ := protowire.ConsumeTag(field)
	return n == laterField
}

// marked is the document as a newer version writes it again.
func marked(doc []byte, within messages, value uint64) []byte {
	return visit(doc, within, "", func(_ string, fields [][]byte) (out [][]byte) {
		for _, field := range fields {
			if !isLater(field) {
				out = append(out, field)
			}
		}
		return append(out, protowire.AppendVarint(protowire.AppendTag(nil, laterField, protowire.VarintType), value))
	})
}

// marksOf returns what the newer version wrote, by where it stands.
func marksOf(name string, doc []byte, within messages) map[string]uint64 {
	marks := map[string]uint64{}
	visit(doc, within, name, func(path string, fields [][]byte) [][]byte {
		for _, field := range fields {
			if isLater(field) {
				_, _, tag := protowire.ConsumeTag(field)
				marks[path], _ = protowire.ConsumeVarint(field[tag:])
			}
		}
		return fields
	})
	return marks
}

// replicas are two versions of the library on one store: the one under test,
// and a newer one that is played by hand.
type replicas struct {
	*World
	random *rand.Rand
	marks  uint64
}

func (r *replicas) record(id string) storage.JobRecord {
	record, err := r.store.Job(r.ctx, storage.JobRef{OrganizationID: org, JobID: id})
	require.NoError(r.t, err)
	return record
}

// newer lets the newer version write a job, its draft, and its runs.
func (r *replicas) newer(id string) {
	r.marks++
	job := r.record(id)
	job.Doc, job.State = marked(job.Doc, docMessages, r.marks), marked(job.State, stateMessages, r.marks)
	change := storage.Change{JobRef: job.JobRef, OperationID: storage.NewOperationID(r.Now()), At: r.Now(), Job: &job}
	if draft, err := r.store.Draft(r.ctx, job.JobRef); err == nil {
		draft.Doc = marked(draft.Doc, versionMessages, r.marks)
		change.PutDraft = &draft
	}
	runs, err := r.store.ListRuns(r.ctx, storage.RunQuery{JobRef: job.JobRef, Limit: 5})
	require.NoError(r.t, err)
	for _, run := range runs.Runs {
		run.Doc = marked(run.Doc, nil, r.marks)
		change.PutRuns = append(change.PutRuns, run)
	}
	require.NoError(r.t, r.store.Commit(r.ctx, change))
}

// kept returns all that the newer version wrote of a job.
func (r *replicas) kept(id string) map[string]uint64 {
	job := r.record(id)
	marks := marksOf("job", job.Doc, docMessages)
	maps.Copy(marks, marksOf("state", job.State, stateMessages))
	if draft, err := r.store.Draft(r.ctx, job.JobRef); err == nil {
		maps.Copy(marks, marksOf("draft", draft.Doc, versionMessages))
	}
	runs, err := r.store.ListRuns(r.ctx, storage.RunQuery{JobRef: job.JobRef, Limit: storage.MaxLimit})
	require.NoError(r.t, err)
	for _, run := range runs.Runs {
		maps.Copy(marks, marksOf("run "+run.ID, run.Doc, nil))
	}
	return marks
}

// older lets the version under test do something, and returns what was kept
// before that must be kept after it.
func (r *replicas) older(id string) (what string, keep map[string]uint64) {
	before := r.kept(id)
	description := versions.Patch{Description: new(fmt.Sprint(r.random.Int()))}
	forget := func(prefix string) {
		maps.DeleteFunc(before, func(path string, _ uint64) bool { return strings.HasPrefix(path, prefix) })
	}
	switch r.random.IntN(8) {
	case 0:
		_, err := r.UpdateJob(r.ctx, r.Actor, id, jobs.JobPatch{Description: description.Description})
		require.NoError(r.t, err)
		return "update", before
	case 1:
		_, err := r.GrantTeams(r.ctx, r.Actor, id, []string{"T2"})
		require.NoError(r.t, err)
		return "grant", before
	case 2:
		if r.RevokeTeam(r.ctx, r.Actor, id, "T2") == nil {
			forget("job/8:T2")
		}
		return "revoke", before
	case 3:
		if r.job(id).DraftVersion != 0 {
			_, err := r.UpdateDraft(r.ctx, r.Actor, id, description)
			require.NoError(r.t, err)
			return "edit draft", before
		}
		r.draft(id, description)
		for _, part := range []string{"/13", "/13/13"} { // it is made from the active version's definition
			if value, ok := before["job/5"+part]; ok {
				before["draft"+part] = value
			}
		}
		return "draft", before
	case 4:
		forget("state/7:") // what was used until now is counted anew
		if r.job(id).DraftVersion == 0 {
			r.publish(id, description) // made from the active version's definition too
			delete(before, "job/5")
			return "publish", before
		}
		_, err := r.PublishDraft(r.ctx, r.Actor, id)
		require.NoError(r.t, err)
		for from, to := range map[string]string{"draft": "job/5", "draft/13": "job/5/13", "draft/13/13": "job/5/13/13"} {
			value, ok := before[from]
			if delete(before, to); ok {
				before[to] = value
			}
			delete(before, from)
		}
		return "publish draft", before
	case 5:
		_, err := r.CreateRun(r.ctx, r.Actor, id, jobs.NewRun{})
		require.NoError(r.t, err)
		return "run", before
	case 6:
		r.Outage(time.Hour)
		r.Advance(0)
		return "tick", before
	}
	for _, run := range r.runs(id) {
		if !run.Status.Terminal() && run.Status != jobs.RunPending && run.Status != jobs.RunReady {
			r.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
		}
	}
	r.Advance(0)
	return "report", before
}

// Two versions of the library write one store in turns. The older one edits,
// publishes, runs and ticks, and loses nothing of what the newer one wrote.
func TestTwoVersionsInTurnsLoseNothing(t *testing.T) {
	for seed := range uint64(8) {
		r := &replicas{World: newWorld(t, nil), random: rand.New(rand.NewPCG(seed, 1))}
		hourly := func(j *jobs.NewJob) {
			j.CronExpression, j.ConcurrencyPolicy, j.MaxConcurrentRuns = "@hourly", "allow", 50
			j.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 5}
		}
		ids := []string{r.create("up", hourly).ID, r.create("down", dependsOn("up")).ID, r.create("both", hourly, dependsOn("up")).ID}
		for range 150 {
			id := ids[r.random.IntN(len(ids))]
			if r.random.IntN(3) == 0 {
				r.newer(id)
				continue
			}
			what, keep := r.older(id)
			after := r.kept(id)
			lost := maps.Clone(keep)
			maps.DeleteFunc(lost, func(path string, value uint64) bool { return after[path] == value })
			require.Empty(t, cmp.Diff(map[string]uint64{}, lost), "seed %d: %s of %s", seed, what, id)
		}
	}
}
