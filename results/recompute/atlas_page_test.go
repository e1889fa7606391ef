package recompute

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// headline is what the README shows of the atlas.
func (r *record) headline() (all []string) {
	events, idle := r.Scenarios[0].Name, r.Scenarios[1].Name
	for _, transport := range []string{"sse", "websocket"} {
		names := r.tried(transport)
		all = append(all, "**"+transports[transport]+"**", row("server", "median latency", "bytes per event",
			"server CPU per event", "memory per connection", "streams held"))
		for _, name := range names {
			fields := []string{name}
			for _, unit := range []string{"p50-sec", "wire-B/event", "server-cpu-sec/event"} {
				fields = append(fields, r.answer(events, name, transport, unit))
			}
			fields = append(fields, r.answer(idle, name, transport, "outside-B/conn"), r.streams(name, transport))
			all = append(all, row(fields...))
		}
	}
	n := map[[3]string]int{}
	for _, x := range r.Trials {
		n[[3]string{x.Scenario, x.Target, x.Variant}]++
	}
	least, most := len(r.Trials), 0
	for _, each := range n {
		least, most = min(least, each), max(most, each)
	}
	each := number(float64(most))
	if least < most {
		each = number(float64(least)) + " to " + each
	}
	return append(all, fmt.Sprintf("%s, %s of each server over each transport under each load. They ran one after the "+
		"other in one random order (seed %d), so that a slow minute of the machine falls on all servers alike. Compare "+
		"servers over one transport. Each number is the median of its trials. Its 95 %% interval stands below it. With fewer "+
		"than six trials, the least and the greatest value stand there in brackets. Where the intervals of two servers "+
		"overlap, the numbers do not tell which server has less. ⚠ marks a number in doubt. The atlas says why.", count(len(r.Trials), "trial"), each, r.Seed))
}

// tried are the targets that were tried over a transport, or that offer it and could not
// be, by name.
func (r *record) tried(transport string) (names []string) {
	variants := []string{}
	for _, x := range r.Trials {
		if x.Transport == transport {
			names, variants = fresh(names, x.Target), fresh(variants, x.Variant)
		}
	}
	for _, x := range r.NotRun {
		state, _ := r.fact(x.Target, transport+"/order")
		if slices.Contains(variants, x.Variant) && state != "" && state != "not offered" {
			names = fresh(names, x.Target)
		}
	}
	slices.Sort(names)
	return names
}

// answer is what a target's trials of a scenario say of unit.
func (r *record) answer(scenario, target, transport, unit string) string {
	for _, c := range r.cells(scenario) {
		if c.target != target || c.transport != transport || !c.has(unit) {
			continue
		}
		text := c.value(unit)
		if unit != "outside-B/conn" && slices.ContainsFunc(c.trials, func(x *trial) bool { return x.Deliveries.Superseded > 0 }) {
			space := map[bool]string{true: " ", false: "<br>"}[strings.Contains(text, "<br>")]
			text += space + "of the newest events only"
		}
		return text
	}
	return "–"
}

// fact is how a fact about a target came out, with its figures; empty: nobody asked.
func (r *record) fact(target, name string) (state string, figures map[string]float64) {
	for _, c := range r.Checks {
		for _, f := range c.Facts {
			if c.Target == target && f.Fact == name {
				return f.State, f.Figures
			}
		}
	}
	return "", nil
}

// streams is how many clients at once a target held over a transport.
func (r *record) streams(target, transport string) string {
	state, figures := r.fact(target, transport+"/streams")
	held, known := figures["streams"]
	switch {
	case state == "":
		return "–"
	case !known:
		return "–<br>" + state
	case held >= figures["asked"]:
		return "≥ " + number(held)
	}
	return number(held) + "<br>of " + number(figures["asked"])
}

// A table of the atlas has a row for each target that was asked, and says what is missing.
func TestHeadline(t *testing.T) {
	made := func(scenario, target, failed string) *trial {
		return &trial{Scenario: scenario, Target: target, Variant: "sse", Transport: "sse", Failed: failed,
			numbers: map[string]float64{"p50-sec": 0.002}}
	}
	r := &record{found: map[string][]*cell{}, Seed: 7, Targets: []struct{ Name string }{{"b"}, {"a"}},
		Scenarios: []scenario{{Name: "feed", Variants: []string{"sse"}}, {Name: "hold", Variants: []string{"sse"}}},
		Trials:    []*trial{made("feed", "b", ""), made("feed", "a", "it failed"), made("feed", "b", "")}}
	r.NotRun = append(r.NotRun, struct{ Target, Variant string }{"c", "sse"}, struct{ Target, Variant string }{"d", "sse"})
	for target, state := range map[string]string{"c": "pass", "d": "not offered"} {
		c := check{Target: target}
		c.Facts = append(c.Facts, struct {
			Fact, State string
			Figures     map[string]float64
		}{"sse/order", state, nil}, struct {
			Fact, State string
			Figures     map[string]float64
		}{"sse/streams", "fail", map[string]float64{"streams": 4, "asked": 1000}})
		r.Checks = append(r.Checks, c)
	}
	got := r.headline()
	for i, want := range []string{"**SSE**", "", "| a | – | – | – | – | – |", "| b | 2.00 ms | – | – | – | – |", "| c | – | – | – | – | 4<br>of 1,000 |", "**WebSocket**"} {
		if want != "" && got[i] != want {
			t.Errorf("line %d is %q, want %q", i, got[i], want)
		}
	}
	if last := got[len(got)-1]; !strings.HasPrefix(last, "3 trials, 1 to 2 of each server") || !strings.Contains(last, "(seed 7)") {
		t.Errorf("it ends %q", last)
	}
}
