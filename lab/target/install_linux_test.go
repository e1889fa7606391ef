package target

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pushbench/targets"
)

// Programs that Node.js from elsewhere brings are not to be installed again.
func TestInstallingWhatIsElsewhere(t *testing.T) {
	for _, row := range []struct {
		there, hint string
	}{
		{"", "apt-get install nodejs npm pushbench-nonexistent, and npm ci in "},
		{"node", "apt-get install npm pushbench-nonexistent, and npm ci in "},
		{"node npm", "apt-get install pushbench-nonexistent, and npm ci in "},
		{"node npm pushbench-nonexistent", "apt-get install pushbench-nonexistent, and npm ci in "},
	} {
		dir := t.TempDir()
		t.Setenv("PATH", dir) // without dpkg-query, so that no package is known to be installed
		for _, name := range strings.Fields(row.there) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		f := &targets.File{Path: "/dir/x.yaml", Install: targets.Install{
			Debian: []string{"nodejs", "npm", "pushbench-nonexistent"}, Run: [][]string{{"npm", "ci"}},
		}}
		if got, want := installing(t.Context(), f, true), "install what it needs: "+row.hint+"/dir"; got != want {
			t.Errorf("with %q there: %q, want %q", row.there, got, want)
		}
	}
}
