package recompute

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// notes are what numbers in brackets stand for.
type notes []string

// at is the number of a note; empty: there is nothing to note.
func (n *notes) at(text string) string {
	if text == "" {
		return ""
	}
	*n = fresh(*n, text)
	return fmt.Sprintf("[%d]", slices.Index(*n, text)+1)
}

// headline is what the README shows of the atlas.
func (r *record) headline() (all []string) {
	events, idle := r.Scenarios[0].Name, r.Scenarios[1].Name
	var noted notes
	var servers []string
	for _, transport := range []string{"sse", "websocket"} {
		names := r.tried(transport)
		all = append(all, "**"+transports[transport]+"**", row("server", "median latency", "bytes per event",
			"server CPU per event", "memory per connection", "streams held"))
		for _, name := range names {
			servers = fresh(servers, name)
			var fields, whys []string
			for _, unit := range []string{"p50-sec", "wire-B/event", "server-cpu-sec/event", "outside-B/conn"} {
				scenario := events
				if unit == "outside-B/conn" {
					scenario = idle
				}
				field, why := r.answer(scenario, name, transport, unit)
				fields, whys = append(fields, field), append(whys, why)
			}
			field, why := r.streams(name, transport)
			fields, whys = append(fields, field), append(whys, why)
			if same := slices.Compact(slices.Clone(fields)); len(same) == 1 && same[0] == "–" && len(slices.Compact(slices.Clone(whys))) == 1 {
				if n := noted.at(whys[0]); n != "" {
					name += " " + n
				}
				whys = make([]string, len(whys))
			}
			for i, why := range whys {
				if n := noted.at(why); n != "" {
					fields[i] += map[bool]string{true: " ", false: "<br>"}[strings.Contains(fields[i], "<br>")] + n
				}
			}
			all = append(all, row(append([]string{name}, fields...)...))
		}
	}
	if noted != nil {
		all = append(all, "The numbers in square brackets:")
	}
	for i, note := range noted {
		all = append(all, fmt.Sprintf("%d. %s", i+1, note))
	}
	all = append(all, r.howToRead(), "**The servers**", row("server", "what it is", "version"))
	slices.Sort(servers)
	for _, name := range servers {
		all = append(all, row(append([]string{name}, r.who(name)...)...))
	}
	return append(all, "[targets/README.md](targets/README.md) says how each server is deployed, and what is unusual about it.")
}

// howToRead says how many trials there were, and how their numbers are to be read.
func (r *record) howToRead() string {
	n, valid := map[[3]string]int{}, map[[3]string]int{}
	for _, x := range r.Trials {
		k := [3]string{x.Scenario, x.Target, x.Variant}
		if n[k]++; x.Failed == "" {
			valid[k]++
		}
	}
	least, most := len(r.Trials), 0
	for _, each := range n {
		least, most = min(least, each), max(most, each)
	}
	each := number(float64(most))
	if least < most {
		each = number(float64(least)) + " to " + each
	}
	few := ""
	for _, each := range valid {
		if each < 6 {
			few = " With fewer than six trials, the least and the greatest value stand there in brackets."
		}
	}
	return fmt.Sprintf("%s, %s of each server over each transport under each load. They ran one after the "+
		"other in rounds, each in a random order (seed %d), so that slow times of the machine fall on all servers alike. Compare "+
		"servers over one transport. Each number is the median of its trials. Its 95 %% interval stands below it, unless it "+
		"reads the same.%s Where the intervals of two servers overlap, the numbers do not tell which server has less. ⚠ 5/10 "+
		"says that there is a reason to doubt 5 of the 10 trials of a number. It stands where that is a quarter of the trials "+
		"or more: fewer than that cannot move a median of ten trials out of its interval.%s The atlas has the reasons.",
		count(len(r.Trials), "trial"), each, r.Seed, few, r.tries())
}

// tries says where the number of streams comes from.
func (r *record) tries() string {
	most := 0.0
	for _, c := range r.Checks {
		for _, f := range c.Facts {
			if strings.HasSuffix(f.Fact, "/streams") {
				most = max(most, f.Figures["asked"])
			}
		}
	}
	if most == 0 {
		return ""
	}
	return " Streams held are found out once, by the check, with up to " + number(most) + " clients. They are not from the trials."
}

