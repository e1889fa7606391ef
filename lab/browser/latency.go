//go:build linux

package browser

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"pushbench/servers/wire"

	"pushbench/results"
)

//go:embed latency.js
var latencyScript string

const (
	latencyEvery  = 50 * time.Millisecond
	latencyEvents = 60
	latencyWarm   = 10 // the first ones are not counted
	latencyBytes  = 128
)

// Latency finds out how late events are in a page, over each transport: from the moment when
// an event is due by the schedule until the script has it. Options.Server sends them. The clock of
// the page is compared with that of this process before and after. How far that can be wrong is a
// number of its own.
func Latency(ctx context.Context, k Kind, o Options) []results.Observation {
	o = o.filled()
	s := &sheet{of: k}
	transports := []wire.Transport{wire.SSE, wire.WebSocket, wire.LongPoll}
	for _, t := range transports {
		s.want(fmt.Sprintf("latency-%s", t), "sec",
			"median latency of %d events in a page, by %s, from when they were due until the script had them",
			latencyEvents-latencyWarm, t.Label())
	}
	s.want("latency-error", "sec", "what the latencies in a page can be wrong by, because its clock is another")
	s.repeat(ctx, o, 0, func(ctx context.Context) error {
		if o.Server == "" {
			return errors.New("there is no server to send events")
		}
		return in(ctx, k, func(ctx context.Context, b *Browser) error {
			page, err := b.latencyPage(ctx, o.Server)
			if err != nil {
				return err
			}
			worst := 0.0
			for _, t := range transports {
				o.Say(string(k) + ": latency by " + string(t))
				median, wrong, err := page.latency(ctx, o.Server, t)
				if err != nil {
					return fmt.Errorf("%s: %w", t, err)
				}
				s.note(fmt.Sprintf("latency-%s", t), median)
				worst = max(worst, wrong)
			}
			s.note("latency-error", worst)
			return nil
		})
	})
	return s.rows
}

// latency publishes events to a topic that the page has subscribed to. It returns the median
// latency and its error, in seconds.
func (p *Page) latency(ctx context.Context, address string, t wire.Transport) (median, wrong float64, err error) {
	a := Audience{Address: address, Topic: fmt.Sprintf("page-%s-%d", t, time.Now().UnixNano()), Transport: t, Clients: 1}
	late, wrong, err := p.attend(ctx, a, func(ctx context.Context) ([]time.Time, error) {
		began, err := publish(ctx, "http://"+address+wire.RoutePublish+"?topic="+a.Topic)
		due := make([]time.Time, latencyEvents)
		for i := latencyWarm; i < latencyEvents; i++ {
			due[i] = began.Add(time.Duration(i) * latencyEvery)
		}
		return due, err
	})
	if err != nil {
		return 0, 0, err
	}
	return late[(len(late)-1)/2], wrong, nil
}

// A pageClock tells when the page's clock was at zero, by ours.
type pageClock struct {
	zero  time.Time
	wrong time.Duration // by how much that can be wrong
}

// alignments is how often two clocks are compared; the quickest round trip counts.
const alignments = 100

// align compares the page's clock with ours. The page reads its clock at some moment of a round
// trip, so half of that can be wrong, and one tick of its clock.
func (p *Page) align(ctx context.Context) (pageClock, error) {
	var tick float64
	if err := p.Eval(ctx, "tick()", &tick); err != nil {
		return pageClock{}, err
	}
	best := pageClock{wrong: math.MaxInt64}
	for range alignments {
		var at float64
		from := time.Now()
		if err := p.Eval(ctx, "performance.now()", &at); err != nil {
			return pageClock{}, err
		}
		if half := time.Since(from) / 2; half < best.wrong {
			best = pageClock{from.Add(half - time.Duration(at*1e6)), half}
		}
	}
	best.wrong += time.Duration(tick * 1e6)
	return best, nil
}

// publish publishes the events of a topic, each when it is due, and returns when the first one
// was due.
func publish(ctx context.Context, url string) (began time.Time, err error) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	began = time.Now().Add(latencyEvery)
	for seq := range uint64(latencyEvents) {
		due := began.Add(time.Duration(seq) * latencyEvery)
		const early = 2 * time.Millisecond // a timer is late by up to that
		select {
		case <-time.After(time.Until(due) - early):
		case <-ctx.Done():
			return began, context.Cause(ctx)
		}
		body := wire.AppendPayload(nil, seq, latencyBytes)
		for time.Now().Before(due) { // nothing else is to be done meanwhile
		}
		if err := post(ctx, client, url, body); err != nil {
			return began, err
		}
	}
	return began, nil
}

func post(ctx context.Context, client *http.Client, url string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(append(body, '\n')))
	if err != nil {
		return err
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	var acknowledged struct{ ID uint64 }
	if answer.StatusCode != http.StatusOK || json.Unmarshal(text, &acknowledged) != nil || acknowledged.ID == 0 {
		return fmt.Errorf("the server does not take an event: %s: %.200q", answer.Status, text)
	}
	return nil
}
