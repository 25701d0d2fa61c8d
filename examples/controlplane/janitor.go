package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// lookEvery is how often the janitor looks through all results.
const lookEvery = 10 * time.Minute

// janitor removes the results of runs that are gone: deleted, with their job or
// without, or kept for as long as they were to be. It looks at what lies in the
// folder and asks the service about each run, so that nothing is left whoever
// removed the run, and whenever.
type janitor struct {
	results resultFolder
	service *jobs.Service
	logger  *slog.Logger
	// gone are jobs that lost runs, or are gone. When it is full, the next look
	// through all results finds the others.
	gone chan jobs.RunRef
}

func newJanitor(results resultFolder, service *jobs.Service, logger *slog.Logger) *janitor {
	return &janitor{results: results, service: service, logger: logger, gone: make(chan jobs.RunRef, 1000)}
}

// hear takes note of what happened to a job.
func (j *janitor) hear(e jobs.Event) {
	if e.Kind != jobs.RunDeleted && e.Kind != jobs.JobDeleted {
		return
	}
	select {
	case j.gone <- jobs.RunRef{OrganizationID: e.Actor.OrganizationID, JobID: e.JobID}:
	default:
	}
}

// work tidies until the context ends.
func (j *janitor) work(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		j.tidyAll(ctx)
		for looking := true; looking; {
			select {
			case <-ctx.Done():
				return
			case job := <-j.gone:
				j.tidy(ctx, job.OrganizationID, job.JobID)
			case <-ticker.C:
				looking = false
			}
		}
	}
}

// tidyAll looks through the folders of all organizations.
func (j *janitor) tidyAll(ctx context.Context) {
	folders, err := os.ReadDir(string(j.results))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		j.logger.WarnContext(ctx, "the folder of results cannot be read", slog.Any("error", err))
	}
	for _, folder := range folders {
		if folder.IsDir() && versions.ValidID(folder.Name()) {
			j.tidy(ctx, folder.Name(), "")
		}
	}
}

// tidy looks through the results of a job; of all jobs of the organization when
// it is empty.
func (j *janitor) tidy(ctx context.Context, organizationID, jobID string) {
	err := j.remove(ctx, organizationID, jobID)
	if err != nil && ctx.Err() == nil && !errors.Is(err, fs.ErrNotExist) {
		j.logger.WarnContext(ctx, "results could not be tidied up",
			slog.String("organization", organizationID), slog.String("job", jobID), slog.Any("error", err))
	}
}

// remove removes the files of runs that are gone. A file that is not whole goes
// when its run has ended: nobody writes it any more.
func (j *janitor) remove(ctx context.Context, organizationID, jobID string) error {
	root, err := j.results.open(organizationID)
	if err != nil {
		return err
	}
	defer root.Close()
	files, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return fmt.Errorf("read the folder: %w", err)
	}
	var errs []error
	for _, file := range files {
		parts := resultName.FindStringSubmatch(file.Name())
		if parts == nil || jobID != "" && parts[2] != jobID {
			continue
		}
		run := jobs.RunRef{OrganizationID: organizationID, JobID: parts[2], RunID: parts[3]}
		if stays, err := j.stays(ctx, run, parts[1] == ""); err != nil {
			return err
		} else if stays {
			continue
		}
		if err := root.Remove(file.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
			continue
		}
		j.logger.InfoContext(ctx, "results removed",
			slog.String("organization", organizationID), slog.String("job", run.JobID), slog.String("run", run.RunID))
	}
	return errors.Join(errs...)
}

// stays reports whether a file of a run is to stay.
func (j *janitor) stays(ctx context.Context, ref jobs.RunRef, whole bool) (bool, error) {
	run, err := j.service.JobRun(ctx, teams.System(ref.OrganizationID), ref.JobID, ref.RunID)
	if errors.Is(err, jobs.ErrNotFound) {
		return false, nil
	}
	return whole || !run.Status.Terminal(), err
}
