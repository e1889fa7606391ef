package page

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"

	"pushbench/plots/figure"
	"pushbench/results"
)

// Options are what a report has besides its record. The zero value is nothing.
type Options struct {
	History string // name of the page of a history that lies beside the report, which links it; empty: there is none
}

// WriteAll writes everything that a record is shown as into dir: figures/*.svg
// and *.png, report.html, report.md and bench.txt. Each file is written whole
// or not at all, the reports after what they refer to. An error names the
// file.
func WriteAll(dir string, r *results.Record, o Options) error {
	figs, err := figure.All(r)
	if err != nil {
		return err
	}
	var page, short, bench bytes.Buffer
	if err := errors.Join(writePage(&page, r, figs, o), Markdown(&short, r, figs), results.WriteBenchmarks(&bench, r)); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "figures"), 0o755); err != nil {
		return err
	}
	type file struct {
		name string
		data []byte
	}
	var files []file
	for _, f := range figs {
		files = append(files, file{"figures/" + f.Name + ".svg", f.SVG}, file{"figures/" + f.Name + ".png", f.PNG})
	}
	for _, f := range append(files, file{"bench.txt", bench.Bytes()}, file{"report.md", short.Bytes()}, file{"report.html", page.Bytes()}) {
		if err := results.WriteFile(filepath.Join(dir, f.name), f.data); err != nil {
			return err
		}
	}
	return nil
}
