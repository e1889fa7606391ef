//go:build linux

package lab

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pushbench/lab/path"
	"pushbench/lab/proxy"
	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/scenarios/front"
	"pushbench/servers/wire"
)

// needProxy skips the test of a program that is not installed; with PUSHBENCH_REQUIRE=all it
// fails.
func needProxy(t *testing.T, p front.Proxy) {
	t.Helper()
	missing := proxy.Missing(p)
	if missing == "" {
		return
	}
	if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
		t.Fatal(missing)
	}
	t.Skip(missing)
}

// Each proxy in each configuration passes every event in order on the transports that it is
// fit for, and every byte on the clients' side is accounted for. Of the others it is known
// why a trial fails.
func TestProxies(t *testing.T) {
	if testing.Short() {
		t.Skip("each proxy is started for each transport")
	}
	const noUpgrade = "opening client 0: status 400"
	fails := map[string]map[string]string{ // by proxy and transport
		"nginx/default":    {"websocket": noUpgrade},
		"nginx/plain":      {"websocket": noUpgrade},
		"nginx/buffered":   {"websocket": noUpgrade, "sse": "opening client 0: no answer within 5s, which the proxy may hold back until there is more of it"},
		"nginx/http11":     {"websocket": noUpgrade},
		"nginx/unbuffered": {"websocket": noUpgrade},
		"nginx/notes":      {"websocket": noUpgrade},
		"haproxy/plain":    {"websocket": noUpgrade},
		"apache/default":   {"websocket": noUpgrade},
		"apache/plain":     {"websocket": noUpgrade},
		"caddy/plain":      {"websocket": noUpgrade},
		"varnish/default": { // it holds requests back that are the same as one which it has forwarded
			"websocket": noUpgrade, "longpoll": "the server has fewer pending requests than there are clients: no answer within 5s",
		},
		"varnish/plain": {"websocket": noUpgrade},
	}
	var all []front.Proxy
	for _, program := range front.Programs() {
		for _, c := range program.Configs {
			if c.Name == front.Idle { // which differs from tuned by one number
				continue
			}
			all = append(all, front.Proxy{Program: program.Name, Config: c.Name})
		}
	}
	builtin := served(t, "serve")
	each(t, front.Proxy.String, all, func(t *testing.T, one front.Proxy) {
		needProxy(t, one)
		s := parse(t, "proxy: {"+one.Program+": "+one.Config+"}\nclients: 3\nevents: {rate: 20, payload: 64}\n"+
			"warm-up: 100ms\nduration: 400ms\ntrials: 1\nvariants: [polling/interval=100ms, longpoll, sse, websocket]\n")
		rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: builtin}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(rec.Trials) != 4 {
			t.Errorf("%d trials; not run: %v", len(rec.Trials), rec.NotRun)
		}
		for _, trial := range rec.Trials {
			want := fails[one.String()][trial.Transport]
			if want == "" && trial.Failed != "" || !strings.Contains(trial.Failed, want) {
				t.Errorf("%s failed with %q, want %q", trial.Variant, trial.Failed, want)
			}
			for _, w := range trial.Warnings {
				if w.Code == "server-end" {
					t.Errorf("%s: %s", trial.Variant, w.Text)
				}
			}
		}
	})
	noChildren(t)
}

// Over HTTP/2, events pass through every proxy in order, with TLS where it speaks that and
// without, and every byte on the clients' side is accounted for.
func TestProxiesOverHTTP2(t *testing.T) {
	if testing.Short() {
		t.Skip("each proxy is started for each variant")
	}
	for _, program := range front.Programs() {
		t.Run(program.Name, func(t *testing.T) {
			needProxy(t, front.Proxy{Program: program.Name, Config: front.Tuned})
			s := parse(t, "proxy: {"+program.Name+": tuned}\nclients: 3\nevents: {rate: 20, payload: 64}\n"+
				"warm-up: 50ms\nduration: 200ms\ntrials: 1\nvariants: [sse/http=2/streams=3, sse/http=2/tls]\n")
			rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve")}).Run(t.Context())
			noChildren(t)
			if err != nil {
				t.Fatal(err)
			}
			for _, trial := range rec.Trials {
				if trial.Failed != "" {
					t.Errorf("%s: %s", trial.Variant, trial.Failed)
				}
			}
			if !program.TLS {
				want := []results.NotRun{{Scenario: s.Name, Variant: "sse/http=2/tls", Reason: program.Name + " does not speak TLS"}}
				if len(rec.Trials) != 1 || !slices.Equal(rec.NotRun, want) {
					t.Errorf("%d trials; not run: %v", len(rec.Trials), rec.NotRun)
				}
			} else if len(rec.Trials) != 2 {
				t.Errorf("%d trials; not run: %v", len(rec.Trials), rec.NotRun)
			}
		})
	}
}

