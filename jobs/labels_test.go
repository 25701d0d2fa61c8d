package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
)

// labelled gives a new job labels.
func labelled(labels map[string]string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.Labels = labels }
}

func TestLabelsAreCheckedAlikeAtCreateAndUpdate(t *testing.T) {
	many := map[string]string{}
	for i := range 17 {
		many[fmt.Sprint("n", i)] = ""
	}
	w := newWorld(t, nil)
	job := w.create("job")
	for name, tc := range map[string]struct {
		labels map[string]string
		field  string // empty when they are valid
	}{
		"odd names":          {map[string]string{"a.b_c/d-9": "v", "/": "", "..": "x", "-": "y"}, ""},
		"odd values":         {map[string]string{"a": "x=y,z;&%", "b": "日本語 é", "c": "", "d": `"\'`}, ""},
		"longest":            {map[string]string{strings.Repeat("n", 63): strings.Repeat("é", 63)}, ""},
		"too many":           {many, "labels"},
		"no name":            {map[string]string{"": "v"}, "labels"},
		"capitals":           {map[string]string{"Env": "v"}, "labels"},
		"a name with =":      {map[string]string{"a=b": "v"}, "labels"},
		"a name with spaces": {map[string]string{"a b": "v"}, "labels"},
		"a long name":        {map[string]string{strings.Repeat("n", 64): "v"}, "labels"},
		"a name with \\n":    {map[string]string{"a\n": "v"}, "labels"},
		"a long value":       {map[string]string{"a": strings.Repeat("é", 64)}, "labels.a"},
		"a control value":    {map[string]string{"a": "x\ny"}, "labels.a"},
		"a hidden character": {map[string]string{"a": "x\u200by"}, "labels.a"},
		"no UTF-8":           {map[string]string{"a": "\xff"}, "labels.a"},
	} {
		t.Run(name, func(t *testing.T) {
			created, createErr := w.CreateJob(w.ctx, w.Actor, jobs.NewJob{
				Definition: definition(), Key: name, TeamIDs: []string{"T1"}, Labels: tc.labels,
			})
			updated, updateErr := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Labels: &tc.labels})
			if tc.field != "" {
				requireField(t, tc.field, createErr)
				requireField(t, tc.field, updateErr)
				return
			}
			require.NoError(t, createErr)
			require.NoError(t, updateErr)
			require.Equal(t, tc.labels, w.job(created.ID).Labels)
			require.Equal(t, tc.labels, updated.Labels)
			require.Equal(t, tc.labels, w.job(job.ID).Labels)
		})
	}
}

func TestLabelsAreReplacedWhole(t *testing.T) {
	w := newWorld(t, nil)
	given := map[string]string{"env": "prod", "owner": "ana"}
	job := w.create("job", labelled(given))
	given["env"] = "changed by the caller"
	require.Equal(t, map[string]string{"env": "prod", "owner": "ana"}, w.job(job.ID).Labels)

	scopes := func() []string {
		record, err := w.store.Job(w.ctx, storage.JobRef{OrganizationID: org, JobID: job.ID})
		require.NoError(t, err)
		return record.Scopes
	}
	require.Equal(t, []string{"c:C1", "l:env=prod", "l:owner=ana", "s:active", "t:T1"}, scopes())
	update := func(labels map[string]string) int64 {
		updated, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Labels: &labels})
		require.NoError(t, err)
		return updated.Edition
	}
	require.EqualValues(t, 2, update(map[string]string{"owner": "ana", "env": "prod"}), "nothing changed")
	require.EqualValues(t, 3, update(map[string]string{"env": "test"}))
	require.Equal(t, []string{"c:C1", "l:env=test", "s:active", "t:T1"}, scopes())
	require.EqualValues(t, 4, update(nil))
	require.Empty(t, w.job(job.ID).Labels)
	require.Equal(t, []string{"c:C1", "s:active", "t:T1"}, scopes())
}
