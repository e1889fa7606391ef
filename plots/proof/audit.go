package proof

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
)

// An Audit is what packet captures say of a record.
type Audit struct {
	Bytes   Finding
	Latency Finding // empty where no trial has events that a capture can tell
	cells   []auditedCell
}

// A Finding is one conclusion with the table that it stands on.
type Finding struct {
	Text  string
	Red   bool
	Table text.Table
	Note  string // below the table; empty: none
}

// An auditedCell is the trials of a cell that ran under a capture, as one: sums
// of bytes, means over all events, the greatest of the percentiles.
type auditedCell struct {
	results.Audit
	Head   text.Value
	trials int
	failed int    // of them
	biased string // what a warning says of the generator's error; empty without one
}

// Audited compares the record with its packet captures; ok is false when it
// has none. Failed trials count, too: one whose bytes are not explained has
// failed.
func Audited(r *results.Record) (a Audit, ok bool) {
	for _, c := range r.Cells() {
		if one, ok := auditOf(r, c); ok {
			a.cells = append(a.cells, one)
		}
	}
	if len(a.cells) == 0 {
		return Audit{}, false
	}
	a.Bytes, a.Latency = byteFinding(a.cells, len(r.Trials)), latencyFinding(a.cells)
	return a, true
}

func auditOf(r *results.Record, c results.Cell) (out auditedCell, ok bool) {
	out.Head = head(r, c)
	var send, read float64 // seconds, all events together
	for _, t := range slices.Concat(c.Trials, c.Failed) {
		a := t.Audit
		if a == nil {
			continue
		}
		out.trials++
		if t.Failed != "" {
			out.failed++
		}
		out.Connections += a.Connections
		out.Packets += a.Packets
		out.Dropped += a.Dropped
		out.Unattributed += a.Unattributed
		addSide(&out.In, a.In)
		addSide(&out.Out, a.Out)
		out.Events += a.Events
		out.Kernel.Merge(a.Kernel)
		out.BiasP99 = max(out.BiasP99, a.BiasP99)
		send += a.BiasSend * float64(a.Events)
		read += a.BiasRead * float64(a.Events)
		for _, w := range t.Warnings {
			if w.Code == "bias" {
				out.biased = text.Sentence(text.Told(w.Text))
			}
		}
	}
	if out.Events > 0 {
		out.BiasSend, out.BiasRead = send/float64(out.Events), read/float64(out.Events)
		out.Bias = out.BiasSend + out.BiasRead
		out.Kernel.Pack()
	}
	return out, out.trials > 0
}

func addSide(to *results.Side, s results.Side) {
	to.Captured += s.Captured
	to.Segments += s.Segments
	to.Ledger += s.Ledger
	to.Retransmitted += s.Retransmitted
	to.Options += s.Options
	to.Unexplained += s.Unexplained
	to.Ending += s.Ending
	to.Endings += s.Endings
}

// byteFinding sets the captured bytes beside the ledgers'.
func byteFinding(cells []auditedCell, trials int) Finding {
	f := Finding{Table: text.Table{Columns: text.Heads("scenario and transport", "trials", "connections", "packets",
		"captured to client", "captured to server", "ledger to client", "ledger to server", "retransmitted", "TCP options", "unexplained", "after the last count")}}
	var all auditedCell
	var unexplained, dropped, empty []string
	for _, c := range cells {
		all.trials += c.trials
		all.Connections += c.Connections
		all.Dropped += c.Dropped
		addSide(&all.In, c.In)
		addSide(&all.Out, c.Out)
		if c.unexplained() > 0 {
			unexplained = append(unexplained, c.Head.Text)
		}
		if c.unexplained() == 0 && c.Dropped == 0 && (c.Packets == 0 || c.Unattributed > 0 || c.failed > 0) {
			empty = append(empty, c.Head.Text)
		}
		if c.Dropped > 0 {
			dropped = append(dropped, c.Head.Text)
		}
		f.Table.Rows = append(f.Table.Rows, []text.Value{c.Head, number(int64(c.trials)), number(c.Connections), c.packets(),
			number(c.In.Captured), number(c.Out.Captured), number(c.In.Ledger), number(c.Out.Ledger),
			number(c.In.Retransmitted + c.Out.Retransmitted), number(c.In.Options + c.Out.Options), c.rest(), number(c.In.Ending + c.Out.Ending)})
	}
	captured := all.In.Captured + all.Out.Captured
	over := fmt.Sprintf("%s bytes captured on %s (%s of %s)", number(captured).Text, text.Count(int(all.Connections), "connection"),
		text.Number(float64(all.trials)), text.Count(trials, "trial"))
	f.Red = captured == 0 || len(unexplained)+len(dropped)+len(empty) > 0
	switch {
	case captured == 0:
		f.Text = "The captures have no packet of the clients' connections: nothing could be compared."
	case len(unexplained) > 0:
		f.Text = fmt.Sprintf("Ledger and capture differ by %s, of %s: %s.", text.Count(int(all.unexplained()), "byte"), over, strings.Join(unexplained, ", "))
	case !f.Red:
		f.Text = fmt.Sprintf("The ledger explains every one of the %s%s.", over, besides(all))
	default:
		f.Text = fmt.Sprintf("The ledger explains what was captured: %s.", over)
	}
	if len(empty) > 0 && captured > 0 {
		f.Text += fmt.Sprintf(" But a trial failed, or the capture is empty or has connections of no client: %s.", strings.Join(empty, ", "))
	}
	if len(dropped) > 0 {
		f.Text += fmt.Sprintf(" But the capture itself lost %s, so it proves nothing about %s.", text.Count(int(all.Dropped), "packet"), strings.Join(dropped, ", "))
	}
	return f
}

