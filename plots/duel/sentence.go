package duel

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/safe"
)

// Sentence says what was found about one number, on one line: which number of
// which cell, how it changed, and what speaks for it.
func Sentence(f gate.Finding) string {
	said := cellName(f) + ": "
	if f.Exact {
		said += exactSentence(f)
	} else {
		said += timedSentence(f)
	}
	if passes(f) {
		said += " This change was declared beforehand."
	}
	return safe.Brief(said, 2000)
}

// exactSentence is about a number that is compared to the last digit.
func exactSentence(f gate.Finding) string {
	base, head := values(f)
	var said string
	switch {
	case f.Verdict == gate.Void:
		return title(f) + " cannot be believed." + because(f)
	case f.Base == f.Head && f.Verdict != gate.Same:
		return title(f) + " could not be told." + because(f)
	case f.Base == f.Head:
		said = title(f) + " did not change: " + head + "."
	case f.Head > f.Base:
		said = title(f) + " rose from " + base + " to " + head + "."
	default:
		said = title(f) + " fell from " + base + " to " + head + "."
	}
	if kinds := movedKinds(f); kinds != nil {
		said += " " + text.Upper(text.Join(kinds)) + "."
	}
	return said + because(f)
}

// because is the finding's reason as a sentence behind another one.
func because(f gate.Finding) string {
	if f.Reason == "" {
		return ""
	}
	return " " + text.Sentence(text.Told(f.Reason))
}

// movedKinds says how each kind of bytes changed that did.
func movedKinds(f gate.Finding) (kinds []string) {
	for _, m := range f.Moved {
		kinds = append(kinds, movedKind(m))
	}
	return kinds
}

// movedKind says how one kind of bytes changed: framing to the client grew by 1 B.
func movedKind(m gate.Moved) string {
	name := text.Name(m.Kind)
	for _, k := range results.Kinds() {
		if k.Key() == m.Kind {
			name = k.String()
		}
	}
	switch m.Direction {
	case "in":
		name += " to the client"
	case "out":
		name += " to the server"
	}
	by, _ := exactly(math.Abs(m.Head-m.Base), 0, "bytes")
	if m.Head < m.Base {
		return name + " shrank by " + by
	}
	return name + " grew by " + by
}

// timedSentence is about a number that differs from block to block.
func timedSentence(f gate.Finding) string {
	name, bar := title(f), "the bar of "+barText(f.Bar)
	if f.Bar == 0 {
		bar = "its bar"
	}
	lo, hi := span(f)
	change, short := name+" "+moved(f.Change, lo, hi), signed(f.Change)
	if !f.Unbounded {
		short += " (" + interval(lo, hi) + ")"
	}
	if !f.Gated {
		return change + ". It does not decide."
	}
	switch f.Verdict {
	case gate.Worse, gate.Better, gate.Unconfirmed:
		return change + ", beyond " + bar + "." + because(f) + confirmation(f.Confirm)
	case gate.Same:
		return name + " stayed within " + bar + ": " + short + "."
	case gate.Inconclusive:
		if f.N == 0 {
			return name + " could not be told." + because(f)
		}
		said := name + " could not be told: " + short + " against " + bar + "." + because(f)
		if f.Least > 0 && !notShown(f.Least) {
			said += " This run would have seen a change of " + percent(f.Least) + "\u00a0% or more."
		}
		if f.Needed > 0 {
			said += " About " + text.Count(f.Needed, "block") + " would decide."
		}
		return said
	case gate.Void:
		if beyondBar(f) && f.Confirm == nil { // else it is the second measurement that cannot be believed
			return name + " cannot be believed. The null arm, which is the base against itself, " + moved(f.Null, f.NullLo, f.NullHi) + ", beyond " + bar + "."
		}
		return name + " cannot be believed." + because(f)
	}
	return change + "."
}

// confirmation is what a second measurement said of a change; nothing when there was
// none.
func confirmation(s *gate.Second) string {
	switch {
	case s == nil:
		return ""
	case s.Held:
		return " " + text.Upper(text.Count(s.N, "more block")) + " confirmed it."
	}
	said := " " + text.Count(s.N, "more block") + " did not show it again: " + signed(s.Change)
	if s.Lo != 0 || s.Hi != 0 {
		said += " (" + interval(s.Lo, s.Hi) + ")"
	}
	return said + "."
}

// beyondBar reports whether the null arm left the bar.
func beyondBar(f gate.Finding) bool {
	return math.Abs(f.Null) > f.Bar || f.NullLo > f.Bar || f.NullHi < -f.Bar
}

// Headline is what the comparison says, on one line: the verdict, what speaks for
// it most, and how many numbers there are of each verdict.
func Headline(c *gate.Comparison) string {
	return safe.Brief(string(c.Verdict)+": "+said(c), 4000)
}

// said is the headline without the verdict.
func said(c *gate.Comparison) string {
	var said string
	if top := lead(c); top >= 0 {
		said = Sentence(c.Findings[top]) + " "
	} else if c.Reason != "" {
		said = text.Sentence(safe.Brief(c.Reason, 1000)) + " "
	}
	if n := counted(c); n != "" {
		return said + n
	}
	if said == "" {
		return "No number was compared."
	}
	return strings.TrimSpace(said)
}

// lead is the index of the finding that the headline tells; -1 when it tells none.
func lead(c *gate.Comparison) int {
	if c.Verdict == gate.Same {
		return -1
	}
	find := func(v gate.Verdict) int {
		return slices.IndexFunc(c.Findings, func(f gate.Finding) bool { return f.Verdict == v && f.Gated && !passes(f) })
	}
	if at := find(c.Verdict); at >= 0 || c.Verdict != gate.Inconclusive {
		return at
	}
	return find(gate.Unconfirmed)
}

// Words for numbers of each verdict, in the order of a list: what one is and what
// several are.
var verdictWords = []struct {
	verdict   gate.Verdict
	one, many string
}{
	{gate.Same, "is the same", "are the same"},
	{gate.Worse, "is worse", "are worse"},
	{declared, "changed as declared beforehand", "changed as declared beforehand"},
	{gate.Better, "is better", "are better"},
	{gate.Unconfirmed, "changed once and not again", "changed once and not again"},
	{gate.Void, "is void", "are void"},
	{gate.Inconclusive, "could not be told", "could not be told"},
}

// declared stands for the verdict of a change that was declared beforehand.
const declared gate.Verdict = "declared"

// counted says how many of the numbers that decide have which verdict; nothing when
// none does.
func counted(c *gate.Comparison) string {
	counts, all := map[gate.Verdict]int{}, 0
	for _, f := range c.Findings {
		switch {
		case !f.Gated:
			continue
		case passes(f):
			counts[declared]++
		default:
			counts[f.Verdict]++
		}
		all++
	}
	if all == 0 {
		return ""
	}
	var parts []string
	for _, w := range verdictWords {
		switch n := counts[w.verdict]; {
		case n == all && n > 1:
			return "All " + text.Count(all, "number") + " " + w.many + "."
		case n > 0:
			parts = append(parts, strconv.Itoa(n)+" "+text.Be(n, w.one, w.many))
		}
	}
	if parts == nil {
		return text.Count(all, "number") + " compared."
	}
	if all == 1 {
		return "The only number " + strings.TrimPrefix(parts[0], "1 ") + "."
	}
	return "Of " + text.Count(all, "number") + ", " + text.Join(parts) + "."
}
