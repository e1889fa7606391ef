# CI runs these words and nothing else.
#
#   make bench        compare the transports (under five minutes), report in results/runs/
#   make bench-full   the full suite of scenarios, ten trials of each (almost four hours)
#   make truth        every byte and latency against a packet capture (root)
#   make reproduce    published measurements, repeated (root for those over a network)
#   make bench-ci     has this tree made the servers slower or chattier than BASE?
#                     (ten minutes, and up to five more to confirm a change; BASE is any
#                     commit, such as main, and the merge base by default)
#   make compare      the same question for records that there are: ARGS='BASE_DIR HEAD_DIR'
#   make calibrate    how often the gate is wrong on this machine, and what it can see
#   make nightly      a line in the history: this commit against ANCHOR
#   make atlas        check and measure every server that is installed (targets/install.sh),
#                     into results/atlas: about 55 minutes
#   make claims       what people say about the transports, put to the test, into results/claims: about 42 minutes
#                     (root for those about networks)
#   make test         all tests
#   make test-ordinary  those tests again that root may change, as an ordinary user (root, to become one)
#   make check        formatting, go vet (of the servers in targets, too), builds for other
#                     systems, staticcheck
#   make report       draw the newest run's report again
#   make baseline     measure the run that the README shows anew, and quote it there
#   make proof        the same for its account of truth and reproduction (root)
#   make scale        200,000 subscribers, and all of them lose their connections at once, into
#                     results/subscribers: about 12 minutes, 10 GiB of memory (root, to cut connections)
#   make cost         what a delivery costs load generator and server, from 10 to 10,000 clients,
#                     into results/cost: about three minutes
#   make fuzz         each fuzz target for FUZZTIME (10s)
#   make doctor       what this machine can and cannot measure
#
# Nothing but Go and make is needed. With a C compiler what starts goroutines is tested
# under the race detector; with Chromium, Firefox and Node.js tests drive real clients, too.

GO       ?= go
ARGS     ?=
FUZZTIME ?= 10s
BIN      := bin/pushbench
RACE     := $(shell command -v gcc >/dev/null 2>&1 && echo -race)

# A process under the race detector sleeps for a second before it exits, in case a race is
# still to come. Tests start hundreds of servers, each of which waits for its goroutines.
export GORACE ?= atexit_sleep_ms=0

.PHONY: bench bench-full bench-ci compare calibrate nightly truth reproduce baseline proof atlas claims \
	test test-ordinary check report cost scale fuzz doctor clean $(BIN)

bench: $(BIN)
	$(BIN) run $(ARGS)

bench-full: $(BIN)
	$(BIN) run --suite full --trials 10 $(ARGS)

truth: $(BIN)
	$(BIN) truth $(ARGS)

reproduce: $(BIN)
	$(BIN) reproduce $(ARGS)

# pushbench's exit status tells a regression (1) from what could not be compared (2)
# and from a machine that was not quiet (3). make's own status is 2 for all three, and
# make prints pushbench's behind "Error".
BASE ?=

bench-ci: $(BIN)
	$(BIN) duel $(if $(BASE),'git:$(BASE)' .) $(ARGS)

compare: $(BIN)
	$(BIN) compare $(ARGS)

calibrate: $(BIN)
	$(BIN) calibrate $(ARGS)

# What each commit of the history is compared with in a job of its own, so that
# a new kernel or another runner is no change. A new anchor begins a new series.
ANCHOR  ?= f93afbd9422a0366f278849e11e687713fca8a36
NIGHT   := results/duels/nightly

# No single comparison judges the branch: what it says is kept, whatever it is.
nightly: $(BIN)
	rm -rf $(NIGHT)
	-$(BIN) duel git:$(ANCHOR) git:HEAD --no-confirm --out $(NIGHT) $(ARGS)
	$(BIN) history --git-branch pushbench-history --add $(NIGHT)/compare.json --out $(NIGHT)

report: $(BIN)
	$(BIN) report $(ARGS)

doctor: $(BIN)
	$(BIN) doctor

# The commit that records name. The go command's own stamp would call a tree
# dirty for runs that are kept in it and for what quotes them, which are not the
# program, and ends the build where git does not trust the tree's owner.
APART  := ':!*.md' ':!results/baseline' ':!results/truth' ':!results/reproduction' ':!results/calibration' ':!results/atlas' ':!results/claims' ':!results/subscribers' ':!results/cost'
COMMIT = $(shell [ -z "$$(git rev-parse --show-prefix 2>&1)" ] && c=$$(git rev-parse --verify HEAD 2>/dev/null) && \
	echo "$$c$$(git status --porcelain -- . $(APART) | sed -n '1s/.*/+dirty/p')")

# -trimpath as for the revisions that are compared: what is compiled for one is for all.
$(BIN):
	@$(GO) build -buildvcs=false -trimpath -ldflags '-X main.commit=$(COMMIT)' -o $(BIN) ./cmd/pushbench

# Each test runs once. The race detector makes calculating and drawing ten times as slow,
# and has nothing to find where no goroutine is started: not in the packages of CALM, nor in
# those tests of the command that compute records, nor in its scripts, which are processes
# of their own. The tests of faults have the command run under it. Compressing is so slow
# under it that the kernel gives up a client that takes nothing before the server can: the
# table of what all clients get is without it where it is about compressed events.
CALM     := ./plots/... ./scenarios/... ./results/capacity ./results/published ./results/estimate ./results/example ./results/gate \
	./results/model ./results/power ./results/rank ./results/recompute ./results/safe ./results/scale ./results/verdict
