package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"pushbench/plots/cost"
	"pushbench/results"
)

// TestReadmeQuotesTheCost holds the figure of what a delivery costs, and the README's table, to
// what was measured. With UPDATE_README=1 it writes them, and the section around the table where
// there is none yet. Where nothing was measured there must be no section.
func TestReadmeQuotesTheCost(t *testing.T) {
	const block, before = "<!-- cost -->\n", "### Where it is unfair, or blind\n"
	const dir, figure = "../../", "results/cost/figures/" + cost.FigureName + ".svg"
	f, err := os.Open(dir + "results/cost/bench.txt")
	if errors.Is(err, fs.ErrNotExist) {
		if strings.Contains(read(t, dir+"README.md"), block) {
			t.Error("README quotes what a delivery costs, and nothing was measured")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, err := cost.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := run.Figure()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_README") != "" {
		if err := os.WriteFile(dir+figure, svg, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if read(t, dir+figure) != string(svg) {
		t.Errorf("%s is not what was measured; UPDATE_README=1 writes it", figure)
	}
	addSection(t, block, before, costSection)
	quotes(t, "cost", nil, func(w io.Writer, _ *results.Record) error {
		_, err := io.WriteString(w, run.ReadmeBlock(figure))
		return err
	})
}

// costSection is what stands around the table of costs.
const costSection = `### What a delivery costs

` + "`make cost`" + ` measures the CPU time of load generator and server for each delivery, from 10 to 10,000 clients. The number
of deliveries per second is the same for all of them, and each event goes to ten clients. So what grows is the number of
connections alone. The bare reader is one goroutine for each connection, which reads raw TCP and looks at nothing. It is
the least that a load generator of this kind can cost. *vegeta alone* is that library with the client of net/http, as
they come: what long-polling would cost without the connections of pushbench.

<!-- cost -->
<!-- /cost -->

`
