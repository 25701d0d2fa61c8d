package jobs

import (
	"context"
	"iter"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// Export yields the document of every job that the actor may see, in the order of
// keys: what [Service.Apply] makes such jobs from, and leaves alone where they are
// so. It reads on while it is ranged over, and holds a page of the store at once. A
// job that is created or renamed meanwhile may be left out, and one that is renamed
// may come twice. Jobs that cannot be read are left out. An error ends it.
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