COMPUTED := ^Test(Script|Compare.*|Calibration.*|ReadmeQuotes.*)$$
CODED    := ^TestConformanceOfForms$$
OTHERS   := $$($(GO) list ./... | grep -vxF "$$($(GO) list ./cmd/pushbench $(CALM))")
TEST     := $(GO) test -timeout 15m

test:
	$(GO) vet ./...
	$(TEST) $(CALM)
	$(TEST) -run '$(COMPUTED)' ./cmd/pushbench
	$(TEST) -run '$(CODED)' ./servers
	$(TEST) $(RACE) -skip '$(COMPUTED)' ./cmd/pushbench
	$(TEST) $(RACE) -skip '$(CODED)' $(OTHERS)

# What can be otherwise for a user who is not root: namespaces and packet filters that are
# refused, processes and repositories of somebody else, limits, files that cannot be
# written, and servers that people usually start as root.
LABS       := Audit|PathIsInTheRecord|ProxyIsInTheRecord|Plan.*|Run|RunCannotBegin|RunListsWhatItCannotRun|Collect|Targets
CLIENTS    := HalfOpenClient|CutPath|Meter.*|Group.*|KernelStamps|VanishedClientsAreLetGo
SCRIPTS    := ^Test(Script|RunOnAFullDisk|RunBeyondTheSizeOfFiles)$$/^(doctor|truth|not-run|run|target-file)$$
ORDINARY   := tools/ordinary -short -timeout 15m

test-ordinary:
	$(ORDINARY) ./lab/branch ./lab/browser ./lab/build ./lab/capture ./lab/machine ./lab/path ./lab/process ./lab/proxy ./lab/target
	$(ORDINARY) -run '^Test($(LABS)|$(CLIENTS))$$' ./lab ./lab/check ./loadgen ./servers
	$(ORDINARY) -run '$(SCRIPTS)' ./cmd/pushbench

# What is tested on other systems, too.
ELSEWHERE := ./cmd/... ./plots/... ./results/... ./scenarios/... ./lab/... ./pushtest/...

# Modules of their own, for what they need from elsewhere.
SERVERS := $(patsubst %/go.mod,%,$(wildcard targets/*/go.mod))

check:
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	GOOS=darwin $(GO) build ./...
	GOOS=windows $(GO) build ./...
	GOOS=darwin $(GO) vet $(ELSEWHERE)
	GOOS=windows $(GO) vet $(ELSEWHERE)
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	@set -e; for d in $(SERVERS); do \
		if $(GO) -C $$d mod download; then $(GO) -C $$d vet ./...; \
		else echo "$$d is not vetted: its modules are not here"; [ "$$PUSHBENCH_REQUIRE" != all ]; fi; \
	done

BASELINE := live-feed quiet connect sweep-rate

baseline: $(BIN)
	rm -rf results/baseline
	$(BIN) run $(BASELINE) --trials 10 --out results/baseline
	rm -f results/baseline/figures/*.png
	UPDATE_README=1 $(GO) test -run 'TestReadmeQuotesThe(Baseline|Estimate|Plan)' ./cmd/pushbench

# The runs behind the README's account of truth and reproduction.
proof: $(BIN)
	rm -rf results/truth results/reproduction
	$(BIN) truth --out results/truth
	$(BIN) reproduce --out results/reproduction
	rm -f results/truth/figures/*.png results/reproduction/figures/*.png
	UPDATE_README=1 $(GO) test -run TestReadmeQuotesTheProof ./cmd/pushbench

atlas: $(BIN)
	rm -rf results/atlas
	$(BIN) atlas --out results/atlas $(ARGS)

claims: $(BIN)
	rm -rf results/claims
	$(BIN) claims --out results/claims $(ARGS)
	rm -f results/claims/figures/*.png
	UPDATE_README=1 $(GO) test -run TestReadmeQuotesTheClaims ./cmd/pushbench

# So many agents and, in the scenarios, server processes that each has fewer than 20,000
# connections. What cannot be run here is listed with its reason.
AGENTS := 11

scale: $(BIN)
	rm -rf results/subscribers
	$(BIN) doctor --clients 200000 || true # what is in the way, were there one process on each side
	$(BIN) run --suite scale --agents $(AGENTS) --out results/subscribers $(ARGS)
	rm -f results/subscribers/figures/*.png
	UPDATE_README=1 $(GO) test -run TestReadmeQuotesTheSubscribers ./cmd/pushbench

cost:
	rm -rf results/cost
	mkdir -p results/cost/figures
	$(GO) test -run '^$$' -bench '^BenchmarkCost$$' -benchtime 1x ./loadgen > results/cost/bench.txt || { cat results/cost/bench.txt; exit 1; }
	cat results/cost/bench.txt
	UPDATE_README=1 $(GO) test -run TestReadmeQuotesTheCost ./cmd/pushbench

fuzz:
	@set -e; for p in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
			echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p; \
		done; \
	done

clean:
	rm -rf bin
