package chart

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// A Stroke is how a line or a row is told from others: by color and by dashes,
// so that either is enough.
type Stroke struct {
	Color color.RGBA
	Dash  []vg.Length // nil: solid
}

// A Weight says how much a warning weighs.
type Weight int

// The weights of warnings; a figure shows the last two as triangles.
const (
	Clean Weight = iota
	Doubtful
	Alarming
)

// The inks of every figure.
var (
	ink   = RGB(0x1A1A1A)
	muted = RGB(0x595959)
	grid  = RGB(0xDCDCDC)
	paper = RGB(0xFFFFFF)
	alarm = RGB(0xB00020)
	amber = RGB(0x8F6400)
	good  = RGB(0x1A6B2F)
)

// Palette is for the parts of a stacked bar, in their order in the stack: from
// dark to light (cividis), so that they stay apart in print and for the
// color-blind. Those from the eighth on are for what is rarely there; those behind it look
// the same in the dark.
var Palette = []color.RGBA{
	RGB(0x12294F), RGB(0x3F5377), RGB(0x6B7280), RGB(0x948F78), RGB(0xBFB06B), RGB(0xE3CF5F), RGB(0xFFF0A3), RGB(0xB5651D),
	RGB(0x2A7F9E), RGB(0x8A5FB5), RGB(0x4E8F4E), RGB(0xC0588A), RGB(0x8C8C8C), RGB(0x7B4B94),
}

// themed is how many colors of Palette the page has for the dark, too.
const themed = 8

// RGB returns the opaque color 0xRRGGBB.
func RGB(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}
