package power

import (
	"fmt"
	"io"
	"strings"

	"pushbench/plots/text"
	"pushbench/results/gate"
	"pushbench/results/power"
	"pushbench/results/safe"
)

// Markdown writes the whole table. The figure is linked as figures/detection.svg. It
// writes nothing when it fails.
func Markdown(w io.Writer, t *power.Table) error {
	var b strings.Builder
	b.WriteString("# How often the gate is right\n\n")
	b.WriteString("The gate compares two servers and calls a number worse, better or the same. This page says how often that is right. " +
		"It is made of " + power.FileName + " beside it, to which `pushbench calibrate` appends.\n\n")
	if t.Reason != "" {
		fmt.Fprintf(&b, "**%s**\n\n", text.Plain(t.Reason))
		writeSessions(&b, t)
	} else {
		b.WriteString(ReadmeBlock(t))
		writeMethod(&b, t)
		writeSessions(&b, t)
		writeAlarms(&b, t)
		writeDetections(&b, t)
		writeCurves(&b, t)
		writePrecision(&b, t)
	}
	_, err := io.WriteString(w, safe.Text(strings.TrimRight(b.String(), "\n")+"\n"))
	return err
}

func writeMethod(b *strings.Builder, t *power.Table) {
	fmt.Fprintf(b, "## What was measured\n\nThe servers of a session run side by side under one load generator, and each block has "+
		"one fresh process of each. "+
		"They are the base, the base again, the base a third time, and, in some sessions, "+
		"servers that were made worse on purpose by a known size.\n\n"+
		"- A **run** is %d consecutive blocks of every cell, which is the most that the gate measures for one pull request.\n"+
		"- The gate stops earlier when it is precise, which it asks after each %d blocks. So each run is judged after the "+
		"first %d blocks if it is precise then, and so on, and after all of them if it never is.\n"+
		"- Where a session has only some of the cells, a run of another session completes them. Of a change in one cell the other cells "+
		"then show nothing, but the gate judges them, too. False alarms are counted on runs that share no block at all. What is said of "+
		"one cell is counted on all runs of its own session, which share no block of that cell.\n"+
		"- Sessions count that are of the newest one's class: the same processor, as many cores and the same load.\n"+
		"- In each run the gate judges every other server as if it were the head of a pull request, all cells and numbers together.\n"+
		"- What it says of the third base is a **false alarm** if a number that decides is called worse or better.\n"+
		"- A change is **confirmed** if as many blocks of the next run show it again. The blocks of the first run confirm the last.\n"+
		"- The bars of a run come from what the base again differed by in all other runs: no run has a part in its own bar.\n"+
		"- Intervals of shares are those of Clopper and Pearson, at 95 %%.\n\n", t.BlocksPerRun, power.Step, power.Step)
}

func writeSessions(b *strings.Builder, t *power.Table) {
	if len(t.Sessions) == 0 {
		return
	}
	b.WriteString("## Sessions\n\n")
	table := text.Table{Columns: text.Heads("began", "load", "machine", "pushbench", "seed", "layouts", "blocks", "runs", "left over")}
	for i := range table.Columns {
		table.Columns[i].Number = i > 3
	}
	for _, s := range t.Sessions {
		left := text.Count(s.Left, "block")
		if s.Ignored != "" {
			left = "all: " + s.Ignored
		}
		table.Rows = append(table.Rows, texts(s.Began.UTC().Format("2 January 2006, 15:04 UTC"), text.Name(s.Scenario.Name),
			machine(s), short(s.Commit), fmt.Sprint(s.Seed), fmt.Sprint(s.Layouts), fmt.Sprint(s.Rounds), fmt.Sprint(s.Runs), left))
	}
	b.WriteString(table.Markdown() + "\n")
	for _, s := range t.Sessions {
		if s.Ragged > 0 {
			fmt.Fprintf(b, "%s of the session of %s are in no run, because not all cells have a block with their number.\n\n",
				text.Count(s.Ragged, "block"), s.Began.UTC().Format("2 January 2006, 15:04 UTC"))
		}
	}
}

// short is the beginning of a commit, which is enough to find it.
func short(commit string) string {
	if hash, dirty, _ := strings.Cut(commit, "+"); len(hash) == 40 && dirty == "" {
		return hash[:12]
	}
	return text.Name(commit)
}

func texts(cells ...string) []text.Value {
	row := make([]text.Value, len(cells))
	for i, c := range cells {
		row[i].Text = c
	}
	return row
}