// besides names what no ledger has and the capture explains.
func besides(all auditedCell) string {
	var parts []string
	if n := all.In.Retransmitted + all.Out.Retransmitted; n > 0 {
		parts = append(parts, number(n).Text+" retransmitted ones")
	}
	if n := all.In.Options + all.Out.Options; n > 0 {
		parts = append(parts, number(n).Text+" of TCP options")
	}
	if len(parts) == 0 {
		return ""
	}
	return ", apart from " + text.Join(parts)
}

func (c auditedCell) unexplained() int64 { return c.In.Unexplained + c.Out.Unexplained }

// short is the cell in five values: the bytes that were captured and those
// without explanation, the mean latency by the kernel, and mean and 99th
// percentile of what the generator adds.
func (c auditedCell) short() []text.Value {
	bytes := []text.Value{{Text: text.Bytes(float64(c.In.Captured + c.Out.Captured))}, c.rest()}
	if c.Events == 0 {
		return append(bytes, none, none, none)
	}
	return append(bytes, seconds(c.Kernel.Mean()), c.bias(), seconds(c.BiasP99))
}

// none stands where there is no number.
var none = text.Value{Text: "–"}

// packets are those that were captured and, if there are any, those that were
// not.
func (c auditedCell) packets() text.Value {
	v := number(c.Packets)
	if c.Dropped > 0 {
		v.Note, v.Doubt, v.Alarming, v.Tone = number(c.Dropped).Text+" lost", "the capture is incomplete", true, "alarming"
	}
	return v
}

// rest is what the ledger does not explain; anything but 0 is red.
func (c auditedCell) rest() text.Value {
	v := number(c.unexplained())
	if c.Packets == 0 {
		return text.Value{Text: "–", Doubt: "nothing was captured on these connections", Alarming: true, Tone: "alarming"}
	}
	if c.Unattributed > 0 {
		v.Doubt, v.Alarming, v.Tone = text.Count(int(c.Unattributed), "connection")+" in the capture belong to no client", true, "alarming"
		return v
	}
	if c.unexplained() != 0 {
		v.Doubt, v.Alarming, v.Tone = "not explained by the ledger", true, "alarming"
		return v
	}
	v.Tone = "good"
	return v
}

// latencyFinding sets the generator's latencies beside the kernel's.
func latencyFinding(cells []auditedCell) Finding {
	f := Finding{Table: text.Table{Columns: text.Heads("scenario and transport", "deliveries", "mean by the kernel",
		"generator adds, mean", "before the packet leaves", "after the packet arrived", "generator adds, p99")}}
	seen := slices.DeleteFunc(slices.Clone(cells), func(c auditedCell) bool { return c.Events == 0 })
	if len(seen) == 0 {
		f.Text = "No capture shows the events: TLS hides them, or the publisher ran beside the server. So the latencies are not compared."
		return f
	}
	var send, read, events float64
	for _, c := range cells {
		row := []text.Value{c.Head}
		if c.Events == 0 {
			for range f.Table.Columns[1:] {
				row = append(row, none)
			}
			f.Table.Rows = append(f.Table.Rows, row)
			continue
		}
		n := float64(c.Events)
		send, read, events = send+c.BiasSend*n, read+c.BiasRead*n, events+n
		f.Red = f.Red || c.biased != ""
		f.Table.Rows = append(f.Table.Rows, append(row, number(c.Events), seconds(c.Kernel.Mean()), c.bias(), seconds(c.BiasSend), seconds(c.BiasRead), seconds(c.BiasP99)))
	}
	most := slices.MaxFunc(seen, func(a, b auditedCell) int { return cmp.Compare(math.Abs(a.BiasRead), math.Abs(b.BiasRead)) })
	f.Text = fmt.Sprintf("The kernel stamped %s deliveries. On average a latency ends %s after the event's last packet arrived.", text.Number(events), text.Duration(read/events))
	if len(seen) > 1 {
		f.Text += fmt.Sprintf(" The largest average is %s (%s).", text.Duration(most.BiasRead), most.Head.Text)
	}
	f.Text += fmt.Sprintf(" A latency begins when the event is due, on average %s before its first packet leaves.", text.Duration(send/events))
	if len(seen) < len(cells) {
		f.Note = "– stands where a capture does not show the events: TLS hides them, or the publisher ran beside the server."
	}
	return f
}

// bias is the generator's error; red where a warning says that it is large.
func (c auditedCell) bias() text.Value {
	v := seconds(c.Bias)
	if c.biased != "" {
		v.Doubt, v.Alarming, v.Tone = c.biased, true, "alarming"
	}
	return v
}

// number writes a count in full.
func number(n int64) text.Value { return text.Value{Text: text.Number(float64(n))} }

func seconds(s float64) text.Value { return text.Value{Text: text.Duration(s)} }
