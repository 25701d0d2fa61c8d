package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// resultFolder is the absolute path of the folder for what runs write. Each
// organization has a folder of its own in it.
type resultFolder string

// resultFile is a file of a run's results. It gets its name only when it is complete.
// If the run is executed again, the new file replaces it.
type resultFile struct {
	*os.File
	root *os.Root
	// name is the final name; temporary is the name until then.
	name, temporary string
	path            string
}

// ownID is the form of the IDs that the control plane makes. The names of files
// contain nothing else of a job.
var ownID = regexp.MustCompile(`^[A-Z0-9]{1,20}$`)

// resultName is the name of a file of results: the IDs of the job and the run. A name
// that begins with a dot is of a file that is not complete yet.
var resultName = regexp.MustCompile(`^(\.?)([A-Z0-9]{1,20})-([A-Z0-9]{1,20})\.(?:csv|out)(?:\.[A-Z0-9]+\.tmp)?$`)

// open opens an organization's folder, so that neither a name nor a symbolic link in
// it leads outside.
func (f resultFolder) open(organizationID string) (*os.Root, error) {
	if !versions.ValidID(organizationID) {
		return nil, fmt.Errorf("the ID %q names no folder", organizationID)
	}
	all, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, fmt.Errorf("open the folder of results: %w", err)
	}
	defer all.Close()
	root, err := all.OpenRoot(organizationID)
	if err != nil {
		return nil, fmt.Errorf("open the organization's folder of results: %w", err)
	}
	return root, nil
}

// create begins the file of a run. The caller must call discard.
func (f resultFolder) create(run jobs.RunRef, extension string) (*resultFile, error) {
	if !ownID.MatchString(run.JobID) || !ownID.MatchString(run.RunID) {
		return nil, fmt.Errorf("the IDs %q and %q name no file", run.JobID, run.RunID)
	}
	folder := filepath.Join(string(f), run.OrganizationID)
	root, err := f.open(run.OrganizationID)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return nil, fmt.Errorf("make the folder of results: %w", err)
		}
		root, err = f.open(run.OrganizationID)
	}
	if err != nil {
		return nil, err
	}
	name := run.JobID + "-" + run.RunID + extension
	r := &resultFile{root: root, name: name, temporary: "." + name + "." + rand.Text() + ".tmp", path: filepath.Join(folder, name)}
	r.File, err = root.OpenFile(r.temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a file for the results: %w", err), root.Close())
	}
	return r, nil
}

// commit gives the file its name and returns its path. It syncs the file to the disk
// first, so a run that was reported as succeeded has its results.
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

// discard closes the file and, unless it was committed, removes it.
func (r *resultFile) discard() {
	_ = r.File.Close() // After commit it is closed already.
	if r.temporary != "" {
		_ = r.root.Remove(r.temporary) // Nobody looks at a hidden file.
	}
	_ = r.root.Close()
}
