package webhook_test

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/examples/controlplane/internal/webhook"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// follow is what docs/webhooks.md shows.
func follow(ctx context.Context, service *jobs.Service, logger *slog.Logger) error {
	receiver, err := url.Parse("https://hooks.example.com/jobledger")
	if err != nil {
		return err
	}
	secret, err := webhook.ParseSecret(os.Getenv("JOBLEDGER_WEBHOOK_SECRET"))
	if err != nil {
		return err
	}
	places, err := webhook.OpenPlaces("jobs.db.webhook")
	if err != nil {
		return err
	}
	sender := webhook.NewSender(receiver, secret, nil, logger)
	sender.Follow(ctx, service, "acme", places) // for each organization, until ctx ends
	return nil
}

func TestTheFollowerOfThePage(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	stop()
	service, logger := jobs.NewService(memory.New(), nil), slog.New(slog.DiscardHandler)
	t.Setenv("JOBLEDGER_WEBHOOK_SECRET", "no key")
	require.ErrorIs(t, follow(ctx, service, logger), webhook.ErrSecret)
	t.Setenv("JOBLEDGER_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	require.NoError(t, follow(ctx, service, logger))
	require.FileExists(t, "jobs.db.webhook")
}
