package proof

import (
	"fmt"
	"slices"
	"strconv"

	"pushbench/plots/text"
	"pushbench/results"
)

// Agents sets what each agent did beside the total of its trial; ok is false when no trial was
// carried out by agents. Failed trials count, too.
func Agents(r *results.Record) (f Finding, ok bool) {
	f.Table.Columns = text.Heads("scenario and transport", "trial", "agent", "clients", "deliveries", "missed", "p50", "p99", "p50 of others' events",
		"publisher late, p99", "CPU, share of a core", "clock ahead", "wrong by at most", "began late by", "counted late by")
	trials, limited := 0, 0
	for _, c := range r.Cells() {
		for _, t := range slices.Concat(c.Trials, c.Failed) {
			if t.Parts == nil {
				continue
			}
			trials++
			if slices.ContainsFunc(t.Parts.Agents, func(a results.Agent) bool { return a.Limit+a.Lost+a.Failed != "" }) {
				limited++
			}
			name := head(r, c)
			f.Table.Rows = append(f.Table.Rows, totalRow(name, t))
			for _, a := range t.Parts.Agents {
				f.Table.Rows = append(f.Table.Rows, agentRow(name, t, a))
			}
		}
	}
	if trials == 0 {
		return Finding{}, false
	}
	f.Text = fmt.Sprintf("The load of %s came from several agents. Each has timed the deliveries of its own events by its own clock.", text.Count(trials, "trial"))
	if f.Red = limited > 0; f.Red {
		f.Text += fmt.Sprintf(" In %s an agent was the limit, was lost or failed.", text.Count(limited, "trial"))
	}
	f.Note = "Deliveries of events that another agent published are counted. Their latencies are in no total, and may be " +
		"wrong by what the clocks of two agents may be. " +
		"The clocks are compared before and after the window, by the least of several round trips. " +
		"All agents and the server's observer read their counts at the same two instants; in the row of all agents is how far " +
		"apart they were at most. Each agent opens as many connections at a time as the scenario says."
	return f, true
}

// totalRow is what all agents are together.
func totalRow(name text.Value, t *results.Trial) []text.Value {
	return []text.Value{
		name, number(int64(t.Number)), {Text: "all"}, number(int64(t.Load.Clients)), number(t.Deliveries.Delivered), number(t.Deliveries.Missed),
		quantile(t.Latency, 0.5), quantile(t.Latency, 0.99), others(t.Parts), quantile(t.Trust.Lag, 0.99),
		share(t.Generator.Share), none, seconds(t.Parts.Error), seconds(t.Parts.Spread),
		seconds(t.Parts.Apart),
	}
}

// agentRow is one agent.
func agentRow(name text.Value, t *results.Trial, a results.Agent) []text.Value {
	agent := text.Value{Text: strconv.Itoa(a.Number)}
	for _, why := range []string{a.Lost, a.Failed, a.Limit} {
		if why != "" && agent.Doubt == "" {
			agent.Doubt, agent.Alarming, agent.Tone = text.Told(why), true, "alarming"
		}
	}
	return []text.Value{
		name, number(int64(t.Number)), agent, number(int64(a.Clients)), number(a.Delivered), number(a.Expected - a.Delivered),
		known(a.P50), known(a.P99), known(a.Others), known(a.Lag), share(a.Share), seconds(a.Offset), seconds(a.Bound), seconds(a.Start),
		seconds(max(a.Counted.From, a.Counted.To)),
	}
}

func share(v float64) text.Value { return text.Value{Text: fmt.Sprintf("%.0f %%", 100*v)} }

// quantile is that of a histogram that may be empty.
func quantile(h results.Histogram, q float64) text.Value {
	if h.Count() == 0 {
		return none
	}
	return seconds(h.Quantile(q))
}

// others is the median latency of events of other agents, with the most by which it may be wrong.
func others(p *results.Parts) text.Value {
	v := quantile(p.Others, 0.5)
	if p.Others.Count() > 0 {
		v.Note = "± " + text.Duration(p.Error)
	}
	return v
}

// known is a time that is 0 where there is none.
func known(sec float64) text.Value {
	if sec == 0 {
		return none
	}
	return seconds(sec)
}
