package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"pushbench/plots/page"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/scale"
)

// TestReadmeQuotesTheBaseline holds the README's answer and table to the record
// they come from. With UPDATE_README=1 it writes them.
func TestReadmeQuotesTheBaseline(t *testing.T) {
	rec, err := results.Load("../../results/baseline")
	if err != nil {
		t.Fatal(err)
	}
	if rec.Partial != "" {
		t.Errorf("the baseline is partial: %s", rec.Partial)
	}
	for _, c := range rec.Cells() {
		if len(c.Trials) < 10 || len(c.Failed) > 0 {
			t.Errorf("%s %s %s has %d valid trials and %d failed ones; what is published has at least ten", c.Scenario, c.Point, c.Variant, len(c.Trials), len(c.Failed))
		}
	}
	quotes(t, "baseline", rec, page.Answer)
}

// TestReadmeQuotesTheEstimate holds what the README shows of an estimate to what the command says.
func TestReadmeQuotesTheEstimate(t *testing.T) {
	quotes(t, "estimate", nil, func(w io.Writer, _ *results.Record) error {
		args := []string{"estimate", "--clients", "400", "--topics", "20", "--rate", "1", "--interval", "500ms", "--record", "results/baseline"}
		fmt.Fprintf(w, "```console\n$ pushbench %s\n", strings.Join(args, " "))
		var out, errs bytes.Buffer
		args[len(args)-1] = "../../results/baseline"
		if status := run(t.Context(), args, &out, &errs); status != exitFine || errs.Len() > 0 {
			t.Errorf("exit status %d: %s", status, &errs)
		}
		_, err := fmt.Fprintf(w, "%s```\n\n", strings.ReplaceAll(out.String(), "../../results", "results"))
		return err
	})
}

// TestReadmeQuotesThePlan holds the README's plan for very many clients to what one took in
// the committed record, on machines like the record's.
func TestReadmeQuotesThePlan(t *testing.T) {
	rec, err := results.Load("../../results/baseline")
	if err != nil {
		t.Fatal(err)
	}
	clients, p := scale.Of(rec), rec.Provenance
	quotes(t, "scale", rec, func(w io.Writer, _ *results.Record) error {
		h := host{p.Cores, p.Memory, p.Files}
		fmt.Fprintf(w, "On machines like that of the figures above (%s, %s of memory, %s descriptors for a process), %s\n",
			text.Count(h.Cores, "core"), gibibytes(h.Memory), text.Number(float64(h.Files)), planBasis(clients, "the committed record"))
		fmt.Fprintf(w, "\n| clients | transport | %s |\n|---:|---|%s\n", strings.Join(planHeads, " | "), strings.Repeat("---:|", len(planHeads)))
		for _, n := range []int{1_000_000, 10_000_000} {
			for _, c := range clients {
				fmt.Fprintf(w, "| %s | %s | %s |\n", text.Number(float64(n)), view.StyleOf(c.Transport).Name, strings.Join(planRow(h, n, c), " | "))
			}
		}
		_, err := fmt.Fprintf(w, "\n%s\n\n", planLegend)
		return err
	})
}

// TestReadmeQuotesTheProof holds what the README says of packet captures and of
// published numbers to the records it comes from.
func TestReadmeQuotesTheProof(t *testing.T) {
	for _, run := range []string{"truth", "reproduction"} {
		rec, err := results.Load("../../results/" + run)
		if err != nil {
			t.Fatal(err)
		}
		if rec.Partial != "" || len(rec.NotRun) > 0 {
			t.Errorf("%s is not whole: %s %v", run, rec.Partial, rec.NotRun)
		}
		for _, trial := range rec.Trials {
			if trial.Failed != "" {
				t.Errorf("%s: %s %s: %s", run, trial.Scenario, trial.Variant, trial.Failed)
			}
			if a := trial.Audit; run == "truth" && (a == nil || !a.Explained() || a.Packets == 0 || a.Events != a.Deliveries && trial.Path.Kind == "veth" && trial.Connection.TLS.Count() == 0) {
				t.Errorf("%s: %s %s proves nothing: %+v", run, trial.Scenario, trial.Variant, a)
			}
		}
		rows := map[int]bool{}
		for _, c := range rec.Published {
			rows[c.Row] = true
		}
		if run == "reproduction" && len(rows) != 8 {
			t.Errorf("%d rows were repeated, not 8", len(rows))
		}
		quotes(t, run, rec, page.Proof)
	}
}

// quotes holds a block of the README to what write makes of the record, or
// writes it anew.
func quotes(t *testing.T, block string, rec *results.Record, write func(io.Writer, *results.Record) error) {
	t.Helper()
	var want bytes.Buffer
	if err := write(&want, rec); err != nil {
		t.Fatal(err)
	}
	path, begin, end := "../../README.md", "<!-- "+block+" -->\n", "<!-- /"+block+" -->"
	readme := read(t, path)
	before, rest, ok := strings.Cut(readme, begin)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("README has no %s block", block)
	}
	if got == want.String() {
		return
	}
	if os.Getenv("UPDATE_README") == "" {
		t.Fatalf("README says\n%s\nthe record\n%s\nUPDATE_README=1 writes it", got, want.String())
	}
	if err := os.WriteFile(path, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// addSection writes a section into the README before the line given, where there is no such
// block yet and the README is to be written anew.
func addSection(t *testing.T, block, before, section string) {
	t.Helper()
	path := "../../README.md"
	readme := read(t, path)
	if strings.Contains(readme, block) || os.Getenv("UPDATE_README") == "" {
		return
	}
	head, tail, ok := strings.Cut(readme, "\n"+before)
	if !ok {
		t.Fatalf("README has no line %q", before)
	}
	if err := os.WriteFile(path, []byte(head+"\n"+section+before+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
