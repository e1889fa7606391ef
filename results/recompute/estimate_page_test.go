package recompute

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	estimates = []string{"polling", "longpoll", "sse", "websocket"}
	kinds     = []string{"bytes", "count", "bytes", "sec", "sec"}
)

// estimated is what a report has of a load that was not measured.
func (r *record) estimated() []string {
	l := r.usual()
	all := []string{"## Your load, not ours", fmt.Sprintf("Estimated: %s clients, each with %s event/s of %s that goes to all of them; polling asks every %s. `pushbench estimate` does it for yours.",
		number(l.clients), number(l.rate), format(l.payload, "bytes"), seconds(l.interval)), row("transport",
		"bytes/month", "server cores", "server memory", "median latency", "99 % within")}
	guessed := map[string][]guess{}
	for _, transport := range estimates {
		fields := []string{transports[transport]}
		guesses, _ := r.estimate(transport, l)
		guessed[transport] = guesses
		for i, g := range guesses {
			if g.missing != "" {
				fields = append(fields, "–")
				continue
			}
			sign := ""
			if g.doubts != nil {
				sign = " ⚠"
			}
			fields = append(fields, summary{mid: g.value, lo: g.lo, hi: g.hi}.written(func(s summary) string {
				lo, hi := format(s.lo, kinds[i]), format(s.hi, kinds[i])
				switch {
				case g.beyond != nil:
					return "~" + format(s.mid, kinds[i]) + sign
				case lo != hi:
					return format(s.mid, kinds[i]) + sign + "<br>" + lo + "–" + hi
				}
				return format(s.mid, kinds[i]) + sign
			}))
		}
		all = append(all, row(fields...))
	}
	said := "All of it lies within what was measured."
	if beyond := remarked(guessed, func(g guess) []string { return g.beyond }); beyond != nil {
		said = "~ Beyond what was measured: " + strings.Join(beyond, "; ") + "."
	}
	if unknown := remarked(guessed, guess.unknown); unknown != nil {
		said += " Not known: " + strings.Join(unknown, "; ") + "."
	}
	return append(all, said+" "+r.packets())
}

// unknown is why there is no number.
func (g guess) unknown() []string {
	if g.missing == "" {
		return nil
	}
	return []string{g.missing}
}

// remarked is what there is to say of guesses, with the transports and the columns
// that it is of.
func remarked(guessed map[string][]guess, of func(guess) []string) (lines []string) {
	columns := []string{"bytes", "server cores", "memory", "latency", "latency"}
	var ends []string
	who := map[string][]string{}
	for _, transport := range estimates {
		var texts []string
		where := map[string][]string{}
		for i, g := range guessed[transport] {
			for _, text := range of(g) {
				texts, where[text] = fresh(texts, text), fresh(where[text], columns[i])
			}
		}
		for _, text := range texts {
			end := " (" + strings.Join(where[text], ", ") + "): " + text
			if len(where[text]) == 4 {
				end = ": " + text
			}
			ends, who[end] = fresh(ends, end), append(who[end], transports[transport])
		}
	}
	for _, end := range ends {
		lines = append(lines, join(who[end])+end)
	}
	return lines
}

// packets says over which packets bytes are.
func (r *record) packets() string {
	over := ""
	for _, c := range r.plain() {
		if p := c.trials[0].Path; p.MTU != 1500 {
			over = "; the record was measured over " + p.Kind + " with " + number(float64(p.MTU))
		}
	}
	return "Bytes are over Ethernet's packets of 1,500 bytes" + over + "."
}

// between is two bounds in the unit of the upper one, with two digits or, where
// they are close, with three.
func between(lo, hi float64, kind string) string {
	text, unit, _ := strings.Cut(format(hi, kind), " ")
	shown, _ := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	scale := math.Pow(10, math.Round(math.Log10(hi/shown)))
	digits := 2.0
	if hi < 1.1*lo {
		digits = 3
	}
	some := func(v float64) string {
		places := digits - 1 - math.Floor(math.Log10(v/scale))
		if places < 0 { // zeros stand for the digits that are left out
			tens := math.Pow(10, -places)
			return number(math.Round(v/scale/tens) * tens)
		}
		return strconv.FormatFloat(v/scale, 'f', int(places), 64)
	}
	if some(lo) == some(hi) {
		return ""
	}
	return strings.TrimSpace(some(lo) + "–" + some(hi) + " " + unit)
}

