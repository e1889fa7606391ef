package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// checkComplete has the server complete a stream, and tells what an EventSource does then, if
// one can be run, and what is on the wire.
func (p *prober) checkComplete(ctx context.Context, t *table) {
	spec := p.Dialect.SSE
	p.say("sse: a stream that the server completes")
	hand, err := p.complete(ctx, &spec.Completes)
	if err != nil {
		t.add(wire.SSE, complete, results.Fail, "A stream that the server should complete fails: %v.", err)
		return
	}
	state, text, asked := results.Pass, hand.String(), &spec.Completes
	if !spec.Ends.Empty() {
		asked = &spec.Ends
		last, err := p.complete(ctx, asked)
		switch {
		case err != nil:
			state, text = results.Fail, text+fmt.Sprintf(" A stream that the server should end for good fails: %v.", err)
		case last.status != http.StatusNoContent:
			state, text = results.Fail, text+fmt.Sprintf(" After a stream that should be the last, the client gets status %d instead of 204.", last.status)
		default:
			text += " After its last stream, the client gets status 204."
		}
	}
	seen, err := p.watchSource(ctx, asked)
	switch {
	case err == errNoSource:
		t.add(wire.SSE, complete, state, "%s No EventSource was run: %v.", text, err)
	case err != nil:
		t.add(wire.SSE, complete, results.Fail, "%s What an EventSource does could not be observed: %v.", text, err)
	default:
		if asked == &spec.Ends && !seen.stopped {
			state = results.Fail
		}
		t.add(wire.SSE, complete, state, "%s %s", seen, text).with("retry-sec", seen.after.Seconds())
	}
}

// A completion is how a stream that the server completes looks to a client.
type completion struct {
	end    string // of the stream
	retry  string // in milliseconds; empty: the server has not said
	ids    bool   // the events have ids
	status int    // of the answer to a client that asks again
	gets   string // what that client gets
}

// meanwhile is how many events are published until a client asks again.
const meanwhile = 2

// complete has the server complete a stream, publishes some events, and asks again. The
// error says why it does not get so far.
func (p *prober) complete(ctx context.Context, path *dialect.Template) (*completion, error) {
	c := &completion{}
	lastID, err := p.drain(ctx, path, c)
	if err != nil {
		return nil, err
	}
	own := p.Dialect.Publish.By == dialect.ByServer
	var missed, got []uint64
	if !own {
		if missed, err = p.send(ctx, meanwhile); err != nil {
			return nil, err
		}
	}
	again, err := p.subscribe(ctx, wire.SSE, manner{path: path, lastID: lastID})
	switch {
	case err != nil:
	case own:
		defer again.close()
		_, err = again.hear(ctx, p.soon())
	default:
		defer func() { p.leave(ctx, again) }()
		got, err = p.gather(ctx, again, missed, 10*p.limits.settle)
	}
	var no *unwanted
	if errors.As(err, &no) {
		c.status, c.gets = no.status, fmt.Sprintf("gets status %d", no.status)
		return c, nil
	}
	if err != nil && (again == nil || own) {
		return nil, fmt.Errorf("a client that asks again gets no stream: %w", p.unanswered(err))
	}
	c.status, c.gets = http.StatusOK, "gets status 200"
	if wrong := compare(missed, got, false); wrong != "" {
		c.gets = "misses what was sent meanwhile: " + wrong
	} else if !own {
		c.gets = "gets what was sent meanwhile"
	}
	return c, nil
}

// drain publishes until a stream is completed, and notes how it ends in c. It returns the id
// of the last event.
func (p *prober) drain(ctx context.Context, path *dialect.Template, c *completion) (lastID string, err error) {
	client, err := p.subscribe(ctx, wire.SSE, manner{path: path})
	if err != nil {
		return "", p.unanswered(err)
	}
	s := client.(*stream)
	defer s.close()
	for end := p.soon(); err == nil || err == errQuiet; {
		if time.Now().After(end) {
			return "", fmt.Errorf("it has not ended after %s", wire.Duration(p.limits.answer))
		}
		if err = p.prompt(ctx); err != nil {
			return "", err
		}
		for limit := time.Now().Add(p.limits.settle); err == nil; {
			_, err = s.hear(ctx, limit)
		}
	}
	var no *unwanted
	switch {
	case ctx.Err() != nil || s.body == nil || errors.As(err, &no):
		return "", err
	case err != errEnded:
		c.end = fmt.Sprintf("is cut off without an end: %v", err)
	case !s.body.chunked:
		c.end = "ends with its connection"
	case s.line.fill(time.Now().Add(p.limits.settle)) == errQuiet:
		c.end = "ends with its last chunk, and the connection is kept"
	default:
		c.end = "ends with its last chunk, and the connection is closed"
	}
	c.retry, c.ids = s.retry, s.ids > 0
	return s.lastID, nil
}

// prompt has the server send an event, unless it does so by itself.
func (p *prober) prompt(ctx context.Context) error {
	if p.Dialect.Publish.By == dialect.ByServer {
		return nil
	}
	_, err := p.publish(ctx, size)
	return err
}

// String says it in sentences.
func (c *completion) String() string {
	retry := "The server does not say when to reconnect (retry)"
	if c.retry != "" {
		retry = fmt.Sprintf("The server asks to reconnect after %s ms (retry)", c.retry)
	}
	text := fmt.Sprintf("On the wire, the stream %s. %s.", c.end, retry)
	how := "with Last-Event-ID"
	if !c.ids {
		how = "without Last-Event-ID, because events have no id,"
	}
	return text + fmt.Sprintf(" A client that asks again %s %s.", how, c.gets)
}

// String says it in a sentence.
func (c *comeback) String() string {
	how := "with Last-Event-ID"
	if c.id == "" {
		how = "without Last-Event-ID"
	}
	then := "does not stop it"
	if c.stopped {
		then = "stops it"
	}
	return fmt.Sprintf("A completed stream makes an EventSource (npm's, version %s) connect again after %.1f s %s; the answer %d %s.",
		c.version, c.after.Seconds(), how, c.status, then)
}
