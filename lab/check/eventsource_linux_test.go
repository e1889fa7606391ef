package check

import (
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/targets"
)

// What an EventSource does with a completed stream is found out for each target whose file
// says how to ask for one: for Spring's SseEmitter.complete(), before all.
func TestTargetsThatComplete(t *testing.T) {
	needSource(t)
	all, err := targets.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	stops := map[string]string{
		"spring":  " s with Last-Event-ID; the answer 204 stops it.",
		"express": " s without Last-Event-ID; the answer 200 does not stop it.",
	}
	for _, f := range all {
		if f.Dialect.SSE == nil || f.Dialect.SSE.Completes.Empty() {
			continue
		}
		want := stops[f.Name]
		delete(stops, f.Name)
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			server := start(t, f)
			p, err := newProber(Server{Name: f.Name, Address: server.HTTP, Dialect: server.Dialect}, usual, func(string) {})
			if err != nil {
				t.Fatal(err)
			}
			defer p.unpublish()
			found := &table{}
			p.checkComplete(t.Context(), found)
			got := found.Facts[0]
			t.Log(got.Text)
			if got.State != results.Pass || want == "" || !strings.Contains(got.Text, want) || got.Figures["retry-sec"] <= 0 {
				t.Errorf("got %s, %q, %v; want %q", got.State, got.Text, got.Figures, want)
			}
		})
	}
	for name := range stops {
		t.Errorf("%s does not say how it completes a stream", name)
	}
}
