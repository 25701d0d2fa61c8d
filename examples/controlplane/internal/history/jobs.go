package history

import (
	"encoding/json"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// Numbers of the three teams.
const (
	dataTeam = iota
	financeTeam
	growthTeam
)

// made are the jobs that there are from the beginning, in the order in which
// they are made: dependencies first. Their statements run on the demo's sample of
// sales.
func (w *world) made() []jobs.NewJob {
	return []jobs.NewJob{
		w.job("demo-sales", "Sums up the sales of each product", "select product, sum(quantity) as sold, sum(quantity * price) as revenue from sales group by product order by revenue desc",
			cron("0 */2 * * *", "Europe/Berlin"), label("tier", "2")),
		w.job("fx-rates", "Fetches exchange rates", "select 'EUR' as currency, 1.0 as rate", cron("*/30 * * * *", "UTC"), label("tier", "1"), team(financeTeam)),
		w.job("orders-import", "Brings the day's orders into the warehouse", "select day, count(*) as orders from sales group by day",
			cron("10 1 * * *", "Europe/Berlin"), label("tier", "1"), retry(3, 300)),
		w.job("nightly-sales", "Revenue by day and product", "select day, product, sum(quantity * price) as revenue from sales group by day, product",
			cron("30 2 * * *", "Europe/Berlin"), label("tier", "1"), after("orders-import", "fx-rates"), timeout(2700), parameter("day", "yesterday")),
		w.job("hourly-sync", "Keeps the shop's stock in step", "select product, sum(quantity) as stock from sales group by product",
			cron("0 * * * *", "UTC"), label("tier", "1"), label("vendor", "erp"), missed(schedule.MissedSkip)),
		w.job("crm-sync", "Customers to and from the CRM", "select count(*) as customers from sales",
			cron("*/30 6-22 * * *", "America/New_York"), label("vendor", "crm"), team(growthTeam), timeout(1500)),
		w.job("customer-segments", "Segments, as soon as customers and sales are there", "select product, avg(quantity) as usual from sales group by product",
			after("nightly-sales"), team(growthTeam)),
		w.job("revenue-dashboard", "What the board looks at in the morning", "select sum(quantity * price) as revenue from sales", after("nightly-sales"), team(financeTeam)),
		w.job("supplier-feeds", "Price lists of the suppliers", "select distinct product, price from sales",
			cron("45 0 * * *", "Asia/Kolkata"), retry(3, 600), label("vendor", "feeds")),
		w.job("broken-report", "Net revenue for the tax office", "select sum(quantity * price) as revenue from sales", cron("15 6 * * 1-5", "Europe/Berlin"), team(financeTeam), label("tier", "2")),
		w.job("churn-model", "Trains the churn model", "select day, sum(quantity) from sales group by day", cron("0 4 * * 0", "Europe/Berlin"), team(growthTeam), label("kind", "ml")),
		w.job("weekly-digest", "Mails what sold last week", "select product, sum(quantity) as sold from sales group by product", cron("0 8 * * 1", "America/New_York"), team(growthTeam)),
		w.job("search-index", "Indexes the shop anew", "select distinct product from sales", cron("20 */2 * * *", "UTC"), label("tier", "1"), jitter(120)),
		w.job("log-compaction", "Compacts what was logged", "select count(*) from sales", cron("*/20 * * * *", "UTC"), missed(schedule.MissedLatest)),
		w.job("inventory-snapshot", "What is on the shelves", "select product, sum(quantity) from sales group by product", cron("0 5 * * 5", "Europe/Berlin")),
		w.job("gdpr-erasure", "Erases whoever asked for it; by hand", "select 'nobody' as erased", parameter("customer", ""), label("tier", "1")),
	}
}

// job is a SQL job of the first team, changed by what follows.
func (w *world) job(key, description, source string, changes ...func(*world, *jobs.NewJob)) jobs.NewJob {
	config, err := json.Marshal(map[string]any{"sql": map[string]any{"source": source}})
	if err != nil {
		panic(err) // it holds text alone
	}
	job := jobs.NewJob{
		Key: key, TeamIDs: []string{w.cast.Teams[dataTeam]}, Labels: map[string]string{},
		Definition: versions.Definition{ClusterID: w.cast.Cluster, Description: description, Config: config},
	}
	for _, change := range changes {
		change(w, &job)
	}
	return job
}

type change = func(*world, *jobs.NewJob)

func cron(expression, zone string) change {
	return func(_ *world, j *jobs.NewJob) { j.CronExpression, j.CronTimezone = expression, zone }
}

func label(name, value string) change {
	return func(_ *world, j *jobs.NewJob) { j.Labels[name] = value }
}

func team(n int) change {
	return func(w *world, j *jobs.NewJob) { j.TeamIDs = []string{w.cast.Teams[n]} }
}

func after(keys ...string) change {
	return func(_ *world, j *jobs.NewJob) { j.DependsOn = keys }
}

func timeout(seconds int) change {
	return func(_ *world, j *jobs.NewJob) { j.TimeoutSeconds = seconds }
}

func retry(attempts, backoff int) change {
	return func(_ *world, j *jobs.NewJob) {
		j.Retry = versions.Retry{MaxAttempts: attempts, BackoffSeconds: backoff, MaxBackoffSeconds: 4 * backoff}
	}
}

func missed(policy schedule.MissedSchedulePolicy) change {
	return func(_ *world, j *jobs.NewJob) { j.MissedSchedulePolicy = policy }
}

func parameter(name, byDefault string) change {
	return func(_ *world, j *jobs.NewJob) { j.Parameters = map[string]string{name: byDefault} }
}

func jitter(seconds int) change {
	return func(_ *world, j *jobs.NewJob) { j.JitterSeconds = seconds }
}
