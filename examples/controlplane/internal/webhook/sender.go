// Package webhook tells a receiver what goes wrong with jobs: one signed POST for
// each run that has failed for good, and for each tick that was missed. It reads
// the journal, so that nothing is left out: not what happened while the receiver
// was away, nor while this process was.
//
// It uses package jobs and the standard library only, to be copied into other
// programs. Signatures are those of Standard Webhooks
// (https://www.standardwebhooks.com), for which there are libraries.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// timeout bounds one try.
	timeout = 10 * time.Second
	// firstWait is the wait after the first try, and longestWait after later ones.
	firstWait   = time.Second
	longestWait = 5 * time.Minute
	// longestAsked is the longest wait that a receiver may ask for.
	longestAsked = time.Hour
	// refusals is how often a receiver must refuse a message before it is dropped.
	refusals = 5
	// answerBytes is how much of an answer is read.
	answerBytes = 4 << 10
)

// ErrSecret is a secret that is no key of Standard Webhooks.
var ErrSecret = errors.New("must be whsec_ and 24 to 64 bytes in base64")

// ParseSecret reads a key of Standard Webhooks. The error does not repeat it.
func ParseSecret(text string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(strings.TrimSpace(text), "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(key) < 24 || len(key) > 64 {
		return nil, ErrSecret
	}
	return key, nil
}

// Sender sends messages to one receiver.
type Sender struct {
	url    *url.URL
	secret []byte
	client *http.Client
	logger *slog.Logger
}

// NewSender returns a sender. The transport is http.DefaultTransport when nil.
func NewSender(receiver *url.URL, secret []byte, transport http.RoundTripper, logger *slog.Logger) *Sender {
	return &Sender{url: receiver, secret: secret, logger: logger, client: &http.Client{
		Transport: transport,
		Timeout:   timeout,
		// A redirect could lead anywhere: it is an answer like another.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Deliver sends a message until the receiver has taken it, which is any 2xx. It
// returns an error only when ctx ends before that. A receiver that cannot be
// reached, or answers otherwise, is tried again for as long as it takes, and
// the log says when that begins and when it ends: nothing overtakes the message. Only one that refuses the message itself (400, 413, 415 or
// 422) refuses it for good: the fifth time it is dropped, and logged.
func (s *Sender) Deliver(ctx context.Context, m Message) error {
	refused := 0
	for try := 1; ; try++ {
		status, asked, err := s.send(ctx, m)
		switch {
		case status/100 == 2:
			if try > 1 {
				s.log(ctx, slog.LevelInfo, "the message is taken now", m, slog.Int("tries", try))
			}
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case status == 400 || status == 413 || status == 415 || status == 422:
			if refused++; refused == refusals {
				s.log(ctx, slog.LevelError, "the receiver refuses a message, which is dropped", m, answer(status, err))
				return nil
			}
		}
		if try == 1 {
			s.log(ctx, slog.LevelWarn, "a message is not taken, and is sent again", m, answer(status, err))
		}
		select {
		case <-time.After(max(wait(try), asked)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// send tries once. The status is 0 without an answer; asked is how long the receiver
// wants to be left alone.
func (s *Sender) send(ctx context.Context, m Message) (status int, asked time.Duration, err error) {
	now := strconv.FormatInt(time.Now().Unix(), 10)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url.String(), bytes.NewReader(m.Body))
	if err != nil {
		return 0, 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "jobledger-webhook/1")
	r.Header["webhook-id"] = []string{m.ID}
	r.Header["webhook-timestamp"] = []string{now}
	r.Header["webhook-signature"] = []string{sign(s.secret, m.ID, now, m.Body)}
	answer, err := s.client.Do(r)
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err // without the URL, which may hold a token
		}
		return 0, 0, err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, answerBytes) // then the connection can be used again
	seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
	return answer.StatusCode, min(max(time.Duration(seconds)*time.Second, 0), longestAsked), nil
}

// sign is the signature of Standard Webhooks: HMAC-SHA256 of ID, time and body.
func sign(secret []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body) // it never fails
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// wait is how long to wait after so many tries: twice as long each time, up to
// longestWait, of which a random part is left out.
func wait(tries int) time.Duration {
	d := min(firstWait<<min(tries-1, 20), longestWait)
	return d/2 + rand.N(d/2)
}

// answer is what came back: a status, or why there is none.
func answer(status int, err error) slog.Attr {
	if err != nil {
		return slog.Any("error", err)
	}
	return slog.Int("status", status)
}

func (s *Sender) log(ctx context.Context, level slog.Level, what string, m Message, more slog.Attr) {
	s.logger.LogAttrs(ctx, level, "webhook: "+what, slog.String("receiver", s.url.Host), slog.String("id", m.ID), slog.String("type", m.Type), more)
}
