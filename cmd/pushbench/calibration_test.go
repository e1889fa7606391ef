package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	plots "pushbench/plots/power"
	"pushbench/results"
	"pushbench/results/power"
)

// TestCalibrationIsWhatItsBlocksSay holds the page and the figure of the calibration, the bars
// that the gate has from it, and what the README quotes to the blocks that were
// measured. With UPDATE_README=1 it writes them.
func TestCalibrationIsWhatItsBlocksSay(t *testing.T) {
	const dir, known = "../../results/calibration", "../../results/gate/known.json"
	log, err := power.Read(filepath.Join(dir, power.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if log.Cut > 0 {
		t.Errorf("line %d of the blocks is only the beginning of one", log.Cut)
	}
	judged, err := gateCells()
	if err != nil {
		t.Fatal(err)
	}
	table := power.Evaluate(log.Sessions, power.Options{Cells: judged})
	if table.Reason != "" {
		t.Error(table.Reason)
	}
	made := t.TempDir()
	if err := errors.Join(plots.WriteAll(made, table), power.WriteKnown(filepath.Join(made, "known.json"), table.Known)); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_README") != "" {
		if err := errors.Join(plots.WriteAll(dir, table), power.WriteKnown(known, table.Known)); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []struct{ got, want string }{
		{filepath.Join(dir, "report.md"), "report.md"},
		{filepath.Join(dir, "figures", plots.FigureName+".svg"), filepath.Join("figures", plots.FigureName+".svg")},
		{known, "known.json"},
	} {
		if read(t, f.got) != read(t, filepath.Join(made, f.want)) {
			t.Errorf("%s is not what the blocks say; UPDATE_README=1 writes it", f.got)
		}
	}
	quotes(t, "calibration", nil, func(w io.Writer, _ *results.Record) error {
		_, err := io.WriteString(w, plots.ReadmeBlock(table))
		return err
	})
}
