//go:build linux

package capture

import (
	"bytes"
	"testing"
	"time"
)

func TestShelf(t *testing.T) {
	var s packetStore
	const packets = 5000 // of up to 64 KiB, so that chunks end in every place
	packet := func(i int) ([]byte, time.Time, bool) {
		at := second(i).Add(time.Duration(i))
		if i%3 == 0 {
			at = time.Time{}
		}
		return bytes.Repeat([]byte{byte(i)}, i*7919%65536), at, i%2 == 0
	}
	for i := range packets {
		if !s.put(packet(i)) {
			t.Fatalf("packet %d finds no room", i)
		}
	}
	i := 0
	s.each(func(b []byte, at time.Time, merged bool) {
		wantBytes, wantAt, wantMerged := packet(i)
		if !bytes.Equal(b, wantBytes) || !at.Equal(wantAt) || at.IsZero() != wantAt.IsZero() || merged != wantMerged {
			t.Errorf("packet %d: %d bytes, %v, %v; want %d, %v, %v", i, len(b), at, merged, len(wantBytes), wantAt, wantMerged)
		}
		i++
	})
	if i != packets {
		t.Errorf("%d packets, want %d", i, packets)
	}
}

func TestShelfIsLimited(t *testing.T) {
	s := packetStore{size: limit - chunk}
	c := Capture{store: s}
	const packets = 3 * chunk / 1000
	for range packets {
		c.keep(make([]byte, 1000), epoch, false)
	}
	kept := int64(0)
	c.store.each(func([]byte, time.Time, bool) { kept++ })
	if kept != chunk/(1000+recordHead) || kept+c.lost != packets {
		t.Errorf("%d kept and %d lost of %d, want a chunk full", kept, c.lost, packets)
	}
}
