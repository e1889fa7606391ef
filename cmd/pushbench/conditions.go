package main

import (
	"fmt"
	"io"
	"strings"

	"pushbench/results/safe"
	"pushbench/scenarios"
)

// conditions says in short what is between clients and server of a scenario, where its file
// gives it by name; it may be nothing.
func conditions(s scenarios.Scenario) string {
	var parts []string
	if s.Profile != "" {
		parts = append(parts, "over "+s.Profile)
	}
	if s.Proxy != nil {
		parts = append(parts, "through "+s.Proxy.String())
	}
	if s.Backplane != "" {
		parts = append(parts, fmt.Sprintf("on %d nodes behind %s", s.Nodes, s.Backplane))
	}
	return strings.Join(parts, ", ")
}

// writeConditions tells in lines of their own what conditions has of each scenario.
func writeConditions(w io.Writer, all []scenarios.Scenario) error {
	first := true
	for _, s := range all {
		line := conditions(s)
		if line == "" {
			continue
		}
		if s.Proxy != nil {
			line += ": " + s.Proxy.About()
		}
		if first {
			fmt.Fprintln(w)
			first = false
		}
		if _, err := fmt.Fprintf(w, "%s runs %s\n", safe.Line(s.Name), line); err != nil {
			return err
		}
	}
	return nil
}
