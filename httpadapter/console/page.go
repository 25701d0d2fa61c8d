package console

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"
)

//go:embed dist/index.html
var indexHTML string

// page is the page of the console. Its base is added when the depth of the
// request's path is known.
type page struct {
	// head and tail are the text before and after the base, which is relative
	// to the path.
	head, tail string
	policy     string
}

const meta = `<meta name="jobledger-console" content="" />`

// newPage writes the options into the page.
func newPage(o Options) page {
	if o.API == "" {
		o.API = "/api/v1"
	}
	api, err := url.Parse(o.API)
	if err != nil {
		panic("console: Options.API is not a URL: " + err.Error())
	}
	config, err := json.Marshal(struct {
		API    string  `json:"api"`
		SignIn string  `json:"signIn"`
		Tokens []Token `json:"tokens,omitempty"`
	}{o.API, o.SignIn.name(), o.Tokens})
	if err != nil {
		panic("console: the options cannot be written as JSON: " + err.Error())
	}
	told := strings.Replace(indexHTML, meta, `<meta name="jobledger-console" content="`+html.EscapeString(string(config))+`" />`, 1)
	head, tail, found := strings.Cut(told, `<meta charset="utf-8" />`)
	if !found || told == indexHTML {
		panic("console: dist/index.html was not built by make console")
	}
	head += `<meta charset="utf-8" />` + "\n    "
	return page{head: head, tail: tail, policy: policy(api)}
}

func (s SignIn) name() string {
	if s == ByEmbedder {
		return "embedder"
	}
	return "token"
}

// policy returns the page's Content-Security-Policy: it allows the page's own
// files and the API.
func policy(api *url.URL) string {
	connect := "'self'"
	if api.Host != "" {
		connect += " " + (&url.URL{Scheme: api.Scheme, Host: api.Host}).String()
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src " + connect,
		"base-uri 'self'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
	}, "; ")
}

// serve answers with the page. Depth is how many segments the path has below
// the prefix.
func (p *page) serve(w http.ResponseWriter, r *http.Request, depth int) {
	base := "./" + strings.Repeat("../", depth)
	body := p.head + `<base href="` + base + `" />` + p.tail
	sum := sha256.Sum256([]byte(body))
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", p.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(body)) // an error means that the client left
	}
}
