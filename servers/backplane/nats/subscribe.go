package nats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"pushbench/servers/backplane"
)

// errOthers is for good: this node's numbers are not those of the others.
var errOthers = errors.New("nats has lost this node's events, and other nodes have begun new ones: start this node again")

// errAgain ends a subscription because NATS was away.
var errAgain = errors.New("nats was away")

// Receive subscribes, again and again where it must.
func (b *Backplane) Receive(ctx context.Context, to backplane.Node) error {
	for last := ""; ; {
		began := time.Now()
		err := b.subscribe(ctx, to)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errOthers):
			return err
		case err.Error() != last || time.Since(began) > silence: // not again and again
			b.log.Warn("the backplane was away", "err", err)
			last = err.Error()
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
}

// subscribe gives the node what is in the stream behind the last message that came, and what
// comes, until NATS is away or ctx is done.
func (b *Backplane) subscribe(ctx context.Context, to backplane.Node) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b.mu.Lock()
	b.restart = func() { cancel(errAgain) }
	b.mu.Unlock()
	inbox := b.conn.NewInbox()
	messages, err := b.conn.SubscribeSync(inbox)
	if err != nil {
		return err
	}
	defer func() { _ = messages.Unsubscribe() }() // the connection may be closed
	pending, err := b.consume(ctx, inbox)
	if err != nil {
		return err
	}
	b.joined.Open()
	defer b.joined.Shut()
	joined := pending == 0
	if joined {
		to.Joined()
	}
	for came := uint64(0); ; {
		m, err := next(ctx, messages)
		if err != nil {
			return err
		}
		if m.Header.Get("Status") != "" {
			if err := b.respond(m); err != nil {
				return err
			}
			continue
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		if came++; meta.Sequence.Consumer != came {
			return fmt.Errorf("message %d came as number %d", meta.Sequence.Consumer, came)
		}
		if err := b.take(m, meta.Sequence.Stream, to); err != nil {
			return err
		}
		if !joined && meta.NumPending == 0 {
			joined = true
			to.Joined()
		}
	}
}

// next waits for a message.
func next(ctx context.Context, messages *nats.Subscription) (*nats.Msg, error) {
	limit, cancel := context.WithTimeoutCause(ctx, silence, fmt.Errorf("nothing came for %s", silence))
	defer cancel()
	m, err := messages.NextMsgWithContext(limit)
	if limit.Err() != nil {
		err = context.Cause(limit)
	}
	return m, err
}

// respond answers a heartbeat that asks whether what was sent has come.
func (b *Backplane) respond(m *nats.Msg) error {
	to := m.Reply
	if stalled := m.Header.Get("Nats-Consumer-Stalled"); stalled != "" {
		to = stalled
	}
	if to == "" {
		return nil
	}
	return b.conn.Publish(to, nil)
}

// consume has the messages behind the last one that came sent to inbox, and returns how many
// there are now.
func (b *Backplane) consume(ctx context.Context, inbox string) (pending uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, answer)
	defer cancel()
	if err := b.settle(ctx); err != nil {
		return 0, err
	}
	b.mu.Lock()
	from := b.last + 1
	b.mu.Unlock()
	c, err := b.js.CreatePushConsumer(ctx, b.name, jetstream.ConsumerConfig{
		DeliverSubject: inbox, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from,
		AckPolicy: jetstream.AckNonePolicy, MaxDeliver: 1, MemoryStorage: true, Replicas: 1,
		FlowControl: true, IdleHeartbeat: heartbeat, InactiveThreshold: 10 * heartbeat,
	})
	if err != nil {
		return 0, err
	}
	return c.CachedInfo().NumPending, nil
}

// settle looks at the stream, which it makes if there is none. In one that is another than the
// last time, or has lost its end, it says of each topic that the numbers go on far above what this
// node knows. Until it has done so for all topics, the stream is not the one that was last seen.
func (b *Backplane) settle(ctx context.Context) error {
	s, err := b.open(ctx)
	if err != nil {
		return err
	}
	if epochOf(s) != b.epoch {
		return errOthers
	}
	b.mu.Lock()
	last, end := b.last, s.CachedInfo().State.LastSeq
	if !b.stream.CachedInfo().Created.Equal(s.CachedInfo().Created) {
		last = 0
	}
	whole := last == b.last && last <= end
	var names []string
	for name := range b.topics {
		names = append(names, name)
	}
	b.mu.Unlock()
	if !whole {
		for _, name := range names {
			if err := b.goOn(ctx, name); err != nil {
				return err
			}
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stream, b.last = s, min(last, end)
	return nil
}

// goOn has the numbers of a topic go on above what this node knows, if they are below. It does not
// wait for its turn: who has it waits for this node to be connected.
func (b *Backplane) goOn(ctx context.Context, name string) error {
	t := b.at(name)
	for {
		known, _ := b.newest(t)
		number, seq, err := b.lastOf(ctx, name)
		if err != nil || number >= known {
			return err
		}
		took, err := b.propose(ctx, t, backplane.Message{Topic: name, Number: known + backplane.Jump}, seq)
		if took || err != nil {
			return err
		}
	}
}

// take gives the node one message.
func (b *Backplane) take(m *nats.Msg, seq uint64, to backplane.Node) error {
	topic := b.topicOf(m.Subject)
	message, err := backplane.ParseMessage(topic, m.Data)
	if err != nil {
		return err
	}
	b.note(b.at(topic), message.Number, seq)
	b.mu.Lock()
	b.last = seq
	b.mu.Unlock()
	message.To(to)
	return nil
}
