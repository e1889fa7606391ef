package proof

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/plots/text"
	"pushbench/results"
)

func TestPublished(t *testing.T) {
	number := func(row int, quantity, kind string, theirs, ours float64, verdict string) results.Published {
		return results.Published{Row: row, Title: "A table", Source: "Somebody", Quantity: quantity, Kind: kind, Theirs: theirs, Ours: ours, How: "measured", Verdict: verdict, Why: "Because."}
	}
	r := &results.Record{Published: []results.Published{
		number(2, "a size", "bytes", 871, 909, "corrected"),
		number(2, "a rate", "Mibit/s", 6.645, 6.645, "reproduced"),
		number(1, "nothing", "count", 0, 3, "not reproduced"),
		number(2, "a time", "sec", 0.2, 0.1, "differs"),
		number(2, "a second time", "sec", 0.2, 0.1, "differs"),
		number(3, "an opinion", "count", 1, 1, "delightful"),
		number(3, "another", "count", 1, 1, ""),
	}}
	var got []string
	for _, row := range Rows(r) {
		got = append(got, row.Heading+" by "+row.Source)
		for _, fields := range row.Table().Rows {
			got = append(got, line(fields)+" ("+fields[3].Tone+")")
		}
	}
	want := []string{
		"2. A table by Somebody",
		"a size | 871 B | 909 B +4.4 % | ✎ corrected | measured | Because. (corrected)",
		"a rate | 6.64 Mibit/s | 6.64 Mibit/s +0.0 % | ✓ reproduced | measured | Because. (good)",
		"a time | 200 ms | 100 ms -50.0 % | ≠ differs | measured | Because. (doubtful)",
		"a second time | 200 ms | 100 ms -50.0 % | ≠ differs | measured | Because. (doubtful)",
		"1. A table by Somebody",
		"nothing | 0 | 3 | ✗ not reproduced | measured | Because. (alarming)",
		"3. A table by Somebody",
		"an opinion | 1 | 1 +0.0 % | ? delightful | measured | Because. (doubtful)",
		"another | 1 | 1 +0.0 % | ? no verdict | measured | Because. (doubtful)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const counts = "7 published numbers: ✓ 1 reproduced, ✎ 1 corrected, ≠ 2 differs, ✗ 1 not reproduced, ? 1 delightful, ? 1 no verdict."
	if got := spaced(Verdicts(r)); got != counts {
		t.Errorf("counted: %q, want %q", got, counts)
	}
	s := &text.Screen{Width: 120, Color: true}
	ShowPublished(s, r)
	sentence := string(s.Bytes())
	for _, want := range []string{text.Red + "nothing", "  ✎ a size: Because.\n", "  ? another: Because.\n", "  ≠ a time; a second time: Because.\n", counts} {
		if !strings.Contains(sentence, want) {
			t.Errorf("the terminal does not say %q:\n%s", want, sentence)
		}
	}
	if strings.Contains(sentence, "✓ a rate") {
		t.Error("the terminal explains what is the same")
	}
}

// What nobody published is counted apart.
func TestPredictionsAreCountedApart(t *testing.T) {
	number := func(verdict string, derived, predicted bool) results.Published {
		return results.Published{Row: 5, Title: "A table", Source: "theory", Quantity: "a time", Kind: "sec", Theirs: 1, Ours: 1, Verdict: verdict, Derived: derived, Predicted: predicted}
	}
	for _, c := range []struct {
		fact          string
		numbers       []results.Published
		counts, short string
	}{
		{"all three kinds", []results.Published{number("reproduced", false, false), number("differs", true, false), number("as predicted", false, true), number("not reproduced", false, true)},
			"1 published number and 1 that follow from what was published: ✓ 1 reproduced, ≠ 1 differs. Apart from them, 1 of 2 predictions came true.",
			"5. A table: ✓ 1 reproduced, ≠ 1 differs; 1 of 2 predictions came true"},
		{"predictions alone", []results.Published{number("as predicted", false, true)}, "Apart from them, 1 of 1 prediction came true.", "5. A table: 1 of 1 prediction came true"},
	} {
		r := &results.Record{Published: c.numbers}
		if got := spaced(Verdicts(r)); got != c.counts {
			t.Errorf("%s: %q, want %q", c.fact, got, c.counts)
		}
		if got := spaced(Rows(r)[0].Short()); got != c.short {
			t.Errorf("%s: %q, want %q", c.fact, got, c.short)
		}
	}
}

func TestNothingPublished(t *testing.T) {
	r := &results.Record{}
	s := &text.Screen{Width: 80}
	if ShowPublished(s, r); len(s.Bytes()) > 0 || Verdicts(r) != "" || Legend(r) != "" || len(Rows(r)) > 0 {
		t.Errorf("a record without published numbers shows %q, %q, %q", s.Bytes(), Verdicts(r), Legend(r))
	}
}
