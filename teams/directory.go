package teams

import (
	"context"
	"time"
)

// Grant says that a job is granted to a team. The team's members see the job,
// and may do with it what their role in the team permits.
type Grant struct {
	TeamID    string
	CreatedAt time.Time
	CreatedBy string
	UpdatedAt time.Time
	UpdatedBy string
}

// Team is a team as the embedder's directory describes it. Only ID is required;
// the zero value of another field means that it is not known. All fields are only
// shown to people; nothing is decided by them.
type Team struct {
	ID             string
	OrganizationID string
	Name           string
	// MemberCount is how many members the team has.
	MemberCount int
	// DefaultRoleID is the embedder's ID of the role that new members get.
	DefaultRoleID string
	CreatedAt     time.Time
	CreatedBy     string
	UpdatedAt     time.Time
	UpdatedBy     string
}

// Cluster is where the runs of a version run.
type Cluster struct {
	// ID is the ID that the directory was asked for.
	ID string
	// Active is whether new versions may use the cluster. A [Directory] must set
	// it: when it is false, no job can be created on the cluster, and no version
	// that names it can become the active one; the error is about clusterId. A
	// version that is active already goes on.
	Active bool
}

// Directory looks up an organization's teams and clusters. The embedder
// implements it. An error means that the directory cannot answer now; it never
// means that something does not exist.
//
// The methods are called from many goroutines.
type Directory interface {
	// Teams returns those of the named teams that the organization has, by ID. A
	// team that is not in the map does not exist: no job can be granted to it.
	Teams(ctx context.Context, organizationID string, ids []string) (map[string]Team, error)
	// Cluster returns the organization's cluster with this ID, and whether it
	// exists. Set Cluster.Active, or no new version may use it.
	Cluster(ctx context.Context, organizationID, id string) (Cluster, bool, error)
}
