// Package link describes what lies between clients and server.
package link

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Link is the condition of a path, the same each way. The zero value is a
// veth pair with an MTU of 1500 bytes and nothing added.
type Link struct {
	Delay  time.Duration // of each packet, one way
	Jitter time.Duration // the delay is uniform on Delay ± Jitter, at most Delay; packets stay in order
	Rate   int64         // bytes of IP packets a second; 0: unlimited
	Queue  int           // packets that may wait for Rate; a packet that finds so many is dropped; 0: 1000
	Loss   float64       // share of packets lost at random, from 0 to less than 1
	Seed   uint64        // of jitter and loss: the n-th packet of a direction draws the same in every run
	MTU    int           // bytes, 68 (RFC 791, section 3.2) to 65535; 0: 1500
}

// Validate returns what is wrong with l, all of it in one line, or nil.
func (l Link) Validate() error {
	var problems []string
	wrong := func(is bool, format string, args ...any) {
		if is {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	wrong(l.Delay < 0, "delay %v is negative", l.Delay)
	wrong(l.Jitter < 0, "jitter %v is negative", l.Jitter)
	wrong(l.Jitter > max(l.Delay, 0), "jitter %v is more than the delay of %v", l.Jitter, l.Delay)
	wrong(l.Rate < 0, "rate %d is negative", l.Rate)
	wrong(l.Queue < 0, "queue %d is negative", l.Queue)
	wrong(l.Queue > 0 && l.Rate == 0, "queue %d without a rate: nothing would ever wait in it", l.Queue)
	wrong(!(l.Loss >= 0 && l.Loss < 1), "loss %v is not a share from 0 to less than 1", l.Loss)
	wrong(l.MTU != 0 && (l.MTU < 68 || l.MTU > 65535), "MTU %d is not from 68 to 65535", l.MTU)
	if len(problems) == 0 {
		return nil
	}
	return errors.New(strings.Join(problems, "; "))
}

// Plain reports whether l adds nothing but the size of its packets: it is a
// veth pair, any other a tunnel.
func (l Link) Plain() bool {
	return l.Delay == 0 && l.Rate == 0 && l.Loss == 0
}

// Largest is the size of the largest IP packet in bytes: MTU, or what 0 means.
func (l Link) Largest() int {
	if l.MTU == 0 {
		return 1500
	}
	return l.MTU
}

// Of Linux's TCP: the least and the most it waits for an acknowledgment before it
// retransmits, and how often it does before it gives the connection up (ip(7),
// tcp_retries2).
const (
	minRetransmit = 200 * time.Millisecond
	maxRetransmit = 2 * time.Minute
	retransmits   = 15
)

// Silence is the longest that a TCP connection over l is silent though both ends
// have something to say and nothing is lost for good; 0 without Loss. The wait
// before each retransmission is twice the last one (RFC 6298, section 5.5), and a
// retransmission fails when it or its acknowledgment is lost. A longer silence has
// a chance of less than one in a billion, or TCP gives up before.
func (l Link) Silence() (longest time.Duration) {
	fails := 1 - (1-l.Loss)*(1-l.Loss)
	wait := 2*(l.Delay+l.Jitter) + minRetransmit
	chance := fails // that the last packet, or its acknowledgment, was lost as well
	for n := 0; n < retransmits && chance > 1e-9; n++ {
		longest += min(wait, maxRetransmit)
		wait *= 2
		chance *= fails
	}
	return longest
}
