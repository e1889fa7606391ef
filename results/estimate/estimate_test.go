package estimate

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pushbench/results"
	"pushbench/results/model"
)

var loaded = sync.OnceValues(func() (*results.Record, error) { return results.Load("../baseline") })

// baseline is the committed record; the test may put other trials into it.
func baseline(t *testing.T) *results.Record {
	t.Helper()
	r, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	own := *r
	own.Trials = slices.Clone(r.Trials)
	return &own
}

// loadOf is a cell's load as a reader would ask for it.
func loadOf(c results.Cell) Load {
	l := c.Trials[0].Load
	interval := l.Interval
	if interval == 0 {
		interval = 0.5
	}
	return Load{Clients: l.Clients, Topics: l.Topics, Rate: perClient(l), Payload: l.Payload, Interval: interval}
}

// what is the estimate of one transport.
func what(t *testing.T, all []Estimate, transport string) Estimate {
	t.Helper()
	i := slices.IndexFunc(all, func(e Estimate) bool { return e.Transport == transport })
	if i < 0 {
		t.Fatalf("no estimate of %s", transport)
	}
	return all[i]
}

// At the record's own loads the estimates are the record's own numbers.
func TestOwnLoads(t *testing.T) {
	r := baseline(t)
	b := From(r)
	compared := 0
	for _, c := range r.Cells() {
		if obstacle(c) != "" || c.Transport == "tcp" || c.Trials[0].Load.Rate == 0 {
			continue
		}
		compared++
		e := what(t, b.For(loadOf(c)), c.Transport)
		name := fmt.Sprint(c.Scenario, " ", c.Point, " ", c.Variant)
		perSecond := deliveries(c.Trials[0].Load)
		for unit, n := range map[string]Number{"server-cpu-sec/event": e.Cores.times(1 / perSecond), "p50-sec": e.P50, "p99-sec": e.P99,
			"server-mem-B/conn": e.Memory.times(1 / clients(c.Trials[0].Load))} {
			s, ok := of(c, unit)
			if !ok || n.Missing != "" || n.Beyond != nil {
				t.Errorf("%s: %s: %v, %+v", name, unit, ok, n)
			}
			if s.Center < n.Lo || s.Center > n.Hi || n.Value < n.Lo || n.Value > n.Hi {
				t.Errorf("%s: %s was measured as %g, estimated as %g (%g to %g)", name, unit, s.Center, n.Value, n.Lo, n.Hi)
			}
			alone := c.Transport != "polling" && unit != "server-mem-B/conn" // at its place: polling has two cells there
			if alone && (math.Abs(n.Value-s.Center) > 1e-9*s.Center || math.Abs(n.Lo-s.Lo) > 1e-9*s.Lo) {
				t.Errorf("%s: %s was measured as %g from %g, estimated as %g from %g", name, unit, s.Center, s.Lo, n.Value, n.Lo)
			}
		}
	}
	if compared < 20 {
		t.Errorf("%d cells were compared", compared)
	}
}

// Bytes are those of the record, to the byte, where each exchange has
// its own acknowledgment. A month has other numbers of events than a window, so
// that the digits are the window's here. The cursors of polling are one poll
// behind its events: they may have a digit less.
func TestOwnBytes(t *testing.T) {
	r := baseline(t)
	b := From(r)
	for _, c := range r.Cells() {
		l := c.Trials[0].Load
		rate := perClient(l)
		if obstacle(c) != "" || c.Transport == "tcp" || rate == 0 || rate > 1/model.Acknowledged {
			continue
		}
		i := slices.IndexFunc(b.Transports, func(k Coefficients) bool { return k.Transport == c.Transport })
		first, last := 1+math.Floor(rate*l.Warmup+0.5), math.Floor(rate*(l.Warmup+l.Window)+0.5)
		digits := (meanDigits(last)*last - meanDigits(first-1)*(first-1)) / (last - first + 1)
		if first == 1 {
			digits = meanDigits(last)
		}
		own := b.Transports[i]
		if h, ok := model.HeadsOf(c.Trials[0]); ok && own.asks() { // a topic's name is in them
			own.Heads = h
		}
		got := own.traffic(loadOf(c), b.Heartbeat, digits)
		s, ok := of(c, "wire-B/event")
		off := 0.0
		if c.Transport == "polling" {
			off = 2 / (rate * l.Interval)
		}
		if per := got.Value / rate; !ok || math.Abs(per-s.Center) > off+1e-9*s.Center {
			t.Errorf("%s %s %s: %.9g B for an event, measured %.9g", c.Scenario, c.Point, c.Variant, per, s.Center)
		}
	}
}

