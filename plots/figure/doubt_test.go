package figure

import (
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/view"
	"pushbench/results"
)

func TestFigureOfBytesIsNotDoubtedForTime(t *testing.T) {
	r := sample.Doubted("cpu-pressure", func(t *results.Trial) bool { return true })
	f, ok, err := Bytes(view.Find(r, "live-feed"))
	if err != nil || !ok || strings.Contains(string(f.SVG), "#B00020") {
		t.Errorf("a doubt about time stands in the figure of bytes, or there is none: %v", err)
	}
}

func TestGeneratorsLimitIsRedInFigures(t *testing.T) {
	for _, code := range []string{"ceiling", "bias"} {
		r := sample.Doubted(code, func(t *results.Trial) bool { return t.Transport == "sse" })
		for what, draw := range map[string]func(view.Scenario) (Figure, bool, error){"live-feed": latencyFigure, "sweep-rate": sweepLatencyFigure} {
			f, ok, err := draw(view.Find(r, what))
			if err != nil || !ok || !strings.Contains(string(f.SVG), "#B00020") {
				t.Errorf("%s: the figure of %s has no red sign, or there is none: %v", code, what, err)
			}
		}
	}
}
