package duel

import (
	"pushbench/plots/text"
	"pushbench/results/gate"
)

// A look is how a verdict is shown: a sign for those who see no color, and a tone.
type look struct{ sign, tone string }

var looks = map[gate.Verdict]look{
	gate.Worse:        {"✗", "alarming"},
	gate.Better:       {"✓", "good"},
	gate.Same:         {"✓", ""},
	gate.Inconclusive: {"?", "doubtful"},
	gate.Unconfirmed:  {"~", "doubtful"},
	gate.Void:         {"∅", "doubtful"},
}

// mark is the verdict behind its sign.
func mark(v gate.Verdict) text.Value {
	l := looks[v]
	return text.Value{Text: text.Name(string(v)), Sign: l.sign, Tone: l.tone}
}

// numbers lists findings, a row for each: what base and head measured, the change
// with its interval, and what it is held against.
func numbers(all []gate.Finding) text.Table {
	t := text.Table{Columns: []text.Column{{Title: "number"}, {Title: "base", Number: true}, {Title: "head", Number: true},
		{Title: "change", Number: true}, {Title: "bar", Number: true}, {Title: "null arm", Number: true}, {Title: "verdict"}}}
	for _, f := range all {
		base, head := values(f)
		verdict := mark(f.Verdict)
		switch {
		case !f.Gated:
			verdict = text.Value{Text: "does not decide"}
		case passes(f):
			verdict.Note = "declared beforehand"
		case f.Confirm != nil && f.Confirm.Held:
			verdict.Note = "confirmed in " + text.Count(f.Confirm.N, "block")
		case f.Confirm != nil && f.Confirm.N > 0:
			verdict.Note = "then " + signed(f.Confirm.Change) + " in " + text.Count(f.Confirm.N, "block")
		case f.Verdict == gate.Inconclusive && f.Needed > 0:
			verdict.Note = "about " + text.Count(f.Needed, "block") + " would decide"
		}
		row := []text.Value{{Text: name(f), Note: cellName(f), Transport: f.Transport}, {Text: base}, {Text: head}}
		if f.Exact {
			row = append(row, text.Value{Text: difference(f), Note: text.Join(movedKinds(f))}, text.Value{Text: "exact"}, text.Value{Text: "–"})
		} else {
			row = append(row, text.Value{Text: signed(f.Change), Note: interval(span(f))}, bar(f), null(f))
		}
		t.Rows = append(t.Rows, append(row, verdict))
	}
	return t
}

// name is what the finding's number is called in a table.
func name(f gate.Finding) string {
	if f.Title == "" {
		return text.Name(f.Metric)
	}
	return text.Name(f.Title)
}

// difference is head less base of an exact number.
func difference(f gate.Finding) string {
	diff, _ := exactly(f.Head-f.Base, 0, f.Kind)
	if f.Head > f.Base {
		return "+" + diff
	}
	return diff
}

// bar is what a change is held against; what does not decide has none.
func bar(f gate.Finding) text.Value {
	if f.Bar == 0 {
		return text.Value{Text: "–"}
	}
	return text.Value{Text: barText(f.Bar)}
}

// null is what the base differed from itself; a dash where there was no null arm.
func null(f gate.Finding) text.Value {
	if f.Null == 0 && f.NullLo == 0 && f.NullHi == 0 {
		return text.Value{Text: "–"}
	}
	if f.NullLo == 0 && f.NullHi == 0 {
		return text.Value{Text: signed(f.Null)}
	}
	return text.Value{Text: signed(f.Null), Note: interval(f.NullLo, f.NullHi)}
}
