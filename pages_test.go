package jobledger_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// page is a Markdown file of the repository.
type page struct {
	path string
	// text is without blocks of code, and code is what stood in them, each with its
	// opening fence.
	text string
	code []string
	// anchors are the names that a link may end with, as GitHub makes them of
	// headings.
	anchors []string
}

var (
	fence   = regexp.MustCompile("(?ms)^( *)```[^\n]*\n.*?^ *```$")
	inline  = regexp.MustCompile("`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.*)$`)
	anchor  = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
)

// pages are all Markdown files, but for those of packages of others.
func pages(t *testing.T) map[string]page {
	all := map[string]page{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git") {
			return fs.SkipDir
		}
		if path.Ext(name) != ".md" {
			return nil
		}
		text, err := os.ReadFile(name)
		p := page{path: name, code: fence.FindAllString(string(text), -1)}
		p.text = fence.ReplaceAllString(string(text), "")
		p.anchors = anchors(p.text)
		all[name] = p
		return err
	})
	require.NoError(t, err)
	return all
}

func anchors(text string) (all []string) {
	times := map[string]int{}
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		name := slug(found[1])
		if n := times[name]; n > 0 {
			all = append(all, fmt.Sprintf("%s-%d", name, n))
		} else {
			all = append(all, name)
		}
		times[name]++
	}
	for _, found := range anchor.FindAllStringSubmatch(text, -1) {
		all = append(all, found[1])
	}
	return all
}

// slug is the anchor of a heading.
func slug(title string) string {
	title = link.ReplaceAllString(strings.ReplaceAll(title, "[", ""), "")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(title))
}

// TestLinks follows every link of every page that stays in the repository: to a
// file, a folder or a heading.
func TestLinks(t *testing.T) {
	all := pages(t)
	require.Greater(t, len(all), 10)
	for name, p := range all {
		for _, found := range link.FindAllStringSubmatch(inline.ReplaceAllString(p.text, ""), -1) {
			target, fragment, _ := strings.Cut(found[1], "#")
			if strings.Contains(found[1], "://") || strings.HasPrefix(found[1], "mailto:") {
				continue
			}
			to := name
			if target != "" {
				to = path.Join(path.Dir(name), target)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s, which is not there", name, found[1])
			} else if fragment != "" && !slices.Contains(all[to].anchors, fragment) {
				t.Errorf("%s links to %s: %s has no such heading", name, found[1], to)
			}
		}
	}
}

// TestCodeOfPages holds the Go in pages to the file that its fence names: it stands
// there line by line, in one piece, perhaps deeper indented.
func TestCodeOfPages(t *testing.T) {
	count := 0
	for name, p := range pages(t) {
		for _, block := range p.code {
			opening, rest, _ := strings.Cut(block, "\n")
			file, named := strings.CutPrefix(opening, "```go ")
			if !named {
				continue
			}
			count++
			code := strings.TrimSuffix(rest, "```")
			text, err := os.ReadFile(file)
			require.NoError(t, err, name)
			deeper := regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(code, "\t$1")
			if !strings.Contains(string(text), "\n"+code) && !strings.Contains(string(text), "\n"+deeper) {
				t.Errorf("%s shows what %s does not have:\n%s", name, file, code)
			}
		}
	}
	require.Greater(t, count, 10)
}
