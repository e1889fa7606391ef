package chart

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestTileMaps(t *testing.T) {
	dashed, solid := Stroke{Color: RGB(0xD55E00), Dash: []vg.Length{6, 2.5}}, Stroke{Color: RGB(0x0072B2)}
	one := TileMap{Title: "a < b", XTitle: "clients", Corner: "rate", Columns: []string{"10", "100"}, Rows: []string{"1"},
		Tiles: [][]Tile{{{Text: "PS", Strokes: []Stroke{dashed, solid}}, {Text: "~S", Strokes: []Stroke{solid}, Faint: true}}}}
	tall := one
	tall.Rows, tall.Tiles = []string{"1", "2"}, append(tall.Tiles, tall.Tiles[0])
	maps := TileMaps{one, tall, one}
	if want := 2*(tileHead+tileFoot) + 3*tileHigh; maps.Height() != want {
		t.Errorf("%g points high, want %g: the taller of two decides", maps.Height(), want)
	}
	svg, err := SVG("maps", "title", "description", maps)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">a &lt; b<", ">PS<", ">~S<", "#D55E00", "#0072B2", ">100<"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the figure has no %s", want)
		}
	}
	if _, err := SVG("none", "title", "description", TileMaps{}); err != nil {
		t.Error(err)
	}
}
