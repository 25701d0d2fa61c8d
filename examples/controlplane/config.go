package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/jobledger/jobledger/internal/strictjson"
	"github.com/jobledger/jobledger/teams"
)

// configFile is the file that -config names.
type configFile struct {
	Organizations []organizationEntry `json:"organizations"`
}

type organizationEntry struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Clusters []clusterEntry `json:"clusters"`
	Teams    []teamEntry    `json:"teams"`
	Members  []memberEntry  `json:"members"`
}

type clusterEntry struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

type teamEntry struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type memberEntry struct {
	ID    string `json:"id"`
	Token string `json:"token"`
	// AllTeams is true, false or the name of a role.
	AllTeams json.RawMessage `json:"allTeams"`
	// Teams are names of roles by team ID.
	Teams map[string]string `json:"teams"`
}

// config is the members that exist, and their tokens.
type config struct {
	directory *teams.Static
	// organizations are the IDs of all organizations.
	organizations []string
	credentials   []credential
}

// loadConfig reads a file, or builds the demo organization when there is none.
func loadConfig(path string) (*config, error) {
	if path == "" {
		return newConfig(demoConfig())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("-config: %w", err)
	}
	c, err := parseConfig(text)
	if err != nil {
		return nil, fmt.Errorf("-config %s: %w", path, err)
	}
	return c, nil
}

// parseConfig reads the text of a config file. Its errors name the place of the
// fault.
func parseConfig(text []byte) (*config, error) {
	var file configFile
	if err := strictjson.Decode(text, &file); err != nil {
		return nil, err
	}
	return newConfig(file)
}

func newConfig(file configFile) (*config, error) {
	if len(file.Organizations) == 0 {
		return nil, errors.New("organizations: there must be at least one")
	}
	c := &config{}
	check := checker{ids: map[string]string{}, tokens: map[string]string{}}
	organizations := make([]teams.Organization, len(file.Organizations))
	for i, entry := range file.Organizations {
		organizations[i] = check.organization(fmt.Sprintf("organizations[%d]", i), entry)
		c.organizations = append(c.organizations, entry.ID)
		for _, member := range entry.Members {
			c.credentials = append(c.credentials, newCredential(member.Token, entry.ID, member.ID))
		}
	}
	if len(check.faults) > 0 {
		return nil, errors.Join(check.faults...)
	}
	directory, err := teams.NewStatic(organizations...)
	c.directory = directory
	return c, err
}
