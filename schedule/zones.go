package schedule

import (
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"
)

// maxZoneLength is the longest name of a time zone, in characters.
const maxZoneLength = 64

// utc is the zone of crons that name none.
var utc = newZone(time.UTC)

// zones keeps the zones that were read, for the life of the process: reading one
// costs a hundred times what the rest of Parse does, and there are only some 600.
var zones = zoneCache{byName: map[string]*zone{}}

type zoneCache struct {
	mu     sync.RWMutex
	byName map[string]*zone
}

// maxZones bounds the cache where a file system that ignores case gives a zone
// endless names. Beyond it zones are read each time.
const maxZones = 1000

// lookupZone returns the zone with an IANA name, UTC for the empty one.
func lookupZone(name string) (*zone, error) {
	if name == "" || name == "UTC" {
		return utc, nil
	}
	zones.mu.RLock()
	z := zones.byName[name]
	zones.mu.RUnlock()
	if z != nil {
		return z, nil
	}
	if err := checkZoneName(name); err != nil {
		return nil, err
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is not in the time zone database of this process (time/tzdata, or the system's zone files)", name)
	}
	z = newZone(location)
	zones.mu.Lock()
	defer zones.mu.Unlock()
	if len(zones.byName) < maxZones {
		zones.byName[name] = z
	}
	return z, nil
}

// checkZoneName refuses what cannot be an IANA name. All of those begin with a
// capital; the database's folder also holds files that do not, such as localtime,
// which is the machine's own zone under another name.
func checkZoneName(name string) error {
	if utf8.RuneCountInString(name) > maxZoneLength {
		return fmt.Errorf("it is longer than %d characters", maxZoneLength)
	}
	if name == "Local" {
		return errors.New("Local is refused: it would mean another zone on each machine")
	}
	for i := range len(name) {
		if !zoneNameByte(name[i]) || i == 0 && (name[0] < 'A' || name[0] > 'Z') {
			return fmt.Errorf("%q is not an IANA time zone name", name)
		}
	}
	return nil
}

func zoneNameByte(b byte) bool {
	switch {
	case 'A' <= b && b <= 'Z', 'a' <= b && b <= 'z', '0' <= b && b <= '9':
		return true
	}
	return b == '/' || b == '_' || b == '-' || b == '+'
}
