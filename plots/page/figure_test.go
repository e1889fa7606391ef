package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"

	"pushbench/plots/figure"
	"pushbench/plots/sample"
	"pushbench/plots/sheet"
	"pushbench/plots/view"
)

func TestFigures(t *testing.T) {
	seen := map[string]bool{}
	_, figs := drawn()
	for _, f := range figs {
		if seen[f.Name] {
			t.Errorf("two figures have the name %s", f.Name)
		}
		seen[f.Name] = true
		for what, text := range map[string]string{"title": f.Title, "description": f.Description, "caption": f.Caption, "scenario": f.Scenario} {
			if text == "" {
				t.Errorf("%s has no %s", f.Name, what)
			}
		}
		if len(f.Table.Rows) == 0 {
			t.Errorf("%s has no table", f.Name)
		}
		for _, row := range f.Table.Rows {
			if len(row) != len(f.Table.Columns) {
				t.Errorf("%s: a row of its table has %d fields under %d columns", f.Name, len(row), len(f.Table.Columns))
			}
		}
		if img, err := png.Decode(bytes.NewReader(f.PNG)); err != nil {
			t.Errorf("%s: PNG: %v", f.Name, err)
		} else if w := img.Bounds().Dx(); w < 1000 {
			t.Errorf("%s is %d pixels wide, want 18 cm at 150 dpi", f.Name, w)
		}
		checkSVG(t, f)
	}
	for _, name := range []string{
		"live-feed-latency", "live-feed-age", "live-feed-bytes", "quiet-bytes", "connect-opening", "connect-memory",
		"sweep-clients-latency", "sweep-payload-cost", "sweep-rate-crossings",
	} {
		if !seen[name] {
			t.Errorf("no figure %s", name)
		}
	}
}

// checkSVG holds a figure's SVG to what the page and other readers need.
func checkSVG(t *testing.T, f figure.Figure) {
	t.Helper()
	svg := string(f.SVG)
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%s: SVG: %v", f.Name, err)
		}
	}
	for _, want := range []string{"<svg ", "<title ", "<desc ", `role="img"`, "Liberation Sans"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s: SVG has no %s", f.Name, want)
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("%s: SVG has a coordinate that is no number", f.Name)
	}
	for _, color := range regexp.MustCompile(`#[0-9A-F]{6}`).FindAllString(view.Inline(f.SVG), -1) {
		t.Errorf("%s: color %s is not a variable of the page", f.Name, color)
	}
	for _, m := range regexp.MustCompile(`var\(--([\w-]+)\)`).FindAllStringSubmatch(view.Inline(f.SVG), -1) {
		if n := strings.Count(sheet.Style, "--"+m[1]+":"); n == 0 {
			t.Errorf("%s: the page does not define --%s", f.Name, m[1])
		}
	}
}

func TestSameRecordSameBytes(t *testing.T) {
	r := sample.Few()
	a, err := figure.All(r)
	if err != nil {
		t.Fatal(err)
	}
	b, err := figure.All(sample.Few())
	if err != nil {
		t.Fatal(err)
	}
	for i := range a {
		if !bytes.Equal(a[i].SVG, b[i].SVG) || !bytes.Equal(a[i].PNG, b[i].PNG) {
			t.Errorf("%s differs from one drawing to the next", a[i].Name)
		}
	}
	var first, second bytes.Buffer
	if err := errors.Join(HTML(&first, r, a), HTML(&second, sample.Few(), b)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the page differs from one writing to the next")
	}
}
