//go:build linux

package agents

import (
	"encoding/json"
	"math"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"

	"pushbench/loadgen"
	"pushbench/results"
)

// counted is what a trial counts that depends neither on how the kernel cuts bytes into
// segments nor on how late this machine is.
type counted struct {
	Deliveries        results.Deliveries
	Handshake, Whole  results.Ledger
	Connections       int64
	Opened            int64
	Latencies, Spread int64
	Asked             int64 // in the window, of polls
}

func count(t *results.Trial) counted {
	c := counted{
		Deliveries: t.Deliveries, Handshake: t.Handshake, Whole: t.Whole, Connections: t.Balance.Connections,
		Opened: t.Connection.Opened, Latencies: t.Latency.Count(), Spread: t.Spread.Count(),
	}
	c.Deliveries.Timed, c.Deliveries.InWindow = 0, 0
	if t.Transport == "polling" { // until the last event has come, and with one event or two
		c.Whole, c.Asked = results.Ledger{}, t.Requests.Sent
	}
	for _, l := range []*results.Ledger{&c.Handshake, &c.Whole} {
		l.In[results.TCPIP], l.Out[results.TCPIP], l.SegmentsIn, l.SegmentsOut = 0, 0, 0, 0
	}
	return c
}

// One load generator with all clients, and several with a part of them each, count the same
// bytes, requests and deliveries. That they also measure the same is a test of package
// account.
func TestPartsAreTheWhole(t *testing.T) {
	t.Parallel()
	for _, variant := range []string{"sse", "websocket", "longpoll", "polling/interval=100ms"} {
		t.Run(variant, func(t *testing.T) {
			t.Parallel()
			asked := func() loadgen.Options {
				o := options(t, variant, 6, 3)
				o.Retained, o.Rate = 1, 10
				return o
			}
			whole, err := loadgen.Run(t.Context(), asked())
			if err != nil {
				t.Fatal(err)
			}
			crew := local(t, 3, 0)
			reports, err := crew.conn.SubscribeSync(subjectRun(crew.run))
			if err != nil {
				t.Fatal(err)
			}
			parts, err := crew.Run(t.Context(), asked())
			if err != nil {
				t.Fatal(err)
			}
			if whole.Failed != "" || parts.Failed != "" {
				t.Fatalf("%q in one process, %q in three", whole.Failed, parts.Failed)
			}
			if d := cmp.Diff(count(whole), count(parts)); d != "" {
				t.Errorf("(-one process +three processes):\n%s", d)
			}
			if parts.Latency.Count() == 0 || parts.Parts.Others.Count() != 0 {
				t.Errorf("%d latencies, and %d of others' events", parts.Latency.Count(), parts.Parts.Others.Count())
			}
			checkRecord(t, parts)
			checkAgents(t, parts)
			checkSums(t, parts, reports)
		})
	}
}

// checkRecord checks that a record may have the trial.
func checkRecord(t *testing.T, trial *results.Trial) {
	t.Helper()
	trial.Scenario, trial.Target, trial.Number = "s", "t", 1
	record := &results.Record{
		Schema: results.Schema, Scenarios: []results.Scenario{{Name: "s"}}, Targets: []results.Target{{Name: "t"}},
		Trials: []*results.Trial{trial},
	}
	if err := record.Validate(); err != nil {
		t.Error(err)
	}
}

// checkAgents checks what stands beside the total.
func checkAgents(t *testing.T, trial *results.Trial) {
	t.Helper()
	var delivered int64
	for i, a := range trial.Parts.Agents {
		delivered += a.Delivered
		if a.Number != i || a.Host != "here" || a.PID == 0 || a.Cores == 0 || a.Delivered != a.Expected || a.P50 == 0 || a.Lost+a.Failed != "" {
			t.Errorf("agent %d: %+v", i, a)
		}
		// Both clocks are this machine's.
		if math.Abs(a.Offset) > a.Bound+1e-3 || a.Bound <= 0 || a.Start < 0 {
			t.Errorf("agent %d: its clock is %v s from ours, by at most %v s, and it began %v s late", i, a.Offset, a.Bound, a.Start)
		}
	}
	p := trial.Parts
	if delivered != trial.Deliveries.Delivered || p.Spread <= 0 || p.Error <= 0 || p.Host != "here" {
		t.Errorf("%d deliveries of %d, a spread of %v s, an error of %v s", delivered, trial.Deliveries.Delivered, p.Spread, p.Error)
	}
	// All have read their counts, and the record tells how far apart that was.
	readings := []results.Counted{p.Counted}
	for _, a := range p.Agents {
		readings = append(readings, a.Counted)
	}
	for _, a := range readings {
		for _, b := range readings {
			if a.From <= 0 || a.To <= 0 || math.Abs(a.From-b.From) > p.Apart || math.Abs(a.To-b.To) > p.Apart {
				t.Errorf("readings %+v and %+v are apart by more than %v s", a, b, p.Apart)
			}
		}
	}
	if got := trial.Connection.Seconds; p.Opened <= 0 || got <= 0 || math.Abs(got-(p.Dialed-p.Opened)) > 1e-9 {
		t.Errorf("connections were opened from %v s to %v s before the window, in %v s", p.Dialed, p.Opened, got)
	}
}

