package recompute

import (
	"fmt"
	"math"
)

// An audited cell is its trials under a capture as one.
type audited struct {
	name                                   string
	trials, connections, packets, events   int64
	in, out                                side
	kernel                                 *histogram
	send, read, p99                        float64 // seconds: of all events together, and the greatest
	captured, again, options, ending, rest int64
	biased                                 bool // by a trial's own warning
}

func (r *record) audits() (all []audited) {
	for _, s := range r.Scenarios {
		for _, c := range r.cells(s.Name) {
			a := audited{name: c.scenario + " · " + c.head()}
			var kernel []*histogram
			for _, x := range c.trials {
				if x.Audit == nil {
					continue
				}
				a.trials++
				a.connections += x.Audit.Connections
				a.packets += x.Audit.Packets
				a.events += x.Audit.Events
				for _, w := range x.Warnings {
					a.biased = a.biased || w.Code == "bias"
				}
				for _, d := range []struct{ to, from *side }{{&a.in, &x.Audit.In}, {&a.out, &x.Audit.Out}} {
					d.to.Captured += d.from.Captured
					d.to.Ledger += d.from.Ledger
					a.captured += d.from.Captured
					a.again += d.from.Retransmitted
					a.options += d.from.Options
					a.ending += d.from.Ending
					a.rest += d.from.Captured - d.from.Ledger - d.from.Retransmitted - d.from.Options
					if x.Failed == "" && d.from.Unexplained != 0 {
						a.rest++ // the record contradicts itself, and no page fits
					}
				}
				kernel = append(kernel, &x.Audit.Kernel)
				a.send += x.Audit.Send * float64(x.Audit.Events)
				a.read += x.Audit.Read * float64(x.Audit.Events)
				a.p99 = max(a.p99, x.Audit.P99)
			}
			if a.kernel = merge(kernel...); a.trials > 0 {
				all = append(all, a)
			}
		}
	}
	return all
}

// audited is what packet captures say: with tables in a report, and without in the
// README.
func (r *record) audited(tables bool) []string {
	all := r.audits()
	if len(all) == 0 {
		return nil
	}
	var sum audited
	worst, where, red := 0.0, "", false
	whole := func(n int64) string { return number(float64(n)) }
	bytes := []string{row("scenario and transport", "trials", "connections", "packets", "captured to client",
		"captured to server", "ledger to client", "ledger to server",
		"retransmitted", "TCP options", "unexplained", "after the last count")}
	times := []string{row("scenario and transport", "deliveries", "mean by the kernel", "generator adds, mean",
		"before the packet leaves", "after the packet arrived", "generator adds, p99")}
	for _, a := range all {
		sum.trials += a.trials
		sum.connections += a.connections
		sum.captured += a.captured
		sum.again += a.again
		sum.options += a.options
		sum.rest += a.rest
		sum.events += a.events
		sum.send += a.send
		sum.read += a.read
		bytes = append(bytes, row(a.name, whole(a.trials), whole(a.connections), whole(a.packets), whole(a.in.Captured),
			whole(a.out.Captured), whole(a.in.Ledger), whole(a.out.Ledger),
			whole(a.again), whole(a.options), whole(a.rest), whole(a.ending)))
		if a.events == 0 {
			times = append(times, row(a.name, "–", "–", "–", "–", "–", "–"))
			continue
		}
		n := float64(a.events)
		sign := ""
		if a.biased {
			sign, red = " ⚠", true
		}
		times = append(times, row(a.name, whole(a.events), shown(a.kernel.mean(), "sec"), shown((a.send+a.read)/n, "sec")+sign,
			shown(a.send/n, "sec"), shown(a.read/n, "sec"), shown(a.p99, "sec")))
		if v := a.read / n; math.Abs(v) > math.Abs(worst) {
			worst, where = v, a.name
		}
	}
	explained := fmt.Sprintf("The ledger explains every one of the %s bytes captured on %s (%d of %s), apart from "+
		"%s retransmitted ones and %s of TCP options.",
		whole(sum.captured), count(int(sum.connections), "connection"), sum.trials, count(len(r.Trials), "trial"),
		whole(sum.again), whole(sum.options))
	if sum.rest != 0 {
		explained = "bytes are unexplained"
	}
	n := float64(sum.events)
	late := fmt.Sprintf("The kernel stamped %s deliveries. On average a latency ends %s after the event's last "+
		"packet arrived. The largest average is %s (%s). "+
		"A latency begins when the event is due, on average %s before its first packet leaves.", whole(sum.events),
		shown(sum.read/n, "sec"), shown(worst, "sec"), where, shown(sum.send/n, "sec"))
	if !tables {
		return []string{explained, late}
	}
	lines := append([]string{"## Compared with the packet capture", explained}, bytes...)
	if red {
		late = "> **⚠ " + late + "**"
	}
	lines = append(append(lines, late), times...)
	return append(lines, "– stands where a capture does not show the events: TLS hides them, or the publisher ran "+
		"beside the server.")
}
