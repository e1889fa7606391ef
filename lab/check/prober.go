package check

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/servers/wire"
)

// limits are how long a check waits, and how much it sends.
type limits struct {
	answer  time.Duration // for an answer, and for the first event of a subscription
	head    time.Duration // for a head that comes at once
	settle  time.Duration // for more after the last event that is expected
	poll    time.Duration // from a poll without news to the next
	silence time.Duration // without an event
	large   int           // bytes of an event that is large
	piece   int           // bytes of each event that is sent to a slow reader
	pieces  int           // how many of these
	flood   time.Duration // in which they are sent
	stream  time.Duration // for an answer, and for an event, while there are many clients
	streams time.Duration // to find out how many there can be
}

var usual = limits{
	answer: 10 * time.Second, head: 500 * time.Millisecond, settle: 200 * time.Millisecond, poll: 50 * time.Millisecond,
	silence: 35 * time.Second, large: 20_000, piece: 16 << 10, pieces: 3072, flood: 40 * time.Second,
	stream: 5 * time.Second, streams: 20 * time.Second,
}

// noNumber is below those of all events, which have four digits: so they are of one length.
const noNumber = 1000

// size is that of a payload in bytes, where it does not matter or is counted.
const size = 64

// A prober asks one server.
type prober struct {
	Server
	limits  limits
	say     func(text string)
	marker  dialect.Marker
	run     string
	topic   string
	number  uint64 // of the last event
	clients int
	publisher
}

func newProber(s Server, l limits, say func(string)) (*prober, error) {
	if s.Dialect == nil {
		return nil, errors.New("the server's dialect is not given")
	}
	d, err := s.Dialect.Prepare()
	if err != nil {
		return nil, fmt.Errorf("the target's dialect: %w", err)
	}
	s.Dialect = d
	p := &prober{Server: s, limits: l, say: say, run: rand.Text()[:dialect.MaxRun], number: noNumber}
	p.topic = "check" + p.run
	p.marker, err = dialect.NewMarker(p.run)
	return p, err
}

// soon is the limit of what has to happen at once.
func (p *prober) soon() time.Time { return time.Now().Add(p.limits.answer) }

// unanswered makes a sentence of errQuiet.
func (p *prober) unanswered(err error) error {
	if err == errQuiet {
		return fmt.Errorf("the server does not answer within %s", wire.Duration(p.limits.answer))
	}
	return err
}

// join publishes until an event has come through to s, and until s has all of these:
// only then is the subscription made.
func (p *prober) join(ctx context.Context, s subscriber) error {
	if p.Dialect.Publish.By == dialect.ByServer {
		_, err := s.hear(ctx, p.soon())
		return p.nothing(s, err)
	}
	end := p.soon()
	for wait := 4 * p.limits.settle; ; {
		number, err := p.publish(ctx, size)
		if err != nil {
			return err
		}
		limit := time.Now().Add(wait)
		for err == nil {
			var got []uint64
			if got, err = s.hear(ctx, limit); slices.Contains(got, number) {
				return nil
			}
		}
		if err != errQuiet || time.Now().After(end) {
			return p.nothing(s, err)
		}
	}
}

// nothing says that no event has come to s.
func (p *prober) nothing(s subscriber, err error) error {
	if err != errQuiet {
		return err
	}
	e := s.own()
	text := fmt.Sprintf("no event came through within %s", wire.Duration(p.limits.answer))
	switch {
	case len(e.heard) > 0:
		text = fmt.Sprintf("the newest event did not come through within %s, though others did", wire.Duration(p.limits.answer))
	case e.words != "":
		text += ": what came instead was " + e.words
	case p.page != nil:
		return fmt.Errorf("%s: publishing is answered with a page, so that its path may be wrong: %w", text, p.page)
	case e.answer == nil:
		text = fmt.Sprintf("the server does not answer within %s", wire.Duration(p.limits.answer))
	}
	return errors.New(text)
}

// send publishes n events.
func (p *prober) send(ctx context.Context, n int) (numbers []uint64, err error) {
	for range n {
		number, err := p.publish(ctx, size)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// gather hears until the last of want has come, or nothing comes within the limit of an
// answer, and then for what else there is.
func (p *prober) gather(ctx context.Context, s subscriber, want []uint64, within time.Duration) ([]uint64, error) {
	var all []uint64
	limit := time.Now().Add(within)
	for !slices.Contains(all, want[len(want)-1]) {
		got, err := s.hear(ctx, limit)
		all = append(all, got...)
		if err == errQuiet {
			break
		}
		if err != nil {
			return all, err
		}
	}
	more, err := p.settle(ctx, s)
	return append(all, more...), err
}

// settle hears until nothing comes for a moment.
func (p *prober) settle(ctx context.Context, s subscriber) (all []uint64, err error) {
	for end := p.soon(); time.Now().Before(end); {
		got, err := s.hear(ctx, time.Now().Add(p.limits.settle))
		all = append(all, got...)
		if err == errQuiet {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// compare says in what the events that came are not those that were sent; empty: in
// nothing. With latest the newest has to come, and those before it need not.
func compare(want, got []uint64, latest bool) string {
	var wrong []string
	last, seen := -1, map[uint64]bool{}
	for _, number := range got {
		i := slices.Index(want, number)
		switch {
		case i < 0 && latest: // an earlier state
		case i < 0:
			wrong = append(wrong, "an earlier event came again")
		case latest && seen[number]:
		case seen[number]:
			wrong = append(wrong, fmt.Sprintf("event %d came twice", i+1))
		case i < last:
			wrong = append(wrong, fmt.Sprintf("event %d came before event %d", last+1, i+1))
		}
		seen[number], last = true, max(last, i)
	}
	var missing []string
	for i, number := range want {
		if !seen[number] && (!latest || i == len(want)-1) {
			missing = append(missing, fmt.Sprint(i+1))
		}
	}
	switch n := len(missing); {
	case n == len(want) && n > 1:
		wrong = append(wrong, "none came")
	case n > 3:
		wrong = append(wrong, fmt.Sprintf("%d did not come", n))
	case n > 0:
		wrong = append(wrong, fmt.Sprintf("event %s did not come", strings.Join(missing, " and event ")))
	}
	if len(wrong) == 0 {
		return ""
	}
	return fmt.Sprintf("of %d events, %s", len(want), strings.Join(slices.Compact(wrong[:min(len(wrong), 3)]), ", and "))
}

// latest reports whether a transport tells the latest event only.
func (p *prober) latest(t wire.Transport) bool {
	return (t == wire.Polling || t == wire.LongPoll) && p.ask(t).Latest
}

// offered are the transports that the dialect has, in the order of the table.
func (p *prober) offered() []wire.Transport {
	d := p.Dialect
	var all []wire.Transport
	for _, t := range transports {
		if t == wire.Polling && d.Polling != nil || t == wire.LongPoll && d.LongPoll != nil ||
			t == wire.SSE && d.SSE != nil || t == wire.WebSocket && d.WebSocket != nil {
			all = append(all, t)
		}
	}
	return all
}

// terms are what the target's file says of a transport.
func (p *prober) terms(t wire.Transport) *dialect.Terms {
	switch t {
	case wire.SSE:
		return &p.Dialect.SSE.Terms
	case wire.WebSocket:
		return &p.Dialect.WebSocket.Terms
	}
	return &p.ask(t).Terms
}
