package text

import (
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ why, got, want string }{
		{"a measured time has three digits", Duration(0.00162), "1.62 ms"},
		{"a measured size, too", Bytes(1200), "1.20 kB"},
		{"a chosen time has as few as it needs", Seconds(0.5), "500 ms"},
		{"seconds", Seconds(2), "2 s"},
		{"minutes", Seconds(300), "5 min"},
		{"large numbers are grouped", Number(1234.4), "1,234"},
		{"small ones are short", Number(0.5), "0.5"},
		{"one of a thing", Count(1, "trial"), "1 trial"},
		{"several of a thing", Count(2, "trial"), "2 trials"},
		{"a small ratio has a digit behind the point", Times(1.44), "1.4 times"},
		{"a large one has none", Times(61.3), "61 times"},
		{"nothing listed", Join(nil), ""},
		{"one listed", Join([]string{"a"}), "a"},
		{"three listed", Join([]string{"a", "b", "c"}), "a, b and c"},
		{"values with one unit", JoinValues([]string{"10 clients", "100 clients"}), "10 and 100 clients"},
		{"values with two units", JoinValues([]string{"500 ms", "2 s"}), "500 ms and 2 s"},
		{"a range with one unit", FromTo("1.62 ms", "2.20 ms"), "1.62 to 2.20 ms"},
		{"one of a unit and more", JoinValues([]string{"1 client", "100 clients"}), "1 and 100 clients"},
		{"a range from one of a unit", FromTo("1 event/s", "100 events/s"), "1 to 100 events/s"},
		{"a range with two units", FromTo("426 µs", "2.20 ms"), "426 µs to 2.20 ms"},
		{"a sentence begins and ends as one", Sentence("it broke"), "It broke."},
		{"a sentence that is one stays", Sentence("It broke."), "It broke."},
		{"nothing to raise", Upper(""), ""},
		{"what is there is not added", Join(Fresh([]string{"a"}, "a")), "a"},
	} {
		if got := strings.ReplaceAll(c.got, "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}
