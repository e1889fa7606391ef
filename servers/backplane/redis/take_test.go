package redis

import (
	"fmt"
	"strings"
	"testing"
)

// told is a node that writes down what it is told.
type told []string

func (n *told) Place(topic string, number uint64, payload []byte) {
	*n = append(*n, fmt.Sprintf("%s %d %s", topic, number, payload))
}
func (n *told) Lose(topic string, number uint64) {
	*n = append(*n, fmt.Sprintf("%s lost %d", topic, number))
}
func (n *told) Joined() { *n = append(*n, "joined") }

func node() *Backplane { return &Backplane{id: "me", numbers: map[string]uint64{}} }

// What a node is told of the messages that come over the channel.
func TestTake(t *testing.T) {
	for _, row := range []struct{ fact, came, told string }{
		{"an event", `t 7 {"a": 1}`, `t 7 {"a": 1}`},
		{"what is lost", "t 7 ", "t lost 7"},
		{"the numbers of all topics", "@me t 7 u 1", "t lost 7, u lost 1, joined"},
		{"those of no topic", "@me ", "joined"},
		{"those for another node", "@you t 7", ""},
	} {
		var n told
		if err := node().take(row.came, &n); err != nil {
			t.Errorf("%s: %v", row.fact, err)
		}
		if got := strings.Join(n, ", "); got != row.told {
			t.Errorf("%s: the node is told %q, want %q", row.fact, got, row.told)
		}
	}
	for _, bad := range []string{"", "t", "t 7", "t x {}", "@me t", "@me t x"} {
		var n told
		if err := node().take(bad, &n); err == nil {
			t.Errorf("%q tells the node %q", bad, n)
		}
	}
}

// The highest number of each topic is remembered, whatever order they come in.
func TestNote(t *testing.T) {
	b := node()
	var n told
	for _, came := range []string{"t 7 {}", "@me t 5 u 2", "t 6 ", "u 3 1"} {
		if err := b.take(came, &n); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(b.numbers); got != "map[t:7 u:3]" {
		t.Errorf("it knows %s", got)
	}
}

// Whatever comes, a node is told of events with a number and a topic.
func FuzzTake(f *testing.F) {
	f.Add("t 7 {}")
	f.Add("@me t 7 u 1")
	f.Fuzz(func(t *testing.T, came string) {
		b := node()
		var n told
		if err := b.take(came, &n); err != nil {
			return
		}
		for topic, number := range b.numbers {
			if number == 0 && !strings.HasPrefix(came, "@me ") || strings.Contains(topic, " ") {
				t.Errorf("%q has number %d of topic %q", came, number, topic)
			}
		}
	})
}
