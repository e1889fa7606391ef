package view

import (
	"image/color"
	"strings"
	"time"

	"gonum.org/v1/plot/vg"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/results"
)

// A Style is how a transport is drawn and called: one color and one dash
// pattern throughout (Okabe and Ito's palette; the floor is gray).
type Style struct {
	chart.Stroke
	Name string // for readers
	Ink  string // of a terminal: the color of 256 that comes closest
}

var styles = map[string]Style{
	"polling":   {chart.Stroke{Color: chart.RGB(0xD55E00), Dash: []vg.Length{6, 2.5}}, "polling", "\x1b[38;5;166m"},
	"longpoll":  {chart.Stroke{Color: chart.RGB(0xCC79A7), Dash: []vg.Length{8, 2, 2, 2}}, "long-polling", "\x1b[38;5;175m"},
	"sse":       {chart.Stroke{Color: chart.RGB(0x0072B2), Dash: nil}, "SSE", "\x1b[38;5;32m"},
	"websocket": {chart.Stroke{Color: chart.RGB(0x009E73), Dash: []vg.Length{3.5, 1.5}}, "WebSocket", "\x1b[38;5;36m"},
	"tcp":       {chart.Stroke{Color: chart.RGB(0x666666), Dash: []vg.Length{1, 2}}, "floor (raw TCP)", "\x1b[38;5;244m"},
}

// StyleOf returns the style of a transport; one that is not known is drawn in
// ink, under its own name.
func StyleOf(transport string) Style {
	if l, ok := styles[transport]; ok {
		return l
	}
	return Style{chart.Stroke{Color: chart.RGB(0x1A1A1A), Dash: []vg.Length{10, 3}}, transport, ""}
}

// IsFloor reports whether a transport is the physical limit and no contender.
func IsFloor(transport string) bool { return transport == "tcp" }

// CellName is what readers see for a cell's variant: polling/interval=500ms/tls
// is "polling every 500 ms over TLS". In an interval sweep the interval is the
// point and no part of the name.
func CellName(c results.Cell) string {
	interval := 0.0
	for _, t := range append(c.Trials[:len(c.Trials):len(c.Trials)], c.Failed...) {
		interval = t.Load.Interval
	}
	return VariantName(c.Variant, c.Sweep == "interval" && c.Point != "", interval)
}

// VariantName is Cell for a variant alone. interval is what a polling
// variant that names none polls at, in seconds; 0 when that is not known.
func VariantName(variant string, bare bool, interval float64) string {
	transport, settings, _ := strings.Cut(variant, "/")
	name := StyleOf(transport).Name
	var rest []string
	over := ""
	for s := range strings.SplitSeq(settings, "/") {
		key, value, _ := strings.Cut(s, "=")
		switch key {
		case "":
		case "interval":
			if d, err := time.ParseDuration(value); err == nil {
				interval = d.Seconds()
			}
		case "tls":
			over = " over TLS"
		case "resume":
			over = " over resumed TLS"
		case "etag":
			rest = append(rest, "ETag")
		case "pace":
			rest = append(rest, "fixed "+value)
		default:
			rest = append(rest, strings.TrimSpace(value+" "+key))
		}
	}
	if interval > 0 && transport == "polling" && !bare {
		name += " every " + text.Seconds(interval)
	}
	return text.Name(strings.Join(append([]string{name + over}, rest...), ", "))
}

// Inline returns a figure for use within HTML, each transport in the CSS
// variable of its name.
func Inline(svg []byte) string {
	colors := map[string]color.RGBA{}
	for name, l := range styles {
		colors[name] = l.Color
	}
	return chart.Inline(svg, colors)
}
