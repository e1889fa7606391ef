package nats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"pushbench/servers/backplane"
)

// Publish proposes the next number, until nobody was faster. It waits until this node is connected:
// what is sent before that may be lost.
func (b *Backplane) Publish(ctx context.Context, topic string, payload []byte) (uint64, error) {
	t := b.at(topic)
	t.turn.Lock()
	defer t.turn.Unlock()
	for {
		select {
		case <-b.joined.Opened():
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
		number, seq := b.newest(t)
		took, err := b.propose(ctx, t, backplane.Message{Topic: topic, Number: number + 1, Payload: payload}, seq)
		if took || err != nil {
			return number + 1, err
		}
	}
}

// propose publishes a message behind the one with a sequence number of the stream, the last of
// the topic as far as it is known. When that is another, it finds out which and does not take
// the message.
func (b *Backplane) propose(ctx context.Context, t *topic, m backplane.Message, behind uint64) (took bool, err error) {
	ack, err := b.js.Publish(ctx, b.subject(m.Topic), m.Append(nil), jetstream.WithExpectLastSequencePerSubject(behind))
	var wrong *jetstream.APIError
	switch {
	case err == nil:
		b.note(t, m.Number, ack.Sequence)
		return true, nil
	case errors.Is(err, jetstream.ErrNoStreamResponse): // it is being started, or has lost the stream
		select {
		case <-time.After(pause):
			return false, nil
		case <-ctx.Done():
			return false, fmt.Errorf("%w: %w", err, context.Cause(ctx))
		}
	case errors.As(err, &wrong) && wrong.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence:
		return false, b.learn(ctx, t, m.Topic)
	}
	return false, err
}

// learn finds out which message of a topic is the last. When its number is below what was known
// before, the stream was lost, and the numbers go on far above.
func (b *Backplane) learn(ctx context.Context, t *topic, name string) error {
	known, _ := b.newest(t)
	number, seq, err := b.lastOf(ctx, name)
	if err != nil {
		return err
	}
	if number < known {
		number = known + backplane.Jump
	}
	b.note(t, number, seq)
	return nil
}

// lastOf asks for the last message of a topic; 0 and 0: there is none.
func (b *Backplane) lastOf(ctx context.Context, name string) (number, seq uint64, err error) {
	b.mu.Lock()
	stream := b.stream
	b.mu.Unlock()
	raw, err := stream.GetLastMsgForSubject(ctx, b.subject(name))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return 0, 0, nil
	case err != nil:
		return 0, 0, err
	}
	m, err := backplane.ParseMessage(name, raw.Data)
	return m.Number, raw.Sequence, err
}
