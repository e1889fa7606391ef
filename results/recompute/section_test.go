package recompute

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// section is what a report has of a scenario. got are the lines of the page from
// its head on: which metrics a table has is taken from there.
func (r *record) section(s scenario, got []string) (all []string) {
	cells := slices.Clone(r.cells(s.Name))
	slices.SortStableFunc(cells, func(a, b *cell) int { return strings.Compare(floor(a), floor(b)) })
	all = append(all, "## "+s.Name, strings.TrimSuffix(s.About, ".")+". "+r.asked(s))
	all = append(all, waited(cells)...)
	all = append(all, ceiling(cells)...)
	all = append(all, doubts(s, cells)...)
	if s.Sweep != "" {
		all = append(all, "<details><summary>The main numbers: "+count(len(cells), "row")+"</summary>")
	}
	if len(all) >= len(got) {
		return all
	}
	head, units := columns(got[len(all)])
	all = append(all, head)
	for _, c := range cells {
		fields := []string{c.head()}
		for _, u := range units {
			fields = append(fields, c.value(u))
		}
		all = append(all, row(append(fields, fmt.Sprint(len(c.trials)))...))
	}
	answer, more := r.sentences(s)
	for _, line := range append(answer, more...) {
		all = append(all, "- "+line)
	}
	return append(all, r.predicted(s, cells)...)
}

func floor(c *cell) string { return map[bool]string{true: "1", false: "0"}[c.transport == "tcp"] }

var linked = regexp.MustCompile(`^\[[^\]]*\]\(#(metric-[^)]*)\)$`)

// columns are the metrics that the head of a table links to. A head whose link is
// no metric's has none, so that its table does not fit.
func columns(head string) (pattern string, units []string) {
	fields := strings.Split(strings.Trim(head, "| "), " | ")
	for _, f := range fields[1:max(1, len(fields)-1)] {
		m := linked.FindStringSubmatch(f)
		for u := range titles {
			if m != nil && anchor(u) == m[1] {
				units = append(units, u)
			}
		}
	}
	heads := []string{"transport"}
	for _, u := range units {
		heads = append(heads, "["+titles[u]+"](#"+anchor(u)+")")
	}
	return row(append(heads, "trials")...), units
}

// titles are the heads of columns.
var titles = map[string]string{
	"p50-sec":                 "p50",
	"p99-sec":                 "p99",
	"uncorrected-p99-sec":     "uncorrected p99",
	"generator-wait-sec":      "gen. wait",
	"age-sec":                 "age",
	"wire-B/event":            "wire B/event",
	"overhead-B/event":        "overhead B/event",
	"wire-B/client-min":       "wire B/client-min",
	"server-cpu-sec/event":    "server CPU/event",
	"missed-events":           "missed",
	"connect-sec":             "connect",
	"tls-sec":                 "TLS",
	"http-sec":                "HTTP",
	"open-sec":                "open",
	"first-event-sec":         "first event",
	"handshake-B/conn":        "handshake B",
	"handshake-segments/conn": "handshake segments",
	"conns/sec":               "conns/s",
	"server-cpu-sec/conn":     "server CPU/conn",
	"loadgen-cpu-sec/conn":    "loadgen CPU/conn",
	"server-mem-B/conn":       "memory/conn",
	"protocol-B/event":        "protocol B/event",
	"framing-B/event":         "framing B/event",
}

// waited says how long the generator itself took to read, where it took longest.
func waited(cells []*cell) []string {
	most, where := &histogram{}, ""
	for _, c := range cells {
		var all []*histogram
		for _, x := range c.trials {
			if x.Trust.Stamps.Kernel > 0 {
				all = append(all, &x.Wait)
			}
		}
		if h := merge(all...); h.Count > 0 && (where == "" || h.mean() > most.mean()) {
			most, where = h, c.head()
		}
	}
	if where == "" {
		return nil
	}
	if most.Count >= 1000 {
		where += "; p99 " + shown(most.at(99, 100), "sec")
	}
	return []string{"The load generator needs time to read an event that has arrived. Its longest mean wait is " +
		shown(most.mean(), "sec") + " (" + where + "). No latency contains it."}
}

// ceiling says how much of its ceiling the generator used at most.
func ceiling(cells []*cell) []string {
	most, where := 0.0, ""
	for _, c := range cells {
		for _, x := range c.trials {
			if v := metrics(x)["of-ceiling"]; v > most {
				most, where = v, c.head()
			}
		}
	}
	if where == "" {
		return nil
	}
	return []string{"The load generator used at most " + shown(most, "share") + " of its ceiling (" + where + ")."}
}

// A doubt is one warning of a scenario, with the cells that have it.
type doubt struct {
	warning
	cells  []*cell
	trials map[*cell]int
}