// Each measured load is left out in turn and estimated from the rest. What is
// said of that in the package's doc and in the README is what comes out.
func TestLeftOut(t *testing.T) {
	r := baseline(t)
	whole := From(r)
	type extent struct{ lo, hi float64 }
	found := map[string]extent{}
	loads := map[[2]string]Load{}
	for _, c := range r.Cells() {
		if obstacle(c) == "" && c.Trials[0].Load.Rate > 0 {
			loads[[2]string{c.Scenario, c.Point}] = loadOf(c)
		}
	}
	for k, l := range loads {
		rest := *r
		rest.Trials = slices.DeleteFunc(slices.Clone(r.Trials), func(t *results.Trial) bool { return t.Scenario == k[0] && t.Point == k[1] })
		all := From(&rest).For(l)
		for _, want := range whole.For(l) {
			got := what(t, all, want.Transport)
			for kind, n := range map[string][]Number{"CPU": {got.Cores, want.Cores}, "latency": {got.P50, want.P50}, "p99": {got.P99, want.P99}} {
				if kind == "p99" {
					kind = "latency"
				}
				if kind == "latency" && want.Transport == "polling" {
					continue // a closed form
				}
				if n[0].Beyond != nil {
					kind += " beyond"
				}
				ratio := n[0].Value / n[1].Value
				x, ok := found[kind]
				if !ok {
					x = extent{ratio, ratio}
				}
				found[kind] = extent{min(x.lo, ratio), max(x.hi, ratio)}
			}
		}
	}
	text := func(kind string) string { return fmt.Sprintf("%.2f to %.2f", found[kind].lo, found[kind].hi) }
	sentence := fmt.Sprintf("Each load of the committed baseline was left out and estimated from the others. "+
		"One that lies between others had %s times its CPU and %s times its latency; one that lies beyond them, %s times and %s times.",
		text("CPU"), text("latency"), text("CPU beyond"), text("latency beyond"))
	for _, file := range []string{"estimate.go", "../../README.md"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if flat := strings.Join(strings.Fields(strings.ReplaceAll(string(data), "\n//", "\n")), " "); !strings.Contains(flat, sentence) {
			t.Errorf("%s does not say: %s", file, sentence)
		}
	}
}

func TestBeyondIsSaid(t *testing.T) {
	b := From(baseline(t))
	within := Load{Clients: 100, Topics: 1, Rate: 30, Payload: 128, Interval: 0.5}
	with := func(change func(*Load)) Load {
		l := within
		change(&l)
		return l
	}
	for _, test := range []struct {
		fact   string
		load   Load
		number func(Estimate) Number
		want   string // the beginning of what is said; empty: nothing
	}{
		{"between measured rates", within, func(e Estimate) Number { return e.Cores }, ""},
		{"bytes too, by measured segments", within, func(e Estimate) Number { return e.Bytes }, ""},
		{"more clients", with(func(l *Load) { l.Clients = 10_000 }), func(e Estimate) Number { return e.Memory }, "10,000 clients (measured: 100 to 500)"},
		{"more deliveries", with(func(l *Load) { l.Rate = 200 }), func(e Estimate) Number { return e.P50 }, "20,000 deliveries/s (measured: 200 to 10,000)"},
		{"a larger payload", with(func(l *Load) { l.Payload = 300 }), func(e Estimate) Number { return e.Cores }, "300 B of payload (measured: 128)"},
		{"bytes do not mind", with(func(l *Load) { l.Payload = 300 }), func(e Estimate) Number { return e.Bytes }, ""},
		{"nor do several segments", with(func(l *Load) { l.Payload = 5000 }), func(e Estimate) Number { return e.Bytes }, ""},
		{"more events than any rate that was measured", with(func(l *Load) { l.Rate = 200 }), func(e Estimate) Number { return e.Bytes }, "200 events/s for each client (measured: 0.5 to 100)"},
		{"a corner that no measured load surrounds", with(func(l *Load) { l.Topics = 10; l.Rate = 90 }), func(e Estimate) Number { return e.Cores },
			"9,000 deliveries/s together with 10 clients/event"},
	} {
		for _, e := range b.For(test.load) {
			if e.Transport == "polling" {
				continue
			}
			n := test.number(e)
			if said := strings.Join(n.Beyond, "; "); !strings.HasPrefix(said, test.want) || test.want == "" && said != "" || n.Missing != "" {
				t.Errorf("%s, %s: %q, want %q", test.fact, e.Transport, said, test.want)
			}
		}
	}
	// Polling's lateness is a closed form, but for a server that cannot answer.
	l := with(func(l *Load) { l.Clients = 100_000 })
	if e := what(t, b.For(l), "polling"); len(e.P50.Beyond) != 1 || !strings.Contains(e.P50.Beyond[0], "server cores") {
		t.Errorf("a server without enough cores is not late: %+v", e.P50)
	}
}

