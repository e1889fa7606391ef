package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// part is that of an agent with n deliveries, as it should be.
func part(number int, n int64) Part {
	r := &Trial{
		Variant: "sse", Transport: "sse", Parts: &Parts{AgeTime: float64(n)},
		Deliveries: Deliveries{Offered: n, Published: n, Expected: n, Delivered: n, Events: n},
		Connection: Connection{Opened: 2},
		Requests:   HTTPCount{Sent: 3, Full: 3, Heads: Heads{Request: (100*3 + float64(number)) / 3}},
		Generator:  Process{CPU: 0.5, Share: 0.25},
	}
	for i := range n {
		_ = r.Latency.Record(time.Duration(i) * time.Millisecond)
	}
	r.Trust.Stamps.Kernel = n
	r.Trust.Stamps.Shared, r.Trust.Stamps.SharedMean = 1, float64(number)
	r.Age.Mean = float64(number)
	return Part{
		Agent:  Agent{Number: number, Name: "abc"[number : number+1], Host: "m", PID: 40 + number, Cores: 2, Clients: 2, Expected: n, Bound: 0.001, Drift: -0.001, BoundAfter: 0.001},
		Events: n, Measured: n, Report: r,
	}
}

func TestMerge(t *testing.T) {
	for _, row := range []struct {
		fact   string
		change func(p *Part) // the second of three
		want   string        // Failed
		missed int64
		limit  bool
	}{
		{"all is well", func(*Part) {}, "", 0, false},
		{"an agent is lost", func(p *Part) { p.Lost, p.Report = "at noon: killed", nil }, "agent 1 (b on machine m, process 41) was lost: at noon: killed; its 20 deliveries are missed", 20, false},
		{"what a lost agent says is not heard", func(p *Part) { p.Lost = "at noon" }, "agent 1 (b on machine m, process 41) was lost: at noon; its 20 deliveries are missed", 20, false},
		{"there is no report", func(p *Part) { p.Report = nil }, "agent 1 (b on machine m, process 41): it has not reported", 20, false},
		{"it was told to stop", func(p *Part) { p.Report, p.GaveUp, p.Failed = nil, true, "it gave up" }, "20 of 60 deliveries are missing", 20, false},
		{"a report that failed", func(p *Part) { p.Report.Failed = "client 1 lost its connection" }, "agent 1 (b on machine m, process 41): client 1 lost its connection", 0, false},
		{"it expected less", func(p *Part) { p.Report.Deliveries.Expected, p.Report.Deliveries.Delivered = 19, 19 }, "it expected 19 deliveries, and by the plan there are 20", 1, false},
		{"it published more", func(p *Part) { p.Report.Deliveries.Offered++ }, "it published 21 events, and by the plan there are 20", 0, false},
		{"it opened less", func(p *Part) { p.Report.Connection.Opened = 1 }, "it opened 1 connections, and by the plan there are 2", 0, false},
		{"a latency is missing", func(p *Part) { p.Measured = 21 }, "it has 20 latencies, and by the plan there are 21", 0, false},
		{"its report contradicts itself", func(p *Part) { p.Report.Trust.Stamps.Kernel = 7 }, "its report contradicts itself: trust.stamps.kernel", 0, false},
		{"a number that cannot be", func(p *Part) { p.Report.Deliveries.Delivered = -1 }, "report.deliveries.delivered is -1", 20, false},
		{"a whole trial", func(p *Part) { p.Report.Parts = nil }, "its report is of a whole trial, and not of a part", 20, false},
		{"deliveries that it takes for lost", func(p *Part) { d := &p.Report.Deliveries; d.Delivered, d.Missed, d.Lost = 18, 2, 2 }, "it takes 2 deliveries for lost and 0 for superseded", 2, false},
		{"and for superseded", func(p *Part) { p.Report.Deliveries.Superseded = 1 }, "it takes 0 deliveries for lost and 1 for superseded", 0, false},
		{"its publisher was late", func(p *Part) { p.Report.Warnings = []Warning{{"schedule-lag", "late"}, {"few-events", "few"}} }, "", 0, true},
		{"it had no CPU time left", func(p *Part) { p.Report.Generator.Share = 1.9 }, "", 0, true},
	} {
		parts := []Part{part(0, 20), part(1, 20), part(2, 20)}
		row.change(&parts[1])
		got := &Trial{Transport: "sse"}
		got.Merge(parts)
		if !strings.Contains(got.Failed, row.want) || row.want == "" && got.Failed != "" {
			t.Errorf("%s: %q, want %q", row.fact, got.Failed, row.want)
		}
		d := got.Deliveries
		if d.Expected != 60 || d.Missed != row.missed || d.Delivered != 60-row.missed {
			t.Errorf("%s: %+v", row.fact, d)
		}
		limited := false
		for _, w := range got.Warnings {
			limited = limited || w.Code == "agent-limit"
		}
		if limited != row.limit || limited != (got.Parts.Agents[1].Limit != "") {
			t.Errorf("%s: an agent is the limit: %v", row.fact, got.Warnings)
		}
	}
}

