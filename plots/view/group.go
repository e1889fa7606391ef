package view

import (
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
)

// Suffixed reports whether the names of the cells say who answered.
func Suffixed(cells []Cell) bool {
	return slices.ContainsFunc(cells, func(c Cell) bool { return c.suffix != "" })
}

// ByVariant names cells within a sentence, those of one variant together with their
// targets in brackets: SSE (nchan and spring), WebSocket (nchan).
func ByVariant(cells []Cell) string {
	var names, targets []string
	for _, c := range WithPoints(cells) {
		names = append(names, strings.Replace(strings.Replace(c.Name, c.suffix, "", 1), " · ", " at ", 1))
		targets = append(targets, strings.Trim(c.suffix, " ()"))
	}
	return strings.Join(Targeted(names, targets), ", ")
}

// Targeted returns each name once with its targets, and with its settings, in brackets.
// targets has one for each name; empty: it has none to tell.
func Targeted(names, targets []string) (out []string) {
	of := map[string][]string{}
	var fresh []string
	for i, name := range names {
		if fresh = text.Fresh(fresh, name); targets[i] != "" {
			of[name] = text.Fresh(of[name], targets[i])
		}
	}
	for _, name := range fresh {
		if of[name] != nil {
			name += " (" + text.Join(of[name]) + ")"
		}
		out = append(out, inBrackets(name))
	}
	return out
}

// TakeGaps takes the reasons for empty fields out of a table whose rows are cells, and
// returns each once: No number for SSE (nchan and spring) under open: it opens late.
func TakeGaps(t *text.Table, cells []Cell) (sentences []string) {
	type gap struct{ columns, reason string }
	var gaps []gap
	of := map[gap][]Cell{}
	for i, row := range t.Rows {
		var reasons []string
		columns := map[string][]string{}
		for k, v := range row {
			if v.Text != "–" || v.Note == "" {
				continue
			}
			reasons = text.Fresh(reasons, v.Note)
			columns[v.Note] = append(columns[v.Note], t.Columns[k].Title)
			row[k].Note = ""
		}
		for _, reason := range reasons {
			g := gap{text.Join(columns[reason]), reason}
			if of[g] == nil {
				gaps = append(gaps, g)
			}
			of[g] = append(of[g], cells[i])
		}
	}
	for _, g := range gaps {
		sentences = append(sentences, "No number for "+ByVariant(of[g])+" under "+g.columns+": "+text.Told(g.reason)+".")
	}
	return sentences
}

// MemoryUnit is the metric that tells the memory of a connection: what the server says
// of itself or, where a server of somebody else answered, what is seen from outside of
// each of them.
func MemoryUnit(r *results.Record) string {
	if AnyForeign(r) {
		return "outside-B/conn"
	}
	return "server-mem-B/conn"
}

// AnyForeign reports whether a server with routes of its own answered.
func AnyForeign(r *results.Record) bool {
	return r != nil && slices.ContainsFunc(r.Targets, func(t results.Target) bool { return r.Foreign(t.Name) })
}

// Who says in a line for each target what it is; empty where our own servers alone
// answered.
func Who(r *results.Record) (lines []string) {
	if !AnyForeign(r) {
		return nil
	}
	for _, t := range r.Targets {
		line := "pushbench's own servers"
		if r.Foreign(t.Name) {
			line = "a server described by " + text.Told(t.File)
		}
		for _, x := range t.Traits {
			if x.Name == "about" {
				line = text.Told(x.Text)
			}
		}
		if t.Version != "" {
			line += " (" + text.Told(t.Version) + ")"
		}
		lines = append(lines, text.Name(t.Name)+": "+line+".")
	}
	return lines
}
