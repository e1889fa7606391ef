package servers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Events are held side by side, in order, for as long as was said: two of them
// do not wait for each other. Each acknowledgement comes with its event and
// tells when it was read.
func TestEventsAreHeld(t *testing.T) {
	const latency, gap = 100 * time.Millisecond, 40 * time.Millisecond
	due := []time.Duration{latency + gap, latency + 2*gap, latency + 3*gap, latency + 4*gap}
	synctest.Test(t, func(t *testing.T) {
		w := &ackWriter{began: time.Now()}
		p := &publisher{out: newTimedWriter(w, &http.Request{}, time.Minute), r: httptest.NewRequest("POST", "/", &paced{events: 4, gap: gap})}
		var at []time.Duration
		err := p.finish(p.runHeld(func(payload []byte) (uint64, error) {
			at = append(at, time.Since(w.began))
			if want := fmt.Sprint(len(at)); string(payload) != want {
				t.Errorf("event %s comes as number %s", payload, want)
			}
			return uint64(len(at)), nil
		}, latency))
		if d := cmp.Diff(due, at); d != "" || err != nil {
			t.Errorf("published at -want +got:\n%s%v", d, err)
		}
		if d := cmp.Diff(due, w.at); d != "" {
			t.Errorf("acknowledged at -want +got:\n%s", d)
		}
		for i, line := range strings.Split(strings.TrimSpace(w.text.String()), "\n") {
			read := w.began.Add(time.Duration(i+1) * gap).UnixNano()
			if want := fmt.Sprintf(`{"id":%d,"at":%d}`, i+1, read); line != want {
				t.Errorf("acknowledgement %s, want %s", line, want)
			}
		}
	})
}

// When nobody takes the acknowledgements the reading ends, too, and what is
// still held is dropped.
func TestHeldEventsWithoutTheirPublisher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		w := &ackWriter{began: time.Now(), fails: broken}
		p := &publisher{out: newTimedWriter(w, &http.Request{}, time.Minute), r: httptest.NewRequest("POST", "/", &paced{events: 1000, gap: time.Millisecond})}
		published := 0
		err := p.finish(p.runHeld(func([]byte) (uint64, error) { published++; return uint64(published), nil }, 100*time.Millisecond))
		if err != (writeError{broken}) || published != 1 || !w.interrupted {
			t.Errorf("%v after %d events, the reading was interrupted: %t", err, published, w.interrupted)
		}
	})
}

// A paced reads as lines with the numbers 1 to events, each after a gap.
type paced struct {
	events, n int
	gap       time.Duration
}

func (p *paced) Read(b []byte) (int, error) {
	if p.n == p.events {
		return 0, io.EOF
	}
	time.Sleep(p.gap) // the pace of a publisher, in the bubble's time: nobody waits
	p.n++
	return copy(b, fmt.Sprintln(p.n)), nil
}

// An ackWriter is the response to a publisher. It notes when it was flushed.
type ackWriter struct {
	began       time.Time
	at          []time.Duration
	text        bytes.Buffer
	fails       error
	interrupted bool
}

func (w *ackWriter) Header() http.Header              { return http.Header{} }
func (w *ackWriter) WriteHeader(int)                  {}
func (w *ackWriter) Write(b []byte) (int, error)      { w.text.Write(b); return len(b), w.fails }
func (w *ackWriter) SetWriteDeadline(time.Time) error { return nil }
func (w *ackWriter) SetReadDeadline(t time.Time) error {
	w.interrupted = !t.After(time.Now())
	return nil
}

func (w *ackWriter) FlushError() error {
	w.at = append(w.at, time.Since(w.began))
	return nil
}

// A publisher that breaks off its connection leaves nothing behind.
func TestAHeldPublisherThatBreaksOff(t *testing.T) {
	ts := start(t, Options{Inject: Injections{Latency: 20 * time.Millisecond}})
	c, err := net.Dial("tcp", ts.Ready().HTTP)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "POST /publish?topic=t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n1\n2\n"); err != nil {
		t.Fatal(err)
	}
	until(t, "the events are published", func() bool { return ts.topic(t, "t").View().Newest() == 2 })
	c.(*net.TCPConn).SetLinger(0) // a reset
	c.Close()
	ts.connected(t, 0)
}

// What is held before a line that is no event is acknowledged before that is.
func TestHeldEventsBeforeABadLine(t *testing.T) {
	ts := start(t, Options{Inject: Injections{Latency: 10 * time.Millisecond}})
	status, _, body := ts.do(t, "POST", "/publish?topic=t", "1\n2\nx\n")
	const want = `{"id":1,"at":T}
{"id":2,"at":T}
{"error":"line 3: the event is not JSON: invalid character 'x' looking for beginning of value at byte 1"}
`
	if status != http.StatusOK || mask(body) != want {
		t.Errorf("status %d, %s", status, mask(body))
	}
}

// What cannot be published ends the reading, and says why.
func TestAHeldEventThatIsNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &ackWriter{began: time.Now()}
		p := &publisher{out: newTimedWriter(w, &http.Request{}, time.Minute), r: httptest.NewRequest("POST", "/", &paced{events: 1000, gap: 40 * time.Millisecond})}
		published := 0
		err := p.finish(p.runHeld(func([]byte) (uint64, error) {
			if published++; published == 3 {
				return 0, &refusal{503, "not taken"}
			}
			return uint64(published), nil
		}, 100*time.Millisecond))
		if text := w.text.String(); err != nil || published != 3 || !strings.HasSuffix(text, "{\"error\":\"not taken\"}\n") {
			t.Errorf("%v after %d events; %s", err, published, text)
		}
	})
}
