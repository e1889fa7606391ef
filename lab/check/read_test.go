package check

import (
	"bytes"
	"fmt"
	"io"
	"net/http/httputil"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
)

// A chunked body is what the standard library reads, however it is cut.
func FuzzBody(f *testing.F) {
	for _, text := range []string{"3\r\nabc\r\n0\r\n\r\n", "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n", "3\r\nabcd\r\n", "x\r\n", "5\r\nab", ""} {
		f.Add(text, uint8(1))
		f.Add(text, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, step uint8) {
		b := &body{line: &line{}, chunked: true}
		n := max(1, int(step))
		var err error
		for at := 0; at < len(text) && err == nil; at += n {
			b.got = append(b.got, text[at:min(len(text), at+n)]...)
			err = b.decode()
		}
		want, wrong := io.ReadAll(httputil.NewChunkedReader(strings.NewReader(text)))
		if wrong == nil && (err != nil || !bytes.Equal(b.text, want)) {
			t.Errorf("got %q, %v; want %q", b.text, err, want)
		}
	})
}

// An event stream is the same however it is cut.
func FuzzStream(f *testing.F) {
	for _, text := range []string{"id: 1\ndata: ev.a.7.\n\n", "data:ev.a.7.\r\n\r\n:c\r\rretry: 10\n\n", "data: ev.a\ndata: .7.\n\nevent: x\ndata: ev.a.8.\n\n"} {
		f.Add(text)
	}
	marker, err := dialect.NewMarker("a")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read := func(n int) string {
			p := &prober{marker: marker}
			p.Dialect = &dialect.Dialect{SSE: &dialect.SSE{}}
			s := &stream{ear: ear{p: p, answer: &answer{}}, body: &body{line: &line{}}}
			for at := 0; at < len(text); at += n {
				s.body.text = append(s.body.text, text[at:min(len(text), at+n)]...)
				s.parse()
			}
			return fmt.Sprintf("%v %q %q %d %q %d", s.heard, s.lastID, s.retry, s.ids, s.words, len(s.beats))
		}
		if whole, cut := read(max(1, len(text))), read(1); whole != cut {
			t.Errorf("%q is %s, and cut %s", text, whole, cut)
		}
	})
}

// What a stream tells besides events.
func TestStream(t *testing.T) {
	marker, err := dialect.NewMarker("a")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		fact, text string
		heard      []uint64
		lastID     string
		words      string
		beats      int
	}{
		{"an event", "id: 4\ndata: ev.a.7.ck\n\n", []uint64{7}, "4", "", 0},
		{"without spaces, and CR LF", "id:4\r\ndata:ev.a.7.ck\r\n\r\n", []uint64{7}, "4", "", 0},
		{"with CR alone", "data: ev.a.7.ck\r\rdata: ev.a.8.k-\r\r", []uint64{7, 8}, "", "", 0},
		{"an id without data", "id: 5\n\n", nil, "5", "", 0},
		{"a comment", ": hi\n\n", nil, "", "", 1},
		{"an event that nobody wants", "event: other\ndata: ev.a.7.ck\n\n", nil, "", "", 1},
		{"an event of the server's own", "event: tick\ndata: hello\n\n", nil, "", `"hello"`, 1},
		{"two events in one message", "data: [ev.a.7.ck,ev.a.8.k-]\n\n", []uint64{7, 8}, "", "", 0},
		{"the name of an event, and no payload", "data: ev.a.9.\n\n", nil, "", `"ev.a.9."`, 1},
		{"an event that is not whole", "data: ev.a.7.ck\n", nil, "", "", 0},
	} {
		p := &prober{marker: marker}
		p.Dialect = &dialect.Dialect{SSE: &dialect.SSE{Events: []string{"message", "tick"}}}
		s := &stream{ear: ear{p: p, answer: &answer{}}, body: &body{line: &line{}, text: []byte(row.text)}}
		s.parse()
		if !slices.Equal(s.heard, row.heard) || s.lastID != row.lastID || s.words != row.words || len(s.beats) != row.beats {
			t.Errorf("%s: heard %v, id %q, words %s, %d beats", row.fact, s.heard, s.lastID, s.words, len(s.beats))
		}
	}
}

// An event that a server repeats right behind itself in another form is one delivery; in
// the same form in an answer, or behind another event, it came twice.
func TestRepeatedEvents(t *testing.T) {
	marker, err := dialect.NewMarker("a")
	if err != nil {
		t.Fatal(err)
	}
	const seven, eight = `{"d":"ev.a.7.ck"}`, `{"d":"ev.a.8.k-"}`
	for _, row := range []struct {
		fact, text      string
		message, answer []uint64
	}{
		{"once", seven, []uint64{7}, []uint64{7}},
		{"its name besides", `{"name":"ev.a.7.","event":` + seven + `}`, []uint64{7}, []uint64{7}},
		{"again in quoted text", `[` + seven + `,"{\"d\":\"ev.a.7.ck\"}"]`, []uint64{7}, []uint64{7}},
		{"again in the same form", `[` + seven + `,` + seven + `]`, []uint64{7}, []uint64{7, 7}},
		{"again behind another", `[` + seven + `,` + eight + `,` + seven + `]`, []uint64{7, 8, 7}, []uint64{7, 8, 7}},
	} {
		for _, asks := range []bool{false, true} {
			want := row.message
			if asks {
				want = row.answer
			}
			e := ear{p: &prober{marker: marker}, asks: asks}
			if e.find([]byte(row.text)); !slices.Equal(e.heard, want) {
				t.Errorf("%s, in an answer: %t: heard %v, want %v", row.fact, asks, e.heard, want)
			}
		}
	}
}

func TestAmount(t *testing.T) {
	for n, want := range map[int]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1,000 bytes", 1234567: "1,234,567 bytes"} {
		if got := amount(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

// Frames are read as far as they go, and nothing behind what came.
func FuzzFrames(f *testing.F) {
	for _, text := range []string{"\x81\x05hello", "\x89\x00\x88\x02\x03\xe8", "\x01\x7e\x00\x02ab\x80\x00", "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "\x81\x85abcdhello", "\xc1\x00", "\x81"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := &socket{}
		s.line = &line{got: []byte(text), over: errClosed}
		total := 0
		for {
			_, payload, _, err := s.frame(time.Time{})
			if err != nil {
				break
			}
			total += len(payload) + 2
		}
		if s.line.taken > len(text) || total > s.line.taken {
			t.Errorf("%d bytes taken of %d, with %d of frames", s.line.taken, len(text), total)
		}
	})
}
