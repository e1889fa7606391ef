package scenarios

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCells(t *testing.T) {
	tests := []struct {
		sentence, text string
		want           []string // point variant clients/payload/rate
	}{
		{"without a sweep there is one cell for each variant", "variants: [sse, tcp]",
			[]string{" sse 100/128/10", " tcp 100/128/10"}},
		{"a sweep over clients takes the place of clients", "variants: [sse, tcp]\nclients: 7\nsweep: {clients: [10, 1000]}",
			[]string{"10 sse 10/128/10", "10 tcp 10/128/10", "1000 sse 1000/128/10", "1000 tcp 1000/128/10"}},
		{"points keep the file's order", "variants: [sse]\nsweep: {payload: [1024, 32]}",
			[]string{"1024 sse 100/1024/10", "32 sse 100/32/10"}},
		{"rates may be fractions", "variants: [sse]\nsweep: {rate: [0.5, 100]}",
			[]string{"0.5 sse 100/128/0.5", "100 sse 100/128/100"}},
		{"an interval applies to polling and the others run once without a point",
			"variants: [polling, polling/etag, sse]\nsweep: {interval: [500ms, 1.5s]}",
			[]string{
				"500ms polling/interval=500ms 100/128/10", "500ms polling/interval=500ms/etag 100/128/10",
				"1.5s polling/interval=1.5s 100/128/10", "1.5s polling/interval=1.5s/etag 100/128/10",
				" sse 100/128/10",
			}},
	}
	for _, test := range tests {
		t.Run(test.sentence, func(t *testing.T) {
			s, err := Parse("x", "x.yaml", []byte("about: x\n"+test.text+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range s.Cells() {
				got = append(got, fmt.Sprintf("%s %s %d/%d/%v", c.Point, c.Variant, c.Scenario.Clients, c.Scenario.Events.Payload, c.Scenario.Events.Rate))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("cells differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSecondsThereAndBack(t *testing.T) {
	for _, d := range []time.Duration{time.Millisecond, 1234567 * time.Microsecond, 100 * time.Millisecond, 5 * time.Minute} {
		if got := seconds(d.Seconds()); got != d {
			t.Errorf("%s comes back as %s", d, got)
		}
	}
}

func TestHash(t *testing.T) {
	const base = "about: x\nclients: 10\nvariants: [sse]\n"
	tests := []struct {
		sentence, text string
		same           bool
	}{
		{"a comment does not decide the load", "# c\n" + base, true},
		{"nor does about", "about: y\nclients: 10\nvariants: [sse]\n", true},
		{"nor the number of trials", base + "trials: 3\n", true},
		{"nor an expectation", base + "expect: [missed-events == 0]\n", true},
		{"nor the suite", base + "suite: full\n", true},
		{"nor the other variants", "about: x\nclients: 10\nvariants: [sse, tcp]\n", true},
		{"a default written out is the same load", base + "events: {rate: 10}\n", true},
		{"clients decide it", "about: x\nclients: 11\nvariants: [sse]\n", false},
		{"events decide it", base + "events: {rate: 11}\n", false},
		{"the window decides it", base + "duration: 3s\n", false},
		{"the heartbeat decides it", base + "heartbeat: 3s\n", false},
		{"a sweep decides it", base + "sweep: {rate: [10]}\n", false},
		{"a path decides it", base + "path: 4g\n", false},
		{"a proxy decides it", base + "proxy: nginx\n", false},
		{"nodes decide it", base + "nodes: 2\nbackplane: redis\n", false},
		{"a poll interval lengthens the warm-up of all variants", "about: x\nclients: 10\nvariants: [sse, polling/interval=2s]\n", false},
		{"one that does not reach the warm-up decides nothing", "about: x\nclients: 10\nvariants: [sse, polling/interval=50ms]\n", true},
		{"nor does a shorter one beside it", "about: x\nclients: 10\nvariants: [sse, polling/interval=50ms, polling/interval=20ms]\n", true},
	}
	hash := func(text string) string {
		s, err := Parse("x", "x.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return s.Hash()
	}
	for _, test := range tests {
		if same := hash(test.text) == hash(base); same != test.same {
			t.Errorf("%s: same hash: %v", test.sentence, same)
		}
	}
	const swept = "about: x\nsweep: {rate: [1, 10]}\n"
	if hash(swept+"variants: [sse]\n") == hash(swept+"variants: [sse, polling/interval=2s]\n") {
		t.Error("at each rate the warm-up is another, and the hash is the same")
	}
	if hash(base+"sweep: {clients: [1, 2]}\n") != hash("about: x\nvariants: [sse]\nsweep: {clients: [2, 3]}\n") {
		t.Error("values of a sweep, and the value that the sweep replaces, do not decide the hash")
	}
}

// Cells of one load have one hash, whatever else their scenarios hold.
func TestHashOfACell(t *testing.T) {
	at := func(text, point string) string {
		t.Helper()
		for _, c := range parse(t, text).Cells() {
			if c.Point == point {
				return c.Hash()
			}
		}
		t.Fatalf("no point %s in %s", point, text)
		return ""
	}
	for _, test := range []struct {
		sentence     string
		a, b         string
		pointA, same string
	}{
		{"a point of a sweep is the load without it", "variants: [sse]\nsweep: {rate: [1, 5]}\n", "variants: [sse]\nevents: {rate: 5}\n", "5", "same"},
		{"the other points do not matter", "variants: [sse]\nsweep: {rate: [1, 5]}\n", "variants: [sse]\nevents: {rate: 1}\n", "5", ""},
		{"another variant that lengthens the warm-up does", "variants: [sse]\n", "variants: [sse, polling/interval=2s]\n", "", ""},
		{"a warm-up that is written out is the same", "variants: [sse]\nwarm-up: 2100ms\n", "variants: [sse, polling/interval=2s]\n", "", "same"},
		{"the name of a profile is short for its values", "variants: [sse]\npath: 3g\n", "variants: [sse]\npath: {delay: 150ms, rate: 200000}\n", "", "same"},
		{"the name of a proxy is its configuration as it comes", "variants: [sse]\nproxy: nginx\n", "variants: [sse]\nproxy: {nginx: default}\n", "", "same"},
		{"another backplane is another load", "variants: [sse]\nnodes: 2\nbackplane: redis\n", "variants: [sse]\nnodes: 2\nbackplane: nats\n", "", ""},
		{"another configuration is another load", "variants: [sse]\nproxy: nginx\n", "variants: [sse]\nproxy: {nginx: tuned}\n", "", ""},
	} {
		if same := at(test.a, test.pointA) == at(test.b, ""); same != (test.same != "") {
			t.Errorf("%s: same hash: %v", test.sentence, same)
		}
	}
}
