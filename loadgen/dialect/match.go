package dialect

import (
	"bytes"
	"strings"
)

// A Match is the text of a message in which * stands for anything, also for nothing:
// `2`, `{"type":"ping"*`, `*confirm_subscription*`. The zero value matches no message.
type Match string

// Matches reports whether message matches m. It does not allocate.
func (m Match) Matches(message []byte) bool {
	if m == "" {
		return false
	}
	piece, rest, more := strings.Cut(string(m), "*")
	if !more {
		return string(message) == piece
	}
	if len(message) < len(piece) || string(message[:len(piece)]) != piece {
		return false
	}
	message = message[len(piece):]
	for {
		if piece, rest, more = strings.Cut(rest, "*"); !more {
			return len(message) >= len(piece) && string(message[len(message)-len(piece):]) == piece
		}
		i := index(message, piece)
		if i < 0 {
			return false
		}
		message = message[i+len(piece):]
	}
}

// index is where piece first stands in text, or -1.
func index(text []byte, piece string) int {
	if piece == "" {
		return 0
	}
	for at := 0; ; at++ {
		i := bytes.IndexByte(text[at:], piece[0])
		if i < 0 || len(text)-at-i < len(piece) {
			return -1
		}
		if at += i; string(text[at:at+len(piece)]) == piece {
			return at
		}
	}
}
