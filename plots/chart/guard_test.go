package chart

import (
	"bytes"
	"image/png"
	"math"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

// anyFloat draws every float64 there is: huge, tiny, negative, infinite, none.
func anyFloat() *rapid.Generator[float64] {
	extreme := []float64{0, math.Copysign(0, -1), 5e-324, -5e-324, math.MaxFloat64, -math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 1e16, -1e-9, 1.7e308, 1e307, 1e-300}
	return rapid.OneOf(rapid.SampledFrom(extreme), rapid.Float64Range(0, 100), rapid.Custom(func(t *rapid.T) float64 {
		return math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
	}))
}

// checkAxis holds an axis to what drawing relies on.
func checkAxis(t *rapid.T, a Axis, vs ...float64) {
	if len(a.Ticks) > 300 {
		t.Fatalf("%d ticks", len(a.Ticks))
	}
	if math.IsNaN(a.Max-a.Min) || math.IsInf(a.Max-a.Min, 0) || a.Max <= a.Min {
		t.Fatalf("an axis from %g to %g", a.Min, a.Max)
	}
	for _, tick := range a.Ticks {
		vs = append(vs, tick.Value)
	}
	for _, v := range vs {
		if at := a.at(v); !(at >= -over && at <= 1+over) {
			t.Fatalf("%g lies at %g of %g..%g", v, at, a.Min, a.Max)
		}
	}
}

func TestAxesOfAnyRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo, hi, v := anyFloat().Draw(t, "lo"), anyFloat().Draw(t, "hi"), anyFloat().Draw(t, "v")
		for _, kind := range []string{"sec", "bytes", "count", "share", ""} {
			checkAxis(t, Linear(lo, hi, kind), lo, hi, v)
			checkAxis(t, Log(lo, hi, kind), lo, hi, v)
			checkAxis(t, Ratio(lo, hi), lo, hi, v)
			checkAxis(t, LogOver([]Series{{Ys: []float64{lo, hi}, Lo: []float64{v}}}, kind), lo, hi, v)
		}
		for _, a := range []Axis{{Min: lo, Max: hi}, {Min: lo, Max: hi, Log: true}} {
			if at := a.at(v); !(at >= -over && at <= 1+over) {
				t.Fatalf("%g lies at %g", v, at)
			}
		}
	})
}

var (
	labels = regexp.MustCompile(`>[^<]*<`)
	number = regexp.MustCompile(`-?\d[\d.]*(e[-+]?\d+)?`)
)

// TestFiguresOfAnyNumbers draws them: no coordinate lies far outside, nothing
// is longer than it is for any other numbers.
func TestFiguresOfAnyNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := func(name string) float64 { return anyFloat().Draw(t, name) }
		xs, ys := []float64{f("x0"), f("x1"), f("x2")}, []float64{f("y0"), f("y1"), f("y2")}
		dashed := Stroke{Color: RGB(0xD55E00), Dash: []vg.Length{6, 2.5}}
		line := Series{Name: "line", Stroke: dashed, Xs: xs, Ys: ys, Lo: []float64{f("l0"), f("l1"), f("l2")}, Hi: []float64{f("h0"), f("h1"), f("h2")}, Dots: true, Doubt: []Weight{Clean, Doubtful, Alarming}}
		parts := []float64{f("p0"), f("p1")}
		rows := Rows{Title: "rows", Kinds: []string{"a", "b"}, Colors: []int{0, 1}, Cut: true, X: Linear(f("min"), f("max"), "bytes"), Rows: []Row{
			{Name: "bars", Stroke: dashed, Bars: []Bar{{Parts: parts, Text: "1"}}, Tick: f("tick"), Sums: []string{"2"}},
			{Name: "span", Stroke: dashed, Span: &Span{Mid: f("mid"), End: f("end")}},
		}}
		panel := Panel{Title: "panel", X: Axis{Min: f("xmin"), Max: f("xmax"), Log: true, Ticks: Log(f("t0"), f("t1"), "count").Ticks}, Y: LogOver([]Series{line}, "sec"), Series: []Series{line}, Rings: []Ring{{X: f("mx"), Y: f("my"), Text: "m"}}, Verticals: []Vertical{{X: f("vx"), Stroke: dashed}}}
		forest := Forest{Title: "forest", X: Ratio(f("from"), f("to")), Keys: [3]string{"a", "b", "c"}, Changes: []Change{
			{Name: "name", Sub: "sub", Ink: Up, Mid: f("cm"), Lo: f("cl"), Hi: f("ch"), Bar: f("bar"), Null: &Between{f("nm"), f("nl"), f("nh")}, Text: "more", Note: "note"},
		}}
		svg, err := SVG("name", "title", "description", panel, rows, forest)
		if err != nil {
			t.Fatal(err)
		}
		if len(svg) > 200_000 || bytes.Contains(svg, []byte("NaN")) || bytes.Contains(svg, []byte("Inf")) {
			t.Fatalf("a figure of %d bytes, or one with what is no number", len(svg))
		}
		for _, n := range number.FindAll(labels.ReplaceAll(svg, []byte("><")), -1) {
			if v, err := strconv.ParseFloat(string(n), 64); err == nil && math.Abs(v) > 1e6 {
				t.Fatalf("a coordinate of %g", v)
			}
		}
	})
}

func TestLongFigureHasCoarserDots(t *testing.T) {
	row := Row{Name: "row", Bars: []Bar{{Parts: []float64{1}}}}
	data, err := PNG(Rows{Kinds: []string{"a"}, Colors: []int{0}, X: Linear(0, 1, "bytes"), Rows: slices.Repeat([]Row{row}, 400)})
	if err != nil {
		t.Fatal(err)
	}
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if config.Height > most+dpi {
		t.Errorf("%d dots high", config.Height)
	}
}
