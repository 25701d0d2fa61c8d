package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// sampleFile is the database that the demo's job reads when there is no -data.
const sampleFile = "jobledger-demo.db"

//go:embed sample.sql
var sampleSQL string

// ensureSample gives the demo data to work on: a small database in the current
// folder, made when it is not there.
func ensureSample(ctx context.Context, s *runSettings) error {
	if s.data != "" {
		return nil
	}
	s.data = sampleFile
	if _, err := os.Stat(s.data); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := makeSample(ctx, s.data); err != nil {
		return fmt.Errorf("make the sample database %s (-data takes another): %w", s.data, err)
	}
	return nil
}

// makeSample makes the database under another name first: processes that start
// together each see a whole one, or none.
func makeSample(ctx context.Context, path string) (err error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".jobledger-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	temporary, err := filepath.Abs(filepath.Join(dir, "sample.db"))
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", temporary)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, sampleSQL)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