// What the record does not know is missing with its reason, and never 0.
func TestMissing(t *testing.T) {
	r := baseline(t)
	r.Trials = slices.DeleteFunc(slices.Clone(r.Trials), func(t *results.Trial) bool { return t.Scenario != "connect" })
	for _, e := range From(r).For(Load{Clients: 300, Topics: 1, Rate: 1, Payload: 128, Interval: 1}) {
		if e.Cores.Missing == "" || e.Cores.Value != 0 || e.Memory.Missing != "" || e.Bytes.Missing != "" {
			t.Errorf("%s: %+v", e.Transport, e)
		}
		if (e.P50.Missing == "") != (e.Transport == "polling") {
			t.Errorf("%s: latency of a record without events: %+v", e.Transport, e.P50)
		}
		if !strings.HasSuffix(e.Cores.Missing, ": no plain trial had events") {
			t.Errorf("%s: %q", e.Transport, e.Cores.Missing)
		}
		if c := Criteria()[1].Cheapest([]Estimate{e}); c.Best != nil {
			t.Errorf("%q is the cheapest of nothing", c.Best)
		}
	}
	if all := From(&results.Record{}).For(Load{Clients: 1, Topics: 1, Rate: 1, Payload: 1, Interval: 1}); all != nil {
		t.Errorf("an empty record has estimates: %+v", all)
	}
}

// Another payload that was measured changes the numbers as it did there.
func TestPayloads(t *testing.T) {
	r := baseline(t)
	for _, t := range slices.Clone(r.Trials) {
		if t.Scenario != "live-feed" {
			continue
		}
		larger := *t
		larger.Scenario, larger.Load.Payload = "larger", 12_800
		larger.Server.CPU *= 4
		r.Trials = append(r.Trials, &larger)
	}
	b := From(r)
	at := func(payload int) Estimate {
		return what(t, b.For(Load{Clients: 100, Topics: 10, Rate: 10, Payload: payload, Interval: 0.5}), "sse")
	}
	for payload, times := range map[int]float64{128: 1, 1280: 2, 12_800: 4} {
		if got := at(payload).Cores; math.Abs(got.Value/at(128).Cores.Value-times) > 1e-9 || got.Beyond != nil {
			t.Errorf("%d B take %g times the CPU, not %g; beyond %q", payload, got.Value/at(128).Cores.Value, times, got.Beyond)
		}
	}
	if at(128_000).Cores.Beyond == nil {
		t.Error("a payload larger than any is within what was measured")
	}
}

// A message of several segments has at least these, and at most as many
// acknowledgments.
func TestSeveralSegments(t *testing.T) {
	e := what(t, From(baseline(t)).For(Load{Clients: 1, Topics: 1, Rate: 1, Payload: 5000, Interval: 1}), "websocket")
	for want, got := range map[float64]float64{5004 + 5*52: e.Bytes.Lo, 5004 + 6.5*52: e.Bytes.Value, 5004 + 8*52: e.Bytes.Hi} {
		if got /= Month; math.Abs(got-want) > 1e-9*want {
			t.Errorf("%g B for an event, want %g", got, want)
		}
	}
}

