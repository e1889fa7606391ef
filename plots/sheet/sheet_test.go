package sheet

import (
	"strings"
	"testing"

	"pushbench/plots/text"
)

func TestCode(t *testing.T) {
	for _, c := range []struct{ why, text, want string }{
		{"text is escaped", "a < b", "a &lt; b"},
		{"backquotes mark code", "run `make truth` or `a<b`.", "run <code>make truth</code> or <code>a&lt;b</code>."},
		{"one that nothing closes is itself", "`a` and `b", "<code>a</code> and `b"},
	} {
		if got := string(Code(c.text)); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestPage(t *testing.T) {
	const script = "one()"
	own := Own{Name: "own", Text: `<head>{{template "head" .Title}}</head>{{template "table" (titled "numbers" .Table)}}`, Style: "own { }\n", Script: script}
	data := struct {
		Title string
		Table text.Table
	}{"a <b> \x1b[2J", text.Table{Columns: text.Heads("name", "value"), Rows: [][]text.Value{{{Text: "`x` < y"}, {Text: "1", Note: "0\u202e"}}}}}
	var b strings.Builder
	if err := Write(&b, own.Template(), data); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for why, want := range map[string]string{
		"text is no markup, what cannot be seen is shown": `<title>a &lt;b&gt; \x1b[2J</title>`,
		"its style stands before the shared one":          "<style>\nown { }\n:root {",
		"backquotes mark code":                            "<code>x</code> &lt; y",
		"notes are small":                                 `1<small>0\u202e</small>`,
		"a table has a name":                              `aria-label="numbers"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s: the page has no %s:\n%s", why, want, page)
		}
	}
	if err := Write(&b, own.Template(), 1); err == nil || b.String() != page {
		t.Errorf("a page that fails is written in part, or does not fail: %v", err)
	}
}

func TestPolicy(t *testing.T) {
	for _, c := range []struct{ why, script, want string }{
		{"no script, nothing to run", "", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"},
		{"a script by its hash", "one()", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4='"},
	} {
		if got := Policy(c.script); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}
