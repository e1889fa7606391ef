package chart

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	sizeOf = regexp.MustCompile(`<svg [^>]* viewBox="0 0 ([\d.]+) ([\d.]+)"`)
	textOf = regexp.MustCompile(`<text x="([-\d.]+)" y="([-\d.]+)" transform="scale\(1, -1\)" textLength="([\d.]+)"[^>]*font-size:([\d.]+)px[^>]*>([^<]*)<`)
)

// A textBox is where a text of a figure stands: up from below, to the right.
type textBox struct {
	text                     string
	left, bottom, right, top float64
}

// textBoxes returns the size of a figure and its texts.
func textBoxes(t *testing.T, svg []byte) (wide, high float64, all []textBox) {
	t.Helper()
	num := func(s []byte) float64 {
		v, err := strconv.ParseFloat(string(s), 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	size := sizeOf.FindSubmatch(svg)
	for _, m := range textOf.FindAllSubmatch(svg, -1) {
		x, y := num(m[1]), -num(m[2])
		// Letters of this type rise by 0.73 of its size and fall by 0.21.
		all = append(all, textBox{html.UnescapeString(string(m[5])), x, y - 0.21*num(m[4]), x + num(m[3]), y + 0.73*num(m[4])})
	}
	return num(size[1]), num(size[2]), all
}

// TestNamesOfManyLines holds every text of a panel to stand within the figure and
// apart from all others, and the names of lines to be whole.
func TestNamesOfManyLines(t *testing.T) {
	transports := []string{"polling every 500 ms", "long-polling", "SSE", "WebSocket", "floor (raw TCP)"}
	for _, c := range []struct {
		fact                string
		targets, transports int
		rings               int
		warn                Weight
		tall                float64
	}{
		{"one target", 1, 5, 2, Clean, 0},
		{"three targets and the floor", 3, 5, 0, Clean, 282},
		{"three targets, doubtful", 3, 5, 9, Doubtful, 0},
		{"seven targets", 7, 4, 0, Clean, 0},
		{"seven targets, all with crossings", 7, 4, 21, Alarming, 282},
	} {
		p := Panel{Title: "panel", X: Linear(0, 10, "count"), Tall: c.tall}
		p.X.Title = "across"
		for i := range c.targets {
			for j := range c.transports {
				name := transports[j]
				if c.targets > 1 {
					name += fmt.Sprintf(" (gorilla-on-arm-%d)", i)
				}
				p.Series = append(p.Series, Series{Name: name, Xs: []float64{0, 10}, Ys: []float64{1, float64(1 + j)}, Warn: c.warn})
			}
		}
		p.Y = LogOver(p.Series, "sec")
		for i := range c.rings {
			p.Rings = append(p.Rings, Ring{X: 5, Y: 2, Text: fmt.Sprintf("%d: %s", i, strings.Repeat("one moves fewer bytes than another; ", 5))})
		}
		svg, err := SVG("id", "title", "description", p)
		if err != nil {
			t.Fatal(err)
		}
		wide, high, texts := textBoxes(t, svg)
		said := ""
		for i, a := range texts {
			said += a.text + " "
			if a.left < 0 || a.right > wide || a.bottom < 0 || a.top > high {
				t.Errorf("%s: %q stands at %.0f..%.0f, %.0f..%.0f of %.0f by %.0f", c.fact, a.text, a.left, a.right, a.bottom, a.top, wide, high)
			}
			for _, b := range texts[:i] {
				if a.text != "!" && b.text != "!" && a.left < b.right && b.left < a.right && a.bottom < b.top && b.bottom < a.top {
					t.Errorf("%s: %q overlaps %q", c.fact, a.text, b.text)
				}
			}
		}
		for _, s := range p.Series {
			if !strings.Contains(said, s.Name+" ") {
				t.Errorf("%s: the line %s is not named in full", c.fact, s.Name)
			}
		}
	}
}
