package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/scale"
)

// TestReadmeQuotesTheSubscribers holds what the README says of very many subscribers to the
// record that it comes from. With UPDATE_README=1 it writes it, and the section around it where
// there is none yet. Without a record there must be no section.
func TestReadmeQuotesTheSubscribers(t *testing.T) {
	const block, before = "<!-- subscribers -->\n", "## Check it\n"
	rec, err := results.Load("../../results/subscribers")
	if errors.Is(err, fs.ErrNotExist) {
		if strings.Contains(read(t, "../../README.md"), block) {
			t.Error("README quotes subscribers, and there is no record")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	few, err := results.Load("../../results/baseline")
	if err != nil {
		t.Fatal(err)
	}
	if whole := rec.Partial == "" && len(rec.NotRun) == 0; !whole && os.Getenv("UPDATE_README") == "" {
		t.Errorf("the record is not whole: %s %v", rec.Partial, rec.NotRun)
	}
	for _, trial := range rec.Trials {
		if trial.Failed != "" || trial.Deliveries.Missed != 0 {
			t.Errorf("%s %s: %d missed, %s", trial.Scenario, trial.Variant, trial.Deliveries.Missed, trial.Failed)
		}
	}
	addSection(t, block, before, subscribersSection)
	quotes(t, "subscribers", rec, func(w io.Writer, rec *results.Record) error { return writeHeld(w, rec, few) })
	quotes(t, "storms", rec, writeStorms)
}

// cellNumber formats a metric of a cell; a dash: it has none.
func cellNumber(c results.Cell, unit string) string {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		panic("there is no metric " + unit)
	}
	s, ok := c.Summarize(m)
	if !ok {
		return "–"
	}
	return results.FormatValue(s.Center, m.Kind)
}

// machineOf says on what the record was made.
func machineOf(w io.Writer, rec *results.Record) {
	p := rec.Provenance
	fmt.Fprintf(w, "Measured on %s, %s, %s of memory, %s, %s descriptors for a process, over loopback.\n", p.CPU,
		text.Count(p.Cores, "core"), gibibytes(p.Memory), p.Kernel, text.Number(float64(p.Files)))
}

// writeHeld writes what it took to hold the clients of a record, and how the plan from few
// of them compares.
func writeHeld(w io.Writer, rec, few *results.Record) error {
	planned, held := scale.Of(few), scale.Of(rec)
	var cells []results.Cell
	for _, one := range held {
		i := slices.IndexFunc(rec.Cells(), func(c results.Cell) bool {
			return len(c.Trials) > 0 && c.Transport == one.Transport && !c.Trials[0].Disturbed()
		})
		cells = append(cells, rec.Cells()[i])
	}
	row := func(name string, number func(i int) string) {
		fmt.Fprintf(w, "| %s |", name)
		for i := range held {
			fmt.Fprintf(w, " %s |", number(i))
		}
		fmt.Fprintln(w)
	}
	all := func(part func(c scale.Client) float64) func(i int) string {
		return func(i int) string { return bytesOf(float64(held[i].Held) * part(held[i])) }
	}
	metric := func(unit string) func(i int) string { return func(i int) string { return cellNumber(cells[i], unit) } }
	row("", func(i int) string { return view.StyleOf(held[i].Transport).Name })
	fmt.Fprintf(w, "|---|%s\n", strings.Repeat("---:|", len(held)))
	row("clients", func(i int) string { return text.Number(float64(held[i].Held)) })
	row("all opened in", func(i int) string { return text.Seconds(math.Round(cells[i].Trials[0].Connection.Seconds)) })
	row("CPU time to open one, both sides", func(i int) string { return results.FormatValue(held[i].Opening, "sec") })
	row("servers: stacks", all(func(c scale.Client) float64 { return c.Stacks }))
	row("servers: heap", all(func(c scale.Client) float64 { return c.Heap }))
	row("servers: runtime", all(func(c scale.Client) float64 { return c.Runtime }))
	row("servers: sockets in the kernel", all(func(c scale.Client) float64 { return c.Kernel }))
	row("clients: load generators", all(func(c scale.Client) float64 { return c.Generator }))
	row("clients: sockets in the kernel", all(scale.Client.Peer))
	row("memory of both sides", all(scale.Client.Both))
	row("for each client", func(i int) string { return bytesOf(held[i].Both()) })
	row("for each client by the plan above", func(i int) string {
		at := slices.IndexFunc(planned, func(c scale.Client) bool { return c.Transport == held[i].Transport })
		if at < 0 {
			return "–"
		}
		return fmt.Sprintf("%s (%.2f ×)", bytesOf(planned[at].Both()), planned[at].Both()/held[i].Both())
	})
	row("deliveries", func(i int) string { return text.Number(float64(cells[i].Trials[0].Deliveries.Delivered)) })
	row("missed", func(i int) string { return text.Number(float64(cells[i].Trials[0].Deliveries.Missed)) })
	row("median latency", metric("p50-sec"))
	row("99 % arrive within", metric("p99-sec"))
	row("CPU in use", func(i int) string { return results.FormatValue(cells[i].Trials[0].Trust.Busy, "share") })
	row("CPU of servers and load generators", func(i int) string {
		used := cells[i].Trials[0].Server.Share + cells[i].Trials[0].Generator.Share
		return results.FormatValue(used/float64(rec.Provenance.Cores), "share")
	})
	fmt.Fprintln(w)
	nextWall(w, rec, held)
	machineOf(w, rec)
	_, err := fmt.Fprintln(w)
	return err
}

// nextWall says what ends next on the machine of the record.
func nextWall(w io.Writer, rec *results.Record, held []scale.Client) {
	memory := (1 - sparedMemory) * float64(rec.Provenance.Memory)
	var parts []string
	for _, one := range held {
		parts = append(parts, fmt.Sprintf("%s clients over %s", text.Number(float64(one.Fit(memory)/1000*1000)), view.StyleOf(one.Transport).Name))
	}
	fmt.Fprintf(w, "The next wall is memory: %.0f %% of the machine's hold %s, with both sides on it.\n", 100*(1-sparedMemory), text.Join(parts))
}

// writeStorms writes how long it took until all clients were back.
func writeStorms(w io.Writer, rec *results.Record) error {
	units := []string{"reconnect-p50-sec", "reconnect-p99-sec", "reconnect-max-sec", "recover-p99-sec", "reconnect-open-p99-sec", "server-cpu-after-sec", "listen-drops"}
	fmt.Fprintf(w, "| clients wait | half are back | 99 %% are back | all are back | 99 %% have all events | opening takes (99 %%) | server CPU in the first second | dropped | failed attempts | missed |\n|---|%s\n",
		strings.Repeat("---:|", 9))
	for _, c := range rec.Cells() {
		if len(c.Trials) == 0 || c.Trials[0].Fault == nil {
			continue
		}
		first := c.Trials[0]
		again := first.Load.Reconnect
		wait := text.Seconds(again.After)
		if again.Jitter > 0 {
			wait += " to " + text.Seconds(again.After+again.Jitter)
		}
		fmt.Fprintf(w, "| %s ", wait)
		for _, unit := range units {
			fmt.Fprintf(w, "| %s ", cellNumber(c, unit))
		}
		fmt.Fprintf(w, "| %s | %s |\n", text.Number(float64(first.Recovery.Refused)), text.Number(float64(first.Deliveries.Missed)))
	}
	for _, not := range rec.NotRun {
		fmt.Fprintf(w, "\nNot run: %s over %s: %s.\n", not.Scenario, not.Variant, not.Reason)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// subscribersSection is what stands around the tables of very many subscribers.
const subscribersSection = `### 200,000 subscribers

` + "`" + `make scale` + "`" + ` holds 200,000 subscribers with eleven load generators and thirteen server processes, since a process has
20,000 descriptors at most. The servers share their events over NATS. There are 22 topics, and an event goes to about
9,091 clients on all thirteen servers. Each client gets one every ten seconds. The latency has a long tail, because the
counters of all sockets are read at the start of the window: what is due then is published late. The report marks
these latencies with ⚠ for that reason. [The whole
report](results/subscribers/report.md) has all numbers.

<!-- subscribers -->
<!-- /subscribers -->

**A reconnect storm.** 200,000 clients over SSE, of 25 server processes, lose their connections at one moment, and
connect again after a second, or at random later. On two cores it takes more than a minute until all are back, however long they wait.
With a random wait of up to a minute, a connection opens sooner, and no attempt fails. What was published meanwhile the
clients get from the server's history.

<!-- storms -->
<!-- /storms -->

` + "`" + `make scale` + "`" + ` takes about 12 minutes and 10 GiB of memory. It needs root for the storm, since the kernel cuts connections
for nobody else (` + "`" + `CAP_NET_ADMIN` + "`" + `). What a machine cannot run is listed with the reason.

`
