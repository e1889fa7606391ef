package power

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/results/gate"
)

// simulated is a session of so many rounds. In each block all arms share what the
// machine does; each arm has noise of its own, with that standard deviation of the
// logarithm of CPU and latency. Arm cpu-5 takes 5 % more CPU; rest is 10 % later, has
// 10 % more heap, and sends a byte more with each event.
func simulated(seed uint64, rounds int, noise float64) Session {
	s := session()
	s.Seed = seed
	s.Arms[4].Effects = []Effect{{Metric: data, Size: 1, Exact: true}, {Metric: "p50-sec", Size: 0.1}, {Metric: "heap-B/conn", Size: 0.1}}
	random := rand.New(rand.NewPCG(seed, 0))
	for number := range rounds {
		for _, variant := range s.Variants {
			b := gate.Block{Scenario: s.Scenario.Name, Variant: variant, Number: number + 1, Arms: map[string]gate.Sample{}}
			job := math.Exp(0.2 * random.NormFloat64())
			for _, a := range s.Arms {
				own := func(by float64) float64 { return math.Exp(by * random.NormFloat64()) }
				v := map[string]float64{cpu: 1e-5 * job * own(noise), "p50-sec": 2e-4 * job * own(noise), "heap-B/conn": 9000 * own(0.001)}
				bytes := int64(36000)
				switch a.Name {
				case "cpu-5":
					v[cpu] *= 1.05
				case "rest":
					v["p50-sec"] *= 1.1
					v["heap-B/conn"] *= 1.1
					bytes += 180
				}
				b.Arms[a.Name] = gate.Sample{Values: v, Counts: map[string]gate.Count{data: {N: bytes, Of: 180}}}
			}
			s.Blocks = append(s.Blocks, b)
		}
	}
	return s
}

// scale multiplies a number of an arm in some rounds, from first on.
func scale(s *Session, arm, metric string, first, rounds int, by float64) {
	for _, b := range s.Blocks {
		if b.Number >= first && b.Number < first+rounds {
			b.Arms[arm].Values[metric] *= by
		}
	}
}

