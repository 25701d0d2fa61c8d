package versions

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"github.com/jobledger/jobledger/internal/strictjson"
)

type source struct {
	URL       *string `json:"url"`
	Provider  *string `json:"provider"`
	Reference *struct {
		Type  *string `json:"type"`
		Value *string `json:"value"`
	} `json:"reference"`
	SnapshotCommit *string `json:"snapshotCommit"`
}

func checkSource(errs *FieldErrors, raw json.RawMessage, limit int) json.RawMessage {
	if len(raw) == 0 || bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return nil
	}
	compact, ok := checkObject(errs, "sourceConfig", raw, limit)
	if !ok {
		return nil
	}
	var s source
	if err := strictjson.Decode(compact, &s); err != nil {
		addJSON(errs, "sourceConfig", err)
	} else if s.URL != nil {
		checkSourceURL(errs, *s.URL)
	}
	return compact
}

// scpLike is git's short form of an SSH address, user@host:path. It is not a
// URL.
var scpLike = regexp.MustCompile(`^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\s]*$`)

// checkSourceURL refuses credentials: a password in every URL, and any user in
// an HTTP URL, since tokens are written there.
func checkSourceURL(errs *FieldErrors, text string) {
	const field = "sourceConfig.url"
	if text == "" || scpLike.MatchString(text) {
		return
	}
	u, err := url.Parse(text)
	if err != nil {
		errs.Add(field, "must be a URL")
		return
	}
	_, password := u.User.Password()
	web := u.Scheme == "http" || u.Scheme == "https"
	hidden := strings.Contains(u.Opaque, "@") || u.Scheme == "" && strings.Contains(text, "@") // user:token@host/path
	if password || hidden || web && u.User != nil {
		errs.Add(field, "must not contain credentials")
	}
}
