package reading

import (
	"pushbench/results/example"

	"strings"
	"testing"

	"pushbench/plots/view"
)

func TestStallIsTheAnswer(t *testing.T) {
	if said := Readings(view.Find(example.Record(), "stall"))[0]; !strings.HasPrefix(said, "The server is paused for") {
		t.Errorf("the answer is %q", said)
	}
}
