package power

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/results/gate"
	"pushbench/results/power"
)

// ReadmeBlock is the small table of what was reached, as Markdown that a README can
// quote, with a sentence on how it was measured. Of a change that was made in several
// cells the one where it was detected least often is told.
func ReadmeBlock(t *power.Table) string {
	if t.Reason != "" {
		return text.Plain(t.Reason) + "\n\n"
	}
	table := text.Table{Columns: text.Heads("case", "measured", "goal", "reached", "95 % interval")}
	table.Columns[2].Number = false
	add := func(cells ...string) {
		row := make([]text.Value, len(cells))
		for i, c := range cells {
			row[i].Text = c
		}
		table.Rows = append(table.Rows, row)
	}
	if s, how := decisive(t.Alarms.RedAfter, t.Alarms.Red); s.N > 0 {
		add("false alarms: runs without a change that are called worse"+how, "–", goalOfAlarms(), ofRuns(s), interval(s))
	}
	if s, how := decisive(t.Alone.RedAfter, t.Alone.Red); s.N > t.Alarms.Red.N {
		add("the same, each session's cells by themselves"+how, "–", goalOfAlarms(), ofRuns(s), interval(s))
	}
	for _, d := range least(t.Detections) {
		s, _ := decisive(d.After, d.Before)
		what := "change found: " + d.Title + ", " + asked(d.Detection)
		if d.cells > 1 {
			what += fmt.Sprintf(" (least of %d cells: %s)", d.cells, nameOf(t, d.Cell))
		} else {
			what += " (" + nameOf(t, d.Cell) + ")"
		}
		add(what, measured(d.Detection), goalOfDetections(), ofRuns(s), interval(s))
	}
	return unmeasured(t) + few(t) + table.Markdown() + "\n" + text.Plain(conditions(t)) + "\n\n"
}

// unmeasured names the cells that the gate judges and of which no session is.
func unmeasured(t *power.Table) string {
	if len(t.Missing) == 0 {
		return ""
	}
	var names []string
	for _, c := range t.Missing {
		names = append(names, text.Name(c.String()))
	}
	return fmt.Sprintf("**Never measured**: %s. What is said of all cells together leaves %s out.\n\n",
		strings.Join(names, ", "), text.Be(len(names), "it", "them"))
}

// few says that cells have too few runs; it is empty when all have enough.
func few(t *power.Table) string {
	cells, least := 0, power.EnoughRuns
	for _, c := range t.Cells {
		if n := runsOf(t, c); n < power.EnoughRuns {
			cells, least = cells+1, min(least, n)
		}
	}
	switch cells {
	case 0:
		return ""
	case len(t.Cells):
	default:
		return fmt.Sprintf("**%d of %s %s fewer than %d runs** to know %s bars from, and the least has %d. "+
			"Where it is larger, the bar is there that of the other cells.\n\n", cells, text.Count(len(t.Cells), "cell"), text.Be(cells, "has", "have"),
			power.EnoughRuns, text.Be(cells, "its", "their"), least)
	}
	return fmt.Sprintf("**Not calibrated**: %d of %s have fewer than %d runs to know their bars from, and the least has %d. "+
		"These are too few, so that this page says little yet.\n\n", cells, text.Count(len(t.Cells), "cell"), power.EnoughRuns, least)
}

// runsOf is from how many runs the bars of the cell are known: of its numbers the one
// with the fewest. A count has a bar only from the runs in which it was not exact.
func runsOf(t *power.Table, c gate.Cell) int {
	n := 0
	for _, k := range t.Known {
		if k.Scenario == c.Scenario && k.Variant == c.Variant && !isCount(k.Metric) && (n == 0 || k.Runs < n) {
			n = k.Runs
		}
	}
	return n
}

func isCount(metric string) bool {
	return slices.ContainsFunc(gate.Rules(), func(r gate.Rule) bool { return r.Unit == metric && r.Counted() })
}

// decisive is the share after confirmation, if any run could be confirmed, and the
// words for it.
func decisive(after, before power.Share) (s power.Share, how string) {
	if after.N > 0 {
		return after, ", confirmed"
	}
	return before, ", not confirmed"
}

// A worst is the cell in which a change was detected least often, of so many.
type worst struct {
	power.Detection
	cells int
}