// Sums are exact, and means are those of all.
func TestMergedNumbers(t *testing.T) {
	dropped, more := int64(7), int64(99)
	got := &Trial{Transport: "sse", Recovery: &Recovery{ServerCPU: 0.5, Dropped: &dropped}} // by the observer
	parts := []Part{part(0, 10), part(1, 20), part(2, 30)}
	for i := range parts[:2] {
		r := &Recovery{Lost: 2, Clients: 2, Refused: 1, Opened: 2, Dropped: &more, ServerCPU: 99}
		r.Handshake.SegmentsIn = 3
		_, _ = r.Open.Record(time.Millisecond), r.Reconnect.Record(time.Duration(1+i)*time.Second)
		parts[i].Report.Recovery = r
	}
	got.Merge(parts)
	if r := got.Recovery; r.Lost != 4 || r.Clients != 4 || r.Refused != 2 || r.Opened != 4 || r.Handshake.SegmentsIn != 6 ||
		r.Open.Count() != 2 || r.Reconnect.Count() != 2 || r.Reconnect.Max() < 2 || r.Recover.Count() != 0 || r.ServerCPU != 0.5 || *r.Dropped != 7 {
		t.Errorf("recovery: %+v", r)
	}
	if n := got.Latency.Count(); n != 60 || got.Latency.Max() < 0.029 || got.Latency.Max() > 0.0291 {
		t.Errorf("%d latencies up to %v", n, got.Latency.Max())
	}
	if h := got.Requests.Heads.Request; h != 903.0/9 {
		t.Errorf("heads of %v bytes", h)
	}
	if m := got.Age.Mean; m != (20.0+60)/60 {
		t.Errorf("a mean age of %v", m)
	}
	if m := got.Trust.Stamps.SharedMean; m != 1 {
		t.Errorf("shared stamps of %v", m)
	}
	if got.Generator.CPU != 1.5 || got.Connection.Opened != 6 {
		t.Errorf("%+v, %d opened", got.Generator, got.Connection.Opened)
	}
	p := got.Parts
	if math.Abs(p.Spread-0.002) > 1e-12 || math.Abs(p.Error-0.004) > 1e-12 {
		t.Errorf("a spread of %v and an error of %v", p.Spread, p.Error)
	}
	for i, a := range p.Agents {
		if a.Delivered != int64(10*(i+1)) || a.P50 == 0 && i > 0 || a.Share != 0.25 {
			t.Errorf("%+v", a)
		}
	}
}

