package page

import (
	"bytes"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/results"
)

func TestBytesAreNotDoubtedForTime(t *testing.T) {
	r := sample.Doubted("cpu-pressure", func(t *results.Trial) bool { return true })
	var term bytes.Buffer
	if err := Terminal(&term, r, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	inBytes := false
	for _, line := range strings.Split(term.String(), "\n") {
		if strings.Contains(line, " by ") {
			inBytes = strings.HasPrefix(line, "wire bytes")
		}
		if inBytes = inBytes && line != ""; inBytes && strings.Contains(line, "⚠") {
			t.Errorf("a doubt about time stands at bytes: %s", line)
		}
	}
}

func TestTerminalWarnsOnceOfOneThing(t *testing.T) {
	var term bytes.Buffer
	r := sample.Doubted("odd", func(t *results.Trial) bool { return t.Scenario == "quiet" || t.Point == "10" })
	if err := Terminal(&term, r, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	if want := "⚠ Doubt it. [quiet; sweep-clients at 10 clients; sweep-rate at 10 events/s]\n"; !strings.Contains(term.String(), want) {
		t.Errorf("the terminal does not say %q", want)
	}
}
