package httpadapter

import (
	"net/http"

	"github.com/jobledger/jobledger/versions"
)

// describeDraft serves GET /workloads/jobs/{job}/draft.
func describeDraft(x *exchange) error {
	draft, err := x.service.Draft(x.r.Context(), x.actor, x.path.params[0])
	if err != nil {
		return err
	}
	if same, err := x.unchanged(draftTag(draft.Edition)); err != nil || same {
		return err
	}
	return x.showDraft(draft)
}

func (x *exchange) showDraft(draft versions.Version) error {
	x.out.tag = draftTag(draft.Edition)
	x.out.body = versionMembers.append(x.out.body, &versionOf{x.path.params[0], &draft}, &x.opts)
	return nil
}

// createDraft serves POST /workloads/jobs/{job}/draft. Without a body, the
// draft is a copy of the active version.
func createDraft(x *exchange) error {
	var body newDraft
	when, err := x.ifDraftExists()
	if err != nil {
		return err
	}
	if err := x.decodeOptional(bodyOf(x, &body, newDraftMembers)); err != nil {
		return err
	}
	from, err := body.draft()
	if err != nil {
		return err
	}
	draft, err := x.service.CreateDraft(x.r.Context(), x.actor, x.path.params[0], from, when...)
	if err != nil {
		return err
	}
	x.out.status = http.StatusCreated
	x.out.location = x.jobLocation(x.path.params[0], "/draft")
	return x.showDraft(draft)
}

// updateDraft serves PATCH /workloads/jobs/{job}/draft.
func updateDraft(x *exchange) error {
	var body versions.Patch
	when, err := x.ifDraft()
	if err != nil {
		return err
	}
	if err := x.decode(bodyOf(x, &body, draftPatchMembers)); err != nil {
		return err
	}
	draft, err := x.service.UpdateDraft(x.r.Context(), x.actor, x.path.params[0], body, when...)
	if err != nil {
		return err
	}
	return x.showDraft(draft)
}

// discardDraft serves DELETE /workloads/jobs/{job}/draft.
func discardDraft(x *exchange) error {
	when, err := x.ifDraft()
	if err != nil {
		return err
	}
	x.out.status = http.StatusNoContent
	return x.service.DiscardDraft(x.r.Context(), x.actor, x.path.params[0], when...)
}

// publishDraft serves POST /workloads/jobs/{job}/draft/publish. The body is
// absent or an empty object.
func publishDraft(x *exchange) error {
	when, err := x.ifDraft()
	if err != nil {
		return err
	}
	if err := x.decodeOptional(bodyOf(x, &nothing{}, nil)); err != nil {
		return err
	}
	job, err := x.service.PublishDraft(x.r.Context(), x.actor, x.path.params[0], when...)
	if err != nil {
		return err
	}
	return x.showJob(job)
}
