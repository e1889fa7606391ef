package power

import (
	"slices"
	"testing"

	"pushbench/results/gate"
)

// only is the session with the blocks of one variant.
func only(s Session, variant string) Session {
	s.Variants = []string{variant}
	s.Blocks = slices.DeleteFunc(slices.Clone(s.Blocks), func(b gate.Block) bool { return b.Variant != variant })
	return s
}

// bare is the session without the arms that are worse.
func bare(s Session) Session {
	s.Arms = s.Arms[:3]
	for _, b := range s.Blocks {
		delete(b.Arms, "cpu-5")
		delete(b.Arms, "rest")
	}
	return s
}

// Sessions of different cells are judged together, as the gate judges all cells of a
// comparison.
func TestRunsOfOtherSessionsCompleteTheCells(t *testing.T) {
	streams, asking := only(simulated(11, 12*3, 0.003), "sse"), bare(only(simulated(12, 12*5, 0.003), "websocket"))
	scale(&asking, Same, cpu, 1, 12, 1.2)
	table := Evaluate([]Session{streams, asking}, Options{BlocksPerRun: 12})
	if table.Runs != 8 || table.Whole != 3 {
		t.Errorf("%d runs, %d of all cells, want 8 and 3", table.Runs, table.Whole)
	}
	if a := table.Alarms; a.Before.N != 3 || a.Before.K != 1 || a.After.N != 3 || a.After.K != 0 || a.Numbers[0].Judged != 6 {
		t.Errorf("the alarm of the other session: %+v", a)
	}
	for _, d := range table.Detections {
		if d.Cell.Variant != "sse" || d.Before.N != 3 || d.After.N != 3 || d.Before.K != 3 {
			t.Errorf("%+v", d)
		}
	}
	if len(table.Detections) != 4 {
		t.Errorf("%d rows of detections, want 4", len(table.Detections))
	}
	for _, c := range table.Curves {
		if want := map[string]int{"sse": 3, "websocket": 5}[c.Cell.Variant]; c.Points[0].N != want {
			t.Errorf("the curve of %s has %d runs, want %d", c.Cell, c.Points[0].N, want)
		}
	}
	if table.Precise.Runs != 3 {
		t.Errorf("%+v", table.Precise)
	}
	s, whole := testSuite(streams, asking)
	if c := s.all(gate.Arms{Base: Base, Again: Again, Head: "cpu-5"}); !whole || c.Verdict != gate.Worse || len(c.Findings) != 8 || c.Blocks != 12 {
		t.Errorf("the change of one cell is judged among %d numbers in %d blocks: %s", len(c.Findings), c.Blocks, c.Verdict)
	}
	if b := asking.Blocks[0]; len(b.Arms) != 3 || b.Arms[Same].Values == nil {
		t.Errorf("the blocks of the sessions changed: %+v", b)
	}
}

// testSuite is the first run of the first session, completed by the second.
func testSuite(one, other Session) (suite, bool) {
	e := evaluation{t: &Table{BlocksPerRun: 12}, unchanged: map[*Session][]int{}}
	for _, s := range []*Session{&one, &other} {
		runs, _ := s.cut(12)
		for _, r := range runs {
			e.unchanged[s] = append(e.unchanged[s], len(e.runs))
			e.runs = append(e.runs, r)
		}
		e.sessions = append(e.sessions, s)
		e.cells = append(e.cells, s.cells()...)
	}
	e.known = nullsOf(classOf(one), e.runs, 12)
	return e.suite(0, nil)
}

// The gate's cells are measured by three kinds of sessions, night after night.
func TestThreeKindsOfSessionsMakeARun(t *testing.T) {
	polling := simulated(31, 12*2, 0.003)
	polling.Variants = []string{"longpoll"}
	for i := range polling.Blocks {
		polling.Blocks[i].Variant = "longpoll"
	}
	polling.Blocks = slices.DeleteFunc(polling.Blocks, func() func(gate.Block) bool {
		n := 0
		return func(gate.Block) bool { n++; return n%2 == 0 } // one of each round
	}())
	polling = bare(polling)
	sse, websocket := only(simulated(32, 12*3, 0.003), "sse"), only(simulated(33, 12*4, 0.003), "websocket")
	again := bare(only(simulated(34, 12*1, 0.003), "sse"))
	nights := []Session{polling, sse, websocket, again, polling}
	table := Evaluate(nights, Options{BlocksPerRun: 12})
	if len(table.Cells) != 3 || table.Runs != 2+3+4+1+2 || table.Whole != 4 {
		t.Errorf("%d runs of %d cells, %d of all cells, want 12, 3 and 4", table.Runs, len(table.Cells), table.Whole)
	}
	if a := table.Alarms; a.Before.N != 4 || a.Before.K != 0 || a.After.N != 3 || a.Numbers[0].Judged != 4*3 {
		t.Errorf("%+v", a) // what has the one run of the second night cannot be confirmed
	}
	rows := map[string]int{}
	for _, d := range table.Detections {
		rows[d.Cell.Variant]++
		if want := map[string]int{"sse": 3, "websocket": 4}[d.Cell.Variant]; d.Before.N != want {
			t.Errorf("%s of %s in %d runs, want %d", d.Metric, d.Cell.Variant, d.Before.N, want)
		}
	}
	if rows["sse"] != 4 || rows["websocket"] != 4 {
		t.Errorf("rows of detections: %v", rows)
	}
}

// Both streams have an arm of that name. What it does to one is not seen in the other.
func TestAnArmIsWorseInItsOwnCellAlone(t *testing.T) {
	sse, websocket := only(simulated(35, 12*3, 0.003), "sse"), only(simulated(36, 12*3, 0.003), "websocket")
	s, whole := testSuite(sse, websocket)
	c := s.all(gate.Arms{Base: Base, Again: Again, Head: "cpu-5"})
	f, _ := find(c, sse.cells()[0], cpu)
	other, ok := find(c, websocket.cells()[0], cpu)
	if !whole || !ok || f.Verdict != gate.Worse || other.Verdict != gate.Same {
		t.Errorf("sse is %s, websocket %s", f.Verdict, other.Verdict)
	}
	if len(websocket.Blocks[0].Arms) != 5 {
		t.Errorf("the blocks of the session changed: %v", websocket.Blocks[0].Arms)
	}
}

// A run is in the bars of no suite that it is a part of.
func TestNoPartOfASuiteHasAPartInItsBars(t *testing.T) {
	streams, asking := only(simulated(13, 12*3, 0.003), "sse"), bare(only(simulated(14, 12*3, 0.003), "websocket"))
	scale(&asking, Again, cpu, 1, 12, 1.3) // the first run, which completes the first of the streams
	s, _ := testSuite(streams, asking)
	f, ok := find(s.all(sameArms), asking.cells()[0], cpu)
	if !ok || f.Verdict != gate.Void || f.Known > 0.02 {
		t.Errorf("its own null arm is in its bar: %+v", f)
	}
}
