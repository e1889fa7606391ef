package figure

import (
	"pushbench/results/example"

	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/view"
	"pushbench/results"
)

func TestStallHasBothLatencies(t *testing.T) {
	s := view.Find(example.Record(), "stall")
	f, ok, err := latencyFigure(s)
	if err != nil || !ok || len(f.Table.Rows) != 2*len(s.Cells) || f.Table.Rows[1][0].Text != s.Cells[0].Name+", uncorrected" {
		t.Errorf("the figure's table has not both of each: %v, %t, %v", f.Table.Rows, ok, err)
	}
}

// TestWaitStandsBesideLatency holds the report to show the generator's own wait
// where a record has it, and to say where latency ends either way.
func TestWaitStandsBesideLatency(t *testing.T) {
	for _, c := range []struct {
		fact          string
		edit          func(*results.Trial)
		columns, says string
	}{
		{"a record with time stamps", func(*results.Trial) {}, "generator's wait, mean generator's wait, 99 %", "the kernel's receive time stamp"},
		{"an older one", func(t *results.Trial) { t.Wait, t.Trust.Stamps = results.Histogram{}, results.Stamps{} }, "", "no receive time stamps"},
		{"one of a kernel without any", func(t *results.Trial) { t.Trust.Stamps = results.Stamps{Missing: t.Latency.Count()} }, "", "no receive time stamps"},
	} {
		r := sample.Few()
		for _, trial := range r.Trials {
			c.edit(trial)
		}
		s := view.Find(r, "live-feed")
		f, ok, err := latencyFigure(s)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		var heads []string
		for _, col := range f.Table.Columns {
			heads = append(heads, col.Title)
		}
		if got := strings.Join(heads, " "); !strings.Contains(got, c.columns) || c.columns == "" && strings.Contains(got, "wait") {
			t.Errorf("%s: the columns are %s", c.fact, got)
		}
		for _, row := range f.Table.Rows {
			if len(row) != len(heads) {
				t.Errorf("%s: a row of %d fields under %d heads", c.fact, len(row), len(heads))
			}
		}
		if !strings.Contains(f.Caption, c.says) {
			t.Errorf("%s: the caption is %s", c.fact, f.Caption)
		}
	}
}