func TestRead(t *testing.T) {
	square := []Point{{X: 0, Y: 0, Value: 1, Lo: 1, Hi: 1}, {X: 2, Y: 0, Value: 100, Lo: 90, Hi: 110}, {X: 0, Y: 2, Value: 100, Lo: 80, Hi: 100}, {X: 1, Y: 0, Value: 5, Lo: 4, Hi: 6}}
	for _, test := range []struct {
		fact           string
		x, y           float64
		value, lo, hi  float64
		exact, outside bool
	}{
		{"at a point", 2, 0, 100, 90, 110, true, false},
		{"in the middle of a line, by its nearest ends", 1.5, 0, math.Sqrt(500), 4, 110, false, false},
		{"in the middle of the far side", 1, 1, 100, 80, 110, false, false},
		{"within a triangle", 0.25, 0.5, math.Exp(0.25*math.Log(100) + 0.25*math.Log(5)), 1, 100, false, false},
		{"outside, at the nearest corner", 3, -1, 100, 90, 110, false, true},
		{"outside, beside a line", 0.5, -1, math.Sqrt(5), 1, 6, false, true},
	} {
		r := read(square, test.x, test.y)
		if math.Abs(r.value-test.value) > 1e-9 || r.lo != test.lo || r.hi != test.hi || r.exact != test.exact || r.outside != test.outside {
			t.Errorf("%s: %+v", test.fact, r)
		}
	}
}

// Of many points the smallest triangle is found, and soon: it is that of a
// search through all of them.
func TestReadAmongMany(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	at := func() (float64, float64) { return 6 * rng.Float64(), 3 * rng.Float64() }
	var few []Point
	for range 25 {
		x, y := at()
		few = append(few, Point{X: x, Y: y, Value: 1 + rng.Float64(), Lo: 1, Hi: 2})
	}
	away := func(p Point, x, y float64) float64 { return (p.X-x)*(p.X-x) + (p.Y-y)*(p.Y-y) }
	for range 200 {
		x, y := at()
		smallest := math.Inf(1)
		for i, a := range few {
			for j, b := range few[i+1:] {
				for _, c := range few[i+j+2:] {
					side := func(p, q Point) bool { return (q.X-p.X)*(y-p.Y)-(q.Y-p.Y)*(x-p.X) >= 0 }
					if side(a, b) == side(b, c) && side(b, c) == side(c, a) {
						smallest = min(smallest, away(a, x, y)+away(b, x, y)+away(c, x, y))
					}
				}
			}
		}
		on, _ := inTriangle(few, x, y)
		size := math.Inf(1)
		if on != nil {
			size = away(on[0], x, y) + away(on[1], x, y) + away(on[2], x, y)
		}
		if math.Abs(size-smallest) > 1e-9 && size != smallest {
			t.Errorf("around %g, %g: a triangle of %g, the smallest has %g", x, y, size, smallest)
		}
	}
	many := few
	for range 2000 {
		x, y := at()
		many = append(many, Point{X: x, Y: y, Value: 1, Lo: 1, Hi: 1})
	}
	if on, _ := inTriangle(many, 3, 1.5); on == nil {
		t.Error("no triangle around the middle")
	}
	if on, _ := inTriangle(many, 9, 9); on != nil {
		t.Error("a triangle around what lies outside")
	}
}

func TestMaps(t *testing.T) {
	b := From(baseline(t))
	maps := b.Maps(Load{Topics: 1, Payload: 128, Interval: 0.5}, []int{100, 10_000}, []float64{0.5, 10, 100})
	if len(maps) != 4 {
		t.Fatalf("%d maps", len(maps))
	}
	choice := func(criterion, rate, clients int) Choice { return maps[criterion].Choices[rate][clients] }
	for _, test := range []struct {
		fact string
		got  Choice
		best string
	}{
		{"rare events are the fewest bytes on WebSocket", choice(0, 0, 0), "websocket"},
		{"a hundred a second are fewer by polling", choice(0, 2, 0), "polling"},
		{"SSE takes the least memory, and the intervals of the others reach down to its", choice(2, 1, 0), "sse polling websocket longpoll"},
		{"ten events a second to a hundred clients: SSE and long-polling are as late as each other", choice(3, 1, 0), "sse longpoll"},
	} {
		if strings.Join(test.got.Best, " ") != test.best {
			t.Errorf("%s: %+v", test.fact, test.got)
		}
	}
	if !choice(1, 1, 1).Beyond || choice(1, 1, 0).Beyond {
		t.Error("10,000 clients are beyond what was measured, and 100 are not")
	}
}

// A page gets the basis as JSON, and nothing is lost on the way.
func TestBasisAsJSON(t *testing.T) {
	b := From(baseline(t))
	data, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	var again Basis
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*b, again) {
		t.Error("the basis is another one after JSON")
	}
}
