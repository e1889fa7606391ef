package figure

import (
	"pushbench/results/example"

	"slices"
	"testing"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// The figure of bytes shows every kind of the ledger's list, in its order, and a
// rare one where there are bytes of it.
func TestEveryKindIsDrawn(t *testing.T) {
	if n := len(results.Kinds()); len(chart.Palette) < n {
		t.Errorf("%d colors for %d kinds", len(chart.Palette), n)
	}
	scenario := view.Find(example.Record(), "live-feed")
	usual := slices.DeleteFunc(results.Kinds(), results.Kind.Rare)
	if kinds := shownKinds(scenario); !slices.Equal(kinds, usual) {
		t.Errorf("a record without rare kinds shows %v", kinds)
	}
	for _, k := range results.Kinds() {
		if k.Rare() {
			scenario.Cells[0].Trials[0].Steady.In[k] = 1
		}
	}
	rows, twin, _ := ledgerRows(scenario, func(t *results.Trial) float64 { return float64(t.Deliveries.InWindow) })
	legend := ledgerCharts(rows, "event")[0].(chart.Rows).Kinds
	for i, k := range results.Kinds() {
		if !slices.ContainsFunc(twin.Columns, func(c text.Column) bool { return c.Title == k.String() }) || legend[i] != k.String() {
			t.Errorf("%s is not in the table or at its place in the legend %q", k, legend)
		}
	}
	if n := len(rows[0].Bars[0].Parts); n != len(results.Kinds()) {
		t.Errorf("a bar has %d parts", n)
	}
}
