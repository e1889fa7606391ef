package view

import (
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/text"
	"pushbench/results/example"
)

func TestTargeted(t *testing.T) {
	for _, c := range []struct {
		fact           string
		names, targets []string
		want           string
	}{
		{"one target is in brackets", []string{"SSE"}, []string{"nchan"}, "SSE (nchan)"},
		{"several stand together", []string{"SSE", "WebSocket", "SSE", "SSE"}, []string{"a", "a", "b", "c"}, "SSE (a, b and c); WebSocket (a)"},
		{"settings stand beside them", []string{"polling every 1 s, ETag", "polling every 1 s, ETag"}, []string{"a", "b"}, "polling every 1 s (ETag, a and b)"},
		{"without a target there is none", []string{"SSE", "SSE, browser headers"}, []string{"", ""}, "SSE; SSE (browser headers)"},
	} {
		if got := strings.Join(Targeted(c.names, c.targets), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

// A reason that many fields have is said once, and stands in none of them.
func TestTakeGaps(t *testing.T) {
	cells := Find(sample.Foreign(), "live-feed").Cells
	cells = cells[len(cells)-3:]
	table := text.Table{Columns: text.Heads("transport", "open", "memory")}
	for _, c := range cells {
		table.Rows = append(table.Rows, []text.Value{{Text: c.Name}, {Text: "–", Note: "it opens late"}, {Text: "1", Note: "(1–2)"}})
	}
	table.Rows[2][1].Note, table.Rows[2][2] = "", text.Value{Text: "–", Note: "it is not known"}
	got := TakeGaps(&table, cells)
	want := []string{
		"No number for " + ByVariant(cells[:2]) + " under open: it opens late.",
		"No number for " + ByVariant(cells[2:]) + " under memory: it is not known.",
	}
	if !slices.Equal(got, want) || table.Rows[0][1].Note+table.Rows[2][2].Note != "" || table.Rows[0][2].Note != "(1–2)" {
		t.Errorf("%q, want %q; %v", got, want, table.Rows)
	}
}

// The memory of a connection is that from outside where a foreign server answered.
func TestMemoryUnit(t *testing.T) {
	if ours, theirs := MemoryUnit(example.Record()), MemoryUnit(sample.Foreign()); ours != "server-mem-B/conn" || theirs != "outside-B/conn" {
		t.Errorf("%s and %s", ours, theirs)
	}
	if MemoryUnit(nil) != "server-mem-B/conn" || Who(example.Record()) != nil {
		t.Error("without a foreign server something changes")
	}
}
