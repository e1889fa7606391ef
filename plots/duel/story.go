package duel

import (
	"fmt"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/safe"
)

// A story is a comparison as every page tells it.
type story struct {
	Verdict  gate.Verdict
	Title    string // who is compared with whom
	Headline string
	Said     string   // the headline without the verdict
	Others   []string // sentences about what changed, but for what the headline tells
	Untold   []string // the same about what could not be told, was not confirmed or cannot be believed
	How      string   // how it was measured
	Alerts   []string // why it can tell less than it might
	Changed  []gate.Finding
	Open     []gate.Finding // what Untold is about
	Same     []cell
	Shown    []gate.Finding // not judged
	Missing  []string
	Command  string
	Facts    [][2]string
	Words    [][2]string
}

// A cell is the numbers of one variant at one point of one scenario that did not
// change.
type cell struct {
	Name     string
	Findings []gate.Finding
}

// Line says how many numbers of the cell did not change.
func (c cell) Line() string {
	n := len(c.Findings)
	return c.Name + ": " + text.Count(n, "number") + " " + text.Be(n, "is", "are") + " the same."
}

func newStory(c *gate.Comparison) story {
	s := story{
		Verdict: c.Verdict, Title: sideName(c.Head) + " against " + sideName(c.Base), Headline: Headline(c), Said: said(c),
		How: how(c), Alerts: alerts(c), Command: safe.Line(c.Reproduce), Facts: facts(c), Words: words(c),
	}
	top := lead(c)
	at := map[string]int{}
	for i, f := range c.Findings {
		switch {
		case !f.Gated:
			s.Shown = append(s.Shown, f)
		case f.Verdict == gate.Same:
			k, ok := at[f.Cell()]
			if !ok {
				k, at[f.Cell()] = len(s.Same), len(s.Same)
				s.Same = append(s.Same, cell{Name: cellName(f)})
			}
			s.Same[k].Findings = append(s.Same[k].Findings, f)
		case f.Verdict != gate.Worse && f.Verdict != gate.Better:
			s.Open = append(s.Open, f)
			if i != top {
				s.Untold = append(s.Untold, Sentence(f))
			}
		default:
			s.Changed = append(s.Changed, f)
			if i != top {
				s.Others = append(s.Others, Sentence(f))
			}
		}
	}
	s.Others, s.Untold = first(s.Others), first(s.Untold)
	for _, m := range c.Missing {
		what := text.Name(m.Cell)
		if m.Metric != "" {
			what += ", " + text.Name(m.Metric)
		}
		s.Missing = append(s.Missing, what+": "+text.Told(m.Reason))
	}
	return s
}

// mostSentences is how many findings a page tells in sentences. Its tables have all.
const mostSentences = 8

// first is the first sentences, and how many there are more.
func first(sentences []string) []string {
	rest := len(sentences) - mostSentences
	if rest <= 0 {
		return sentences
	}
	return append(sentences[:mostSentences:mostSentences], text.Number(float64(rest))+" more "+text.Be(rest, "is", "are")+" in the table below.")
}

// how says how the two were measured.
func how(c *gate.Comparison) string {
	var said []string
	switch {
	case !c.Interleaved:
		said = append(said, "Base and head were measured at different times.")
	case c.Blocks == 0:
		said = append(said, "No block is complete.")
	case c.InTurn:
		said = append(said, fmt.Sprintf("In each of %s, base, base again and head ran one after another, each under a load generator of its own.", text.Count(c.Blocks, "block")))
	default:
		said = append(said, fmt.Sprintf("In each of %s, base, base again and head ran side by side under one load generator.", text.Count(c.Blocks, "block")))
	}
	if c.ServerCPUs != "" && c.GeneratorCPUs != "" {
		said = append(said, "The servers ran on "+cpus(c.ServerCPUs)+", and the generator on "+cpus(c.GeneratorCPUs)+".")
	}
	if c.Relinked {
		said = append(said, "Every arm of every block was linked anew, with another layout of its code.")
	}
	switch c.Stopped {
	case results.StoppedPrecision:
		said = append(said, "It stopped because every interval was narrower than its bar.")
	case results.StoppedBudget:
		said = append(said, "It stopped because its time was over.")
	case results.StoppedAsked:
		said = append(said, "It stopped after as many blocks as were asked for.")
	case results.StoppedInterrupted:
		said = append(said, "It was interrupted.")
	}
	return strings.Join(said, " ")
}

// cpus names CPUs as a record lists them: 1, or 2-3.
func cpus(list string) string {
	if strings.ContainsAny(list, "-,") {
		return "CPUs " + list
	}
	return "CPU " + list
}

// alerts are what a reader has to know before believing the verdict.
func alerts(c *gate.Comparison) []string {
	var out []string
	for _, s := range []gate.Side{c.Base, c.Head} {
		if len(s.Inject) > 0 {
			out = append(out, sideName(s)+" was changed on purpose: "+text.Told(strings.Join(s.Inject, ", "))+".")
		}
	}
	for _, note := range c.Notes {
		out = append(out, text.Sentence(text.Told(note)))
	}
	if len(c.Accepted) > 0 {
		out = append(out, "Changes of these were declared beforehand: "+text.Told(strings.Join(c.Accepted, ", "))+".")
	}
	return out
}

// facts are what the comparison says of its conditions, each with its name.
func facts(c *gate.Comparison) [][2]string {
	p := c.Provenance
	out := [][2]string{
		{"base, commit", c.Base.Revision}, {"base, command", safe.Command(c.Base.Command...)},
		{"head, commit", c.Head.Revision}, {"head, command", safe.Command(c.Head.Command...)},
		{"blocks", text.Number(float64(c.Blocks))}, {"seed", fmt.Sprint(c.Seed)}, {"record", c.Record},
		{"pushbench", p.Version}, {"commit", p.Commit}, {"Go", p.GoVersion}, {"system", p.OS}, {"kernel", p.Kernel},
		{"host (hash)", p.Host}, {"CPU", p.CPU}, {"cores", fmt.Sprint(p.Cores)}, {"CPU governor", p.Governor}, {"path", p.Path},
	}
	known := out[:0]
	for _, f := range out {
		if f[1] != "" {
			known = append(known, [2]string{f[0], text.Told(f[1])})
		}
	}
	return known
}

// words explain those of a comparison, each with its name.
func words(c *gate.Comparison) [][2]string {
	out := [][2]string{
		{"block", "One measurement of each arm: base, base again and head, each in a fresh server process under a fresh load."},
		{"change", "How much more or less head has than base and base again, by their geometric mean. It is the Hodges–Lehmann estimate over blocks. Its 95\u00a0% interval is by the exact signed-rank distribution."},
		{"null arm", "The base once more, compared with the base. It shows what no change looks like in this job."},
		{"unconfirmed", "The first measurement showed a change. A second one, with new links and new blocks, did not."},
		{"void", "The null arm moved by more than it is known to, and by enough to explain the change, or the machine was not quiet."},
	}
	if !c.Interleaved {
		out = [][2]string{{"change", "How much more or less head has than base. It is the Hodges–Lehmann estimate over trials. Its 95\u00a0% interval is by the exact rank-sum distribution."}}
	}
	return append(out, [][2]string{
		{"bar", "The size that a change must have to count. It is the declared floor or, where that is greater, what the null arm is known to reach in 99 of 100 runs."},
		{"worse, better", "The whole interval lies beyond the bar. An exact number, such as bytes, needs no interval: a difference of one counts."},
		{"same", "The whole interval lies within the bar, or an exact number is the same."},
		{"inconclusive", "The interval crosses the bar, so this run cannot tell."},
	}...)
}
