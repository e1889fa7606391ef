package parse

import (
	"bufio"
	"bytes"
	"net/http"
	"testing"
)

// A head that is read is one that net/http reads, too, with the same status and
// length.
func FuzzHead(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"))
	f.Add([]byte("HTTP/1.0 204 No Content\r\nConnection: keep-alive, x\r\nTransfer-Encoding: chunked\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !bytes.HasSuffix(b, HeadEnd) || bytes.Count(b, HeadEnd) > 1 {
			return
		}
		got, err := Head(b)
		if err != nil {
			return
		}
		if got.Size != len(b) || got.Status < 100 || got.Length < -1 || got.Chunked && got.Length >= 0 {
			t.Errorf("%q is read as %+v", b, got)
		}
		want, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), nil)
		if err != nil {
			return // net/http checks names and values that a client of ours never looks at
		}
		if got.Status != want.StatusCode || got.Length > 0 && got.Length != want.ContentLength {
			t.Errorf("%q is read as %+v; net/http has status %d and length %d", b, got, want.StatusCode, want.ContentLength)
		}
	})
}

func TestInterim(t *testing.T) {
	for head, want := range map[string]bool{
		"HTTP/1.1 100 Continue": true, "HTTP/1.1 103 Early Hints": true, "HTTP/1.0 102 x": true,
		"HTTP/1.1 101 Switching Protocols": false, "HTTP/1.1 200 OK": false, "HTTP/1.1 1": false, "": false,
	} {
		if got := Interim([]byte(head)); got != want {
			t.Errorf("%q is interim: %v", head, got)
		}
	}
}

func TestChunkSize(t *testing.T) {
	for line, want := range map[string]int64{
		"0": 0, "a": 10, "FF": 255, "1;x=y": 1, "1 ;x": 1, "": -1, "x": -1, "-1": -1, "ffffffffffffffff": -1, " 1": -1,
	} {
		if got, err := ChunkSize([]byte(line)); err != nil && want >= 0 || err == nil && got != want {
			t.Errorf("%q is %d, %v; want %d", line, got, err, want)
		}
	}
}
