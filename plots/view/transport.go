package view

import (
	"image/color"
	"slices"
	"strings"

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
	settings := c.Settings
	if c.Point != "" {
		settings = without(settings, c.Sweep)
	}
	return VariantName(c.Transport, settings)
}

// without returns settings but for the one of that name.
func without(settings results.Settings, name string) results.Settings {
	return slices.DeleteFunc(slices.Clone(settings), func(s results.Setting) bool { return s.Name == name })
}

// VariantName is CellName for a transport with settings.
func VariantName(transport string, settings results.Settings) string {
	name := StyleOf(transport).Name
	if every := settings.Seconds("interval"); every > 0 {
		name += " every " + text.Seconds(every)
	}
	var rest []string
	for _, s := range settings.Named() {
		switch s.Name {
		case "interval":
		case "tls":
			name += " over TLS"
		case "resume":
			name += " over resumed TLS"
		case "http":
			name += " over HTTP/" + s.Text()
		case "streams":
			rest = append(rest, s.Text()+" streams on a connection")
		case "etag":
			rest = append(rest, "ETag")
		case "compress":
			rest = append(rest, "compressed")
		case "pace":
			rest = append(rest, "fixed "+s.Text())
		default:
			rest = append(rest, strings.TrimSpace(s.Text()+" "+s.Name))
		}
	}
	return text.Name(strings.Join(append([]string{name}, rest...), ", "))
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
