package console

import (
	"net/http"
	"net/url"
	"strings"
)

// Options change how a handler works. With nil and with the zero value, the
// console is mounted at "/", and the API is at "/api/v1".
type Options struct {
	// Prefix is the path under which the handler is mounted, such as
	// "/console". A mux may remove it from the paths of requests or leave it
	// there. A proxy may change the path, too: the page finds its files
	// relative to its own path.
	Prefix string
	// API is the URL under which the page reaches the API. The default is
	// "/api/v1". It can be a path, such as "/api/v1"; a path relative to the
	// console, such as "../api/v1", for a proxy that changes the paths of both;
	// or a URL on another host, which must allow the page by CORS.
	API string
	// SignIn says how the API learns who the viewer is. The default is
	// [ByToken].
	SignIn SignIn
	// Tokens are offered as buttons on the page that asks for a token.
	// Everybody can see them, so use them only for demonstrations.
	Tokens []Token
}

// SignIn says how the API learns who the viewer is.
type SignIn int

const (
	// ByToken asks the viewer for a bearer token, and keeps it until the
	// browser's tab is closed.
	ByToken SignIn = iota
	// ByEmbedder asks for nothing: with each request the browser sends a cookie
	// that the embedder set, or a proxy adds a header. An embedder who uses a
	// cookie must refuse requests from other sites: set SameSite=Lax or Strict,
	// and check the Sec-Fetch-Site or Origin header.
	ByEmbedder
)

// Token is a bearer token that the page offers as a button; see Options.Tokens.
type Token struct {
	Token string `json:"token"`
	// Name is the text of the button. About says whose token it is.
	Name  string `json:"name"`
	About string `json:"about"`
}

// handler serves the page and its files.
type handler struct {
	prefix string
	page   page
	files  files
}

// New returns a handler of the console, which answers GET and HEAD. It panics
// when Options.API is not a URL.
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
		http.NotFound(w, r) // a file of an older page; the page itself would not be a valid script
	default:
		h.page.serve(w, r, strings.Count(name, "/"))
	}
}

// below returns a path without the prefix. Mounted is false when the path is
// the prefix without a slash at its end.
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

// addSlash redirects from the prefix without a slash to the console. It uses a
// relative path, which is right whatever a proxy has removed from the path.
func (h *handler) addSlash(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if target, err := url.ParseRequestURI(r.RequestURI); err == nil && path == "" {
		path = target.Path // a mux has removed the whole path
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	w.Header().Set("Location", last+"/")
	w.WriteHeader(http.StatusMovedPermanently)
}
