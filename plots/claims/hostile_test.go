package claims

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

// TestNothingActs writes the claims of records in which every string is hostile.
func TestNothingActs(t *testing.T) {
	forged := regexp.MustCompile(`(?m)^(# forged|> forged|1\. forged|forged: yes|\| forged|forged$)`)
	names := regexp.MustCompile(`\.(Transport|Sweep|Kind|Metric|ToMetric|Code|Op|Explain)$`)
	for fact, change := range map[string]func(path, s string) string{
		"every string is hostile":     func(_, s string) string { return s + sample.Hostile },
		"every string begins hostile": func(_, s string) string { return sample.Hostile + s },
		"what the page knows it knows": func(path, s string) string {
			if names.MatchString(path) {
				return s
			}
			return s + sample.Hostile
		},
		"numbers of what the page knows": func(path, s string) string {
			if names.MatchString(path) {
				return s
			}
			return sample.Hostile + s
		},
	} {
		t.Run(fact, func(t *testing.T) {
			r := sample.Claims()
			sample.Change(r, change)
			var page, short, line, screen bytes.Buffer
			err := errors.Join(HTML(&page, r), Markdown(&short, r), Brief(&line, r), Terminal(&screen, r, TerminalOptions{Width: 80}))
			if err != nil {
				t.Fatal(err)
			}
			sample.CheckPage(t, page.Bytes())
			for name, s := range map[string]string{"page": page.String(), "Markdown": short.String(), "README": line.String(), "terminal": screen.String()} {
				if !utf8.ValidString(s) || strings.Contains(s, "<script") && name != "terminal" {
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
