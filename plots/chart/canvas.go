package chart

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"pushbench/results/safe"
)

// Every figure is 18 cm wide; PNG has dpi dots per inch.
const (
	width  vg.Length = 510
	margin vg.Length = 4
	dpi              = 150
	most             = 12_000 // dots of a PNG's height: a longer figure has coarser ones
)

// A Drawing is a part of a figure.
type Drawing interface {
	Height() vg.Length // points
	Draw(draw.Canvas)
}

// SVG draws the parts of a figure, one under the other, as a standalone SVG
// file. The name makes the ids in it.
func SVG(name, title, description string, parts ...Drawing) ([]byte, error) {
	c := vgsvg.New(width, height(parts))
	paint(draw.New(c), parts)
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil {
		return nil, fmt.Errorf("figure %s: %w", name, err)
	}
	return describe(buf.Bytes(), name, title, description), nil
}

// PNG draws the same as SVG does as PNG.
func PNG(parts ...Drawing) ([]byte, error) {
	tall := height(parts)
	dots := max(1, int(min(dpi, most/tall.Dots(1))))
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, tall), vgimg.UseDPI(dots))}
	paint(draw.New(c), parts)
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func height(parts []Drawing) vg.Length {
	sum := 2 * margin
	for _, p := range parts {
		sum += p.Height()
	}
	return sum
}

func paint(c draw.Canvas, parts []Drawing) {
	fill(c, paper, c.Rectangle)
	c = draw.Crop(c, margin, -margin, margin, -margin)
	for _, p := range parts {
		p.Draw(draw.Crop(c, 0, 0, c.Max.Y-c.Min.Y-p.Height(), 0))
		c.Max.Y -= p.Height()
	}
}

var (
	svgText = regexp.MustCompile(`(<text [^>]*?)\s+style="font-family:[^;"]*;font-variant:[^;"]*;font-weight:(normal|bold);font-style:normal;font-size:([\d.]+)px;([^"]*)">([^<]*)<`)
	svgOpen = regexp.MustCompile(`(?s)^.*?<svg width="([\d.]+)pt" height="([\d.]+)pt" viewBox="[^"]*"[^>]*>`)
)

// describe gives a figure its title and description for those who cannot see
// it, ids of its own, and fonts that every reader has.
func describe(svg []byte, name, title, description string) []byte {
	svg = svgText.ReplaceAllFunc(svg, fit)
	size := svgOpen.FindSubmatch(svg)
	head := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]spt" height="%[2]spt" viewBox="0 0 %[1]s %[2]s"`+
		` role="img" aria-labelledby="%[3]s-title %[3]s-desc" font-family="&quot;Liberation Sans&quot;, Arial, Helvetica, sans-serif">`+
		`<title id="%[3]s-title">%[4]s</title><desc id="%[3]s-desc">%[5]s</desc>`,
		size[1], size[2], html.EscapeString(harmless(name)), html.EscapeString(harmless(title)), html.EscapeString(safe.Line(description)))
	return append([]byte(head), svg[len(size[0]):]...)
}

// fit lets a text be set in the figure's fonts, and holds it to the width that it
// was placed by: a reader without the first font must not see it run into what
// stands beside it (SVG 2, section 11.2.2, textLength).
func fit(element []byte) []byte {
	m := svgText.FindSubmatch(element)
	size, err := strconv.ParseFloat(string(m[3]), 64)
	if err != nil {
		return element
	}
	sty, weight := style(vg.Length(size), ink, 0), ""
	if string(m[2]) == "bold" {
		sty, weight = bold(sty), "font-weight:bold;"
	}
	wide := sty.Width(html.UnescapeString(string(m[5]))).Points()
	if wide <= 0 {
		return element
	}
	return fmt.Appendf(nil, `%s textLength="%.2f" lengthAdjust="spacingAndGlyphs" style="%sfont-size:%spx;%s">%s<`, m[1], wide, weight, m[3], m[4], m[5])
}

// Inline returns a figure for use within HTML: each ink becomes the CSS
// variable --fig-NAME, each themed color of Palette --kindN, and each of colors the
// variable of its name, so that a figure follows the page into the dark.
func Inline(svg []byte, colors map[string]color.RGBA) string {
	var pairs []string
	for name, c := range map[string]color.RGBA{"ink": ink, "muted": muted, "grid": grid, "paper": paper, "alarm": alarm, "amber": amber, "good": good} {
		pairs = append(pairs, hex(c), "var(--fig-"+name+")")
	}
	for name, c := range colors {
		pairs = append(pairs, hex(c), "var(--"+name+")")
	}
	for i, c := range Palette[:themed] {
		pairs = append(pairs, hex(c), fmt.Sprintf("var(--kind%d)", i))
	}
	return strings.NewReplacer(pairs...).Replace(string(svg))
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%.2X%.2X%.2X", c.R, c.G, c.B) }
