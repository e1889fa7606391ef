package dialect

import (
	"bytes"
	"encoding/json"
	"testing"
)

func marker(t testing.TB, run string) Marker {
	t.Helper()
	m, err := NewMarker(run)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPayload(t *testing.T) {
	m := marker(t, "7f3aBCD9")
	for _, row := range []struct {
		fact   string
		number uint64
		size   int
	}{
		{"the smallest with the largest number", MaxNumber, MinPayload},
		{"the smallest with the first", 0, MinPayload},
		{"one longer than the padding", 71, 500},
		{"a large one", 1234, 100_000},
	} {
		p := m.AppendPayload([]byte("x"), row.number, row.size)[1:]
		var object map[string]string
		if err := json.Unmarshal(p, &object); err != nil || len(object) != 1 || len(p) != row.size {
			t.Errorf("%s: %d bytes, %v: %q", row.fact, len(p), err, p[:MinPayload])
		}
		if bytes.ContainsFunc(p, func(r rune) bool { return r > '~' || r < ' ' || r == '\\' || r == '<' || r == '>' || r == '&' }) {
			t.Errorf("%s: something in it would be escaped", row.fact)
		}
		for depth := range 4 {
			number, begin, end, found := m.Next(p)
			if found != Whole || number != row.number {
				t.Errorf("%s, quoted %d times: %d, %d", row.fact, depth, number, found)
			}
			if _, _, _, again := m.Next(p[end:]); again == Whole || begin == end {
				t.Errorf("%s, quoted %d times: it is found twice", row.fact, depth)
			}
			p, _ = json.Marshal(string(p))
		}
	}
}

func TestNext(t *testing.T) {
	m := marker(t, "ab1")
	for _, row := range []struct {
		fact, text string
		number     uint64
		found      Found
		begin, end int
	}{
		{"alone", "ev.ab1.7.", 7, Whole, 0, 9},
		{"in an envelope", `42["m","{\"d\":\"ev.ab1.12.the\"}"]`, 12, Whole, 17, 27},
		{"the first of two", "ev.ab1.1.ev.ab1.2.", 1, Whole, 0, 9},
		{"of another run", "ev.ab2.1. ev.ab.1. ev.ab11.1.", 0, None, 0, 0},
		{"behind one of another run", "ev.ab2.1.ev.ab1.3.", 3, Whole, 9, 18},
		{"behind the beginning of one", "ev.ab1.ev.ab1.3.", 3, Whole, 7, 16},
		{"without a number", "ev.ab1..", 0, None, 0, 0},
		{"with letters", "ev.ab1.x.", 0, None, 0, 0},
		{"with leading zeros", "ev.ab1.01.", 0, None, 0, 0},
		{"zero", "ev.ab1.0.", 0, Whole, 0, 9},
		{"the largest", "ev.ab1.99999999999.", MaxNumber, Whole, 0, 19},
		{"larger than any", "ev.ab1.100000000000.", 0, None, 0, 0},
		{"nothing", "", 0, None, 0, 0},
		{"no marker", "e event ev", 0, Cut, 8, 10},
		{"cut in its name", "x ev.a", 0, Cut, 2, 6},
		{"cut before its number", "x ev.ab1.", 0, Cut, 2, 9},
		{"cut in its number", "x ev.ab1.12", 0, Cut, 2, 11},
		{"a number cut that is too long", "x ev.ab1.123456789012", 0, None, 0, 0},
	} {
		number, begin, end, found := m.Next([]byte(row.text))
		if number != row.number || begin != row.begin || end != row.end || found != row.found {
			t.Errorf("%s: %d at %d:%d, %d", row.fact, number, begin, end, found)
		}
	}
	number, begin, end, found := marker(t, "ev").Next([]byte("ev.ev.ev.5.")) // a run whose marker can overlap itself
	if number != 5 || begin != 3 || end != 11 || found != Whole {
		t.Errorf("behind the beginning of one: %d at %d:%d, %d", number, begin, end, found)
	}
}

func TestRunNames(t *testing.T) {
	for _, run := range []string{"", "a.b", "é", "123456789", "a-b"} {
		if _, err := NewMarker(run); err == nil {
			t.Errorf("a run may be named %q", run)
		}
	}
}

// However a text is cut into two, the same markers are found.
func FuzzNext(f *testing.F) {
	f.Add([]byte("ev.ab1.7.ev.ab1.12."), 5)
	f.Add([]byte("ev.ev.ab1.ab1.123456789012.ev.ab1.0"), 20)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		if cut < 0 || cut > len(text) {
			return
		}
		m := marker(t, "ab1")
		whole, _ := all(m, nil, text)
		first, rest := all(m, nil, text[:cut])
		got, _ := all(m, first, append(bytes.Clone(rest), text[cut:]...))
		if len(got) != len(whole) {
			t.Fatalf("%q cut at %d: %v, whole %v", text, cut, got, whole)
		}
		for i := range got {
			if got[i] != whole[i] {
				t.Fatalf("%q cut at %d: %v, whole %v", text, cut, got, whole)
			}
		}
	})
}

// all appends the numbers in text, and returns the part that was cut.
func all(m Marker, numbers []uint64, text []byte) (found []uint64, rest []byte) {
	for {
		number, begin, end, what := m.Next(text)
		switch what {
		case None:
			return numbers, nil
		case Cut:
			return numbers, text[begin:]
		}
		numbers, text = append(numbers, number), text[end:]
	}
}

func TestNextDoesNotAllocate(t *testing.T) {
	m := marker(t, "ab1")
	text := m.AppendPayload(nil, 12, 4096)
	buf := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() {
		m.Next(text)
		buf = m.AppendPayload(buf[:0], 13, 4096)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A payload is told from the name of its event by what follows the marker, in whatever
// quotation.
func TestPadded(t *testing.T) {
	m := marker(t, "7f3abc")
	for _, row := range []struct {
		fact   string
		number uint64
		size   int
	}{
		{"the smallest", 1, MinPayload},
		{"a number of nine digits", 123_456_789, MinPayload},
		{"the padding's last byte first", uint64(len(padding)) - 1, 500},
		{"a proof", 0, 126},
	} {
		p := m.AppendPayload(nil, row.number, row.size)
		for range 3 {
			if number, _, end, found := m.Next(p); found != Whole || !Padded(p[end:], number) {
				t.Errorf("%s: %q is no payload", row.fact, p)
			}
			p, _ = json.Marshal(string(p))
		}
		for _, rest := range []string{"", `","data":1}`, "t", "-"} {
			if Padded([]byte(rest), row.number) {
				t.Errorf("%s: %q is a payload's rest", row.fact, rest)
			}
		}
	}
}
