# jobledger. "make help" lists what there is.

# The versions of tools are held here and nowhere else.
GOTESTSUM := gotest.tools/gotestsum@v1.13.0
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
BENCHSTAT := golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# A line that pipes fails when any part of it does.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# The race detector needs cgo, and that a C compiler: where there is none, the
# go command has switched cgo off. SQLite's own code, C that was translated to
# Go, is not watched: that makes its tests five times as slow and looks at none
# of our code. Its driver is, which reads the memory that we hand to it.
UNWATCHED := modernc.org/sqlite/lib modernc.org/libc modernc.org/memory
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race $(UNWATCHED:%=-gcflags=%=-race=false))

# How long one fuzz target runs, and one package's tests may.
FUZZTIME ?= 1m
TEST_TIMEOUT ?= 10m
TORTURE_TIMEOUT ?= 3h
BENCH ?= .
BENCHTIME ?= 1s
BASELINE ?= docs/bench-baseline.txt

# Modules of their own: what they need beside the library is no dependency of
# ours. go.work joins them with it.
MODULES := examples/controlplane examples/ctl examples/asynq examples/bench examples/tutorial httpadapter/client jobs/oteljobs
# And one that is not of the workspace: it would raise what the others depend on.
APART := internal/openapicheck
# The programs first: their tests wait the longest.
PACKAGES := $(MODULES:%=./%/...) ./...
# How many packages are tested at once: their tests often wait, for disks and processes.
TEST_PACKAGES ?= 4
in_modules = for module in . $(MODULES); do echo "$$module: $(1)"; (cd $$module && $(1)); done

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  %-15s %s\n", $$1, $$2 }'

.PHONY: build
build: ## Compile everything, tests included
	go build $(PACKAGES)
	go test -run '^$$' $(PACKAGES) >/dev/null

.PHONY: tools
tools: ## Install what the tests use beside Go (Debian, as root); elsewhere say what that is
	@scripts/install-test-tools redis-server curl python3 chromium

.PHONY: test
test: ## Run all tests, with the race detector where it can be, and say which were not run
	@mkdir -p reports; code=0; \
	go run $(GOTESTSUM) --format standard-quiet --hide-summary skipped --jsonfile reports/test.json -- $(RACE) -p $(TEST_PACKAGES) -timeout $(TEST_TIMEOUT) $(PACKAGES) || code=$$?; \
	go run ./scripts/notrun <reports/test.json; \
	$(if $(RACE),,echo "not run: the race detector: there is no C compiler, such as gcc";) \
	echo "not run: the console in a browser: make test-console, which needs Node and Chromium"; \
	exit $$code

.PHONY: check
check: format vet tidy-check deps size generate-check openapi-check console-check workflow-check lint cross vulnerabilities test-console-quick test ## What CI runs: every check, then all tests

.PHONY: format
format: ## Fail when a file is not formatted with gofmt
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not formatted (gofmt -w):"; echo "$$files"; exit 1; fi

.PHONY: vet
vet: ## Run go vet
	go vet $(PACKAGES)
	cd $(APART) && GOWORK=off go vet ./...

.PHONY: tidy
tidy: ## Make go.mod and go.sum hold what is imported, and no more
	@$(call in_modules,go mod tidy)
	cd $(APART) && GOWORK=off go mod tidy

.PHONY: tidy-check
tidy-check: ## Fail when "make tidy" would change something
	@$(call in_modules,go mod tidy -diff)
	cd $(APART) && GOWORK=off go mod tidy -diff

.PHONY: deps
deps: ## Fail when a package brings what its importers must not get
	@scripts/check-deps

.PHONY: openapi-check
openapi-check: ## Fail when a tool that people use does not take the OpenAPI document
	@scripts/check-openapi

.PHONY: size
size: ## Fail when a Go file, or what a user of package jobs reads, has become too long
	@scripts/check-size

.PHONY: lint
lint: ## Run golangci-lint; it is compiled the first time, which takes minutes
	go run $(GOLANGCI_LINT) run --timeout 10m $(PACKAGES)
	cd $(APART) && GOWORK=off go run $(GOLANGCI_LINT) run --timeout 10m ./...

.PHONY: workflow-check
workflow-check: ## Check the files of .github/workflows
	go run $(ACTIONLINT)

.PHONY: cross
cross: ## Check that all, tests included, compiles for Windows, macOS and 32-bit Linux
	@scripts/check-cross $(filter-out ./examples/asynq/... ./examples/bench/...,$(PACKAGES))

.PHONY: vulnerabilities
vulnerabilities: ## Look for known vulnerabilities; passes where vuln.go.dev does not answer
	@scripts/check-vulnerabilities . $(MODULES)

.PHONY: generate
generate: ## Generate the client and docs/rest.md from the OpenAPI document
	@scripts/generate

.PHONY: generate-check
generate-check: ## Fail when "make generate" would change something
	@scripts/generate --check

.PHONY: console
console: ## Build the console's files from their sources, with Node
	@scripts/console

.PHONY: console-check
console-check: ## Fail when "make console" would change something; passes where there is no Node
	@scripts/console --check

.PHONY: test-console
test-console: ## Test the console in Chromium, with JOBS (100000) jobs in one test; needs Node
	@scripts/test-console

# With few of the tests, and only where Node and Chromium are.
.PHONY: test-console-quick
test-console-quick:
	@JOBS=0 scripts/test-console --if-there mounts keys

.PHONY: screenshots
screenshots: ## Make docs/images anew from the demo; needs Node and Chromium
	@scripts/test-console screenshots

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (1m)
	FUZZTIME=$(FUZZTIME) scripts/fuzz

.PHONY: bench
bench: ## Run the benchmarks that match BENCH (all), for BENCHTIME (1s) each
	go test -run '^$$' -bench '$(BENCH)' -benchmem -benchtime $(BENCHTIME) -timeout 1h $(PACKAGES)

.PHONY: bench-baseline
bench-baseline: ## Measure a few benchmarks, for three to four minutes, into BASELINE (docs/bench-baseline.txt)
	@scripts/bench-short $(BASELINE)

# What has a floor is compared by the ratio to it. Runs has none.
.PHONY: bench-compare
bench-compare: ## Measure the same ones, and compare them with those in BASELINE
	@mkdir -p reports && scripts/bench-short reports/bench.txt
	go run $(BENCHSTAT) -ignore commit,go -filter '.unit:(ratio OR x-static OR x-encoded) OR (.unit:now-per-s AND .name:Runs)' $(BASELINE) reports/bench.txt

.PHONY: bench-growth
bench-growth: ## Measure what performance.md promises, for an hour or more, into docs/performance.md
	scripts/bench-growth

.PHONY: torture
torture: ## Run the fault tests at their full figures, for an hour or more, into docs/reliability.md
	TORTURE_TIMEOUT=$(TORTURE_TIMEOUT) scripts/torture

.PHONY: release-check
release-check: ## Say what is missing before VERSION can be tagged, or what to tag
	@scripts/release-check $(VERSION)
