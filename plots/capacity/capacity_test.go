package capacity

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pushbench/plots/sample"
	"pushbench/results"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer) error{
		"capacity.md":  func(b *bytes.Buffer) error { return Markdown(b, sample.Search()) },
		"terminal.txt": func(b *bytes.Buffer) error { return Terminal(b, sample.Search(), TerminalOptions{Width: 100}) },
	} {
		var got bytes.Buffer
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.MkdirAll("testdata", 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, got.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s (-want +got; go test ./plots/capacity -update writes it anew):\n%s", path, diff)
		}
	}
}

func TestPage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if err := WriteAll(dir, sample.Search()); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, PageName))
	if err != nil {
		t.Fatal(err)
	}
	sample.CheckPage(t, page)
	for why, want := range map[string]string{
		"the question is the title":           "<h1>The most clients within p50-sec &lt;= 0.1 and missed-events == 0</h1>",
		"no result is alarming":               `<p class="alert" role="note"><strong>long-polling.</strong> This is no result about the server: the load generator was the limit.`,
		"a border":                            "The border lies between 8 and 10.",
		"every load":                          "<h3>WebSocket</h3>",
		"a search that was ended is not over": "Partial: the search was ended before it was over.",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%s: the page has no %s", why, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, MarkdownName)); err != nil {
		t.Error(err)
	}
}

func TestHas(t *testing.T) {
	if Has(&results.Record{}) || !Has(sample.Search()) {
		t.Error("a search is one of clients or events, and no other record is")
	}
}

// TestNothingActs writes a search in which every string is hostile.
func TestNothingActs(t *testing.T) {
	forged := regexp.MustCompile(`(?m)^(# forged|> forged|1\. forged|forged: yes|\| forged|forged$)`)
	known := regexp.MustCompile(`^\.Capacity\.(Objectives|Of)|\.(Transport|Sweep|Code)$`) // a record with others is refused
	for fact, change := range map[string]func(s string) string{
		"every string is hostile":     func(s string) string { return s + sample.Hostile },
		"every string begins hostile": func(s string) string { return sample.Hostile + s },
	} {
		r := sample.Search()
		sample.Change(r, func(path, s string) string {
			if known.MatchString(path) {
				return s
			}
			return change(s)
		})
		var page, short, screen bytes.Buffer
		if err := errors.Join(HTML(&page, r), Markdown(&short, r), Terminal(&screen, r, TerminalOptions{Width: 80})); err != nil {
			t.Fatal(err)
		}
		sample.CheckPage(t, page.Bytes())
		for name, s := range map[string]string{"page": page.String(), "Markdown": short.String(), "terminal": screen.String()} {
			if !utf8.ValidString(s) || strings.Contains(s, "<script") && name != "terminal" {
				t.Errorf("%s: %s: markup, or no UTF-8, is in it", fact, name)
			}
			for _, c := range s {
				if c != '\n' && (c != '\t' || name != "page") && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
					t.Fatalf("%s: %s has the character %U", fact, name, c)
				}
			}
			if at := forged.FindString(s); at != "" && name != "page" {
				t.Errorf("%s: %s has what the record forges: %s", fact, name, at)
			}
		}
	}
}
