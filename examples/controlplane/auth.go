package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/jobledger/jobledger/teams"
)

// credential is the digest of one token, and the member whose token it is. The
// token itself is not kept.
type credential struct {
	digest         [sha256.Size]byte
	organizationID string
	memberID       string
}

func newCredential(token, organizationID, memberID string) credential {
	return credential{sha256.Sum256([]byte(token)), organizationID, memberID}
}

// authenticate returns the actor of a request. A sender cannot see whether a
// token was missing or unknown.
func (c *config) authenticate(r *http.Request) (teams.Actor, error) {
	token, ok := bearerToken(r.Header)
	if !ok {
		return teams.Actor{}, teams.ErrUnauthenticated
	}
	owner, ok := c.find(token)
	if !ok {
		return teams.Actor{}, teams.ErrUnauthenticated
	}
	actor, ok := c.directory.Actor(owner.organizationID, owner.memberID)
	if !ok {
		return teams.Actor{}, teams.ErrUnauthenticated
	}
	return actor, nil
}

// find returns the credential of a token. Its duration reveals nothing: all
// digests have one length, each is compared in constant time, and all are
// compared even after a match.
func (c *config) find(token string) (credential, bool) {
	digest := sha256.Sum256([]byte(token))
	found := -1
	for i := range c.credentials {
		equal := subtle.ConstantTimeCompare(digest[:], c.credentials[i].digest[:])
		found = subtle.ConstantTimeSelect(equal, i, found)
	}
	if found < 0 {
		return credential{}, false
	}
	return c.credentials[found], true
}

// bearerToken reads the Authorization header. There must be exactly one.
func bearerToken(h http.Header) (string, bool) {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	return token, ok && token != "" && strings.EqualFold(scheme, "Bearer")
}
