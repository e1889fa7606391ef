package cost

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// lines are those of a benchmark: the load generator's cost of each reader with 10 and with
// 1,000 clients, in microseconds; the server's is twice as much.
func lines(costs map[string][2]float64, order ...string) string {
	var b strings.Builder
	b.WriteString("goos: linux\npkg: pushbench/loadgen\ncpu: A machine\n")
	for i, clients := range []int{10, 1000} {
		for _, reader := range order {
			c := costs[reader][i]
			fmt.Fprintf(&b, "BenchmarkCost/clients=%d/reader=%s-2 \t 1\t 7000 ns/op\t 10000 events/s", clients, reader)
			fmt.Fprintf(&b, "\t 0.5 loadgen-allocs/event\t %g loadgen-µs/event\t %g server-µs/event\n", c, 2*c)
		}
	}
	return b.String()
}

func sample(t *testing.T) *Run {
	t.Helper()
	r, err := Read(strings.NewReader(lines(map[string][2]float64{
		"bare": {8, 10}, "sse": {8.4, 11}, "longpoll": {30, 20}, "vegeta": {50, 40},
	}, "bare", "sse", "longpoll", "vegeta")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTable(t *testing.T) {
	const want = `| CPU time per delivery | 10 clients | 1,000 clients | ± | allocations |
|---|---:|---:|---:|---:|
| load generator: bare reader | 8.00 µs | 10.0 µs | 11 % | 0.5 |
| load generator: SSE | 8.40 µs<br>1.05 × | 11.0 µs<br>1.10 × | 13 % | 0.5 |
| load generator: long-polling | 30.0 µs | 20.0 µs | 20 % | 0.5 |
| load generator: vegeta alone | 50.0 µs | 40.0 µs | 11 % | 0.5 |
| server: floor (raw TCP) | 16.0 µs | 20.0 µs | 11 % | – |
| server: SSE | 16.8 µs | 22.0 µs | 13 % | – |
| server: long-polling | 60.0 µs | 40.0 µs | 20 % | – |
`
	if got := strings.ReplaceAll(sample(t).table().Markdown(), "\u00a0", " "); got != want {
		t.Errorf("the table is\n%s\nwant\n%s", got, want)
	}
}

func TestReadmeBlock(t *testing.T) {
	got := sample(t).ReadmeBlock("a/cost.svg")
	for _, want := range []string{
		"](a/cost.svg)", "Measured on A machine, with 10,000 deliveries per second", "vegeta alone",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// The same run gives the same bytes, with both sides and each reader in the description.
func TestFigure(t *testing.T) {
	one, err := sample(t).Figure()
	if err != nil {
		t.Fatal(err)
	}
	again, err := sample(t).Figure()
	if err != nil || !bytes.Equal(one, again) {
		t.Errorf("another figure the second time, %v", err)
	}
	for _, want := range []string{"load generator, bare reader: 8.00", "server, SSE: 16.8", "vegeta alone"} {
		if !strings.Contains(strings.ReplaceAll(string(one), "\u00a0", " "), want) {
			t.Errorf("%q is not in the figure", want)
		}
	}
	if strings.Contains(string(one), "server, vegeta") {
		t.Error("the server's cost of vegeta is drawn, which is that of long-polling")
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	good := lines(map[string][2]float64{"bare": {8, 10}}, "bare")
	for _, row := range []struct{ fact, text, want string }{
		{"nothing", "", "no line"},
		{"no benchmark", "PASS\n", "no line"},
		{"another benchmark", "BenchmarkOther 1 2 ns/op\n", "neither a reader"},
		{"no number of clients", strings.Replace(good, "clients=10/", "clients=ten/", 1), `no number of clients: "ten"`},
		{"a number is missing", strings.ReplaceAll(good, "server-µs/event", "µs"), "no server-µs/event"},
		{"the same twice", good + good, "measured twice"},
		{"a line that is none", "BenchmarkCost/clients=10/reader=bare 1 x ns/op\n", "cost:1"},
	} {
		if _, err := Read(strings.NewReader(row.text)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
}

// Whatever the lines are, they are refused or shown.
func FuzzRead(f *testing.F) {
	f.Add(lines(map[string][2]float64{"bare": {8, 10}, "sse": {0, 1e300}}, "bare", "sse"))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		if _, err := r.Figure(); err != nil {
			t.Error(err)
		}
		r.ReadmeBlock("x")
	})
}