// doubts are a scenario's warnings, those that blame the machine first.
func doubts(s scenario, cells []*cell) (lines []string) {
	var all []*doubt
	for _, c := range cells {
		ws, n := c.warnings()
		for _, w := range ws {
			i := slices.IndexFunc(all, func(d *doubt) bool { return d.warning == w })
			if i < 0 {
				i, all = len(all), append(all, &doubt{w, nil, map[*cell]int{}})
			}
			all[i].cells = append(all[i].cells, c)
			all[i].trials[c] = n[w.Code]
		}
	}
	for _, red := range []bool{true, false} {
		for _, d := range all {
			if slices.Contains(blamed, d.Code) == red {
				text := strings.ToUpper(d.Text[:1]) + strings.TrimSuffix(d.Text[1:], ".")
				lines = append(lines, fmt.Sprintf("> **⚠ %s.** %s. Concerns: %s.", d.Code, text, d.concerns(s, cells)))
			}
		}
	}
	return lines
}

// concerns names the cells of a doubt: all, all at some points, and the others.
func (d *doubt) concerns(s scenario, cells []*cell) string {
	sum := func(of []*cell) (n int) {
		for _, c := range of {
			n += d.trials[c]
		}
		return n
	}
	if len(d.cells) == len(cells) && len(cells) > 1 {
		return "everything here (" + count(sum(d.cells), "trial") + ")"
	}
	var at, parts, single []string
	var covered []*cell
	for _, p := range s.Points {
		there := func(c *cell) bool { return c.point != p }
		here, hit := slices.DeleteFunc(slices.Clone(cells), there), slices.DeleteFunc(slices.Clone(d.cells), there)
		if len(here) > 1 && len(hit) == len(here) {
			at, covered = append(at, hit[0].where()), append(covered, hit...)
		}
	}
	if len(at) > 0 {
		for i := range at[:len(at)-1] {
			at[i], _, _ = strings.Cut(at[i], " ")
		}
		parts = append(parts, "everything at "+join(at)+" ("+count(sum(covered), "trial")+")")
	}
	for _, c := range d.cells {
		if !slices.Contains(covered, c) {
			name := c.name()
			if c.point != "" {
				name += " at " + c.where()
			}
			single = append(single, name+" ("+count(d.trials[c], "trial")+")")
		}
	}
	return strings.Join(append(parts, single...), ", ")
}

// predicted counts a scenario's numbers with a closed form, and lists those beyond
// their tolerance.
func (r *record) predicted(s scenario, cells []*cell) []string {
	n, table := 0, []string{row("transport", "metric", "measured", "expected", "residual", "by")}
	for _, p := range r.Predictions {
		if p.Scenario != s.Name {
			continue
		}
		if n++; !p.Finding {
			continue
		}
		i := slices.IndexFunc(cells, func(c *cell) bool { return c.variant == p.Variant && c.point == p.Point })
		off := fmt.Sprintf("%+.1f %% ⚠<br>tolerance %.1f %%", (p.Measured/p.Expected-1)*100, p.Tolerance*100)
		if p.Tolerance == 0 {
			off = fmt.Sprintf("%+.1f %% ⚠<br>predicted exactly", (p.Measured/p.Expected-1)*100)
		}
		table = append(table, row(cells[i].head(), "["+titles[p.Metric]+"](#"+anchor(p.Metric)+")",
			cells[i].value(p.Metric), shown(p.Expected, kind(p.Metric)), off,
			p.Formula+"<br>"+p.Source))
	}
	switch found := len(table) - 1; {
	case n == 0:
		return nil
	case found == 0:
		return []string{"No finding: all " + count(n, "number") + " with a closed form are exact or within their " +
			"tolerance."}
	default:
		return append([]string{fmt.Sprintf("%d of %s with a closed form are exact or within their tolerance. The "+
			"others are findings:", n-found, count(n, "number"))}, table...)
	}
}

// verdicts says which predictions of a record are not judged by what is measured.
// One without a tolerance is of each trial by itself: that it holds is seen here in
// the median alone, and that it does not, in none.
func (r *record) verdicts() (wrong []string) {
	for _, p := range r.Predictions {
		for _, c := range r.cells(p.Scenario) {
			if c.variant != p.Variant || c.point != p.Point || p.Target != "" && c.target != p.Target {
				continue
			}
			s, ok := summarize(c, p.Metric)
			off := math.Abs(s.mid - p.Expected)
			if p.Expected != 0 {
				off /= math.Abs(p.Expected)
			}
			finding := off > p.Tolerance*(1+1e-9)+1e-12
			if p.Tolerance == 0 && p.Finding {
				finding = true
			}
			if !ok || !same(s.mid, p.Measured) || finding != p.Finding {
				wrong = append(wrong, fmt.Sprintf("%s %s %s %s: %v is off by %v, tolerance %v, finding %v; recomputed %v",
					p.Scenario, p.Point, p.Variant, p.Metric, p.Measured, off, p.Tolerance, p.Finding, s))
			}
		}
	}
	return wrong
}
