package duel

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pushbench/plots/sample"
	"pushbench/results/gate"
)

// outputs is everything that a comparison is shown as, by name.
func outputs(t *testing.T, c *gate.Comparison) map[string]string {
	t.Helper()
	out := map[string]string{"headline": Headline(c)}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"compare.html": func(b *bytes.Buffer) error { return HTML(b, c) },
		"compare.md":   func(b *bytes.Buffer) error { return Markdown(b, c) },
		"comment.md":   func(b *bytes.Buffer) error { return Comment(b, c) },
		"junit.xml":    func(b *bytes.Buffer) error { return JUnit(b, c) },
		"annotations":  func(b *bytes.Buffer) error { return Annotations(b, c) },
		"terminal":     func(b *bytes.Buffer) error { return Terminal(b, c, Options{Dir: "x" + sample.Hostile}) },
		"in color":     func(b *bytes.Buffer) error { return Terminal(b, c, Options{Color: true}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	out["in color"] = regexp.MustCompile(`\x1b\[(0|1|31|38;5;\d+)m`).ReplaceAllString(out["in color"], "")
	return out
}

// TestNothingActs shows comparisons in which every string is hostile.
func TestNothingActs(t *testing.T) {
	known := regexp.MustCompile(`\.(Verdict|Transport|Sweep|Kind|Metric|Direction|Generator|Stopped)$`)
	forged := regexp.MustCompile(`(?m)^(# forged|BenchmarkForged|> forged|1\. forged|forged: yes|\| forged|::forged|forged$)`)
	hostile := sample.Hostile + "\n::forged ::%0A"
	for fact, change := range map[string]func(path, s string) string{
		"every string is hostile":         func(_, s string) string { return s + hostile },
		"every string begins hostile":     func(_, s string) string { return hostile + s },
		"what the pages know they know":   func(path, s string) string { return s + map[bool]string{false: hostile}[known.MatchString(path)] },
		"every string is longer than ten": func(_, s string) string { return s + strings.Repeat(" 502 bad gateway", 1_000) },
	} {
		for sampled, c := range samples() {
			if !slices.Contains([]string{"worse", "separate", "void", "declared", "unconfirmed"}, sampled) {
				continue // they have no field that none of these has
			}
			c.Missing, c.Accepted, c.Head.Inject = []gate.Missing{{Cell: "c", Metric: "m", Reason: "r"}}, []string{"a"}, []string{"i"}
			sample.Change(c, change)
			for name, said := range outputs(t, c) {
				check(t, fact+", "+sampled+", "+name, name, said, forged)
			}
		}
	}
}

func check(t *testing.T, where, name, said string, forged *regexp.Regexp) {
	t.Helper()
	if !utf8.ValidString(said) {
		t.Errorf("%s: no UTF-8", where)
	}
	for _, r := range said {
		if r != '\n' && (r != '\t' || name != "compare.html" && name != "junit.xml") && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%s: the character %U", where, r)
			break
		}
	}
	if at := forged.FindString(said); at != "" && name != "compare.html" {
		t.Errorf("%s: what the comparison forges: %q", where, at)
	}
	if (strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".md") || name == "junit.xml") && strings.Contains(unfenced(said), "<script") {
		t.Errorf("%s: a script of the comparison", where)
	}
	switch name {
	case "compare.html":
		sample.CheckPage(t, []byte(said))
	case "junit.xml":
		if err := xml.Unmarshal([]byte(said), new(suite)); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	case "comment.md":
		if len(said) >= commentBytes {
			t.Errorf("%s: %d bytes", where, len(said))
		}
	case "annotations":
		for line := range strings.SplitSeq(strings.TrimSpace(said), "\n") {
			if line != "" && !regexp.MustCompile(`^::(error|warning|notice) title=[^:,]*::`).MatchString(line) {
				t.Errorf("%s: no annotation: %.200s", where, line)
			}
		}
	}
}

// unfenced is Markdown without what stands in fences.
func unfenced(said string) string {
	return regexp.MustCompile("(?s)\n````*sh\n.*\n````*\n").ReplaceAllString(said, "\n")
}
