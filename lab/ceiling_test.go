//go:build linux

package lab

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/lab/machine"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
)

// The ceiling is measured once for each kind of trial and is in the record of
// all of them.
func TestCeiling(t *testing.T) {
	s := parse(t, tiny+"variants: [polling/interval=50ms, longpoll, longpoll/headers=browser, sse, sse/tls, websocket, tcp]\ntrials: 2\n")
	r := &Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve"), Null: self(t, "null")}
	rec, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	if len(r.ceilings) != 7 {
		t.Errorf("measured for %d kinds of trials, not 7", len(r.ceilings))
	}
	for k := range r.ceilings {
		if k.clients != 4 || k.payload != 128 {
			t.Errorf("measured with %d clients and %d bytes, trials have 4 and 128", k.clients, k.payload)
		}
	}
	of := map[string]float64{}
	for _, trial := range rec.Trials {
		share, ok := trial.OfCeiling()
		if known := of[trial.Variant]; trial.Trust.Ceiling <= 0 || !ok || share <= 0 || known != 0 && known != trial.Trust.Ceiling {
			t.Errorf("%s: ceiling %g (%g in another trial), share %g", trial.Variant, trial.Trust.Ceiling, known, share)
		}
		of[trial.Variant] = trial.Trust.Ceiling
	}
}

// A ceiling that cannot be measured costs no trial, and they say so.
func TestCeilingCannotBeMeasured(t *testing.T) {
	s := parse(t, tiny+"variants: [sse]\ntrials: 2\n")
	rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve"), Null: self(t, "mute")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	for _, trial := range rec.Trials {
		i := slices.IndexFunc(trial.Warnings, func(w results.Warning) bool { return w.Code == "ceiling-unknown" })
		if i < 0 || !strings.Contains(trial.Warnings[i].Text, "exit status 3: cannot bind") || trial.Failed != "" || trial.Trust.Ceiling != 0 {
			t.Errorf("%q, ceiling %g, %v", trial.Failed, trial.Trust.Ceiling, trial.Warnings)
		}
	}
	if len(rec.Trials) != 2 {
		t.Errorf("%d trials", len(rec.Trials))
	}
}

// A ceiling is that of the trial's own shape; what does not touch a delivery is
// not in it.
func TestKindsOfLoad(t *testing.T) {
	r := &Runner{Null: []string{"null"}}
	for _, test := range []struct {
		fact, a, b string
		same       bool
	}{
		{"a byte more is another", "events: {payload: 128}\nvariants: [sse]\n", "events: {payload: 129}\nvariants: [sse]\n", false},
		{"a client more, too", "clients: 10\nvariants: [sse]\n", "clients: 11\nvariants: [sse]\n", false},
		{"headers make another", "variants: [longpoll]\n", "variants: [longpoll/headers=browser]\n", false},
		{"TLS does", "variants: [sse]\n", "variants: [sse/tls]\n", false},
		{"an entity tag does", "variants: [polling]\n", "variants: [polling/etag]\n", false},
		{"the poll interval does not", "variants: [polling/interval=1s]\n", "variants: [polling/interval=2s]\n", true},
		{"nor how it is kept", "variants: [polling/interval=1s]\n", "variants: [polling/interval=1s/pace=delay]\n", true},
		{"nor whether TLS sessions are resumed", "variants: [sse/tls]\n", "variants: [sse/resume]\n", true},
		{"nor the rate", "events: {rate: 1}\nvariants: [sse]\n", "events: {rate: 2}\nvariants: [sse]\n", true},
	} {
		a, _ := r.kindOf(parse(t, test.a).Cells()[0])
		b, _ := r.kindOf(parse(t, test.b).Cells()[0])
		if (a == b) != test.same {
			t.Errorf("%s: %+v and %+v", test.fact, a, b)
		}
	}
	for _, test := range []struct {
		fact, text string
		has        bool
	}{
		{"without events there is nothing to compare", "events: {rate: 0}\n", false},
		{"a link of Ethernet's segment size costs the generator nothing", "path: {}\n", true},
		{"a tunnel does", "path: {delay: 1ms}\n", false},
	} {
		if _, ok := r.kindOf(parse(t, test.text+"variants: [sse]\n").Cells()[0]); ok != test.has {
			t.Errorf("%s: %v", test.fact, ok)
		}
	}
	for variant, why := range map[string]string{"sse": "", "sse/compress": "does not compress", "longpoll/binary": "as text only",
		"polling/http=1.0": "", "sse/http=2": ""} {
		c := parse(t, "variants: ["+variant+"]\n").Cells()[0]
		k, _ := r.kindOf(c)
		if err := k.lacks(); (err == nil) != (why == "") || err != nil && !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", variant, err)
		}
	}
}

