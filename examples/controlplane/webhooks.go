package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/jobledger/jobledger/examples/controlplane/internal/webhook"
	"github.com/jobledger/jobledger/jobs"
)

// webhookSecretVariable is the environment variable of the key that signs webhooks.
const webhookSecretVariable = "JOBLEDGER_WEBHOOK_SECRET"

// webhookSettings say who is told of failed runs and missed ticks.
type webhookSettings struct {
	// url is the receiver; empty for none.
	url string
	// secretFile holds the key; empty for the environment variable.
	secretFile string
	// place is the file that keeps what was sent; see placeOf.
	place string
}

// webhooks are what sends them; the zero value sends none.
type webhooks struct {
	sender *webhook.Sender
	places *webhook.Places
}

// newWebhooks reads the key, and the place that was reached.
func newWebhooks(s settings, logger *slog.Logger) (w webhooks, err error) {
	if s.webhook.url == "" {
		if s.webhook.secretFile != "" || s.webhook.place != "" {
			return w, usageError{errors.New("-webhook-secret-file, -webhook-place: need -webhook")}
		}
		return w, nil
	}
	receiver, err := url.Parse(s.webhook.url)
	switch {
	case err != nil || receiver.Scheme != "http" && receiver.Scheme != "https" || receiver.Host == "":
		return w, usageError{errors.New("-webhook: must be an http or https URL")}
	case receiver.User != nil:
		return w, usageError{errors.New("-webhook: must have no user and password: others may read the command line")}
	}
	secret, err := s.webhook.secret()
	if err != nil {
		return w, err
	}
	if w.places, err = webhook.OpenPlaces(placeOf(s)); err != nil {
		return w, fmt.Errorf("-webhook-place: %w", err)
	}
	w.sender = webhook.NewSender(receiver, secret, nil, logger)
	return w, nil
}

// follow sends what goes wrong in each organization, until ctx ends.
func (w webhooks) follow(ctx context.Context, service *jobs.Service, organizations []string) {
	var group sync.WaitGroup
	for _, id := range organizations {
		group.Go(func() { w.sender.Follow(ctx, service, id, w.places) })
	}
	group.Wait()
}

// secret reads the key. No message repeats it.
func (s webhookSettings) secret() ([]byte, error) {
	text, from := os.Getenv(webhookSecretVariable), webhookSecretVariable
	if s.secretFile != "" {
		file, err := os.ReadFile(s.secretFile)
		if err != nil {
			return nil, fmt.Errorf("-webhook-secret-file: %w", err)
		}
		text, from = string(file), "-webhook-secret-file"
	}
	if text == "" {
		return nil, usageError{fmt.Errorf("-webhook: needs a secret, in %s or -webhook-secret-file", webhookSecretVariable)}
	}
	secret, err := webhook.ParseSecret(text)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", from, err)}
	}
	return secret, nil
}

// placeOf is the file that keeps up to where the journals were sent: beside the file
// of the store, where that is one, and none for a store that is forgotten itself.
func placeOf(s settings) string {
	path, isFile := sqlitePath(s.store)
	scheme, _, _ := strings.Cut(s.store, ":")
	switch {
	case s.webhook.place != "":
		return s.webhook.place
	case isFile:
		return path + ".webhook"
	case scheme == "memory":
		return ""
	}
	return "jobledger.webhook"
}
