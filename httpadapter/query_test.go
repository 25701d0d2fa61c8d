package httpadapter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/stretchr/testify/require"
)

// lists are the routes of lists; jobs says which list jobs.
var lists = map[string]bool{"listMyJobs": true, "listJobs": true, "listTeamJobs": true, "listClusterJobs": true, "listJobTeams": false, "listVersions": false}

func TestQueryParameters(t *testing.T) {
	a := newMemoryAPI(t)
	job := a.create(t, "job")
	rows := []struct {
		query  string
		fields string // at fault
		jobs   bool   // only lists of jobs know the parameter
	}{
		{"", "", false},
		{"limit=0", "", false},
		{"limit=100&page=2147483647", "", false},
		{"limit=007", "", false},
		{"l%69mit=1", "", false},
		{"limit=%31", "", false},
		{"&limit=1&&page=2&", "", false},
		{"unknown=1", "unknown", false},
		{"unknown=1&unknown=2&%zz=%zz&Limit=x&;", "unknown %zz Limit ;", false},
		{"unknown=1&page=0&limit=x", "limit page unknown", false},
		{"sortBy=jobKey&sortDirection=desc", "", true},
		{"sortBy=createdAt&sortDirection=asc", "", true},
		{"limit=101", "limit", false},
		{"limit=-1", "limit", false},
		{"limit=", "limit", false},
		{"limit", "limit", false},
		{"limit=x", "limit", false},
		{"limit=1.0", "limit", false},
		{"limit=+1", "limit", false},
		{"limit=%2B1", "limit", false},
		{"limit=1%20", "limit", false},
		{"limit=%zz", "limit", false},
		{"limit=1;page=2", "limit", false},
		{"limit=99999999999999999999", "limit", false},
		{"limit=1&limit=1", "limit", false},
		{"limit=1&l%69mit=1", "limit", false},
		{"page=0", "page", false},
		{"page=2147483648", "page", false},
		{"page=1&page=1&limit=x", "limit page", false},
		{"sortBy=status", "sortBy", true},
		{"sortBy=jobkey", "sortBy", true},
		{"sortBy=", "sortBy", true},
		{"sortDirection=DESC", "sortDirection", true},
		{"sortBy=jobKey&sortBy=jobKey&sortDirection=x", "sortBy sortDirection", true},
	}
	for _, route := range httpadapter.Routes() {
		ofJobs, isList := lists[route.Name]
		if !isList {
			continue
		}
		for _, row := range rows {
			req := request{name: row.query, to: "GET " + pathOf(route.Pattern, job) + "?" + row.query, status: 200}
			if row.fields != "" || !ofJobs && row.jobs {
				req.status, req.code = 400, "invalid"
			}
			if ofJobs || !row.jobs {
				req.fields = strings.Fields(row.fields)
			}
			a.do(t, req)
		}
	}
}

// Every route refuses a parameter that it does not know, says which it knows,
// and has no effect.
func TestUnknownParameters(t *testing.T) {
	for _, route := range httpadapter.Routes() {
		w := newWorld(t, memory.New())
		job := w.create(t, "job")
		run := w.arrange(t, job, route.Name)
		before := w.do(t, request{to: "GET /workloads/jobs/" + job, status: 200}).Body.String()
		req := request{to: route.Method + " " + pathOf(route.Pattern, job, run) + "?nope=1&" + strings.Repeat("&n%C3%B6=", 20), body: allowed[route.Name].body}
		if route.Needs == "" {
			run = w.start("/workloads/jobs/" + job)
			before = w.do(t, request{to: "GET /workloads/jobs/" + job, status: 200}).Body.String()
			req.as, req.to = w.tokens()[run], route.Method+" "+pathOf(route.Pattern, job, run)+"?nope=1&n%C3%B6="
		}
		req.status, req.code, req.fields = 400, "invalid", []string{"nope", "nö"}
		detail := w.do(t, req).problem(t).Errors[0].Detail
		for _, name := range route.Query {
			require.Contains(t, detail, name)
		}
		require.Equal(t, before, w.do(t, request{to: "GET /workloads/jobs/" + job, status: 200}).Body.String())
	}
}

