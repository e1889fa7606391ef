package recompute

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// quoted is a block of the README.
func quoted(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(data), "<!-- "+name+" -->\n")
	block, _, closed := strings.Cut(rest, "<!-- /"+name+" -->")
	if !ok || !closed {
		t.Fatalf("the README has no block %s", name)
	}
	return strings.ReplaceAll(block, "\u00a0", " ")
}

// decided is the first scenario with events and no sweep, and the one whose
// connections the decision is about: without events, opened one at a time.
func (r *record) decided() (feed, opened string) {
	for _, s := range r.Scenarios {
		for _, c := range r.cells(s.Name) {
			l := c.trials[0].Load
			if l.Rate > 0 && s.Sweep == "" && feed == "" {
				feed = s.Name
			}
			if l.Rate == 0 && opened == "" {
				opened = s.Name
			}
		}
	}
	if opened == "" {
		opened = feed
	}
	return feed, opened
}

// The README's answer: each field of its table, and every number of its
// sentence.
func TestReadmeBaseline(t *testing.T) {
	r := load(t, "baseline")
	block := quoted(t, "baseline")
	feed, opened := r.decided()
	cells, conns := r.cells(feed), r.cells(opened)
	mid := func(all []*cell, name, unit string) summary {
		for _, c := range all {
			if c.name() == name {
				s, _ := summarize(c, unit)
				return summary{mid: s.mid}
			}
		}
		t.Errorf("there is no %s", name)
		return summary{}
	}
	is := func(row, got string, s summary, unit, lead string) {
		if rest, ok := strings.CutPrefix(got, lead); !ok || !s.written(rest, kind(unit)) {
			t.Errorf("%s: %q, recomputed %q of %s", row, got, lead+s.field(kind(unit)), unit)
		}
	}
	tb := tables(block)[0]
	if len(tb.rows) != 4 {
		t.Errorf("%d rows", len(tb.rows))
	}
	for _, row := range tb.rows {
		name := row[0]
		for _, f := range []struct {
			column           int
			all              []*cell
			unit, note, lead string
		}{
			{1, cells, "p50-sec", "p99-sec", "99 % within "}, {2, cells, "wire-B/event", "overhead-B/event", "overhead "},
			{3, cells, "server-cpu-sec/event", "", ""}, {4, conns, "open-sec", "handshake-B/conn", "handshake "}, {5, conns, "server-mem-B/conn", "", ""},
		} {
			lines := strings.Split(bare(row[f.column]), " / ")
			is(name, lines[0], mid(f.all, name, f.unit), f.unit, "")
			if f.note != "" {
				is(name, lines[1], mid(f.all, name, f.note), f.note, f.lead)
			}
		}
	}
	sentence := strings.Trim(strings.SplitN(strings.TrimSpace(block), "\n", 2)[0], "*")
	r.sentence(t, cells, sentence)
}

// quantities are the numbers with their units that a sentence has.
var quantities = regexp.MustCompile(`[\d.,]*\d(?: (?:ns|µs|ms|s|B|kB|MB|times|clients?|events?/s|topics?)\b| to [\d.]+ (?:µs|ms|s)\b)?`)

// sentence holds every number of the sentence that a report opens with to the
// load, the medians, their distances and their ratios.
func (r *record) sentence(t *testing.T, cells []*cell, text string) {
	t.Helper()
	l := cells[0].trials[0].Load
	allowed := map[string]bool{number(float64(l.Clients)) + " clients": true, number(float64(l.Topics)) + " topics": true}
	rate := number(l.Rate/float64(max(1, l.Topics))) + " events/s"
	allowed[rate] = true
	var p50, wire []float64
	for _, c := range cells {
		if c.transport == "tcp" {
			continue
		}
		a, _ := summarize(c, "p50-sec")
		b, _ := summarize(c, "wire-B/event")
		p50, wire = append(p50, a.mid), append(wire, b.mid)
		if c.transport == "polling" {
			allowed[seconds(c.trials[0].Load.Interval)] = true
		}
	}
	slices.Sort(p50)
	best, lean := p50[0], slices.Min(wire)
	for _, v := range p50 {
		for _, w := range []float64{v, v - best} {
			allowed[format(w*(1+1e-12), "sec")], allowed[format(w*(1-1e-12), "sec")] = true, true
		}
		for _, w := range p50 {
			for i := range 4 { // a median may lie on the edge between two roundings
				from := format(v*(1+1e-12*float64(2*(i&1)-1)), "sec")
				to := format(w*(1+1e-12*float64(i&2-1)), "sec")
				allowed[strings.Fields(from)[0]+" to "+to], allowed[from+" to "+to] = true, true
			}
		}
	}
	for _, v := range wire {
		allowed[fmt.Sprintf("%.1f times", v/lean)] = true
		allowed[format(v, "bytes")] = true
	}
	found := quantities.FindAllString(text, -1)
	for _, q := range found {
		if !allowed[q] {
			t.Errorf("%q of %q is not among what was recomputed", q, text)
		}
	}
	if len(found) < 5 {
		t.Errorf("only %d numbers in %q", len(found), text)
	}
}

// What the README says of packet captures.
func TestReadmeTruth(t *testing.T) {
	r, block := load(t, "truth"), quoted(t, "truth")
	var captured, again, options, unexplained, conns, events int64
	var audited int
	var read, send float64
	worst, where := 0.0, ""
	for _, s := range r.Scenarios {
		for _, c := range r.cells(s.Name) {
			var sum, before float64
			var n int64
			for _, x := range c.trials {
				a := x.Audit
				if a == nil {
					continue
				}
				audited++
				conns += a.Connections
				captured += a.In.Captured + a.Out.Captured
				again += a.In.Retransmitted + a.Out.Retransmitted
				options += a.In.Options + a.Out.Options
				unexplained += a.In.Unexplained + a.Out.Unexplained
				if got := a.In.Ledger + a.In.Retransmitted + a.In.Options + a.In.Unexplained; got < a.In.Captured {
					t.Errorf("%s %s: %d of %d bytes", x.Scenario, x.Variant, got, a.In.Captured)
				}
				sum += a.Read * float64(a.Events)
				before += a.Send * float64(a.Events)
				n += a.Events
			}
			events, read, send = events+n, read+sum, send+before
			if n > 0 && math.Abs(sum/float64(n)) > math.Abs(worst) {
				worst, where = sum/float64(n), c.scenario+" · "+c.name()
			}
		}
	}
	for _, want := range []string{
		fmt.Sprintf("Of %s bytes captured on %s connections (%d of %d trials)", number(float64(captured)), number(float64(conns)), audited, len(r.Trials)),
		fmt.Sprintf("of %s deliveries, a latency ends %s after the event's last packet has come (mean", number(float64(events)), format(read/float64(events), "sec")),
		fmt.Sprintf("at most %s in one cell, %s)", format(worst, "sec"), where),
		fmt.Sprintf("when the event is due, %s before its first packet leaves", format(send/float64(events), "sec")),
	} {
		if !strings.Contains(block, want) {
			t.Errorf("the README does not say %q:\n%s", want, block)
		}
	}
	if apart := number(float64(again)) + " that were sent again"; again > 0 && !strings.Contains(block, apart) {
		t.Errorf("the README does not say %q", apart)
	}
	if apart := number(float64(options)) + " of TCP options"; options > 0 && !strings.Contains(block, apart) {
		t.Errorf("the README does not say %q", apart)
	}
	if unexplained != 0 {
		t.Errorf("%d bytes are unexplained", unexplained)
	}
	if math.IsNaN(read) {
		t.Error("no delivery was compared")
	}
}
