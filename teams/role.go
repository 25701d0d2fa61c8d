package teams

import "fmt"

// Role is what a member may do in a team. A higher role permits everything that
// a lower one permits. On a job, a member has the highest role that it has in
// any team to which the job is granted.
type Role int

// The roles, from the lowest to the highest.
const (
	// None is no role, and permits nothing.
	None Role = iota
	// Viewer sees jobs, their versions, runs and ticks.
	Viewer
	// Contributor may also create jobs, edit, publish and activate their
	// versions, and start, release, cancel and retry runs.
	Contributor
	// Admin may also delete jobs and runs, change which teams a job is granted
	// to, and set or lift a hold.
	Admin
)

var roleNames = [...]string{None: "none", Viewer: "viewer", Contributor: "contributor", Admin: "admin"}

// ParseRole returns the role with this name: viewer, contributor or admin. Any
// other name is an error.
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

// MarshalText returns the role's name, as [Role.String] does.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText sets r to the role with this name, as [ParseRole] does.
func (r *Role) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRole(string(text))
	return err
}

// Action is something that an actor may do with a job, or with the
// organization's hold.
type Action string

// The actions.
const (
	// View is to see the job in every read and every list.
	View Action = "view"
	// Create is to create a job that is granted to the team.
	Create Action = "create"
	// Edit is to update the job, and to edit, publish and activate its
	// versions.
	Edit Action = "edit"
	// Operate is to start runs of the job, and to release, cancel and retry
	// them.
	Operate Action = "operate"
	// Delete is to delete the job, or a run that has ended.
	Delete Action = "delete"
	// ChangeGrants is to change which teams the job is granted to.
	ChangeGrants Action = "grant"
	// Hold is to set or lift the organization's hold, under which no schedule
	// and no dependency starts a run.
	Hold Action = "hold"
)

// Role returns the lowest role that permits a; [None] for an unknown action.
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
