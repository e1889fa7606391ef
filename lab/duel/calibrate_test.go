//go:build linux

package duel

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pushbench/results/power"
	"pushbench/scenarios"
)

// A calibration appends whole blocks of five sessions: two of each stream, with servers
// that are made worse by sizes of its own, and one of the rest.
func TestCalibration(t *testing.T) {
	fromRepository(t)
	file := filepath.Join(t.TempDir(), power.FileName)
	out, err := power.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	// Streams need enough clients that the clock of CPU time ticks. Four servers together
	// answer so many long polls late, with several events in an answer: then an answer more
	// for each is no longer more answers for an event.
	asked := []scenarios.Scenario{load(t, "streams", 100, "sse, websocket"), load(t, "polls", 4, "longpoll")}
	c := Calibration{Server: side(t, "."), Scenarios: asked, Budget: time.Second, Seed: 5, Links: 5, PerRun: 2, Out: out}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := power.Read(file)
	if err != nil || log.Cut > 0 || len(log.Sessions) != 5 {
		t.Fatalf("%v, %+v", err, log)
	}
	one, two := []string{Base, Again, power.Same, "cpu-5", "rest"}, []string{Base, Again, power.Same, "cpu-5", "cpu-10"}
	want := [][]string{one, two, one, two, {Base, Again, power.Same, "request"}}
	for i, s := range log.Sessions {
		of := asked[i/4]
		var names []string
		for _, a := range s.Arms {
			names = append(names, a.Name)
		}
		if !slices.Equal(names, want[i]) || s.Layouts != 5 || s.Scenario.Name != of.Name || len(s.Blocks) != 2 || s.Scenario.Hash != of.Hash() {
			t.Errorf("session %d: arms %v, %d layouts, scenario %s, %d blocks", i, names, s.Layouts, s.Scenario.Name, len(s.Blocks))
		}
		for j, b := range s.Blocks {
			if b.Number != 1+j/len(s.Variants) {
				t.Errorf("session %d: block %d has number %d", i, j, b.Number)
			}
			for name, sample := range b.Arms {
				if sample.Failed != "" {
					t.Errorf("session %d, block %d, %s failed: %s", i, j, name, sample.Failed)
				}
			}
		}
	}
	for _, b := range log.Sessions[4].Blocks {
		if base, more := b.Arms[Base].Counts["requests/event"], b.Arms["request"].Counts["requests/event"]; more.N*base.Of <= base.N*more.Of {
			t.Errorf("block %d: one more request for each event: %d of %d instead of %d of %d", b.Number, more.N, more.Of, base.N, base.Of)
		}
	}
}
