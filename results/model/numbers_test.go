package model

import (
	"fmt"
	"math"
	"testing"

	"pushbench/results"
	"pushbench/results/example"
)

// What is summed for each power of ten, and for each stretch of topics, is what
// counting one by one gives.
func TestNumbersAgainstCounting(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {1, 9}, {1, 10}, {7, 12345}, {99, 100}, {1000, 999}} {
		want := 0.0
		for n := c[0]; n <= c[1]; n++ {
			want += float64(len(fmt.Sprint(n)))
		}
		if got := digits(float64(c[0]), float64(c[1])); got != want {
			t.Errorf("the numbers from %d to %d have %g digits, want %g", c[0], c[1], got, want)
		}
	}
	for _, l := range []load{
		{Clients: 7, Topics: 3, Rate: 10, Arrival: "constant", Payload: 120, Warmup: 1, Window: 20},
		{Clients: 2, Topics: 5, Rate: 3, Arrival: "constant", Payload: 1, Warmup: 0.5, Window: 8, Retained: 9},
		{Clients: 1000, Topics: 100, Rate: 333, Arrival: "constant", Payload: 250, Warmup: 2, Window: 30},
		{Clients: 40, Topics: 40, Rate: 1, Arrival: "constant", Payload: 32, Warmup: 1, Window: 5},
		{Clients: 1, Topics: 1, Rate: 5, Arrival: "constant", Payload: 100, Warmup: 0.7, Window: 2}, // an event as the publishing begins
	} {
		d, ok := l.schedule()
		if !ok {
			t.Fatalf("%+v has no numbers", l)
		}
		var pairs, length, framing float64
		for j := range l.Topics {
			first, last := d.window(j)
			for n := first; n <= last; n++ {
				e := fmt.Sprintf("id: %.0f\ndata: \n\n", n)
				pairs += d.clients(j)
				length += d.clients(j) * float64(len(fmt.Sprintf("%.0f", n)))
				framing += d.clients(j) * float64(len(e)+len(fmt.Sprintf("%x\r\n\r\n", len(e)+l.Payload)))
			}
		}
		numbers, total, n, ok := numbered(l, "1.1")
		if n != pairs || numbers != length || total != framing || d.pairs() != pairs || ok != (pairs > 0) {
			t.Errorf("%+v: %g digits and %g bytes for %g pairs (%g), want %g, %g, %g", l, numbers, total, n, d.pairs(), length, framing, pairs)
		}
		names := 0.0
		for i := range l.Clients {
			names += float64(len(fmt.Sprint("t", i%l.Topics)))
		}
		if out, _, _ := opening("tcp", l, ""); math.Abs(out-names/float64(l.Clients)-float64(len(" 0\n"))) > 1e-9 {
			t.Errorf("%+v: a line of %g bytes opens a connection", l, out)
		}
	}
}

// The number of topics with nothing in an interval, where all later terms of
// the sum are the same or none is large enough to be one.
func TestSilenceOfManyTopics(t *testing.T) {
	l := load{Rate: 4, Topics: 1_000_000, Arrival: "poisson"}
	if got, _, ok := l.silence(1); !ok || math.Abs(got-(1-4e-6)) > 1e-12 {
		t.Errorf("%v of a million topics, %v", got, ok)
	}
	l.Rate, l.Topics = 1000, 1
	if got, _, ok := l.silence(1); !ok || got != 0 {
		t.Errorf("one topic with a thousand events: %v %v", got, ok)
	}
	l.Topics = 2000
	if got, _, ok := l.silence(1); ok {
		t.Errorf("what no float64 can sum is %v", got)
	}
}

// No load, however large or small, keeps a prediction from ending, or makes one
// that is no number.
func TestPredictExtremeLoads(t *testing.T) {
	for _, transport := range []string{"polling", "longpoll", "sse", "websocket", "tcp"} {
		for _, arrival := range []string{"constant", "poisson", "burst"} {
			for _, v := range []float64{math.Inf(1), math.MaxFloat64, 1e300, 1e16, 5e-324, math.Inf(-1), -1, math.NaN()} {
				for field := range 5 {
					for _, topics := range []int{1, math.MaxInt} {
						x := &results.Trial{Transport: transport, Variant: transport, Load: results.Workload{Clients: 10, Topics: topics, Rate: 10, Arrival: arrival,
							Payload: 128, Warmup: 1, Window: 5, Interval: 0.5, Heartbeat: 15, Burst: 1}}
						_, x.Settings = example.Variant(transport)
						x.Deliveries.InWindow, x.Requests.Sent, x.Connection.Opened, x.Handshake.Out[results.Head] = 500, 100, 10, 650
						l := &x.Load
						*[]*float64{&l.Rate, &l.Warmup, &l.Window, &l.Interval, &l.Heartbeat}[field] = v
						for _, m := range results.Metrics() {
							if p, ok := Predict(x, m.Unit); ok && (!finite(p.Value) || !finite(p.Tolerance)) {
								t.Errorf("%s %s %+v: %s is %+v", transport, arrival, *l, m.Unit, p)
							}
						}
					}
				}
			}
		}
	}
}

// The schedule is one of whole nanoseconds: rounding in seconds moves no event.
func TestFirstEventOfASchedule(t *testing.T) {
	d, ok := load{Clients: 1, Topics: 1, Rate: 5, Arrival: "constant", Payload: 100, Warmup: 0.7, Window: 2}.schedule()
	if first, last := d.window(0); !ok || d.first != 0 || first != 5 || last != 14 {
		t.Errorf("the first is due after %g s, the window has %g to %g, want 0 s and 5 to 14", d.first, first, last)
	}
}
