package results

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestWriteBenchmarksGolden(t *testing.T) {
	var b bytes.Buffer
	if err := WriteBenchmarks(&b, small(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/bench.txt", b.String())
}

func TestBenchName(t *testing.T) {
	for _, test := range []struct {
		name  string
		trial Trial
		want  string
	}{
		{"a transport", Trial{Target: Builtin, Scenario: "live-feed", Variant: "sse", Load: Workload{Clients: 1000}}, "Pushbench/scenario=live-feed/target=builtin/transport=sse/clients=1000"},
		{"a flag is on", Trial{Target: Builtin, Scenario: "s", Variant: "sse/tls", Load: Workload{Clients: 1}}, "Pushbench/scenario=s/target=builtin/transport=sse/tls=on/clients=1"},
		{"settings in their order", Trial{Target: Builtin, Scenario: "s", Variant: "polling/interval=2s/pace=delay/etag"}, "Pushbench/scenario=s/target=builtin/transport=polling/interval=2s/pace=delay/etag=on/clients=0"},
		{"a point of a sweep", Trial{Target: Builtin, Scenario: "s", Sweep: "payload", Point: "128", Variant: "sse"}, "Pushbench/scenario=s/target=builtin/transport=sse/payload=128/clients=0"},
		{"a point that the name already has", Trial{Target: Builtin, Scenario: "s", Sweep: "clients", Point: "9", Variant: "sse", Load: Workload{Clients: 9}}, "Pushbench/scenario=s/target=builtin/transport=sse/clients=9"},
		{"and so for the interval", Trial{Target: Builtin, Scenario: "s", Sweep: "interval", Point: "2s", Variant: "polling/interval=2s"}, "Pushbench/scenario=s/target=builtin/transport=polling/interval=2s/clients=0"},
		{"what would end a part", Trial{Target: Builtin, Scenario: "my own/file", Variant: "sse"}, "Pushbench/scenario=my_own_file/target=builtin/transport=sse/clients=0"},
		{"what would be a GOMAXPROCS at the end", Trial{Target: Builtin, Scenario: "s", Sweep: "rate", Point: "1e-3", Variant: "sse"}, "Pushbench/scenario=s/target=builtin/transport=sse/rate=1e-3/clients=0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.trial.Transport, test.trial.Settings = splitVariant(test.trial.Variant)
			if got := benchName(&test.trial); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

type brokenWriter struct{ error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.error }

func TestWriteBenchmarksError(t *testing.T) {
	full := errors.New("disk full")
	if err := WriteBenchmarks(brokenWriter{full}, small(t)); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

// The README says to compare runs as the comment in the file does.
func TestReadmeComparesRuns(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "$ benchstat "+BenchstatAgainst+" ") {
		t.Errorf("the README has no benchstat %s", BenchstatAgainst)
	}
}
