package proof

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
)

// A Verdict is what came of a repeated number. The mark tells it to those who
// see no color.
type Verdict struct {
	Word, Mark string
	Tone       string // as in table.Value
	Means      string // for the legend
}

// verdicts are those that a published number may have.
var verdicts = []Verdict{
	{"reproduced", "✓", "good", "the same came out"},
	{"corrected", "✎", "corrected", "the published number has an error, which the last column explains"},
	{"differs", "≠", "doubtful", "another machine or other software gives another number"},
	{"as predicted", "✓", "good", "nobody's number but what the theory of this project says, which came true"},
	{"not reproduced", "✗", "alarming", "it should have come out and did not"},
}

// VerdictOf returns the verdict with that word; one that is not known is
// doubtful.
func VerdictOf(word string) Verdict {
	for _, v := range verdicts {
		if v.Word == word {
			return v
		}
	}
	if word == "" {
		word = "no verdict"
	}
	return Verdict{word, "?", "doubtful", "a verdict that this version does not know"}
}

// A Row is the published numbers of one source and what came of them.
type Row struct {
	Heading string // number and title
	Source  string
	Numbers []results.Published
}

// Rows gathers the record's published numbers, in their order.
func Rows(r *results.Record) []Row {
	var out []Row
	at := map[int]int{}
	for _, c := range r.Published {
		i, ok := at[c.Row]
		if !ok {
			i, at[c.Row] = len(out), len(out)
			out = append(out, Row{Heading: fmt.Sprintf("%d. %s", c.Row, c.Title), Source: c.Source})
		}
		out[i].Numbers = append(out[i].Numbers, c)
	}
	return out
}

// Table lists a row's numbers, theirs beside ours.
func (row Row) Table() text.Table {
	t := text.Table{Columns: []text.Column{
		{Title: "quantity"}, {Title: "theirs", Number: true}, {Title: "ours", Number: true}, {Title: "verdict"}, {Title: "how"}, {Title: "why"},
	}}
	for _, c := range row.Numbers {
		v := VerdictOf(c.Verdict)
		t.Rows = append(t.Rows, []text.Value{
			{Text: c.Quantity}, theirs(c), {Text: text.Format(c.Ours, c.Kind), Note: apart(c)},
			{Text: v.Word, Sign: v.Mark, Tone: v.Tone}, {Text: c.How}, {Text: c.Why},
		})
	}
	return t
}

// theirs is the published number; a note says when it only follows from one, or
// is nobody's but predicted.
func theirs(c results.Published) text.Value {
	v := text.Value{Text: text.Format(c.Theirs, c.Kind)}
	switch {
	case c.Predicted:
		v.Note = "predicted"
	case c.Derived:
		v.Note = "derived"
	}
	return v
}

// Short is the row in one line: 4. Long-polling: ✓ 8 reproduced; 6 of 6
// predictions came true.
func (row Row) Short() string {
	var parts []string
	if text := byVerdict(published(row.Numbers)); text != "" {
		parts = append(parts, text)
	}
	if text := predictions(row.Numbers); text != "" {
		parts = append(parts, text)
	}
	return row.Heading + ": " + strings.Join(parts, "; ")
}

// published leaves predictions out.
func published(numbers []results.Published) []results.Published {
	return slices.DeleteFunc(slices.Clone(numbers), func(c results.Published) bool { return c.Predicted })
}

// byVerdict counts numbers by their verdicts: ✓ 1 reproduced, ✎ 2 corrected.
func byVerdict(numbers []results.Published) string {
	var parts []string
	for _, v := range found(&results.Record{Published: numbers}) {
		parts = append(parts, fmt.Sprintf("%s\u00a0%d\u00a0%s", v.Mark, count(numbers, v), v.Word))
	}
	return strings.Join(parts, ", ")
}

// predictions says how many of those among numbers came true; empty without any.
func predictions(numbers []results.Published) string {
	all, cameTrue := 0, 0
	for _, c := range numbers {
		if c.Predicted {
			all++
			if c.Verdict == "as predicted" {
				cameTrue++
			}
		}
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s came true", cameTrue, text.Count(all, "prediction"))
}

// count is how many of the numbers have the verdict.
func count(numbers []results.Published, v Verdict) (n int) {
	for _, c := range numbers {
		if VerdictOf(c.Verdict).Word == v.Word {
			n++
		}
	}
	return n
}

// apart is how far our number is from theirs; empty where that has no meaning.
func apart(c results.Published) string {
	if c.Theirs == 0 {
		return ""
	}
	return fmt.Sprintf("%+.1f\u00a0%%", (c.Ours/c.Theirs-1)*100)
}

// Verdicts counts the record's published numbers by verdict: 4 published numbers: ✓ 1
// reproduced, ✎ 2 corrected. Predictions are nobody's numbers and are counted
// apart. It is empty for a record without any.
func Verdicts(r *results.Record) string {
	var parts []string
	if numbers := published(r.Published); len(numbers) > 0 {
		derived := 0
		for _, c := range numbers {
			if c.Derived {
				derived++
			}
		}
		what := text.Count(len(numbers)-derived, "published number")
		if derived > 0 {
			what += fmt.Sprintf(" and %d that follow from what was published", derived)
		}
		parts = append(parts, what+": "+byVerdict(numbers)+".")
	}
	if line := predictions(r.Published); line != "" {
		parts = append(parts, "Apart from them, "+line+".")
	}
	return strings.Join(parts, " ")
}

// Legend says what the verdicts of the record mean; empty where there are none.
func Legend(r *results.Record) string {
	var parts []string
	for _, v := range found(r) {
		parts = append(parts, v.Mark+"\u00a0"+v.Word+": "+v.Means)
	}
	if slices.ContainsFunc(r.Published, func(c results.Published) bool { return c.Derived }) {
		parts = append(parts, "derived: not printed by the source, but it follows from what is")
	}
	if slices.ContainsFunc(r.Published, func(c results.Published) bool { return c.Predicted }) {
		parts = append(parts, "predicted: in no source, but by the theory of this project")
	}
	return strings.Join(parts, "; ")
}

// found returns the verdicts that the record has, the known ones first.
func found(r *results.Record) []Verdict {
	var out []Verdict
	have := map[string]bool{}
	for _, v := range verdicts {
		have[v.Word] = true
		for _, c := range r.Published {
			if c.Verdict == v.Word {
				out = append(out, v)
				break
			}
		}
	}
	for _, c := range r.Published {
		if v := VerdictOf(c.Verdict); !have[v.Word] {
			have[v.Word], out = true, append(out, v)
		}
	}
	return out
}
