package teams

import (
	"context"
	"time"
)

// Grant says that a job is granted to a team: its members see the job, and do
// with it what their role in the team permits.
type Grant struct {
	TeamID    string
	CreatedAt time.Time
	CreatedBy string
	UpdatedAt time.Time
	UpdatedBy string
}

// Team is a team as the embedder's directory describes it. What is not known
// is left zero; only ID is required.
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
	// Active clusters accept new versions.
	Active bool
}

// Directory knows an organization's teams and clusters; the embedder's control
// plane implements it. An error means that it cannot answer now, never that
// something does not exist.
//
// Its methods may be called from many goroutines.
type Directory interface {
	// Teams returns those of the named teams that the organization has, by ID.
	Teams(ctx context.Context, organizationID string, ids []string) (map[string]Team, error)
	// Cluster returns the organization's cluster of this ID, and whether
	// there is one.
	Cluster(ctx context.Context, organizationID, id string) (Cluster, bool, error)
}