// who is what a server is, and its version.
func (r *record) who(name string) []string {
	for _, t := range r.Targets {
		if t.Name != name {
			continue
		}
		about, version := "–", t.Version
		for _, x := range t.Traits {
			if x.Name == "about" {
				about = x.Text
			}
		}
		state := slices.ContainsFunc(r.Checks, func(c check) bool { return c.Target == name })
		switch {
		case name == "builtin":
			about, version = "pushbench's own servers", "pushbench "+r.Provenance.Version+", "+r.Provenance.GoVersion
		case version == "" && state:
			version = "not told"
		case version == "":
			version = "not measured"
		}
		return []string{about, version}
	}
	for _, x := range r.NotRun {
		if x.Target == name && x.About != "" {
			return []string{x.About, "not measured"}
		}
	}
	return []string{"–", "not measured"}
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
		if x.Target == "" || x.Variant != "" && !slices.Contains(variants, x.Variant) || x.Offers != "" && !slices.Contains(strings.Fields(x.Offers), transport) {
			continue
		}
		asked := slices.ContainsFunc(r.Checks, func(c check) bool { return c.Target == x.Target })
		if state, _ := r.fact(x.Target, transport+"/order"); !asked || x.Variant != "" && state != "" && state != "not offered" {
			names = fresh(names, x.Target)
		}
	}
	slices.Sort(names)
	return names
}

// answer is what a target's trials of a scenario say of unit, and what there is to be
// said of it.
func (r *record) answer(scenario, target, transport, unit string) (field, why string) {
	for _, c := range r.cells(scenario) {
		if c.target != target || c.transport != transport || !c.has(unit) {
			continue
		}
		if unit != "outside-B/conn" && slices.ContainsFunc(c.trials, func(x *trial) bool { return x.Deliveries.Superseded > 0 }) {
			why = "This server keeps only the newest event. An event that a client has not got when the next one comes is in no " +
				"number, so the numbers cannot be compared with those of a server that delivers every event."
		} else {
			why = c.partly(unit)
		}
		s, _ := summarize(c, unit)
		mark := c.mark(unit)
		return s.written(func(s summary) string {
			text := format(s.mid, kind(unit)) + mark
			if b := s.bounds(kind(unit)); b != "" {
				text += "<br>" + b
			}
			return text
		}), why
	}
	for _, c := range r.cells(scenario) { // its trials do not say it
		if c.target == target && c.transport == transport {
			return "–", c.unheld(unit)
		}
	}
	for _, x := range r.Trials {
		if x.Scenario == scenario && x.Target == target && x.Transport == transport {
			return "–", "No trial is valid: " + strings.TrimSuffix(x.Failed, ".") + "."
		}
	}
	return "–", r.unrun(target, transport, scenario)
}

// partly says how many of the valid trials have a number, where some have none.
func (c *cell) partly(unit string) string {
	n, memory := 0, unit == "outside-B/conn"
	for _, x := range c.trials {
		if _, has := x.numbers[unit]; has && !memory || memory && held(x)[unit] > 0 {
			n++
		}
	}
	switch line := fmt.Sprintf("%d of %d trials have this number. In the rest", n, len(c.trials)); {
	case n == len(c.trials):
		return ""
	case memory:
		return line + " it is not above zero, which is less than can be told. The median counts those trials as the lowest."
	default:
		return line + ", no event came within the window."
	}
}

// unheld is why valid trials do not say what a connection takes: the reason of the first that has one.
func (c *cell) unheld(unit string) string {
	if unit != "outside-B/conn" {
		return ""
	}
	for _, x := range c.trials {
		why := ""
		for _, what := range []string{"process", "resident"} {
			for _, a := range x.Absent {
				if a.What == what {
					why = a.Reason
				}
			}
		}
		switch h := held(x); {
		case why != "":
		case h == nil:
			continue
		case x.Connection.Opened < 100:
			why = "below what can be told: fewer than 100 connections were held"
		case h[unit] <= 0:
			why = "below what can be told: the difference is not above zero"
		default:
			continue
		}
		return strings.ToUpper(why[:1]) + strings.TrimSuffix(why[1:], ".") + "."
	}
	return ""
}

// mark is that of a number of which a quarter of the trials or more are doubtful.
func (c *cell) mark(unit string) string {
	n := 0
	for _, x := range c.trials {
		if slices.ContainsFunc(x.doubts(), func(w warning) bool { return x.doubted(w, unit) }) {
			n++
		}
	}
	if n == 0 || 4*n < len(c.trials) {
		return ""
	}
	return fmt.Sprintf(" ⚠ %d/%d", n, len(c.trials))
}

