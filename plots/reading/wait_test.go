package reading

import (
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/view"
	"pushbench/results"
)

func TestWaitNote(t *testing.T) {
	if note := WaitNote(view.Find(sample.Few(), "live-feed")); !strings.Contains(note, "p99") || !strings.Contains(note, "longest mean wait is ") {
		t.Errorf("the note is %q", note)
	}
	r := sample.Few()
	for _, trial := range r.Trials {
		trial.Trust.Stamps = results.Stamps{}
	}
	if note := WaitNote(view.Find(r, "live-feed")); note != "" {
		t.Errorf("the note of a record without time stamps is %q", note)
	}
}
