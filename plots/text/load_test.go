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

func TestStall(t *testing.T) {
	if got := strings.ReplaceAll(Stall(results.Stall{After: 5, For: 1.4}), "\u00a0", " "); got != "the server is paused for 1.4 s, 5 s into the window" {
		t.Error(got)
	}
}
