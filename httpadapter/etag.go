package httpadapter

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/jobs"
)

// jobTag is the entity tag of a job at an edition.
func jobTag(edition int64) string { return `"` + strconv.FormatInt(edition, 10) + `"` }

// draftTag is the entity tag of a draft. The "d" keeps it different from every
// tag of a job, since both count editions with one counter.
func draftTag(edition int64) string { return `"d` + strconv.FormatInt(edition, 10) + `"` }

// versionTag is the entity tag of a job as one of its versions defines it.
func versionTag(edition int64, number int) string {
	return `"` + strconv.FormatInt(edition, 10) + ".v" + strconv.Itoa(number) + `"`
}

// ifJob returns the precondition of If-Match, compared with the job's edition.
// There is none without the header. "*" matches every job that exists.
func (x *exchange) ifJob() ([]jobs.Precondition, error) { return x.ifMatch(jobTag, `"`) }

// ifNone refuses every If-Match of a request that makes a job: the job does not
// exist yet, so no tag can match.
func (x *exchange) ifNone() error {
	tags, err := x.tags("If-Match")
	if err == nil && tags != nil {
		err = jobs.ErrPrecondition
	}
	return err
}

// ifDraft is like ifJob, but compares with the draft's edition. With "*", the
// service reports when there is no draft.
func (x *exchange) ifDraft() ([]jobs.Precondition, error) { return x.ifMatch(draftTag, `"d`) }

// ifMatch takes the function that makes the tags of editions, and the text that
// they begin with.
func (x *exchange) ifMatch(tag func(int64) string, mark string) ([]jobs.Precondition, error) {
	tags, err := x.tags("If-Match")
	if err != nil || tags == nil || tags.any {
		return nil, err
	}
	return []jobs.Precondition{jobs.IfEdition(tags.editions(tag, mark)...)}, nil
}

// ifDraftExists is ifDraft for the request that makes a draft. It succeeds only
// when there is no draft, and "*" must not match then.
func (x *exchange) ifDraftExists() ([]jobs.Precondition, error) {
	tags, err := x.tags("If-Match")
	if err != nil || tags == nil || !tags.any {
		return x.ifDraft()
	}
	_, err = x.service.Draft(x.r.Context(), x.actor, x.path.params[0])
	if errors.Is(err, jobs.ErrNotFound) {
		return []jobs.Precondition{jobs.IfEdition()}, nil
	}
	return nil, err
}

// unchanged checks If-Match and If-None-Match of a read whose answer has this
// tag. It returns true when it has prepared a 304.
func (x *exchange) unchanged(tag string) (bool, error) {
	x.out.tag = tag
	match, err := x.tags("If-Match")
	if err != nil {
		return false, err
	}
	if match != nil && !match.has(tag) {
		return false, jobs.ErrPrecondition
	}
	none, err := x.tags("If-None-Match")
	if err != nil || none == nil {
		return false, err
	}
	if !none.has(tag) {
		return false, nil
	}
	x.out.status = http.StatusNotModified
	return true, nil
}

// tagList is the value of If-Match or If-None-Match: "*" (any), or a list of
// tags. A weak tag is listed without W/. Proxies that compress answers weaken
// our tags, and a weakened tag still stands for one state.
type tagList struct {
	any  bool
	tags []string
}

func (l *tagList) has(tag string) bool { return l.any || slices.Contains(l.tags, tag) }

// editions returns the editions that the tags were made from. A tag that is not
// one of ours matches nothing.
func (l *tagList) editions(tag func(int64) string, mark string) []int64 {
	var editions []int64
	for _, t := range l.tags {
		text := strings.TrimSuffix(strings.TrimPrefix(t, mark), `"`)
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && tag(n) == t {
			editions = append(editions, n)
		}
	}
	return editions
}

// tags reads If-Match or If-None-Match (RFC 9110, 13.1). It returns nil without
// the header, and an error when the header is malformed.
func (x *exchange) tags(header string) (*tagList, error) {
	lines := x.r.Header.Values(header)
	if len(lines) == 0 {
		return nil, nil
	}
	list, ok := parseTags(strings.Join(lines, ","))
	if !ok {
		return nil, malformedHeader(header, `must be * or a list of entity tags such as "7"`)
	}
	return list, nil
}

func parseTags(text string) (*tagList, bool) {
	const space = " \t"
	if strings.Trim(text, space) == "*" {
		return &tagList{any: true}, true
	}
	list := &tagList{}
	for more := true; more; {
		text = strings.TrimLeft(text, space)
		tag, weak := strings.CutPrefix(text, "W/")
		if end := opaqueEnd(tag); end > 0 {
			list.tags, text = append(list.tags, tag[:end]), tag[end:]
		} else if weak {
			return nil, false
		}
		if text = strings.TrimLeft(text, space); text != "" && text[0] != ',' {
			return nil, false
		}
		_, text, more = strings.Cut(text, ",")
	}
	return list, len(list.tags) > 0
}

// opaqueEnd returns the index behind the quoted tag at the start of text, or 0.
func opaqueEnd(text string) int {
	if text == "" || text[0] != '"' {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i + 1
		case c < 0x21 || c == 0x7f:
			return 0
		}
	}
	return 0
}
