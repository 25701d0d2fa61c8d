package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"

	"example.com/nightly/wire"
)

// notifier tells a URL of what went wrong, at least once. It keeps in a file up to
// where it has read the journal.
type notifier struct {
	service           *jobs.Service
	url, secret, file string
}

// follow reads the journal until ctx ends.
func (n *notifier) follow(ctx context.Context) {
	for ctx.Err() == nil {
		text, _ := os.ReadFile(n.file)
		after, _ := strconv.ParseInt(string(text), 10, 64) // without a file: 0, the beginning
		err := n.service.Follow(ctx, teams.System("acme"), after, func(e jobs.Event) error {
			if err := n.tell(ctx, e); err != nil {
				return err // the event comes again
			}
			return os.WriteFile(n.file, []byte(strconv.FormatInt(e.Seq, 10)), 0o600)
		})
		select {
		case <-time.After(2 * time.Second):
			log.Printf("follow the journal again, after: %v", err)
		case <-ctx.Done():
		}
	}
}

// tell posts a run that failed, when no other attempt follows, and a missed tick.
func (n *notifier) tell(ctx context.Context, e jobs.Event) error {
	ended := e.Kind == jobs.RunEndFailed || e.Kind == jobs.RunEndTimeout
	if e.Kind != jobs.TickMissed && !(ended && e.Final) {
		return nil
	}
	body, err := json.Marshal(wire.Event{Kind: string(e.Kind), JobKey: e.JobKey, RunID: e.RunID, Reason: e.Reason})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+n.secret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close() // the status says all
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("the receiver answered %s", response.Status)
	}
	return nil
}
