package backplane

import (
	"bytes"
	"fmt"
	"strconv"
)

// A Message is an event on its way, or what is lost of a topic: then Payload is empty.
type Message struct {
	Topic   string
	Number  uint64
	Payload []byte
}

// To gives the message to a node.
func (m Message) To(node Node) {
	if len(m.Payload) == 0 {
		node.Lose(m.Topic, m.Number)
		return
	}
	node.Place(m.Topic, m.Number, m.Payload)
}

// Append appends the message as text: the number, a space and the payload. The topic travels
// beside it.
func (m Message) Append(b []byte) []byte {
	b = strconv.AppendUint(b, m.Number, 10)
	return append(append(b, ' '), m.Payload...)
}

// ParseMessage reads what Append wrote. The payload is a part of b.
func ParseMessage(topic string, b []byte) (Message, error) {
	digits, payload, spaced := bytes.Cut(b, []byte(" "))
	number, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil || !spaced || number == 0 || digits[0] == '0' {
		return Message{}, fmt.Errorf("a message of topic %.80q that no node has sent: %.80q", topic, b)
	}
	return Message{topic, number, payload}, nil
}
