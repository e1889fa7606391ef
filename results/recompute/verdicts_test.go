package recompute

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// subject is a variant that a criterion is about, with the scenario and the point where it says so.
type subject struct{ Variant, Scenario, Point string }

// criterion is what had to come out.
type criterion struct {
	That, Role, Kind, Metric, Observation, Op string
	ToMetric                                  string `json:"to_metric"`
	Of, To                                    subject
	Want                                      float64
}

// statement is what people say, with what had to come out.
type statement struct {
	Number             int
	Name, Says, Cannot string
	Scenarios          []string
	Criterion          []criterion
}

// observation is what came of an experiment apart from the trials.
type observation struct {
	Name, Kind, Reason string
	Values             []float64
}

// sayings are the statements of a record, and the observations by name.
type sayings struct {
	*record
	statements []statement
	observed   map[string]observation
}

// committed reports whether there is a record of the claims.
func committed() bool {
	_, err := os.Stat(filepath.Join("..", "claims", "run.json"))
	return err == nil
}

// loadSayings reads the committed record of the claims.
func loadSayings(t *testing.T) sayings {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "claims", "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Statements   []statement
		Observations []observation
	}
	if err := json.Unmarshal(data, &said); err != nil {
		t.Fatal(err)
	}
	all := sayings{load(t, "claims"), said.Statements, map[string]observation{}}
	for _, o := range said.Observations {
		all.observed[o.Name] = o
	}
	return all
}

// TestVerdicts judges each statement of the committed record again, and holds the report to
// the verdict and to each number with its interval.
func TestVerdicts(t *testing.T) {
	if !committed() {
		return
	}
	r := loadSayings(t)
	report := page(t, "claims/claims.md")
	for _, line := range r.told(false) {
		if !slices.ContainsFunc(report, expression(line).MatchString) {
			t.Errorf("the report has no line\n\t%q", line)
		}
	}
	for _, s := range r.statements {
		begin := slices.Index(report, s.heading("## "))
		if begin < 0 {
			t.Errorf("claim %d is not in the report", s.Number)
			continue
		}
		section := report[begin+1:]
		if end := slices.IndexFunc(section, func(line string) bool { return strings.HasPrefix(line, "## ") }); end > 0 {
			section = section[:end]
		}
		all := r.judge(s)
		if word := verdictOf(s, all); section[0] != "**"+verdictSigns[word]+" "+word+"**" {
			t.Errorf("claim %d: it %s, and the report says %s", s.Number, word, section[0])
		}
		for i, of := range all {
			for _, c := range of {
				if line := r.line(s, s.Criterion[i], c); line != "" && !slices.ContainsFunc(section, expression(line).MatchString) {
					t.Errorf("claim %d: the report has no row\n\t%q", s.Number, line)
				}
			}
		}
	}
}

// A comparison is a criterion at one place.
type comparison struct {
	answer          string // yes, no or open; empty: it was not tested
	scenario, point string
	of, to          *cell // of valid trials
	value           summary
	kind            string // of the value; empty: there is none
	ran, failed     int    // trials of a variant that was to work or to fail
}

// judge makes the comparisons of each criterion of a statement.
func (r sayings) judge(s statement) (all [][]comparison) {
	for _, c := range s.Criterion {
		all = append(all, r.compare(s, c))
	}
	return all
}

func (r sayings) compare(s statement, c criterion) (all []comparison) {
	if c.Kind == "observation" {
		o := r.observed[c.Observation]
		if len(o.Values) == 0 {
			return []comparison{{}}
		}
		v := spread(o.Values)
		return []comparison{{answer: beyond(c.Op, c.Want, v.lo, v.hi), value: v, kind: o.Kind + " "}}
	}
	for _, sc := range r.Scenarios {
		if !slices.Contains(s.Scenarios, sc.Name) || c.Of.Scenario != "" && c.Of.Scenario != sc.Name || !slices.Contains(sc.Variants, c.Of.Variant) {
			continue
		}
		points := sc.Points
		if sc.Sweep == "" {
			points = []string{""}
		}
		for _, p := range points {
			if c.Of.Point == "" || c.Of.Point == p {
				all = append(all, r.at(c, sc.Name, p))
			}
		}
	}
	return all
}

