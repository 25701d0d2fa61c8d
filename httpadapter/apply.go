package httpadapter

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/jobledger/jobledger/internal/strictjson"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// applyJobs serves POST /workloads/jobs/apply. It reads the body as a stream,
// and to its end before anything is written to the store. It writes the answer
// as a stream, too.
func applyJobs(x *exchange) error {
	if x.faults != nil {
		return x.faults
	}
	if err := checkMedia(x.r.Header); err != nil {
		return err
	}
	in := &applyBody{x: x}
	l := list[jobs.Applied]{x: x, element: appliedMembers.element(&x.opts)}
	x.out.body = append(x.out.body, `{"items":[`...)
	if err := x.service.Apply(x.r.Context(), x.actor, in.documents(), &in.options, func(a jobs.Applied) error { return l.add(&a) }); err != nil {
		return err
	}
	l.end("]}")
	return nil
}

// exportJobs serves GET /workloads/jobs/export.
func exportJobs(x *exchange) error {
	l := list[jobs.NewJob]{x: x, element: documentMembers.element(&x.opts)}
	x.out.body = append(x.out.body, `{"jobs":[`...)
	for job, err := range x.service.Export(x.r.Context(), x.actor) {
		if err == nil {
			err = l.add(&job)
		}
		if err != nil {
			return err
		}
	}
	l.end("]}")
	return nil
}

// applyBody reads the body of an apply, one job at a time.
type applyBody struct {
	x       *exchange
	options jobs.ApplyOptions
	decoder *jsontext.Decoder
	// read is how many bytes have arrived. The job that is being read is number
	// n, and begins at byte start.
	read, start int64
	n           int
}

// errStopped ends the reading when the service wants no more jobs.
var errStopped = errors.New("stopped")

// documents yields the jobs of the body. When one job is wrong, its error names
// the fields at fault and reading goes on. When the rest of the body is wrong,
// reading ends.
func (b *applyBody) documents() iter.Seq2[jobs.NewJob, error] {
	return func(yield func(jobs.NewJob, error) bool) {
		err := b.readAll(yield)
		if err == nil {
			b.x.liftTime()
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(jobs.NewJob{}, err)
		}
	}
}

func (b *applyBody) readAll(yield func(jobs.NewJob, error) bool) error {
	if b.x.r.ContentLength > b.x.opts.MaxApplyBytes {
		return tooLarge(b.x.opts.MaxApplyBytes)
	}
	b.decoder = jsontext.NewDecoder(b)
	d := b.decoder
	if kind := d.PeekKind(); kind != '{' && kind != 0 {
		return malformed(&strictjson.Error{Rule: "must be an object"})
	}
	err := readMembers(d, func(name string) error {
		switch name {
		case "jobs":
			return b.readJobs(yield)
		case "prune":
			return json.UnmarshalDecode(d, &b.options.Prune)
		case "dryRun":
			return json.UnmarshalDecode(d, &b.options.DryRun)
		}
		return errUnknownMember(d)
	})
	if err == nil {
		_, err = d.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			return malformed(&strictjson.Error{Rule: fmt.Sprintf("is not valid JSON in UTF-8 (at byte %d)", d.InputOffset()-1)})
		}
	}
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if errors.Is(err, errStopped) {
		return errStopped
	}
	if fault, ok := errors.AsType[*strictjson.Error](strictjson.Describe(err)); ok {
		return malformed(fault)
	}
	return err
}

// readJobs reads the member "jobs". Null means no jobs.
func (b *applyBody) readJobs(yield func(jobs.NewJob, error) bool) error {
	d := b.decoder
	switch d.PeekKind() {
	case 'n':
		return d.SkipValue()
	case '[', 0:
	default:
		return malformed(&strictjson.Error{Path: "jobs", Rule: "must be an array"})
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for ; d.PeekKind() != ']'; b.n++ {
		b.start = d.InputOffset()
		text, err := d.ReadValue()
		if err != nil {
			return err
		}
		if !yield(b.x.document(text)) {
			return errStopped
		}
	}
	_, err := d.ReadToken()
	return err
}

// document reads one job of the body.
func (x *exchange) document(text []byte) (jobs.NewJob, error) {
	var job document
	if err := x.readText(text, bodyOf(x, &job, givenMembers)); err != nil {
		if fault, ok := errors.AsType[*strictjson.Error](err); ok {
			err = versions.FieldErrors{{Field: fault.Path, Detail: fault.Rule}}
		}
		return jobs.NewJob{}, err
	}
	return job.document()
}

// Read implements [io.Reader] for the decoder. It refuses a body or a job that
// is too long. Options.BodyTimeout applies to each MiB of the body, not to the
// whole.
func (b *applyBody) Read(p []byte) (int, error) {
	const each = 1 << 20
	limit := b.x.opts.MaxApplyBytes
	n, err := b.x.r.Body.Read(p[:min(int64(len(p)), limit-b.read+1)])
	if (b.read+int64(n))/each > b.read/each {
		b.x.limitTime()
	}
	b.read += int64(n)
	switch {
	case b.read > limit:
		return 0, tooLarge(limit)
	case b.n > 0 || b.start > 0:
		if b.read-b.decoder.InputOffset() > b.x.opts.MaxBodyBytes+each {
			return 0, malformed(&strictjson.Error{Path: fmt.Sprintf("jobs[%d]", b.n), Rule: fmt.Sprintf("must be at most %d bytes", b.x.opts.MaxBodyBytes)})
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = readProblem(err)
	}
	return n, err
}
