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
// the zero value of another field means that it is not known.
type Team struct {
	ID             string
	OrganizationID string
	Name           string
	MemberCount    int
	DefaultRoleID  string
	CreatedAt      time.Time
	CreatedBy      string
	UpdatedAt      time.Time
	UpdatedBy      string
}

// Cluster is where versions run.
type Cluster struct {
	ID string
	// Active is true when new versions may use the cluster.
	Active bool
}

// Directory looks up an organization's teams and clusters. The embedder
// implements it. An error means that the directory cannot answer now; it never
// means that something does not exist.
//
// The methods are called from many goroutines.
type Directory interface {
	// Teams returns those of the named teams that the organization has, by ID.
	Teams(ctx context.Context, organizationID string, ids []string) (map[string]Team, error)
	// Cluster returns the organization's cluster with this ID, and whether it
	// exists.
	Cluster(ctx context.Context, organizationID, id string) (Cluster, bool, error)
}
