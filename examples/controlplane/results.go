package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/jobledger/jobledger/jobs"
)

// resultFolder is the absolute path of the folder for what runs write.
type resultFolder string

// resultFile is a file of a run's results, which appears under its name only
// when it is whole. A run that is executed again replaces it.
type resultFile struct {
	*os.File
	root *os.Root
	// name is what it will be called, temporary what it is called so far.
	name, temporary string
	path            string
}

// ownID is what the control plane makes IDs of. Nothing else of a job gets
// into the name of a file.
var ownID = regexp.MustCompile(`^[A-Z0-9]{1,20}$`)

// create begins the file of a run. Whoever calls it also calls discard.
func (f resultFolder) create(run jobs.RunRef, extension string) (*resultFile, error) {
	if !ownID.MatchString(run.JobID) || !ownID.MatchString(run.RunID) {
		return nil, fmt.Errorf("the IDs %q and %q name no file", run.JobID, run.RunID)
	}
	if err := os.MkdirAll(string(f), 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of results: %w", err)
	}
	// Within a root no name leads outside, and no symbolic link either.
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, fmt.Errorf("open the folder of results: %w", err)
	}
	name := run.JobID + "-" + run.RunID + extension
	r := &resultFile{root: root, name: name, temporary: "." + name + "." + rand.Text() + ".tmp", path: filepath.Join(string(f), name)}
	r.File, err = root.OpenFile(r.temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a file for the results: %w", err), root.Close())
	}
	return r, nil
}

// commit gives the file its name and returns its path. What it holds is on
// the disk by then: a run that is known to have succeeded has its results.
func (r *resultFile) commit() (path string, err error) {
	if err := errors.Join(r.Sync(), r.File.Close()); err != nil {
		return "", fmt.Errorf("write the results: %w", err)
	}
	if err := r.root.Rename(r.temporary, r.name); err != nil {
		return "", fmt.Errorf("write the results: %w", err)
	}
	r.temporary = ""
	return r.path, nil
}

// discard removes the file unless it was committed, and frees what it held.
func (r *resultFile) discard() {
	_ = r.File.Close() // After commit it is closed already.
	if r.temporary != "" {
		_ = r.root.Remove(r.temporary) // Nobody looks at a hidden file.
	}
	_ = r.root.Close()
}
