// Package figure draws the figures of a record.
//
// A figure is a pure function of the record: the same record gives the same bytes.
package figure

import (
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A Figure is one picture of a record, with all that stands around it.
type Figure struct {
	Name        string // file name without its extension
	Title       string
	Description string // what it shows, for those who cannot see it
	Caption     string // how to read it
	Scenario    string // whose section it stands in, but for MapName
	SVG, PNG    []byte
	Table       text.Table // the same numbers

	parts []chart.Drawing
}

// ID is the id of the figure within a page.
func (f Figure) ID() string { return "figure-" + f.Name }

// All draws every figure that the record has data for, in the order of
// its scenarios, then the map of loads that were not measured. A scenario without
// any valid trial has none.
func All(r *results.Record) ([]Figure, error) {
	figs, err := Sketch(r)
	for i := range figs {
		if figs[i].PNG, err = chart.PNG(figs[i].parts...); err != nil {
			return nil, err
		}
	}
	return figs, err
}

// Sketch is Figures without PNG, which takes most of the time.
func Sketch(r *results.Record) ([]Figure, error) {
	var figs []Figure
	for _, s := range r.Scenarios {
		one := view.New(r, s)
		drawers := []func(view.Scenario) (Figure, bool, error){latencyFigure, ageFigure, Bytes}
		if one.AboutConnections() {
			drawers = append(drawers, phaseFigure, memoryFigure)
		}
		if s.Sweep != "" {
			drawers = []func(view.Scenario) (Figure, bool, error){sweepLatencyFigure, sweepCostFigure, crossingFigure}
		}
		for _, d := range drawers {
			f, ok, err := d(one)
			if err != nil {
				return nil, err
			}
			if ok {
				figs = append(figs, f)
			}
		}
	}
	f, ok, err := mapFigure(r)
	if ok {
		figs = append(figs, f)
	}
	return figs, err
}

// draw draws the parts of a figure and describes it: what it is, and what it
// says of each row or line.
func (f Figure) draw(what string, said []string, parts ...chart.Drawing) (Figure, bool, error) {
	f.Description = what + " " + strings.Join(said, "; ") + "."
	f.parts = parts
	var err error
	f.SVG, err = chart.SVG(f.Name, f.Title+", "+f.Scenario, f.Description, parts...)
	return f, err == nil, err
}
