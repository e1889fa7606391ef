package gate

import "pushbench/results"

// A count of events is that of the window where it is exact there, which is what
// a report shows. Else it is that of the whole trial after opening, if that is:
// everything that was delivered is in it, wherever the window began, but so are
// the heartbeats of streams that wait for the first event.

func dataOfWindow(t *results.Trial) (Count, bool) {
	return bytes(t.Steady.In, t.Steady.Out, t.Deliveries.InWindow), t.Steady.Total() > 0
}

func segmentsOfWindow(t *results.Trial) (Count, bool) {
	return Count{N: t.Steady.SegmentsIn + t.Steady.SegmentsOut, Of: t.Deliveries.InWindow}, t.Steady.Total() > 0
}

// afterOpening is from the end of the handshake to the last byte.
func afterOpening(t *results.Trial) (in, out results.Bytes, segments int64, ok bool) {
	w, h := t.Whole, t.Handshake
	in, out = w.In.Plus(h.In.Times(-1)), w.Out.Plus(h.Out.Times(-1))
	return in, out, w.SegmentsIn + w.SegmentsOut - h.SegmentsIn - h.SegmentsOut, w.Total() > 0
}

// bytes counts what TCP carried, by kind. The TCP/IP headers are those of the
// segments, which are counted apart.
func bytes(in, out results.Bytes, of int64) Count {
	in[results.TCPIP], out[results.TCPIP] = 0, 0
	return Count{N: in.Total() + out.Total(), Of: of, In: in, Out: out}
}

func dataAfterOpening(t *results.Trial) (Count, bool) {
	in, out, _, ok := afterOpening(t)
	return bytes(in, out, t.Deliveries.Delivered), ok
}

func segmentsAfterOpening(t *results.Trial) (Count, bool) {
	_, _, segments, ok := afterOpening(t)
	return Count{N: segments, Of: t.Deliveries.Delivered}, ok
}

func dataOfOpening(t *results.Trial) (Count, bool) {
	return bytes(t.Handshake.In, t.Handshake.Out, t.Connection.Opened), t.Handshake.Total() > 0 && t.Lacks(results.Opening) == ""
}

func segmentsOfOpening(t *results.Trial) (Count, bool) {
	n := t.Handshake.SegmentsIn + t.Handshake.SegmentsOut
	return Count{N: n, Of: t.Connection.Opened}, n > 0 && t.Lacks(results.Opening) == ""
}

func requests(t *results.Trial) (Count, bool) {
	return Count{N: t.Requests.Sent, Of: t.Deliveries.InWindow}, t.Requests.Sent > 0
}

func reopened(t *results.Trial) (Count, bool) {
	return Count{N: t.Requests.Reopened, Of: 1}, t.Requests.Sent > 0
}

func goroutines(t *results.Trial) (Count, bool) {
	n := t.Connection.Held.Goroutines
	return Count{N: n, Of: t.Connection.Opened}, n > 0
}

func descriptors(t *results.Trial) (Count, bool) {
	n := t.Connection.Held.Descriptors
	return Count{N: n, Of: t.Connection.Opened}, n > 0
}
