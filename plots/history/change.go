package history

import (
	"fmt"
	"strconv"
	"strings"

	"pushbench/plots/text"
	"pushbench/results/history"
)

// moved is a change as a sentence.
type moved struct {
	Text string
	Tone string // alarming: worse, and not accepted; good: better; empty: accepted, or it only scatters otherwise
	Word string // what the change is
	Link string // the figure that shows it
	at   int    // index of the commit
}

// word says in one word what the change is.
func word(c history.Change) string {
	switch {
	case c.Accepted != "" && (c.Worse || c.Scatter != ""):
		return "Accepted"
	case c.Scatter != "":
		return "Scatter"
	case c.Worse:
		return "Worse"
	}
	return "Better"
}

// sentence tells a change.
func sentence(h *history.History, s *history.Series, c history.Change) string {
	verb := "rose"
	if c.After < c.Before {
		verb = "fell"
	}
	if c.Scatter != "" {
		verb = "scatters " + string(c.Scatter)
	}
	out := fmt.Sprintf("%s of %s %s", text.Upper(text.Name(s.Title)), cellName(s.Cell), verb)
	switch {
	case c.Exact:
		out += " from " + number(c.Before, s.Kind) + " to " + number(c.After, s.Kind)
	case c.Scatter == "":
		out += " by " + strings.TrimPrefix(percent(c.After-c.Before, false), "−")
	}
	out += fmt.Sprintf(" at %s (%s)", history.Short(c.Commit), day(h.Commits[s.Points[c.At].Commit].When()))
	p := strconv.FormatFloat(c.P, 'g', 1, 64)
	switch {
	case c.Scatter != "":
		out += fmt.Sprintf(", and its level is not known to be another one (p ≤ %s)", p)
	case !c.Exact:
		out += fmt.Sprintf(", from %s to %s against the anchor (p ≤ %s)", percent(c.Before, true),
			percent(c.After, true), p)
	}
	out += "."
	if c.Machine {
		out += " The machine changed at the same commit, so either can be the cause."
	}
	if c.Accepted != "" {
		out += " Accepted by " + text.Name(c.Accepted) + ": " + text.Told(strings.TrimSuffix(c.Why, ".")) + "."
	}
	return out
}

func tone(c history.Change) string {
	switch {
	case c.Scatter != "":
		return ""
	case !c.Worse:
		return "good"
	case c.Accepted == "":
		return "alarming"
	}
	return ""
}

// by is how much a change is.
func by(s *history.Series, c history.Change) string {
	switch {
	case c.Scatter != "":
		return "scatters " + string(c.Scatter)
	case c.Exact:
		return number(c.Before, s.Kind) + " → " + number(c.After, s.Kind)
	}
	return percent(c.After-c.Before, true)
}
