package atlas

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pushbench/plots/sample"
)

// TestNothingActs writes the atlas of records in which every string is hostile.
func TestNothingActs(t *testing.T) {
	forged := regexp.MustCompile(`(?m)^(# forged|> forged|1\. forged|forged: yes|\| forged|forged$)`)
	names := regexp.MustCompile(`\.(Transport|Sweep|Kind|Metric|Code|State)$`)
	for fact, change := range map[string]func(path, s string) string{
		"every string is hostile":     func(_, s string) string { return s + sample.Hostile },
		"every string begins hostile": func(_, s string) string { return sample.Hostile + s },
		"what the page knows it knows": func(path, s string) string {
			if names.MatchString(path) {
				return s
			}
			return s + sample.Hostile
		},
		"facts that the page knows": func(path, s string) string {
			if names.MatchString(path) || strings.HasSuffix(path, ".Facts.Name") {
				return s
			}
			return sample.Hostile + s
		},
	} {
		t.Run(fact, func(t *testing.T) {
			r := sample.Atlas()
			sample.Change(r, change)
			var page, short, line bytes.Buffer
			if err := errors.Join(HTML(&page, r), Markdown(&short, r), Headline(&line, r)); err != nil {
				t.Fatal(err)
			}
			sample.CheckPage(t, page.Bytes())
			own := "<script>" + sortScript + "</script>"
			if n := strings.Count(page.String(), own); n != 1 {
				t.Errorf("the page has its own script %d times", n)
			}
			for name, s := range map[string]string{"page": strings.ReplaceAll(page.String(), own, ""), "Markdown": short.String(), "headline": line.String()} {
				if !utf8.ValidString(s) || strings.Contains(s, "<script") {
					t.Errorf("%s: markup, or no UTF-8, is in it", name)
				}
				for _, c := range s {
					if c != '\n' && (c != '\t' || name != "page") && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
						t.Fatalf("%s has the character %U", name, c)
					}
				}
				if at := forged.FindString(s); at != "" && name != "page" {
					t.Errorf("%s has what the record forges: %s", name, at)
				}
			}
		})
	}
}
