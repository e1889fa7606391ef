package scale

import (
	"math"
	"testing"

	"pushbench/results"
)

// The committed record has the clients of all transports, and their parts are those of its
// own sums.
func TestOfTheBaseline(t *testing.T) {
	r, err := results.Load("../baseline")
	if err != nil {
		t.Fatal(err)
	}
	all := Of(r)
	if len(all) != 4 {
		t.Fatalf("%d transports: %+v", len(all), all)
	}
	for _, c := range all {
		if c.Held < results.FewConnections || c.Heap <= 0 || c.Kernel <= 0 || c.Opening <= 0 {
			t.Errorf("%+v", c)
		}
		if server := c.Server(); server < 8_000 || server > 50_000 {
			t.Errorf("%s: %.0f bytes for a client at the server", c.Transport, server)
		}
	}
}

// client is a client that takes 10 kB at the server and 5 kB at the clients.
var client = Client{Transport: "sse", Held: 100, Stacks: 4000, Heap: 3000, Runtime: 1000, Kernel: 2000, Generator: 3000}

func TestNeed(t *testing.T) {
	if client.Server() != 10_000 || client.Both() != 15_000 {
		t.Errorf("%v at the server, %v on both sides", client.Server(), client.Both())
	}
	n := client.For(200_000)
	if n.Server() != 2e9 || n.Clients() != 1e9 || n.Stacks != 8e8 || n.Peer != 4e8 {
		t.Errorf("%+v", n)
	}
	for _, row := range []struct {
		fact  string
		bytes float64
		want  int
	}{
		{"as many as fit", 150_000, 10}, {"a part of one is none", 149_999, 9}, {"nothing", 0, 0}, {"very much", math.MaxFloat64, math.MaxInt32},
	} {
		if got := client.Fit(row.bytes); got != row.want {
			t.Errorf("%s: %d, want %d", row.fact, got, row.want)
		}
	}
	if got := (Client{}).Fit(1e9); got != 0 {
		t.Errorf("clients of which nothing is known: %d fit", got)
	}
}

func TestParts(t *testing.T) {
	for _, row := range []struct{ n, most, want int }{{10, 10, 1}, {11, 10, 2}, {0, 5, 0}, {5, 0, 0}, {5, -1, 0}, {1_000_000, 19_871, 51}} {
		if got := Parts(row.n, row.most); got != row.want {
			t.Errorf("%d in parts of %d: %d, want %d", row.n, row.most, got, row.want)
		}
	}
}

// Cells whose clients are not those of a transport alone say nothing.
func TestOfLeavesOut(t *testing.T) {
	cell := func(change func(*results.Trial)) *results.Record {
		x := &results.Trial{Scenario: "x", Target: results.Builtin, Variant: "sse", Transport: "sse", Number: 1, Load: results.Workload{Clients: 200}}
		x.Connection.Opened = 200
		x.Connection.Held = results.Held{Stacks: 200 * 4000, Heap: 200 * 3000, Runtime: 200 * 1000, Kernel: 200 * 2000, Generator: 200 * 3000}
		change(x)
		return &results.Record{Schema: results.Schema, Scenarios: []results.Scenario{{Name: "x", Variants: []string{x.Variant}}},
			Targets: []results.Target{{Name: results.Builtin}, {Name: "other"}}, Trials: []*results.Trial{x}}
	}
	for _, row := range []struct {
		fact   string
		change func(*results.Trial)
		want   int
	}{
		{"a plain cell", func(*results.Trial) {}, 1},
		{"another server, where there is no other", func(t *results.Trial) { t.Target = "other" }, 1},
		{"few clients", func(t *results.Trial) { t.Connection.Opened = 50 }, 0},
		{"a failed trial", func(t *results.Trial) { t.Failed = "gone" }, 0},
		{"the floor", func(t *results.Trial) { t.Variant, t.Transport = "tcp", "tcp" }, 0},
		{"a setting", func(t *results.Trial) { t.Settings = results.Settings{{Name: "tls", Value: true}} }, 0},
		{"a proxy", func(t *results.Trial) { t.Proxy = &results.Front{} }, 0},
		{"clients that publish", func(t *results.Trial) { t.Load.Send = 1 }, 0},
		{"kept events", func(t *results.Trial) { t.Load.Retained = 1 }, 0},
	} {
		if got := Of(cell(row.change)); len(got) != row.want {
			t.Errorf("%s: %+v", row.fact, got)
		} else if row.want == 1 && (got[0].Both() != 15_000 || got[0].Held != 200) {
			t.Errorf("%s: %+v", row.fact, got[0])
		}
	}
}
