package reading

import (
	"strings"
	"testing"

	"pushbench/plots/view"
	"pushbench/results"
)

func TestStallIsTheAnswer(t *testing.T) {
	if said := Readings(view.Find(results.Example(), "stall"))[0]; !strings.HasPrefix(said, "The server stands still for") {
		t.Errorf("the answer is %q", said)
	}
}
