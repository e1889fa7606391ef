package gate_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
	"pushbench/results/gate"
)

func TestOfSaysWhoWasCompared(t *testing.T) {
	c, err := gate.Of(dueled(6, func(t *results.Trial) { t.Inject = []string{"cpu=5%"} }), nil, unknown)
	if err != nil {
		t.Fatal(err)
	}
	want := gate.Side{Name: arms.Head, Revision: "2222222+dirty", Command: []string{"head"}, Inject: []string{"cpu=5%"}}
	if diff := cmp.Diff(want, c.Head); diff != "" || c.Base.Revision != "1111111" || c.Base.Inject != nil {
		t.Errorf("%+v; %s", c.Base, diff)
	}
	if !c.Interleaved || !c.Relinked || c.Generator != results.GeneratorOne || c.Blocks != 6 || c.Seed != 7 || c.Stopped != results.StoppedPrecision ||
		c.Reproduce == "" || c.Provenance.CPU == "" || c.Schema != gate.Schema {
		t.Errorf("%+v", c)
	}
}

// A comparison that cannot be made is an error, whoever asks.
func TestIncomparable(t *testing.T) {
	two := func(change func(base, head *results.Record)) func() (*gate.Comparison, error) {
		base, head := record(6, results.Target{Name: "a"}), record(6, results.Target{Name: "b"})
		head.ID = "20260202T030405Z"
		change(base, head)
		return func() (*gate.Comparison, error) { return gate.Separate(base, head, "a", "b", unknown) }
	}
	one := func(change func(*results.Record)) func() (*gate.Comparison, error) {
		rec := dueled(6, nil)
		change(rec)
		return func() (*gate.Comparison, error) { return gate.Of(rec, nil, unknown) }
	}
	confirmed := func(change func(*results.Record)) func() (*gate.Comparison, error) {
		again := second(6, nil)
		change(again)
		return func() (*gate.Comparison, error) { return gate.Of(dueled(6, nil), again, unknown) }
	}
	without := func(rec *results.Record, target, variant string) {
		rec.Trials = slices.DeleteFunc(rec.Trials, func(t *results.Trial) bool { return t.Target == target && t.Variant == variant })
	}
	for _, c := range []struct {
		about string
		of    func() (*gate.Comparison, error)
		want  string // part of the reason
	}{
		{"another load", two(func(_, h *results.Record) { h.Trials[0].Load.Hash = "other" }), "another load in live-feed sse"},
		{"agents in one", two(func(_, h *results.Record) { h.Trials[0].Parts = &results.Parts{Agents: make([]results.Agent, 3)} }), "the load of live-feed sse came from one process in record "},
		{"another rate, of records without the hash", two(func(b, h *results.Record) {
			for _, t := range slices.Concat(b.Trials, h.Trials) {
				t.Load.Hash = ""
			}
			h.Trials[1].Load.Rate = 11
		}), "another load in live-feed websocket"},
		{"another layout", two(func(b, _ *results.Record) { b.Schema = 1 }), "has layout 1 and record 20260202T030405Z layout 2"},
		{"no common cell", two(func(_, h *results.Record) {
			for _, t := range h.Trials {
				t.Scenario = "other"
			}
		}), "have no scenario, point and variant in common"},
		{"a variant that head lacks", two(func(_, h *results.Record) { without(h, "b", "sse") }), "record 20260202T030405Z has no trial of live-feed sse"},
		{"another CPU", two(func(_, h *results.Record) { h.Provenance.CPU = "Faster CPU" }), "the CPU of record"},
		{"more cores", two(func(_, h *results.Record) { h.Provenance.Cores = 4 }), "the number of cores of record 20260102T030405Z is 2, that of record 20260202T030405Z 4"},
		{"a quota", two(func(_, h *results.Record) { h.Provenance.Granted.Quota = 1.5 }), "CPU quota"},
		{"another GOMAXPROCS", two(func(_, h *results.Record) { h.Provenance.Granted.Procs = 1 }), "GOMAXPROCS"},
		{"another system", two(func(_, h *results.Record) { h.Provenance.OS = "linux/arm64" }), "operating system"},
		{"a partial base", two(func(b, _ *results.Record) { b.Partial = "interrupted" }), "record 20260102T030405Z is partial: interrupted"},
		{"a partial head", two(func(_, h *results.Record) { h.Partial = "interrupted" }), "record 20260202T030405Z is partial"},
		{"no trial of the target", two(func(b, _ *results.Record) { b.Trials = nil }), "record 20260102T030405Z has no trial of a"},
		{"no valid trial", two(func(b, h *results.Record) {
			for _, t := range slices.Concat(b.Trials, h.Trials) {
				t.Failed = "broken"
			}
		}), "no cell has valid trials in both records"},
		{"more trials than can be compared", two(func(b, _ *results.Record) {
			for range 60 {
				b.Trials = append(b.Trials, b.Trials[0])
			}
		}), "record 20260102T030405Z has 66 trials of live-feed sse; at most 60"},

		{"no duel", one(func(r *results.Record) { r.Duel = nil }), "no comparison of two servers side by side"},
		{"a partial duel", one(func(r *results.Record) { r.Partial = "interrupted" }), "is partial: interrupted"},
		{"a duel whose head lacks a variant", one(func(r *results.Record) { without(r, arms.Head, "sse") }), "after has no trial of live-feed sse"},
		{"a duel whose base lacks one", one(func(r *results.Record) { without(r, arms.Base, "sse") }), "before has no trial of live-feed sse"},
		{"a duel of two loads", one(func(r *results.Record) { r.Trials[2].Load.Hash = "other" }), "before and after had another load"},
		{"a duel without a trial", one(func(r *results.Record) { r.Trials = nil }), "no complete block"},
		{"a duel in which all failed", one(func(r *results.Record) {
			for _, t := range r.Trials {
				t.Failed = "broken"
			}
		}), "no complete block"},
		{"a cell in which all arms failed", one(func(r *results.Record) {
			for _, t := range r.Trials {
				if t.Variant == "sse" {
					t.Failed = "broken"
				}
			}
		}), "nothing of live-feed sse could be compared: 6 of 6 blocks are left out: base failed: broken"},
		{"a cell of blocks without a trial of each arm", one(func(r *results.Record) {
			r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool {
				return t.Variant == "sse" && (t.Target == arms.Head) != (t.Number <= 2)
			})
		}), "nothing of live-feed sse could be compared: 2 of 6 blocks are left out: there is no trial of base"},
		{"a cell of which one record has no valid trial", two(func(b, h *results.Record) {
			for _, t := range slices.Concat(b.Trials, h.Trials[:4]) {
				if t.Variant == "sse" {
					t.Failed = "broken"
				}
			}
		}), "nothing of live-feed sse could be compared: 6 of 6 trials of base failed"},
		{"a confirmation that is partial", confirmed(func(r *results.Record) { r.Partial = "interrupted" }), "is partial"},
		{"a confirmation of another head", confirmed(func(r *results.Record) { r.Targets[2].Revision = "4444444" }), "after is of another revision there"},
		{"of another base", confirmed(func(r *results.Record) { r.Targets[0].Revision = "4444444" }), "before is of another revision there"},
		{"of another base again", confirmed(func(r *results.Record) { r.Targets[1].Revision = "4444444" }), "before-again is of another revision there"},
		{"of another injection", confirmed(func(r *results.Record) { r.Trials[2].Inject = []string{"cpu=5%"} }), "after is of another revision there"},
		{"of another command", confirmed(func(r *results.Record) { r.Targets[2].Command = []string{"head", "-x"} }), "after is another command there"},
		{"of another load", confirmed(func(r *results.Record) {
			for _, t := range r.Trials {
				t.Load.Hash = "other"
			}
		}), "the load of live-feed sse is another one there"},
		{"on another machine", confirmed(func(r *results.Record) { r.Provenance.Cores = 4 }), "the number of cores is 4 there and was 2"},
		{"with generators of their own", confirmed(func(r *results.Record) { r.Duel.Generator = results.GeneratorEach }), "the load generator is each there and was one"},
		{"with shared CPUs", confirmed(func(r *results.Record) { r.Duel.ServerCPUs = "" }), "shared all CPUs in only one of both"},
		{"with fixed links", confirmed(func(r *results.Record) { r.Duel.Relinked = false }), "only one of both linked each arm"},
		{"a record that confirms itself", func() (*gate.Comparison, error) {
			rec := dueled(6, moreCPU)
			return gate.Of(rec, rec, unknown)
		}, "it is the same"},
	} {
		got, err := c.of()
		var refused *gate.Incomparable
		if !errors.As(err, &refused) || !strings.Contains(refused.Reason, c.want) || got != nil {
			t.Errorf("%s: %v", c.about, err)
		}
	}
}