// unrun is why a target was not run over a transport in the first of some scenarios.
func (r *record) unrun(target, transport string, scenarios ...string) string {
	for _, scenario := range scenarios {
		for _, x := range r.NotRun {
			on := x.Variant == "" || slices.ContainsFunc(r.Trials, func(t *trial) bool { return t.Variant == x.Variant && t.Transport == transport })
			if on && x.Scenario == scenario && x.Target == target {
				return "Not run: " + strings.TrimSuffix(x.Reason, ".") + "."
			}
		}
	}
	return ""
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

// streams is how many clients at once a target held over a transport, and why nobody knows.
func (r *record) streams(target, transport string) (field, why string) {
	state, figures := r.fact(target, transport+"/streams")
	held, known := figures["streams"]
	switch {
	case state == "":
		return "–", r.unrun(target, transport, r.Scenarios[0].Name, r.Scenarios[1].Name)
	case !known:
		return "–<br>" + state, ""
	case held >= figures["asked"] && state == "fail":
		return number(held) + "<br>of " + number(figures["asked"]) + " tried: the target file allows no more", ""
	case held >= figures["asked"]:
		return "≥ " + number(held), ""
	}
	return number(held) + "<br>of " + number(figures["asked"]), ""
}

// A table of the atlas has a row for each target that was asked, and says what is missing.
func TestHeadline(t *testing.T) {
	made := func(scenario, target, failed string) *trial {
		return &trial{Scenario: scenario, Target: target, Variant: "sse", Transport: "sse", Failed: failed,
			numbers: map[string]float64{"p50-sec": 0.002}}
	}
	r := &record{found: map[string][]*cell{}, Seed: 7, Targets: []target{{Name: "b"}, {Name: "a"}},
		Scenarios: []scenario{{Name: "feed", Variants: []string{"sse"}}, {Name: "hold", Variants: []string{"sse"}}},
		Trials:    []*trial{made("feed", "b", ""), made("feed", "a", "it failed"), made("feed", "b", "")}}
	r.NotRun = []gap{{Scenario: "feed", Target: "c", Variant: "sse", Reason: "it is slow"}, {Scenario: "feed", Target: "d", Variant: "sse", Reason: "it has none"},
		{Scenario: "feed", Target: "e", Reason: "it is gone"}, {Scenario: "hold", Target: "e", Reason: "it is gone"},
		{Scenario: "feed", Target: "f", Reason: "it is gone", About: "a file", Offers: "websocket"},
		{Scenario: "hold", Target: "f", Reason: "it is gone", About: "a file", Offers: "websocket"}}
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
	for i, want := range []string{"**SSE**", "", "| a | –<br>[1] | –<br>[1] | –<br>[1] | – | – |", "| b | 2.00 ms | – | – | – | – |",
		"| c | –<br>[2] | –<br>[2] | –<br>[2] | – | 4<br>of 1,000 |", "| e [3] | – | – | – | – | – |", "**WebSocket**", "", "| e [3] | – | – | – | – | – |",
		"| f [3] | – | – | – | – | – |", "The numbers in square brackets:", "1. No trial is valid: it failed.", "2. Not run: it is slow.", "3. Not run: it is gone."} {
		if want != "" && got[i] != want {
			t.Errorf("line %d is %q, want %q", i, got[i], want)
		}
	}
	if last := got[len(got)-2]; last != "| f | a file | not measured |" {
		t.Errorf("the last server is %q", last)
	}
	if line := got[14]; !strings.HasPrefix(line, "3 trials, 1 to 2 of each server") || !strings.Contains(line, "(seed 7)") {
		t.Errorf("it goes on with %q", line)
	}
}

// A number is marked from a quarter of its trials on.
func TestMark(t *testing.T) {
	for n, want := range []string{"", "", "", " ⚠ 3/10"} {
		c := &cell{}
		for i := range 10 {
			x := &trial{}
			if i < n {
				x.Warnings = []warning{{Code: "slow-answers"}, {Code: "schedule-lag"}}
			}
			c.trials = append(c.trials, x)
		}
		if got := c.mark("p50-sec"); got != want {
			t.Errorf("%d of 10: %q, want %q", n, got, want)
		}
		if got := c.mark("wire-B/event"); got != "" {
			t.Errorf("bytes are marked %q", got)
		}
	}
}
