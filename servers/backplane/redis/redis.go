// Package redis has Redis number events and carry them by Pub/Sub.
//
// One script numbers an event and publishes it, so that all subscribers get the events of a
// topic in the order of their numbers. Redis keeps the numbers and no events: what is published
// while a node is away is lost to that node. When it is back, it is told up to which number, by a
// message that comes in order with the events.
package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"pushbench/servers/backplane"
)

// A Backplane is one node's connections to Redis. Make one with Open.
type Backplane struct {
	client *redis.Client
	name   string
	epoch  string
	id     string // of this node
	log    *slog.Logger

	joined backplane.Gate

	mu      sync.Mutex
	numbers map[string]uint64 // the highest that came or was lost, by topic
}

// Times of a connection.
const (
	silence = 5 * time.Second        // after which Redis is asked whether it is there
	pause   = 100 * time.Millisecond // before the next attempt to connect
)

// Open connects to the Redis of an address such as redis://127.0.0.1:6379/0#name. The caller
// ends it with Close, after Receive has returned. log is told what goes wrong and passes.
func Open(ctx context.Context, address string, log *slog.Logger) (*Backplane, error) {
	rest, name, err := backplane.Named(address)
	if err != nil {
		return nil, err
	}
	o, err := redis.ParseURL(rest)
	if err != nil {
		return nil, err
	}
	// Redis may have taken an event whose answer was lost: it is not published again.
	o.MaxRetries = -1
	o.ReadTimeout, o.ContextTimeoutEnabled = -1, true // who publishes says how long
	o.Protocol = 2
	redis.SetLogger(silent{}) // log is told
	b := &Backplane{
		client: redis.NewClient(o), name: name, id: fmt.Sprintf("%016x", rand.Uint64()), log: log,
		numbers: map[string]uint64{},
	}
	ctx, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	if b.epoch, err = b.agree(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("redis at %s: %w", o.Addr, err), b.client.Close())
	}
	return b, nil
}

// silent drops what go-redis logs.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// agree returns the epoch that the nodes have, and gives them one when they have none.
func (b *Backplane) agree(ctx context.Context) (string, error) {
	if err := b.client.SetNX(ctx, b.keys()[1], backplane.NewEpoch(), 0).Err(); err != nil {
		return "", err
	}
	return b.client.Get(ctx, b.keys()[1]).Result()
}

// keys are the hash of the topics' numbers, the epoch, and the channel, which has a name of the
// same form: in a cluster they would be together.
func (b *Backplane) keys() []string {
	return []string{"{" + b.name + "}:numbers", "{" + b.name + "}:epoch", "{" + b.name + "}:events"}
}

// Close closes the connections.
func (b *Backplane) Close() error { return b.client.Close() }

// Epoch is that of all nodes.
func (b *Backplane) Epoch() string { return b.epoch }

// publish numbers and publishes an event. It returns 0 when the numbers are not those that the node
// knows: Redis has lost them.
var publish = redis.NewScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if tonumber(ARGV[3]) > tonumber(redis.call('HGET', KEYS[1], ARGV[2]) or '0') then return 0 end
local number = redis.call('HINCRBY', KEYS[1], ARGV[2], 1)
redis.call('PUBLISH', KEYS[3], ARGV[2] .. ' ' .. string.format('%.0f', number) .. ' ' .. ARGV[4])
return number
`)

// Publish has Redis number the event, after it has told it the numbers if Redis has lost them. It
// waits until this node gets events itself: else nobody may get this one.
func (b *Backplane) Publish(ctx context.Context, topic string, payload []byte) (uint64, error) {
	for {
		select {
		case <-b.joined.Opened():
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
		n, err := publish.Run(ctx, b.client, b.keys(), b.epoch, topic, b.known(topic), payload).Uint64()
		if n > 0 || err != nil {
			return n, err
		}
		if err := b.settle(ctx); err != nil {
			return 0, err
		}
	}
}

// known is the highest number of a topic that this node knows.
func (b *Backplane) known(topic string) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.numbers[topic]
}

// note remembers up to which number the events of a topic have come or are lost.
func (b *Backplane) note(topic string, number uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.numbers[topic] = max(b.numbers[topic], number)
}

// errOthers is for good: this node's numbers are not those of the others.
var errOthers = errors.New("redis has lost the numbers of this node's events, and other nodes have begun new ones: start this node again")

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
