package wire

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"testing"
)

// However it is padded, a payload has exactly its size and its number, and is
// the same each time. A filler is what it says of compression.
func TestFillers(t *testing.T) {
	for filler, row := range map[Filler]struct{ least, most float64 }{
		"":      {0, 0.2}, // of 1000 bytes and more, what is left at the best level
		Pangram: {0, 0.2},
		Random:  {0.74, 0.85},
	} {
		for _, size := range []int{MinPayload, 33, 125, 1000, 65536, MaxPayload} {
			for _, seq := range []uint64{0, 7, 67, 1 << 40, MaxSeq} {
				b := filler.AppendPayload([]byte("before"), seq, size)[len("before"):]
				if got, ok := PayloadSeq(b); len(b) != size || !json.Valid(b) || !ok || got != seq {
					t.Errorf("%s: event %d of %d bytes: %d bytes, number %d, %.60s", filler, seq, size, len(b), got, b)
				}
				if !bytes.Equal(b, filler.AppendPayload(nil, seq, size)) {
					t.Errorf("%s: event %d of %d bytes is another one the second time", filler, seq, size)
				}
				if size < 1000 {
					continue
				}
				var left bytes.Buffer
				z, err := flate.NewWriter(&left, flate.BestCompression)
				if err != nil {
					t.Fatal(err)
				}
				z.Write(b)
				z.Close()
				if share := float64(left.Len()) / float64(size); share < row.least || share > row.most {
					t.Errorf("%s: compression leaves %.3f of %d bytes", filler, share, size)
				}
			}
		}
	}
	if bytes.Equal(Random.AppendPayload(nil, 1, 100)[8:], Random.AppendPayload(nil, 2, 100)[8:]) {
		t.Error("two events have the same letters")
	}
	if got := string(Random.AppendPayload(nil, 7, 60)); got != `{"seq":7,"pad":"X3gMZRe4LPcYGP0fNPMRCoSs6CIQYaLniPnB366UaH"}` {
		t.Errorf("event 7 of 60 bytes is %s", got)
	}
}
