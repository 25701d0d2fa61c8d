module github.com/jobledger/jobledger/examples/bench

go 1.26.0

replace github.com/jobledger/jobledger => ../..

require (
	github.com/adhocore/gronx v1.20.4
	github.com/jobledger/jobledger v0.0.0-00010101000000-000000000000
	github.com/robfig/cron/v3 v3.0.1
)
