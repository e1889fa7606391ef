package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/scale"
)

// A host is a machine for which a plan is made.
type host struct {
	Cores  int
	Memory uint64 // bytes
	Files  uint64 // descriptors that a process may have
}

// planHeads are the columns of a plan behind the transport.
var planHeads = []string{"at the server", "of it kernel", "at the clients", "processes", "machines", "opening"}

// planLegend says what they are.
const planLegend = "Memory is of clients that are connected and idle. Processes: of each side, as many as the limit of descriptors asks for. " +
	"Machines: with both sides on them, by memory. Opening: by the CPU time of both sides, on all cores of one machine."

// planRow is what n clients of one transport need on machines like h.
func planRow(h host, n int, c scale.Client) []string {
	need := c.For(n)
	machines, opening, processes := "–", "–", "–"
	if m := scale.Parts(n, c.Fit((1-sparedMemory)*float64(h.Memory))); m > 0 {
		machines = text.Number(float64(m))
	}
	if c.Opening > 0 && h.Cores > 0 {
		opening = span(time.Duration(float64(n) * c.Opening / float64(h.Cores) * 1e9))
	}
	if p := scale.Parts(n, clientsFor(h.Files)); p > 0 {
		processes = text.Number(float64(p))
	}
	return []string{bytesOf(need.Server()), bytesOf(need.Kernel), bytesOf(need.Clients()), processes, machines, opening}
}

// clientsFor is how many clients a process can hold that may have so many descriptors.
func clientsFor(files uint64) int {
	if files <= ownFiles {
		return 0
	}
	return int(min(files-ownFiles, math.MaxInt32))
}

// bytesOf formats a number of bytes.
func bytesOf(n float64) string { return results.FormatValue(n, "bytes") }

// planBasis says what a plan rests on.
func planBasis(clients []scale.Client, from string) string {
	held := 0
	for _, c := range clients {
		held = max(held, c.Held)
	}
	return fmt.Sprintf("by what one took in %s, where up to %s were held at a time. It assumes that each client takes as much as there.",
		from, text.Number(float64(held)))
}

// writeScalePlan writes what n clients need, a row for each transport.
func writeScalePlan(w io.Writer, h host, n int, clients []scale.Client, from string) error {
	width := min(consoleOf(w).width, plainWidth)
	fmt.Fprintf(w, "%s\n\n", wrap("A plan for "+text.Count(n, "client")+", "+planBasis(clients, from), width, 0))
	tab := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tab, "\t%s\t\n", strings.Join(planHeads, "\t"))
	for _, c := range clients {
		fmt.Fprintf(tab, "%s\t%s\t\n", view.StyleOf(c.Transport).Name, strings.Join(planRow(h, n, c), "\t"))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", wrap(planLegend, width, 0))
	return err
}

// clientsOf are the clients in a record, and how the record is called.
func clientsOf(path string) ([]scale.Client, string, error) {
	r, err := load(path)
	if err != nil {
		return nil, "", err
	}
	all := scale.Of(r)
	if all == nil {
		return nil, "", usage("pushbench run live-feed makes one that does",
			"%s does not tell how much memory a client takes: it needs at least %d clients in a trial",
			path, results.FewConnections)
	}
	return all, "run " + text.Name(r.ID), nil
}
