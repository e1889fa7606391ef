package power

import (
	"bytes"
	"os"
	"path/filepath"

	"pushbench/results"
	"pushbench/results/power"
)

// WriteAll writes what the table is shown as into dir: report.md, and
// figures/detection.svg and .png where there is a curve. Each file is written whole or
// not at all. An error names the file.
func WriteAll(dir string, t *power.Table) error {
	var page bytes.Buffer
	if err := Markdown(&page, t); err != nil {
		return err
	}
	svg, png, ok, err := Figure(t)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "figures"), 0o755); err != nil {
		return err
	}
	if ok {
		for ext, data := range map[string][]byte{".svg": svg, ".png": png} {
			if err := results.WriteFile(filepath.Join(dir, "figures", FigureName+ext), data); err != nil {
				return err
			}
		}
	}
	return results.WriteFile(filepath.Join(dir, "report.md"), page.Bytes())
}
