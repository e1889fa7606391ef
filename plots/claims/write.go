package claims

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"

	"pushbench/results"
)

// Names of the files that WriteAll writes.
const (
	PageName     = "claims.html"
	MarkdownName = "claims.md"
)

// WriteAll writes claims.html and claims.md into dir, which it makes when there is none.
// Each is written whole or not at all. An error names the file.
func WriteAll(dir string, r *results.Record) error {
	var page, short bytes.Buffer
	if err := errors.Join(HTML(&page, r), Markdown(&short, r)); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := results.WriteFile(filepath.Join(dir, MarkdownName), short.Bytes()); err != nil {
		return err
	}
	return results.WriteFile(filepath.Join(dir, PageName), page.Bytes())
}
