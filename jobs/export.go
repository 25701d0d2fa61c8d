package jobs

import (
	"context"
	"iter"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// Export yields one document for each job that the actor may see, in the order of
// keys. [Service.Apply] makes the same jobs from these documents. Export reads the
// store page by page, while the caller ranges over it. A job that is created or
// renamed during that time may be missing, and a renamed job may come twice. Jobs
// that cannot be read are left out. After an error, Export yields nothing more.
func (s *Service) Export(ctx context.Context, actor teams.Actor) iter.Seq2[NewJob, error] {
	return func(yield func(NewJob, error) bool) {
		if err := checkActor(actor); err != nil {
			yield(NewJob{}, err)
			return
		}
		for l, err := range s.eachVisible(ctx, actor, storage.ByKey) {
			switch {
			case err != nil:
				yield(NewJob{}, err)
				return
			case l == nil:
				continue
			}
			l.Version.Definition = l.draftDefinition()
			if !yield(l.newJob(), nil) {
				return
			}
		}
	}
}
