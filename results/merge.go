package results

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
)

// Merge makes of t, which has what an observer measured of the server, the trial that the
// parts are together. What was expected is what the plan says. A part without a report is
// missed as a whole. The trial fails where an agent is lost, where a report contradicts the
// plan or itself, and where a part has failed; t.Failed then names the agent.
//
// Counts, bytes and histograms are sums, which is exact: histograms have the same bins
// everywhere. Of what a machine is at most, such as its CPU pressure, the greatest stands. The
// split at the server is left out where some agents have it, and others do not because they are
// on other machines.
func (t *Trial) Merge(parts []Part) {
	all := &Parts{}
	if t.Parts != nil {
		all.Host, all.Counted = t.Parts.Host, t.Parts.Counted
	}
	t.Parts, t.Deliveries, t.Generator = all, Deliveries{}, Process{}
	held := t.Connection.Held != (Held{}) // else nobody knows what connections cost
	t.Connection.ClientCPU, t.Connection.Held.Generator = 0, 0
	var lost, broken []reason
	var asked [3]float64 // bytes of the heads of requests, of full and of empty answers
	var shared, age float64
	for i := range parts {
		p := &parts[i]
		t.Deliveries.Expected += p.Expected
		if p.Lost == "" && p.Failed == "" {
			p.Failed = p.problem()
		}
		switch {
		case p.Lost != "":
			lost = append(lost, reason{p.called(), fmt.Sprintf(" was lost: %s; its %d deliveries are missed", p.Lost, p.Expected)})
		case p.Failed != "" && !p.GaveUp:
			broken = append(broken, reason{p.called(), ": " + p.Failed})
		}
		if r := p.Report; p.reported() {
			p.summarize()
			t.addCounts(r)
			t.addTimes(r)
			t.addRecovery(r)
			heads := r.Requests.Heads
			asked[0] += heads.Request * float64(r.Requests.Sent)
			asked[1] += heads.Answer * float64(r.Requests.Full)
			asked[2] += heads.Empty * float64(r.Requests.Empty)
			shared += r.Trust.Stamps.SharedMean * float64(r.Trust.Stamps.Shared)
			age += r.Age.Mean * r.Parts.AgeTime
		}
		all.Agents = append(all.Agents, p.Agent)
	}
	if !held {
		t.Connection.Held = Held{}
	}
	d, heads := &t.Deliveries, &t.Requests.Heads
	d.Missed = d.Expected - d.Delivered
	heads.Request, heads.Answer, heads.Empty = mean(asked[0], t.Requests.Sent), mean(asked[1], t.Requests.Full), mean(asked[2], t.Requests.Empty)
	if n := t.Trust.Stamps.Shared; n > 0 {
		t.Trust.Stamps.SharedMean = shared / float64(n)
	}
	if all.AgeTime > 0 {
		t.Age.Mean = age / all.AgeTime
	}
	if t.Trust.Impossible > 0 || splitByFew(parts) {
		t.ToServer, t.FromServer = Histogram{}, Histogram{}
	}
	t.Connection.Seconds = all.Dialed - all.Opened
	all.apart()
	all.limits()
	t.judge(parts, summed(slices.Concat(lost, broken)))
}

// splitByFew reports whether some parts have the split at the server, and others that have
// latencies do not.
func splitByFew(parts []Part) bool {
	with, without := false, false
	for i := range parts {
		if p := &parts[i]; p.reported() && p.Report.Latency.Count() > 0 {
			has := p.Report.FromServer.Count() > 0
			with, without = with || has, without || !has
		}
	}
	return with && without
}

// mean is that of n heads with so many bytes together, which are whole.
func mean(bytes float64, n int64) float64 {
	if n == 0 {
		return 0
	}
	return math.Round(bytes) / float64(n)
}

// reported reports whether there is a report of a part, with numbers that can be.
func (p *Part) reported() bool {
	return p.Lost == "" && p.Report != nil && p.Report.Parts != nil && p.impossible() == ""
}

// impossible names the first number of the report that no trial can have.
func (p *Part) impossible() string {
	if bad := impossible("report", reflect.ValueOf(*p.Report), false); bad != nil {
		return bad.path + " " + bad.msg
	}
	return ""
}

// called is how an error names the agent.
func (a *Agent) called() string {
	return fmt.Sprintf("agent %d (%s on machine %s, process %d)", a.Number, a.Name, a.Host, a.PID)
}

