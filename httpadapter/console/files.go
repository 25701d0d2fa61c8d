package console

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed dist
var dist embed.FS

// file is a built file. Its name contains a digest of its content, so that
// browsers may keep it for ever.
type file struct {
	media string
	body  []byte
	// small is the body in gzip; nil when that is not smaller.
	small []byte
}

type files map[string]*file

// built reads the files once.
var built = sync.OnceValue(func() files {
	all := files{}
	err := fs.WalkDir(dist, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == "dist/index.html" {
			return err
		}
		body, err := dist.ReadFile(name)
		if err != nil {
			return err
		}
		all[strings.TrimPrefix(name, "dist/")] = newFile(name, body)
		return nil
	})
	if err != nil {
		panic("console: read the built files: " + err.Error()) // the files are embedded in the program
	}
	return all
})

func newFile(name string, body []byte) *file {
	f := &file{media: mime.TypeByExtension(path.Ext(name)), body: body}
	switch path.Ext(name) { // the machine's own table of types may differ
	case ".js":
		f.media = "text/javascript; charset=utf-8"
	case ".css":
		f.media = "text/css; charset=utf-8"
	case ".txt":
		f.media = "text/plain; charset=utf-8"
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, _ = z.Write(body)                                  // writing to memory does not fail
	_ = z.Close()
	if b.Len() < len(body) {
		f.small = b.Bytes()
	}
	return f
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body := f.body
	if h.Set("Vary", "Accept-Encoding"); f.small != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = f.small
	}
	h.Set("Content-Type", f.media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // an error means that the client left
	}
}

func acceptsGzip(r *http.Request) bool {
	for _, header := range r.Header.Values("Accept-Encoding") {
		for coding := range strings.SplitSeq(header, ",") {
			name, q, _ := strings.Cut(strings.TrimSpace(coding), ";")
			if strings.EqualFold(name, "gzip") && strings.ReplaceAll(q, " ", "") != "q=0" {
				return true
			}
		}
	}
	return false
}
