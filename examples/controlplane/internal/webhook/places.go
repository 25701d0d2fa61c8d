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

// OpenPlaces reads the file, which need not be there yet. An empty path is no file:
// the places are forgotten with the process.
func OpenPlaces(path string) (*Places, error) {
	p := &Places{path: path, after: map[string]int64{}}
	if path == "" {
		return p, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &p.after)
	}
	if err != nil {
		return nil, fmt.Errorf("webhook: read %s: %w", path, err)
	}
	if p.after == nil { // the text was null
		p.after = map[string]int64{}
	}
	return p, nil
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