// The plan has the time of each ceiling once.
func TestPlanHasTheTimeOfCeilings(t *testing.T) {
	s := parse(t, "variants: [sse]\ntrials: 3\nsweep: {clients: [10, 2000]}\n")
	without, with := &Runner{Scenarios: []scenarios.Scenario{s}, Targets: ours}, &Runner{Scenarios: []scenarios.Scenario{s}, Targets: ours, Null: []string{"null"}}
	a, _ := without.plan(machine.Limits{Files: 1 << 20})
	b, _ := with.plan(machine.Limits{Files: 1 << 20})
	if got, want := Estimate(b)-Estimate(a), 2*(overhead+ceilingTime)+2010*perConnect; got != want {
		t.Errorf("ceilings take %s, want %s", got, want)
	}
}

func TestNearTheCeiling(t *testing.T) {
	for _, test := range []struct {
		fact      string
		delivered int64
		requests  int64
		transport string
		ceiling   float64
		warned    bool
	}{
		{"71 % of the deliveries", 7100, 0, "sse", 1000, true},
		{"70 %", 7000, 0, "sse", 1000, false},
		{"of transports that ask, answers count", 100_000, 7000, "polling", 1000, false},
		{"and too many of them warn", 100, 7100, "polling", 1000, true},
		{"a ceiling that is not known", 7100, 0, "sse", 0, false},
	} {
		trial := &results.Trial{Transport: test.transport, Load: results.Workload{Clients: 1, Window: 10}}
		trial.Deliveries.InWindow, trial.Requests.Sent = test.delivered, test.requests
		if test.ceiling > 0 {
			ceiling{Limit: loadgen.Limit{PerSecond: test.ceiling}}.compare(trial)
		}
		if warned := len(trial.Warnings) > 0; warned != test.warned {
			t.Errorf("%s: %v", test.fact, trial.Warnings)
		}
	}
}

// A quota that was used up is a doubt about times and none about bytes.
func TestThrottled(t *testing.T) {
	trial := &results.Trial{}
	throttle(trial, machine.Throttle{})
	if len(trial.Warnings) > 0 || trial.Trust.Throttled != 0 {
		t.Errorf("nothing stood still: %v", trial.Warnings)
	}
	throttle(trial, machine.Throttle{Times: 3, For: 120 * time.Millisecond})
	if len(trial.Warnings) != 1 || trial.Trust.Throttled != 0.12 {
		t.Fatalf("%v, %g s", trial.Warnings, trial.Trust.Throttled)
	}
	w := trial.Warnings[0]
	if w.Code != "throttled" || strings.ContainsAny(w.Text, "0123456789") {
		t.Errorf("%+v", w)
	}
	for unit, want := range map[string]bool{"p50-sec": true, "wire-B/event": false} {
		if m, ok := results.MetricByUnit(unit); !ok || w.Concerns(m) != want {
			t.Errorf("it concerns %s: %v", unit, !want)
		}
	}
}

// The null server speaks every version of HTTP.
func TestCeilingByVersionOfHTTP(t *testing.T) {
	s := parse(t, tiny+"variants: [sse/http=2/streams=2, longpoll/http=1.0]\ntrials: 1\n")
	r := &Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve"), Null: self(t, "null")}
	rec, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	for _, trial := range rec.Trials {
		if trial.Failed != "" || trial.Trust.Ceiling <= 0 {
			t.Errorf("%s: %q, ceiling %g, %v", trial.Variant, trial.Failed, trial.Trust.Ceiling, trial.Warnings)
		}
	}
	if len(rec.Trials) != 2 || len(r.ceilings) != 2 {
		t.Errorf("%d trials, %d ceilings", len(rec.Trials), len(r.ceilings))
	}
}

// A capture is compared client by client: clients that have many connections, and
// those that share one, are not captured, and the record says why.
func TestNoAuditWhereConnectionsAreNotClients(t *testing.T) {
	s := parse(t, tiny+"variants: [sse/http=2/streams=2, polling/interval=50ms/http=1.0, sse/http=1.0, sse/http=2]\n")
	r := &Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve"), Audit: true}
	limits := machine.OwnLimits()
	for _, c := range s.Cells() {
		_, whole := map[string]bool{"sse/http=1.0": true, "sse/http=2": true}[c.Variant.String()]
		if why := r.impossible(c, limits); (why == "") != whole || !whole && !strings.Contains(why, "not each client has one connection") {
			t.Errorf("%s: %q", c.Variant, why)
		}
	}
}