func TestSeparateSaysHowMuchLessItCanTell(t *testing.T) {
	base, head := record(8, results.Target{Name: "a"}), record(8, results.Target{Name: "b"})
	head.Provenance.Kernel, head.Provenance.GoVersion = "6.2.0", "go1.27.0"
	for _, t := range head.Trials {
		t.Server.CPU *= 1.2
		byteMore(t)
		t.Connection.Held.Heap = t.Connection.Held.Heap * 11 / 10
	}
	extra := trial("live-feed", "tcp", "b", 1, 1)
	head.Trials = append(head.Trials, extra)
	c, err := gate.Separate(base, head, "a", "b", unknown)
	if err != nil {
		t.Fatal(err)
	}
	for metric, want := range map[string]gate.Verdict{cpu: gate.Same, "data-B/event": gate.Worse, "heap-B/conn": gate.Worse} {
		if f := find(t, c, metric); f.Verdict != want {
			t.Errorf("%s: %+v, want %s", metric, f, want)
		}
	}
	notes := strings.Join(c.Notes, "\n")
	for _, want := range []string{"measured at different times", "The kernel was another: 6.1.0 for base, 6.2.0 for head.", "The Go version was another"} {
		if !strings.Contains(notes, want) {
			t.Errorf("%q is not in %q", want, notes)
		}
	}
	if c.Interleaved || c.Relinked || len(c.Missing) != 1 || c.Missing[0].Reason != "base does not have it" {
		t.Errorf("%+v", c)
	}
	for _, t := range head.Trials {
		t.Server.CPU *= 1.5
	}
	if c, err = gate.Separate(base, head, "a", "b", unknown); err != nil || find(t, c, cpu).Verdict != gate.Worse {
		t.Errorf("80 %% more CPU: %+v, %v", c, err)
	}
}

