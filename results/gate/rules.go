package gate

import (
	"cmp"
	"slices"
	"sync"

	"pushbench/results"
)

// A Rule is how one number is judged.
type Rule struct {
	Unit string // the metric's unit; of a count its key

	// Floor is the least change that is called one, as a share: 0.02 is 2 %. It is
	// how large a change has to be for somebody to care, and no smaller than what
	// identical code differs by.
	Floor float64
	Gated Gated  // whether it decides
	Why   string // why the floor is what it is: a clause

	title, kind string // of a count that is no metric, as a metric's
	count       func(*results.Trial) (Count, bool)
	whole       func(*results.Trial) (Count, bool) // the same after opening, for where count is not exact; may be nil
	timed       bool                               // it depends on how fast the machine is at the moment
	layout      bool                               // it depends on where the linker put the code
	mishap      bool                               // a count of what should never happen: trials with any are compared
}

// Counted reports whether the number is a count, which decides wherever it is exact.
func (r Rule) Counted() bool { return r.count != nil }

// Title is the number's name for people; its unit where this version has no such
// metric.
func (r Rule) Title() string {
	if m, ok := metrics()[r.Unit]; ok {
		return m.Title
	}
	return cmp.Or(r.title, r.Unit)
}

// Gated says when a number decides.
type Gated int

// A number is shown only, decides always, or does where each arm has a load
// generator of its own. A count always decides where it is exact, and as this
// says where it is not.
const (
	Shown Gated = iota
	Always
	OwnGenerator
)

// Floors of what depends on more than the code that is compared.
const (
	// Of CPU and latency where each side has one link: the order of functions alone
	// moves Go benchmarks by 6 to 11 %.
	fixedLinkFloor = 0.10
	// Of what is timed, of arms that ran one after another in each block.
	inTurnFloor = 0.10
	// Of what is timed, and of memory, of runs at different times: identical code
	// differs by 20 % minutes later.
	separateFloor  = 0.25
	separateMemory = 0.05
)

// rules are the numbers that are compared, in the order in which equals are
// listed.
var rules = []Rule{
	{Unit: "p50-sec", Floor: 0.05, Gated: Always, timed: true, layout: true,
		Why: "most of it is the kernel's and the publisher's, and a twentieth of it is less than what any user notices"},
	{Unit: "age-sec", Floor: 0.05, Gated: Always, timed: true,
		Why: "half the gap between two events is in it, whatever the server does"},
	{Unit: "server-cpu-sec/event", Floor: 0.02, Gated: Always, timed: true, layout: true,
		Why: "it is what a team pays for, and what side by side can tell: identical servers differ by 2 to 3 % in 2 s"},
	{Unit: "open-sec", Floor: 0.05, Gated: Always, timed: true,
		Why: "connections are opened in some tenths of a second, once in each trial: identical servers differ by 2 to 3 %"},
	{Unit: "server-cpu-sec/conn", Floor: 0.05, Gated: Always, timed: true, layout: true,
		Why: "opening takes the server some hundredths of a second in all"},
	{Unit: "heap-B/conn", Floor: 0.01, Gated: Always,
		Why: "it is read after a garbage collection and nearly the same in every trial"},
	{Unit: "stacks-B/conn", Floor: 0.05, Gated: Always,
		Why: "stacks double, so that a real change is large, and the runtime keeps some of those that are free"},
	{Unit: "server-syscalls/event", Floor: 0.01, Gated: Shown,
		Why: "a call for each event more or less is a large share of it, and what else varies is how events meet"},
	{Unit: "server-allocs/event", Floor: 0.01, Gated: Shown,
		Why: "an object for each event more or less is a large share of it, and the runtime's own objects are few"},
	{Unit: "loadgen-cpu-sec/event", Floor: 0.02, Gated: OwnGenerator, timed: true, layout: true,
		Why: "as the server's"},
	{Unit: "p99-sec", Floor: 0.10, Gated: Shown, timed: true, Why: "a few late events decide it"},
	{Unit: "server-mem-B/conn", Floor: 0.05, Gated: Shown, Why: "the kernel's part counts whole pages"},
	{Unit: "outside-B/conn", Floor: 0.05, Gated: Shown, Why: "the kernel counts whole pages"},
	{Unit: "resident-B/conn", Floor: 0.05, Gated: Shown, Why: "the kernel counts whole pages"},
	{Unit: "wire-B/event", Floor: 0.005, Gated: Shown, Why: "how many acknowledgments there are depends on timing"},

	{Unit: "data-B/event", Floor: 0.005, Gated: Always, count: dataOfWindow, whole: dataAfterOpening, kind: "bytes",
		title: "bytes per event, without TCP/IP headers", Why: "where it is not exact it depends on which events share an answer"},
	{Unit: "segments/event", Floor: 0.005, Gated: Shown, count: segmentsOfWindow, whole: segmentsAfterOpening,
		Why: "where it is not exact it depends on when acknowledgments are sent"},
	{Unit: "handshake-data-B/conn", Floor: 0.005, Gated: Shown, count: dataOfOpening, kind: "bytes",
		title: "bytes to open a connection, without TCP/IP headers"},
	{Unit: "handshake-segments/conn", Floor: 0.005, Gated: Shown, count: segmentsOfOpening},
	{Unit: "requests/event", Floor: 0.005, Gated: Always, count: requests,
		Why: "where it is not exact it depends on which events share an answer"},
	{Unit: "reopened-connections", Gated: Shown, count: reopened, mishap: true, kind: "share",
		title: "share of trials in which the server closed connections between two requests"},
	{Unit: "goroutines/conn", Floor: 0.01, Gated: Shown, count: goroutines},
	{Unit: "fds/conn", Floor: 0.01, Gated: Shown, count: descriptors},
}

// FailedTrials is the key of the finding that trials of one side fail: which share of
// them.
const FailedTrials = "failed-trials"

// Rules returns how each number is judged. The caller owns the slice.
func Rules() []Rule { return slices.Clone(rules) }

var metrics = sync.OnceValue(func() map[string]results.Metric {
	all := map[string]results.Metric{}
	for _, m := range results.Metrics() {
		all[m.Unit] = m
	}
	return all
})
