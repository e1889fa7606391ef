package chart

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestLabelsDoNotOverlap(t *testing.T) {
	for _, c := range []struct {
		why string
		ys  []vg.Length
	}{
		{"apart they stay where they are", []vg.Length{20, 60, 120}},
		{"together they are spread", []vg.Length{60, 60, 60, 60}},
		{"at the edges they move inwards", []vg.Length{0, 1, 199, 200}},
		{"a push may cause another", []vg.Length{50, 58, 66, 74, 79, 120, 121}},
	} {
		var in []label
		for _, y := range c.ys {
			in = append(in, label{lines: []string{"name"}, at: vg.Point{Y: y}})
		}
		last := vg.Length(0)
		for i, l := range spread(in, 0, 200) {
			if bottom := l.y - l.height()/2; bottom < last-1e-9 {
				t.Errorf("%s: label %d begins at %.1f, the one below ends at %.1f", c.why, i, bottom, last)
			}
			last = l.y + l.height()/2
		}
		if last > 200+1e-9 {
			t.Errorf("%s: the labels end at %.1f of 200", c.why, last)
		}
	}
	apart := spread([]label{{lines: []string{"a"}, at: vg.Point{Y: 20}}, {lines: []string{"b"}, at: vg.Point{Y: 90}}}, 0, 200)
	if math.Abs(float64(apart[0].y-20)) > 1e-9 || math.Abs(float64(apart[1].y-90)) > 1e-9 {
		t.Errorf("labels that were apart moved to %v and %v", apart[0].y, apart[1].y)
	}
}

func TestAxes(t *testing.T) {
	for _, c := range []struct {
		why  string
		axis Axis
		want string
	}{
		{"a linear axis has round ticks within its range", Linear(0, 324, "bytes"), "0 100 B 200 B 300 B"},
		{"times scale", Linear(0, 0.0018, "sec"), "0 500 µs 1 ms 1.5 ms"},
		{"below zero, too", Linear(-1500, 3000, "bytes"), "-1 kB 0 1 kB 2 kB 3 kB"},
		{"an empty range is widened", Linear(0, 0, "count"), "0 1"},
		{"a short log axis has 2 and 5", Log(2e-3, 0.02, "sec"), "2 ms 5 ms 10 ms 20 ms"},
		{"an axis of ratios has round percents", Ratio(-0.1, 0.22), "−5 % 0 +5 % +10 % +15 % +20 %"},
		{"that of one ratio, too", Ratio(0, 0), "−0.5 % 0 +0.5 % +1 %"},
		{"a long one has powers of ten", Log(1e-6, 1, "sec"), "1 µs 10 µs 100 µs 1 ms 10 ms 100 ms 1 s"},
	} {
		var got []string
		for _, tick := range c.axis.Ticks {
			if at := c.axis.at(tick.Value); at < -1e-6 || at > 1+1e-6 {
				t.Errorf("%s: the tick %s lies outside, at %g", c.why, tick.Label, at)
			}
			if tick.Label != "" {
				got = append(got, tick.Label)
			}
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: ticks %s, want %s", c.why, text, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	sty := style(sizeText, ink, 0)
	for _, c := range []struct {
		why, text string
		lines     int
		cut       bool
	}{
		{"what fits stays", "SSE", 1, false},
		{"words break", "polling every half second, browser headers", 3, false},
		{"what is too much ends in an ellipsis", strings.Repeat("word ", 40), 3, true},
		{"and so does a long word", strings.Repeat("x", 80), 1, true},
	} {
		got := wrap(c.text, sty, 80)
		if len(got) != c.lines {
			t.Errorf("%s: %d lines: %q", c.why, len(got), got)
		}
		if strings.HasSuffix(got[len(got)-1], "…") != c.cut {
			t.Errorf("%s: %q", c.why, got)
		}
		for _, l := range got {
			if sty.Width(l) > 80 {
				t.Errorf("%s: %q is too wide", c.why, l)
			}
		}
	}
}

func TestSVGEscapes(t *testing.T) {
	svg, err := SVG("a", `<b> & "c"`, "d", Panel{Title: "<script>", X: Linear(0, 1, "count"), Y: Linear(0, 1, "count")})
	if err != nil {
		t.Fatal(err)
	}
	if s := string(svg); strings.Contains(s, "<b>") || strings.Contains(s, "<script>") {
		t.Errorf("text is not escaped: %.300s", s)
	}
}

func TestThinLineHasNoName(t *testing.T) {
	one := Series{Name: "corrected", Stroke: Stroke{Color: RGB(0x0072B2)}, Xs: []float64{0, 1}, Ys: []float64{1, 2}}
	two := one
	two.Name, two.Thin = "uncorrected", true
	svg, err := SVG("id", "title", "description", Panel{X: Linear(0, 1, "count"), Y: Linear(0, 2, "count"), Series: []Series{one, two}})
	if err != nil {
		t.Fatal(err)
	}
	if text := string(svg); !strings.Contains(text, ">corrected<") || strings.Contains(text, "uncorrected") || !strings.Contains(text, "stroke-width:0.7") {
		t.Errorf("the thin line has a name, or is not thin:\n%s", text)
	}
}

// TestTextIsHeldToItsPlace reads figures as a browser without our first font
// does: each text names the others, and is as wide as it was measured.
func TestTextIsHeldToItsPlace(t *testing.T) {
	svg, err := SVG("id", "title", "description", Panel{Title: "a < b", X: Linear(0, 1, "sec"), Y: Linear(0, 1, "sec")})
	if err != nil {
		t.Fatal(err)
	}
	text := string(svg)
	if n, held := strings.Count(text, "<text "), strings.Count(text, ` textLength="`); n == 0 || held != n {
		t.Errorf("%d of %d texts are held to their widths", held, n)
	}
	if strings.Contains(text, "font-family:") || !strings.Contains(text, "Arial, Helvetica, sans-serif") || !strings.Contains(text, "font-weight:bold") {
		t.Errorf("the texts do not have the figure's fonts: %.600s", text)
	}
}