// Head failing where base does not is a regression, in separate records, too.
func TestSeparateCountsFailures(t *testing.T) {
	for failed, want := range map[int]gate.Verdict{1: gate.Inconclusive, 4: gate.Inconclusive, 7: gate.Worse} {
		base, head := record(8, results.Target{Name: "a"}), record(8, results.Target{Name: "b"})
		for _, t := range head.Trials {
			if t.Variant == "sse" && t.Number <= failed {
				t.Failed = "an event was missed"
			}
		}
		c, err := gate.Separate(base, head, "a", "b", unknown)
		if err != nil || c.Verdict != want || find(t, c, gate.FailedTrials).Head != float64(failed)/8 {
			t.Errorf("%d of 8: %+v, %v", failed, c, err)
		}
	}
}

// A cell in which head alone fails is empty and a regression.
func TestAnEmptyCellDoesNotHideARegression(t *testing.T) {
	c, err := gate.Of(dueled(12, only("sse", func(t *results.Trial) { t.Failed = "broken" })), nil, unknown)
	if err != nil || c.Verdict != gate.Worse || c.Blocks != 0 || c.Precise() {
		t.Errorf("%+v, %v", c, err)
	}
	all := append(changed(6, 1, 1), changed(6, 1, 1)...)
	for i := range 6 {
		all[i].Variant = "websocket"
		delete(all[i].Arms, arms.Again)
	}
	if c := gate.Decide(all, arms, unknown); c.Verdict != gate.Void || c.Blocks != 0 || !strings.HasPrefix(c.Reason, "nothing of live-feed websocket could be compared") {
		t.Errorf("%s: %s, %d blocks", c.Verdict, c.Reason, c.Blocks)
	}
}

func TestBlocksAreLinesOfJSON(t *testing.T) {
	want := gate.Blocks(dueled(3, only("sse", func(t *results.Trial) { t.Failed = "broken" })))
	if len(want) != 6 || want[1].Cell().String() != "live-feed websocket" || want[5].Number != 3 {
		t.Fatalf("%+v", want)
	}
	for _, b := range want {
		data, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		var got gate.Block
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRules(t *testing.T) {
	if len(gate.Committed()) == 0 {
		t.Log("known.json is empty")
	}
	seen := map[string]bool{}
	for _, r := range gate.Rules() {
		if seen[r.Unit] || r.Floor < 0 || r.Floor > 0.25 || r.Gated != gate.Shown && (r.Floor == 0 || r.Why == "") {
			t.Errorf("%+v", r)
		}
		seen[r.Unit] = true
	}
	for _, k := range gate.Committed() {
		if !seen[k.Metric] || k.Q99 < 0 || k.Blocks == 0 || k.Runs == 0 || k.Scenario == "" || k.Variant == "" {
			t.Errorf("known.json: %+v", k)
		}
	}
}
