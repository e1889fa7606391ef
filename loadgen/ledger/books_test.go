package ledger

import (
	"fmt"
	"strings"
	"testing"

	"pushbench/results"
)

// Books balance for each client; errors that cancel each other do not pass.
func TestBooksOfEachClient(t *testing.T) {
	balanced := func() Books {
		var b Books
		b.In[results.Payload], b.In[results.Framing], b.Out[results.Head], b.Delivered = 200, 16, 70, 2
		b.Socket.In, b.Socket.Out = 216, 70
		return b
	}
	for _, row := range []struct {
		fact string
		with func(*Books)
		want string
	}{
		{"all balances", func(*Books) {}, ""},
		{"unread bytes are nobody's", func(b *Books) { b.Socket.In, b.Socket.Unread = 300, 84 }, ""},
		{"five bytes too many by the socket", func(b *Books) { b.Socket.In += 5 }, "client 4 does not balance: it received 216 bytes by the ledger (payload 200, framing 16) and 221 by its socket"},
		{"five too few", func(b *Books) { b.Socket.In -= 5 }, "and 211 by its socket"},
		{"a byte of a request too much", func(b *Books) { b.Out[results.Head]++ }, "client 4 does not balance: it sent 71 bytes by the ledger (HTTP head 71) and 70 by its socket"},
		{"compressed payload counts as it was before", func(b *Books) {
			b.In, b.Decoded = results.Bytes{results.Compressed: 90, results.Head: 126}, b.In
		}, ""},
		{"a byte of it is missing", func(b *Books) {
			b.In, b.Decoded = results.Bytes{results.Compressed: 90, results.Head: 126}, b.In
			b.Decoded[results.Payload]--
		}, "client 4 has 199 bytes of payload for 2 events of 100 bytes"},
		{"payload booked as framing", func(b *Books) { b.In[results.Payload]--; b.In[results.Framing]++ }, "client 4 has 199 bytes of payload for 2 events of 100 bytes"},
	} {
		b := balanced()
		row.with(&b)
		if got := b.Unbalanced(4, 100); row.want == "" && got != "" || !strings.Contains(got, row.want) {
			t.Errorf("%s: %q, want %q", row.fact, got, row.want)
		}
	}
}

// What does not balance names every kind of bytes that TCP carried.
func TestUnbalancedNamesEveryKind(t *testing.T) {
	var b Books
	for k := range b.In {
		b.In[k] = int64(1000 + k)
	}
	got := b.Unbalanced(0, 1)
	for _, k := range results.Kinds() {
		if named := strings.Contains(got, fmt.Sprintf("%s %d", k, b.In[k])); named == (k == results.TCPIP) {
			t.Errorf("%s is named: %v, in %q", k, named, got)
		}
	}
}
