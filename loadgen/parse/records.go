package parse

import "encoding/binary"

// A Records follows the records of a TLS stream that may be split
// anywhere, by their heads (RFC 8446 section 5.1). The zero value is ready.
type Records struct {
	head [5]byte // of the record that is being read: type, version, length
	have int     // bytes of it
	left int     // bytes of the record's rest that have not come
}

func (s *Records) Feed(b []byte) {
	for len(b) > 0 {
		if s.left > 0 {
			n := min(len(b), s.left)
			s.left -= n
			b = b[n:]
			continue
		}
		n := copy(s.head[s.have:], b)
		b = b[n:]
		if s.have += n; s.have == len(s.head) {
			s.left = int(binary.BigEndian.Uint16(s.head[3:]))
			s.have = 0
		}
	}
}

// Between reports whether the stream stands between two records.
func (s *Records) Between() bool { return s.have == 0 && s.left == 0 }
