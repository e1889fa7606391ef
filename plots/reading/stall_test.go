package reading

import (
	"strings"
	"testing"

	"pushbench/plots/view"
	"pushbench/results/example"
)

func TestStallIsTheAnswer(t *testing.T) {
	if said := Readings(view.Find(example.Record(), "stall"))[0]; !strings.HasPrefix(said, "The server stands still for") {
		t.Errorf("the answer is %q", said)
	}
}
