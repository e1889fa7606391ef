//go:build linux

package lab

import (
	"strings"
	"testing"

	"pushbench/lab/path"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
)

// Faults befall servers in processes of their own, over loopback and between namespaces,
// and the record says so.
func TestFaults(t *testing.T) {
	if err := loadgen.CanCut(); err != nil {
		t.Skip(err)
	}
	all := []scenarios.Scenario{}
	add := func(name, text string) {
		s, err := scenarios.Parse(name, name+".yaml", []byte("about: x\nclients: 4\nevents: {rate: 100}\nwarm-up: 50ms\nduration: 1200ms\ntrials: 1\n"+text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	add("cut", "fault: {cut: 200ms}\nreconnect: {after: 50ms, jitter: 50ms}\nvariants: [polling/interval=50ms, longpoll/tls, sse, websocket/tls, tcp]\n")
	add("restart", "fault: {restart: 100ms}\nreconnect: {after: 50ms}\nvariants: [polling/interval=50ms, longpoll, sse, websocket]\n")
	if path.Possible() == nil {
		add("far", "fault: {cut: 200ms, share: 0.5}\nreconnect: {after: 50ms, resume: false}\npath: {delay: 5ms}\nvariants: [sse, websocket]\n")
	}
	rec, err := (&Runner{Scenarios: all, Seed: 1, Targets: served(t, "serve")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	for _, got := range rec.Trials {
		name := got.Scenario + " " + got.Variant
		if got.Failed != "" {
			t.Errorf("%s: failed: %s", name, got.Failed)
			continue
		}
		clients := int64(4)
		if got.Scenario == "far" {
			clients = 2
		}
		d, r := got.Deliveries, got.Recovery
		if got.Fault == nil || r == nil || r.Clients != clients || r.Recover.Count() != clients || d.Missed != d.Lost {
			t.Errorf("%s: %+v, %+v, %+v", name, got.Fault, d, r)
			continue
		}
		if restarted := got.Scenario == "restart"; restarted != (got.Fault.Down > 0) || restarted == (r.ServerCPU > 0) || restarted != (got.Lacks(results.Outside) != "") {
			t.Errorf("%s: down for %v s, %v s of CPU after it", name, got.Fault.Down, r.ServerCPU)
		}
		if forgot := got.Scenario == "far" && got.Transport == "websocket"; got.Scenario != "restart" && forgot != (d.Lost > 0) {
			t.Errorf("%s: %d events are lost", name, d.Lost)
		}
	}
	for _, p := range rec.Predictions {
		t.Errorf("%s %s: %s is predicted", p.Scenario, p.Variant, p.Metric)
	}
	if len(rec.Trials) < 9 {
		t.Errorf("%d trials, and not run: %v", len(rec.Trials), rec.NotRun)
	}
}

// A packet capture is not compared with connections that come and go.
func TestFaultIsNotAudited(t *testing.T) {
	s := parse(t, "fault: {cut: 500ms}\nduration: 3s\nvariants: [sse]\n")
	not := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve"), Audit: true}).NotRun()
	if len(not) != 1 || !strings.Contains(not[0].Reason, "an audit knows one connection of each client") && not[0].Reason != barred() {
		t.Errorf("%+v", not)
	}
}
