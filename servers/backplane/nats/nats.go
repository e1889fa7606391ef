// Package nats has a JetStream stream of NATS keep and carry events.
//
// The stream has the events of all topics, each under a subject of its own, so a node that was
// away, or that begins, goes on where it was. The number of an event is in its message: the node
// that publishes proposes the next one, and NATS takes the message only if nobody else has
// published to the topic meanwhile.
package nats

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"pushbench/servers/backplane"
)

// A Backplane is one node's connection to NATS. Make one with Open.
type Backplane struct {
	conn    *nats.Conn
	js      jetstream.JetStream
	name    string // of the stream
	history int
	epoch   string
	log     *slog.Logger

	joined backplane.Gate

	mu      sync.Mutex
	stream  jetstream.Stream // as it was last seen
	topics  map[string]*topic
	last    uint64 // sequence number in the stream of the last message that came
	restart func() // has the node subscribe again; nil: it has not subscribed
}

// A topic is what is known of one.
type topic struct {
	turn        sync.Mutex // of who publishes
	number, seq uint64     // of the newest event, and of its message in the stream; guarded by Backplane.mu
}

// Times of a connection.
const (
	heartbeat = time.Second            // of NATS, when no event comes
	silence   = 3 * heartbeat          // after which the connection counts as lost
	pause     = 100 * time.Millisecond // before the next attempt to connect
	answer    = 5 * time.Second        // to a request
)

// Open connects to the NATS of an address such as nats://127.0.0.1:4222#name, which has to have
// JetStream, and has it keep so many events of each topic if it does not keep any yet. The caller
// ends it with Close, after Receive has returned. log is told what goes wrong and passes.
func Open(ctx context.Context, address string, history int, log *slog.Logger) (_ *Backplane, err error) {
	rest, name, err := backplane.Named(address)
	if err != nil {
		return nil, err
	}
	b := &Backplane{name: name, history: history, epoch: backplane.NewEpoch(), log: log, topics: map[string]*topic{}}
	b.conn, err = nats.Connect(rest, nats.Name("pushbench"), nats.MaxReconnects(-1), nats.ReconnectWait(pause), nats.Timeout(answer),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { b.joined.Shut() }), nats.ReconnectHandler(func(*nats.Conn) { b.again() }))
	if err != nil {
		return nil, fmt.Errorf("nats at %s: %w", rest, err)
	}
	defer func() {
		if err != nil {
			b.Close()
			err = fmt.Errorf("nats at %s: %w", rest, err)
		}
	}()
	if b.js, err = jetstream.New(b.conn); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answer)
	defer cancel()
	if b.stream, err = b.open(ctx); err != nil {
		return nil, err
	}
	b.epoch = epochOf(b.stream)
	return b, nil
}

// open returns the stream, which it makes if there is none.
func (b *Backplane) open(ctx context.Context) (jetstream.Stream, error) {
	s, err := b.js.CreateStream(ctx, jetstream.StreamConfig{
		Name: b.name, Subjects: []string{b.name + ".*"}, MaxMsgsPerSubject: int64(b.history), Discard: jetstream.DiscardOld,
		Storage: jetstream.FileStorage, Metadata: map[string]string{epochKey: b.epoch},
	})
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return b.js.Stream(ctx, b.name)
	}
	return s, err
}

// epochKey is where a stream has the nodes' epoch.
const epochKey = "pushbench-epoch"

func epochOf(s jetstream.Stream) string { return s.CachedInfo().Config.Metadata[epochKey] }

// Close closes the connection.
func (b *Backplane) Close() { b.conn.Close() }

// Epoch is that of all nodes.
func (b *Backplane) Epoch() string { return b.epoch }

// again has the node subscribe again.
func (b *Backplane) again() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.restart != nil {
		b.restart()
	}
}

// subject is that of a topic. A dot would divide it, and what follows two of them would be nothing.
func (b *Backplane) subject(topic string) string {
	return b.name + "." + strings.ReplaceAll(topic, ".", "=")
}

// topicOf is what subject has made a subject of.
func (b *Backplane) topicOf(subject string) string {
	return strings.ReplaceAll(strings.TrimPrefix(subject, b.name+"."), "=", ".")
}

// at returns what is known of a topic.
func (b *Backplane) at(name string) *topic {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.topics[name]
	if t == nil {
		t = &topic{}
		b.topics[name] = t
	}
	return t
}

// newest returns the number of the newest event of t, and the sequence number of its message.
func (b *Backplane) newest(t *topic) (number, seq uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return t.number, t.seq
}

// note remembers a message of t, unless a newer one is known. One with the same number is another
// one where the stream was lost.
func (b *Backplane) note(t *topic, number, seq uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if number >= t.number {
		t.number, t.seq = number, seq
	}
}
