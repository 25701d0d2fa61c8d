package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	goredis "github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/sqlite"
)

func (a *app) copyCommand() *cobra.Command {
	var organizations []string
	cmd := &cobra.Command{
		Use: "copy FROM TO --organization ID...", Short: "Copy organizations from one store to another", Args: cobra.ExactArgs(2),
		Long: "copy copies organizations with everything that the ledger knows: jobs, versions, drafts, runs, ticks and the journal. A store is " +
			"sqlite:PATH or redis://HOST:PORT/DATABASE. Stop every control plane that serves these organizations from either store until copy " +
			"has ended, then start it on TO. A copy that was cut off goes on when it is called again; a TO that holds other data of an " +
			"organization is refused before anything is written.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.copy(cmd.Context(), args[0], args[1], organizations)
		},
	}
	cmd.Flags().StringArrayVar(&organizations, "organization", nil, "ID of an organization; may be given several times")
	_ = cmd.MarkFlagRequired("organization")
	return cmd
}

func (a *app) copy(ctx context.Context, from, to string, organizations []string) (err error) {
	source, closeSource, err := openStore(ctx, from, false)
	if err != nil {
		return fmt.Errorf("open FROM: %w", err)
	}
	defer func() { err = errors.Join(err, closeSource()) }()
	target, closeTarget, err := openStore(ctx, to, true)
	if err != nil {
		return fmt.Errorf("open TO: %w", err)
	}
	defer func() { err = errors.Join(err, closeTarget()) }()
	for _, organization := range organizations {
		var last jobs.CopyProgress
		err := jobs.Copy(ctx, source, target, organization, func(p jobs.CopyProgress) {
			a.copied(organization, last, p)
			last = p
		})
		if a.terminal {
			_, _ = fmt.Fprintln(a.errOut)
		}
		if err != nil {
			return err
		}
		a.say("%s: all is copied and compared; %d records were written.", organization, last.Written)
	}
	return nil
}

// copied shows the progress: on a terminal in one line, elsewhere a line for each step.
func (a *app) copied(organization string, last, p jobs.CopyProgress) {
	switch {
	case a.terminal:
		_, _ = fmt.Fprintf(a.errOut, "\r\x1b[K%s: %s, job %d of %d, %d records written", show(organization), p.Step, p.Jobs, p.TotalJobs, p.Written)
	case p.Step != last.Step:
		a.note("%s: %s", organization, p.Step)
	}
}

// openStore opens the store that a URL names, and returns a function that closes it. If
// the file of a SQLite store does not exist, it is made for a target; for a source that
// is an error.
func openStore(ctx context.Context, name string, isTarget bool) (storage.Store, func() error, error) {
	if strings.HasPrefix(name, "redis://") || strings.HasPrefix(name, "rediss://") {
		return openRedis(ctx, name)
	}
	path, isSQLite := strings.CutPrefix(name, "sqlite:")
	if !isSQLite && strings.Contains(name, ":") {
		return nil, nil, fmt.Errorf("%q is no store: give sqlite:PATH or redis://HOST:PORT/DATABASE", name)
	}
	if _, err := os.Stat(path); err != nil && !isTarget {
		return nil, nil, err
	}
	store, err := sqlite.Open(ctx, path, nil)
	if err != nil {
		return nil, nil, err
	}
	return store, store.Close, nil
}

func openRedis(ctx context.Context, name string) (storage.Store, func() error, error) {
	u, err := url.Parse(name)
	if err != nil {
		return nil, nil, errors.New("the URL of Redis cannot be read") // its error may show a password
	}
	query := u.Query()
	prefix := query.Get("prefix")
	query.Del("prefix")
	u.RawQuery = query.Encode()
	options, err := goredis.ParseURL(u.String())
	if err != nil {
		return nil, nil, errors.New("the URL of Redis cannot be read")
	}
	options.ContextTimeoutEnabled = true
	client := goredis.NewClient(options)
	store, err := redis.New(ctx, client, &redis.Options{Prefix: prefix})
	if err != nil {
		return nil, nil, errors.Join(err, client.Close())
	}
	return store, client.Close, nil
}
