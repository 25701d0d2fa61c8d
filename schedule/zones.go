package schedule

import (
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"
)

// maxZoneLength is the most characters of the name of a time zone.
const maxZoneLength = 64

// utc is the zone of crons without a zone.
var utc = newZone(time.UTC)

// zones keeps the zones that were read until the process ends. Reading a zone
// takes a hundred times as long as the rest of Parse, and there are only about
// 600.
var zones = zoneCache{byName: map[string]*zone{}}

type zoneCache struct {
	mu     sync.RWMutex
	byName map[string]*zone
}

// maxZones limits the cache. On a file system that ignores case, a zone has
// very many names. Zones that do not fit are read each time.
const maxZones = 1000

// lookupZone returns the zone with an IANA name. The empty name is UTC.
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
		return nil, fmt.Errorf("%q is not in the time zone database of this process (the system's zone files, or time/tzdata)", name)
	}
	z = newZone(location)
	zones.mu.Lock()
	defer zones.mu.Unlock()
	if len(zones.byName) < maxZones {
		zones.byName[name] = z
	}
	return z, nil
}

// checkZoneName refuses what cannot be an IANA name. All IANA names begin with
// a capital. The folder of the database also has files that do not, such as
// localtime, which is the machine's own zone.
func checkZoneName(name string) error {
	if utf8.RuneCountInString(name) > maxZoneLength {
		return fmt.Errorf("it is longer than %d characters", maxZoneLength)
	}
	if name == "Local" {
		return errors.New("Local is refused: it means another zone on each machine")
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
