package scenarios

import "testing"

// A transport stands for all its variants; its name with a setting at its default is
// the one variant of that name.
func TestWhoCovers(t *testing.T) {
	for _, c := range []struct {
		who, variant string
		want         bool
	}{
		{"sse", "sse", true}, {"sse", "sse/tls", true}, {"sse", "websocket", false},
		{"sse/tls", "sse/tls", true}, {"sse/tls", "sse", false},
		{"sse/headers=bare", "sse", true}, {"sse/headers=bare", "sse/tls", false},
	} {
		w, err := parseWho(c.who)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseFilter([]string{c.who})
		if err != nil {
			t.Fatal(err)
		}
		v := variant(t, c.variant)
		if w.Covers(string(v.Transport), v.String()) != c.want || f.Match(v) != c.want {
			t.Errorf("%s and %s: want %t", c.who, c.variant, c.want)
		}
	}
}
