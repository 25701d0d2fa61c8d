package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"
)

const webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// hookReceiver is a server that takes webhooks, unless it is told to refuse.
type hookReceiver struct {
	*httptest.Server
	mu      sync.Mutex
	refuses bool
	refused int
	runs    []string
	ids     map[string]int
}

func startReceiver(t *testing.T) *hookReceiver {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(webhookSecret)
	require.NoError(t, err)
	h := &hookReceiver{ids: map[string]int{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || verifier.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var m struct {
			Type string
			Data struct{ RunID string }
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.refuses || json.Unmarshal(body, &m) != nil || m.Type != "run.failed" {
			h.refused++
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if id := r.Header.Get("webhook-id"); h.ids[id] == 0 {
			h.ids[id]++
			h.runs = append(h.runs, m.Data.RunID)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hookReceiver) refuse(refuses bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuses, h.refused = refuses, 0
}

// told are the runs that it was told of, and refused how often it did not listen.
func (h *hookReceiver) told() (runs []string, refused int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.runs...), h.refused
}

// The receiver of the real program hears of each failed run, also of those that
// failed while it was away, when the program was killed before it could tell.
func TestWebhooksOutliveAKill(t *testing.T) {
	receiver := startReceiver(t)
	dir := t.TempDir()
	keyFile := filepath.Join(dir, "key")
	require.NoError(t, os.WriteFile(keyFile, []byte(webhookSecret+"\n"), 0o600))
	args := []string{
		"-store", "sqlite:" + filepath.Join(dir, "jobs.db"), "-config", writeConfig(t), "-base", "/",
		"-webhook", receiver.URL + "/hooks", "-webhook-secret-file", keyFile,
	}
	p := start(t, args...)
	job := p.expect(http.StatusCreated, "tok-contrib", "POST", "/workloads/jobs", newJob) // it fails for want of -data
	runs := "/workloads/jobs/" + job["id"].(string) + "/runs"
	fail := func() string {
		id := p.expect(http.StatusCreated, "tok-contrib", "POST", runs, "")["id"].(string)
		require.Equal(t, "failed", p.ended("tok-auditor", runs+"/"+id)["status"])
		return id
	}
	want := []string{fail()}
	eventually(t, "the receiver is told", func() bool { told, _ := receiver.told(); return len(told) == 1 })
	require.FileExists(t, filepath.Join(dir, "jobs.db.webhook"))

	receiver.refuse(true)
	want = append(want, fail(), fail())
	eventually(t, "the receiver refuses", func() bool { _, refused := receiver.told(); return refused > 0 })
	require.False(t, p.signal(os.Kill).Exited(), "it must have been killed")
	receiver.refuse(false)
	p = start(t, args...)
	want = append(want, fail())
	eventually(t, "the receiver is told of all", func() bool { told, _ := receiver.told(); return len(told) == len(want) })
	told, _ := receiver.told()
	require.Equal(t, want, told)
	require.NotContains(t, p.end(), webhookSecret)
}

func TestWebhookSettings(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad")
	require.NoError(t, os.WriteFile(bad, []byte("whsec_secret"), 0o600))
	for name, test := range map[string]struct {
		settings webhookSettings
		variable string
		want     string
	}{
		"no receiver":             {webhookSettings{place: "x"}, webhookSecret, "need -webhook"},
		"no URL":                  {webhookSettings{url: "hooks"}, webhookSecret, "-webhook: must be an http or https URL"},
		"a password":              {webhookSettings{url: "https://me:secret@host/"}, webhookSecret, "must have no user and password"},
		"no secret":               {webhookSettings{url: "https://host/"}, "", "needs a secret, in JOBLEDGER_WEBHOOK_SECRET or -webhook-secret-file"},
		"a short secret":          {webhookSettings{url: "https://host/"}, "whsec_secret", "JOBLEDGER_WEBHOOK_SECRET: must be whsec_"},
		"a short secret, in file": {webhookSettings{url: "https://host/", secretFile: bad}, webhookSecret, "-webhook-secret-file: must be whsec_"},
		"no file":                 {webhookSettings{url: "https://host/", secretFile: bad + "x"}, webhookSecret, "-webhook-secret-file: open "},
		"places that are none":    {webhookSettings{url: "https://host/", place: bad}, webhookSecret, "-webhook-place: "},
		"good":                    {webhookSettings{url: "https://host/"}, webhookSecret, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(webhookSecretVariable, test.variable)
			w, err := newWebhooks(settings{store: "memory", webhook: test.settings}, nil)
			if test.want == "" {
				require.NoError(t, err)
				require.NotNil(t, w.sender)
				return
			}
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "secret@")
		})
	}
}

func TestWhereThePlaceIsKept(t *testing.T) {
	for store, want := range map[string]string{
		"memory": "", "sqlite:a/jobs.db": "a/jobs.db.webhook", "redis://host:6379/1": "jobledger.webhook",
	} {
		require.Equal(t, want, placeOf(settings{store: store}))
		require.Equal(t, "mine", placeOf(settings{store: store, webhook: webhookSettings{place: "mine"}}))
	}
}
