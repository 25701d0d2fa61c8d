package webhook_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/examples/controlplane/internal/webhook"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// The request that docs/webhooks.md shows is one that the sender makes, signed with
// the key that the page shows.
func TestTheRequestOfThePage(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/webhooks.md")
	require.NoError(t, err)
	key := regexp.MustCompile("`(whsec_[A-Za-z0-9+/=]+)`").FindSubmatch(page)
	require.NotNil(t, key, "the page shows a key")
	synctest.Test(t, func(t *testing.T) {
		at := time.Date(2026, time.March, 1, 10, 0, 2, 5e8, time.UTC)
		<-time.After(time.Until(at.Add(time.Second)))
		m, tells, err := webhook.MessageOf(jobs.Event{
			Kind: jobs.RunEndFailed, Final: true, At: at, Seq: 1204, Actor: teams.System("acme"), JobID: "JOB000000A", JobKey: "daily-sales",
			RunID: "RUN000000B", Status: jobs.RunFailed, Attempt: 3, NominalAt: at.Truncate(time.Minute), Reason: "exit status 1",
		})
		require.NoError(t, err)
		require.True(t, tells)
		secret, err := webhook.ParseSecret(string(key[1]))
		require.NoError(t, err)
		receiver, err := url.Parse("https://hooks.example.com/jobledger")
		require.NoError(t, err)
		var shown strings.Builder
		sender := webhook.NewSender(receiver, secret, roundTrip(func(r *http.Request) *http.Response {
			body, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			verifier, err := standardwebhooks.NewWebhook(string(key[1]))
			require.NoError(t, err)
			header := http.Header{}
			fmt.Fprintf(&shown, "    %s %s HTTP/1.1\n", r.Method, r.URL.Path)
			for _, name := range []string{"Content-Type", "webhook-id", "webhook-timestamp", "webhook-signature"} {
				header.Set(name, r.Header[name][0])
				fmt.Fprintf(&shown, "    %s: %s\n", name, r.Header[name][0])
			}
			fmt.Fprintf(&shown, "\n    %s\n", body)
			require.NoError(t, verifier.Verify(body, header))
			return httptest.NewRecorder().Result()
		}), slog.New(slog.DiscardHandler))
		require.NoError(t, sender.Deliver(t.Context(), m))
		require.Contains(t, string(page), shown.String())
	})
}

// roundTrip answers requests.
type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }
