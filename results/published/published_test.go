package published

import (
	"math"
	"strings"
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
		{"a byte beside it", entry{theirs: 871, ours: 909.5, corrected: 909}, NotReproduced},
		{"theirs, which is said to be wrong", entry{theirs: 871, ours: 871, corrected: 909}, NotReproduced},
		{"what is nobody's but 0", entry{theirs: 0, ours: 0.1, tolerance: 0.05}, NotReproduced},
		{"near enough to 0", entry{theirs: 0, ours: 0.04, tolerance: 0.05}, Reproduced},
		{"a prediction that came true", entry{theirs: 2, ours: 2.09, tolerance: 0.05, predicted: true}, AsPredicted},
		{"one that did not", entry{theirs: 2, ours: 2.11, tolerance: 0.05, predicted: true}, NotReproduced},
	} {
		b := &book{}
		b.open(7, "title", "source")
		b.add(c.e)
		if got := b.numbers[0]; got.Verdict != c.want || got.Row != 7 || got.Title != "title" || got.Source != "source" || got.Predicted != c.e.predicted {
			t.Errorf("%s: %+v", c.fact, got)
		}
	}
}

// Without a record there is nothing; with the kernel's counts, what follows
// from them.
func TestWithoutTrials(t *testing.T) {
	none := Of(&results.Record{}, Measured{})
	if len(none) != 0 {
		t.Errorf("nothing was measured, and still there is %+v", none)
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
		t.Errorf("there is no number of %s", quantity)
	}
}

// repeated is the committed reproduction and what was measured beside it.
func repeated(t *testing.T) (*results.Record, Measured) {
	t.Helper()
	rec, err := results.Load("../reproduction")
	if err != nil {
		t.Fatal(err)
	}
	return rec, Measured{
		Polls:  &Polls{Clients: 1000, Exchanges: 5000, Seconds: 5, Out: 5000 * 716, In: 5000 * 214},
		Frames: []Frame{{125, 6, 2}, {126, 8, 4}, {65535, 8, 4}, {65536, 14, 10}},
	}
}

// Every number can come out badly: what was measured is spoiled, and each one
// misses.
func TestEveryNumberCanMiss(t *testing.T) {
	rec, m := repeated(t)
	before := Of(rec, m)
	if len(before) < 50 {
		t.Errorf("only %d numbers", len(before))
	}
	m.Polls.Out, m.Polls.In = 3*m.Polls.Out, 3*m.Polls.In
	for i := range m.Frames {
		m.Frames[i].ToClient++
		m.Frames[i].ToServer++
	}
	for _, trial := range rec.Trials {
		trial.Latency = times(t, trial.Latency, 3)
		trial.Uncorrected = trial.Latency                                  // a closed loop that misses nothing: no factor does, if what it sees is a thousandth of the stall
		opening := map[string]int64{"websocket": 60}[trial.Transport] + 20 // so that no ratio stays
		for b, k := range map[*results.Bytes]int64{&trial.Steady.In: 3, &trial.Steady.Out: 3, &trial.Handshake.In: opening, &trial.Handshake.Out: opening} {
			data := *b
			data[results.TLS], data[results.TCPIP] = 0, 0
			*b = b.Plus(data.Times(k - 1))
		}
		h := &trial.Requests.Heads
		h.Request, h.Answer = 3*h.Request, 3*h.Answer
		held := &trial.Connection.Held
		held.Heap, held.Stacks, held.Runtime = 3*held.Heap, 3*held.Stacks, 3*held.Runtime
	}
	after := Of(rec, m)
	if len(after) != len(before) {
		t.Fatalf("%d numbers became %d", len(before), len(after))
	}
	for i, c := range after {
		if c.Verdict != NotReproduced {
			t.Errorf("row %d, %s: %g against %g is still %s", c.Row, c.Quantity, c.Ours, c.Theirs, c.Verdict)
		}
		if c.Predicted && c.Derived || c.Source == "" || c.Why == "" || c.How == "" || c.Quantity != before[i].Quantity {
			t.Errorf("%+v", c)
		}
	}
}

// times is h with every value k times as large.
func times(t *testing.T, h results.Histogram, k time.Duration) (out results.Histogram) {
	t.Helper()
	n := int(h.Count())
	for i := range n {
		v := time.Duration(h.Quantile((float64(i)+0.5)/float64(n)) * 1e9)
		if err := out.Record(k * v); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Like stands beside like: a request beside a request, a whole answer beside a
// whole answer, with the update that it brought.
func TestLikeWithLike(t *testing.T) {
	trial := func(variant string) *results.Trial {
		transport, _, _ := strings.Cut(variant, "/")
		return &results.Trial{Scenario: "five-updates", Variant: variant, Transport: transport, Number: 1, Target: results.Builtin, Load: results.Workload{Clients: 1}}
	}
	poll, long, sse, ws := trial("polling/interval=250ms/headers=browser"), trial("longpoll/headers=browser"), trial("sse/headers=browser"), trial("websocket/headers=browser")
	poll.Requests = results.HTTPCount{Sent: 20, Empty: 15, Heads: results.Heads{Request: 577, Answer: 151, Empty: 107}}
	poll.Steady.In = results.Bytes{results.Payload: 195, results.Framing: 10, results.Head: 15*107 + 5*151}
	long.Requests = results.HTTPCount{Sent: 5, Heads: results.Heads{Request: 587, Answer: 151}}
	long.Steady.In = results.Bytes{results.Payload: 195, results.Framing: 10, results.Head: 5 * 151}
	sse.Handshake = results.Ledger{In: results.Bytes{results.Head: 183, results.Framing: 19, results.Chunking: 4, results.TCPIP: 999}, Out: results.Bytes{results.Head: 612, results.TCPIP: 999}}
	sse.Steady = results.Ledger{In: results.Bytes{results.Framing: 70, results.Payload: 195, results.Chunking: 30, results.TCPIP: 999}, Out: results.Bytes{results.TCPIP: 999}}
	ws.Handshake = results.Ledger{In: results.Bytes{results.Head: 147, results.WebSocket: 2, results.TCPIP: 999}, Out: results.Bytes{results.Head: 518, results.TCPIP: 999}}
	rec := &results.Record{Scenarios: []results.Scenario{{Name: "five-updates"}}, Trials: []*results.Trial{poll, long, sse, ws}}
	want := []struct {
		ours    float64
		verdict string
	}{
		{577, Differs}, {151 + 41, Differs}, // 158: 22 % more is no reproduction
		{587, Differs}, {151 + 41, Differs},
		{612, Differs}, {183 + 89 + 195, Reproduced}, // without chunks, as a HAR file has it
		{518, Differs}, {147, Differs},
		{15 * (577 + 192) / 665.0, Differs}, {5 * (587 + 192) / 665.0, Differs}, {(612 + 467) / 665.0, Differs},
	}
	got := Of(rec, Measured{})
	if len(got) != len(want) {
		t.Fatalf("%d numbers, want %d", len(got), len(want))
	}
	for i, c := range got {
		if math.Abs(c.Ours-want[i].ours) > 1e-9 || c.Verdict != want[i].verdict {
			t.Errorf("%s: %g, %s, want %g, %s", c.Quantity, c.Ours, c.Verdict, want[i].ours, want[i].verdict)
		}
	}
}

// A stall in a record: both figures of it.
func TestStall(t *testing.T) {
	trial := &results.Trial{Scenario: "stall", Target: results.Builtin, Variant: "longpoll", Transport: "longpoll", Stall: &results.Stall{After: 5, For: 1.4},
		Load: results.Workload{Clients: 10, Topics: 1, Rate: 100, Arrival: "constant", Window: 13}}
	for i := range 1300 {
		late := time.Millisecond
		if i >= 1160 {
			late = time.Duration(i-1159) * 10 * time.Millisecond
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
	var got []results.Published
	for _, c := range Of(rec, Measured{}) {
		if c.Row == 6 {
			got = append(got, c)
		}
	}
	if len(got) != 3 {
		t.Fatalf("%+v", got)
	}
	for i, want := range []struct {
		verdict   string
		predicted bool
	}{{Reproduced, false}, {Reproduced, false}, {AsPredicted, true}} {
		if got[i].Verdict != want.verdict || got[i].Predicted != want.predicted {
			t.Errorf("%+v", got[i])
		}
	}
	trial.Variant, trial.Transport = "sse", "sse"
	for _, c := range Of(rec, Measured{}) {
		if c.Row == 6 && !c.Predicted {
			t.Errorf("a stream stands beside requests: %+v", c)
		}
	}
}
