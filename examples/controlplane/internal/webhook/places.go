package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// saveEvery is how often a place is written that no message was sent for.
const saveEvery = time.Second

// Places is up to where the journal of each organization has been sent, in a file.
type Places struct {
	path string

	mu sync.Mutex
	// after is the Seq of the last event that is done with, by organization.
	after   map[string]int64
	savedAt time.Time
	unsaved bool
}

// OpenPlaces reads the file, which need not be there yet, and writes it again: a
// file that cannot be written would be noticed only after a restart that skips
// events. An empty path is no file: the places are forgotten with the process.
func OpenPlaces(path string) (*Places, error) {
	p := &Places{path: path, after: map[string]int64{}, unsaved: true}
	if path == "" {
		return p, nil
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("webhook: read the places: %w", err)
	default:
		if p.after, err = readPlaces(text); err != nil {
			return nil, fmt.Errorf("webhook: read %s: %w", path, err)
		}
	}
	if err := p.Save(); err != nil {
		return nil, fmt.Errorf("webhook: write %s: %w", path, err)
	}
	return p, nil
}

// errNegative is a place that no journal has.
var errNegative = errors.New("a place must be 0 or more")

// readPlaces reads the text of a file.
func readPlaces(text []byte) (map[string]int64, error) {
	after := map[string]int64{}
	if err := json.Unmarshal(text, &after); err != nil {
		return nil, err
	}
	for _, seq := range after {
		if seq < 0 {
			return nil, errNegative
		}
	}
	if after == nil { // the text was null
		after = map[string]int64{}
	}
	return after, nil
}

// Place returns the place of an organization, and whether there is one.
func (p *Places) Place(organizationID string) (after int64, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	after, known = p.after[organizationID]
	return after, known
}

// Set moves the place of an organization. It is in the file now, or within about a
// second of events, or after [Places.Save].
func (p *Places) Set(organizationID string, after int64, now bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.after[organizationID], p.unsaved = after, true
	if !now && time.Since(p.savedAt) < saveEvery {
		return nil
	}
	return p.save()
}

// Save writes what is not in the file yet.
func (p *Places) Save() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.save()
}

// save replaces the file as a whole: a crash leaves the old one or the new one.
func (p *Places) save() error {
	if p.path == "" || !p.unsaved {
		return nil
	}
	text, err := json.Marshal(p.after)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(p.path), filepath.Base(p.path)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), p.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	p.savedAt, p.unsaved = time.Now(), false
	return nil
}
