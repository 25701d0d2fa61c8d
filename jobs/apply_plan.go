package jobs

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jobledger/jobledger/versions"
)

// applyPlan is what must change in an existing job so that it matches a document.
type applyPlan struct {
	// publishes is whether definition differs from the active version in more than
	// the description.
	publishes  bool
	definition versions.Definition
	// patch changes what no version defines. isPatched is whether it changes
	// anything.
	patch     JobPatch
	isPatched bool
	// grants and revokes are the IDs of teams to add and to remove.
	grants, revokes []string
	changes         []versions.Change
}

func (p *applyPlan) isEmpty() bool { return len(p.changes) == 0 }

// compare plans how to make the job match the one that a document describes.
func (l *ledger) compare(want *ledger) (p applyPlan) {
	have := l.draftDefinition()
	p.definition = want.Version.Definition.Clone()
	p.definition.Unknown = have.Unknown
	p.changes = versions.Changes(have, p.definition)
	p.publishes = slices.ContainsFunc(p.changes, func(c versions.Change) bool { return c.Path != "/description" })
	if len(p.changes) > 0 && !p.publishes {
		p.patch.Description, p.isPatched = &p.definition.Description, true
	}
	if want.Status != l.Status {
		p.patch.Status, p.isPatched = &want.Status, true
		p.note("/status", l.Status, want.Status)
	}
	if !want.PausedUntil.Equal(l.PausedUntil) && want.Status == Paused {
		p.patch.PausedUntil, p.isPatched = &want.PausedUntil, true
	}
	if !want.PausedUntil.Equal(l.PausedUntil) {
		p.note("/pausedUntil", timeOrNull(l.PausedUntil), timeOrNull(want.PausedUntil))
	}
	if !maps.Equal(want.Labels, l.Labels) {
		p.patch.Labels, p.isPatched = &want.Labels, true
		p.noteLabels(l.Labels, want.Labels)
	}
	is, willBe := l.TeamIDs(), want.TeamIDs()
	p.grants, p.revokes = without(willBe, is), without(is, willBe)
	if p.grants != nil || p.revokes != nil {
		p.note("/teamIds", is, willBe)
	}
	return p
}

// note adds one difference, at a JSON pointer.
func (p *applyPlan) note(path string, from, to any) {
	p.changes = append(p.changes, versions.Change{Path: path, From: asJSON(from), To: asJSON(to)})
}

func asJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		return nil // cannot happen: v is a text, a time, or a list of texts
	}
	return text
}

// noteLabels adds each label that differs.
func (p *applyPlan) noteLabels(from, to map[string]string) {
	both := maps.Clone(from)
	if both == nil {
		both = map[string]string{}
	}
	maps.Copy(both, to)
	for _, name := range slices.Sorted(maps.Keys(both)) {
		before, had := from[name]
		after, has := to[name]
		if had == has && before == after {
			continue
		}
		c := versions.Change{Path: "/labels/" + strings.ReplaceAll(name, "/", "~1")}
		if had {
			c.From = asJSON(before)
		}
		if has {
			c.To = asJSON(after)
		}
		p.changes = append(p.changes, c)
	}
}

// timeOrNull is a time for JSON; null for zero.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// without returns the elements of a that are not in b, in their order; nil for none.
func without(a, b []string) (left []string) {
	for _, s := range a {
		if !slices.Contains(b, s) {
			left = append(left, s)
		}
	}
	return left
}

// kinds are the events that the change writes to the journal.
func (p *applyPlan) kinds() (kinds []EventKind) {
	for _, of := range []struct {
		kind EventKind
		is   bool
	}{
		{VersionPublished, p.publishes}, {JobUpdated, p.isPatched},
		{TeamsGranted, p.grants != nil}, {TeamRevoked, p.revokes != nil},
	} {
		if of.is {
			kinds = append(kinds, of.kind)
		}
	}
	return kinds
}

// action is the result that Applied reports.
func (p *applyPlan) action() ApplyAction {
	switch {
	case p.isEmpty():
		return ApplyUnchanged
	case p.publishes:
		return ApplyPublished
	}
	return ApplyUpdated
}
