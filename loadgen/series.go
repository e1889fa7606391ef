package loadgen

import "pushbench/loadgen/ledger"

// A series is the link of a client that opens a connection for each request: all
// of its connections, one after the other, so that what opens and closes them is
// counted, too. Both ends have ended those that are closing, of which the last
// segments may be on their way.
type series struct {
	present *conn
	closing []*conn
	past    ledger.Socket // sums of those that are closed
}

// next makes c the present connection.
func (s *series) next(c *conn) error {
	if s.present != nil {
		s.closing = append(s.closing, s.present)
	}
	s.present = c
	_, err := s.settle()
	return err
}

// settle takes the connections that are closed out of those that are closing, and
// returns the sums of all but the present one.
func (s *series) settle() (sum ledger.Socket, err error) {
	left := s.closing[:0]
	for _, c := range s.closing {
		one, err := c.counters()
		if err != nil {
			return sum, err
		}
		if one.Closed {
			s.past.Add(one)
			c.tcp.Close()
			continue
		}
		sum.Add(one)
		left = append(left, c)
	}
	s.closing = left
	sum.Add(s.past)
	return sum, nil
}

// counters are the sums over all connections, with the addresses of the present one.
func (s *series) counters() (ledger.Socket, error) {
	sum, err := s.settle()
	if err != nil {
		return sum, err
	}
	one, err := s.present.counters()
	sum.Local, sum.Remote = one.Local, one.Remote
	sum.Add(one)
	return sum, err
}

func (s *series) interrupt() { s.present.interrupt() }

func (s *series) hangUp() {
	for _, c := range s.closing {
		c.tcp.Close()
	}
	s.present.hangUp()
}
