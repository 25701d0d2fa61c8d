package storage

// validateCopied checks the rules of a change that is Copied.
func (c *Change) validateCopied() error {
	if !c.Copied {
		return nil
	}
	switch {
	case c.RemoveDraft || len(c.PutVersionStates)+len(c.RemoveRuns) > 0 || !c.TrimTicks.IsZero() || c.Graph != nil || c.Wake != nil:
		return invalid("a copied change removes, replaces, trims, raises or wakes something")
	case c.Job != nil && c.Job.Revision < 1 || c.Tombstone != nil && c.Tombstone.Revision < 1:
		return invalid("a copied job or tombstone has a revision below 1")
	case c.Job != nil && !c.Removes() && len(c.Job.Doc) == 0:
		return invalid("a new job has no document")
	case len(c.Events) > 0 && c.JobID != "":
		return invalid("a copied change with events names a job")
	}
	for _, r := range c.PutRuns {
		if r.Revision < 1 {
			return invalid("a copied run has a revision below 1")
		}
	}
	for i, e := range c.Events {
		switch {
		case e.OrganizationID != c.OrganizationID || len(e.JobID) > MaxName:
			return invalid("a copied event belongs to another organization, or to a job of more than %d bytes", MaxName)
		case e.At.IsZero() || !validTime(e.At):
			return invalid("a copied event has no time in the years 1 to 9999")
		case e.Seq < 1 || i > 0 && e.Seq != c.Events[i-1].Seq+1:
			return invalid("copied events do not follow each other")
		}
	}
	return nil
}
