package recompute

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// verdictSigns are the marks of verdicts and answers.
var verdictSigns = map[string]string{"holds": "✓", "depends": "±", "does not hold": "✗", "not decided": "?", "not tested": "–"}

// told is what the report begins with, or the block of the README, on the claims: the verdicts
// counted, and a row for each.
func (r sayings) told(readme bool) (all []string) {
	n := map[string]int{}
	rows := []string{row("what people say", "verdict", "what came out")}
	for _, s := range r.statements {
		found := r.judge(s)
		word := verdictOf(s, found)
		n[word]++
		came := r.came(s, found)
		if readme {
			came = typical(came)
		}
		rows = append(rows, row(s.heading(""), verdictSigns[word]+" "+word, came))
	}
	var counts []string
	for _, w := range [][2]string{{"holds", "hold"}, {"depends", "depend"}, {"does not hold", "do not hold"}, {"not decided", "not decided"}, {"not tested", "not tested"}} {
		switch n[w[0]] {
		case 0:
		case 1:
			counts = append(counts, verdictSigns[w[0]]+" 1 "+w[0])
		default:
			counts = append(counts, fmt.Sprintf("%s %d %s", verdictSigns[w[0]], n[w[0]], w[1]))
		}
	}
	all = append([]string{"**" + strings.Join(counts, ", ") + "**"}, rows...)
	legend := "✓ holds: every comparison came true. ✗ does not hold: none did. ± depends: some came true and others did " +
		"not. ? not decided: the intervals are too wide to tell, or a control did not come true. – not tested: nothing here can " +
		"measure it, or it could not be run. A comparison of measurements comes true only where its whole 95 % interval does, " +
		"one of works and fails where every trial does, and one of an experiment where every repetition does. A ratio or a " +
		"difference is the typical one of two trials of the same round, and not that of two medians. ⚠ marks what rests on a " +
		"number that the load generator, the machine or too few events put in doubt."
	if readme {
		legend += " Of the comparisons with the same sign, the first one stands here. The whole report has all of them."
	}
	return append(all, legend)
}

// typical is what came out, with one line of each sign.
func typical(came string) string {
	lines := strings.Split(came, "<br>")
	all := len(lines)
	seen := ""
	lines = slices.DeleteFunc(lines, func(line string) bool {
		sign := string([]rune(line)[:1])
		again := strings.Contains(seen, sign)
		seen += sign
		return again
	})
	if len(lines) < all {
		lines = append(lines, fmt.Sprintf("and %d more", all-len(lines)))
	}
	return strings.Join(lines, "<br>")
}

// heading is a statement with its number.
func (s statement) heading(before string) string {
	return fmt.Sprintf("%s%d. %s", before, s.Number, s.Says)
}

// answerSigns are the marks of answers; of what was not tested, too.
var answerSigns = map[string]string{"yes": "✓", "no": "✗", "open": "?", "": "–"}

// came is what came out of a statement: a line for each criterion without a role, with the numbers
// of all its places, and one for controls that did not come true.
func (r sayings) came(s statement, found [][]comparison) string {
	if s.Cannot != "" {
		return strings.ToUpper(s.Cannot[:1]) + strings.TrimSuffix(s.Cannot[1:], ".") + "."
	}
	if verdictOf(s, found) == "not tested" {
		return prose
	}
	var places []string
	for _, of := range found {
		for _, one := range of {
			places = fresh(places, one.scenario)
		}
	}
	places = slices.DeleteFunc(places, func(s string) bool { return s == "" })
	var all []string
	for i, of := range found {
		c := s.Criterion[i]
		if c.Role != "" {
			continue
		}
		alike := !slices.ContainsFunc(of, func(one comparison) bool { return one.answer != of[0].answer })
		n := map[string]int{}
		for _, one := range of {
			n[one.answer]++
		}
		sign := "–"
		switch {
		case n["yes"] > 0 && n["no"] > 0:
			sign = "±"
		case n["open"] > 0:
			sign = "?"
		case n["yes"] > 0:
			sign = "✓"
		case n["no"] > 0:
			sign = "✗"
		}
		var numbers []string
		for _, one := range of {
			number := one.inLine(c.Kind) + one.doubt(c)
			if len(of) > 1 {
				number = one.named(s, len(places) > 1) + number
			}
			if !alike {
				number = answerSigns[one.answer] + " " + number
			}
			numbers = append(numbers, number)
		}
		all = append(all, sign+" "+strings.TrimSuffix(c.That, ".")+": "+strings.Join(numbers, ", "))
	}
	if why := uncontrolled(s, found); why != "" {
		all = append(all, "? "+why)
	}
	return strings.Join(all, "<br>")
}

// named is where a comparison was made, before its number.
func (c comparison) named(s statement, scenario bool) string {
	var parts []string
	if scenario && c.scenario != "" {
		parts = append(parts, strings.TrimPrefix(c.scenario, s.Name+"."))
	}
	if c.point != "" {
		at := c.point
		if c.of != nil && len(c.of.trials) > 0 {
			at = c.of.where()
		}
		parts = append(parts, at)
	}
	if parts == nil {
		return ""
	}
	return strings.Join(parts, ", ") + " "
}

// doubt is the sign of a number of which one side is in doubt.
func (c comparison) doubt(of criterion) string {
	if c.answer == "" || of.Kind != "bound" && of.Kind != "ratio" && of.Kind != "difference" {
		return ""
	}
	if s := sign(of.Metric, c.of); s != "" || c.to == nil {
		return s
	}
	unit := of.Metric
	if of.ToMetric != "" {
		unit = of.ToMetric
	}
	return sign(unit, c.to)
}

