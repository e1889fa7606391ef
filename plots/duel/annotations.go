package duel

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"pushbench/plots/text"
	"pushbench/results/gate"
	"pushbench/results/safe"
)

// mostAnnotations is how many of each kind GitHub shows of one step.
const mostAnnotations = 10

// Annotations writes the comparison as workflow commands of GitHub: an error for
// what is worse or void, a warning for what could not be told or was not confirmed,
// a notice for what is better or was declared beforehand. GitHub shows ten of each
// kind, so the tenth of more than ten counts the rest.
func Annotations(w io.Writer, c *gate.Comparison) error {
	kinds := map[string][][2]string{}
	add := func(kind, title, said string) { kinds[kind] = append(kinds[kind], [2]string{title, said}) }
	if c.Verdict == gate.Void {
		add("error", "pushbench: void", Headline(c))
	}
	for _, f := range c.Findings {
		if !f.Gated || f.Verdict == gate.Same {
			continue
		}
		kind := "warning"
		switch {
		case passes(f) || f.Verdict == gate.Better:
			kind = "notice"
		case f.Verdict == gate.Worse || f.Verdict == gate.Void:
			kind = "error"
		}
		add(kind, "pushbench: "+string(f.Verdict), Sentence(f))
	}
	var b bytes.Buffer
	for _, kind := range []string{"error", "warning", "notice"} {
		all := kinds[kind]
		if n := len(all); n > mostAnnotations {
			rest := fmt.Sprintf("%s more: the job's summary has all.", text.Number(float64(n-mostAnnotations+1)))
			all = append(all[:mostAnnotations-1:mostAnnotations-1], [2]string{"pushbench", rest})
		}
		for _, a := range all {
			fmt.Fprintf(&b, "::%s title=%s::%s\n", kind, property.Replace(safe.Line(a[0])), data.Replace(safe.Line(a[1])))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// What a workflow command cannot hold as it is, in its data and in its properties
// (actions/toolkit, command.ts).
var (
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
