package redis

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/jobledger/jobledger/storage"
)

// The commit script is put together from the parts that a change needs, because a
// server spends most of a short change on the script itself. There is one script for
// each set of parts that has occurred.
//
// A part has up to four phases: it reads its arguments and names the fields that it
// needs; it checks; it writes; and it does what must come last. All parts finish one
// phase before the next begins. A script is not rolled back, so nothing after the
// first write may fail.

// part is a set of parts, with one bit for each.
type part uint

// The parts, in the order in which they come in a script and read their arguments.
const (
	partCreate part = 1 << iota
	partPut
	partPresent
	partRemove
	partBury
	partDetails
	partRuns
	partEvents
	partJournal
	partOrganization
	partGuards
	partWake
	partIndex
)

// partFiles are the parts in their order, with the keys that each uses in
// addition to those of every commit.
var partFiles = []struct {
	name string
	keys []string
}{
	{"create", []string{"tombstones", "dueJobs"}},
	{"put", []string{"dueJobs"}},
	{"present", nil},
	{"remove", []string{"tombstones", "removed", "dueJobs", "dueTombstones"}},
	{"bury", []string{"tombstones", "removed", "dueTombstones"}},
	{"details", []string{"order"}},
	{"runs", []string{"runs", "order", "dueReady", "dueDeadlines", "dueDebts"}},
	{"events", []string{"journals", "order"}},
	{"journal", []string{"journals"}},
	{"organization", nil},
	{"guards", []string{"forbidden"}},
	{"wake", []string{"dueJobs", "awakened"}},
	{"index", []string{"sets", "grants", "members"}},
}

//go:embed lua
var luaFiles embed.FS

func luaFile(name string) string {
	text, err := luaFiles.ReadFile("lua/" + name + ".lua")
	if err != nil {
		panic(err) // the file is embedded in the program
	}
	return string(text)
}

// commitScript is the script of a set of parts, with the names of its keys.
type commitScript struct {
	*script
	keys []string
}

// commitScripts has a *commitScript for each set of parts that has occurred.
var commitScripts sync.Map

func commitScriptOf(parts part) *commitScript {
	if found, ok := commitScripts.Load(parts); ok {
		return found.(*commitScript)
	}
	found, _ := commitScripts.LoadOrStore(parts, assembleCommit(parts))
	return found.(*commitScript)
}

func assembleCommit(parts part) *commitScript {
	keys := []string{"layout", "operations", "records"}
	names := []string{"base"}
	for i, file := range partFiles {
		if parts&(1<<i) == 0 {
			continue
		}
		names = append(names, file.name)
		for _, key := range file.keys {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	names = append(names, "end")
	var source strings.Builder
	for i, key := range keys {
		fmt.Fprintf(&source, "local %s = KEYS[%d]\n", key, i+1)
	}
	fmt.Fprintf(&source, "local SCOPES, BURIED, RETENTION = %d, %t, %d\n",
		len(keys)+1, parts&partBury != 0, int(remembered.Seconds()))
	for _, phase := range []string{"read", "guard", "write", "last"} {
		for _, name := range names {
			source.WriteString(section(name, phase))
		}
		if phase == "read" {
			source.WriteString("local found = redis.call('HMGET', records, unpack(fields))\n")
		}
	}
	return &commitScript{newScript("", source.String()), keys}
}

// section returns the code of a part in a phase.
func section(name, phase string) string {
	_, text, _ := strings.Cut(luaFile("commit/"+name), "-- @"+phase+"\n")
	text, _, _ = strings.Cut(text, "-- @")
	return text
}

// changeKeys are the keys that a script uses for a change. After them come the
// keys of the scopes in which the change moves the job, or of the jobs of
// copied events.
func (s *Store) changeKeys(c *storage.Change, names, scopes []string) []string {
	p := s.partition(c.OrganizationID)
	keys := make([]string, 0, len(names)+len(scopes))
	for _, name := range names {
		keys = append(keys, p.changeKey(c, name))
	}
	for _, scope := range scopes {
		keys = append(keys, p.scope(c.OrganizationID, scope))
	}
	for _, id := range journaled(c) {
		keys = append(keys, p.order(storage.JobRef{OrganizationID: c.OrganizationID, JobID: id}))
	}
	return keys
}

func (p *partition) changeKey(c *storage.Change, name string) string {
	org := c.OrganizationID
	switch name {
	case "layout":
		return p.layout()
	case "operations":
		return p.operations(org)
	case "records":
		return p.records(org)
	case "tombstones":
		return p.tombstones()
	case "removed":
		return p.removed()
	case "dueJobs":
		return p.due(storage.DueJobs)
	case "dueReady":
		return p.due(storage.DueReady)
	case "dueDeadlines":
		return p.due(storage.DueDeadlines)
	case "dueDebts":
		return p.due(storage.DueDebts)
	case "dueTombstones":
		return p.due(storage.DueTombstones)
	case "order":
		return p.order(c.JobRef)
	case "runs":
		return p.runs(org)
	case "journals":
		return p.journals()
	case "sets":
		return p.sets(org)
	case "grants":
		return p.grants(org)
	case "members":
		return p.members(org)
	case "forbidden":
		return p.scope(org, c.ForbidScope)
	}
	return p.scope(org, c.Wake.Scope) // awakened
}
