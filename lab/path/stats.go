package path

import "time"

// Stats are the counts of a Path since it was opened.
type Stats struct {
	ToServer, ToClient Direction
}

// A Direction is what became of the packets that one end sent to the other.
// Through a tunnel
//
//	Packets = Delivered + Lost + Dropped + Cut + Refused + those on their way
//
// A veth pair has no Lost, Dropped, Refused and lateness, and what is Cut is
// in Packets but not in Bytes.
type Direction struct {
	Packets, Bytes            int64         // that came into the link: IP packets, without Ethernet headers
	Delivered, DeliveredBytes int64         // that came out of it
	Lost                      int64         // at random, by Loss of the link
	Dropped                   int64         // that found as many packets waiting as the queue holds
	Cut                       int64         // sent after Cut, or on their way then
	Refused                   int64         // that the kernel would not take from the tunnel
	Overrun                   int64         // that the kernel dropped at an end: before the link, not in Packets, or after it, in Delivered as well
	LateMean, LateMax         time.Duration // of the departures from a tunnel, after they were due
}