// checkSums checks that the histograms of a trial are those of its parts, value by value.
func checkSums(t *testing.T, trial *results.Trial, reports *nats.Subscription) {
	t.Helper()
	sums := map[string]*results.Histogram{"latency": {}, "wait": {}, "from_server": {}, "open": {}}
	of := func(t *results.Trial) map[string]results.Histogram {
		return map[string]results.Histogram{"latency": t.Latency, "wait": t.Wait, "from_server": t.FromServer, "open": t.Connection.Open}
	}
	said := map[string]*results.Trial{}
	for n, _, err := reports.Pending(); n > 0 || err != nil; n, _, err = reports.Pending() {
		raw, err := reports.NextMsg(time.Second)
		if err != nil {
			t.Fatal(err)
		}
		var m message
		if err := json.Unmarshal(raw.Data, &m); err != nil {
			t.Fatal(err)
		}
		if m.Say == sayReport {
			said[m.Agent] = m.Report
		}
	}
	for _, a := range trial.Parts.Agents {
		if said[a.Name] == nil {
			t.Fatalf("no report of %s", a.Name)
		}
		for name, h := range of(said[a.Name]) {
			sums[name].Merge(h)
		}
	}
	for name, h := range of(trial) {
		want, err := json.Marshal(sums[name])
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("the values of %s are %s, and those of the parts %s", name, got, want)
		}
	}
}

// With one topic, two agents out of three have none of their own: what they get is timed by
// another clock, and apart.
func TestOthersEvents(t *testing.T) {
	t.Parallel()
	trial, err := local(t, 3, 0).Run(t.Context(), options(t, "sse", 6, 1))
	if err != nil || trial.Failed != "" {
		t.Fatal(err, trial)
	}
	own, others := trial.Latency.Count(), trial.Parts.Others.Count()+trial.Parts.Early
	if events := trial.Deliveries.Events; own != 2*events || others != 4*events {
		t.Errorf("%d events to six clients: %d own latencies and %d others", events, own, others)
	}
	checkRecord(t, trial)
	if n := trial.Spread.Count(); n != 0 {
		t.Errorf("%d events have a spread, and no agent knows when all clients had one", n)
	}
}

// While the window lasts, no message is sent.
func TestSilence(t *testing.T) {
	t.Parallel()
	crew, o := local(t, 2, 0), options(t, "sse", 4, 2)
	o.Window = 1500 * time.Millisecond // longer than agents are silent else
	messages := make(chan int64, 2)
	look := func() error {
		v, err := crew.hub.server.Varz(nil)
		if err == nil {
			messages <- v.InMsgs + v.OutMsgs
		}
		return err
	}
	o.Acts = []loadgen.Act{{At: 0, Do: look}, {At: o.Window - 50*time.Millisecond, Do: look}}
	trial, err := crew.Run(t.Context(), o)
	if err != nil || trial.Failed != "" {
		t.Fatal(err, trial)
	}
	if first, last := <-messages, <-messages; first != last || first == 0 {
		t.Errorf("%d messages at the beginning of the window, and %d at its end", first, last)
	}
}

// The clients of all agents are spread over the nodes of a server by their numbers, as in one
// process. What one node has the other does not, so that one at the wrong node would get nothing.
func TestNodes(t *testing.T) {
	t.Parallel()
	o := options(t, "sse", 6, 2)
	o.Target.Nodes = &loadgen.Nodes{HTTP: []string{o.Target.HTTP, served(t).HTTP}, TCP: []string{o.Target.TCP, o.Target.TCP}}
	trial, err := local(t, 2, 0).Run(t.Context(), o)
	if err != nil || trial.Failed != "" {
		t.Fatal(err, trial)
	}
	if trial.Backplane == nil || trial.Backplane.Nodes != 2 || trial.Deliveries.Delivered == 0 {
		t.Errorf("%+v, %+v", trial.Backplane, trial.Deliveries)
	}
}

// Each agent cuts the connections of its own clients, all at one moment. They come back, at the
// next node, and what they were told of it adds up.
func TestCutByAgents(t *testing.T) {
	t.Parallel()
	if err := loadgen.CanCut(); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	o := options(t, "sse", 6, 3)
	o.Window = 1300 * time.Millisecond
	o.Fault = loadgen.Fault{Kind: results.FaultCut, After: 100 * time.Millisecond, Share: 0.7}
	o.Reconnect = &loadgen.Reconnect{After: 50 * time.Millisecond, Jitter: 50 * time.Millisecond}
	trial, err := local(t, 3, 0).Run(t.Context(), o)
	if err != nil || trial.Failed != "" {
		t.Fatal(err, trial)
	}
	const cut = 4 // of six clients those with the lowest numbers, of which one agent has two
	r := trial.Recovery
	if r.Lost != cut || r.Clients != cut || r.Opened != cut || r.Refused != 0 || trial.Deliveries.Missed != 0 {
		t.Errorf("%+v, %d missed", r, trial.Deliveries.Missed)
	}
	if r.Reconnect.Count() != cut || r.Recover.Count() != cut || r.Reconnect.Quantile(0) < 0.0499 || r.Handshake.SegmentsOut == 0 {
		t.Errorf("%d came back after %v s at the earliest, %d had all events", r.Reconnect.Count(), r.Reconnect.Quantile(0), r.Recover.Count())
	}
	if f := trial.Fault; f == nil || f.Kind != results.FaultCut || f.Share != 0.7 {
		t.Errorf("the fault is %+v", f)
	}
	checkRecord(t, trial)
}

// While connections are opened, the coordinator is told how far the agents are.
func TestProgress(t *testing.T) {
	a := &attempt{parts: make([]results.Part, 2), states: make([]state, 2)}
	a.parts[0].Clients, a.parts[1].Clients = 3, 1
	a.states[0].over, a.states[1].over = 0.4, 0.8
	a.progress() // nobody wants to know
	var told []float64
	a.tell = func(over float64) { told = append(told, over) }
	a.progress()
	a.started = 1
	a.progress()
	if len(told) != 1 || math.Abs(told[0]-0.5) > 1e-9 {
		t.Errorf("told %v, want 0.5 before the start alone", told)
	}
}
