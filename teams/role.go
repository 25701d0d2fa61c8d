package teams

import "fmt"

// Role is what a member is in a team. A higher role permits all that a lower
// one does. On a job, the highest role counts over the teams that the job is
// granted to.
type Role int

// The roles. The zero Role is no role at all.
const (
	None Role = iota
	// Viewer sees jobs, their versions, runs and ticks.
	Viewer
	// Contributor also edits drafts, publishes, activates, updates and runs.
	Contributor
	// Admin also deletes jobs and changes which teams they are granted to.
	Admin
)

var roleNames = [...]string{None: "none", Viewer: "viewer", Contributor: "contributor", Admin: "admin"}

// ParseRole returns the role of that name: viewer, contributor or admin.
func ParseRole(name string) (Role, error) {
	for r := Viewer; r <= Admin; r++ {
		if roleNames[r] == name {
			return r, nil
		}
	}
	return None, fmt.Errorf("teams: role %q must be one of viewer, contributor, admin", name)
}

// String returns the role's name.
func (r Role) String() string {
	if r < None || r > Admin {
		return fmt.Sprintf("Role(%d)", int(r))
	}
	return roleNames[r]
}

// MarshalText returns the role's name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText is [ParseRole].
func (r *Role) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRole(string(text))
	return err
}

// Action is what an actor asks to do with a job.
type Action string

// The actions.
const (
	// View is to see the job: every read, and every list that it appears in.
	View Action = "view"
	// Create is to make a job that is granted to a team.
	Create Action = "create"
	// Edit is to update the job and to edit, publish and activate its versions.
	Edit Action = "edit"
	// Operate is to run the job, and to release, cancel and retry its runs.
	Operate Action = "operate"
	// Delete is to remove the job, or a run that has ended.
	Delete Action = "delete"
	// ChangeGrants is to change which teams the job is granted to.
	ChangeGrants Action = "grant"
	// Hold is to keep an organization's schedules from starting runs, and to let
	// them again.
	Hold Action = "hold"
)

// Role is the lowest role that permits a.
func (a Action) Role() Role {
	for r := Viewer; r <= Admin; r++ {
		if r.Permits(a) {
			return r
		}
	}
	return None
}

// Permits reports whether a member with this role on a job may do a.
func (r Role) Permits(a Action) bool {
	switch a {
	case View:
		return r >= Viewer
	case Create, Edit, Operate:
		return r >= Contributor
	case Delete, ChangeGrants, Hold:
		return r >= Admin
	}
	return false
}
