package redis

import (
	"context"
	"slices"
	"sync"
)

// signatureSize is the length of a grant set's name in bytes.
const signatureSize = 16

// grantCache remembers the teams of grant sets. The name of a set is made from
// its teams, so what is remembered stays true.
type grantCache struct {
	mu    sync.Mutex
	teams map[string][]string
	bytes int
}

const (
	// cachedBytes is about how many bytes are remembered.
	cachedBytes = 16 << 20
	// askedSets is how many sets are asked for at once.
	askedSets = 200
)

// visible returns those of some grant sets of an organization that contain one
// of the teams; teams are sorted. Same is false when a set has no jobs any
// more, so that its teams are not known: the index has changed.
func (g *grantCache) visible(
	ctx context.Context, s *Store, organization string, sets, teams []string,
) (visible []string, same bool, err error) {
	var unknown []string
	g.mu.Lock()
	for _, set := range sets {
		if held, ok := g.teams[set]; !ok {
			unknown = append(unknown, set)
		} else if meet(held, teams) {
			visible = append(visible, set)
		}
	}
	g.mu.Unlock()
	for some := range slices.Chunk(unknown, askedSets) {
		args := make([]any, len(some))
		for i, set := range some {
			args[i] = set
		}
		keys := []string{s.partition(organization).grants(organization)}
		reply, err := s.readList(ctx, fieldsScript, keys, args...)
		if err != nil {
			return nil, false, err
		}
		for i, value := range reply {
			if value == nil {
				return nil, false, nil
			}
			d := newDecoder(value)
			held := d.names()
			if d.err != nil {
				return nil, false, d.err
			}
			g.remember(some[i], held, len(text(value)))
			if meet(held, teams) {
				visible = append(visible, some[i])
			}
		}
	}
	return visible, true, nil
}

// remember keeps the teams of a set. When the cache is full, it starts with an
// empty one.
func (g *grantCache) remember(set string, teams []string, size int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.teams == nil || g.bytes > cachedBytes {
		g.teams, g.bytes = make(map[string][]string), 0
	}
	g.teams[set] = teams
	g.bytes += size + 20*len(teams) + 100
}

// meet reports whether two sorted lists have a name in common.
func meet(a, b []string) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}