func writeAlarms(b *strings.Builder, t *power.Table) {
	b.WriteString("## False alarms\n\n")
	if t.Alarms.Before.N == 0 {
		b.WriteString("No session has the base a third time, so there is nothing to raise a false alarm.\n\n")
		return
	}
	table := text.Table{Columns: text.Heads("runs without a change", "goal",
		"third base", "95 % interval", "exchanged with base", "95 % interval")}
	for _, row := range []struct {
		what string
		of   func(power.Alarms) power.Share
	}{
		{"with a number that is called worse or better", func(a power.Alarms) power.Share { return a.Before }},
		{"with one that is confirmed, too", func(a power.Alarms) power.Share { return a.After }},
		{"with a number that is called worse", func(a power.Alarms) power.Share { return a.Red }},
		{"with one that is confirmed, too", func(a power.Alarms) power.Share { return a.RedAfter }},
	} {
		x, y := row.of(t.Alarms), row.of(t.Exchanged)
		table.Rows = append(table.Rows, texts(row.what, goalOfAlarms(), ofRuns(x), interval(x), ofRuns(y), interval(y)))
	}
	b.WriteString(table.Markdown())
	if s := t.Alone.RedAfter; s.N > 0 {
		fmt.Fprintf(b, "\nOf the runs by themselves, each with the cells of its own session only, %s are called worse and confirmed (%s).\n", ofRuns(s), interval(s))
	}
	b.WriteString("\nExchanged: the third base takes the place of the base, and the base that of the head.\n")
	fmt.Fprintf(b, "\nThe runs as a whole, before confirmation: %s. Their numbers, one by one: %s.\n\n",
		verdicts(t.Alarms.Verdicts), verdicts(t.Alarms.Findings))
	numbers := text.Table{Columns: text.Heads("number", "judged", "called changed", "void", "inconclusive")}
	for _, n := range t.Alarms.Numbers {
		numbers.Rows = append(numbers.Rows, texts(text.Upper(n.Title), text.Number(float64(n.Judged)),
			text.Number(float64(n.Flags)), text.Number(float64(n.Void)), text.Number(float64(n.Open))))
	}
	b.WriteString(numbers.Markdown() +
		"\nEach number is judged once in each cell of each run. It is void if the machine was not quiet, or if the base again " +
		"differs so much from the base that the change cannot be believed.\n\n")
}

// verdicts lists how many there are of each.
func verdicts(of map[gate.Verdict]int) string {
	var all []string
	for _, v := range []gate.Verdict{gate.Same, gate.Inconclusive, gate.Void, gate.Better, gate.Worse} {
		if n := of[v]; n > 0 {
			all = append(all, text.Number(float64(n))+" "+string(v))
		}
	}
	return text.Join(all)
}

func writeDetections(b *strings.Builder, t *power.Table) {
	if len(t.Detections) == 0 {
		return
	}
	b.WriteString("## Changes that were made on purpose\n\n" +
		"The goal is that " + goalOfDetections() + " of the runs call each of them worse.\n\n")
	table := text.Table{Columns: text.Heads("injected", "number", "cell", "size asked for", "measured",
		"called worse", "95 % interval", "confirmed", "95 % interval")}
	table.Columns[1].Number, table.Columns[2].Number = false, false
	for _, d := range t.Detections {
		table.Rows = append(table.Rows, texts(strings.Join(d.Inject, ", "), text.Upper(d.Title), nameOf(t, d.Cell),
			asked(d), measured(d), ofRuns(d.Before), interval(d.Before), ofRuns(d.After), interval(d.After)))
	}
	b.WriteString(table.Markdown() + "\nThe measured size is the median of the gate's estimates over all runs. " +
		"What is injected is made for what the unchanged server takes in each session: the table has the injection of the run in the middle, and the sizes from " +
		"the least to the most.\n\n")
}

func writePrecision(b *strings.Builder, t *power.Table) {
	if len(t.Precision) == 0 {
		return
	}
	b.WriteString("## How narrow the intervals are\n\nThese are medians over the runs in which nothing " +
		"changed, with all of their blocks.\n\n")
	table := text.Table{Columns: text.Heads("number", "cell", "half of the interval", "bar", "smallest change that is called one")}
	table.Columns[1].Number = false
	for _, p := range t.Precision {
		table.Rows = append(table.Rows, texts(text.Upper(p.Title), nameOf(t, p.Cell), share(p.Half), share(p.Bar), share(p.Least)))
	}
	b.WriteString(table.Markdown())
	p := t.Precise
	b.WriteString("\nThe gate is precise, and stops, when every interval that decides is narrower than its bar, " +
		"and where one of them is not within its bar there are so many blocks that its test could be significant among all.")
	if p.Runs > 0 {
		fmt.Fprintf(b, " Of %s without a change", text.Count(p.Runs, "run"))
		var ends []string
		for _, e := range p.Ends {
			ends = append(ends, fmt.Sprintf("%d were precise after %s", e.Runs, text.Count(e.Blocks, "block")))
		}
		if never := p.Runs - p.Held; never > 0 {
			ends = append(ends, fmt.Sprintf("%d never were", never))
		}
		b.WriteString(" " + text.Join(ends) + ".")
	}
	b.WriteString("\n")
}
