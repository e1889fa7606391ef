package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/estimate"
	"pushbench/results/safe"
)

// narrow is the width of a terminal that everybody has.
const narrow = 80

// write shows the answer to people.
func (a answer) write(to io.Writer) error {
	var b bytes.Buffer
	l := consoleOf(to)
	width := min(l.width, narrow)
	say := func(line string) { fmt.Fprintln(&b, wrap(line, width, 0)) }
	load := a.Load
	each, events := results.FormatValue(float64(load.Payload), "bytes"), "events"
	if load.Rate == 1 {
		events = "event"
	}
	fmt.Fprintln(&b, l.bold(wrap(fmt.Sprintf("What would %s client%s cost, each with %s %s/s of %s?",
		text.Number(float64(load.Clients)), plural(load.Clients), number(load.Rate), events, each), width, 0)))
	spread := "Each event goes to every client."
	if load.Topics > 1 {
		spread = fmt.Sprintf("The clients are spread over %s topics, each with its own events.", text.Number(float64(load.Topics)))
	}
	say(spread + " Polling asks every " + text.Seconds(load.Interval) + ".")
	fmt.Fprintln(&b)
	a.table(&b, l)
	a.explain(&b, say)
	for _, m := range a.Maps {
		fmt.Fprintf(&b, "\n%s\n", l.bold("Which has the least "+m.Criterion.Name+"?"))
		draw(&b, m)
	}
	if a.Maps != nil {
		fmt.Fprintln(&b)
		say(fmt.Sprintf("P is polling every %s, L long-polling, S SSE, W WebSocket. Several are a tie: their bounds overlap. ~ is beyond what was measured. Events of %s.",
			text.Seconds(load.Interval), each))
	}
	fmt.Fprintln(&b)
	say("Measured in " + a.Record.String() + ".")
	_, err := to.Write(b.Bytes())
	return err
}

