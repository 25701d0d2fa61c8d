package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

func (a *app) applyCommand() *cobra.Command {
	var files []string
	var dryRun, prune bool
	cmd := &cobra.Command{
		Use: "apply -f FILE...", Short: "Make jobs be as YAML or JSON files say", Args: cobra.NoArgs,
		Long: "apply makes jobs be as files say: those that are new are created, what differs is published as a new version, and the " +
			"rest is left alone. A file holds a job, several behind ---, or an object with a list of jobs. A folder stands for the " +
			".yaml, .yml and .json files in it, and - for standard input.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.apply(cmd.Context(), files, dryRun, prune) },
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&files, "file", "f", nil, "a file, a folder, or -; may be given several times")
	flags.BoolVar(&dryRun, "dry-run", false, "only show what would be done")
	flags.BoolVar(&prune, "prune", false, "delete the jobs that you may delete and that no file names")
	_ = cmd.MarkFlagRequired("file")
	return cmd
}

// applyBody is the body of the request; it has the documents unchanged.
type applyBody struct {
	Jobs   []json.RawMessage `json:"jobs"`
	DryRun bool              `json:"dryRun"`
	Prune  bool              `json:"prune"`
}

func (a *app) apply(ctx context.Context, files []string, dryRun, prune bool) error {
	body := applyBody{Jobs: []json.RawMessage{}, DryRun: dryRun, Prune: prune}
	for _, file := range files {
		documents, err := a.readJobs(file)
		if err != nil {
			return err
		}
		body.Jobs = append(body.Jobs, documents...)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	res, err := a.api.ApplyJobsWithBodyWithResponse(ctx, "application/json", reader(text))
	if err != nil {
		return err
	}
	refused := 0
	for _, item := range res.JSON200.Items {
		if item.Action == client.AppliedActionRefused {
			refused++
		}
	}
	if err := a.print(res.Body, func() error { return a.sayApplied(res.JSON200.Items, dryRun) }); err != nil {
		return err
	}
	if refused > 0 {
		return &client.Problem{Status: http.StatusConflict, Detail: fmt.Sprintf("%d of %d jobs were refused", refused, len(res.JSON200.Items))}
	}
	return nil
}

// readJobs reads the jobs of a file or of the files of a folder.
func (a *app) readJobs(path string) ([]json.RawMessage, error) {
	info, err := os.Stat(path)
	if path == "-" || err == nil && !info.IsDir() {
		documents, err := a.readDocuments(path)
		return unfold(documents), err
	}
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var all []json.RawMessage
	for _, entry := range entries {
		if !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(entry.Name())) {
			continue
		}
		documents, err := a.readDocuments(filepath.Join(path, entry.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, unfold(documents)...)
	}
	return all, nil
}

// unfold replaces each document that is a list of jobs by its jobs.
func unfold(documents []json.RawMessage) []json.RawMessage {
	var jobs []json.RawMessage
	for _, document := range documents {
		var list map[string]json.RawMessage
		var items []json.RawMessage
		if json.Unmarshal(document, &list) == nil && len(list) == 1 && json.Unmarshal(list["jobs"], &items) == nil {
			jobs = append(jobs, items...)
			continue
		}
		jobs = append(jobs, document)
	}
	return jobs
}

// sayApplied shows what was done to each job, and how many did not change.
func (a *app) sayApplied(items []client.Applied, dryRun bool) error {
	counts := map[string]int{}
	var order []string
	for _, item := range items {
		action := string(item.Action)
		if counts[action]++; counts[action] == 1 {
			order = append(order, action)
		}
		if item.Action == client.AppliedActionUnchanged {
			continue
		}
		a.say("%s %s", a.paint(statusColor(action), action), item.JobKey)
		if item.Action != client.AppliedActionCreated {
			a.sayChanges(item.Changes)
		}
		for _, reason := range item.Errors {
			a.say("  %s", a.paint(red, strings.TrimPrefix(client.Value(reason.Field)+": ", ": ")+reason.Detail))
		}
	}
	for i, action := range order {
		order[i] = fmt.Sprintf("%d %s", counts[action], action)
	}
	summary := dash(strings.Join(order, ", "))
	if dryRun {
		summary += " (dry run: nothing was written)"
	}
	a.say("%s", summary)
	return nil
}

func (a *app) exportCommand() *cobra.Command {
	folder := ""
	cmd := &cobra.Command{
		Use: "export [JOB...]", Short: "Write jobs as YAML that apply reads, by default all that you see",
		RunE:              func(cmd *cobra.Command, args []string) error { return a.export(cmd.Context(), args, folder) },
		ValidArgsFunction: a.completeJobs,
	}
	cmd.Flags().StringVarP(&folder, "dir", "d", "", "write a file for each job into this folder")
	return cmd
}

func (a *app) export(ctx context.Context, keys []string, folder string) error {
	res, err := a.api.ExportJobs(ctx)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	var list struct{ Jobs []json.RawMessage }
	if err := json.Unmarshal(body, &list); err != nil {
		return fmt.Errorf("the export was cut off: %w", err)
	}
	found := map[string]json.RawMessage{}
	var order []string
	for _, document := range list.Jobs {
		var job client.ExportedJob
		if err := json.Unmarshal(document, &job); err != nil {
			return err
		}
		if len(keys) == 0 || slices.Contains(keys, job.JobKey) {
			found[job.JobKey] = document
			order = append(order, job.JobKey)
		}
	}
	for _, key := range keys {
		if found[key] == nil {
			return fmt.Errorf("%w: %s", errNoJob, key)
		}
	}
	return a.writeExport(order, found, folder)
}

func (a *app) writeExport(order []string, found map[string]json.RawMessage, folder string) error {
	if a.format == "json" {
		jobs := make([]json.RawMessage, len(order))
		for i, key := range order {
			jobs[i] = found[key]
		}
		return a.printValue(map[string]any{"jobs": jobs}, nil)
	}
	for i, key := range order {
		text, err := shortened(found[key])
		if err != nil {
			return err
		}
		if folder != "" {
			if err := writeFile(folder, key, text); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			text = append([]byte("---\n"), text...)
		}
		if _, err := a.out.Write(text); err != nil {
			return err
		}
	}
	if folder != "" {
		a.note("Wrote %d files to %s.", len(order), folder)
	}
	return nil
}

// shortened returns a job as YAML, without the members that have no value.
func shortened(document json.RawMessage) ([]byte, error) {
	text, err := toYAML(document)
	if err != nil {
		return nil, err
	}
	var kept [][]byte
	for line := range bytes.Lines(text) {
		if name, value, ok := bytes.Cut(bytes.TrimRight(line, "\n"), []byte(": ")); ok && !bytes.HasPrefix(name, []byte(" ")) {
			if slices.Contains([]string{"null", "{}", "[]", "0", `""`}, string(value)) && string(name) != "teamIds" {
				continue
			}
		}
		kept = append(kept, line)
	}
	return bytes.Join(kept, nil), nil
}

// writeFile writes the file of a job.
func writeFile(folder, key string, text []byte) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	path := filepath.Join(folder, strings.Map(fileSafe, key)+".yaml")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}
