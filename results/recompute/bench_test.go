package recompute

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// same allows for what float64 loses in another order of operations.
func same(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) }

// Every number of bench.txt, and no number less.
func TestBenchmarks(t *testing.T) {
	all := runs
	if committed() {
		all = append(slices.Clone(runs), "claims")
	}
	for _, run := range all {
		r := load(t, run)
		text, err := os.ReadFile("../" + run + "/bench.txt")
		if err != nil {
			t.Fatal(err)
		}
		left := map[string][]*trial{}
		for _, x := range r.Trials {
			if x.Failed == "" {
				left[x.benchmark()] = append(left[x.benchmark()], x)
			}
		}
		checked := 0
		for _, line := range strings.Split(string(text), "\n") {
			rest, ok := strings.CutPrefix(line, "Benchmark")
			if !ok {
				continue
			}
			fields := strings.Fields(rest)
			trials := left[fields[0]]
			if len(trials) == 0 {
				t.Errorf("%s: %s is of no trial", run, fields[0])
				continue
			}
			x := trials[0]
			left[fields[0]] = trials[1:]
			if want := max(1, x.Deliveries.InWindow); fields[1] != fmt.Sprint(want) {
				t.Errorf("%s: %s: %s iterations, want %d", run, fields[0], fields[1], want)
			}
			want := metrics(x)
			for i := 2; i+1 < len(fields); i += 2 {
				v, err := strconv.ParseFloat(fields[i], 64)
				unit := fields[i+1]
				w, known := want[unit]
				if err != nil || !known || !same(v, w) {
					t.Errorf("%s: %s: %s %s; recomputed %v, %v", run, fields[0], fields[i], unit, w, known)
				}
				delete(want, unit)
				checked++
			}
			if len(want) > 0 {
				t.Errorf("%s: %s has no %v", run, fields[0], slices.Sorted(maps.Keys(want)))
			}
		}
		for name, trials := range left {
			if len(trials) > 0 {
				t.Errorf("%s: %d trials of %s are not in bench.txt", run, len(trials), name)
			}
		}
		if checked < 1000 {
			t.Errorf("%s: only %d numbers", run, checked)
		}
	}
}

// benchmark is the name of the trial's line.
func (x *trial) benchmark() string {
	name := "Pushbench/scenario=" + x.Scenario + "/target=" + x.Target + "/transport=" + x.Transport
	for _, p := range x.settings() {
		name += "/" + p
	}
	if x.Point != "" && x.Sweep != "clients" && x.Sweep != "interval" {
		name += "/" + x.Sweep + "=" + x.Point
	}
	return name + fmt.Sprintf("/clients=%d", x.Load.Clients)
}

// settings are key=value of each setting that the trial's name has. Records that
// were made before settings were data have the name alone.
func (x *trial) settings() (all []string) {
	if x.Settings == nil {
		for _, p := range strings.Split(x.Variant, "/")[1:] {
			if !strings.Contains(p, "=") {
				p += "=on"
			}
			all = append(all, p)
		}
	}
	for _, s := range x.Settings {
		text := ""
		switch v := s.Value.(type) {
		case bool:
			text = "on"
		case string:
			text = v
		case float64: // as a request writes it: a number of things, or milliseconds, seconds or whole minutes
			switch {
			case s.Number:
				text = fmt.Sprint(v)
			case v < 1:
				text = fmt.Sprintf("%gms", math.Round(v*1e6)/1e3)
			case v < 60:
				text = fmt.Sprintf("%gs", v)
			default:
				text = fmt.Sprintf("%gm", v/60)
			}
		}
		if !s.Default && !s.Implied {
			all = append(all, s.Name+"="+text)
		}
	}
	return all
}

// What is stored beside a histogram belongs to it. An older record has another
// rank for p99 and means of truncated values.
func TestStoredSummaries(t *testing.T) {
	for _, run := range runs {
		for _, x := range load(t, run).Trials {
			for _, h := range x.histograms() {
				if h.Count == 0 || h.Sum == nil {
					continue
				}
				if !same(h.P50, h.at(1, 2)) || !same(h.P99, h.at(99, 100)) || !same(h.Max, h.at(1, 1)) || !same(h.Mean, h.mean()) {
					t.Errorf("%s: %s %s %d: %+v", run, x.Scenario, x.Variant, x.Number, h)
				}
			}
		}
	}
}

// Bytes and deliveries are of one cut: the payload of the window is that of its
// deliveries, in every valid trial whose clients took their own cuts.
func TestPayloadIsThatOfTheDeliveries(t *testing.T) {
	for _, run := range runs {
		for _, x := range load(t, run).Trials {
			if x.Failed != "" || x.ClientSec == nil {
				continue
			}
			if got, want := x.Steady.In.Payload, x.Deliveries.InWindow*x.Load.Payload; got != want {
				t.Errorf("%s: %s %s %s %d: %d bytes of payload for %d deliveries of %d bytes", run, x.Scenario, x.Point, x.Variant, x.Number, got, x.Deliveries.InWindow, x.Load.Payload)
			}
			if x.Transport != "polling" && x.Transport != "longpoll" {
				continue
			}
			if got, want := x.Steady.In.Framing, x.Deliveries.InWindow+x.Requests.Full; got != want {
				t.Errorf("%s: %s %s %s %d: %d bytes of JSON arrays, want %d", run, x.Scenario, x.Point, x.Variant, x.Number, got, want)
			}
		}
	}
}

// The code of this package against values that are written down.
func TestOrderStatistics(t *testing.T) {
	for n, want := range map[int][2]int{5: {0, 6}, 6: {1, 6}, 8: {1, 7}, 10: {2, 9}, 20: {6, 15}} {
		if lo, hi := order(n); lo != want[0] && n > 5 || hi != want[1] && n > 5 || n == 5 && lo >= 1 && hi <= 5 {
			t.Errorf("the median of %d values lies between the %dth and the %dth, want %v", n, lo, hi, want)
		}
	}
	h := histogram{Count: 16, bins: []bin{{1000, 1001, 14}, {1_000_000, 1_000_512, 2}}}
	if h.at(9, 10) != 1.000511 || h.at(1, 2) != 0.001 || edge(2048) != 2048 || edge(3071) != 4094 || edge(3072) != 4096 {
		t.Errorf("%g %g %d %d %d", h.at(9, 10), h.at(1, 2), edge(2048), edge(3071), edge(3072))
	}
}
