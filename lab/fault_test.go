//go:build linux

package lab

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/scenarios"
)

// doomFile names the file in which every doomed server leaves a byte: the
// first, the third and so on come to grief.
const doomFile = "PUSHBENCH_TEST_DOOM"

// doom is the fate of a doomed server: when it has written so much that it
// must be in mid-trial, it sends the signal to itself.
func doom(s syscall.Signal) {
	f, err := os.OpenFile(os.Getenv(doomFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if _, err := f.Write([]byte{'x'}); err != nil {
		panic(err)
	}
	if info, err := f.Stat(); err != nil || info.Size()%2 == 0 {
		return
	}
	for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
		b, err := os.ReadFile("/proc/self/io") // proc_pid_io(5)
		if err != nil {
			panic(err)
		}
		var read, written int
		if _, err := fmt.Fscanf(bytes.NewReader(b), "rchar: %d\nwchar: %d\n", &read, &written); err != nil {
			panic(err)
		}
		if written > 50_000 {
			_ = syscall.Kill(os.Getpid(), s) // there is such a process
			return
		}
	}
}

// A server that is killed in mid-trial fails it, by the signal's name and with
// what was measured until then; the others have fresh servers, and the record
// holds all.
func TestServerIsKilledInMidTrial(t *testing.T) {
	s := parse(t, "clients: 4\nevents: {rate: 50, payload: 1000}\nwarm-up: 50ms\nduration: 1500ms\ntrials: 1\n"+
		"variants: [polling/interval=50ms, longpoll, sse, websocket, tcp]\nexpect: [\"missed-events == 0\"]\n")
	t.Setenv(doomFile, filepath.Join(t.TempDir(), "doom"))
	dir := t.TempDir()
	rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Seed: 1, Dir: dir, Targets: served(t, "killed")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	saved, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Trials) != 5 || len(saved.Trials) != 5 || saved.Partial != "" {
		t.Fatalf("%d trials, %d saved, partial %q", len(rec.Trials), len(saved.Trials), saved.Partial)
	}
	for i, got := range saved.Trials {
		d := got.Deliveries
		if d.Expected != 4*d.Offered || d.Expected != d.Delivered+d.Missed || d.Duplicated+d.Reordered+d.Negative != 0 {
			t.Errorf("%s: %+v", got.Variant, d)
		}
		if n := got.Latency.Count(); n == 0 || n > d.Delivered || n != rec.Trials[i].Latency.Count() {
			t.Errorf("%s: %d latencies of %d deliveries, %d saved", got.Variant, rec.Trials[i].Latency.Count(), d.Delivered, n)
		}
		if killed := i%2 == 0; killed != strings.Contains(got.Failed, "signal: killed") || killed != (got.Failed != "") || killed != (d.Missed > 0) {
			t.Errorf("trial %d, %s: failed with %q, %+v", i, got.Variant, got.Failed, d)
		}
	}
}

// A server that stands still for good fails its trial in time, and does not
// stay: the Runner lets it go on, so that it notices that it is to end.
func TestServerStopsForGood(t *testing.T) {
	s := parse(t, "clients: 4\nevents: {rate: 50, payload: 5000}\nwarm-up: 50ms\nduration: 500ms\ntrials: 1\nvariants: [sse]\n")
	t.Setenv(doomFile, filepath.Join(t.TempDir(), "doom"))
	rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "stopped")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	stopped := rec.Trials[0]
	want := fmt.Sprintf("%d of the deliveries are missing", stopped.Deliveries.Missed)
	if !strings.HasPrefix(stopped.Failed, want) || stopped.Deliveries.Missed == 0 || stopped.Deliveries.Delivered == 0 {
		t.Errorf("failed with %q, %+v", stopped.Failed, stopped.Deliveries)
	}
}
