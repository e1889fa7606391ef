package wire

import "bytes"

// MinPayload is the size of the smallest payload in bytes; sequence numbers
// up to MaxSeq fit into it. MaxPayload is the largest that a server accepts.
const (
	MinPayload = 32
	MaxPayload = 1 << 20
	MaxSeq     = 999_999_999_999_999
)

const (
	payloadHead = `{"seq":`
	payloadPad  = `,"pad":"`
	payloadTail = `"}`
	padText     = "the-quick-brown-fox-jumps-over-the-lazy-dog-0123456789-PACK-MY-BOX-"
)

// AppendPayload appends the payload of event seq to b: one JSON object of
// exactly size bytes that any server can pass through as text. It panics when
// size is outside MinPayload..MaxPayload or seq above MaxSeq, which the caller
// has checked when it read the scenario.
func AppendPayload(b []byte, seq uint64, size int) []byte { return Pangram.AppendPayload(b, seq, size) }

// PayloadSeq returns the sequence number in a payload. It looks for the first
// `{"seq":` so that a server may wrap the payload into an envelope of its own;
// ok is false when there is none or no number follows.
func PayloadSeq(payload []byte) (seq uint64, ok bool) {
	if !bytes.HasPrefix(payload, []byte(payloadHead)) {
		i := bytes.Index(payload, []byte(payloadHead))
		if i < 0 {
			return 0, false
		}
		payload = payload[i:]
	}
	i := len(payloadHead)
	for ; i < len(payload) && payload[i]-'0' <= 9; i++ {
		if seq > MaxSeq {
			return 0, false
		}
		seq = seq*10 + uint64(payload[i]-'0')
	}
	return seq, i > len(payloadHead) && seq <= MaxSeq
}