// Many agents may have one reason, or each its own.
func TestReasonsOfMany(t *testing.T) {
	var equal, own []reason
	for i := range 6 {
		who := fmt.Sprintf("agent %d", i)
		equal, own = append(equal, reason{who, ": no server"}), append(own, reason{who, fmt.Sprintf(": lost at %d", i)})
	}
	for _, row := range []struct {
		all  []reason
		want string
	}{
		{nil, ""},
		{equal, "agent 0 and 5 more: no server"},
		{append(equal[:2:2], own[5], equal[3]), "agent 0 and 2 more: no server; agent 5: lost at 5"},
		{own, "agent 0: lost at 0; agent 1: lost at 1; agent 2: lost at 2; agent 3: lost at 3; the parts of 2 more agents are missing or wrong"},
	} {
		if got := strings.Join(summed(row.all), "; "); got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}

// Agents on the server's machine reach it without a network.
func TestElsewhere(t *testing.T) {
	here, away := Agent{Host: "m"}, Agent{Host: "n"}
	for _, row := range []struct {
		parts *Parts
		want  bool
	}{{nil, false}, {&Parts{Host: "m", Agents: []Agent{here, here}}, false}, {&Parts{Host: "m", Agents: []Agent{here, away}}, true}} {
		if got := (&Trial{Parts: row.parts}).Elsewhere(); got != row.want {
			t.Errorf("%+v: %v", row.parts, got)
		}
	}
}

// Agents of one machine are the limit together.
func TestAgentsOfOneMachineAreTheLimit(t *testing.T) {
	for _, row := range []struct {
		fact  string
		share float64 // of each of eight agents at a machine with two cores
		hosts int
		want  int // agents that are marked
	}{
		{"eight quarters of a core", 0.25, 1, 8},
		{"less than all", 0.2, 1, 0},
		{"on two machines", 0.25, 2, 0},
		{"two full machines", 0.5, 2, 8},
	} {
		p := &Parts{}
		for i := range 8 {
			p.Agents = append(p.Agents, Agent{Number: i, Host: "ab"[i%row.hosts : i%row.hosts+1], Cores: 2, Share: row.share})
		}
		p.limits()
		got := 0
		for _, a := range p.Agents {
			if a.Limit != "" {
				got++
			}
		}
		if got != row.want {
			t.Errorf("%s: %d agents are marked, and %d should be", row.fact, got, row.want)
		}
	}
}

// The clock of an agent may be wrong by the bound of the first comparison, or by what it drifted
// and the bound of the second.
func TestWrong(t *testing.T) {
	for _, row := range []struct {
		a    Agent
		want float64
	}{
		{Agent{Bound: 0.003, BoundAfter: 0.001}, 0.003},
		{Agent{Bound: 0.001, BoundAfter: 0.003}, 0.003},
		{Agent{Bound: 0.001, Drift: -0.002, BoundAfter: 0.003}, 0.005},
	} {
		if got := row.a.wrong(); math.Abs(got-row.want) > 1e-12 {
			t.Errorf("%+v: %v, want %v", row.a, got, row.want)
		}
	}
}

// Readings of counts that are too far apart are told and marked, whoever was late.
func TestCountsApart(t *testing.T) {
	for _, row := range []struct {
		fact   string
		server Counted
		late   float64 // of the second agent, at the end
		apart  float64
		marked bool
	}{
		{"all are in time", Counted{}, 0, 0.004, false},
		{"the server's is late", Counted{From: 0.02}, 0, 0.022, true},
		{"an agent's is late", Counted{}, 0.03, 0.034, true},
		{"all are equally late", Counted{From: 0.03, To: 0.03}, 0.03, 0.034, true}, // but for the other agents
	} {
		parts := []Part{part(0, 20), part(1, 20), part(2, 20)}
		parts[1].Report.Parts.Counted.To = row.late
		got := &Trial{Transport: "sse", Load: Workload{Window: 1}, Parts: &Parts{Counted: row.server, Host: "m"}}
		got.Merge(parts)
		marked := slices.ContainsFunc(got.Warnings, func(w Warning) bool { return w.Code == "counts-apart" })
		if math.Abs(got.Parts.Apart-row.apart) > 1e-12 || marked != row.marked || got.Parts.Host != "m" || got.Failed != "" {
			t.Errorf("%s: %+v, %v, %s", row.fact, got.Parts, got.Warnings, got.Failed)
		}
	}
}

// Connections were opened from when the first agent began until the last one was ready.
func TestOpeningOfAll(t *testing.T) {
	parts := []Part{part(0, 20), part(1, 20)}
	parts[0].Report.Parts.Dialed, parts[0].Report.Parts.Opened, parts[0].Report.Connection.Seconds = 3, 2.5, 0.5
	parts[1].Report.Parts.Dialed, parts[1].Report.Parts.Opened, parts[1].Report.Connection.Seconds = 2.75, 2.25, 0.5
	got := &Trial{Transport: "sse"}
	got.Merge(parts)
	if s := got.Connection.Seconds; s != 0.75 || got.Parts.Dialed != 3 || got.Parts.Opened != 2.25 {
		t.Errorf("%v s, %+v", s, got.Parts)
	}
}

// The machine of the server is judged by what its observer has seen.
func TestPressureIsJudgedOnce(t *testing.T) {
	got := &Trial{Transport: "sse", Load: Workload{Rate: 1}, Trust: Trust{Pressure: 0.3}}
	got.Merge([]Part{part(0, 20)})
	if !slices.ContainsFunc(got.Warnings, func(w Warning) bool { return w.Code == "cpu-pressure" }) {
		t.Errorf("%v", got.Warnings)
	}
}

// The split at the server is of all clients, or it is left out.
func TestSplitOfSome(t *testing.T) {
	for _, all := range []bool{true, false} {
		parts := []Part{part(0, 20), part(1, 20)}
		for i := range parts {
			if all || i == 0 {
				_ = parts[i].Report.FromServer.Record(time.Millisecond)
			}
		}
		got := &Trial{Transport: "sse"}
		got.Merge(parts)
		if n := got.FromServer.Count(); (n == 2) != all || !all && n != 0 {
			t.Errorf("%d values of the split", n)
		}
	}
}