// table has a row for each transport, and below it the bounds of what lies
// within what was measured.
func (a answer) table(w io.Writer, l console) {
	rows := [][]string{{"", "bytes/month", "server cores", "memory", "median", "99 % within"}}
	for _, e := range a.Estimates {
		values, bounds := []string{view.StyleOf(e.Transport).Name}, []string{""}
		for i, n := range numbers(e) {
			v, between := shown(n, kinds[i])
			values, bounds = append(values, v), append(bounds, between)
		}
		rows = append(rows, values, bounds)
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	gap, total := 2, widths[0]
	for _, n := range widths[1:] {
		total += gap + n
	}
	if total > narrow {
		gap = 1
	}
	for at, row := range rows {
		if strings.Join(row, "") == "" {
			continue
		}
		line := row[0] + strings.Repeat(" ", widths[0]-utf8.RuneCountInString(row[0]))
		for i, text := range row[1:] {
			line += strings.Repeat(" ", gap+widths[i+1]-utf8.RuneCountInString(text)) + text
		}
		if line = strings.TrimRight(line, " "); at > 0 && at%2 == 0 {
			line = l.dim(line)
		}
		fmt.Fprintln(w, line)
	}
}

// numbers are those of an estimate in the order of the columns, kinds how they are shown.
func numbers(e estimate.Estimate) []estimate.Number {
	return []estimate.Number{e.Bytes, e.Cores, e.Memory, e.P50, e.P99}
}

var kinds = []string{"bytes", "count", "bytes", "sec", "sec"}

// shown is a number and, where it lies within what was measured, its bounds.
func shown(n estimate.Number, kind string) (text, bounds string) {
	if n.Missing != "" {
		return "–", ""
	}
	text = results.FormatValue(estimate.Rounded(n.Value), kind)
	if n.Doubts != nil {
		text += " ⚠"
	}
	if n.Beyond != nil {
		return "~" + text, ""
	}
	return text, between(n.Lo, n.Hi, kind)
}

// between is two bounds in the unit of the upper one, with two digits or, where
// they are close, with three; empty when these do not tell them apart.
func between(lo, hi float64, kind string) string {
	shown, unit, _ := strings.Cut(results.FormatValue(hi, kind), " ")
	most, err := strconv.ParseFloat(strings.ReplaceAll(shown, ",", ""), 64)
	if err != nil || most <= 0 {
		return ""
	}
	scale := math.Pow(10, math.Round(math.Log10(hi/most)))
	digits := 2
	if hi < 1.1*lo {
		digits = 3
	}
	from, to := significant(lo/scale, digits), significant(hi/scale, digits)
	if from == to {
		return ""
	}
	return strings.TrimSpace(from + "–" + to + " " + unit)
}

// significant is a number with so many digits, and zeros where more stand before the point.
func significant(v float64, digits int) string {
	if v <= 0 {
		return "0"
	}
	places := digits - 1 - int(math.Floor(math.Log10(v)))
	if places >= 0 {
		return strconv.FormatFloat(v, 'f', places, 64)
	}
	power := math.Pow(10, float64(-places))
	return text.Number(math.Round(v/power) * power)
}

// explain says what the numbers are and are not.
func (a answer) explain(w io.Writer, say func(string)) {
	name := func(transport string) string { return view.StyleOf(transport).Name }
	var doubts []string
	for _, e := range a.Estimates {
		for _, n := range numbers(e) {
			doubts = append(doubts, n.Doubts...)
		}
	}
	fmt.Fprintln(w)
	if beyond := estimate.Remarks(a.Estimates, estimate.Beyond, name); beyond != nil {
		say("~ Beyond what was measured. The number assumes that each delivery, poll or connection " +
			"costs as much as at the nearest measured load:")
		for _, text := range distinct(beyond) {
			say("  – " + text)
		}
	}
	where := map[string][]string{} // transports by the loads at which they were measured
	var order []string
	for _, e := range a.Estimates {
		if e.Cores.Measured == "" || e.Memory.Measured == "" {
			continue
		}
		at := e.Cores.Measured + "; memory at " + e.Memory.Measured
		if where[at] == nil {
			order = append(order, at)
		}
		where[at] = append(where[at], name(e.Transport))
	}
	for _, at := range order {
		say("Measured for " + estimate.List(where[at]) + ": " + at + ".")
	}
	say("Bytes: exact formulas, both directions, 30 days. TCP/IP headers are in them; TLS, cookies and reconnects are not. " +
		"Below a number are its bounds. They come from the intervals of the measured loads around yours. " +
		"The bounds of bytes are those of events at equal distances and at random and, where an event is larger than a packet, " +
		"of few and of many acknowledgments. " + a.Packets)
	say("Latency: over the path of the record. Your network adds one transit, and one to three on long-polling. " +
		"With polling, an event waits for the next poll: any time up to the interval.")
	for _, text := range distinct(estimate.Remarks(a.Estimates, estimate.Missing, name)) {
		say("– Not known: " + text + ".")
	}
	for _, text := range distinct(doubts) {
		say("⚠ The record warns: " + text + ".")
	}
}

// distinct is each text once, made safe, in the order of the first ones.
func distinct(texts []string) (all []string) {
	for _, s := range texts {
		if s = strings.TrimSuffix(safe.Line(s), "."); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// draw writes a map: a row for each rate, a column for each number of clients.
func draw(w io.Writer, m estimate.Map) {
	fmt.Fprintf(w, "%-20s", "events/s for each of")
	for _, n := range m.Clients {
		fmt.Fprintf(w, "%10s", text.Number(float64(n)))
	}
	fmt.Fprintln(w, " clients")
	for i, rate := range m.Rates {
		fmt.Fprintf(w, "%20s", number(rate))
		for _, c := range m.Choices[i] {
			sign := ""
			for _, transport := range c.Best {
				sign += strings.ToUpper(transport[:1])
			}
			switch {
			case sign == "":
				sign = "–"
			case c.Beyond:
				sign = "~" + sign
			}
			fmt.Fprintf(w, "%10s", sign)
		}
		fmt.Fprintln(w)
	}
}
