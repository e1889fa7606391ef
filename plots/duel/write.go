package duel

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"pushbench/results"
	"pushbench/results/gate"
)

// JSON writes the comparison as it is: compare.json.
func JSON(w io.Writer, c *gate.Comparison) error {
	data, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// WriteAll writes everything that a comparison is shown as into dir: compare.json,
// compare.md, junit.xml and compare.html. Each file is written whole or not at all,
// and none before all of them are made. An error names the file.
func WriteAll(dir string, c *gate.Comparison) error {
	files := []struct {
		name  string
		write func(io.Writer, *gate.Comparison) error
		data  bytes.Buffer
	}{{name: "compare.json", write: JSON}, {name: "compare.md", write: Markdown}, {name: "junit.xml", write: JUnit}, {name: "compare.html", write: HTML}}
	var err error
	for i := range files {
		err = errors.Join(err, files[i].write(&files[i].data, c))
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range files {
		if err := results.WriteFile(filepath.Join(dir, files[i].name), files[i].data.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
