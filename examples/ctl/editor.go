package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobledger/jobledger/httpadapter/client"
)

func (a *app) editCommand() *cobra.Command {
	publish := false
	cmd := a.ofJob("edit JOB", "Edit the draft of a job in $VISUAL or $EDITOR, or begin one", func(ctx context.Context, name string) error {
		return a.edit(ctx, name, publish)
	})
	cmd.Flags().BoolVar(&publish, "publish", false, "publish what was edited at once")
	return cmd
}

// maxEdits is how often a refused text is opened in the editor again. Without it, an
// editor that is a script could go on for ever.
const maxEdits = 20

// draft is the text to edit: the draft or, without one, the active version.
type draft struct {
	jobID      string
	definition client.Definition
	// tag is the draft's ETag; nil when there is no draft.
	tag *string
}

func (a *app) edit(ctx context.Context, name string, publish bool) error {
	d, err := a.draft(ctx, name)
	if err != nil {
		return err
	}
	definition, err := json.Marshal(d.definition)
	if err != nil {
		return err
	}
	begun, err := toYAML(definition)
	if err != nil {
		return err
	}
	text, complaint := begun, ""
	for try := 1; ; try++ {
		edited, err := a.editor(ctx, name, withComplaint(text, complaint))
		if err != nil {
			return err
		}
		edited = withoutComments(edited)
		switch {
		case bytes.Equal(edited, begun):
			a.say("Nothing was changed.")
			return nil
		case complaint != "" && (bytes.Equal(edited, text) || try > maxEdits):
			return errors.New(complaint)
		}
		err = a.saveDraft(ctx, d, edited)
		var problem *client.Problem
		var wrong *definitionError
		if errors.As(err, &wrong) || errors.As(err, &problem) && problem.Status == 400 {
			text, complaint = edited, err.Error()
			continue
		}
		if err != nil {
			return err
		}
		break
	}
	if publish {
		return a.publish(ctx, name)
	}
	a.say("The draft of %s is saved. ctl jobs diff %s shows it, ctl jobs publish %s makes it active.", name, name, name)
	return nil
}

func (a *app) draft(ctx context.Context, name string) (*draft, error) {
	job, err := a.job(ctx, name)
	if err != nil {
		return nil, err
	}
	d := &draft{jobID: job.JobID}
	if client.Value(job.Job.DraftVersion) == 0 {
		text, err := json.Marshal(job.Job)
		if err != nil {
			return nil, err
		}
		return d, json.Unmarshal(text, &d.definition)
	}
	res, err := a.api.DescribeDraftWithResponse(ctx, job.JobID, nil)
	if err != nil {
		return nil, err
	}
	d.tag = res.Headers200.Etag
	return d, json.Unmarshal(res.Body, &d.definition)
}

// definitionError means that the edited text cannot be read.
type definitionError struct{ error }

// saveDraft writes a draft. It fails if somebody else wrote it meanwhile.
func (a *app) saveDraft(ctx context.Context, d *draft, text []byte) error {
	documents, err := fromYAML(bytes.NewReader(text))
	if err != nil {
		return &definitionError{err}
	}
	if len(documents) != 1 {
		return &definitionError{errors.New("there must be one document")}
	}
	if d.tag == nil {
		_, err = a.api.CreateDraftWithBodyWithResponse(ctx, d.jobID, nil, "application/json", reader(documents[0]))
		return err
	}
	_, err = a.api.UpdateDraftWithBodyWithResponse(ctx, d.jobID, &client.UpdateDraftParams{IfMatch: d.tag}, "application/json", reader(documents[0]))
	return err
}

// reader is the body of a request, which can be read again.
func reader(text []byte) *bytes.Reader { return bytes.NewReader(text) }

// editor opens a text in an editor.
func (a *app) editor(ctx context.Context, name string, text []byte) ([]byte, error) {
	command := a.env("VISUAL")
	if command == "" {
		command = a.env("EDITOR")
	}
	if command == "" {
		command = "vi"
	}
	file, err := os.CreateTemp("", "ctl-*-"+strings.Map(fileSafe, name)+".yaml")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	// The variable may hold arguments, as with "code --wait": a shell reads it.
	cmd := exec.CommandContext(ctx, "sh", "-c", command+` "$1"`, "editor", file.Name())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("the editor %q: %w", command, err)
	}
	return os.ReadFile(file.Name())
}

func fileSafe(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
		return r
	}
	return '_'
}

// withComplaint puts a comment with the error before a text.
func withComplaint(text []byte, complaint string) []byte {
	if complaint == "" {
		return text
	}
	return append([]byte("# It was not saved: "+strings.ReplaceAll(complaint, "\n", "\n# ")+"\n"), text...)
}

// withoutComments removes the comment that withComplaint put there.
func withoutComments(text []byte) []byte {
	for bytes.HasPrefix(text, []byte("#")) {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return text
}
