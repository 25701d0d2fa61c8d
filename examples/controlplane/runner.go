package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/jobledger/jobledger/examples/controlplane/internal/fault"
	"github.com/jobledger/jobledger/examples/controlplane/internal/sqlchild"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// runner executes the runs of jobs: it is the worker of this control plane.
type runner struct {
	settings runSettings
	results  resultFolder
	sql      *sqlchild.Database
	logger   *slog.Logger
}

// newRunner makes a runner. It checks that what the settings name exists.
func newRunner(ctx context.Context, s runSettings, logger *slog.Logger) (*runner, error) {
	folder, err := filepath.Abs(s.results)
	if err != nil {
		return nil, fmt.Errorf("-results %q: %w", s.results, err)
	}
	r := &runner{settings: s, results: resultFolder(folder), logger: logger}
	if s.data == "" {
		return r, nil
	}
	if r.sql, err = sqlchild.Open(ctx, s.data, s.writable, s.limits); err != nil {
		if detail := fault.Detail(err); detail != nil {
			err = detail // it is the operator who reads it
		}
		return nil, fmt.Errorf("-data %q: %w", s.data, err)
	}
	return r, nil
}

// describe is what the program prints about its settings when it starts.
func (s runSettings) describe() string {
	if s.data == "" {
		return fmt.Sprintf("SQL jobs fail for want of -data; what runs write goes to %s\n", s.results)
	}
	access := "read"
	if s.writable {
		access = "read and change"
	}
	return fmt.Sprintf("SQL jobs %s %s, their rows go to %s as CSV\n", access, s.data, s.results)
}

// keepApart returns an error if SQL jobs could read the store itself. The store holds
// the jobs of all organizations, and the secrets of their runs.
func keepApart(store, data string) error {
	path, ok := sqlitePath(store)
	if !ok || data == "" {
		return nil
	}
	a, errA := os.Stat(path)
	b, errB := os.Stat(data)
	if errA == nil && errB == nil && os.SameFile(a, b) {
		return usageError{fmt.Errorf("-data %q: is the file that -store keeps jobs in, which no job may read", data)}
	}
	return nil
}

// task holds the parts of a job's config that this program uses.
type task struct {
	SQL    *sqlTask    `json:"sql"`
	Python *pythonTask `json:"python"`
}

// run is a [local.Worker]. What ends it early is the message of its error.
func (r *runner) run(ctx context.Context, d jobs.Dispatch) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.settings.longest, fmt.Errorf("took longer than %s, which no run may here", r.settings.longest))
	defer cancel()
	output, err := r.execute(ctx, d)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if detail := fault.Detail(err); detail != nil {
		r.logger.ErrorContext(ctx, "a run failed for want of something on this machine", slog.String("organization", d.Run.OrganizationID),
			slog.String("job", d.Run.JobID), slog.String("run", d.Run.ID), slog.Any("error", detail))
	}
	if output == nil {
		return nil, err
	}
	results, encodeErr := json.Marshal(output)
	return results, errors.Join(err, encodeErr)
}

// output is what a run reports as its results.
type output struct {
	OutputPath string `json:"outputPath"`
	// Rows is how many rows a SQL job wrote, without the header.
	Rows *int64 `json:"rows,omitempty"`
}

// execute runs the job by its type. A run that fails may have an output, too.
func (r *runner) execute(ctx context.Context, d jobs.Dispatch) (*output, error) {
	var t task
	if err := json.Unmarshal(d.Version.Config, &t); err != nil {
		return nil, fault.New("the job's config cannot be read", err)
	}
	run := jobs.RunRef{OrganizationID: d.Run.OrganizationID, JobID: d.Run.JobID, RunID: d.Run.ID}
	if d.Version.JobType == versions.Python {
		return r.runPython(ctx, run, t.Python, d.Run.Parameters)
	}
	return r.runSQL(ctx, run, t.SQL, sqlParameters(&d.Run))
}

// noResults is the message for members when the folder of results cannot be used.
const noResults = "the control plane could not keep the results of the run; its log says why"

// sqlTask is the sql member of a job's config.
type sqlTask struct {
	Source  string `json:"source"`
	QueryID string `json:"queryId"`
}

// sqlParameters are the run's parameters and nominalAt, which is the nominal time of
// the run's tick or, without a tick, when the run was created.
func sqlParameters(run *jobs.Run) map[string]string {
	at := run.NominalAt
	if at.IsZero() {
		at = run.CreatedAt
	}
	all := map[string]string{"nominalAt": at.UTC().Format(time.RFC3339)}
	maps.Copy(all, run.Parameters)
	return all
}

// runSQL executes a SQL job, and writes the rows of its last statement.
func (r *runner) runSQL(ctx context.Context, run jobs.RunRef, t *sqlTask, parameters map[string]string) (*output, error) {
	switch {
	case t == nil:
		return nil, errors.New("the job has no config.sql")
	case t.Source == "":
		return nil, fmt.Errorf("this control plane keeps no saved queries: query %q cannot be run; give the job a config.sql.source", t.QueryID)
	case r.sql == nil:
		return nil, errors.New("there is no database for SQL jobs: start the control plane with -data PATH")
	}
	file, err := r.results.create(run, ".csv")
	if err != nil {
		return nil, fault.New(noResults, err)
	}
	defer file.discard()
	rows, err := r.sql.Query(ctx, t.Source, parameters, file)
	if err != nil {
		return nil, err
	}
	path, err := file.commit()
	if err != nil {
		return nil, fault.New(noResults, err)
	}
	return &output{OutputPath: path, Rows: &rows}, nil
}
