package claims

import (
	"testing"
	"time"

	"pushbench/results"
)

// The texts are those of 2010, to the byte.
func TestTextsOf2010(t *testing.T) {
	for _, c := range []struct {
		fact      string
		got, want float64
	}{
		{"the request has 692 characters", characters(Request2010), 692},
		{"and 24 bytes of line ends", float64(len(Request2010)), 716},
		{"the answer's head has 179 characters", characters(Answer2010) - body2010, 179},
		{"14 bytes of line ends, and its body", float64(len(Answer2010)), 193 + 21},
	} {
		if c.got != c.want {
			t.Errorf("%s: %g", c.fact, c.got)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		fact string
		e    entry
		want string
	}{
		{"equal numbers", entry{theirs: 2, ours: 2}, Reproduced},
		{"within the tolerance", entry{theirs: 2, ours: 2.09, tolerance: 0.05}, Reproduced},
		{"beyond it", entry{theirs: 2, ours: 2.11, tolerance: 0.05}, NotReproduced},
		{"beyond it, where it may", entry{theirs: 2, ours: 2.11, tolerance: 0.05, differs: 2}, Differs},
		{"less, where it may", entry{theirs: 2, ours: 1.1, tolerance: 0.05, differs: 2}, Differs},
		{"so far that the reason does not hold", entry{theirs: 2, ours: 4.1, tolerance: 0.05, differs: 2}, NotReproduced},
		{"what it should have been", entry{theirs: 871, ours: 909, corrected: 909}, Corrected},
		{"neither theirs nor what it should have been", entry{theirs: 871, ours: 911, corrected: 909}, NotReproduced},
		{"theirs, which is said to be wrong", entry{theirs: 871, ours: 871, corrected: 909}, NotReproduced},
		{"what is nobody's but 0", entry{theirs: 0, ours: 0.1, tolerance: 0.05}, NotReproduced},
	} {
		b := &book{}
		b.open(7, "title", "source")
		b.add(c.e)
		if got := b.claims[0]; got.Verdict != c.want || got.Row != 7 || got.Title != "title" || got.Source != "source" {
			t.Errorf("%s: %+v", c.fact, got)
		}
	}
}

// Without a record there is what can be counted; with the kernel's counts,
// what follows from them.
func TestWithoutTrials(t *testing.T) {
	none := Of(&results.Record{}, Measured{})
	if len(none) != 3 || none[0].Verdict != Reproduced || none[1].Verdict != Reproduced {
		t.Errorf("%+v", none)
	}
	some := Of(&results.Record{}, Measured{
		Polls:  &Polls{Clients: 1000, Exchanges: 5000, Seconds: 5, Out: 5000 * 716, In: 5000 * 214},
		Frames: []Frame{{125, 6, 2}, {126, 8, 4}, {65535, 8, 4}, {65536, 14, 11}},
	})
	want := map[string]struct {
		ours    float64
		verdict string
	}{
		"both, for one poll":                                {909, Corrected},
		"headers of 1000 clients that poll once a second":   {909 * 1000 * 8 / 1048576.0, Corrected},
		"WebSocket frame of 125 bytes towards the server":   {6, Reproduced},
		"WebSocket frame of 65536 bytes from the server":    {11, NotReproduced},
		"WebSocket frame of 65536 bytes towards the server": {14, Reproduced},
		"headers of 100000 clients that poll once a second": {909 * 100000 * 8 / 1048576.0, Corrected},
	}
	for _, c := range some {
		if w, ok := want[c.Quantity]; ok {
			if c.Ours != w.ours || c.Verdict != w.verdict {
				t.Errorf("%s: %g, %s", c.Quantity, c.Ours, c.Verdict)
			}
			delete(want, c.Quantity)
		}
	}
	for quantity := range want {
		t.Errorf("there is no claim of %s", quantity)
	}
}

// A stall in a record: both figures of it.
func TestStall(t *testing.T) {
	trial := &results.Trial{Scenario: "stall", Variant: "sse", Transport: "sse", Stall: &results.Stall{After: 5, For: 1.4},
		Load: results.Workload{Clients: 10, Window: 13}}
	for i := range 1000 {
		late := time.Millisecond
		if i >= 900 {
			late = time.Duration(i-900) * 14 * time.Millisecond
		}
		if err := trial.Latency.Record(late); err != nil {
			t.Fatal(err)
		}
	}
	if err := trial.Uncorrected.Record(time.Millisecond); err != nil {
		t.Fatal(err)
	}
	failed := *trial
	failed.Variant, failed.Transport, failed.Failed = "tcp", "tcp", "a reason"
	rec := &results.Record{Scenarios: []results.Scenario{{Name: "stall"}}, Trials: []*results.Trial{trial, &failed}}
	var got []results.Claim
	for _, c := range Of(rec, Measured{}) {
		if c.Row == 6 {
			got = append(got, c)
		}
	}
	if len(got) != 2 || got[0].Verdict != Reproduced || got[1].Verdict != Differs || got[1].Ours != 0.001/got[0].Ours {
		t.Errorf("%+v", got)
	}
}
