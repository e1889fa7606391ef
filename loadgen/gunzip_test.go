package loadgen

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"pushbench/servers/wire"
)

// flushed is a gzip stream of parts with a flush after each, and where each ends.
func flushed(t testing.TB, parts [][]byte, level int, end bool) (text []byte, ends []int) {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if _, err := z.Write(part); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, b.Len())
	}
	if end {
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes(), ends
}

// feedIn hands text to g in pieces of n bytes.
func feedIn(g *gunzip, text []byte, n int) error {
	for len(text) > 0 {
		n := min(n, len(text))
		if err := g.take(bytes.Clone(text[:n])); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

// follow decompresses a stream that comes flush by flush, in pieces of n bytes
// and with a buffer of size: after each flush, all of it is there and nothing is
// half done.
func follow(t testing.TB, parts [][]byte, level, n, size int) {
	t.Helper()
	text, ends := flushed(t, parts, level, true)
	var got []byte
	g := newGunzip(size, func(plain []byte, _ bool) error { got = append(got, plain...); return nil })
	defer g.stop()
	from := 0
	for i, end := range ends {
		if err := feedIn(g, text[from:end], n); err != nil {
			t.Fatal(err)
		}
		from = end
		if want := bytes.Join(parts[:i+1], nil); !bytes.Equal(got, want) || !g.between() {
			t.Fatalf("after flush %d there are %d of %d bytes, half done: %v", i, len(got), len(want), !g.between())
		}
	}
	if err := feedIn(g, text[from:], n); err != nil || !g.ended {
		t.Errorf("at the end: %v, ended: %v", err, g.ended)
	}
	if want := bytes.Join(parts, nil); !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d", len(got), len(want))
	}
}

func TestGunzipByPieces(t *testing.T) {
	event := func(filler wire.Filler, seq uint64, size int) []byte {
		return append(filler.AppendPayload([]byte("data: "), seq, size), "\n\n"...)
	}
	for fact, parts := range map[string][][]byte{
		"small events":            {event(wire.Pangram, 1, 100), []byte(":\n\n"), event(wire.Pangram, 2, 100)},
		"random events":           {event(wire.Random, 1, 1000), event(wire.Random, 2, 1000)},
		"more than a window":      {event(wire.Random, 1, 100_000), []byte(":\n\n"), event(wire.Pangram, 2, 200_000)},
		"exactly a window":        {event(wire.Random, 1, 32<<10-8), []byte(":\n\n"), event(wire.Random, 2, 64<<10-8), []byte(":\n\n")},
		"nothing but a heartbeat": {[]byte(":\n\n")},
	} {
		t.Run(fact, func(t *testing.T) {
			for _, level := range []int{1, 6, 9, gzip.HuffmanOnly, gzip.NoCompression} {
				for _, n := range []int{1, 3, 1000, 1 << 20} {
					follow(t, parts, level, n, 1024)
				}
			}
		})
	}
}

// A stream that ends before gzip does has not ended, and one that is none is an
// error, which stays.
func TestGunzipErrors(t *testing.T) {
	whole, ends := flushed(t, [][]byte{[]byte("abc"), []byte("def")}, 6, true)
	wrong := bytes.Clone(whole)
	wrong[len(wrong)-5]++
	for fact, text := range map[string][]byte{
		"it ends in its head": whole[:5], "it ends in a block": whole[:ends[0]-1], "it ends behind a flush": whole[:ends[0]],
		"it ends in its checksum": whole[:len(whole)-1], "a wrong checksum": wrong, "no gzip": []byte("data: hello, this is no gzip\n\n"),
	} {
		g := newGunzip(100, func([]byte, bool) error { return nil })
		err := feedIn(g, text, 7)
		if again := g.take([]byte("x")); g.ended || err != nil && again != err {
			t.Errorf("%s: %v, and then %v, ended: %v", fact, err, again, g.ended)
		}
		g.stop()
	}
	g := newGunzip(100, func([]byte, bool) error { return nil })
	defer g.stop()
	if err := feedIn(g, append(bytes.Clone(whole), "more"...), 100); err == nil {
		t.Error("something behind the end is taken")
	}
	for fact, text := range map[string]string{"nothing": "", "half of it": string(whole[:len(whole)-3]), "something else": "[1,2]"} {
		if got, err := decompress(nil, []byte(text)); err == nil || err == io.EOF {
			t.Errorf("%s is decompressed to %q, %v", fact, got, err)
		}
	}
	if got, err := decompress([]byte("x"), whole); err != nil || string(got) != "xabcdef" {
		t.Errorf("%q, %v", got, err)
	}
}

// However a stream is compressed and split, each flush is there when it has come.
func FuzzGunzip(f *testing.F) {
	f.Add([]byte("data: a\n\n"), []byte(":\n\n"), uint8(6), uint16(1), uint16(10))
	f.Add(bytes.Repeat([]byte("abc"), 30_000), []byte("x"), uint8(1), uint16(4096), uint16(1024))
	f.Fuzz(func(t *testing.T, a, b []byte, level uint8, n, size uint16) {
		if len(a) == 0 || len(b) == 0 {
			return
		}
		follow(t, [][]byte{a, b, a}, int(level)%10, int(n)+1, int(size)+1)
	})
}

// What is no gzip is an error, and never more than there is.
func FuzzDecompress(f *testing.F) {
	text, _ := flushed(f, [][]byte{[]byte("abc")}, 6, true)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		whole, err := decompress(nil, text)
		var got []byte
		g := newGunzip(64, func(plain []byte, _ bool) error { got = append(got, plain...); return nil })
		defer g.stop()
		failed := feedIn(g, text, 5)
		if whole := failed == nil && g.ended; whole != (err == nil) && len(text) > 10 {
			t.Fatalf("at once %v, by pieces %v", err, failed)
		}
		if err == nil && !bytes.Equal(got, whole) {
			t.Fatalf("at once %q, by pieces %q", whole, got)
		}
	})
}
