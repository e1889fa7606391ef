package plots

import (
	"fmt"

	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
)

// arrival is where the latencies of a set end, in words. Without the kernel's
// time stamps, from an older version or kernel, that is when the client had read
// the event.
func arrival(s set) string {
	if waits(s) {
		return "until its last byte reached the clients' machine (the kernel's receive time stamp)"
	}
	return "until the client's read returned its last byte: this record has no receive time stamps of the kernel, so the generator's own wait is in it"
}

// waitUnit is the metric of the generator's own wait.
const waitUnit = "generator-wait-sec"

// wait is the generator's own wait of all valid trials of a cell together that
// have time stamps: without one it is in the latency.
func (c cell) wait() results.Histogram {
	return c.Merged(func(t *results.Trial) results.Histogram {
		if t.Trust.Stamps.Kernel == 0 {
			return results.Histogram{}
		}
		return t.Wait
	})
}

// waits reports whether some cell of a set knows it.
func waits(s set) bool {
	for _, c := range s.cells {
		if h := c.wait(); h.Count() > 0 {
			return true
		}
	}
	return false
}

// waitNote says how long the generator itself took to read what had arrived,
// where it took longest; empty where no trial knows.
func waitNote(s set) string {
	var most results.Histogram
	where := ""
	for _, c := range pointed(s.cells) {
		if h := c.wait(); h.Count() > 0 && (where == "" || h.Mean() > most.Mean()) {
			most, where = h, c.name
		}
	}
	if where == "" {
		return ""
	}
	if supported(most.Count(), 0.99) {
		where += "; p99 " + words.Duration(most.Quantile(0.99))
	}
	return fmt.Sprintf("Not in the latency: after an event had reached its machine, the load generator took %s on average until it had read it, where it took longest (%s).",
		words.Duration(most.Mean()), where)
}

// waitValues are mean and 99th percentile of a wait.
func waitValues(h results.Histogram) []table.Value {
	mean, tail := table.Value{Text: "–"}, table.Value{Text: "–"}
	if h.Count() > 0 {
		mean.Text = words.Duration(h.Mean())
	}
	if supported(h.Count(), 0.99) {
		tail.Text = words.Duration(h.Quantile(0.99))
	}
	return []table.Value{mean, tail}
}