// least finds the worst cell of each change, in the order of the table.
func least(all []power.Detection) (out []worst) {
	for _, d := range all {
		i := slices.IndexFunc(out, func(o worst) bool { return o.Arm == d.Arm && o.Metric == d.Metric })
		if i < 0 {
			out = append(out, worst{d, 1})
			continue
		}
		out[i].cells++
		mine, _ := decisive(d.After, d.Before)
		if theirs, _ := decisive(out[i].After, out[i].Before); mine.Value() < theirs.Value() {
			out[i].Detection = d
		}
	}
	return out
}

// asked is by how much the number was to be worse: from the least to the most of all
// sessions.
func asked(d power.Detection) string {
	format := size
	if d.Exact {
		format = func(v float64) string { return text.Format(v, d.Kind) }
	}
	if lo, hi := format(d.AskedLo), format(d.AskedHi); lo != hi {
		return "+" + text.FromTo(lo, hi)
	}
	return "+" + format(d.Asked)
}

// measured is by how much it was worse.
func measured(d power.Detection) string {
	if d.Exact {
		return text.Format(d.Measured, d.Kind)
	}
	return text.Format(d.Measured, "share")
}

func goalOfAlarms() string     { return "at most " + size(power.AlarmGoal) }
func goalOfDetections() string { return "at least " + size(power.DetectionGoal) }

// size is a share that somebody chose, with as few digits as it needs.
func size(v float64) string { return text.Number(math.Round(v*1e5)/1e3) + "\u00a0%" }

// ofRuns is the share with its counts: 97.5 % (39 of 40).
func ofRuns(s power.Share) string {
	if s.N == 0 {
		return "–"
	}
	return fmt.Sprintf("%s (%d of %d)", percent(s.Value()), s.K, s.N)
}

func interval(s power.Share) string {
	if s.N == 0 {
		return "–"
	}
	return text.FromTo(percent(s.Lo), percent(s.Hi))
}

// percent writes a share with one decimal where it needs one. It is 0 only of none,
// and 100 % only of all.
func percent(v float64) string {
	p := math.Round(1000 * v)
	if v > 0 && v < 1 {
		p = min(max(p, 1), 999)
	}
	return text.Number(p/10) + "\u00a0%"
}

// conditions says in a sentence or two what was measured on what.
func conditions(t *power.Table) string {
	sessions := counted(t)
	var machines []string
	for _, s := range sessions {
		machines = text.Fresh(machines, machine(s))
	}
	runs := t.Whole
	if runs == 0 {
		runs = t.Runs
	}
	said := fmt.Sprintf("Measured in %s on %s: %s of at most %s in each of %s, which share no block; a run judges all numbers of all "+
		"cells together, and its bars come from the other runs.", text.Count(len(sessions), "session"), strings.Join(machines, "; "),
		text.Count(runs, "run"), text.Count(t.BlocksPerRun, "block"), text.Count(len(t.Cells), "cell"))
	if n := t.Alarms.Red.N; n > 0 && n < runsForGoal {
		said += fmt.Sprintf(" To show %s false alarms takes %d runs without any.", goalOfAlarms(), runsForGoal)
	}
	return said
}

// counted are the sessions that have a run.
func counted(t *power.Table) (all []power.Conditions) {
	for _, s := range t.Sessions {
		if s.Runs > 0 {
			all = append(all, s)
		}
	}
	return all
}

func machine(s power.Conditions) string {
	return fmt.Sprintf("%s, %s, kernel %s, %s", text.Name(s.CPU), text.Count(s.Cores, "core"), text.Name(s.Kernel), text.Name(s.Go))
}

// runsForGoal is how many runs without a false alarm have an interval that ends
// within the goal.
var runsForGoal = int(math.Ceil(math.Log(0.025) / math.Log1p(-power.AlarmGoal)))

// nameOf is the cell's name as short as the table allows: the variant alone where all
// cells are of one scenario.
func nameOf(t *power.Table, c gate.Cell) string {
	for _, o := range t.Cells {
		if o.Scenario != c.Scenario || o.Point != c.Point {
			return text.Name(c.String())
		}
	}
	return text.Name(c.Variant)
}
