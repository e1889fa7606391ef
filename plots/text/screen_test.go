package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScreen(t *testing.T) {
	rows := []Row{
		{Name: "polling", Ink: Red, Fields: []Field{{"247 ms", ""}, {"206 B", ""}}},
		{Name: "SSE", Fields: []Field{{"1.64 ms", "⚠"}, {"253 B", ""}}},
	}
	for _, c := range []struct {
		why   string
		write func(*Screen)
		width int
		color bool
		want  string
	}{
		{"a paragraph breaks at spaces under its lead", func(s *Screen) { s.Paragraph("- ", "one two three", "") }, 10, false, "- one two\n  three\n"},
		{"but not at a space that nothing breaks at", func(s *Screen) { s.Paragraph("", "it took 2\u00a0ms", "") }, 10, false, "it took\n  2 ms\n"},
		{"a long word is cut", func(s *Screen) { s.Paragraph("", "abcdefghijkl", "") }, 10, false, "abcdefg…\n"},
		{"a mark leaves the digits of other rows aligned", func(s *Screen) { s.Table([]string{"p50", "wire"}, rows) }, 40, false,
			"               p50   wire\npolling    247 ms   206 B\nSSE       1.64 ms⚠  253 B\n"},
		{"a table that is too wide goes on below, with room for names", func(s *Screen) { s.Table([]string{"p50", "wire"}, rows) }, 18, false,
			"             p50\npolli…   247 ms\nSSE     1.64 ms⚠\n         wire\npolli…  206 B\nSSE     253 B\n"},
		{"a row without fields is a heading, as long as the line", func(s *Screen) {
			s.Table([]string{"p50"}, []Row{{Name: "WebSocket in live-feed"}, {Name: "CPU", Fields: []Field{{"1 µs", ""}}}})
		}, 24, false, "       p50\nWebSocket in live-feed\nCPU   1 µs\n"},
		{"ink is for those who see it", func(s *Screen) { s.Paragraph("", "red", Red) }, 10, true, Red + "red\x1b[0m\n"},
	} {
		s := &Screen{Width: c.width, Color: c.color}
		c.write(s)
		if diff := cmp.Diff(c.want, string(s.Bytes())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.why, diff)
		}
		for _, line := range strings.Split(string(s.Bytes()), "\n") {
			if n := Width(line); n > c.width && !c.color {
				t.Errorf("%s: a line of %d columns", c.why, n)
			}
		}
	}
}