// answered is what the command says of a load, as one line.
func (r *record) answered(l demand) string {
	all := []string{fmt.Sprintf("What would %s clients cost, each with %s event/s of %s? The clients are spread "+
		"over %s topics, each with its own events. Polling asks every %s.",
		number(l.clients), number(l.rate), format(l.payload, "bytes"), number(l.topics), seconds(l.interval)),
		"bytes/month server cores memory median 99 % within"}
	var doubts, order []string
	at := map[string][]string{}
	for _, transport := range estimates {
		guesses, measured := r.estimate(transport, l)
		values, bounds := []string{transports[transport]}, []string{}
		for i, g := range guesses {
			value, sign := shown(g.value, kinds[i]), ""
			if g.doubts != nil {
				sign = " ⚠"
			}
			for _, d := range g.doubts {
				doubts = fresh(doubts, d)
			}
			if g.missing != "" || g.beyond != nil {
				panic("what the README shows lies within what was measured")
			}
			values = append(values, value+sign)
			if b := (summary{lo: g.lo, hi: g.hi}).written(func(s summary) string {
				return between(s.lo, s.hi,
					kinds[i])
			}); b != "" {
				bounds = append(bounds, b)
			}
		}
		order = fresh(order, measured)
		at[measured] = append(at[measured], transports[transport])
		all = append(append(all, values...), bounds...)
	}
	for _, m := range order {
		all = append(all, "Measured for "+join(at[m])+": "+m+".")
	}
	all = append(all, "Bytes: exact formulas, both directions, 30 days. TCP/IP headers are in them; TLS, cookies and reconnects are not. "+
		"Below a number are its bounds. They come from the intervals of the measured loads around yours. "+
		"The bounds of bytes are those of events at equal distances and at random and, where an event is larger than a "+
		"packet, of few and of many acknowledgments. "+r.packets()+" "+
		"Latency: over the path of the record. Your network adds one transit, and one to three on long-polling. "+
		"With polling, an event waits for the next poll: any time up to the interval.")
	for _, d := range doubts {
		all = append(all, "⚠ The record warns: "+d+".")
	}
	return strings.Join(append(all, fmt.Sprintf("Measured in run %s of %s, target builtin, %s, %s (results/baseline).", r.ID,
		r.Began.UTC().Format("2006-01-02"), r.Provenance.CPU, count(r.Provenance.Cores, "core"))), " ")
}

// The README's estimate, with every digit of it.
func TestReadmeEstimate(t *testing.T) {
	block := quoted(t, "estimate")
	var l demand
	var interval float64
	if n, err := fmt.Sscanf(block[0], "$ pushbench estimate --clients %g --topics %g --rate %g --interval %gms "+
		"--record results/baseline", &l.clients, &l.topics, &l.rate, &interval); n != 4 {
		t.Fatalf("%q: %v", block[0], err)
	}
	l.payload, l.interval = 128, interval/1000
	got, want := strings.Join(strings.Fields(strings.Join(block[1:], " ")), " "), load(t, "baseline").answered(l)
	for _, d := range differences([]string{got}, []string{want}) {
		t.Errorf("README.md, estimate: %s", d)
	}
	for i, e := 0, expression(want); i < len(got); i++ {
		if got[i] >= '0' && got[i] <= '9' && e.MatchString(got[:i]+string('0'+(got[i]-'0'+5)%10)+got[i+1:]) {
			t.Errorf("nobody sees a wrong digit before %q", got[i+1:])
		}
	}
}

// Each load of the baseline is left out in turn and estimated from the rest, as the
// README says.
func TestLeftOut(t *testing.T) {
	whole := load(t, "baseline")
	ratios := map[string][]float64{}
	for _, s := range whole.Scenarios {
		for _, p := range append(slices.Clone(s.Points), "") {
			left := func(x *trial) bool { return x.Scenario == s.Name && x.Point == p }
			i := slices.IndexFunc(whole.Trials, left)
			if i < 0 || whole.Trials[i].Load.Rate == 0 {
				continue
			}
			l := whole.Trials[i].Load
			asked := demand{float64(l.Clients), float64(l.Topics), whole.Trials[i].each(), float64(l.Payload),
				whole.usual().interval}
			rest := *whole
			rest.found, rest.Trials = map[string][]*cell{}, slices.DeleteFunc(slices.Clone(whole.Trials), left)
			for _, transport := range estimates {
				got, _ := rest.estimate(transport, asked)
				want, _ := whole.estimate(transport, asked)
				for k, name := range map[int]string{1: "CPU", 3: "latency", 4: "latency"} {
					if transport == "polling" && k > 1 {
						continue // a closed form
					}
					if got[k].beyond != nil {
						name += " beyond"
					}
					ratios[name] = append(ratios[name], got[k].value/want[k].value)
				}
			}
		}
	}
	extent := func(name string) string {
		return fmt.Sprintf("%.2f to %.2f", slices.Min(ratios[name]), slices.Max(ratios[name]))
	}
	want := fmt.Sprintf("One that lies between others had %s times its CPU and %s times its latency; one that lies "+
		"beyond them, %s times and %s times.",
		extent("CPU"), extent("latency"), extent("CPU beyond"), extent("latency beyond"))
	if !strings.Contains(strings.Join(page(t, "../README.md"), " "), want) {
		t.Errorf("the README does not say: %s", want)
	}
}
