package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"pushbench/servers/backplane"
)

// subscribe gives the node what comes, until the connection is lost or ctx is done.
func (b *Backplane) subscribe(ctx context.Context, to backplane.Node) error {
	limit, cancel := context.WithTimeout(ctx, silence)
	events := b.client.Subscribe(limit, b.keys()[2])
	cancel()
	defer events.Close()
	stop := context.AfterFunc(ctx, func() { _ = events.Close() }) // a read does not end with ctx
	defer stop()
	defer b.joined.Shut()
	for asked := false; ; {
		got, err := receive(ctx, events)
		var late net.Error
		switch {
		case err == nil:
			asked = false
		case errors.As(err, &late) && late.Timeout() && !asked:
			if err := events.Ping(ctx); err != nil {
				return err
			}
			asked = true
			continue
		default:
			return err
		}
		switch m := got.(type) {
		case *redis.Subscription:
			err = b.settle(ctx)
		case *redis.Message:
			err = b.take(m.Payload, to)
		}
		if err != nil {
			return err
		}
	}
}

// receive waits for what comes next. It may have to connect before.
func receive(ctx context.Context, events *redis.PubSub) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*silence)
	defer cancel()
	return events.ReceiveTimeout(ctx, silence)
}

// settle tells Redis the numbers that this node knows, where Redis has lost them, and has it
// send the numbers of all topics to this node. They come in order with the events: what is
// published from now on comes behind them, and what was published before is lost if it has
// not come until then. When Redis has the epoch of other nodes it returns that.
var settle = redis.NewScript(`
local epoch = redis.call('GET', KEYS[2])
if not epoch then
	epoch = ARGV[1]
	redis.call('SET', KEYS[2], epoch)
end
if epoch ~= ARGV[1] then return epoch end
for i = 4, #ARGV, 2 do
	local known = tonumber(ARGV[i + 1])
	if known > tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '0') then
		local number = string.format('%.0f', known + tonumber(ARGV[3]))
		redis.call('HSET', KEYS[1], ARGV[i], number)
		redis.call('PUBLISH', KEYS[3], ARGV[i] .. ' ' .. number .. ' ')
	end
end
redis.call('PUBLISH', KEYS[3], '@' .. ARGV[2] .. ' ' .. table.concat(redis.call('HGETALL', KEYS[1]), ' '))
return epoch
`)

func (b *Backplane) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	args := []any{b.epoch, b.id, backplane.Jump}
	b.mu.Lock()
	for topic, number := range b.numbers {
		args = append(args, topic, number)
	}
	b.mu.Unlock()
	epoch, err := settle.Run(ctx, b.client, b.keys(), args...).Text()
	if err == nil && epoch != b.epoch {
		err = errOthers
	}
	return err
}

// take gives the node one message: an event, what is lost, or the numbers of all topics, which
// are for one node alone.
func (b *Backplane) take(text string, to backplane.Node) error {
	first, rest, _ := strings.Cut(text, " ")
	if id, all := strings.CutPrefix(first, "@"); all {
		if id != b.id {
			return nil
		}
		return b.join(rest, to)
	}
	m, err := backplane.ParseMessage(first, []byte(rest))
	if err != nil {
		return err
	}
	b.note(m.Topic, m.Number)
	m.To(to)
	return nil
}

// join takes the numbers of all topics, in text.
func (b *Backplane) join(text string, to backplane.Node) error {
	fields := strings.Fields(text)
	if len(fields)%2 != 0 {
		return fmt.Errorf("%d words are no topics with their numbers: %.80q", len(fields), text)
	}
	for i := 0; i < len(fields); i += 2 {
		number, err := strconv.ParseUint(fields[i+1], 10, 64)
		if err != nil {
			return fmt.Errorf("the number of topic %.80q: %w", fields[i], err)
		}
		b.note(fields[i], number)
		to.Lose(fields[i], number)
	}
	b.joined.Open()
	to.Joined()
	return nil
}
