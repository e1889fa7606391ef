package parse

import (
	"bytes"
	"strings"
	"testing"
)

func TestTrimSpace(t *testing.T) {
	for _, row := range []struct{ fact, input, want string }{
		{"nothing", "", ""},
		{"white space alone", " \t\r\n", ""},
		{"a value without any", `{"a": 1}`, `{"a": 1}`},
		{"before and behind a value", "\r\n\t [1, 2]\n", "[1, 2]"},
		{"JSON knows no other white space", "\v1\f\u00a0", "\v1\f\u00a0"},
		{"a byte order mark is none", "\ufeff1", "\ufeff1"},
	} {
		if got := TrimSpace([]byte(row.input)); string(got) != row.want {
			t.Errorf("%s: %q, want %q", row.fact, got, row.want)
		}
	}
}

func FuzzTrimSpace(f *testing.F) {
	f.Add([]byte(" {\"a\":1}\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, want := TrimSpace(b), strings.Trim(string(b), " \t\r\n"); !bytes.Equal(got, []byte(want)) {
			t.Errorf("%q of %q, want %q", got, b, want)
		}
	})
}
