package safe

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ fact, text, want string }{
		{"what can be seen stays", "p99 ≤ 1.5\u00a0ms, “naïve” 👩‍🚀 日本", "p99 ≤ 1.5\u00a0ms, “naïve” 👩‍🚀 日本"},
		{"an escape sequence is seen", "a\x1b[31mb\x07", `a\x1b[31mb\a`},
		{"so is the one-byte introducer", "\u009b2J", `\u009b2J`},
		{"a line stays one", "a\r\nb\nc\u2028d\x85", `a  b c d\x85`},
		{"order is as it is written", "a\u202eb\u2066c\u200f", `a\u202eb\u2066c\u200f`},
		{"bytes that are no text are seen", "a\xffb\x00", `a\xffb\x00`},
	} {
		if got := Line(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	if got, want := Text("a\r\nb\tc\rd\x1b"), "a\nb\tc\\rd\\x1b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestBeginnings(t *testing.T) {
	long := strings.Repeat("é", 50)
	for _, c := range []struct{ fact, got, want string }{
		{"what is short stays", Brief("a\nb", 3), "a b"},
		{"what is long is cut between characters, and says how long it is", Brief(long, 2), "éé… (100 bytes)"},
		{"what a server sent is in quotes", Quoted("a\"\n", 10), `"a\"\n"`},
		{"of which the end is seen", Quoted(long, 1), `"é"… (100 bytes)`},
		{"of nothing there is nothing", Quoted("", 5), `""`},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.fact, c.got, c.want)
		}
	}
}

// TestShownIsHarmless holds every function to what the package promises.
func TestShownIsHarmless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		for name, got := range map[string]string{"Line": Line(s), "Brief": Brief(s, 9), "Quoted": Quoted(s, 9)} {
			if !utf8.ValidString(got) || strings.ContainsFunc(got, hidden) || strings.ContainsAny(got, "\n\t") {
				t.Fatalf("%s gives %q", name, got)
			}
		}
		if got := Text(s); !utf8.ValidString(got) || strings.ContainsFunc(got, hidden) {
			t.Fatalf("Text gives %q", got)
		}
	})
}

// TestShellReadsTheSameWords gives command lines to a real shell.
func TestShellReadsTheSameWords(t *testing.T) {
	for _, words := range [][]string{
		{"run", "live-feed", "--out", "/tmp/a b"},
		{"$HOME", "`id`", "$(id)", `a"b`, `a\b`, "it's", "", "*", "~", "a;b", "#x", "!x", "-n", "%s%d", "a=b"},
		{"a\nb", "\n", "a\n\n", "a'\x1b[31m", "\x07", "tab\there", "\xff\xfe", "\u202eabc", "100 %\x1b", "-\x1b", "é\r"},
	} {
		line := Command(words...)
		// Each word comes back between NUL bytes, which no word can hold.
		out, err := exec.Command("sh", "-c", `printf '%s\0' `+line).Output()
		if err != nil {
			t.Fatalf("sh %s: %v", line, err)
		}
		if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, words) {
			t.Errorf("%s: the shell reads %q, want %q", line, got, words)
		}
	}
}

func TestPlainWordsStayPlain(t *testing.T) {
	if got, want := Command("pushbench", "run", "--variant", "polling/interval=500ms", "a b", "it's"), `pushbench run --variant polling/interval=500ms 'a b' 'it'\''s'`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
