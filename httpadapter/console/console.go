package console

import (
	"net/http"
	"net/url"
	"strings"
)

// Options change how a handler works. The zero value, and nil, work: the console
// is mounted at "/", and the API at "/api/v1".
type Options struct {
	// Prefix is the path that the handler is mounted under, such as "/console". A
	// mux may take it off the path of a request or leave it there. A proxy in front
	// may add to it or take it away: the page finds its files from where it is.
	Prefix string
	// API is where the page reaches the API, as a URL: a path, such as "/api/v1",
	// which is the default; one relative to the console's own, such as "../api/v1",
	// for a proxy that changes both; or one on another host, which must allow it by
	// CORS.
	API string
	// SignIn says how the API knows the viewer.
	SignIn SignIn
	// Tokens are offered as buttons where a token is asked for. They are shown to
	// everybody: for demonstrations only.
	Tokens []Token
}

// SignIn says how the API knows the viewer.
type SignIn int

const (
	// ByToken asks the viewer for a bearer token, and keeps it in the browser's
	// tab until that is closed.
	ByToken SignIn = iota
	// ByEmbedder asks nothing: the browser sends a cookie of the embedder's with
	// each request, or a proxy adds a header. An embedder who uses a cookie must
	// refuse requests from other sites: SameSite=Lax or Strict, and a check of the
	// Sec-Fetch-Site or Origin header.
	ByEmbedder
)

// Token is a bearer token that is offered as a button.
type Token struct {
	Token string `json:"token"`
	// Name is what the button says, and About who that is.
	Name  string `json:"name"`
	About string `json:"about"`
}

// handler serves the page and its files.
type handler struct {
	prefix string
	page   page
	files  files
}

// New returns a handler of the console. It answers GET and HEAD. It panics when
// Options.API is no URL.
func New(opts *Options) http.Handler {
	var o Options
	if opts != nil {
		o = *opts
	}
	h := &handler{page: newPage(o), files: built()}
	if o.Prefix = strings.Trim(o.Prefix, "/"); o.Prefix != "" {
		h.prefix = "/" + o.Prefix
	}
	return h
}

// ServeHTTP implements [http.Handler].
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "the console answers GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	path, mounted := h.below(r.URL.Path)
	name := strings.TrimPrefix(path, "/")
	switch file, is := h.files[name]; {
	case !mounted || path == "":
		h.addSlash(w, r)
	case is:
		file.serve(w, r)
	case strings.HasPrefix(name, "assets/"):
		http.NotFound(w, r) // of an older page: never the page itself, which is no script
	default:
		h.page.serve(w, r, strings.Count(name, "/"))
	}
}

// below is a path without the prefix. It is mounted unless it is the prefix without
// the slash behind it.
func (h *handler) below(path string) (below string, mounted bool) {
	if h.prefix == "" {
		return path, true
	}
	rest, has := strings.CutPrefix(path, h.prefix)
	if has && (rest == "" || rest[0] == '/') {
		return rest, rest != ""
	}
	return path, true
}

// addSlash leads to the console from its prefix without a slash, by a path that is
// right whatever a proxy has taken away.
func (h *handler) addSlash(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if target, err := url.ParseRequestURI(r.RequestURI); err == nil && path == "" {
		path = target.Path // a mux took all of it off
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	w.Header().Set("Location", last+"/")
	w.WriteHeader(http.StatusMovedPermanently)
}
