package wire

import (
	"fmt"
	"strconv"
)

// A Filler is the text that pads a payload to its size. How far it can be
// compressed decides what compression is worth, so that a claim about
// compression needs both.
type Filler string

const (
	// Pangram is one sentence of 67 characters again and again: compression
	// leaves little of it. The zero value of a Filler is the same.
	Pangram Filler = "pangram"

	// Random is letters, digits, dashes and underscores that follow from the
	// sequence number. Each of them is one of 64, six bits of information in a
	// byte, so that compression takes a quarter off at most.
	Random Filler = "random"
)

// AppendPayload appends the payload of event seq to b, as the function of that
// name does, padded with f.
func (f Filler) AppendPayload(b []byte, seq uint64, size int) []byte {
	if size < MinPayload || size > MaxPayload || seq > MaxSeq {
		panic(fmt.Sprintf("wire: payload of %d bytes for sequence number %d", size, seq))
	}
	end := len(b) + size - len(payloadTail)
	b = append(b, payloadHead...)
	b = strconv.AppendUint(b, seq, 10)
	b = append(b, payloadPad...)
	if f == Random {
		b = appendRandom(b, seq, end)
	}
	for at := int(seq % uint64(len(padText))); len(b) < end; at = 0 {
		b = append(b, padText[at:min(len(padText), at+end-len(b))]...)
	}
	return append(b, payloadTail...)
}

const randomText = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// appendRandom appends to b until it has end bytes. The generator is SplitMix64
// (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014), of
// which each number makes ten characters.
func appendRandom(b []byte, seq uint64, end int) []byte {
	for state := seq; len(b) < end; {
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
		for range min(10, end-len(b)) {
			b = append(b, randomText[z%64])
			z /= 64
		}
	}
	return b
}