// at compares at one point of one scenario.
func (r sayings) at(c criterion, scenario, point string) comparison {
	one := comparison{scenario: scenario, point: point}
	one.of, one.failed = r.trials(scenario, point, c.Of.Variant)
	one.ran = len(one.of.trials) + one.failed
	switch c.Kind {
	case "works", "fails":
		switch {
		case one.ran == 0:
		case one.failed > 0 && one.failed < one.ran:
			one.answer = "open"
		case (one.failed == 0) == (c.Kind == "works"):
			one.answer = "yes"
		default:
			one.answer = "no"
		}
		return one
	case "bound":
		v, ok := summarize(one.of, c.Metric)
		if !ok {
			return one
		}
		one.value, one.kind = v, kind(c.Metric)
		if one.answer = "open"; v.interval || counted(c.Metric) && v.lo == v.hi {
			one.answer = beyond(c.Op, c.Want, v.lo, v.hi)
		}
		return one
	}
	other, at, unit := scenario, point, c.Metric
	if c.To.Scenario != "" {
		other = c.To.Scenario
	}
	if c.To.Point != "" {
		at = c.To.Point
	}
	if c.ToMetric != "" {
		unit = c.ToMetric
	}
	if one.to, _ = r.trials(other, at, c.To.Variant); len(one.to.trials) == 0 {
		one.to, _ = r.trials(other, "", c.To.Variant)
	}
	values := pairsOf(one.of, one.to, c.Metric, unit, c.Kind == "ratio")
	if len(values) == 0 {
		return one
	}
	v := spread(values)
	v.mid = middle(walsh(values))
	exact := counted(c.Metric) && counted(unit) && v.lo == v.hi
	if lo, hi := bounds(values); !math.IsInf(lo, 0) {
		v.lo, v.hi, v.interval = lo, hi, true
	}
	one.kind = kind(c.Metric)
	if c.Kind == "ratio" {
		v.lo, v.mid, v.hi, one.kind = math.Exp(v.lo), math.Exp(v.mid), math.Exp(v.hi), "×"
	}
	one.value = v
	if one.answer = "open"; v.interval || exact {
		one.answer = beyond(c.Op, c.Want, v.lo, v.hi)
	}
	return one
}

// counted reports whether a metric is a whole number that does not vary.
func counted(metric string) bool {
	return slices.Contains([]string{"missed-events", "duplicated-events", "reordered-events"}, metric)
}

// spread is the median of some numbers, with the least and the greatest.
func spread(values []float64) summary {
	sorted := slices.Sorted(slices.Values(values))
	return summary{mid: middle(sorted), lo: sorted[0], hi: sorted[len(sorted)-1], n: len(sorted)}
}

// verdictOf sums up the answers of criteria without a role. Where a control did not come true,
// nothing is decided.
func verdictOf(s statement, all [][]comparison) string {
	n := map[string]int{}
	for i, of := range all {
		for _, c := range of {
			if s.Criterion[i].Role == "" {
				n[c.answer]++
			}
		}
	}
	if n["yes"]+n["no"]+n["open"] > 0 && uncontrolled(s, all) != "" {
		return "not decided"
	}
	switch {
	case n["yes"] > 0 && n["no"] > 0:
		return "depends"
	case n["open"] > 0:
		return "not decided"
	case n["yes"] > 0:
		return "holds"
	case n["no"] > 0:
		return "does not hold"
	}
	return "not tested"
}

// uncontrolled names the controls that did not come true, in a sentence; empty: there are none.
func uncontrolled(s statement, all [][]comparison) string {
	var said []string
	for i, of := range all {
		for _, c := range of {
			if s.Criterion[i].Role == "control" && (c.answer == "no" || c.answer == "open") {
				became := "did not come true"
				if c.answer == "open" {
					became = "is not decided"
				}
				said = fresh(said, "a control "+became+": “"+strings.TrimSuffix(s.Criterion[i].That, ".")+"”")
			}
		}
	}
	if said == nil {
		return ""
	}
	return "A" + strings.Join(said, "; ")[1:] + "."
}

// beyond says on which side of what was asked for an interval lies.
func beyond(op string, want, lo, hi float64) string {
	const lost = 1e-12
	if math.Abs(lo-want) <= lost*math.Abs(want) {
		lo = want
	}
	if math.Abs(hi-want) <= lost*math.Abs(want) {
		hi = want
	}
	holds := map[string]func(v float64) bool{
		"<=": func(v float64) bool { return v <= want }, "<": func(v float64) bool { return v < want },
		">=": func(v float64) bool { return v >= want }, ">": func(v float64) bool { return v > want },
		"==": func(v float64) bool { return v == want }, "!=": func(v float64) bool { return v != want },
	}[op]
	switch equal := op == "==" || op == "!="; {
	case holds(lo) != holds(hi), equal && lo < want && want < hi:
		return "open"
	case holds(lo):
		return "yes"
	}
	return "no"
}

// trials are the valid ones of a variant as a cell, and how many failed.
func (r *record) trials(scenario, point, variant string) (valid *cell, failed int) {
	valid = &cell{scenario: scenario, point: point, variant: variant}
	for _, x := range r.Trials {
		switch {
		case x.Scenario != scenario || x.Point != point || x.Variant != variant:
		case x.Failed != "":
			failed++
		default:
			valid.sweep, valid.target, valid.transport = x.Sweep, x.Target, x.Transport
			valid.trials = append(valid.trials, x)
		}
	}
	return valid, failed
}

// pairsOf are the logarithms of ratios, or the differences, of trials with one number; none
// where one of them has not the number.
func pairsOf(of, to *cell, metric, other string, ratio bool) (values []float64) {
	for _, a := range of.trials {
		for _, b := range to.trials {
			if a.Number != b.Number {
				continue
			}
			x, has := sum(metrics(a), metric)
			y, hasToo := sum(metrics(b), other)
			switch {
			case !has || !hasToo || ratio && (x <= 0 || y <= 0):
				return nil
			case ratio:
				values = append(values, math.Log(x/y))
			default:
				values = append(values, x-y)
			}
		}
	}
	return values
}
