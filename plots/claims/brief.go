package claims

import (
	"fmt"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/verdict"
)

// brief is what was asked and what came out, in a line for each criterion that decides, and one for
// a control that did not come true.
func brief(v verdict.Verdict) (lines []string) {
	if v.Word == verdict.NotTested {
		return []string{sentence(v.Reason)}
	}
	for i, c := range v.Criterion {
		if c.Role == "" {
			lines = append(lines, briefOf(v, i, c))
		}
	}
	if why := v.Uncontrolled(); why != "" {
		lines = append(lines, marks[string(verdict.NotDecided)].Sign+"\u00a0"+sentence(why))
	}
	return lines
}

// typical is the first line with each sign, and how many there are beside them.
func typical(lines []string) (some []string) {
	seen := map[string]bool{}
	for _, line := range lines {
		sign, _, _ := strings.Cut(line, "\u00a0")
		if !seen[sign] {
			seen[sign] = true
			some = append(some, line)
		}
	}
	if n := len(lines) - len(some); n > 0 {
		some = append(some, fmt.Sprintf("and %d more", n))
	}
	return some
}

// briefOf is a criterion with a sign that says what became of it, and its number, or those of all its
// places by their names. Where the answers differ, each place has its own sign.
func briefOf(v verdict.Verdict, at int, c results.Criterion) string {
	var of []verdict.Finding
	alike := true
	for _, f := range v.Findings {
		if f.At == at {
			of = append(of, f)
			alike = alike && f.Answer == of[0].Answer
		}
	}
	var came []string
	for _, f := range of {
		one := valueInLine(f)
		if len(of) > 1 {
			one = strings.TrimPrefix(placeOf(v, f)+" ", " ") + one
		}
		if !alike {
			one = signOf(f.Answer) + "\u00a0" + one
		}
		came = append(came, one)
	}
	return signOfAll(of) + "\u00a0" + strings.TrimSuffix(told(c.That), ".") + ": " + strings.Join(came, ", ")
}

// signOfAll is the sign of a criterion's answers at all places.
func signOfAll(of []verdict.Finding) string {
	n := map[verdict.Answer]int{}
	for _, f := range of {
		n[f.Answer]++
	}
	switch {
	case n[verdict.Yes] > 0 && n[verdict.No] > 0:
		return marks[string(verdict.Depends)].Sign
	case n[verdict.Open] > 0:
		return signOf(verdict.Open)
	case n[verdict.Yes] > 0:
		return signOf(verdict.Yes)
	case n[verdict.No] > 0:
		return signOf(verdict.No)
	}
	return signOf(verdict.Untested)
}

// signOf is the sign of an answer.
func signOf(a verdict.Answer) string {
	switch a {
	case verdict.Open:
		return marks[string(verdict.NotDecided)].Sign
	case verdict.Untested:
		return marks[string(verdict.NotTested)].Sign
	}
	return marks[string(a)].Sign
}

// valueInLine is what came out of a comparison, with its interval.
func valueInLine(f verdict.Finding) string {
	cell := f.Of.Cell
	switch kind := f.Criterion.Kind; {
	case f.Answer == verdict.Untested:
		return "not tested here"
	case kind == results.WorksAt, kind == results.FailsAt:
		return fmt.Sprintf("%d of %s failed", len(cell.Failed), text.Count(len(cell.Trials)+len(cell.Failed), "trial"))
	}
	value := text.Format(f.Value.Center, f.Kind)
	if note := strings.Trim(view.Bounds(f.Value, f.Kind), "()"); note != "" {
		value += " (" + note + ")"
	}
	if why, _ := doubtOf(f); why != "" {
		value += "\u00a0⚠"
	}
	return value
}

// lined is a field of a table with lines.
func lined(lines []string) text.Value {
	if len(lines) == 0 {
		return text.Value{}
	}
	return text.Value{Text: lines[0], Lines: lines[1:]}
}