// What is wrong with the query and with the body is said at once.
func TestFaultsOfQueryAndBody(t *testing.T) {
	a := newMemoryAPI(t)
	job := "/workloads/jobs/" + a.create(t, "job")
	a.do(t, request{to: "PATCH " + job + "?limit=5", body: `{"nope":1}`, status: 400, code: "malformed_body", fields: []string{"limit", "nope"}})
	a.do(t, request{to: "PATCH " + job + "?limit=5", body: `{"description":"x"}`, status: 400, code: "invalid", fields: []string{"limit"}})
	a.do(t, request{to: "POST " + job + "/draft?limit=5", status: 400, code: "invalid", fields: []string{"limit"}})
	a.do(t, request{to: "POST /workloads/jobs/ZZZZZZZZZZ/draft?limit=5", status: 400, code: "invalid", fields: []string{"limit"}})
	a.do(t, request{to: "GET " + job + "/draft", status: 404})
}

// page decodes what all lists of jobs share.
type page struct {
	Total    int
	Items    []struct{ JobID string }
	Included struct {
		Jobs  []struct{ ID, JobKey string }
		Teams []struct{ ID string }
	}
}

func (a *api) page(t *testing.T, to string) (p page, keys string) {
	w := a.do(t, request{to: to, status: 200})
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	names := make([]string, len(p.Included.Jobs))
	for i, job := range p.Included.Jobs {
		require.Equal(t, p.Items[i].JobID, job.ID)
		names[i] = job.JobKey
	}
	return p, strings.Join(names, " ")
}

func TestPages(t *testing.T) {
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) {
			a := newAPI(t, s.open(t), nil)
			for _, key := range []string{"c", "a", "b", "Z", "é"} {
				a.create(t, key)
			}
			for query, want := range map[string]string{
				"":                              "c a b Z é",
				"sortDirection=desc":            "é Z b a c",
				"sortBy=jobKey":                 "Z a b c é",
				"sortBy=jobKey&limit=2":         "Z a",
				"sortBy=jobKey&limit=2&page=3":  "é",
				"sortBy=jobKey&limit=2&page=4":  "",
				"limit=0":                       "",
				"limit=0&page=7":                "",
				"sortBy=createdAt&limit=1":      "c",
				"page=2147483647":               "",
				"sortBy=jobKey&limit=3&page=02": "c é",
			} {
				for _, path := range []string{"/me/jobs", "/workloads/jobs", "/workloads/teams/TEAMB/jobs", "/workloads/clusters/A1B2C3D4E5/jobs"} {
					p, keys := a.page(t, "GET "+path+"?"+query)
					require.Equal(t, want, keys, query)
					require.Equal(t, 5, p.Total)
				}
			}
			p, _ := a.page(t, "GET /me/jobs")
			require.Len(t, p.Included.Teams, 2, "each team once")
		})
	}
}

// The lists of a job's teams and versions.
func TestSmallLists(t *testing.T) {
	a := newMemoryAPI(t)
	job := "/workloads/jobs/" + a.create(t, "job")
	a.do(t, request{to: "POST " + job + "/versions", body: "{}", status: 201})
	a.do(t, request{to: "POST " + job + "/draft", status: 201})
	for to, want := range map[string]string{
		"/versions?limit=0":        `{"total":2,"items":[]}`,
		"/versions?limit=1&page=3": `{"total":2,"items":[]}`,
		"/teams?limit=0":           `{"total":2,"items":[]}`,
		"/teams?limit=1&page=2": `{"total":2,"items":[{"team":{"id":"TEAMB","organizationId":"acme","name":null,"createdAt":null,"createdBy":null,` +
			`"updatedAt":null,"updatedBy":null,"defaultRoleId":null},"memberCount":1}]}`,
	} {
		require.Equal(t, want, a.do(t, request{to: "GET " + job + to, status: 200}).Body.String())
	}
	items := a.do(t, request{to: "GET " + job + "/versions?page=1", status: 200}).object(t)["items"].([]any)
	require.Len(t, items, 2, "a draft is not listed")
	require.Equal(t, json.Number("2"), items[1].(object)["version"])
	require.Equal(t, json.Number("1"), items[1].(object)["basedOnVersion"])
}
