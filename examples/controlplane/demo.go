package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/jobledger/jobledger/examples/controlplane/internal/history"
	"github.com/jobledger/jobledger/httpadapter/console"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// The demo organization. Its tokens are known to everybody who reads this.
const (
	demoOrganization = "ORGDEMO001"
	demoTeam         = "TEAMDEMO01"
	demoFinance      = "TEAMDEMO02"
	demoGrowth       = "TEAMDEMO03"
	demoCluster      = "CLUSTERDEM"
	demoJob          = "DEMOJOB001"
	demoJobKey       = "demo-sales"
	demoAdmin        = "aiko"
	demoContributor  = "mara"
	demoViewer       = "jonas"
)

// demoTokens are the tokens that the console offers.
var demoTokens = []console.Token{
	{Token: "demo-admin", Name: "admin", About: "may do everything, in every team"},
	{Token: "demo-contributor", Name: "contributor", About: "edits and publishes jobs of data-eng, and sees those of finance"},
	{Token: "demo-viewer", Name: "viewer", About: "sees jobs of data-eng"},
}

//go:embed demo.txt
var demoTemplate string

func demoConfig() configFile {
	return configFile{Organizations: []organizationEntry{{
		ID:       demoOrganization,
		Name:     "Demo",
		Clusters: []clusterEntry{{ID: demoCluster, Status: "active"}},
		Teams:    []teamEntry{{ID: demoTeam, Name: "data-eng"}, {ID: demoFinance, Name: "finance"}, {ID: demoGrowth, Name: "growth"}},
		Members: []memberEntry{
			{ID: demoAdmin, Token: "demo-admin", AllTeams: json.RawMessage(`true`)},
			{ID: demoContributor, Token: "demo-contributor", Teams: map[string]string{demoTeam: "contributor", demoFinance: "viewer"}},
			{ID: demoViewer, Token: "demo-viewer", Teams: map[string]string{demoTeam: "viewer"}},
		},
	}}}
}

// warnOfDemo logs a warning when everybody knows the tokens, and other machines
// can reach the port.
func warnOfDemo(ctx context.Context, logger *slog.Logger, addr net.Addr) {
	if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		logger.WarnContext(ctx, "the demo tokens are public, and this address is not only this machine's: use -config",
			slog.String("addr", addr.String()))
	}
}

type demoSettings struct {
	// url is the URL of the API.
	url string
	// history gives a new store two weeks of history.
	history bool
}

// beginDemo makes sure that there is a job to try things with, and prints how.
func beginDemo(ctx context.Context, w io.Writer, store storage.Store, directory *teams.Static, s demoSettings) error {
	if s.history {
		if err := makeHistory(ctx, store, directory); err != nil {
			return fmt.Errorf("make the demo's history: %w", err)
		}
	}
	id, err := seedDemo(ctx, store, directory)
	if err != nil {
		return fmt.Errorf("make the demo job: %w", err)
	}
	_, err = io.WriteString(w, demoText(s.url, id))
	return err
}

// makeHistory gives the demo organization a history, if it has none.
func makeHistory(ctx context.Context, store storage.Store, directory *teams.Static) error {
	page, err := store.ListEvents(ctx, storage.EventQuery{OrganizationID: demoOrganization, Limit: 1})
	if err != nil || page.Newest > 0 {
		return err
	}
	made, err := history.Make(ctx, history.Cast{
		Directory: directory, Organization: demoOrganization, Cluster: demoCluster,
		Teams: [3]string{demoTeam, demoFinance, demoGrowth}, Members: [2]string{demoAdmin, demoContributor},
		FirstID: demoJob, NewID: func() string { return rand.Text()[:10] }, Until: time.Now().UTC(),
	})
	if err != nil {
		return err
	}
	return jobs.Copy(ctx, made, store, demoOrganization, nil)
}

// seedDemo returns the ID of the demo job. It makes the job when it does not
// exist, and does not change it when it does.
func seedDemo(ctx context.Context, store storage.Store, directory *teams.Static) (string, error) {
	first := true
	service := jobs.NewService(store, &jobs.Options{Directory: directory, NewID: func() string {
		// The ID of a deleted job may still be in use. So only the first ID is
		// the one that the documentation shows.
		if first {
			first = false
			return demoJob
		}
		return rand.Text()[:10]
	}})
	actor, _ := directory.Actor(demoOrganization, demoAdmin)
	job, err := service.Job(ctx, actor, demoJob)
	if !errors.Is(err, jobs.ErrNotFound) {
		return job.ID, err
	}
	job, err = service.CreateJob(ctx, actor, jobs.NewJob{
		Key:     demoJobKey,
		TeamIDs: []string{demoTeam},
		Definition: versions.Definition{
			ClusterID:      demoCluster,
			Description:    "Sums up the sales of each product",
			Config:         json.RawMessage(`{"sql":{"source":"select product, sum(quantity) as sold, sum(quantity * price) as revenue from sales group by product order by revenue desc"}}`),
			CronExpression: "*/5 * * * *",
			CronTimezone:   "Europe/Berlin",
		},
	})
	if conflict, ok := errors.AsType[*jobs.ConflictError](err); ok && conflict.Conflict == jobs.ConflictKeyTaken {
		return findDemo(ctx, store)
	}
	return job.ID, err
}

// findDemo returns the ID of the job that has the demo job's key.
func findDemo(ctx context.Context, store storage.Store) (string, error) {
	found, err := store.FindJobs(ctx, storage.FindQuery{OrganizationID: demoOrganization, Keys: []string{demoJobKey}, Brief: true})
	if err != nil {
		return "", err
	}
	if len(found.Jobs) == 0 {
		return "", fmt.Errorf("job %s is gone again", demoJobKey)
	}
	return found.Jobs[0].JobID, nil
}

// demoText is what a new user reads first. Each line works alone, in any order,
// any number of times, and whatever was done to the demo job.
func demoText(url, jobID string) string {
	return strings.NewReplacer(
		"{contributor}", "-H 'Authorization: Bearer demo-contributor'",
		"{json}", "-H 'Content-Type: application/json' -d",
		"{url}", url,
		"{job}", url+"/workloads/jobs/"+jobID,
		"{cluster}", demoCluster,
		"{team}", demoTeam,
	).Replace(demoTemplate)
}