func TestPowerOfAQuietMachine(t *testing.T) {
	table := Evaluate([]Session{simulated(1, 12*20, 0.01), simulated(2, 12*20+5, 0.01)}, Options{BlocksPerRun: 12})
	if table.Runs != 40 || len(table.Cells) != 2 || table.Sessions[1].Left != 5 || table.Reason != "" {
		t.Errorf("%d runs in %v, %+v, %q", table.Runs, table.Cells, table.Sessions[1], table.Reason)
	}
	for name, a := range map[string]Alarms{"third base": table.Alarms, "exchanged": table.Exchanged} {
		if a.Before.N != 40 || a.Before.K != 0 || a.After.N != 40 || a.After.K != 0 || a.Findings[gate.Same]+a.Findings[gate.Inconclusive]+a.Findings[gate.Void] != 40*2*4 {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if len(table.Detections) != 8 {
		t.Fatalf("%d rows of detections, want one for each of 4 effects in each of 2 cells", len(table.Detections))
	}
	for _, d := range table.Detections {
		if d.Before.N != 40 || d.Before.Value() < 0.95 || d.After.K > d.Before.K {
			t.Errorf("%s of %s in %s: %+v, confirmed %+v", d.Metric, d.Arm, d.Cell, d.Before, d.After)
		}
		if math.Abs(d.Measured-d.Asked) > 0.05*math.Max(d.Asked, 0.1) {
			t.Errorf("%s of %s in %s: measured %g, asked for %g", d.Metric, d.Arm, d.Cell, d.Measured, d.Asked)
		}
		if d.Exact != (d.Metric == data) || d.Title == "" || d.Kind == "" {
			t.Errorf("%+v", d)
		}
	}
	for _, c := range append(slices.Clone(table.Curves), table.Resampled...) {
		last := -1
		for _, p := range c.Points {
			if p.K < last {
				t.Errorf("%s of %s: %d of %d at %g, and fewer at a smaller size", c.Metric, c.Cell, p.K, p.N, p.Size)
			}
			last = p.K
		}
		if c.Points[0].K > 0 {
			t.Errorf("%s of %s: no change is detected", c.Metric, c.Cell)
		}
		if end := c.Points[len(c.Points)-1]; c.Blocks >= 12 && end.Value() < 0.95 {
			t.Errorf("%s of %s in %d blocks: 20 %% is detected in %+v", c.Metric, c.Cell, c.Blocks, end.Share)
		}
	}
	if len(table.Curves) != 6 || len(table.Resampled) != 18 {
		t.Errorf("%d curves and %d resampled, want 6 and 18", len(table.Curves), len(table.Resampled))
	}
	if len(table.Known) != 6 {
		t.Errorf("known of %d, want three numbers of two cells: the count is exact", len(table.Known))
	}
	for _, k := range table.Known {
		want := map[string]float64{cpu: 0.01, "p50-sec": 0.01, "heap-B/conn": 0.001}[k.Metric] * 1.45 / math.Sqrt(12)
		if k.Runs != 40 || k.Blocks != 12 || k.Q99 < want || k.Q99 > 4*want {
			t.Errorf("%+v, want a few times %g", k, want)
		}
	}
	for _, p := range table.Precision {
		if p.Metric == cpu && (p.Runs != 40 || p.Half < 0.004 || p.Half > 0.012 || p.Bar < math.Log1p(0.02) || p.Bar > 0.03 || p.Least < p.Bar+0.004) {
			t.Errorf("%+v", p)
		}
	}
	// The widths of the intervals are about those of the bars here, so that about half of
	// the runs are precise.
	if table.Precise.Runs != 40 || table.Precise.Held < 15 || table.Precise.Held > 30 {
		t.Errorf("%+v", table.Precise)
	}
}

// A cell that the gate judges and that no session has is missing.
func TestCellsThatNobodyMeasured(t *testing.T) {
	s := simulated(4, 12, 0.01)
	never := gate.Cell{Scenario: s.Scenario.Name, Variant: "carrier-pigeon"}
	if got := Evaluate([]Session{s}, Options{BlocksPerRun: 12, Cells: append(s.cells(), never)}).Missing; !slices.Equal(got, []gate.Cell{never}) {
		t.Errorf("missing are %v", got)
	}
}

func TestPowerOfANoisyMachine(t *testing.T) {
	table := Evaluate([]Session{simulated(3, 12*15, 0.15)}, Options{BlocksPerRun: 12})
	if a := table.Alarms; a.Before.K > 1 || a.After.K > 0 {
		t.Errorf("noise makes alarms: %+v", a)
	}
	for _, p := range table.Precision {
		if p.Metric != "heap-B/conn" && (p.Bar < 0.1 || p.Half < 0.05) {
			t.Errorf("what identical code differs by makes no bar: %+v", p)
		}
	}
	for _, d := range table.Detections {
		if d.Metric == cpu && d.Before.Value() > 0.2 {
			t.Errorf("5 %% is detected in noise of 15 %%: %+v", d)
		}
	}
	if p := table.Precise; p.Held > 0 && p.Ends[0].Blocks < 12 { // with bars that are as wide as the noise
		t.Errorf("noise is precise early: %+v", p)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestTheNextRunConfirms(t *testing.T) {
	for _, c := range []struct {
		fact          string
		first, rounds int
		before, after int
	}{
		{"a change in one run is an alarm that nothing confirms", 13, 12, 1, 0},
		{"a change in two runs that follow each other is confirmed once", 13, 24, 2, 1},
		{"the last is confirmed by the first", 1, 48, 4, 4},
	} {
		s := simulated(6, 12*4, 0.005)
		scale(&s, Same, cpu, c.first, c.rounds, 1.2)
		a := Evaluate([]Session{s}, Options{BlocksPerRun: 12})
		if a.Alarms.Before.K != c.before || a.Alarms.After.K != c.after || a.Alarms.RedAfter.K != c.after {
			t.Errorf("%s: %+v, confirmed %+v", c.fact, a.Alarms.Before, a.Alarms.After)
		}
		if a.Exchanged.Before.K > 0 || a.Exchanged.Verdicts[gate.Void] != c.before {
			t.Errorf("%s: exchanged it is in the null arm: %+v", c.fact, a.Exchanged)
		}
	}
}

func TestSessionsThatSayLess(t *testing.T) {
	short := simulated(7, 11, 0.01)
	ragged := simulated(7, 14, 0.01)
	ragged.Blocks = ragged.Blocks[1:]
	old := simulated(7, 24, 0.01)
	old.Scenario.Hash = "another"
	elsewhere := simulated(7, 24, 0.01)
	elsewhere.Provenance.CPU = "another CPU"
	earlier := elsewhere
	earlier.Began = earlier.Began.Add(-time.Hour)
	wider := simulated(7, 24, 0.01)
	wider.Provenance.Cores = 8
	blind := simulated(7, 24, 0.01)
	blind.Arms = slices.Delete(slices.Clone(blind.Arms), 2, 3)
	for _, b := range blind.Blocks {
		delete(b.Arms, Same)
	}
	for _, c := range []struct {
		fact     string
		sessions []Session
		check    func(*Table) bool
	}{
		{"nothing", nil, func(t *Table) bool {
			return t.Reason == "A run takes 12 blocks of every cell in one session, and there are 0 at most: that says nothing yet."
		}},
		{"eleven blocks", []Session{short}, func(t *Table) bool {
			return strings.Contains(t.Reason, "and there are 11 at most") && t.Sessions[0].Left == 11 && t.Known == nil
		}},
		{"two times eleven blocks are no run either", []Session{short, short}, func(t *Table) bool { return t.Runs == 0 }},
		{"a block without the other cell", []Session{ragged}, func(t *Table) bool {
			return t.Runs == 1 && t.Sessions[0].Ragged == 1 && t.Sessions[0].Rounds == 13 && t.Sessions[0].Left == 1
		}},
		{"another load before", []Session{old, short}, func(t *Table) bool {
			return t.Runs == 0 && t.Sessions[0].Ignored == "the newest session of the scenario has another load" && t.Sessions[0].Runs == 0
		}},
		{"another load before, which is not in the table", []Session{old, blind}, func(t *Table) bool {
			return t.Runs == 2 && t.Sessions[0].Ignored != "" && t.Known[0].Hash == "abc" && t.Known[0].Runs == 2
		}},
		{"another machine before", []Session{elsewhere, blind}, func(t *Table) bool {
			return t.Runs == 2 && t.Sessions[0].Ignored == "the newest session is of another machine" &&
				t.Known[0].CPU == "Example CPU" && t.Known[0].Cores == 2
		}},
		{"another machine that measured earlier, though it stands behind", []Session{blind, earlier}, func(t *Table) bool {
			return t.Runs == 2 && t.Sessions[0].Ignored == "" && t.Sessions[1].Ignored != ""
		}},
		{"more cores are another machine", []Session{blind, wider}, func(t *Table) bool {
			return t.Runs == 2 && t.Sessions[0].Ignored != "" && t.Known[0].Cores == 8
		}},
		{"no third base", []Session{blind}, func(t *Table) bool {
			return t.Runs == 2 && t.Alarms.Before.N == 0 && len(t.Detections) == 8 && len(t.Known) == 6 && t.Curves == nil && t.Resampled == nil && t.Precise.Runs == 0
		}},
		{"a session with it beside", []Session{blind, simulated(8, 24, 0.01)}, func(t *Table) bool {
			return t.Runs == 4 && t.Alarms.Before.N == 2 && t.Detections[0].Before.N == 4 && t.Curves[0].Points[0].N == 2
		}},
	} {
		if table := Evaluate(c.sessions, Options{BlocksPerRun: 12}); !c.check(table) {
			t.Errorf("%s: %+v", c.fact, table)
		}
	}
}

func TestAnEffectWithoutANumber(t *testing.T) {
	s := simulated(9, 24, 0.01)
	s.Arms[3].Effects = append(s.Arms[3].Effects, Effect{Metric: "requests/event", Size: 1, Exact: true}, Effect{Variant: "sse", Metric: "p50-sec", Size: 0.5})
	for _, b := range s.Blocks {
		if b.Number <= 3 && b.Variant == "sse" { // nine blocks are left in the first run
			b.Arms["cpu-5"] = gate.Sample{Failed: "it did not answer"}
		}
	}
	var rows []string
	for _, d := range Evaluate([]Session{s}, Options{BlocksPerRun: 12}).Detections {
		if d.Arm == "cpu-5" {
			rows = append(rows, fmt.Sprintf("%s %s %d", d.Cell.Variant, d.Metric, d.Before.N))
		}
	}
	want := []string{"sse " + cpu + " 2", "websocket " + cpu + " 2", "sse p50-sec 2"}
	if !slices.Equal(rows, want) {
		t.Errorf("rows %q, want %q: what no run has is no row, and a variant's effect is in that one", rows, want)
	}
}

func TestTheSameBlocksGiveTheSameTable(t *testing.T) {
	s := simulated(10, 12*3, 0.02)
	log, err := Read(written(t, s, s.Blocks...))
	if err != nil {
		t.Fatal(err)
	}
	var first []byte
	for range 3 {
		text, err := json.Marshal(Evaluate(log.Sessions, Options{BlocksPerRun: 12}))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text
		}
		if string(text) != string(first) {
			t.Error("another table of the same blocks")
		}
	}
}
