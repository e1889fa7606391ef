package figure

import (
	"testing"

	"pushbench/results"
	"pushbench/results/estimate"
)

func TestTile(t *testing.T) {
	for _, test := range []struct {
		fact        string
		choice      estimate.Choice
		text, named string
		faint       bool
	}{
		{"one is the least", estimate.Choice{Best: []string{"sse"}}, "S", "SSE", false},
		{"a tie", estimate.Choice{Best: []string{"websocket", "longpoll"}}, "WL", "WebSocket, long-polling", false},
		{"beyond what was measured", estimate.Choice{Best: []string{"polling"}, Beyond: true}, "~P", "~ polling", true},
		{"nothing is known", estimate.Choice{}, "–", "–", true},
	} {
		got := tile(test.choice)
		if got.Text != test.text || got.Faint != test.faint || len(got.Strokes) != len(test.choice.Best) || named(test.choice) != test.named {
			t.Errorf("%s: %+v, %q", test.fact, got, named(test.choice))
		}
	}
}

func TestNoMapOfNothing(t *testing.T) {
	if f, ok, err := mapFigure(&results.Record{}); ok || err != nil {
		t.Errorf("an empty record has a map: %+v, %v", f, err)
	}
}
