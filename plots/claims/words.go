package claims

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/verdict"
)

// outcome says in sentences what the verdict rests on.
func outcome(v verdict.Verdict) (lines []string) {
	add := func(lead string, a verdict.Answer) {
		if all := labels(v, a); len(all) > 0 {
			lines = append(lines, lead+" "+strings.Join(all, "; ")+".")
		}
	}
	yes, no, open, untested := v.Count(verdict.Yes), v.Count(verdict.No), v.Count(verdict.Open), v.Count(verdict.Untested)
	switch v.Word {
	case verdict.Depends:
		add("It came true:", verdict.Yes)
		add("It did not:", verdict.No)
		add("Not decided:", verdict.Open)
	case verdict.NotDecided:
		all := yes + no + open + untested
		add(fmt.Sprintf("%d of %s %s not decided:", open, text.Count(all, "comparison"), text.Be(open, "is", "are")), verdict.Open)
		lines = append(lines, sentence(v.Reason))
		if n := mostNeeded(v); n > 0 {
			lines = append(lines, wouldDecide(n))
		}
	case verdict.NotTested:
		return []string{sentence(v.Reason)}
	case verdict.Holds:
		lines = append(lines, allTrue(yes))
	case verdict.DoesNotHold:
		lines = append(lines, text.Be(no, "The comparison did not come true.", fmt.Sprintf("None of the %d comparisons came true.", no)))
	}
	if untested > 0 {
		add("Not tested here:", verdict.Untested)
		for _, f := range v.Findings {
			if f.Decides() && f.Answer == verdict.Untested {
				lines = text.Fresh(lines, sentence(f.Reason))
			}
		}
	}
	return lines
}

// allTrue says that n comparisons came true.
func allTrue(n int) string {
	switch n {
	case 1:
		return "The comparison came true."
	case 2:
		return "Both comparisons came true."
	}
	return fmt.Sprintf("All %d comparisons came true.", n)
}

// sentence is a text of the record as one.
func sentence(s string) string { return upper(strings.TrimSuffix(told(s), ".")) + "." }

// upper begins a text of the record as a sentence does, where it begins with an ASCII letter.
func upper(s string) string {
	if s == "" || s[0] >= utf8.RuneSelf {
		return s
	}
	return text.Upper(s)
}

// wouldDecide says how many trials would.
func wouldDecide(n int) string {
	return fmt.Sprintf("About %d trials would decide it (`--trials %d`), if they vary as these do.", n, n)
}

// mostNeeded is how many trials would decide every comparison that is open; 0: nobody can say.
func mostNeeded(v verdict.Verdict) (most int) {
	if v.Uncontrolled() != "" {
		return 0
	}
	for _, f := range v.Findings {
		if !f.Decides() || f.Answer != verdict.Open {
			continue
		}
		if f.Needed == 0 {
			return 0
		}
		most = max(most, f.Needed)
	}
	return most
}

// deciding is how many criteria decide.
func deciding(v verdict.Verdict) (n int) {
	for _, c := range v.Criterion {
		if c.Role == "" {
			n++
		}
	}
	return n
}

// labels name the comparisons with an answer by what tells them apart: the criterion where
// there are several, the scenario, the point of its sweep, who answered.
func labels(v verdict.Verdict, a verdict.Answer) (names []string) {
	for i, c := range v.Criterion {
		if c.Role != "" {
			continue
		}
		var places []string
		n, every := 0, 0
		for _, f := range v.Findings {
			if f.At != i {
				continue
			}
			every++
			if f.Answer == a {
				n++
				places = append(places, placeOf(v, f))
			}
		}
		if n == 0 {
			continue
		}
		places = slices.DeleteFunc(places, func(s string) bool { return s == "" })
		name := strings.TrimSuffix(told(v.Criterion[i].That), ".")
		switch {
		case deciding(v) == 1 && len(places) > 0:
			names = append(names, text.Join(places))
		case n == every || len(places) == 0:
			names = append(names, "“"+name+"”")
		default:
			names = append(names, "“"+name+"” ("+text.Join(places)+")")
		}
	}
	return names
}

