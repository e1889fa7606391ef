package servers

import (
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

// A timedWriter writes a response, each write within the write timeout. It
// moves the deadline no more often than conn does.
type timedWriter struct {
	w       http.ResponseWriter
	rc      *http.ResponseController
	timeout time.Duration
	limit   deadline
	watch   *watch // over HTTP/2; nil: the connection has the deadline
}

func newTimedWriter(w http.ResponseWriter, r *http.Request, timeout time.Duration) *timedWriter {
	t := &timedWriter{w: w, rc: http.NewResponseController(w), timeout: timeout}
	if unlimited(w, r) {
		t.watch = newWatch(t.rc, timeout)
	}
	return t
}

// Write writes p into the response's buffer, which Flush sends.
func (t *timedWriter) Write(p []byte) (written int, err error) {
	if t.watch == nil {
		if err := t.limit.extend(t.timeout, t.rc.SetWriteDeadline); err != nil {
			return 0, err
		}
		return t.w.Write(p)
	}
	for written < len(p) && err == nil { // piece by piece: a large event may take its time
		piece := p[written:min(len(p), written+batchSize)]
		t.watch.begin()
		var n int
		n, err = t.w.Write(piece)
		err = t.watch.end(err)
		written += n
	}
	return written, err
}

// Flush sends what was written.
func (t *timedWriter) Flush() error {
	if t.watch == nil {
		return t.rc.Flush()
	}
	t.watch.begin()
	return t.watch.end(t.rc.Flush())
}

// unlimited reports whether a request came over HTTP/2, and takes off the deadline
// of its answer if so. Over HTTP/1.1 a deadline is for writes that wait for the
// client. Over HTTP/2 net/http resets the stream at the deadline, also while there
// is nothing to write: a held request and a silent stream would end.
func unlimited(w http.ResponseWriter, r *http.Request) bool {
	if r.ProtoMajor != 2 {
		return false
	}
	http.NewResponseController(w).SetWriteDeadline(time.Time{})
	return true
}

// A watch resets a stream of HTTP/2 on which a write takes longer than the write
// timeout: its client opens no window, or the connection takes nothing.
type watch struct {
	rc      *http.ResponseController
	timeout time.Duration
	timer   *time.Timer

	mu    sync.Mutex
	began time.Time // of the write; zero: there is none
	late  bool      // it took too long
}

func newWatch(rc *http.ResponseController, timeout time.Duration) *watch {
	w := &watch{rc: rc, timeout: timeout}
	w.timer = time.AfterFunc(timeout, w.expire)
	w.timer.Stop()
	return w
}

func (w *watch) begin() {
	w.mu.Lock()
	w.began = time.Now()
	w.mu.Unlock()
	w.timer.Reset(w.timeout)
}

// end ends a write whose error is err. It returns err, or what caused it.
func (w *watch) end(err error) error {
	w.timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.began = time.Time{}
	if err != nil && w.late {
		return fmt.Errorf("%w: %w", os.ErrDeadlineExceeded, err)
	}
	return err
}

// abort ends the stream if a write is under way.
func (w *watch) abort() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.began.IsZero() {
		w.rc.SetWriteDeadline(time.Unix(1, 0))
	}
}

// expire ends the stream, unless the write for which the timer ran is over.
func (w *watch) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.began.IsZero() && time.Since(w.began) >= w.timeout {
		w.late = true
		w.rc.SetWriteDeadline(time.Unix(1, 0))
	}
}
