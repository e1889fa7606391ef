package text

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func example() Table {
	return Table{
		Columns: []Column{{Title: "a|b"}, {Title: "p50", Number: true, Link: "metric-p50"}},
		Rows: [][]Value{
			{{Text: "x*y", Link: "there"}, {Text: "1", Note: "(0–2)", Doubt: "why", Alarming: true}},
			{{Text: "reproduced", Sign: "✓", Tone: "good"}, {Text: "2"}},
		},
	}
}

func TestMarkdown(t *testing.T) {
	const rows = "|---|---:|\n| [x\\*y](#there) | 1 ⚠<br>(0–2) |\n| ✓\u00a0reproduced | 2 |\n"
	for _, c := range []struct {
		why, want string
		table     Table
	}{
		{"text is as it is, heads and values are links, marks need no color", "| a\\|b | [p50](#metric-p50) |\n" + rows, example()},
		{"heads without what they lead to are text", "| a\\|b | p50 |\n" + rows, example().Unlinked()},
	} {
		if diff := cmp.Diff(c.want, c.table.Markdown()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.why, diff)
		}
	}
}

func TestLinks(t *testing.T) {
	ids := map[string]bool{}
	example().Links(ids)
	if got := slices.Sorted(maps.Keys(ids)); !slices.Equal(got, []string{"metric-p50", "there"}) {
		t.Errorf("links to %q", got)
	}
}