// inLine is what came out of a comparison, with its interval in brackets.
func (c comparison) inLine(kind string) string {
	switch {
	case c.answer == "":
		return "not tested here"
	case kind == "works", kind == "fails":
		return fmt.Sprintf("%d of %s failed", c.failed, count(c.ran, "trial"))
	}
	write := func(v summary) string {
		text := format(v.mid, c.unit())
		if b := strings.Trim(v.bounds(c.unit()), "()"); b != "" {
			text += " (" + b + ")"
		}
		return text
	}
	if kind == "observation" { // it is no result of a calculation
		return write(c.value)
	}
	return c.value.written(write)
}

// unit is how the value is written.
func (c comparison) unit() string { return strings.TrimSpace(c.kind) }

// line is a comparison's row in the report; empty: it was not tested.
func (r sayings) line(s statement, c criterion, one comparison) string {
	if one.answer == "" {
		return ""
	}
	sign := map[string]string{"yes": "✓ yes", "no": "✗ no", "open": "? not decided" + prose}[one.answer]
	if one.failed > 0 && (c.Kind == "works" || c.Kind == "fails") || r.observed[c.Observation].Reason != "" && one.answer != "open" {
		sign += prose
	}
	write := func(v summary) string {
		text := format(v.mid, one.unit()) + one.doubt(c)
		if b := v.bounds(one.unit()); b != "" {
			text += "<br>" + b
		}
		return text
	}
	if c.Kind == "observation" {
		return row(c.Observation, fmt.Sprint(one.value.n), write(one.value), sign)
	}
	value := one.value.written(write)
	where := strings.TrimPrefix(one.scenario, s.Name+".")
	if one.point != "" {
		at := one.of.where()
		if at == "" {
			at = prose
		}
		where += ", " + at
	}
	switch c.Kind {
	case "works", "fails":
		return row(where, fmt.Sprint(one.ran), fmt.Sprint(one.failed), sign)
	case "bound":
		return row(where, r.beside(one.of, c.Metric), sign)
	}
	unit := c.Metric
	if c.ToMetric != "" {
		unit = c.ToMetric
	}
	return row(where, r.beside(one.of, c.Metric), r.beside(one.to, unit), value, sign)
}

// beside is the median of one side, and how many of its trials failed.
func (r sayings) beside(c *cell, unit string) string {
	text := c.value(unit)
	_, failed := r.trials(c.scenario, c.point, c.variant)
	switch {
	case failed == 0:
		return text
	case strings.Contains(text, "<br>"):
		return text + fmt.Sprintf(" %d failed", failed)
	}
	return text + fmt.Sprintf("<br>%d failed", failed)
}

// What a statement's criteria came to is judged and told.
func TestSayings(t *testing.T) {
	r := sayings{&record{found: map[string][]*cell{}}, nil, map[string]observation{"streams": {Name: "streams", Values: []float64{6}}}}
	r.Scenarios = []scenario{{Name: "near", Variants: []string{"sse", "websocket"}}}
	for n := range 6 {
		for variant, sec := range map[string]float64{"sse": 0.0041, "websocket": 0.002} {
			x := &trial{Scenario: "near", Variant: variant, Transport: variant, Number: n + 1}
			x.Latency = histogram{Count: 100, bins: []bin{{int64(sec * 1e6), int64(sec*1e6) + 1, 100}}}
			r.Trials = append(r.Trials, x)
		}
	}
	of := func(kind, op string, want float64) criterion {
		return criterion{That: "It is.", Kind: kind, Metric: "p50-sec", Op: op, Want: want, Of: subject{Variant: "sse"}, To: subject{Variant: "websocket"}}
	}
	as := func(role string, c criterion) criterion {
		c.Role = role
		return c
	}
	for _, c := range []struct {
		fact, word, line string
		criteria         []criterion
	}{
		{"twice as late is at least 1.5 times as late", "holds", "✓ It is: 2.05 ×", []criterion{of("ratio", ">=", 1.5)}},
		{"it works, and is not at most as late", "depends", "✓ It works: 0 of 6 trials failed<br>✗ It is: 2.05 ×",
			[]criterion{{That: "It works.", Kind: "works", Of: subject{Variant: "sse"}}, of("ratio", "<=", 1)}},
		{"an observation is exact", "does not hold", "✗ Seven are open: 6", []criterion{{That: "Seven are open.", Kind: "observation", Observation: "streams", Op: "==", Want: 7}}},
		{"nobody observed it", "not tested", prose, []criterion{{Kind: "observation", Observation: "others", Op: "==", Want: 7}}},
		{"context decides nothing", "holds", "✓ It is: 2.05 ×", []criterion{of("ratio", ">=", 1.5), as("context", of("ratio", ">=", 3))}},
		{"a control that does not come true leaves all open", "not decided", "✓ It is: 2.05 ×<br>? A control did not come true: “It is”.",
			[]criterion{of("ratio", ">=", 1.5), as("control", of("ratio", ">=", 3))}},
	} {
		s := statement{Number: 1, Name: "one", Scenarios: []string{"near"}, Criterion: c.criteria}
		found := r.judge(s)
		if got := verdictOf(s, found); got != c.word {
			t.Errorf("%s: it %s, want %s", c.fact, got, c.word)
		}
		if got := r.came(s, found); got != c.line {
			t.Errorf("%s: %q, want %q", c.fact, got, c.line)
		}
	}
	if v, ok := sum(map[string]float64{"a": 1, "b": 2}, "a + b"); v != 3 || !ok {
		t.Errorf("1 + 2 is %v", v)
	}
}
