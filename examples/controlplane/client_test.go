package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// client talks to a control plane over HTTP.
type client struct {
	t   *testing.T
	url string
}

// answer is a response, decoded. Absent members are nil.
type answer struct {
	status int
	body   map[string]any
}

// call sends one request as a member.
func (c *client) call(token, method, path, body string) answer {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	require.NoError(c.t, err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(c.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(c.t, err)
	a := answer{status: response.StatusCode}
	if len(text) > 0 {
		require.NoError(c.t, json.Unmarshal(text, &a.body), string(text))
	}
	return a
}

// expect is call, for a status that is known beforehand.
func (c *client) expect(status int, token, method, path, body string) map[string]any {
	c.t.Helper()
	a := c.call(token, method, path, body)
	require.Equal(c.t, status, a.status, "%s %s: %v", method, path, a.body)
	return a.body
}

// await asks for a run until it is as it is to be, and returns it.
func (c *client) await(token, path, what string, is func(run map[string]any) bool) map[string]any {
	c.t.Helper()
	var run map[string]any
	eventually(c.t, path+" is "+what, func() bool {
		run = c.expect(http.StatusOK, token, "GET", path, "")
		return is(run)
	})
	return run
}

// ended waits until a run has ended.
func (c *client) ended(token, path string) map[string]any {
	c.t.Helper()
	return c.await(token, path, "ended", func(run map[string]any) bool { return terminal(run["status"]) })
}

func terminal(status any) bool {
	switch status {
	case "succeeded", "failed", "cancelled", "timeout":
		return true
	}
	return false
}

// items are the elements of a list of runs, ticks or fires.
func (c *client) items(token, path string) []map[string]any {
	c.t.Helper()
	list := c.expect(http.StatusOK, token, "GET", path, "")["items"].([]any)
	items := make([]map[string]any, len(list))
	for i, item := range list {
		items[i] = item.(map[string]any)
	}
	return items
}

// eventually looks again and again until something is so, and fails the test
// when it is not within patience.
func eventually(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for !isSo() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			require.FailNow(t, "it never came to be that "+what)
		}
	}
}
