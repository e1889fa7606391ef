package power

import (
	"cmp"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/power"
)

// sampleFile is a small calibration that was made up, with everything that one can
// have. results/recompute reads it, too.
const sampleFile = "testdata/" + power.FileName

// sample is the table of the file, which the tests share: they do not change it.
func sample(t testing.TB) *power.Table {
	t.Helper()
	table, err := evaluated()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

var evaluated = sync.OnceValues(func() (*power.Table, error) {
	if *update {
		if err := writeSample(); err != nil {
			return nil, err
		}
	}
	log, err := power.Read(sampleFile)
	if err != nil {
		return nil, err
	}
	return power.Evaluate(log.Sessions, power.Options{}), nil
})

func writeSample() error {
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(sampleFile, nil, 0o644); err != nil {
		return err
	}
	w, err := power.Open(sampleFile)
	if err != nil {
		return err
	}
	s := power.NewSession()
	s.Began, s.Seed, s.Layouts = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), 7, 24
	s.Provenance = results.Provenance{CPU: "Example CPU", Cores: 2, Kernel: "6.1", GoVersion: "go1.26", OS: "linux/amd64", Commit: strings.Repeat("ab", 20)}
	s.Scenario = power.Scenario{Name: "gate", Hash: "abc", Text: "clients: 100\n"}
	random := rand.New(rand.NewPCG(1, 2))
	unchanged := []power.Arm{{Name: power.Base}, {Name: power.Again}, {Name: power.Same}}
	worse := func(seconds string, size float64) []power.Arm {
		return append(slices.Clone(unchanged),
			power.Arm{Name: "cpu-5", Inject: []string{"cpu=" + seconds}, Effects: []power.Effect{{Metric: "server-cpu-sec/event", Size: size}}},
			power.Arm{Name: "rest", Inject: []string{"bytes=1", "memory=900"}, Effects: []power.Effect{
				{Metric: "data-B/event", Size: 1, Exact: true}, {Metric: "heap-B/conn", Size: 0.1}}})
	}
	elsewhere := s
	elsewhere.Provenance.CPU, elsewhere.Variants, elsewhere.Arms = "Another CPU", []string{"longpoll"}, unchanged
	if err := writeSession(w, elsewhere, perRun, random); err != nil {
		return err
	}
	for i, of := range []struct {
		variant string
		arms    []power.Arm
		rounds  int
	}{
		{"longpoll", unchanged, 2 * perRun},
		{"sse", worse("500ns", 0.05), 2*perRun + 2},
		{"websocket", worse("490ns", 0.05), 3 * perRun},
		{"sse", worse("480ns", 0.048), perRun},
	} {
		s.Began, s.Seed = s.Began.Add(time.Hour), s.Seed+uint64(i)
		s.Variants, s.Arms = []string{of.variant}, of.arms
		if err := writeSession(w, s, of.rounds, random); err != nil {
			return err
		}
	}
	return w.Close()
}

func writeSession(w *power.Writer, s power.Session, rounds int, random *rand.Rand) error {
	if err := w.Begin(s); err != nil {
		return err
	}
	for number := 1; number <= rounds; number++ {
		for _, variant := range s.Variants {
			if err := w.Append(madeUp(s, number, variant, random)); err != nil {
				return err
			}
		}
	}
	return nil
}

const perRun = power.BlocksPerRun

// madeUp is a block in which segments vary and one trial failed. SSE scatters little,
// and the third base takes more CPU in its second run, after the first step of blocks.
// The machine was not quiet in the first run of long polling.
func madeUp(s power.Session, number int, variant string, random *rand.Rand) gate.Block {
	b := gate.Block{Scenario: s.Scenario.Name, Variant: variant, Number: number, Arms: map[string]gate.Sample{}}
	job := math.Exp(0.1 * random.NormFloat64())
	usual := map[string]float64{"p50-sec": 2e-4, "age-sec": 9e-3, "server-cpu-sec/event": 1e-5, "open-sec": 2e-4, "server-cpu-sec/conn": 1e-4,
		"heap-B/conn": 9000, "stacks-B/conn": 8192, "server-syscalls/event": 1.02, "server-allocs/event": 3.1}
	scatter := map[string]float64{"sse": 0.006}[variant]
	scatter = cmp.Or(scatter, 0.015)
	for _, a := range s.Arms {
		x := gate.Sample{Values: map[string]float64{}, Counts: map[string]gate.Count{}, Whole: map[string]gate.Count{}}
		for _, unit := range s.Values {
			x.Values[unit] = usual[unit] * job * math.Exp(scatter*random.NormFloat64())
		}
		x.Values["heap-B/conn"] = 9000 * math.Exp(0.002*random.NormFloat64())
		size := int64(200)
		switch {
		case a.Name == "cpu-5":
			x.Values["server-cpu-sec/event"] *= 1.05
		case a.Name == "rest":
			x.Values["heap-B/conn"] *= 1.1
			size++
		case a.Name == power.Same && variant == "sse" && number > perRun && number <= 2*perRun:
			x.Values["server-cpu-sec/event"] *= 1.1
		case a.Name == power.Again && variant == "longpoll" && number <= perRun-5:
			x.Noise = "the machine's cores were busy"
		}
		x.Counts["data-B/event"] = gate.Count{N: 18000 * size, Of: 18000}
		x.Whole["data-B/event"] = gate.Count{N: 20000 * size, Of: 20000}
		x.Counts["segments/event"] = gate.Count{N: 36000 + random.Int64N(300), Of: 18000}
		x.Whole["segments/event"] = gate.Count{N: 40000 + random.Int64N(300), Of: 20000}
		x.Counts["handshake-data-B/conn"] = gate.Count{N: 100 * 500, Of: 100}
		x.Counts["missed-events"] = gate.Count{N: 0, Of: 1}
		if a.Name == "rest" && number == 7 {
			x = gate.Sample{Failed: "a client missed an event"}
		}
		b.Arms[a.Name] = x
	}
	return b
}
