package duel

import (
	"math"
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
	if f.Accepted {
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
		return title(f) + " cannot be believed: " + base + " for base, " + head + " for head."
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
	return said
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
	change := name + " " + moved(f.Change, f.Lo, f.Hi)
	if !f.Gated {
		return change + ". It does not decide."
	}
	switch f.Verdict {
	case gate.Worse, gate.Better:
		said := change + ", beyond " + bar + "."
		if f.Confirm != nil && f.Confirm.Held {
			said += " " + text.Upper(text.Count(f.Confirm.N, "more block")) + " confirmed it."
		}
		return said
	case gate.Unconfirmed:
		said := change + ", beyond " + bar + "."
		if f.Confirm != nil {
			said += " " + text.Count(f.Confirm.N, "more block") + " did not show it again: " +
				signed(f.Confirm.Change) + " (" + interval(f.Confirm.Lo, f.Confirm.Hi) + ")."
		}
		return said
	case gate.Same:
		return name + " stayed within " + bar + ": " + signed(f.Change) + " (" + interval(f.Lo, f.Hi) + ")."
	case gate.Inconclusive:
		said := name + " could not be told: " + signed(f.Change) + " (" + interval(f.Lo, f.Hi) + ") against " + bar + "."
		if f.Least > 0 && !notShown(f.Least) {
			said += " This run would have seen a change of " + percent(f.Least) + "\u00a0% or more."
		}
		if f.Needed > 0 {
			said += " About " + text.Count(f.Needed, "block") + " would decide."
		}
		return said
	case gate.Void:
		if beyondBar(f) {
			return name + " cannot be believed. The null arm, which is the base against itself, " + moved(f.Null, f.NullLo, f.NullHi) + ", beyond " + bar + "."
		}
		return change + ", but the measurement cannot be believed."
	}
	return change + "."
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
	} else if c.Verdict == gate.Void {
		reason := c.Reason
		if reason == "" {
			reason = "this measurement cannot be believed"
		}
		said = text.Sentence(safe.Brief(reason, 1000)) + " "
	}
	return said + counted(c)
}

// lead is the index of the finding that the headline tells; -1 when it tells none.
func lead(c *gate.Comparison) int {
	if c.Verdict == gate.Same || c.Verdict == gate.Void && c.Reason != "" {
		return -1
	}
	at := -1
	for i, f := range c.Findings {
		if f.Verdict != c.Verdict || !f.Gated {
			continue
		}
		if !f.Accepted {
			return i
		}
		if at < 0 {
			at = i
		}
	}
	return at
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

// counted says how many of the numbers that decide have which verdict.
func counted(c *gate.Comparison) string {
	counts, all := map[gate.Verdict]int{}, 0
	for _, f := range c.Findings {
		switch {
		case !f.Gated:
			continue
		case f.Accepted:
			counts[declared]++
		default:
			counts[f.Verdict]++
		}
		all++
	}
	if all == 0 {
		return "No number was compared."
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