// A proxy that reloads its configuration keeps what is open, and nobody misses an event.
func TestProxiesReload(t *testing.T) {
	if testing.Short() {
		t.Skip("proxies reload in the middle of trials of more than a second")
	}
	for _, row := range []struct {
		program, variants string
		lost              int64 // connections of WebSocket; of SSE, none is
	}{
		{"nginx", "[sse, websocket]", 0}, {"haproxy", "[websocket]", 0}, {"caddy", "[sse, websocket]", 3},
	} {
		t.Run(row.program, func(t *testing.T) {
			needProxy(t, front.Proxy{Program: row.program, Config: front.Tuned})
			s := parse(t, "proxy: {"+row.program+": tuned}\nclients: 3\nevents: {rate: 50}\nfault: {reload: 100ms}\nreconnect: {after: 50ms}\n"+
				"warm-up: 50ms\nduration: 1100ms\ntrials: 1\nvariants: "+row.variants+"\n")
			rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve")}).Run(t.Context())
			noChildren(t)
			if err != nil {
				t.Fatal(err)
			}
			if len(rec.Trials) == 0 {
				t.Errorf("not run: %v", rec.NotRun)
			}
			for _, trial := range rec.Trials {
				if trial.Failed != "" || trial.Fault == nil || trial.Fault.Kind != results.FaultReload || trial.Recovery == nil {
					t.Errorf("%s: failed with %q, %+v", trial.Variant, trial.Failed, trial.Fault)
					continue
				}
				lost := row.lost
				if trial.Transport == string(wire.SSE) {
					lost = 0
				}
				if r := trial.Recovery; r.Lost != lost || r.Clients != lost || trial.Deliveries.Missed != 0 {
					t.Errorf("%s: %d connections of %d clients are lost, %d deliveries missed", trial.Variant, r.Lost, r.Clients, trial.Deliveries.Missed)
				}
			}
		})
	}
}

// What a record tells of a proxy, and which variants do not go through it.
func TestProxyIsInTheRecord(t *testing.T) {
	one := front.Proxy{Program: "nginx", Config: front.Tuned}
	needProxy(t, one)
	s := parse(t, tiny+"proxy: {nginx: tuned}\nvariants: [sse, sse/tls, websocket, polling/interval=50ms/tls/resume, tcp]\ntrials: 1\n")
	rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	p := rec.Scenarios[0].Proxy
	if p == nil || p.Name != "nginx" || p.Config != "tuned" || p.About != one.About() || p.Version == "" ||
		!strings.Contains(p.Text, "proxy_pass http://127.0.0.1:9000;") || !strings.Contains(p.Text, "listen 127.0.0.1:8080 ssl http2;") {
		t.Errorf("%+v", p)
	}
	for _, trial := range rec.Trials {
		if trial.Failed != "" {
			t.Errorf("%s: %s", trial.Variant, trial.Failed)
		}
		if f := trial.Proxy; f == nil || f.Name != "nginx" || f.Config != "tuned" || f.CPU <= 0 {
			t.Errorf("%s: %+v", trial.Variant, f)
		}
	}
	var reasons []string
	for _, n := range rec.NotRun {
		reasons = append(reasons, n.Variant+": "+n.Reason)
	}
	want := []string{"tcp: the tcp floor cannot go through a proxy, which speaks HTTP"}
	if len(rec.Trials) != 4 || !slices.Equal(reasons, want) {
		t.Errorf("%d trials, not run: %q", len(rec.Trials), reasons)
	}
	for _, p := range rec.Predictions {
		if p.Variant != "websocket" && p.Metric != "framing-B/event" || p.Finding {
			t.Errorf("%s of %s is predicted as %g, and is %g", p.Metric, p.Variant, p.Expected, p.Measured)
		}
	}
}

// What no proxy of a kind can do is refused, wherever that is, and nothing else.
func TestUnspoken(t *testing.T) {
	for _, row := range []struct{ program, variant, want string }{
		{"nginx", "tcp", "the tcp floor cannot go through a proxy, which speaks HTTP"},
		{"varnish", "websocket/tls", "varnish does not speak TLS"},
		{"varnish", "sse/http=2", ""},
		{"haproxy", "sse/http=2/tls", ""},
		{"nginx", "sse/http=2/streams=128", ""},
		{"nginx", "sse/http=2/streams=129", "nginx allows 128 streams on a connection"},
	} {
		s := parse(t, "clients: 200\nproxy: "+row.program+"\nvariants: ["+row.variant+"]\n")
		if got := unspoken(s.Cells()[0]); got != row.want {
			t.Errorf("%s through %s: %q, want %q", row.variant, row.program, got, row.want)
		}
	}
}

// Over a path, the proxy is beside the server.
func TestProxyOverAPath(t *testing.T) {
	if err := path.Possible(); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	needProxy(t, front.Proxy{Program: "nginx", Config: front.Tuned})
	s := parse(t, tiny+"proxy: {nginx: tuned}\npath: wifi\nvariants: [sse, websocket]\ntrials: 1\n")
	rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	for _, trial := range rec.Trials {
		if trial.Failed != "" || trial.Path.Profile != "wifi" || trial.Path.Delay != 0.001 {
			t.Errorf("%s: %s, %+v", trial.Variant, trial.Failed, trial.Path)
		}
		if least := trial.Latency.Quantile(0); least < 0 {
			t.Errorf("%s has a latency of %g", trial.Variant, least)
		}
	}
}

// A described target has its proxy in its own file.
func TestProxyOfADescribedTarget(t *testing.T) {
	s := parse(t, tiny+"proxy: nginx\nvariants: [sse]\n")
	f := described(t, describedText("foreign", t.TempDir(), ""))
	reason := unproxiedBy(f, s.Cells()[0])
	if !strings.Contains(reason, "is described by a file, where proxy: names what stands in front of it") {
		t.Errorf("%q", reason)
	}
	if own := served(t, "serve")[0]; unproxiedBy(own, s.Cells()[0]) != "" {
		t.Error("our own server cannot be behind a proxy")
	}
}