// placeOf names where a comparison was made, as far as that tells it from others.
func placeOf(v verdict.Verdict, f verdict.Finding) string {
	var parts []string
	several := func(of func(verdict.Finding) string) bool {
		return slices.ContainsFunc(v.Findings, func(o verdict.Finding) bool { return of(o) != "" && of(o) != of(f) })
	}
	if f.Scenario != "" && several(func(o verdict.Finding) string { return o.Scenario }) {
		parts = append(parts, shortName(v.Statement, f.Scenario))
	}
	if f.Point != "" {
		parts = append(parts, pointOf(f))
	}
	if f.Target != "" && several(func(o verdict.Finding) string { return o.Target }) {
		parts = append(parts, text.Name(f.Target))
	}
	return strings.Join(parts, ", ")
}

// shortName is what the statement's file calls a scenario.
func shortName(s results.Statement, scenario string) string {
	return text.Name(strings.TrimPrefix(scenario, s.Name+"."))
}

// pointOf is the point of a sweep with what is swept.
func pointOf(f verdict.Finding) string {
	if c := f.Of.Cell; len(c.Trials)+len(c.Failed) > 0 {
		return view.Cell{Cell: c}.PointName()
	}
	return text.Name(f.Point)
}

// sideName is what readers see for one side of a comparison.
func sideName(s verdict.Side) string {
	if len(s.Cell.Trials)+len(s.Cell.Failed) == 0 {
		return text.Name(s.Variant)
	}
	return view.CellName(s.Cell)
}

// variantName is what readers see for a variant of the record.
func variantName(r *results.Record, v verdict.Verdict, variant string) string {
	for _, f := range v.Findings {
		for _, s := range []verdict.Side{f.Of, f.To} {
			if s.Variant == variant && len(s.Cell.Trials)+len(s.Cell.Failed) > 0 {
				return view.CellName(s.Cell)
			}
		}
	}
	return text.Name(variant)
}

var opWords = map[string]string{">=": "at least", "<=": "at most", "==": "exactly", "!=": "anything but", "<": "less than", ">": "more than"}

// exactly is a bound with all its digits.
func exactly(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// asked is a criterion in words and numbers.
func asked(r *results.Record, v verdict.Verdict, c results.Criterion) string {
	name := func(s results.Subject) string {
		n := variantName(r, v, s.Variant)
		if c.Of.Scenario != c.To.Scenario && c.To.Variant != "" && s.Scenario != "" {
			n += " in " + shortName(v.Statement, s.Scenario)
		}
		return n
	}
	op := cmp.Or(opWords[c.Op], text.Name(c.Op))
	m := metricOf(c.Metric)
	want := text.Format(c.Want, m.Kind)
	var line string
	switch c.Kind {
	case results.RatioOf:
		other, times := "that", ""
		if c.ToMetric != "" {
			other = "the " + metricOf(c.ToMetric).Title
		}
		if c.Want != 1 {
			times = " " + exactly(c.Want) + " times"
		}
		line = fmt.Sprintf("%s of %s is %s%s %s of %s", m.Title, name(c.Of), op, times, other, name(c.To))
	case results.DifferenceOf:
		line = fmt.Sprintf("%s of %s, less that of %s, is %s %s", m.Title, name(c.Of), name(c.To), op, want)
	case results.BoundOf:
		line = fmt.Sprintf("%s of %s is %s %s", m.Title, name(c.Of), op, want)
	case results.WorksAt:
		line = fmt.Sprintf("every trial of %s comes to its end, with every event delivered", name(c.Of))
	case results.FailsAt:
		line = fmt.Sprintf("no trial of %s comes to its end", name(c.Of))
	case results.ObservationOf:
		kind := ""
		if o := r.Observation(c.Observation); o != nil {
			kind = o.Kind
		}
		line = fmt.Sprintf("the observation %s is %s %s in every repetition", text.Name(c.Observation), op, text.Format(c.Want, kind))
	}
	return upper(line) + "."
}

// metricOf is the metric of that unit, or one that has its name alone.
func metricOf(unit string) results.Metric {
	if m, ok := results.MetricByUnit(unit); ok {
		return m
	}
	return results.Metric{Unit: unit, Title: text.Name(unit), Short: text.Name(unit), Kind: "count"}
}