// problem says why what the agent reports cannot be the part that the plan gave to it.
func (p *Part) problem() string {
	r := p.Report
	switch {
	case r == nil:
		return "it has not reported"
	case r.Parts == nil:
		return "its report is of a whole trial, and not of a part"
	case p.impossible() != "":
		return p.impossible()
	case r.Failed != "":
		return r.Failed
	}
	d := r.Deliveries
	timed := r.Latency.Count() + r.Parts.Others.Count() + r.Parts.Early
	switch {
	case d.Expected != p.Expected:
		return fmt.Sprintf("it expected %d deliveries, and by the plan there are %d", d.Expected, p.Expected)
	case d.Lost > 0 && (r.Recovery == nil || r.Recovery.Lost == 0), d.Superseded > 0:
		return fmt.Sprintf("it takes %d deliveries for lost and %d for superseded, though no client has lost its connection "+
			"or gets the latest event alone", d.Lost, d.Superseded)
	case d.Offered != p.Events:
		return fmt.Sprintf("it published %d events, and by the plan there are %d", d.Offered, p.Events)
	case r.Connection.Opened != int64(p.Clients):
		return fmt.Sprintf("it opened %d connections, and by the plan there are %d", r.Connection.Opened, p.Clients)
	case timed != p.Measured:
		return fmt.Sprintf("it has %d latencies, and by the plan there are %d", timed, p.Measured)
	}
	if bad := r.contradiction(Schema); bad != nil {
		return "its report contradicts itself: " + bad.path + " " + bad.msg
	}
	return ""
}

// judge says whether the trial has failed, and what is doubtful about it.
func (t *Trial) judge(parts []Part, why []string) {
	for i := range parts {
		if r := parts[i].Report; r != nil && parts[i].Lost == "" {
			t.takeWarnings(slices.DeleteFunc(slices.Clone(r.Warnings), aboutWhole))
		}
		if t.Parts.Agents[i].Limit != "" {
			t.takeWarnings([]Warning{{"agent-limit", "an agent was late or had nearly no CPU time left: " +
				"the numbers may show the agents, not the server"}})
		}
	}
	if t.Parts.Others.Count()+t.Parts.Early > 0 {
		t.takeWarnings([]Warning{{"others-apart", "some clients get events that another agent publishes: these deliveries are counted, " +
			"and their latencies are by another clock, and apart"}})
	}
	for _, doubt := range []func() (Warning, bool){t.FewEvents, t.FewHeld, t.TooBusy, t.Pressed, t.countsApart} {
		if w, ok := doubt(); ok {
			t.takeWarnings([]Warning{w})
		}
	}
	if t.Failed != "" {
		why = append(why, t.Failed)
	}
	if d := t.Deliveries; len(why) == 0 && d.Missed != d.Lost {
		why = append(why, fmt.Sprintf("%d of %d deliveries are missing", d.Missed-d.Lost, d.Expected))
	}
	if len(why) == 0 {
		if bad := t.contradiction(Schema); bad != nil {
			why = append(why, "the parts do not add up: "+bad.path+" "+bad.msg)
		}
	}
	t.Failed = strings.Join(why, "; ")
}

// aboutWhole reports whether a doubt is about a whole trial: few events of a part may be enough
// of all.
func aboutWhole(w Warning) bool {
	return slices.Contains([]string{"few-events", "few-samples", "few-connections"}, w.Code)
}

// takeWarnings adds those that t does not have.
func (t *Trial) takeWarnings(all []Warning) {
	for _, w := range all {
		have := slices.ContainsFunc(t.Warnings, func(other Warning) bool { return other.Code == w.Code })
		if !have {
			t.Warnings = append(t.Warnings, w)
		}
	}
}

// summarize takes over from the report what stands beside the total.
func (p *Part) summarize() {
	r := p.Report
	p.Delivered = r.Deliveries.Delivered
	p.P50, p.P99, p.Lag = r.Latency.Quantile(0.5), r.Latency.Quantile(0.99), r.Trust.Lag.Quantile(0.99)
	p.Others = r.Parts.Others.Quantile(0.5)
	p.CPU, p.Share = r.Generator.CPU, r.Generator.Share
	p.Counted = r.Parts.Counted
	if slices.ContainsFunc(r.Warnings, func(w Warning) bool { return w.Code == "schedule-lag" }) {
		p.Limit = "its publisher was late"
	}
}
