package account

import "pushbench/loadgen/clock"

// An Arrival is when a read from a connection was over.
type Arrival struct {
	Arrived  int64  // its last byte reached this machine, by the kernel's stamp; Returned where there is none
	Returned int64  // it returned to the client, decrypted
	Before   int64  // the read from the socket before it returned, if that left nothing there; else the one before that, and so on
	Number   uint32 // of the reads from the socket, from 1; 0: nobody asks which events came together
	Stamped  bool   // Arrived is the kernel's stamp
	More     bool   // it took what its buffer had room for, and more was there
}

// Stamp takes over the kernel's stamp, 0 for none. One that is later than the
// read's return contradicts the monotonic clock: the wall clock was set.
func (r *Arrival) Stamp(wall *clock.Wall, unixNano int64) {
	if unixNano == 0 {
		return
	}
	if at := wall.Instant(unixNano); at <= r.Returned {
		r.Arrived, r.Stamped = at, true
	}
}

// Held says that it was behind a lost packet, whose retransmission made it readable: its stamp
// is of before that. It is there when the read returns.
func (r *Arrival) Held() { r.Arrived, r.Stamped = r.Returned, false }
