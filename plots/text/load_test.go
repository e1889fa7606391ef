package text

import (
	"strings"
	"testing"

	"pushbench/results"
)

func TestPath(t *testing.T) {
	for _, c := range []struct {
		why  string
		path results.Path
		want string
	}{
		{"an older record has no path", results.Path{}, "over loopback"},
		{"loopback's MTU is its own", results.Path{Kind: "loopback", MTU: 65536}, "over loopback"},
		{"namespaces", results.Path{Kind: "veth", MTU: 1500}, "between network namespaces, MTU 1,500 B"},
		{"a delay", results.Path{Kind: "tunnel", MTU: 1500, Delay: 0.05}, "over a tunnel, 50 ms each way, MTU 1,500 B"},
		{"a profile", results.Path{Kind: "tunnel", Profile: "4g", MTU: 1500, Delay: 0.05}, "over 4g, 50 ms each way, MTU 1,500 B"},
		{"all there is", results.Path{Kind: "tunnel", MTU: 1400, Delay: 0.05, Jitter: 0.005, Rate: 1.25e6, Loss: 0.01},
			"over a tunnel, 50 ms ± 5 ms each way, 1.25 MB/s each way, 1 % of packets lost each way, MTU 1,400 B"},
	} {
		if got := strings.ReplaceAll(Path(c.path), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestClients(t *testing.T) {
	for _, c := range []struct {
		why, sweep string
		load       results.Workload
		want       string
	}{
		{"one topic: everybody gets everything", "", results.Workload{Clients: 100, Topics: 1, Rate: 10}, "100 clients, each with 10 events/s"},
		{"of ten topics a client gets one", "", results.Workload{Clients: 100, Topics: 10, Rate: 100}, "100 clients, each with 10 events/s (10 topics)"},
		{"rare events", "", results.Workload{Clients: 500, Topics: 50, Rate: 25}, "500 clients, each with 0.5 events/s (50 topics)"},
		{"an older record may not know its topics", "", results.Workload{Clients: 2, Rate: 10}, "2 clients, each with 10 events/s"},
		{"no events", "", results.Workload{Clients: 1, Topics: 1}, "1 client, no events"},
		{"clients are swept", "clients", results.Workload{Clients: 1, Topics: 1, Rate: 10}, "each client with 10 events/s"},
		{"clients are swept without events", "clients", results.Workload{Clients: 1, Topics: 1}, "no events"},
		{"the rate is swept", "rate", results.Workload{Clients: 100, Topics: 1, Rate: 10}, "100 clients"},
		{"the rate of all topics is swept", "rate", results.Workload{Clients: 100, Topics: 10, Rate: 10}, "100 clients on 10 topics, each with its share of the events"},
	} {
		if got := strings.ReplaceAll(Clients(c.load, c.sweep), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestPoint(t *testing.T) {
	for _, c := range []struct {
		sweep string
		v     float64
		want  string
	}{
		{"clients", 1, "1 client"}, {"clients", 1000, "1,000 clients"}, {"rate", 1, "1 event/s"}, {"rate", 0.1, "0.1 events/s"},
		{"rate", 100, "100 events/s"}, {"payload", 1, "1 B"}, {"interval", 0.5, "500 ms"},
	} {
		if got := strings.ReplaceAll(Point(c.sweep, c.v), "\u00a0", " "); got != c.want {
			t.Errorf("%s of %g: %q, want %q", c.sweep, c.v, got, c.want)
		}
	}
}

// Trials of one load may have had less warm-up than others.
func TestWarmup(t *testing.T) {
	load := results.Workload{Clients: 1, Topics: 1, Payload: 64, Window: 2, Warmup: 0.5}
	for least, want := range map[float64]string{0.5: "after 500 ms of warm-up", 0: "after up to 500 ms of warm-up"} {
		if got := strings.ReplaceAll(Load(load, "", least), "\u00a0", " "); got != "1 client, no events · payload 64 B · measured for 2 s "+want {
			t.Errorf("from %g s: %q", least, got)
		}
	}
}

func TestStall(t *testing.T) {
	if got := strings.ReplaceAll(Stall(results.Stall{After: 5, For: 1.4}), "\u00a0", " "); got != "the server is paused for 1.4 s, 5 s into the window" {
		t.Error(got)
	}
}

func TestFault(t *testing.T) {
	for _, c := range []struct {
		fault results.Fault
		want  string
	}{
		{results.Fault{Kind: results.FaultCut, After: 1}, "the connections of all clients are cut 1 s into the window"},
		{results.Fault{Kind: results.FaultCut, After: 1, Share: 0.5}, "the connections of 50 % of the clients are cut 1 s into the window"},
		{results.Fault{Kind: results.FaultRestart, After: 2}, "the server is started again 2 s into the window"},
		{results.Fault{Kind: results.FaultReload, After: 2}, "the proxy reloads its configuration 2 s into the window"},
	} {
		got := Fault(&c.fault, &results.Reconnect{After: 0.5, Jitter: 1})
		want := c.want + ", clients that lose their connection connect again after 500 ms to 1.5 s"
		if got = strings.ReplaceAll(got, "\u00a0", " "); got != want {
			t.Errorf("%+v: %q, want %q", c.fault, got, want)
		}
	}
}

func TestSlow(t *testing.T) {
	for want, s := range map[string]results.SlowClients{
		"beside 5 clients that read each at most 20.0 kB/s, from a server that keeps 160 events of a topic": {Clients: 5, Rate: 20_000, History: 160},
		"beside 1 client that reads at most 1.50 MB/s":                                                      {Clients: 1, Rate: 1_500_000},
	} {
		if got := strings.ReplaceAll(Slow(s), "\u00a0", " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
